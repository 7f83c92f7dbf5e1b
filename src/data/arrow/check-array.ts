/**
 * The gate between bytes and arrays: takes the nodes and buffers of a batch field by field and lets an array through only when
 * every length, offset, type id and dictionary index in it stays within its buffers. What comes out can be decoded without looking again.
 */
import { isUtf8 } from 'node:buffer';
import type { EngineError } from '../../base/errors.ts';
import { bitIsSet, bytesOf, NO_BYTES, viewAs } from './array.ts';
import type { ArrowArray } from './array.ts';
import type { ColumnChunk } from '../vector/chunk.ts';
import { BadValue, damaged } from './damage.ts';
import { decodeColumn } from './decode-column.ts';
import { fixedBits } from './field.ts';
import type { ArrowField } from './field.ts';
import type { ArrayNode } from './message.ts';
import { sliceArray } from './slice-array.ts';

/** Rows of an array without any buffer of its own (NULLs, empty structs) inside of another. */
const UNBACKED_LENGTH_MAX = 1 << 17;
const LENGTH_MAX = 0x7fffffff;

export interface ArraySource {
  readonly nodes: readonly ArrayNode[];
  readonly buffers: readonly Uint8Array[];
  /** Values of dictionaries by id. */
  readonly dictionaries: ReadonlyMap<bigint, ArrowArray>;
  readonly object: string;
  /** Offset that errors name: that of the batch. */
  readonly offset: number;
}

/** Takes arrays from a batch, in the order of its schema. */
export class ArrayReader {
  readonly #source: ArraySource;
  #node = 0;
  #buffer = 0;

  constructor(source: ArraySource) { this.#source = source; }

  #damaged(field: ArrowField, what: string): EngineError {
    return damaged(this.#source.object, this.#source.offset, `column "${field.name}": ${what}`);
  }

  /** The next column, of exactly `rowCount` rows: those in [from, to) as a chunk. */
  chunk(field: ArrowField, rowCount: number, from = 0, to = rowCount): ColumnChunk {
    const array = this.column(field, rowCount);
    try {
      return decodeColumn(sliceArray(array, from, to));
    } catch (error) {
      if (error instanceof BadValue) throw this.#damaged(field, error.message);
      throw error;
    }
  }

  /** An array of exactly `rowCount` rows. */
  column(field: ArrowField, rowCount: number): ArrowArray {
    const array = this.#array(field, LENGTH_MAX);
    if (array.length !== rowCount) throw this.#damaged(field, `${array.length} rows in a batch of ${rowCount}`);
    return array;
  }

  /** Nothing may be left. */
  end(): void {
    const { object, offset, nodes, buffers } = this.#source;
    if (this.#node !== nodes.length || this.#buffer !== buffers.length) throw damaged(object, offset, 'a batch with more arrays than its schema has');
  }

  #nextBuffer(field: ArrowField): Uint8Array {
    const buffer = this.#source.buffers[this.#buffer++];
    if (buffer === undefined) throw this.#damaged(field, 'fewer buffers than the schema needs');
    return buffer;
  }

  #need(field: ArrowField, buffer: Uint8Array, bytes: number, what: string): Uint8Array {
    if (buffer.length < bytes) throw this.#damaged(field, `${what} of ${buffer.length} bytes where ${bytes} are needed`);
    return buffer;
  }

  #array(field: ArrowField, unbackedMax: number): ArrowArray {
    const node = this.#source.nodes[this.#node++];
    if (node === undefined) throw this.#damaged(field, 'fewer arrays than the schema needs');
    const { length, nullCount } = node;
    if (length > LENGTH_MAX || nullCount > length) throw this.#damaged(field, `${length} rows of which ${nullCount} are NULL`);
    if (field.dictionary !== null) return this.#dictionary(field, length, nullCount);
    if (field.type.kind === 'null') {
      if (length > unbackedMax) throw this.#damaged(field, `${length} rows without a byte for them`);
      return { field, length, nullCount: length, buffers: [], children: [] };
    }
    if (field.type.kind === 'union') return this.#union(field, length);
    const validity = this.#validity(field, length, nullCount);
    const bits = fixedBits(field.type);
    if (bits !== undefined) return this.#fixed(field, length, nullCount, validity, bits, unbackedMax);
    switch (field.type.kind) {
      case 'utf8': case 'binary': case 'large-utf8': case 'large-binary': return this.#bytes(field, length, nullCount, validity);
      case 'list': case 'large-list': case 'map': return this.#list(field, length, nullCount, validity);
      default: return this.#nested(field, length, nullCount, validity, unbackedMax);
    }
  }

  #validity(field: ArrowField, length: number, nullCount: number): Uint8Array {
    const buffer = this.#nextBuffer(field);
    const needed = (length + 7) >> 3;
    if (nullCount === 0) return buffer.length >= needed ? buffer.subarray(0, needed) : NO_BYTES;
    return this.#need(field, buffer, needed, 'a validity buffer');
  }

  #fixed(field: ArrowField, length: number, nullCount: number, validity: Uint8Array, bits: number, unbackedMax: number): ArrowArray {
    const data = this.#need(field, this.#nextBuffer(field), Math.ceil((length * bits) / 8), 'data');
    if (bits === 0 && validity.length === 0 && length > Math.min(unbackedMax, UNBACKED_LENGTH_MAX)) throw this.#damaged(field, `${length} rows without a byte for them`);
    return { field, length, nullCount, buffers: [nullCount === 0 ? NO_BYTES : validity, data], children: [] };
  }

  /** Offsets as 32-bit numbers, rising, from the buffer of `length + 1`; Arrow lets an empty array go without. */
  #offsets(field: ArrowField, length: number): Int32Array {
    const buffer = this.#nextBuffer(field);
    if (length === 0) return new Int32Array(1);
    const isLarge = field.type.kind.startsWith('large');
    this.#need(field, buffer, (length + 1) * (isLarge ? 8 : 4), 'offsets');
    const offsets = isLarge
      ? Int32Array.from(viewAs(BigInt64Array, buffer, length + 1), (offset) => (offset < 0n || offset > 0x7fffffffn ? -1 : Number(offset)))
      : viewAs(Int32Array, buffer, length + 1);
    let previous = 0;
    for (let i = 0; i <= length; i++) {
      const offset = offsets[i] as number;
      if (offset < previous) throw this.#damaged(field, `offset ${offset} of row ${i} after ${previous}`);
      previous = offset;
    }
    return offsets;
  }

  #bytes(field: ArrowField, length: number, nullCount: number, validity: Uint8Array): ArrowArray {
    const offsets = this.#offsets(field, length);
    const bytes = this.#need(field, this.#nextBuffer(field), offsets[length] as number, 'data');
    if (field.type.kind.endsWith('utf8')) this.#checkText(field, offsets, bytes);
    return { field, length, nullCount, buffers: [nullCount === 0 ? NO_BYTES : validity, bytesOf(offsets), bytes], children: [] };
  }

  #checkText(field: ArrowField, offsets: Int32Array, bytes: Uint8Array): void {
    const from = offsets[0] as number;
    const to = offsets[offsets.length - 1] as number;
    if (!isUtf8(bytes.subarray(from, to))) throw this.#damaged(field, 'text that is not UTF-8');
    for (let i = 0; i < offsets.length; i++) {
      const offset = offsets[i] as number;
      if (offset < to && ((bytes[offset] as number) & 0xc0) === 0x80) throw this.#damaged(field, `row ${i} begins within a character`);
    }
  }

  #list(field: ArrowField, length: number, nullCount: number, validity: Uint8Array): ArrowArray {
    const offsets = this.#offsets(field, length);
    const child = this.#array(field.children[0] as ArrowField, UNBACKED_LENGTH_MAX);
    if ((offsets[length] as number) > child.length) throw this.#damaged(field, `lists up to item ${offsets[length]} of ${child.length}`);
    return { field, length, nullCount, buffers: [nullCount === 0 ? NO_BYTES : validity, bytesOf(offsets)], children: [child] };
  }

  /** Structs and lists of fixed size: children of the same length, or a multiple. */
  #nested(field: ArrowField, length: number, nullCount: number, validity: Uint8Array, unbackedMax: number): ArrowArray {
    const size = field.type.kind === 'fixed-list' ? field.type.size : 1;
    const isBacked = validity.length > 0;
    if (!isBacked && (field.children.length === 0 || size === 0) && length > Math.min(unbackedMax, UNBACKED_LENGTH_MAX)) {
      throw this.#damaged(field, `${length} rows without a byte for them`);
    }
    const children = field.children.map((child) => this.#array(child, Math.max(UNBACKED_LENGTH_MAX, isBacked ? length * size : 0)));
    for (const child of children) if (child.length < length * size) throw this.#damaged(field, `${child.length} parts for ${length} rows`);
    return { field, length, nullCount, buffers: [nullCount === 0 ? NO_BYTES : validity], children };
  }

  #union(field: ArrowField, length: number): ArrowArray {
    const { typeIds, mode } = field.type as { typeIds: readonly number[]; mode: 'dense' | 'sparse' };
    const types = this.#need(field, this.#nextBuffer(field), length, 'type ids');
    const isDense = mode === 'dense';
    const offsets = isDense ? viewAs(Int32Array, this.#need(field, this.#nextBuffer(field), length * 4, 'offsets'), length) : undefined;
    const children = field.children.map((child) => this.#array(child, length));
    const childOf = new Int16Array(256).fill(-1);
    typeIds.forEach((id, i) => { childOf[id] = i; });
    const indices = new Uint8Array(length);
    for (let row = 0; row < length; row++) {
      const child = childOf[types[row] as number] as number;
      const at = offsets === undefined ? row : (offsets[row] as number);
      if (child < 0) throw this.#damaged(field, `row ${row} is of the unknown leg ${types[row]}`);
      if (at < 0 || at >= (children[child] as ArrowArray).length) throw this.#damaged(field, `row ${row} is value ${at} of a leg with ${(children[child] as ArrowArray).length}`);
      indices[row] = child;
    }
    // From here on type ids are numbers of children.
    return { field, length, nullCount: 0, buffers: offsets === undefined ? [indices] : [indices, bytesOf(offsets)], children };
  }

  #dictionary(field: ArrowField, length: number, nullCount: number): ArrowArray {
    const { id, indexBits, indexSigned } = field.dictionary as NonNullable<ArrowField['dictionary']>;
    const dictionary = this.#source.dictionaries.get(id);
    if (dictionary === undefined) throw this.#damaged(field, `dictionary ${id} is missing`);
    const validity = this.#validity(field, length, nullCount);
    const data = this.#need(field, this.#nextBuffer(field), (length * indexBits) / 8, 'indices');
    const indices = readIndices(data, length, indexBits, indexSigned);
    for (let row = 0; row < length; row++) {
      const index = indices[row] as number;
      const isNull = nullCount > 0 && !bitIsSet(validity, row);
      if (isNull) indices[row] = 0;
      else if (index < 0 || index >= dictionary.length) throw this.#damaged(field, `row ${row} is value ${index} of a dictionary of ${dictionary.length}`);
    }
    return { field, length, nullCount, buffers: [nullCount === 0 ? NO_BYTES : validity, bytesOf(indices)], children: [], dictionary };
  }
}

/** Indices as a new array of 32-bit numbers; −1 where they do not fit. */
function readIndices(data: Uint8Array, length: number, bits: 8 | 16 | 32 | 64, signed: boolean): Int32Array {
  if (bits === 64) return Int32Array.from(viewAs(BigInt64Array, data, length), (index) => (index < 0n || index > 0x7fffffffn ? -1 : Number(index)));
  if (bits === 32) return Int32Array.from(viewAs(Int32Array, data, length));
  if (bits === 16) return Int32Array.from(signed ? viewAs(Int16Array, data, length) : viewAs(Uint16Array, data, length));
  return Int32Array.from(signed ? viewAs(Int8Array, data, length) : data.subarray(0, length));
}
