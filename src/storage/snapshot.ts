/**
 * Snapshots: a published state, and optionally events staged on top of it.
 *
 *   published tables (immutable, shared)
 *     ▲ group layer: earlier transactions of the group commit, shared by its turns, grows by one transaction a turn
 *     ▲ own layer: the events of one transaction
 */
import { assert } from '../base/assert.ts';
import type { CatalogView, TableSource } from '../catalog/table-source.ts';
import type { TableChange } from './event.ts';
import type { PublishedState } from './database-state.ts';
import { tableKey, type TableVersion } from './live/table-state.ts';
import { StoredTable, type TableView } from './scan/table-scan.ts';
import { StagedLayer } from './staged-layer.ts';
import type { Head, Snapshot, StagedSnapshot } from './storage.ts';

/** What a layer or a state knows of tables, at one moment. */
export interface TableViews {
  view(key: string): TableView | undefined;
  keys(): Iterable<string>;
}

export function viewsOf(state: PublishedState): TableViews {
  return {
    view: (key) => {
      const version = state.tables.get(key);
      return version === undefined ? undefined : viewOf(version, state.head.systemTime);
    },
    keys: () => state.tables.keys(),
  };
}

const viewOf = (version: TableVersion, systemTime: bigint): TableView =>
  ({ version, live: version.generations.map((generation) => ({ generation, seq: version.seq })), systemTime, committed: { seq: version.seq, systemTime } });

class StoredCatalog implements CatalogView {
  readonly databaseName: string;
  readonly #views: TableViews;
  readonly #sources: Map<string, TableSource> | undefined;

  /** `isFixed`: the views never change, so that sources can be kept. */
  constructor(databaseName: string, views: TableViews, isFixed: boolean) {
    this.databaseName = databaseName;
    this.#views = views;
    this.#sources = isFixed ? new Map() : undefined;
  }

  table(schema: string, name: string): TableSource | undefined { return this.#source(tableKey(schema, name)); }

  #source(key: string): TableSource | undefined {
    const known = this.#sources?.get(key);
    if (known !== undefined) return known;
    const view = this.#views.view(key);
    if (view === undefined) return undefined;
    const source = new StoredTable(view);
    this.#sources?.set(key, source);
    return source;
  }

  *tables(): Generator<TableSource> {
    for (const key of [...this.#views.keys()].sort()) {
      const source = this.#source(key);
      if (source !== undefined) yield source;
    }
  }
}

/** Another one with each event that the table gets and with each change of its definition; 0 for a table that does not exist. */
function versionOf(state: PublishedState, schema: string, table: string): bigint {
  const version = state.tables.get(tableKey(schema, table));
  return version === undefined ? 0n : (BigInt(version.shapeVersion) << 64n) + BigInt(version.seq);
}

/** The tables of a state. It never changes, so that all snapshots of the state can share it. */
export const catalogOf = (databaseName: string, state: PublishedState): CatalogView => new StoredCatalog(databaseName, viewsOf(state), true);

export class StateSnapshot implements Snapshot {
  readonly head: Head;
  readonly catalog: CatalogView;
  readonly state: PublishedState;
  #isClosed = false;

  /** `catalog` is that of the state: see `catalogOf`. */
  constructor(state: PublishedState, catalog: CatalogView) {
    this.head = state.head;
    this.state = state;
    this.catalog = catalog;
  }

  get isClosed(): boolean { return this.#isClosed; }

  tableVersion(schema: string, table: string): bigint { return versionOf(this.state, schema, table); }
  declaredType(schema: string, table: string, column: string): string | undefined {
    return this.state.tables.get(tableKey(schema, table))?.declaredTypes.get(column);
  }

  close(): void { this.#isClosed = true; }
}

/** A state with layers of events that are not in the log. */
export class StateStagedSnapshot implements StagedSnapshot {
  readonly head: Head;
  readonly catalog: CatalogView;
  readonly #state: PublishedState;
  readonly #systemTime: bigint;
  readonly #layer: StagedLayer;
  #isClosed = false;

  /** `group` are earlier transactions of the same group commit, whose layer may grow: it is taken as it is now. */
  constructor(databaseName: string, state: PublishedState, group: StagedLayer | undefined, systemTime: bigint) {
    assert(systemTime > state.head.systemTime, 'staged events are later than the snapshot');
    this.head = state.head;
    this.#state = state;
    this.#systemTime = systemTime;
    this.#layer = group === undefined ? new StagedLayer(viewsOf(state), state.seq) : new StagedLayer(group.now(), group.seq);
    this.catalog = new StoredCatalog(databaseName, this.#layer, false);
  }

  stage(change: TableChange): void {
    assert(!this.#isClosed, 'a closed snapshot takes no changes');
    this.#layer.stage(change, this.#systemTime);
  }

  tableVersion(schema: string, table: string): bigint { return versionOf(this.#state, schema, table); }
  declaredType(schema: string, table: string, column: string): string | undefined {
    return this.#layer.view(tableKey(schema, table))?.version.declaredTypes.get(column);
  }

  close(): void { this.#isClosed = true; }
}
