/**
 * Walking through sources by key: which entity comes next, and where its rows are in each source.
 *
 *   driver   file   page 3 ▸ k17 k17 │ k18 │ k19 …     every key; a page is read when its first key is the least of all
 *   driver   keys   k16 │ k20 …                        keys of events in memory
 *   seeker   file   page 1 ▸ … k17 │ …                 moved to a driver's key; pages without one are not read
 *
 * `ids` and `row` are the key for comparing. Of a page that was not read it is the page's first key.
 */
import { assert, must } from '../../base/assert.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import type { SortedRows } from '../live/sorted-rows.ts';
import { chunkOfKey, compareRows, endOfKey, lowerBound } from './compare-rows.ts';
import type { RawFile, RawPage, RawPageInfo } from './raw-file.ts';

export interface Driver {
  /** Later events have greater ages: at the same key, the newest source comes first. */
  readonly age: number;
  readonly ids: ColumnChunk;
  readonly row: number;
  readonly isAtEnd: boolean;
}

const inKeyOrder = (a: Driver, b: Driver): number => compareRows(a.ids, a.row, b.ids, b.row) || b.age - a.age;

export const sortDrivers = (drivers: readonly Driver[]): Driver[] => drivers.filter((driver) => !driver.isAtEnd).sort(inKeyOrder);

/** Puts the first driver, which has moved, where it belongs; drops it at its end. */
export function reorderFirst(drivers: Driver[]): void {
  const moved = drivers[0] as Driver;
  if (moved.isAtEnd) { drivers.shift(); return; }
  let low = 1;
  let high = drivers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (inKeyOrder(drivers[middle] as Driver, moved) < 0) low = middle + 1; else high = middle;
  }
  for (let at = 1; at < low; at++) drivers[at - 1] = drivers[at] as Driver;
  drivers[low - 1] = moved;
}

/** Keys of events in memory, whose rows are found by hash. */
export class KeyDriver implements Driver {
  readonly age: number;
  readonly ids: ColumnChunk;
  readonly #count: number;
  row = 0;

  constructor(keys: SortedRows, age: number) {
    this.ids = keys.keys;
    this.#count = keys.ids.length;
    this.age = age;
  }

  get isAtEnd(): boolean { return this.row >= this.#count; }
  advance(): void { this.row += 1; }
}

/** Rows [from, to) of a page, the newest first. */
export type TakeRows = (file: FileCursor, page: RawPage, pageIndex: number, from: number, to: number) => void;

/** A file, as a driver or a seeker. */
export class FileCursor implements Driver {
  readonly age: number;
  readonly file: RawFile;
  readonly #pages: readonly RawPageInfo[];
  #pageIndex = 0;
  #page: RawPage | undefined;
  #firstKey: ColumnChunk = { form: 'constant', value: null };
  row = 0;

  constructor(file: RawFile, pages: readonly RawPageInfo[], age: number) {
    this.file = file;
    this.#pages = pages;
    this.age = age;
    this.#standBefore(0);
  }

  get ids(): ColumnChunk { return this.#page?.ids ?? this.#firstKey; }
  get isAtEnd(): boolean { return this.#pageIndex >= this.#pages.length; }
  /** Whether the page at which the cursor stands was read. */
  get isLoaded(): boolean { return this.#page !== undefined; }
  get pageIndex(): number { return this.#pageIndex; }
  get page(): RawPage { return must(this.#page, 'a page is read before its rows are used'); }
  get info(): RawPageInfo { return must(this.#pages[this.#pageIndex], 'a cursor that is not at its end has a page'); }

  #standBefore(pageIndex: number): void {
    this.#pageIndex = pageIndex;
    this.#page = undefined;
    this.row = 0;
    if (!this.isAtEnd) this.#firstKey = chunkOfKey(this.info.firstKey);
  }

  skipPage(): void { this.#standBefore(this.#pageIndex + 1); }

  async load(): Promise<void> {
    this.#page = await this.file.readPage(this.#pageIndex, []);
    assert(this.#page.rowCount === this.info.rowCount, 'a page has the rows that the index says');
  }

  moveTo(row: number): void {
    this.row = row;
    if (row >= this.page.rowCount) this.skipPage();
  }

  /** Moves to the first row that is not below the key. Whether it could without reading: if not, `load` and call again. */
  seek(ids: ColumnChunk, row: number): boolean {
    for (; !this.isAtEnd; this.skipPage()) {
      if (!this.isLoaded) {
        if (compareRows(this.#firstKey, 0, ids, row) > 0) return true;
        if (compareRows(chunkOfKey(this.info.lastKey), 0, ids, row) >= 0) return false;
        continue;
      }
      this.row = lowerBound(this.page.ids, this.row, this.page.rowCount, ids, row);
      if (this.row < this.page.rowCount) return true;
    }
    return true;
  }

  /** Whether the page at which a seeker stands, or an earlier one that it has not passed, may hold keys up to `lastKey`. */
  mayHoldUpTo(lastKey: ColumnChunk): boolean { return !this.isAtEnd && compareRows(this.ids, this.row, lastKey, 0) <= 0; }

  isAtKey(ids: ColumnChunk, row: number): boolean { return !this.isAtEnd && compareRows(this.ids, this.row, ids, row) === 0; }

  /** Hands out the rows of the key at which the cursor stands, as far as they are on this page, and moves on. */
  take(rows: TakeRows): void {
    const { page } = this;
    const end = endOfKey(page.ids, this.row, page.rowCount);
    rows(this, page, this.#pageIndex, this.row, end);
    this.moveTo(end);
  }
}
