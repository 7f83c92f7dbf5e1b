/**
 * COUNT, SUM, AVG, MIN and MAX over int64 and float64 in typed arrays.
 *
 * A sum of int64 is kept in two doubles, `high` × 2^32 + `low` with 0 ≤ low < 2^32: exact for more than a million times 2^31 rows, and
 * overflow is looked at only when the result is asked for.
 */
import { INT64_MAX, INT64_MIN, overflowError } from '../../../data/types/numeric.ts';
import type { Value } from '../../../data/types/value.ts';
import { type Batch, selectionOf } from '../../../data/vector/batch.ts';
import { isValid, type Validity } from '../../../data/vector/chunk.ts';
import { nullReader, vectorReader } from '../../../data/vector/reader.ts';
import { dataOf, type FlatVector, type Vector } from '../../../data/vector/vector.ts';
import type { AggregateState } from './aggregate-state.ts';

const TWO_32 = 4294967296;

/** Doubles by group; grows with the number of groups. */
class Doubles {
  data = new Float64Array(16);
  reserve(count: number): Float64Array {
    if (count > this.data.length) {
      const grown = new Float64Array(Math.max(count, this.data.length * 2));
      grown.set(this.data);
      this.data = grown;
    }
    return this.data;
  }
  at(group: number): number { return this.data[group] ?? 0; }
}

export class CountState implements AggregateState {
  readonly #counts = new Doubles();

  update(groups: Int32Array, batch: Batch, args: readonly Vector[], groupCount: number): void {
    const counts = this.#counts.reserve(groupCount);
    const rows = selectionOf(batch);
    const isNull = args[0] === undefined ? null : nullReader(args[0]);
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      if (isNull !== null && isNull(row)) continue;
      const group = groups[row] as number;
      counts[group] = (counts[group] as number) + 1;
    }
  }

  result(group: number): Value { return BigInt(this.#counts.at(group)); }
}

const flatInt64 = (vector: Vector): FlatVector | null => (vector.form === 'flat' && vector.physical === 'i64' ? vector : null);
const flatFloat64 = (vector: Vector): FlatVector | null => (vector.form === 'flat' && vector.physical === 'f64' ? vector : null);
const halvesOf = (vector: FlatVector): Int32Array => { const data = dataOf(vector); return new Int32Array(data.buffer, data.byteOffset, data.length * 2); };

/** Calls with the 32-bit halves of each int64 that is not NULL, whatever the vector's form. */
function eachInt64(vector: Vector, rows: Int32Array, visit: (row: number, high: number, low: number) => void): void {
  const flat = flatInt64(vector);
  if (flat !== null) {
    const halves = halvesOf(flat);
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      if (isValid(flat.validity, row)) visit(row, halves[row * 2 + 1] as number, (halves[row * 2] as number) >>> 0);
    }
    return;
  }
  const read = vectorReader(vector);
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    const value = read(row);
    if (value !== null) visit(row, Number(BigInt.asIntN(32, (value as bigint) >> 32n)), Number(BigInt.asUintN(32, value as bigint)));
  }
}

export class SumInt64State implements AggregateState {
  readonly #high = new Doubles();
  readonly #low = new Doubles();
  readonly #counts = new Doubles();

  update(groups: Int32Array, batch: Batch, [arg]: readonly Vector[], groupCount: number): void {
    const high = this.#high.reserve(groupCount);
    const low = this.#low.reserve(groupCount);
    const counts = this.#counts.reserve(groupCount);
    eachInt64(arg as Vector, selectionOf(batch), (row, rowHigh, rowLow) => {
      const group = groups[row] as number;
      const sum = (low[group] as number) + rowLow;
      const carry = sum >= TWO_32 ? 1 : 0;
      low[group] = sum - carry * TWO_32;
      high[group] = (high[group] as number) + rowHigh + carry;
      counts[group] = (counts[group] as number) + 1;
    });
  }

  result(group: number): Value {
    if (this.#counts.at(group) === 0) return null;
    const sum = BigInt(this.#high.at(group)) * 4294967296n + BigInt(this.#low.at(group));
    if (sum < INT64_MIN || sum > INT64_MAX) throw overflowError();
    return sum;
  }
}

/** Rows as doubles; int64 and float64 in any form. */
function doubleReader(vector: Vector): { readonly read: (row: number) => number; readonly isNull: ((row: number) => boolean) | null } {
  const flat = flatFloat64(vector);
  if (flat !== null) {
    const data = dataOf(flat) as Float64Array;
    return { read: (row) => data[row] as number, isNull: nullReader(vector) };
  }
  const long = flatInt64(vector);
  if (long !== null) {
    const halves = halvesOf(long);
    return { read: (row) => (halves[row * 2 + 1] as number) * TWO_32 + ((halves[row * 2] as number) >>> 0), isNull: nullReader(vector) };
  }
  const read = vectorReader(vector);
  return { read: (row) => Number(read(row)), isNull: nullReader(vector) };
}

/** SUM of float64, and AVG of int64 and float64: a sum and a count. */
export class SumDoubleState implements AggregateState {
  readonly #sums = new Doubles();
  readonly #counts = new Doubles();
  readonly #mean: boolean;

  constructor(form: 'sum' | 'mean') { this.#mean = form === 'mean'; }

  update(groups: Int32Array, batch: Batch, [arg]: readonly Vector[], groupCount: number): void {
    const sums = this.#sums.reserve(groupCount);
    const counts = this.#counts.reserve(groupCount);
    const flat = flatFloat64(arg as Vector);
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

/** MIN and MAX of int64 by halves. */
export class ExtremeInt64State implements AggregateState {
  readonly #high = new Doubles();
  readonly #low = new Doubles();
  readonly #seen = new Doubles();
  readonly #sign: 1 | -1;

  constructor(form: 'min' | 'max') { this.#sign = form === 'max' ? 1 : -1; }

  update(groups: Int32Array, batch: Batch, [arg]: readonly Vector[], groupCount: number): void {
    const high = this.#high.reserve(groupCount);
    const low = this.#low.reserve(groupCount);
    const seen = this.#seen.reserve(groupCount);
    const sign = this.#sign;
    eachInt64(arg as Vector, selectionOf(batch), (row, rowHigh, rowLow) => {
      const group = groups[row] as number;
      const difference = rowHigh === high[group] ? rowLow - (low[group] as number) : rowHigh - (high[group] as number);
      if (seen[group] === 1 && difference * sign <= 0) return;
      seen[group] = 1;
      high[group] = rowHigh;
      low[group] = rowLow;
    });
  }

  result(group: number): Value {
    if (this.#seen.at(group) === 0) return null;
    return BigInt(this.#high.at(group)) * 4294967296n + BigInt(this.#low.at(group));
  }
}

/** MIN and MAX of float64: NaN is above everything. */
export class ExtremeFloat64State implements AggregateState {
  readonly #best = new Doubles();
  readonly #seen = new Doubles();
  readonly #isMax: boolean;

  constructor(form: 'min' | 'max') { this.#isMax = form === 'max'; }

  update(groups: Int32Array, batch: Batch, [arg]: readonly Vector[], groupCount: number): void {
    const best = this.#best.reserve(groupCount);
    const seen = this.#seen.reserve(groupCount);
    const { read, isNull } = doubleReader(arg as Vector);
    const rows = selectionOf(batch);
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      if (isNull !== null && isNull(row)) continue;
      const group = groups[row] as number;
      const value = read(row);
      const old = best[group] as number;
      const wins = this.#isMax ? value > old || (value !== value && old === old) : value < old || (old !== old && value === value);
      if (seen[group] === 1 && !wins) continue;
      seen[group] = 1;
      best[group] = value;
    }
  }

  result(group: number): Value { return this.#seen.at(group) === 0 ? null : this.#best.at(group); }
}

