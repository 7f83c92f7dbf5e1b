/** Events staged on top of some views of tables, table by table. */
import type { ResolvedTransaction, RowEvent, TableDeclaration } from './event.ts';
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

  stage(schema: string, table: string, events: readonly RowEvent[], systemTime: bigint): void {
    if (events.length === 0) return;
    for (const event of events) checkId(event.id);
    this.#table(schema, table).stage(events, this.#seq + 1, systemTime);
    this.#seq += events.length;
  }

  declare(declaration: TableDeclaration): void { this.#table(declaration.schema, declaration.table).declare(declaration); }

  /** A whole transaction. */
  add(transaction: ResolvedTransaction): void {
    for (const declaration of transaction.declarations) this.declare(declaration);
    for (const { schema, table, events } of transaction.tables) this.stage(schema, table, events, transaction.systemTime);
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
