/** Events staged on top of some views of tables, table by table. */
import type { ResolvedTransaction, TableChange } from './event.ts';
import { checkId } from './key.ts';
import { StagedTable } from './live/staged-table.ts';
import { tableKey } from './live/table-state.ts';
import type { TableView } from './scan/table-scan.ts';
import type { TableViews } from './snapshot.ts';

export class StagedLayer implements TableViews {
  readonly #base: TableViews;
  readonly #tables = new Map<string, StagedTable>();
  #seq: number;

  /** `seq`: number of the last event below. */
  constructor(base: TableViews, seq: number) {
    this.#base = base;
    this.#seq = seq;
  }

  /** Number of the last event. */
  get seq(): number { return this.#seq; }

  stage(change: TableChange, systemTime: bigint): void {
    const events = change.kind === 'events' ? change.events : [];
    if (change.kind === 'events' && events.length === 0) return;
    for (const event of events) checkId(event.id);
    this.#table(change.schema, change.table).stage(change, this.#seq + 1, systemTime);
    this.#seq += events.length;
  }

  /** A whole transaction. */
  add(transaction: ResolvedTransaction): void {
    for (const change of transaction.changes) this.stage(change, transaction.systemTime);
  }

  #table(schema: string, table: string): StagedTable {
    const key = tableKey(schema, table);
    let staged = this.#tables.get(key);
    if (staged === undefined) {
      staged = new StagedTable(schema, table, this.#base.view(key));
      this.#tables.set(key, staged);
    }
    return staged;
  }

  view(key: string): TableView | undefined { return this.#tables.get(key)?.view() ?? this.#base.view(key); }
  keys(): Iterable<string> { return new Set([...this.#base.keys(), ...this.#tables.keys()]); }

  /** The views as of now: what is staged here later does not show in them. */
  now(): TableViews {
    const views = new Map<string, TableView>();
    for (const [key, table] of this.#tables) views.set(key, table.view());
    const base = this.#base;
    return { view: (key) => views.get(key) ?? base.view(key), keys: () => new Set([...base.keys(), ...views.keys()]) };
  }
}
