/**
 * Texts → ranks: equal texts get the same number, smaller texts smaller ones, so that texts can be sorted as integers.
 * Only the distinct texts are compared with each other.
 */
import { INT32 } from '../../data/types/type.ts';
import { isValid } from '../../data/vector/chunk.ts';
import { type FlatVector, heapVector, type TextVector } from '../../data/vector/vector.ts';
import type { QueryRun } from './context.ts';
import type { RowOrder } from './sort-order.ts';
import { TextTable } from './text-table.ts';

/** Share of distinct texts above which ranks cost more than they save. */
const DISTINCT_MAX = 1 / 2;
const SLICE_ROWS = 65_536;

/** Ranks of all rows, NULLs kept; undefined if too many texts are distinct. `sortDistinct` gives the numbers of `count` texts in order. */
export async function textRanks(vector: TextVector, rowCount: number, run: QueryRun, sortDistinct: (count: number, order: RowOrder) => Promise<Int32Array>): Promise<FlatVector | undefined> {
  const table = new TextTable();
  const codes = new Int32Array(rowCount);
  for (let from = 0; from < rowCount; from += SLICE_ROWS) {
    const to = Math.min(from + SLICE_ROWS, rowCount);
    for (let row = from; row < to; row++) {
      if (isValid(vector.validity, row)) codes[row] = table.code(vector.bytes, vector.offsets[row] as number, vector.offsets[row + 1] as number, true);
    }
    if (table.size > Math.max(rowCount * DISTINCT_MAX, SLICE_ROWS)) return undefined;
    if (run.isDue) await run.pause();
  }
  const sorted = await sortDistinct(table.size, (a, b) => table.compare(a, b));
  const ranks = new Int32Array(table.size);
  sorted.forEach((code, rank) => { ranks[code] = rank; });
  for (let row = 0; row < rowCount; row++) codes[row] = ranks[codes[row] as number] ?? 0;
  return heapVector(INT32, 'i32', codes, vector.validity);
}
