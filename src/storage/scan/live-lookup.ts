/**
 * A few entities of a table that no file holds, as values: nothing is gathered for a row or two.
 *
 *   key ─▶ hash maps, newest first ─▶ events of the entity ─▶ resolved at the bounds ─▶ cells read one by one
 */
import { MICROS_MAX } from '../../catalog/table-source.ts';
import { INSTANT } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { RowChunk } from '../../data/vector/chunk.ts';
import { fixedValue } from '../../data/vector/chunk-value.ts';
import { mapKey } from '../key.ts';
import type { LiveChunk } from '../live/live-chunk.ts';
import type { TemporalBounds } from '../temporal/resolve.ts';
import { EntityRows, type RowSink } from './entity-rows.ts';
import { type LiveView, pushEvents } from './live-source.ts';
import { type OutputPlan, planOutput } from './row-collector.ts';

class FoundRows implements RowSink<LiveChunk> {
  readonly #plan: OutputPlan;
  readonly #columns: Value[][];
  #rowCount = 0;

  constructor(plan: OutputPlan) {
    this.#plan = plan;
    this.#columns = plan.columns.map(() => []);
  }

  add(chunk: LiveChunk, row: number, validFrom: bigint, validTo: bigint, systemFrom: bigint, systemTo: bigint): void {
    const { columns, documents } = this.#plan;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as OutputPlan['columns'][number];
      (this.#columns[i] as Value[]).push(column.kind === 'document'
        ? chunk.valueAt(documents[column.index] as string, row)
        : instant({ validFrom, validTo, systemFrom, systemTo }[column.slot]));
    }
    this.#rowCount += 1;
  }

  chunk(): RowChunk { return { rowCount: this.#rowCount, columns: this.#columns.map((values) => ({ form: 'values', values })) }; }
}

/** ∞ is NULL. */
const instant = (micros: bigint): Value => (micros === MICROS_MAX ? null : fixedValue(INSTANT, micros));

/** Rows of the entities among `views`, oldest first, in the order of `ids`. */
export function findLive(views: readonly LiveView[], columns: readonly string[], bounds: TemporalBounds, ids: readonly Value[]): RowChunk {
  const found = new FoundRows(planOutput(columns));
  const entity = new EntityRows<LiveChunk>(found);
  for (const id of ids) {
    const key = mapKey(id);
    for (let i = views.length - 1; i >= 0; i--) {
      const view = views[i] as LiveView;
      pushEvents(view, key, entity, (chunkIndex) => view.generation.chunks[chunkIndex] as LiveChunk);
    }
    entity.orderBySeq();
    entity.resolve(bounds);
  }
  return found.chunk();
}
