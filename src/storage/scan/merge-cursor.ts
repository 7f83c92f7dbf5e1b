/**
 * Cursors over one source in key order: the entity they stand at, its events, and stretches of entities that only they have.
 *
 *   file   page 3 ▸ k17 k17 │ k18 │ k19 …          live   sorted keys ▸ k16, k20 …
 */
import type { Value } from '../../data/types/value.ts';
import { compareIds, compareKeys, decodeKey, mapKey } from '../key.ts';
import { chunkValue } from '../live/chunk-value.ts';
import type { SortedRows } from '../live/sorted-rows.ts';
import type { EntityRows } from './entity-rows.ts';
import type { LiveSource } from './live-source.ts';
import type { RawFile, RawPage, RawPageInfo } from './raw-file.ts';
import type { ColumnPage } from './row-collector.ts';

export interface MergeCursor {
  /** Later events have greater ages; decides the order of cursors that stand at the same key. */
  readonly age: number;
  /** `_id` of the entity it stands at; null at the end. */
  readonly id: Value;
  /** Adds the entity's events, newest first, and moves to the next entity. */
  take(entity: EntityRows): Promise<void> | undefined;
}

export class LiveCursor implements MergeCursor {
  readonly age: number;
  readonly #source: LiveSource;
  readonly #keys: SortedRows;
  #at = -1;
  id: Value = null;

  constructor(source: LiveSource, age: number) {
    this.#source = source;
    this.#keys = source.generation.sortedKeys();
    this.age = age;
    this.#next();
  }

  /** Entities that the snapshot does not see yet are passed over. */
  #next(): void {
    const { ids } = this.#keys;
    do this.#at += 1; while (this.#at < ids.length && !this.#source.generation.holds(mapKey(ids[this.#at] as Value), this.#source.seq));
    this.id = ids[this.#at] ?? null;
  }

  take(entity: EntityRows): undefined {
    this.#source.collect(mapKey(this.id), entity);
    this.#next();
  }
}

/** Rows of the current page and where the cursor stands in it. */
export class FileCursor implements MergeCursor {
  readonly age: number;
  readonly #file: RawFile;
  readonly #pages: readonly RawPageInfo[];
  readonly #documents: readonly string[];
  #pageIndex = -1;
  #page: RawPage | undefined;
  #row = 0;
  id: Value = null;

  private constructor(file: RawFile, pages: readonly RawPageInfo[], documents: readonly string[], age: number) {
    this.#file = file;
    this.#pages = pages;
    this.#documents = documents;
    this.age = age;
  }

  static async open(file: RawFile, documents: readonly string[], age: number): Promise<FileCursor> {
    const cursor = new FileCursor(file, await file.pages(), documents, age);
    cursor.#enter(0);
    return cursor;
  }

  /** Before the first row of the page, which is read when a row is needed. */
  #enter(pageIndex: number): void {
    this.#pageIndex = pageIndex;
    this.#page = undefined;
    this.#row = 0;
    const info = this.#pages[pageIndex];
    this.id = info === undefined ? null : decodeKey(info.firstKey);
  }

  /** Info of the page at whose first row the cursor stands. */
  get untouchedPage(): RawPageInfo | undefined { return this.#row === 0 ? this.#pages[this.#pageIndex] : undefined; }
  /** The current page, read if it was not. */
  async page(): Promise<RawPage> {
    this.#page ??= await this.#file.readPage(this.#pageIndex, this.#documents);
    return this.#page;
  }
  get loaded(): RawPage | undefined { return this.#page; }
  get row(): number { return this.#row; }

  /** Whether the last entity of the current page has events on the next one. */
  get isContinued(): boolean {
    const info = this.#pages[this.#pageIndex];
    const next = this.#pages[this.#pageIndex + 1];
    return info !== undefined && next !== undefined && compareKeys(info.lastKey, next.firstKey) === 0;
  }
  skipPage(): void { this.#enter(this.#pageIndex + 1); }

  /** Stands at `row` of the loaded page, or at the next page when that is behind its last row. */
  moveTo(row: number): void {
    const page = this.#page as RawPage;
    if (row >= page.rowCount) { this.skipPage(); return; }
    this.#row = row;
    this.id = chunkValue(page.ids, row);
  }

  take(entity: EntityRows): Promise<void> | undefined {
    if (this.#page === undefined || !this.#takeFrom(this.#page, entity)) return this.#takeSlowly(entity);
    return undefined;
  }

  async #takeSlowly(entity: EntityRows): Promise<void> {
    while (!this.#takeFrom(await this.page(), entity)) { /* the entity goes on in the next page */ }
  }

  /** Whether the entity ended within the page. */
  #takeFrom(page: RawPage, entity: EntityRows): boolean {
    const { id } = this;
    let row = this.#row;
    const columns: ColumnPage = page;
    do {
      entity.push(columns, row, page.seq[row] as number, page.systemFrom[row] as bigint, page.validFrom[row] as bigint, page.validTo[row] as bigint, page.op[row] as number);
      row += 1;
    } while (row < page.rowCount && compareIds(chunkValue(page.ids, row), id) === 0);
    const goesOn = row === page.rowCount && this.isContinued;
    this.moveTo(row);
    return !goesOn;
  }

  /** First row after the current one whose `_id` is not below `bound`; galloping. The current one is below, the page loaded. */
  rowsBelow(bound: Value): number {
    const page = this.#page as RawPage;
    let low = this.#row;
    let step = 1;
    while (low + step < page.rowCount && compareIds(chunkValue(page.ids, low + step), bound) < 0) { low += step; step *= 2; }
    let high = Math.min(page.rowCount, low + step);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareIds(chunkValue(page.ids, middle), bound) < 0) low = middle + 1; else high = middle;
    }
    return low;
  }
}
