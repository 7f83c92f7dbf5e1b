/**
 * The state of one database: what records add up to. Takes records, does no I/O; readers get published versions.
 *
 *   apply(record) ─▶ TableState (grows) ─▶ PublishedState { head, tables: TableVersion by name }      swapped, never edited
 */
import { assert, must } from '../base/assert.ts';
import { MICROS_MIN } from '../catalog/table-source.ts';
import type { Block, BlockTable, CoveredState } from './block-store.ts';
import type { LogRecord, RecordId } from './log/log.ts';
import type { RawFile } from './scan/raw-file.ts';
import type { LiveGeneration } from './live/live-generation.ts';
import { describedVersion, TableState, tableKey, type TableVersion } from './live/table-state.ts';
import type { Head } from './storage.ts';

export interface PublishedState {
  readonly head: Head;
  /** Number of the last event of the database; 0 before the first. */
  readonly seq: number;
  readonly tables: ReadonlyMap<string, TableVersion>;
}

const EMPTY_STATE: PublishedState = { head: { position: -1n, txId: -1n, systemTime: MICROS_MIN }, seq: 0, tables: new Map() };

function publishedOf(covered: CoveredState): PublishedState {
  const tables = new Map(covered.tables.map((table) => [tableKey(table.schema, table.name), describedVersion(table)]));
  return { head: covered.head, seq: covered.seq, tables };
}

export class DatabaseState {
  readonly #tables = new Map<string, TableState>();
  #published: PublishedState;

  /** Begins with what the newest manifest covers; empty without one. */
  constructor(covered: CoveredState | undefined) {
    const base = covered === undefined ? EMPTY_STATE : publishedOf(covered);
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
      for (const change of transaction.changes) {
        this.#touch(change.schema, change.table, touched).apply(change, nextSeq, systemTime);
        if (change.kind === 'events') nextSeq += change.events.length;
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

  /** Ends the current block: later events go into new generations. What the block consists of. */
  cut(recordId: RecordId): Block {
    const generations = new Map<string, LiveGeneration>();
    for (const [key, table] of this.#tables) {
      const generation = table.rotate();
      if (generation !== undefined) generations.set(key, generation);
    }
    const { head, seq, tables } = this.#published;
    const described = Array.from(tables, ([key, version]) => ({
      schema: version.schema, name: version.name, columns: version.columns, declaredTypes: version.declaredTypes, isDropped: version.isDropped, past: version.past,
      allColumns: version.allColumns, view: version.view, seq: version.seq, generation: generations.get(key),
    }));
    this.#publish(head, seq, generations.keys());
    return { head, recordId, seq, tables: described };
  }

  /** A block is in files now: they take the place of its generations. */
  replace(block: Block, files: ReadonlyMap<BlockTable, RawFile>): void {
    const touched: string[] = [];
    for (const table of block.tables) {
      if (table.generation === undefined) continue;
      const key = tableKey(table.schema, table.name);
      must(this.#tables.get(key), 'a table that was cut').replaceOldest(table.generation, must(files.get(table), 'a file for each generation'));
      touched.push(key);
    }
    this.#publish(this.#published.head, this.#published.seq, touched);
  }

  /** Memory of the generations that grow, approximately. */
  get openBytes(): number {
    let bytes = 0;
    for (const table of this.#tables.values()) bytes += table.openBytes;
    return bytes;
  }
}
