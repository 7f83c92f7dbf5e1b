/** One table with a transaction's own events on top. The base is shared and stays as it is. */
import { assert } from '../../base/assert.ts';
import { MICROS_MIN } from '../../catalog/table-source.ts';
import { TableOverlay } from '../scan/table-overlay.ts';
import type { TableView } from '../scan/table-scan.ts';
import type { LiveView } from '../scan/live-source.ts';
import type { RowEvent, TableChange } from '../event.ts';
import { mapKey, type MapKey } from '../key.ts';
import { LiveGeneration } from './live-generation.ts';
import { DefinitionTracker, NO_DEFINITION } from './table-definition.ts';
import type { TableVersion } from './table-state.ts';

let stagedShapeVersions = 0;

export class StagedTable {
  readonly #schema: string;
  readonly #name: string;
  readonly #base: TableView | undefined;
  readonly #definition: DefinitionTracker;
  readonly #generation = new LiveGeneration();
  #shapeVersion: number;
  #seq: number;
  #systemTime: bigint;

  constructor(schema: string, name: string, base: TableView | undefined) {
    this.#schema = schema;
    this.#name = name;
    this.#base = base;
    const version = base?.version;
    this.#definition = new DefinitionTracker(version ?? NO_DEFINITION);
    this.#shapeVersion = version?.shapeVersion ?? 0;
    this.#seq = version?.seq ?? 0;
    this.#systemTime = base?.systemTime ?? MICROS_MIN;
  }

  /** Numbers of events begin with `firstSeq`. */
  stage(change: TableChange, firstSeq: number, systemTime: bigint): void {
    switch (change.kind) {
      case 'events': this.#append(change.events, firstSeq, systemTime); break;
      case 'declare': this.#definition.declare(change); break;
      case 'drop': this.#definition.drop(systemTime, this.#seq); break;
      case 'view': this.#definition.defineView(change.view); break;
    }
  }

  #append(events: readonly RowEvent[], firstSeq: number, systemTime: bigint): void {
    assert(firstSeq > this.#seq && systemTime >= this.#systemTime, 'staged events are later than what they stand on');
    let seq = firstSeq;
    for (const event of events) {
      const key = mapKey(event.id);
      const isOlderElsewhere = this.#generation.has(key) ? false : this.#isInBase(key);
      this.#generation.append(event, key, seq, systemTime, isOlderElsewhere);
      if (event.document !== null) this.#definition.add(event.document);
      seq += 1;
    }
    this.#seq = seq - 1;
    this.#systemTime = systemTime;
  }

  /** Whether the base may hold the entity. */
  #isInBase(key: MapKey): boolean {
    const base = this.#base;
    if (base === undefined) return false;
    if (base.version.files.length > 0 || base.version.settled !== undefined) return true;
    return base.live.some(({ generation, seq }) => generation.find(key, seq) >= 0);
  }

  /** The table as it is now; later events do not show. */
  view(): TableView {
    if (this.#definition.hasChanged) this.#shapeVersion = --stagedShapeVersions;
    const base = this.#base?.version;
    const version: TableVersion = {
      ...this.#definition.publish(), schema: this.#schema, name: this.#name, shapeVersion: this.#shapeVersion, settled: base?.settled, files: base?.files ?? [], generations: base?.generations ?? [],
      overlay: base?.overlay ?? new TableOverlay(),
      seq: this.#seq, rowEstimate: (base?.rowEstimate ?? 0) + this.#generation.keyCount,
    };
    const live: readonly LiveView[] = [...(this.#base?.live ?? []), { generation: this.#generation, seq: this.#seq }];
    return { version, live, systemTime: this.#systemTime, committed: this.#base?.committed ?? { seq: 0, systemTime: MICROS_MIN } };
  }
}
