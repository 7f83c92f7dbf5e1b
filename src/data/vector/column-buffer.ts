/**
 * Growable columns: rows that outlive their batch (build sides, sort input, results of WITH).
 *
 *   undecided (NULLs only) ──flat vector──▶ flat: words + validity ──vector of another type or form──▶ values
 *                          ├─text vector──▶ text: bytes + offsets ──vector of another form─────────────▲
 *                          └─other vector──────────────────────────────────────────────────────────────▲
 */
import { must } from '../../base/assert.ts';
import { isValid } from './chunk.ts';
import type { Scope } from './kernel-memory.ts';
import { vectorReader } from './reader.ts';
import { TextBuffer } from './text-buffer.ts';
import type { Type } from '../types/type.ts';
import type { Value } from '../types/value.ts';
import { sampledBytes, valueBytes } from './value-bytes.ts';
import { allocateFlat, constantVector, dataOf, type FlatData, type FlatVector, heapVector, NULL_VECTOR, type Physical, type TextVector, type Vector, valuesVector } from './vector.ts';

/** What a value that lay in a flat column is taken to cost in an array. */
const VALUE_BYTES = 56;
const SLOT_BYTES = 8;

interface FlatStore { readonly type: Type; readonly physical: Physical; data: Uint8Array | Int32Array; validity: Uint8Array | null; capacity: number }

/** Zones and units matter: only data of the very same type may lie in one flat column. */
const sameType = (a: Type, b: Type): boolean => a === b || (a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b));

/** Data seen as the units in which it is copied: bytes, or 32-bit words (one, two or four a row). */
function wordsOf(data: FlatData): Uint8Array | Int32Array {
  if (data instanceof Uint8Array || data instanceof Int32Array) return data;
  return new Int32Array(data.buffer, data.byteOffset, data.length * 2);
}

const wordsPerRow = (physical: Physical): 1 | 2 | 4 => (physical === 'uuid' ? 4 : physical === 'i64' || physical === 'f64' ? 2 : 1);

function typedView(store: FlatStore, rowCount: number): FlatData {
  const { data } = store;
  switch (store.physical) {
    case 'bool': case 'i32': return data.subarray(0, rowCount);
    case 'uuid': return data.subarray(0, rowCount * 4);
    case 'i64': return new BigInt64Array(data.buffer, 0, rowCount);
    case 'f64': return new Float64Array(data.buffer, 0, rowCount);
  }
}

function copyWords(from: Uint8Array | Int32Array, to: Uint8Array | Int32Array, at: number, rows: Int32Array, words: 1 | 2 | 4): void {
  if (words === 1) {
    for (let k = 0; k < rows.length; k++) to[at + k] = from[rows[k] as number] as number;
    return;
  }
  if (words === 4) { copyQuads(from, to, at, rows); return; }
  let out = at * 2;
  for (let k = 0; k < rows.length; k++) {
    const row = (rows[k] as number) * 2;
    to[out++] = from[row] as number;
    to[out++] = from[row + 1] as number;
  }
}

function copyQuads(from: Uint8Array | Int32Array, to: Uint8Array | Int32Array, at: number, rows: Int32Array): void {
  for (let k = 0; k < rows.length; k++) copyQuad(from, (rows[k] as number) * 4, to, (at + k) * 4);
}

function copyQuad(from: Uint8Array | Int32Array, at: number, to: Uint8Array | Int32Array, out: number): void {
  to[out] = from[at] as number;
  to[out + 1] = from[at + 1] as number;
  to[out + 2] = from[at + 2] as number;
  to[out + 3] = from[at + 3] as number;
}

export class ColumnBuffer {
  #length = 0;
  #flat: FlatStore | null = null;
  #text: TextBuffer | null = null;
  #vector: Vector | null = null;
  #values: Value[] | null = null;
  #valuesBytes = 0;

  get length(): number { return this.#length; }

  /** Bytes held, roughly: of values that are no flat data some are looked at. */
  get byteCount(): number {
    if (this.#values !== null) return this.#valuesBytes;
    return (this.#text?.byteCount ?? 0) + (this.#flat?.data.byteLength ?? 0);
  }

  /** Appends the given rows of a vector. */
  append(vector: Vector, rows: Int32Array): void {
    if (rows.length === 0) return;
    this.#vector = null;
    if (vector.form === 'flat' && this.#acceptsFlat(vector)) this.#appendFlat(vector, rows);
    else if (vector.form === 'text' && this.#acceptsText(vector)) this.#appendText(vector, rows);
    else if (vector.form === 'constant' && vector.value === null && this.#values === null) this.#appendNulls(rows.length);
    else this.#appendValues(vector, rows);
    this.#length += rows.length;
  }

  push(value: Value): void {
    this.#vector = null;
    if (this.#values === null) this.#toValues();
    (this.#values as Value[]).push(value);
    this.#valuesBytes += SLOT_BYTES + valueBytes(value);
    this.#length++;
  }

  #acceptsFlat(vector: FlatVector): boolean {
    return this.#values === null && this.#text === null && (this.#flat === null || sameType(this.#flat.type, vector.type));
  }

  #acceptsText(vector: TextVector): boolean {
    return this.#values === null && this.#flat === null && (this.#text === null || this.#text.hasRoom(vector.bytes.length));
  }

  #appendText(vector: TextVector, rows: Int32Array): void {
    if (this.#text === null) {
      this.#text = new TextBuffer();
      this.#text.appendNulls(this.#length);
    }
    this.#text.append(vector, rows);
  }

  #reserve(store: FlatStore, rowCount: number): void {
    if (rowCount <= store.capacity) return;
    const capacity = Math.max(rowCount, store.capacity * 2, 64);
    const length = capacity * wordsPerRow(store.physical);
    const grown = store.physical === 'bool' ? new Uint8Array(length) : new Int32Array(length);
    grown.set(store.data as Int32Array);
    store.data = grown;
    store.capacity = capacity;
    if (store.validity !== null) {
      const validity = new Uint8Array((capacity + 7) >> 3);
      validity.set(store.validity);
      store.validity = validity;
    }
  }

  #appendFlat(vector: FlatVector, rows: Int32Array): void {
    if (this.#flat === null) this.#openFlat(vector.type, vector.physical);
    const store = must(this.#flat, 'a flat column without data');
    this.#reserve(store, this.#length + rows.length);
    copyWords(wordsOf(dataOf(vector)), store.data, this.#length, rows, wordsPerRow(store.physical));
    if (vector.validity === null && store.validity === null) return;
    const to = this.#validity(store);
    for (let k = 0; k < rows.length; k++) {
      const at = this.#length + k;
      if (isValid(vector.validity, rows[k] as number)) to[at >> 3] = (to[at >> 3] as number) | (1 << (at & 7));
    }
  }

  /** The bitmap, made on the first NULL: all rows so far are valid. */
  #validity(store: FlatStore): Uint8Array {
    if (store.validity !== null) return store.validity;
    const validity = new Uint8Array((store.capacity + 7) >> 3);
    validity.fill(0xff, 0, this.#length >> 3);
    if ((this.#length & 7) !== 0) validity[this.#length >> 3] = (1 << (this.#length & 7)) - 1;
    store.validity = validity;
    return validity;
  }

  #openFlat(type: Type, physical: Physical): void {
    const store: FlatStore = { type, physical, data: physical === 'bool' ? new Uint8Array(0) : new Int32Array(0), validity: null, capacity: 0 };
    this.#flat = store;
    if (this.#length === 0) return;
    this.#reserve(store, this.#length);
    store.validity = new Uint8Array((store.capacity + 7) >> 3);
  }

  #appendNulls(count: number): void {
    this.#text?.appendNulls(count);
    const store = this.#flat;
    if (store === null) return;
    this.#reserve(store, this.#length + count);
    this.#validity(store);
  }

  #appendValues(vector: Vector, rows: Int32Array): void {
    if (this.#values === null) this.#toValues();
    const values = this.#values as Value[];
    const read = vectorReader(vector);
    this.#valuesBytes += rows.length * SLOT_BYTES + sampledBytes(read, rows);
    for (let k = 0; k < rows.length; k++) values.push(read(rows[k] as number));
  }

  #toValues(): void {
    const read = vectorReader(this.#makeVector());
    const values: Value[] = [];
    for (let row = 0; row < this.#length; row++) values.push(read(row));
    this.#values = values;
    this.#valuesBytes = this.#length * VALUE_BYTES;
    this.#flat = null;
    this.#text = null;
  }

  /** All rows as one vector in JavaScript memory, shared with the buffer: valid until the next append. */
  asVector(): Vector { return (this.#vector ??= this.#makeVector()); }

  #makeVector(): Vector {
    if (this.#text !== null) return this.#text.asVector();
    if (this.#values !== null) return valuesVector(this.#values);
    const store = this.#flat;
    if (store === null) return NULL_VECTOR;
    return heapVector(store.type, store.physical, typedView(store, this.#length), store.validity);
  }

  /** The given rows as a vector of the scope; a negative row is NULL. */
  gather(rows: Int32Array, scope: Scope | null, withNulls: boolean): Vector {
    return gatherVector(this.asVector(), rows, scope, withNulls);
  }
}

/** The given rows of a vector, in that order, as a new vector; with `withNulls`, a negative row is NULL. */
export function gatherVector(vector: Vector, rows: Int32Array, scope: Scope | null, withNulls: boolean): Vector {
  if (vector.form === 'flat') return gatherFlat(vector, rows, scope, withNulls);
  if (vector.form === 'text') return gatherText(vector, rows);
  if (vector.form === 'constant' && (!withNulls || vector.value === null)) return constantVector(vector.value);
  const read = vectorReader(vector);
  const values = new Array<Value>(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    values[k] = row < 0 ? null : read(row);
  }
  return valuesVector(values);
}

function gatherText(vector: TextVector, rows: Int32Array): TextVector {
  const buffer = new TextBuffer(rows.length);
  buffer.append(vector, rows);
  return buffer.asVector();
}

function gatherFlat(vector: FlatVector, rows: Int32Array, scope: Scope | null, withNulls: boolean): FlatVector {
  const nulls = withNulls || vector.validity !== null;
  const out = allocateFlat(scope, vector.type, vector.physical, rows.length, nulls);
  const from = wordsOf(dataOf(vector));
  const to = wordsOf(out.data);
  const validity = out.validity;
  if (validity === null) {
    copyWords(from, to, 0, rows, wordsPerRow(vector.physical));
    return out;
  }
  const words = wordsPerRow(vector.physical);
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    if (row < 0 || !isValid(vector.validity, row)) continue;
    validity[k >> 3] = (validity[k >> 3] as number) | (1 << (k & 7));
    if (words === 4) copyQuad(from, row * 4, to, k * 4);
    else if (words === 2) { to[k * 2] = from[row * 2] as number; to[k * 2 + 1] = from[row * 2 + 1] as number; } else to[k] = from[row] as number;
  }
  return out;
}
