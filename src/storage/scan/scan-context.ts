/** One scan's state: its sources, bounds, and the rows it has chosen. */
import type { TemporalBounds } from '../temporal/resolve.ts';
import type { EntityRows } from './entity-rows.ts';
import type { LiveSource } from './live-source.ts';
import type { RawFile } from './raw-file.ts';
import type { OutputPlan, RowCollector } from './row-collector.ts';
import type { TableView } from './table-scan.ts';
import type { SettledSource } from './settled-source.ts';

export interface ScanContext {
  /** Live generations, oldest first. */
  readonly sources: readonly LiveSource[];
  /** Raw files, oldest first; all their events are older than the live ones. */
  readonly files: readonly RawFile[];
  readonly view: TableView;
  /** All of its events are older than those of the files. */
  readonly settled: SettledSource | undefined;
  readonly plan: OutputPlan;
  readonly bounds: TemporalBounds;
  readonly collector: RowCollector;
  readonly entity: EntityRows;
}
