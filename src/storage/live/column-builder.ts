/**
 * One column of one live chunk, growing row by row.
 *
 *   empty ──first value──▶ int64 / int32 / float / bool / text / UUID      typed arrays while every value is of one type
 *                              │ a value of another type
 *                              ▼
 *                           values                                  one `Value` a row
 *
 * Rows that were handed out do not change when more are appended: arrays grow by copy, and slots are written once.
 */
import { assert } from '../../base/assert.ts';
import { BOOL, DATE, FLOAT32, FLOAT64, INT16, INT32, INT64, INT8, TEXT, type Type, UUID } from '../../data/types/type.ts';
import { isTagged, type Value } from '../../data/types/value.ts';
import { CHUNK_ROWS_MAX, type ColumnChunk, isValid, type Validity } from '../../data/vector/chunk.ts';
import { UUID_BYTES, writeUuid } from '../../data/vector/uuid-cells.ts';
import { chunkBytes, chunkPrefix, VALUE_BYTES } from '../../data/vector/chunk-slice.ts';
import { chunkValue, fixedValue } from '../../data/vector/chunk-value.ts';
import { TextBuilder } from './text-builder.ts';

type FixedData = Uint8Array | Int32Array | BigInt64Array | Float64Array;
type Mode = 'empty' | 'fixed' | 'text' | 'values';

const INT_TYPES = { 8: INT8, 16: INT16, 32: INT32 } as const;
const NULL_CHUNK: ColumnChunk = { form: 'constant', value: null };

/** The fixed-width or text type of a value; undefined for what is kept as `values`. `known` is returned when it fits. */
function plainType(value: Exclude<Value, null>, known: Type | undefined): Type | undefined {
  switch (typeof value) {
    case 'bigint': return INT64;
    case 'number': return FLOAT64;
    case 'string': return TEXT;
    case 'boolean': return BOOL;
  }
  if (!isTagged(value)) return undefined;
  switch (value.kind) {
    case 'int': return INT_TYPES[value.bits];
    case 'float32': return FLOAT32;
    case 'date': return DATE;
    case 'uuid': return UUID;
    case 'time': case 'timestamp': case 'duration':
      return known?.kind === value.kind && known.unit === value.unit ? known : { kind: value.kind, unit: value.unit };
    case 'timestamptz':
      return known?.kind === 'timestamptz' && known.unit === value.unit && known.zone === value.zone
        ? known : { kind: 'timestamptz', unit: value.unit, zone: value.zone };
    default: return undefined;
  }
}

function allocate(type: Type, rows: number): FixedData {
  switch (type.kind) {
    case 'bool': return new Uint8Array(rows);
    case 'float': return new Float64Array(rows);
    case 'date': return new Int32Array(rows);
    case 'uuid': return new Uint8Array(rows * UUID_BYTES);
    case 'int': return type.bits === 64 ? new BigInt64Array(rows) : new Int32Array(rows);
    default: return new BigInt64Array(rows);
  }
}

function grown(type: Type, data: FixedData, rows: number): FixedData {
  const next = allocate(type, rows);
  (next as Uint8Array).set(data as Uint8Array);
  return next;
}

export class ColumnBuilder {
  #mode: Mode = 'empty';
  #type: Type | undefined;
  #data: FixedData | undefined;
  #text: TextBuilder | undefined;
  #values: Value[] = [];
  #validity: Validity = null;
  /** Rows written; those beyond, up to the chunk's count, are NULL. */
  #length = 0;
  #capacity = 0;
  #sealed: ColumnChunk | undefined;

  get length(): number { return this.#length; }

  /** Puts the value of `row`, which must be at or beyond `length`; rows between are NULL. */
  append(row: number, value: Value): void {
    assert(row >= this.#length && row < CHUNK_ROWS_MAX && this.#sealed === undefined, 'live rows are written once and in order');
    if (value === null) return;
    if (this.#mode === 'values') { this.#padTo(row); this.#values.push(value); this.#length = row + 1; return; }
    const type = plainType(value, this.#type);
    if (this.#mode === 'empty') this.#begin(type);
    else if (type !== this.#type) this.#turnIntoValues();
    if (row > this.#length) this.#padTo(row);
    this.#write(row, value);
    this.#length = row + 1;
  }

  #begin(type: Type | undefined): void {
    this.#type = type;
    this.#mode = type === undefined ? 'values' : type.kind === 'text' ? 'text' : 'fixed';
    if (this.#mode === 'text') this.#text = new TextBuilder();
  }

  #turnIntoValues(): void {
    if (this.#mode === 'values') return;
    const chunk = this.#view(this.#length);
    this.#values = Array.from({ length: this.#length }, (_, row) => chunkValue(chunk, row));
    this.#mode = 'values';
    this.#data = undefined;
    this.#text = undefined;
    this.#validity = null;
    this.#type = undefined;
  }

  #write(row: number, value: Exclude<Value, null>): void {
    if (this.#mode === 'values') { this.#values.push(value); return; }
    if (this.#validity !== null) this.#validity[row >> 3] = (this.#validity[row >> 3] as number) | (1 << (row & 7));
    if (this.#mode === 'text') { (this.#text as TextBuilder).append(value as string); return; }
    if (row >= this.#capacity) this.#reserve(row + 1);
    const data = this.#data as FixedData;
    if (typeof value === 'bigint') (data as BigInt64Array)[row] = value;
    else if (typeof value === 'number') (data as Float64Array)[row] = value;
    else if (typeof value === 'boolean') (data as Uint8Array)[row] = value ? 1 : 0;
    else if (isTagged(value) && value.kind === 'uuid') writeUuid(value.text, data as Uint8Array, row * UUID_BYTES);
    else if (isTagged(value) && value.kind === 'date') (data as Int32Array)[row] = value.days;
    else if (data instanceof BigInt64Array) data[row] = (value as { value: bigint }).value;
    else (data as Float64Array)[row] = (value as { value: number }).value;
  }

  #reserve(rows: number): void {
    const capacity = Math.min(CHUNK_ROWS_MAX, Math.max(rows, this.#capacity === 0 ? 16 : this.#capacity * 2));
    this.#data = this.#data === undefined ? allocate(this.#type as Type, capacity) : grown(this.#type as Type, this.#data, capacity);
    this.#capacity = capacity;
  }

  /** NULLs up to `row`. */
  #padTo(row: number): void {
    if (row <= this.#length) return;
    if (this.#mode === 'values') {
      while (this.#values.length < row) this.#values.push(null);
    } else if (this.#mode !== 'empty') {
      this.#validity ??= validUpTo(this.#length);
      if (this.#mode === 'text') (this.#text as TextBuilder).appendEmpty(row - this.#length);
      else if (row > this.#capacity) this.#reserve(row);
    }
    this.#length = row;
  }

  /** The first `count` rows for reading at once: what the builder does next may change what lies behind them. */
  peek(count: number): ColumnChunk {
    if (this.#sealed !== undefined) return this.#sealed;
    if (this.#mode !== 'values') return this.chunk(count);
    this.#padTo(count);
    return { form: 'values', values: this.#values };
  }

  /** The first `count` rows, to hand out. Shares memory with the builder, but for `values`. */
  chunk(count: number): ColumnChunk {
    if (this.#sealed !== undefined) return count === CHUNK_ROWS_MAX ? this.#sealed : chunkPrefix(this.#sealed, count);
    if (this.#mode === 'empty') return NULL_CHUNK;
    this.#padTo(count);
    return this.#view(count);
  }

  /** Nothing is appended any more: `chunk(CHUNK_ROWS_MAX)` is the same object from now on. */
  seal(): void {
    const chunk = this.chunk(CHUNK_ROWS_MAX);
    this.#sealed = chunk.form === 'text' ? { ...chunk, bytes: chunk.bytes.slice() } : chunk;
    this.#text = undefined;
    if (chunk.form === 'values') this.#values = [];
  }

  #view(count: number): ColumnChunk {
    switch (this.#mode) {
      case 'empty': return NULL_CHUNK;
      case 'fixed':
        if (this.#type === UUID) return { form: 'uuid', data: (this.#data as Uint8Array).subarray(0, count * UUID_BYTES), validity: this.#validity };
        return { form: 'fixed', type: this.#type as Type, data: (this.#data as FixedData).subarray(0, count), validity: this.#validity };
      case 'text': {
        const text = this.#text as TextBuilder;
        return { form: 'text', offsets: text.offsets.subarray(0, count + 1), bytes: text.bytes.subarray(0, text.offsets[count]), validity: this.#validity };
      }
      case 'values': return { form: 'values', values: this.#values.slice(0, count) };
    }
  }

  /** Value of one row below the chunk's count. */
  valueAt(row: number): Value {
    if (this.#sealed !== undefined) return chunkValue(this.#sealed, row);
    if (row >= this.#length) return null;
    if (this.#mode === 'fixed' && this.#type !== UUID) {
      return isValid(this.#validity, row) ? fixedValue(this.#type as Type, (this.#data as FixedData)[row] as number | bigint) : null;
    }
    return this.#mode === 'values' ? (this.#values[row] ?? null) : chunkValue(this.#view(this.#length), row);
  }

  /** Memory held; values in `values` form are counted at a flat rate. */
  get bytes(): number {
    if (this.#sealed !== undefined) return chunkBytes(this.#sealed);
    return (this.#data?.byteLength ?? 0) + (this.#text?.memoryBytes ?? 0) + this.#values.length * VALUE_BYTES + (this.#validity?.length ?? 0);
  }
}

function validUpTo(length: number): Uint8Array {
  const validity = new Uint8Array(CHUNK_ROWS_MAX >> 3);
  validity.fill(0xff, 0, length >> 3);
  if ((length & 7) !== 0) validity[length >> 3] = (1 << (length & 7)) - 1;
  return validity;
}
