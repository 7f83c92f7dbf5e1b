/**
 * The state of one database: what records add up to. Takes records, does no I/O; readers get published versions.
 *
 *   apply(record) ─▶ TableState (grows) ─▶ PublishedState { head, tables: TableVersion by name }      swapped, never edited
 */
import { assert, must } from '../base/assert.ts';
import { MICROS_MIN } from '../catalog/table-source.ts';
import type { LogRecord } from './log/log.ts';
import { TableState, tableKey, type TableVersion } from './live/table-state.ts';
import type { Head } from './storage.ts';

export interface PublishedState {
  readonly head: Head;
  /** Number of the last event of the database; 0 before the first. */
  readonly seq: number;
  readonly tables: ReadonlyMap<string, TableVersion>;
}

const EMPTY_STATE: PublishedState = { head: { position: -1n, txId: -1n, systemTime: MICROS_MIN }, seq: 0, tables: new Map() };

export class DatabaseState {
  readonly #tables = new Map<string, TableState>();
  #published: PublishedState;

  /** Begins with what the newest manifest covers; empty without one. */
  constructor(base: PublishedState = EMPTY_STATE) {
    this.#published = base;
    for (const [key, version] of base.tables) this.#tables.set(key, new TableState(version.schema, version.name, version));
  }

  get published(): PublishedState { return this.#published; }

  /** Makes one durable record visible. */
  apply(record: LogRecord): void {
    const { head, seq } = this.#published;
    assert(record.position === head.position + 1n, 'records are applied once and in order');
    assert(record.firstSeq === BigInt(seq) + 1n, 'events are counted without gap');
    const touched = new Set<string>();
    let nextSeq = seq + 1;
    let { txId, systemTime } = head;
    for (const transaction of record.transactions) {
      assert(transaction.txId > txId && transaction.systemTime > systemTime, 'transaction numbers and system time rise');
      ({ txId, systemTime } = transaction);
      for (const declaration of transaction.declarations) this.#touch(declaration.schema, declaration.table, touched).declare(declaration);
      for (const { schema, table, events } of transaction.tables) {
        this.#touch(schema, table, touched).apply(events, nextSeq, systemTime);
        nextSeq += events.length;
      }
    }
    assert(Number.isSafeInteger(nextSeq), 'events are counted exactly');
    this.#publish({ position: record.position, txId, systemTime }, nextSeq - 1, touched);
  }

  #touch(schema: string, table: string, touched: Set<string>): TableState {
    const key = tableKey(schema, table);
    touched.add(key);
    let state = this.#tables.get(key);
    if (state === undefined) {
      state = new TableState(schema, table);
      this.#tables.set(key, state);
    }
    return state;
  }

  #publish(head: Head, seq: number, touched: Iterable<string>): void {
    const tables = new Map(this.#published.tables);
    for (const key of touched) tables.set(key, must(this.#tables.get(key), 'a touched table').publish());
    this.#published = { head, seq, tables };
  }

  /** Changes what the named tables consist of, not what they hold: rotation and replacement of generations. */
  rearrange(change: (table: TableState, key: string) => boolean): void {
    const touched = new Set<string>();
    for (const [key, table] of this.#tables) if (change(table, key)) touched.add(key);
    this.#publish(this.#published.head, this.#published.seq, touched);
  }

  /** Memory of all live tables, approximately. */
  get liveBytes(): number {
    let bytes = 0;
    for (const table of this.#tables.values()) bytes += table.liveBytes;
    return bytes;
  }

  get liveRowCount(): number {
    let rowCount = 0;
    for (const table of this.#tables.values()) rowCount += table.liveRowCount;
    return rowCount;
  }
}
