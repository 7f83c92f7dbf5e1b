/**
 * Coders: the values of one column → dense codes 0, 1, 2, … in order of arrival.
 *
 *   integers, dates, timestamps   by a kernel, or by their 32-bit halves (PairTable)
 *   text                          by its bytes (TextTable)
 *   uuid                          by its words (UuidCoder)
 *   uri, keyword                  by the string inside (a Map)
 *   anything else                 by the key of the value (a Map)
 */
import { joinKeyOf, type Key, keyOf } from '../../data/types/hash-key.ts';
import { type ColumnType, singleLeg, type Type } from '../../data/types/type.ts';
import type { Tagged, Value } from '../../data/types/value.ts';
import { isValid } from '../../data/vector/chunk.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import { dataOf, type FlatVector, type TextVector, type Vector } from '../../data/vector/vector.ts';
import { KernelKeyIndex } from './kernel-key-index.ts';
import { PairTable } from './pair-table.ts';
import { TextTable } from './text-table.ts';
import { UuidCoder } from './uuid-coder.ts';

/**
 * `grouping`: NULL equals NULL, NaN equals NaN, every tuple has a number.
 * `joining`: SQL equality; a tuple that can equal nothing (a NULL, a NaN) has the number -1.
 */
export type KeyEquality = 'grouping' | 'joining';

export interface Coder {
  /** Codes of the given rows; with `insert`, unknown values get new codes, else -1. */
  encode(vector: Vector, rows: Int32Array, insert: boolean, out: Int32Array): void;
  /** Bytes held, roughly, where the number of keys does not tell. */
  readonly byteCount?: number;
}

/** Integers, dates and timestamps of one kind and unit: whatever lies in flat data as an integer. */
function isIntegral(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'timestamptz';
}

/** Whether the integers of the two types mean the same when they are equal. */
function sameIntegers(a: ColumnType, b: ColumnType): boolean {
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

/** Room for NULL among the codes of a table that does not know it: when grouping, it gets the code that is next when it first comes. */
class NullCode {
  readonly #equality: KeyEquality;
  #code = -1;

  constructor(equality: KeyEquality) { this.#equality = equality; }

  /** Code of NULL; -1 when it has none. `next` is the table's next code. */
  ofNull(insert: boolean, next: number): number {
    if (this.#equality === 'joining') return -1;
    if (this.#code < 0 && insert) this.#code = next;
    return this.#code;
  }

  /** NULL has this code from before; -1 if it has none. */
  adopt(code: number): void { this.#code = code; }

  /** A code of the table, moved up if NULL came before it. */
  shifted(code: number): number { return this.#code >= 0 && code >= this.#code ? code + 1 : code; }
}

class IntegerCoder implements Coder {
  readonly #index = new PairTable();
  readonly #nulls: NullCode;
  /** Does it all, as long as it has room. */
  #kernel: KernelKeyIndex | null;

  constructor(equality: KeyEquality, scope: Scope | null) {
    this.#nulls = new NullCode(equality);
    this.#kernel = KernelKeyIndex.open(scope, equality === 'grouping');
  }

  encode(vector: Vector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    if (this.#kernel !== null) {
      if (this.#kernel.encode(vector, rows, insert, integerOf, out)) return;
      this.#leave(this.#kernel);
    }
    if (vector.form === 'flat' && vector.physical === 'i64') this.#encodeInt64(vector, rows, insert, out);
    else if (vector.form === 'flat' && vector.physical === 'i32') this.#encodeInt32(vector, rows, insert, out);
    else this.#encodeValues(vector, rows, insert, out);
  }

  /** Takes over the keys with their numbers: kernel memory has no more room. */
  #leave({ keys, size, nullNumber }: KernelKeyIndex): void {
    for (let number = 0; number < size; number++) if (number !== nullNumber) this.#index.insert(keys[number * 2] as number, keys[number * 2 + 1] as number);
    this.#nulls.adopt(nullNumber);
    this.#kernel = null;
  }

  #code(low: number, high: number, insert: boolean): number {
    return this.#nulls.shifted(insert ? this.#index.insert(low, high) : this.#index.find(low, high));
  }

  #null(insert: boolean): number { return this.#nulls.ofNull(insert, this.#index.size); }

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

const encoder = new TextEncoder();
/** Strings whose codes are remembered; where there are more distinct ones, remembering them would cost more than it saves. */
const KNOWN_TEXTS_MAX = 65_536;
/** What an entry of a Map and its key are taken to cost. */
const MAP_ENTRY_BYTES = 144;

class TextCoder implements Coder {
  readonly #table = new TextTable();
  /** Codes of strings that came as values, so that each is made bytes once. */
  readonly #known = new Map<string, number>();
  readonly #nulls: NullCode;

  constructor(equality: KeyEquality) { this.#nulls = new NullCode(equality); }

  encode(vector: Vector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    if (vector.form === 'text') this.#encodeText(vector, rows, insert, out);
    else this.#encodeValues(vector, rows, insert, out);
  }

  #encodeText({ offsets, bytes, validity }: TextVector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      if (!isValid(validity, row)) out[k] = this.#nulls.ofNull(insert, this.#table.size);
      else out[k] = this.#nulls.shifted(this.#table.code(bytes, offsets[row] as number, offsets[row + 1] as number, insert));
    }
  }

  #encodeValues(vector: Vector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    const read = vectorReader(vector);
    for (let k = 0; k < rows.length; k++) {
      const value = read(rows[k] as number) as string | null;
      out[k] = value === null ? this.#nulls.ofNull(insert, this.#table.size) : this.#nulls.shifted(this.#codeOf(value, insert));
    }
  }

  #codeOf(text: string, insert: boolean): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const bytes = encoder.encode(text);
    const code = this.#table.code(bytes, 0, bytes.length, insert);
    if (code < 0) return code;
    if (this.#known.size >= KNOWN_TEXTS_MAX) this.#known.clear();
    this.#known.set(text, code);
    return code;
  }

  get byteCount(): number { return this.#table.byteCount + this.#known.size * MAP_ENTRY_BYTES; }
}

class ValueCoder implements Coder {
  readonly #codes = new Map<Key, number>();
  readonly #keyOf: (value: Value) => Key | undefined;

  constructor(equality: KeyEquality) { this.#keyOf = equality === 'joining' ? joinKeyOf : keyOf; }

  get byteCount(): number { return this.#codes.size * MAP_ENTRY_BYTES; }

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

/** Values that one string tells apart: its hash is kept with the string, so no key is made. */
class NamedCoder implements Coder {
  readonly #codes = new Map<string, number>();
  readonly #nulls: NullCode;
  readonly #nameOf: (value: Value) => string;

  constructor(equality: KeyEquality, nameOf: (value: Value) => string) {
    this.#nulls = new NullCode(equality);
    this.#nameOf = nameOf;
  }

  get byteCount(): number { return this.#codes.size * MAP_ENTRY_BYTES; }

  encode(vector: Vector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    const read = vectorReader(vector);
    const codes = this.#codes;
    const nameOf = this.#nameOf;
    for (let k = 0; k < rows.length; k++) {
      const value = read(rows[k] as number);
      if (value === null) { out[k] = this.#nulls.ofNull(insert, codes.size); continue; }
      const name = nameOf(value);
      let code = codes.get(name);
      if (code === undefined) {
        code = insert ? codes.size : -1;
        if (insert) codes.set(name, code);
      }
      out[k] = this.#nulls.shifted(code);
    }
  }
}

/** How values of a type are named by one string, where they are. */
function naming(type: ColumnType): ((value: Value) => string) | undefined {
  switch (singleLeg(type)?.kind) {
    case 'uri': return (value) => (value as { readonly text: string }).text;
    case 'keyword': return (value) => (value as { readonly name: string }).name;
    default: return undefined;
  }
}

const isText = (type: ColumnType): boolean => singleLeg(type)?.kind === 'text';

/** The coder for a column of one type that is asked for values of another (or the same). Tables of kernels lie in `scope`. */
export function coderOf(type: ColumnType, probe: ColumnType, equality: KeyEquality, scope: Scope | null): Coder {
  if (sameIntegers(type, probe)) return new IntegerCoder(equality, scope);
  if (isText(type) && isText(probe)) return new TextCoder(equality);
  if (singleLeg(type)?.kind === 'uuid' && singleLeg(probe)?.kind === 'uuid') return new UuidCoder(equality === 'grouping');
  const nameOf = naming(type);
  if (nameOf !== undefined && singleLeg(type)?.kind === singleLeg(probe)?.kind) return new NamedCoder(equality, nameOf);
  return new ValueCoder(equality);
}
