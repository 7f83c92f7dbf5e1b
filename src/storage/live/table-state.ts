/**
 * One stored table: what is published (immutable, one per applied record that touched it) and what grows behind it.
 *
 *   TableVersion = definition + settled? + raw files (older) + live generations (newer), all up to `seq`
 */
import { assert } from '../../base/assert.ts';
import type { CoveredTable } from '../block-store.ts';
import type { TableChange, TableEvents } from '../event.ts';
import type { RawFile } from '../scan/raw-file.ts';
import type { SettledSource } from '../scan/settled-source.ts';
import { TableOverlay } from '../scan/table-overlay.ts';
import { mapKey } from '../key.ts';
import { LiveGeneration } from './live-generation.ts';
import { DefinitionTracker, NO_DEFINITION, type TableDefinition } from './table-definition.ts';

/** A table as of one head; never changed. */
export interface TableVersion extends TableDefinition {
  readonly schema: string;
  readonly name: string;
  /** Changes with the definition. */
  readonly shapeVersion: number;
  readonly settled: SettledSource | undefined;
  /** Oldest first; every event in them is older than those of `generations`. */
  readonly files: readonly RawFile[];
  /** Oldest first. Only events with seq ≤ `seq` belong to this version. */
  readonly generations: readonly LiveGeneration[];
  /** What later events closed of the rows of files and generations; one for all versions. */
  readonly overlay: TableOverlay;
  /** Number of the table's last event; 0 before the first. */
  readonly seq: number;
  readonly rowEstimate: number;
}

export const tableKey = (schema: string, table: string): string => `${schema}\0${table}`;

let shapeVersions = 0;

/** A table that a manifest describes, with nothing live. */
export function describedVersion(table: CoveredTable): TableVersion {
  return {
    ...table, shapeVersion: ++shapeVersions, settled: undefined, generations: [], overlay: new TableOverlay(),
    rowEstimate: table.files.reduce((sum, file) => sum + file.rowCount, 0),
  };
}

/** The growing side of a table. One writer. */
export class TableState {
  readonly #schema: string;
  readonly #name: string;
  readonly #definition: DefinitionTracker;
  #settled: SettledSource | undefined;
  #files: readonly RawFile[];
  #generations: readonly LiveGeneration[];
  #shapeVersion: number;
  #seq: number;
  readonly #overlay: TableOverlay;

  constructor(schema: string, name: string, base?: TableVersion) {
    this.#schema = schema;
    this.#name = name;
    this.#definition = new DefinitionTracker(base ?? NO_DEFINITION);
    this.#settled = base?.settled;
    this.#files = base?.files ?? [];
    this.#generations = base?.generations ?? [];
    this.#shapeVersion = base?.shapeVersion ?? ++shapeVersions;
    this.#seq = base?.seq ?? 0;
    this.#overlay = base?.overlay ?? new TableOverlay();
  }

  /** Numbers of events begin with `firstSeq`. */
  apply(change: TableChange, firstSeq: number, systemTime: bigint): void {
    switch (change.kind) {
      case 'events': this.#append(change.events, firstSeq, systemTime); break;
      case 'declare': this.#definition.declare(change); break;
      case 'drop': this.#definition.drop(systemTime, this.#seq); break;
      case 'view': this.#definition.defineView(change.view); break;
    }
  }

  #append(events: TableEvents['events'], firstSeq: number, systemTime: bigint): void {
    if (events.length === 0) return;
    let generation = this.#generations[this.#generations.length - 1];
    if (generation === undefined) {
      generation = new LiveGeneration();
      this.#generations = [generation];
    }
    const older = this.#generations.slice(0, -1);
    let seq = firstSeq;
    for (const event of events) {
      const key = mapKey(event.id);
      let isOlderElsewhere = false;
      if (older.length > 0 && !generation.has(key)) for (const other of older) isOlderElsewhere = other.supersede(key, seq) || isOlderElsewhere;
      generation.append(event, key, seq, systemTime, isOlderElsewhere);
      if (event.document !== null) this.#definition.add(event.document);
      seq += 1;
    }
    this.#seq = seq - 1;
  }

  /** Later events go into a new generation. The old one, or undefined when it has no rows. */
  rotate(): LiveGeneration | undefined {
    const current = this.#generations[this.#generations.length - 1];
    if (current === undefined || current.rowCount === 0) return undefined;
    this.#generations = [...this.#generations, new LiveGeneration()];
    return current;
  }

  /** The oldest generation's rows are in `file` now. */
  replaceOldest(generation: LiveGeneration, file: RawFile): void {
    assert(this.#generations[0] === generation, 'generations become files in their order');
    assert(file.rowCount === generation.rowCount, 'a file has each event of its generation');
    this.#files = [...this.#files, file];
    this.#generations = this.#generations.filter((other) => other !== generation);
  }

  /** Memory of the generation that grows. */
  get openBytes(): number { return this.#generations[this.#generations.length - 1]?.bytes ?? 0; }

  publish(): TableVersion {
    if (this.#definition.hasChanged) this.#shapeVersion = ++shapeVersions;
    let rowEstimate = this.#settled?.rowEstimate ?? 0;
    for (const file of this.#files) rowEstimate += file.rowCount;
    for (const generation of this.#generations) rowEstimate += generation.keyCount;
    return {
      ...this.#definition.publish(), schema: this.#schema, name: this.#name, shapeVersion: this.#shapeVersion,
      settled: this.#settled, files: this.#files, generations: this.#generations, overlay: this.#overlay, seq: this.#seq, rowEstimate,
    };
  }
}
