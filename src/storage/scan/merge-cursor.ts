/**
 * Cursors in key order: at which entity a source stands.
 *
 *   file   page 3 ▸ k17 k17 │ k18 │ k19 …     only marked rows, or all; a page is read when its first key is the least of all
 *   live   sorted keys ▸ k16, k20 …           only those that files hold too
 *
 * `ids` and `row` are the key for comparing. Of a page that was not read it is the page's first key: a lower bound.
 */
import { assert, must } from '../../base/assert.ts';
import type { Value } from '../../data/types/value.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import { compareKeys, mapKey } from '../key.ts';
import type { SortedRows } from '../live/sorted-rows.ts';
import { chunkOfKey, compareRows, endOfKey } from './compare-rows.ts';
import type { EntityRows } from './entity-rows.ts';
import type { LiveSource } from './live-source.ts';
import type { RawFile, RawPage, RawPageInfo } from './raw-file.ts';
import { nextMarked, type RowBits } from './row-bits.ts';

export interface MergeCursor {
  /** Later events have greater ages: at the same key, the newest source comes first. */
  readonly age: number;
  readonly ids: ColumnChunk;
  readonly row: number;
  readonly isAtEnd: boolean;
  /** Whether `ids` and `row` are the key itself, not a lower bound. */
  readonly isReady: boolean;
  /** Makes it ready. */
  prepare(): Promise<void>;
  /** Adds the entity's events within the page, newest first, and moves on. */
  take(entity: EntityRows): void;
}

export const inKeyOrder = (a: MergeCursor, b: MergeCursor): number => compareRows(a.ids, a.row, b.ids, b.row) || b.age - a.age;

/** Puts the first cursor, which has moved, where it belongs; drops it at its end. */
export function reorderFirst(cursors: MergeCursor[]): void {
  const moved = cursors[0] as MergeCursor;
  if (moved.isAtEnd) { cursors.shift(); return; }
  let low = 1;
  let high = cursors.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (inKeyOrder(cursors[middle] as MergeCursor, moved) < 0) low = middle + 1; else high = middle;
  }
  for (let at = 1; at < low; at++) cursors[at - 1] = cursors[at] as MergeCursor;
  cursors[low - 1] = moved;
}

/** Entities of a live generation that files hold too: indexes into its sorted keys, rising, each seen by the snapshot. */
export class LiveCursor implements MergeCursor {
  readonly age: number;
  readonly isReady = true;
  readonly #source: LiveSource;
  readonly #keys: SortedRows;
  readonly #shared: readonly number[];
  #at = 0;

  constructor(source: LiveSource, keys: SortedRows, shared: readonly number[], age: number) {
    this.#source = source;
    this.#keys = keys;
    this.#shared = shared;
    this.age = age;
  }

  get ids(): ColumnChunk { return this.#keys.keys; }
  get row(): number { return this.#shared[this.#at] as number; }
  get isAtEnd(): boolean { return this.#at >= this.#shared.length; }
  prepare(): Promise<void> { return Promise.resolve(); }

  take(entity: EntityRows): void {
    this.#source.collect(mapKey(this.#keys.ids[this.row] as Value), entity);
    this.#at += 1;
  }
}

/** Every row of a file, or the marked ones. All rows of an entity are marked or none is. */
export class FileCursor implements MergeCursor {
  readonly age: number;
  readonly #file: RawFile;
  readonly #pages: readonly RawPageInfo[];
  readonly #documents: readonly string[];
  readonly #marks: RowBits | undefined;
  #pageIndex = -1;
  #page: RawPage | undefined;
  #firstKey: ColumnChunk = { form: 'constant', value: null };
  row = 0;

  constructor(file: RawFile, pages: readonly RawPageInfo[], documents: readonly string[], marks: RowBits | undefined, age: number) {
    this.#file = file;
    this.#pages = pages;
    this.#documents = documents;
    this.#marks = marks;
    this.age = age;
    this.skipPage();
  }

  get ids(): ColumnChunk { return this.#page?.ids ?? this.#firstKey; }
  get isAtEnd(): boolean { return this.#pageIndex >= this.#pages.length; }
  get isReady(): boolean { return this.#page !== undefined; }
  get pageIndex(): number { return this.#pageIndex; }
  get page(): RawPage { return must(this.#page, 'a cursor is prepared before its page is used'); }
  get info(): RawPageInfo { return must(this.#pages[this.#pageIndex], 'a cursor that is not at its end has a page'); }

  /** Before the next page that has rows to visit. */
  skipPage(): void {
    this.#page = undefined;
    this.row = 0;
    do this.#pageIndex += 1; while (!this.isAtEnd && this.#marks !== undefined && this.#marks.page(this.#pageIndex) === undefined);
    if (!this.isAtEnd) this.#firstKey = chunkOfKey(this.info.firstKey);
  }

  async prepare(): Promise<void> {
    this.#page = await this.#file.readPage(this.#pageIndex, this.#documents);
    assert(this.#page.rowCount === this.info.rowCount, 'a page has the rows that the index says');
    this.moveTo(0);
  }

  /** Stands at the first row to visit at or after `row`, or before the next page. */
  moveTo(row: number): void {
    const { rowCount } = this.page;
    const bits = this.#marks?.page(this.#pageIndex);
    this.row = bits === undefined ? row : nextMarked(bits, row, rowCount);
    if (this.row >= rowCount) this.skipPage();
  }

  /** Whether the last entity of the current page has events on the next one. */
  get isContinued(): boolean {
    const next = this.#pages[this.#pageIndex + 1];
    return next !== undefined && compareKeys(this.info.lastKey, next.firstKey) === 0;
  }

  take(entity: EntityRows): void {
    const { page } = this;
    const end = endOfKey(page.ids, this.row, page.rowCount);
    pushRows(entity, page, this.row, end);
    this.moveTo(end);
  }
}

/** Adds rows [from, to) of a page, which are one entity's, newest first. */
export function pushRows(entity: EntityRows, page: RawPage, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    entity.push(page, row, page.seq[row] as number, page.systemFrom[row] as bigint, page.validFrom[row] as bigint, page.validTo[row] as bigint, page.op[row] as number);
  }
}
