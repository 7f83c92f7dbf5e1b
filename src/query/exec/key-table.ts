/**
 * Key tables: tuples of values → dense numbers, for grouping, DISTINCT, set operations and hash joins.
 *
 *   column 0 ─coder─▶ code ┐
 *   column 1 ─coder─▶ code ┴─PairTable─▶ code ┐
 *   column 2 ─coder─────────────────▶ code ───┴─PairTable─▶ number of the tuple
 *
 * Each column has a coder for its type: integers by their halves, everything else by the key of its value. No tuple is ever made a string.
 */
import type { ColumnType, Type } from '../../data/types/type.ts';
import { singleLeg } from '../../data/types/type.ts';
import { joinKeyOf, type Key, keyOf } from '../../data/types/hash-key.ts';
import type { Tagged, Value } from '../../data/types/value.ts';
import { isValid } from '../../data/vector/chunk.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import { dataOf, type FlatVector, type Vector } from '../../data/vector/vector.ts';
import { PairTable } from './pair-table.ts';

/**
 * `grouping`: NULL equals NULL, NaN equals NaN, every tuple has a number.
 * `joining`: SQL equality; a tuple that can equal nothing (a NULL, a NaN) has the number -1.
 */
export type KeyEquality = 'grouping' | 'joining';

interface Coder {
  /** Codes of the given rows; with `insert`, unknown values get new codes, else -1. */
  encode(vector: Vector, rows: Int32Array, insert: boolean, out: Int32Array): void;
}

/** Integers, dates and timestamps of one kind and unit: whatever lies in flat data as an integer. */
function isIntegral(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'timestamptz';
}

/** Whether the integers of the two types mean the same when they are equal. */
export function sameIntegers(a: ColumnType, b: ColumnType): boolean {
  const left = singleLeg(a);
  const right = singleLeg(b);
  if (left === undefined || right === undefined || left.kind !== right.kind || !isIntegral(left)) return false;
  return !('unit' in left) || !('unit' in right) || left.unit === right.unit;
}

function integerOf(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  const tagged = value as Tagged;
  if (tagged.kind === 'int') return BigInt(tagged.value);
  if (tagged.kind === 'date') return BigInt(tagged.days);
  return (tagged as { readonly value: bigint }).value;
}

class IntegerCoder implements Coder {
  readonly #index = new PairTable();
  readonly #equality: KeyEquality;
  /** Code of NULL when grouping; -1 until there was one. Codes above it are those of the index plus one. */
  #nullCode = -1;

  constructor(equality: KeyEquality) { this.#equality = equality; }

  encode(vector: Vector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    if (vector.form === 'flat' && vector.physical === 'i64') this.#encodeInt64(vector, rows, insert, out);
    else if (vector.form === 'flat' && vector.physical === 'i32') this.#encodeInt32(vector, rows, insert, out);
    else this.#encodeValues(vector, rows, insert, out);
  }

  #code(low: number, high: number, insert: boolean): number {
    const number = insert ? this.#index.insert(low, high) : this.#index.find(low, high);
    return this.#nullCode >= 0 && number >= this.#nullCode ? number + 1 : number;
  }

  #null(insert: boolean): number {
    if (this.#equality === 'joining') return -1;
    if (this.#nullCode < 0 && insert) this.#nullCode = this.#index.size;
    return this.#nullCode;
  }

  #encodeInt64(vector: FlatVector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    const data = dataOf(vector);
    const halves = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
    const { validity } = vector;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      out[k] = isValid(validity, row) ? this.#code(halves[row * 2] as number, halves[row * 2 + 1] as number, insert) : this.#null(insert);
    }
  }

  #encodeInt32(vector: FlatVector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    const data = dataOf(vector) as Int32Array;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      out[k] = isValid(vector.validity, row) ? this.#code(data[row] as number, (data[row] as number) >> 31, insert) : this.#null(insert);
    }
  }

  #encodeValues(vector: Vector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    const read = vectorReader(vector);
    for (let k = 0; k < rows.length; k++) {
      const value = read(rows[k] as number);
      if (value === null) { out[k] = this.#null(insert); continue; }
      const integer = integerOf(value);
      out[k] = this.#code(Number(BigInt.asIntN(32, integer)), Number(BigInt.asIntN(32, integer >> 32n)), insert);
    }
  }
}

class ValueCoder implements Coder {
  readonly #codes = new Map<Key, number>();
  readonly #keyOf: (value: Value) => Key | undefined;

  constructor(equality: KeyEquality) { this.#keyOf = equality === 'joining' ? joinKeyOf : keyOf; }

  encode(vector: Vector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    const read = vectorReader(vector);
    const codes = this.#codes;
    const keyOfValue = this.#keyOf;
    for (let k = 0; k < rows.length; k++) {
      const key = keyOfValue(read(rows[k] as number));
      if (key === undefined) { out[k] = -1; continue; }
      let code = codes.get(key);
      if (code === undefined) {
        code = insert ? codes.size : -1;
        if (insert) codes.set(key, code);
      }
      out[k] = code;
    }
  }
}

export class KeyTable {
  readonly #coders: readonly Coder[];
  readonly #pairs: readonly PairTable[];
  #size = 0;

  /** `probe`: types of the columns that `find` will be asked for, where they are not the same. */
  constructor(types: readonly ColumnType[], equality: KeyEquality, probe: readonly ColumnType[] = types) {
    this.#coders = types.map((type, index) => (sameIntegers(type, probe[index] as ColumnType) ? new IntegerCoder(equality) : new ValueCoder(equality)));
    this.#pairs = types.slice(1).map(() => new PairTable());
  }

  /** How many tuples have a number. */
  get size(): number { return this.#size; }

  /** Number of each row's tuple; new tuples get the next numbers, in order of arrival. */
  assign(vectors: readonly Vector[], rows: Int32Array): Int32Array {
    const numbers = this.#encode(vectors, rows, true);
    let size = this.#size;
    for (let k = 0; k < numbers.length; k++) if ((numbers[k] as number) >= size) size = (numbers[k] as number) + 1;
    this.#size = size;
    return numbers;
  }

  /** Number of each row's tuple, or -1. */
  find(vectors: readonly Vector[], rows: Int32Array): Int32Array { return this.#encode(vectors, rows, false); }

  #encode(vectors: readonly Vector[], rows: Int32Array, insert: boolean): Int32Array {
    const numbers = new Int32Array(rows.length);
    const codes = new Int32Array(rows.length);
    for (let column = 0; column < this.#coders.length; column++) {
      const out = column === 0 ? numbers : codes;
      (this.#coders[column] as Coder).encode(vectors[column] as Vector, rows, insert, out);
      if (column > 0) combine(this.#pairs[column - 1] as PairTable, numbers, codes, insert);
    }
    return numbers;
  }
}

function combine(pairs: PairTable, numbers: Int32Array, codes: Int32Array, insert: boolean): void {
  for (let k = 0; k < numbers.length; k++) {
    const number = numbers[k] as number;
    const code = codes[k] as number;
    if (number < 0 || code < 0) numbers[k] = -1;
    else numbers[k] = insert ? pairs.insert(number, code) : pairs.find(number, code);
  }
}

/** The rows at which tuples with the numbers from `known` on were seen first, in order of their numbers. */
export function firstRows(numbers: Int32Array, rows: Int32Array, known: number): Int32Array {
  const found: number[] = [];
  let next = known;
  for (let k = 0; k < numbers.length; k++) if (numbers[k] === next) { found.push(rows[k] as number); next++; }
  return Int32Array.from(found);
}
