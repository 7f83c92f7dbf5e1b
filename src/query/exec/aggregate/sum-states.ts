/**
 * COUNT, SUM and AVG over int64 and float64 in typed arrays.
 *
 * A sum of int64 is kept in two doubles, `high` × 2^32 + `low` with 0 ≤ low < 2^32: exact for more than a million times 2^31 rows, and
 * overflow is looked at only when the result is asked for.
 */
import { INT64_MAX, INT64_MIN, overflowError } from '../../../data/types/numeric.ts';
import type { Value } from '../../../data/types/value.ts';
import { type Batch, selectionOf } from '../../../data/vector/batch.ts';
import { isValid, type Validity } from '../../../data/vector/chunk.ts';
import type { Scope } from '../../../data/vector/kernel-memory.ts';
import { nullReader, vectorReader } from '../../../data/vector/reader.ts';
import { dataOf, type Vector } from '../../../data/vector/vector.ts';
import type { AggregateState } from './aggregate-state.ts';
import { foldByKernel } from './fold-kernels.ts';
import { doubleReader, flatFloat64, flatInt64, halvesOf, highOf, lowOf, StateColumn, TWO_32 } from './state-columns.ts';

export class CountState implements AggregateState {
  readonly #counts = new StateColumn();

  update(groups: Int32Array, batch: Batch, [arg]: readonly Vector[], groupCount: number, scope: Scope | null): void {
    const counts = this.#counts.reserve(groupCount);
    if (foldByKernel('count', arg, batch, { groups, groupCount, states: [counts] }, scope)) return;
    const rows = selectionOf(batch);
    const isNull = arg === undefined ? null : nullReader(arg);
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      if (isNull !== null && isNull(row)) continue;
      const group = groups[row] as number;
      counts[group] = (counts[group] as number) + 1;
    }
  }

  result(group: number): Value { return BigInt(this.#counts.at(group)); }
}

interface WideSums { readonly high: Float64Array; readonly low: Float64Array; readonly counts: Float64Array }

/** Adds one row; `low` stays below 2^32. */
function addInt64(sums: WideSums, group: number, rowHigh: number, rowLow: number): void {
  const sum = (sums.low[group] as number) + rowLow;
  const carry = sum >= TWO_32 ? 1 : 0;
  sums.low[group] = sum - carry * TWO_32;
  sums.high[group] = (sums.high[group] as number) + rowHigh + carry;
  sums.counts[group] = (sums.counts[group] as number) + 1;
}

function addHalves(sums: WideSums, halves: Int32Array, validity: Validity, groups: Int32Array, rows: Int32Array): void {
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    if (isValid(validity, row)) addInt64(sums, groups[row] as number, halves[row * 2 + 1] as number, (halves[row * 2] as number) >>> 0);
  }
}

/** Brings `low` below 2^32 after a kernel, which does not carry. */
function carry({ low, high }: WideSums, groupCount: number): void {
  for (let group = 0; group < groupCount; group++) {
    const carried = Math.floor((low[group] as number) / TWO_32);
    low[group] = (low[group] as number) - carried * TWO_32;
    high[group] = (high[group] as number) + carried;
  }
}

export class SumInt64State implements AggregateState {
  readonly #high = new StateColumn();
  readonly #low = new StateColumn();
  readonly #counts = new StateColumn();

  update(groups: Int32Array, batch: Batch, [arg]: readonly Vector[], groupCount: number, scope: Scope | null): void {
    const sums = { high: this.#high.reserve(groupCount), low: this.#low.reserve(groupCount), counts: this.#counts.reserve(groupCount) };
    if (foldByKernel('sum_i64', arg, batch, { groups, groupCount, states: [sums.low, sums.high, sums.counts] }, scope)) { carry(sums, groupCount); return; }
    const rows = selectionOf(batch);
    const flat = flatInt64(arg as Vector);
    if (flat !== null) { addHalves(sums, halvesOf(flat), flat.validity, groups, rows); return; }
    const read = vectorReader(arg as Vector);
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      const value = read(row) as bigint | null;
      if (value !== null) addInt64(sums, groups[row] as number, highOf(value), lowOf(value));
    }
  }

  result(group: number): Value {
    if (this.#counts.at(group) === 0) return null;
    const sum = BigInt(this.#high.at(group)) * 4294967296n + BigInt(this.#low.at(group));
    if (sum < INT64_MIN || sum > INT64_MAX) throw overflowError();
    return sum;
  }
}

/** SUM of float64, and AVG of int64 and float64: a sum and a count. */
export class SumDoubleState implements AggregateState {
  readonly #sums = new StateColumn();
  readonly #counts = new StateColumn();
  readonly #mean: boolean;

  constructor(form: 'sum' | 'mean') { this.#mean = form === 'mean'; }

  update(groups: Int32Array, batch: Batch, [arg]: readonly Vector[], groupCount: number, scope: Scope | null): void {
    const sums = this.#sums.reserve(groupCount);
    const counts = this.#counts.reserve(groupCount);
    const flat = flatFloat64(arg as Vector);
    if (foldByKernel(flat === null ? 'mean_i64' : 'sum_f64', arg, batch, { groups, groupCount, states: [sums, counts] }, scope)) return;
    if (flat !== null) addDoubles(dataOf(flat) as Float64Array, flat.validity, groups, selectionOf(batch), sums, counts);
    else this.#addRead(arg as Vector, groups, selectionOf(batch), sums, counts);
  }

  #addRead(arg: Vector, groups: Int32Array, rows: Int32Array, sums: Float64Array, counts: Float64Array): void {
    const { read, isNull } = doubleReader(arg);
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      if (isNull !== null && isNull(row)) continue;
      const group = groups[row] as number;
      sums[group] = (sums[group] as number) + read(row);
      counts[group] = (counts[group] as number) + 1;
    }
  }

  result(group: number): Value {
    const count = this.#counts.at(group);
    if (count === 0) return null;
    return this.#mean ? this.#sums.at(group) / count : this.#sums.at(group);
  }
}

function addDoubles(data: Float64Array, validity: Validity, groups: Int32Array, rows: Int32Array, sums: Float64Array, counts: Float64Array): void {
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    if (!isValid(validity, row)) continue;
    const group = groups[row] as number;
    sums[group] = (sums[group] as number) + (data[row] as number);
    counts[group] = (counts[group] as number) + 1;
  }
}
