/**
 * A column's bytes as Arrow lays them out: the buffers of its field in Arrow's order, then its children.
 *
 *   null: none · fixed width: validity, data · utf8, binary: validity, offsets, data · list: validity, offsets · struct, fixed list: validity
 *   dense union: types, offsets · sparse union: types · dictionary-encoded: validity, indices
 */
import type { ArrowField } from './field.ts';

export interface ArrowArray {
  readonly field: ArrowField;
  readonly length: number;
  readonly nullCount: number;
  /** A validity buffer of length 0 means that nothing is NULL. */
  readonly buffers: readonly Uint8Array[];
  readonly children: readonly ArrowArray[];
  /** Values of a dictionary-encoded array; its own buffers are indices. */
  readonly dictionary?: ArrowArray;
}

export const NO_BYTES = new Uint8Array(0);

type TypedArray = Uint8Array | Int8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array | Float32Array | Float64Array;

export const bytesOf = (array: TypedArray): Uint8Array => new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);

interface TypedArrayConstructor<T> { new (buffer: ArrayBufferLike, byteOffset: number, length: number): T; readonly BYTES_PER_ELEMENT: number }

/** The bytes as `count` numbers: a view where they are aligned, a copy where not. */
export function viewAs<T>(type: TypedArrayConstructor<T>, bytes: Uint8Array, count: number): T {
  const aligned = bytes.byteOffset % type.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new type(aligned.buffer, aligned.byteOffset, count);
}

export const bitIsSet = (bits: Uint8Array, row: number): boolean => (((bits[row >> 3] as number) >> (row & 7)) & 1) === 1;

/** Collects one bit a row, with the number of zeros. */
export class ValidityBuilder {
  readonly #bits: Uint8Array;
  nullCount = 0;
  constructor(rowCount: number) { this.#bits = new Uint8Array((rowCount + 7) >> 3).fill(0xff); }
  setNull(row: number): void {
    this.#bits[row >> 3] = (this.#bits[row >> 3] as number) & ~(1 << (row & 7));
    this.nullCount += 1;
  }
  /** Empty when nothing is NULL. */
  finish(): Uint8Array { return this.nullCount === 0 ? NO_BYTES : this.#bits; }
  /** The bits even when nothing is NULL. */
  get bits(): Uint8Array { return this.#bits; }
}
