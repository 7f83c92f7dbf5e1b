/**
 * Orders of rows: key columns evaluated once, then compared by row number.
 *
 * Flat key columns compare as numbers (int64 as two halves); all others by the total order of values.
 */
import { compareValues } from '../../data/types/compare.ts';
import type { Value } from '../../data/types/value.ts';
import { type Batch, selectionOf } from '../../data/vector/batch.ts';
import { ColumnBuffer } from '../../data/vector/column-buffer.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import { nullReader, vectorReader } from '../../data/vector/reader.ts';
import { compareUuids } from '../../data/vector/uuid-cells.ts';
import { dataOf, type FlatVector, type Vector } from '../../data/vector/vector.ts';
import type { Evaluator } from '../expr/evaluator.ts';
import type { PhysicalSortKey } from '../plan/physical-plan.ts';
import type { QueryRun } from './context.ts';
import { compareRanges } from './text-table.ts';

export type RowOrder = (a: number, b: number) => number;

interface KeyColumn { readonly evaluator: Evaluator; readonly descending: boolean; readonly nullsFirst: boolean; readonly buffer: ColumnBuffer }

/** Keys of the rows that were appended, in that order. */
export class SortKeys {
  readonly #columns: readonly KeyColumn[];

  constructor(columns: readonly KeyColumn[]) { this.#columns = columns; }

  get byteCount(): number { return this.#columns.reduce((sum, { buffer }) => sum + buffer.byteCount, 0); }

  append(batch: Batch, scope: Scope | null): void {
    const rows = selectionOf(batch);
    for (const { evaluator, buffer } of this.#columns) buffer.append(evaluator.evaluate(batch, scope), rows);
  }

  /** The order of rows by number, ties by number: so every sort is stable. Valid until the next append. */
  order(): RowOrder {
    const orders = this.#orders();
    const [first, second] = orders;
    if (first === undefined) return (a, b) => a - b;
    if (second === undefined) return (a, b) => first(a, b) || a - b;
    if (orders.length === 2) return (a, b) => first(a, b) || second(a, b) || a - b;
    return (a, b) => {
      for (const order of orders) { const result = order(a, b); if (result !== 0) return result; }
      return a - b;
    };
  }

  /** Whether two rows are peers. Valid until the next append. */
  peers(): (a: number, b: number) => boolean {
    const orders = this.#orders();
    return (a, b) => orders.every((order) => order(a, b) === 0);
  }

  /** The key columns, for sorts that look at them by themselves. Valid until the next append. */
  columns(): { readonly vector: Vector; readonly descending: boolean; readonly nullsFirst: boolean }[] {
    return this.#columns.map(({ buffer, descending, nullsFirst }) => ({ vector: buffer.asVector(), descending, nullsFirst }));
  }

  #orders(): RowOrder[] {
    return this.#columns.map((column) => columnOrder(column.buffer.asVector(), column.descending, column.nullsFirst));
  }

  /** Keys of the given rows only, in that order. */
  keep(rows: Int32Array): SortKeys {
    return new SortKeys(this.#columns.map((column) => {
      const buffer = new ColumnBuffer();
      buffer.append(column.buffer.asVector(), rows);
      return { ...column, buffer };
    }));
  }
}

export function openSortKeys(keys: readonly PhysicalSortKey[], run: QueryRun): SortKeys {
  return new SortKeys(keys.map((key) => ({
    evaluator: run.evaluator(key.expression), descending: key.descending, nullsFirst: key.nullsFirst, buffer: new ColumnBuffer(),
  })));
}

/** The order of one column's rows; NULLs where the key says. */
export function columnOrder(vector: Vector, descending: boolean, nullsFirst: boolean): RowOrder {
  const present = valueOrder(vector);
  const directed: RowOrder = descending ? (a, b) => present(b, a) : present;
  const isNull = nullReader(vector);
  if (isNull === null) return directed;
  const nullFirst = nullsFirst ? -1 : 1;
  return (a, b) => {
    const aNull = isNull(a);
    const bNull = isNull(b);
    if (aNull || bNull) return aNull === bNull ? 0 : aNull ? nullFirst : -nullFirst;
    return directed(a, b);
  };
}

function valueOrder(vector: Vector): RowOrder {
  if (vector.form === 'flat') return flatOrder(vector);
  if (vector.form === 'text') {
    const { bytes, offsets } = vector;
    return (a, b) => compareRanges(bytes, offsets[a] as number, offsets[a + 1] as number, bytes, offsets[b] as number, offsets[b + 1] as number);
  }
  if (vector.form === 'values') { const { values } = vector; return (a, b) => compareValues(values[a] as Value, values[b] as Value); }
  const read = vectorReader(vector);
  return (a, b) => compareValues(read(a), read(b));
}

function flatOrder(vector: FlatVector): RowOrder {
  const data = dataOf(vector);
  if (vector.physical === 'uuid') {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return (a, b) => compareUuids(bytes, a, bytes, b);
  }
  if (data instanceof BigInt64Array) return int64Order(new Int32Array(data.buffer, data.byteOffset, data.length * 2));
  if (data instanceof Float64Array) {
    return (a, b) => {
      const x = data[a] as number;
      const y = data[b] as number;
      return x < y ? -1 : x > y ? 1 : x === y ? 0 : compareValues(x, y);
    };
  }
  const numbers = data as Int32Array;
  return (a, b) => { const x = numbers[a] as number; const y = numbers[b] as number; return x < y ? -1 : x > y ? 1 : 0; };
}

const int64Order = (halves: Int32Array): RowOrder => (a, b) => {
  const aHigh = halves[a * 2 + 1] as number;
  const bHigh = halves[b * 2 + 1] as number;
  if (aHigh !== bHigh) return aHigh < bHigh ? -1 : 1;
  const aLow = (halves[a * 2] as number) >>> 0;
  const bLow = (halves[b * 2] as number) >>> 0;
  return aLow < bLow ? -1 : aLow > bLow ? 1 : 0;
};
