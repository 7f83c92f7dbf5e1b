/**
 * Sort: all rows are kept, their numbers sorted, then gathered batch by batch.
 *
 *   rows ─▶ RowBuffer + SortKeys ┬─ all keys of fixed width (or texts that repeat): radix sort
 *                                └─ else: runs of 8,192 row numbers, each sorted ─▶ heap of run heads ─▶ batches
 *
 * The query can be cancelled between runs, passes and merged batches: no piece of work is longer than sorting one run.
 */
import { BATCH_ROWS } from '../../data/vector/batch.ts';
import { RowBuffer } from '../../data/vector/row-buffer.ts';
import type { FlatVector } from '../../data/vector/vector.ts';
import type { Batches, QueryRun } from './context.ts';
import type { PlanOf } from './operator.ts';
import { radixSort, type RadixKey } from './radix-sort.ts';
import { openSortKeys, type RowOrder, type SortKeys } from './sort-order.ts';
import { textRanks } from './text-ranks.ts';

const RUN_ROWS = 8192;

export async function* sort(plan: PlanOf<'Sort'>, run: QueryRun): Batches {
  const rows = run.hold(new RowBuffer(plan.input.columns.length));
  const keys = run.hold(openSortKeys(plan.keys, run));
  const scope = run.scope();
  for await (const batch of run.open(plan.input)) {
    rows.append(batch);
    keys.append(batch, scope);
    scope.release();
    if (run.isDue) await run.pause();
  }
  for await (const sorted of sortedByKeys(rows.rowCount, keys, run)) {
    yield rows.gather(sorted, scope);
    scope.release();
  }
  run.closeScope(scope);
}

/** Below this many rows comparing is faster than counting digits. */
const RADIX_ROWS_MIN = 4096;

/** Row numbers in the order of the keys, a batch at a time. */
export async function* sortedByKeys(rowCount: number, keys: SortKeys, run: QueryRun): AsyncGenerator<Int32Array, void, undefined> {
  const radixKeys = rowCount < RADIX_ROWS_MIN ? undefined : await radixKeysOf(rowCount, keys, run);
  if (radixKeys === undefined) {
    yield* sortedRows(rowCount, keys.order(), run);
    return;
  }
  const sorted = await radixSort(radixKeys, rowCount, run);
  for (let from = 0; from < rowCount; from += BATCH_ROWS) yield sorted.subarray(from, from + BATCH_ROWS);
}

/** The keys in fixed width; undefined if one of them has none. */
async function radixKeysOf(rowCount: number, keys: SortKeys, run: QueryRun): Promise<RadixKey[] | undefined> {
  const columns = keys.columns();
  if (!columns.every(({ vector }) => (vector.form === 'flat' && vector.physical !== 'uuid') || vector.form === 'text')) return undefined;
  const radixKeys: RadixKey[] = [];
  for (const { vector, descending, nullsFirst } of columns) {
    const flat = vector.form === 'text' ? await textRanks(vector, rowCount, run, (count, order) => sortPermutation(count, order, run)) : vector as FlatVector;
    if (flat === undefined) return undefined;
    radixKeys.push({ vector: flat, descending, nullsFirst });
  }
  return radixKeys;
}

/** Row numbers 0 … rowCount - 1 in order, a batch at a time. */
export async function* sortedRows(rowCount: number, order: RowOrder, run: QueryRun): AsyncGenerator<Int32Array, void, undefined> {
  const runs: Int32Array[] = [];
  for (let from = 0; from < rowCount; from += RUN_ROWS) {
    const numbers = Int32Array.from({ length: Math.min(RUN_ROWS, rowCount - from) }, (_, row) => from + row);
    runs.push(numbers.sort(order));
    if (run.isDue) await run.pause();
  }
  const merge = new RunMerge(runs, order);
  for (let rest = rowCount; rest > 0;) {
    const out = merge.take(Math.min(BATCH_ROWS, rest));
    rest -= out.length;
    if (run.isDue) await run.pause();
    yield out;
  }
}

/** All row numbers in the order of the keys, as one array. */
export async function sortByKeys(rowCount: number, keys: SortKeys, run: QueryRun): Promise<Int32Array> {
  return collect(rowCount, sortedByKeys(rowCount, keys, run));
}

async function collect(rowCount: number, parts: AsyncGenerator<Int32Array, void, undefined>): Promise<Int32Array> {
  const out = new Int32Array(rowCount);
  let at = 0;
  for await (const part of parts) { out.set(part, at); at += part.length; }
  return out;
}

/** All row numbers in order, as one array. */
export async function sortPermutation(rowCount: number, order: RowOrder, run: QueryRun): Promise<Int32Array> {
  return collect(rowCount, sortedRows(rowCount, order, run));
}

/** k-way merge by a binary heap of runs, ordered by their next row. */
class RunMerge {
  readonly #runs: readonly Int32Array[];
  readonly #order: RowOrder;
  readonly #at: Int32Array;
  readonly #heap: number[] = [];

  constructor(runs: readonly Int32Array[], order: RowOrder) {
    this.#runs = runs;
    this.#order = order;
    this.#at = new Int32Array(runs.length);
    for (let index = 0; index < runs.length; index++) this.#heap.push(index);
    for (let index = (runs.length >> 1) - 1; index >= 0; index--) this.#sink(index);
  }

  #head(index: number): number {
    const run = this.#heap[index] as number;
    return (this.#runs[run] as Int32Array)[this.#at[run] as number] as number;
  }

  /** Moves a run down until no child's next row comes first. */
  #sink(from: number): void {
    const heap = this.#heap;
    let parent = from;
    for (;;) {
      let child = parent * 2 + 1;
      if (child >= heap.length) return;
      if (child + 1 < heap.length && this.#order(this.#head(child + 1), this.#head(child)) < 0) child++;
      if (this.#order(this.#head(parent), this.#head(child)) <= 0) return;
      const moved = heap[parent] as number;
      heap[parent] = heap[child] as number;
      heap[child] = moved;
      parent = child;
    }
  }

  take(count: number): Int32Array {
    const first = this.#runs[0];
    if (this.#runs.length === 1 && first !== undefined) {
      const from = this.#at[0] as number;
      this.#at[0] = from + count;
      return first.subarray(from, from + count);
    }
    const out = new Int32Array(count);
    for (let k = 0; k < count; k++) {
      const run = this.#heap[0] as number;
      out[k] = this.#head(0);
      this.#at[run] = (this.#at[run] as number) + 1;
      if (this.#at[run] === (this.#runs[run] as Int32Array).length) {
        const last = this.#heap.pop() as number;
        if (this.#heap.length > 0) this.#heap[0] = last;
      }
      this.#sink(0);
    }
    return out;
  }
}
