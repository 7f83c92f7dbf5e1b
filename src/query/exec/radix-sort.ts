/**
 * Radix sort of row numbers by fixed-width keys: least significant digit first, so each pass keeps the order of the one before.
 *
 *   last key: low digits … high digits, NULL flag │ … │ first key: low digits … high digits, NULL flag
 *
 * A key is two unsigned 32-bit halves whose order is the order of the values: signs flipped, doubles made monotonic, DESC inverted.
 * A digit in which all rows agree costs its count only.
 */
import { isValid, type Validity } from '../../data/vector/chunk.ts';
import { dataOf, type FlatVector } from '../../data/vector/vector.ts';
import type { QueryRun } from './context.ts';

export interface RadixKey { readonly vector: FlatVector; readonly descending: boolean; readonly nullsFirst: boolean }

const DIGIT_BITS = 11;
const BUCKETS = 1 << DIGIT_BITS;
/** Of a row while it is sorted: its number twice, and the halves of one key. */
const WORK_BYTES = 16;
/** Rows of a pass between two looks at the cancel flag. */
const SLICE_ROWS = 65_536;

interface Halves { readonly low: Int32Array; readonly high: Int32Array | null }

/** NULLs are equal, whatever bytes lie under them. */
function clearNulls({ low, high }: Halves, validity: Validity, from: number, to: number): void {
  if (validity === null) return;
  for (let row = from; row < to; row++) {
    if (isValid(validity, row)) continue;
    low[row] = 0;
    if (high !== null) high[row] = 0;
  }
}

/** Order-preserving halves of a column. `high` is null where 32 bits are enough. */
async function halvesOf({ vector, descending }: RadixKey, rowCount: number, run: QueryRun): Promise<Halves> {
  const data = dataOf(vector);
  const isWide = data instanceof BigInt64Array || data instanceof Float64Array;
  const halves: Halves = { low: new Int32Array(rowCount), high: isWide ? new Int32Array(rowCount) : null };
  for (let from = 0; from < rowCount; from += SLICE_ROWS) {
    const to = Math.min(from + SLICE_ROWS, rowCount);
    fillHalves(data, descending ? -1 : 0, halves, from, to);
    clearNulls(halves, vector.validity, from, to);
    if (run.isDue) await run.pause();
  }
  return halves;
}

function fillHalves(data: ReturnType<typeof dataOf>, flip: number, { low, high }: Halves, from: number, to: number): void {
  if (high === null) {
    const sign = data instanceof Int32Array ? 0x80000000 : 0;
    for (let row = from; row < to; row++) low[row] = (data[row] as number) ^ sign ^ flip;
    return;
  }
  const words = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
  if (data instanceof Float64Array) { fillDoubles(data, words, flip, low, high, from, to); return; }
  for (let row = from; row < to; row++) {
    low[row] = (words[row * 2] as number) ^ flip;
    high[row] = (words[row * 2 + 1] as number) ^ 0x80000000 ^ flip;
  }
}

/** NaN is above everything; -0 is 0. */
function fillDoubles(data: Float64Array, words: Int32Array, flip: number, low: Int32Array, high: Int32Array, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    const value = data[row] as number;
    const isNaN = value !== value;
    const lowBits = isNaN || value === 0 ? 0 : words[row * 2] as number;
    const highBits = isNaN ? 0x7ff80000 : value === 0 ? 0 : words[row * 2 + 1] as number;
    const mask = highBits >> 31;
    low[row] = lowBits ^ mask ^ flip;
    high[row] = highBits ^ (mask | 0x80000000) ^ flip;
  }
}

class RadixSorter {
  rows: Int32Array;
  #spare: Int32Array;
  readonly #run: QueryRun;

  constructor(rowCount: number, run: QueryRun) {
    this.rows = Int32Array.from({ length: rowCount }, (_, row) => row);
    this.#spare = new Int32Array(rowCount);
    this.#run = run;
  }

  async byHalf(half: Int32Array): Promise<void> {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) await this.#byDigit(half, shift);
  }

  async #byDigit(half: Int32Array, shift: number): Promise<void> {
    const counts = new Int32Array(BUCKETS);
    for (let from = 0; from < half.length; from += SLICE_ROWS) {
      countDigits(half, shift, counts, from, Math.min(from + SLICE_ROWS, half.length));
      if (this.#run.isDue) await this.#run.pause();
    }
    if (counts.includes(half.length)) return;
    startsOf(counts);
    for (let from = 0; from < half.length; from += SLICE_ROWS) {
      this.#scatter(half, shift, counts, from, Math.min(from + SLICE_ROWS, half.length));
      if (this.#run.isDue) await this.#run.pause();
    }
    this.#swap();
  }

  #scatter(half: Int32Array, shift: number, next: Int32Array, from: number, to: number): void {
    const rows = this.rows;
    const out = this.#spare;
    for (let k = from; k < to; k++) {
      const row = rows[k] as number;
      const digit = ((half[row] as number) >>> shift) & (BUCKETS - 1);
      const at = next[digit] as number;
      out[at] = row;
      next[digit] = at + 1;
    }
  }

  byNull(validity: Validity, nullsFirst: boolean): void {
    if (validity === null) return;
    const rows = this.rows;
    const out = this.#spare;
    let at = 0;
    for (const wanted of nullsFirst ? [false, true] : [true, false]) {
      for (let k = 0; k < rows.length; k++) if (isValid(validity, rows[k] as number) === wanted) out[at++] = rows[k] as number;
    }
    this.#swap();
  }

  #swap(): void {
    const rows = this.rows;
    this.rows = this.#spare;
    this.#spare = rows;
  }
}

function countDigits(half: Int32Array, shift: number, counts: Int32Array, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    const digit = ((half[row] as number) >>> shift) & (BUCKETS - 1);
    counts[digit] = (counts[digit] as number) + 1;
  }
}

/** Counts → where each bucket begins, in place. */
function startsOf(counts: Int32Array): void {
  let start = 0;
  for (let digit = 0; digit < BUCKETS; digit++) {
    const count = counts[digit] as number;
    counts[digit] = start;
    start += count;
  }
}

/** Row numbers 0 … rowCount - 1 in the order of the keys; equal rows in order of their numbers. */
export async function radixSort(keys: readonly RadixKey[], rowCount: number, run: QueryRun): Promise<Int32Array> {
  const held = run.hold({ byteCount: rowCount * WORK_BYTES });
  if (run.isDue) await run.pause();
  const sorter = new RadixSorter(rowCount, run);
  for (const key of keys.toReversed()) {
    const { low, high } = await halvesOf(key, rowCount, run);
    await sorter.byHalf(low);
    if (high !== null) await sorter.byHalf(high);
    sorter.byNull(key.vector.validity, key.nullsFirst);
  }
  run.drop(held);
  return sorter.rows;
}
