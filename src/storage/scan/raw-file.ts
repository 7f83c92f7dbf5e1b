/**
 * Raw files as scans see them: the events of one table and block, in key order.
 *
 *   page 0  a/9 a/4 b/2      rows by (key, systemFrom desc, seq desc); an entity's events may go on in the next page
 *   page 1  b/1 c/5
 */
import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import { compareIds } from '../key.ts';
import { chunkValue } from '../../data/vector/chunk-value.ts';

/** What the page index tells of a page. Keys are encoded (`key.ts`) and inclusive. */
export interface RawPageInfo {
  readonly rowCount: number;
  readonly firstKey: Uint8Array;
  readonly lastKey: Uint8Array;
  /** Every row is a put to ∞, and no entity has two events in this file. */
  readonly isPlain: boolean;
  readonly maxValidFrom: bigint;
  readonly maxSystemFrom: bigint;
}

/** Bounds of the times of a page's events, deletes and erases included. */
export interface PageTimeBounds {
  readonly minSystemFrom: bigint;
  readonly minValidFrom: bigint;
  readonly maxValidTo: bigint;
  /** Whether `validTo` is ∞ in every row. */
  readonly isUnbounded: boolean;
}

/** Times of the events of a page, as they were written. */
export interface RawTimes {
  readonly systemFrom: BigInt64Array;
  readonly validFrom: BigInt64Array;
  readonly validTo: BigInt64Array;
}

/** Rows of one page; never changed. */
export interface RawPage extends RawTimes {
  readonly rowCount: number;
  readonly seq: Float64Array;
  /** OP_PUT, OP_DELETE, OP_ERASE of `temporal/resolve.ts`. */
  readonly op: Uint8Array;
  /** `_id` of each row, deletes and erases included. */
  readonly ids: ColumnChunk;
  /** The columns asked for, in that order; a column the file does not have is a constant NULL. */
  readonly columns: readonly ColumnChunk[];
}

/**
 * Reads may run side by side. Errors are EngineError: 58030 when the file cannot be read, XX001 when its bytes are damaged.
 */
export interface RawFile {
  readonly name: string;
  /** Number of the block it belongs to: rises from file to file of a table. */
  readonly block?: number | undefined;
  readonly rowCount: number;
  readonly minSeq: number;
  readonly maxSeq: number;
  /** Types of the document columns of this file's puts. */
  readonly columns: ReadonlyMap<string, ColumnType>;
  /** The page index, loaded at the first call. */
  pages(): Promise<readonly RawPageInfo[]>;
  /** Of each page; loaded at the first call. */
  timeBounds(): Promise<readonly PageTimeBounds[]>;
  readTimes(page: number): Promise<RawTimes>;
  /** `columns` are names of document columns, `_id` possibly among them. */
  readPage(page: number, columns: readonly string[]): Promise<RawPage>;
  /** The columns alone; `_id` is that of each row, deletes and erases included. */
  readColumns(page: number, columns: readonly string[]): Promise<readonly ColumnChunk[]>;
  /** The events of one entity and no others, newest first, in as many pages as they are on; none when it has no event here. */
  readEntity(id: Value, columns: readonly string[]): Promise<readonly RawPage[]>;
}

/** Pages [from, to) that may hold the key. */
export function pagesWithKey(pages: readonly RawPageInfo[], key: Uint8Array, compare: (a: Uint8Array, b: Uint8Array) => number): readonly [number, number] {
  let low = 0;
  let high = pages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare((pages[middle] as RawPageInfo).lastKey, key) < 0) low = middle + 1; else high = middle;
  }
  let to = low;
  while (to < pages.length && compare((pages[to] as RawPageInfo).firstKey, key) <= 0) to += 1;
  return [low, to];
}

/** First row whose `_id` is not below `id`, of rows in key order. */
export function firstRowOf(ids: ColumnChunk, rowCount: number, id: Value): number {
  let low = 0;
  let high = rowCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareIds(chunkValue(ids, middle), id) < 0) low = middle + 1; else high = middle;
  }
  return low;
}
