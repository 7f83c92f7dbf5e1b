/**
 * Vectors: one column of a batch in one of four forms.
 *
 *   flat      typed array, usually over kernel memory (address ≠ 0), else over JavaScript memory
 *   text      UTF-8 bytes and offsets; a string is made only for a row that is read
 *   values    one `Value` a row
 *   constant  the same value in every row
 *
 * A vector has an entry for every row of its batch; entries of rows outside the selection it was made under mean nothing.
 */
import { assert } from '../../base/assert.ts';
import type { Type } from '../types/type.ts';
import type { Value } from '../types/value.ts';
import type { Validity } from './chunk.ts';
import type { Scope } from './kernel-memory.ts';

export type FlatData = Uint8Array | Int32Array | BigInt64Array | Float64Array;
/** `bool` is one byte a row, `uuid` four words a row. */
export type Physical = 'bool' | 'i32' | 'i64' | 'f64' | 'uuid';

export interface FlatVector {
  readonly form: 'flat';
  readonly physical: Physical;
  readonly type: Type;
  /** Read through `dataOf`, which knows whether the memory is still this vector's. */
  readonly data: FlatData;
  readonly validity: Validity;
  /** Addresses in kernel memory; 0 where the data (or validity) is in JavaScript memory. */
  readonly address: number;
  readonly validityAddress: number;
  readonly scope: Scope | null;
  readonly epoch: number;
}

export interface TextVector {
  readonly form: 'text';
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
  readonly validity: Validity;
  /** Strings decoded so far. */
  readonly decoded: (string | undefined)[];
}
export interface ValuesVector { readonly form: 'values'; readonly values: readonly Value[] }
export interface ConstantVector { readonly form: 'constant'; readonly value: Value }
export type Vector = FlatVector | TextVector | ValuesVector | ConstantVector;

export const NULL_VECTOR: ConstantVector = { form: 'constant', value: null };
export const constantVector = (value: Value): ConstantVector => ({ form: 'constant', value });
export const valuesVector = (values: readonly Value[]): ValuesVector => ({ form: 'values', values });
export const textVector = (offsets: Int32Array, bytes: Uint8Array, validity: Validity): TextVector => ({ form: 'text', offsets, bytes, validity, decoded: [] });

/** How a type lies in a flat vector; undefined for types that have no fixed-width form. */
export function physicalOf(type: Type): Physical | undefined {
  switch (type.kind) {
    case 'bool': return 'bool';
    case 'int': return type.bits === 64 ? 'i64' : 'i32';
    case 'date': return 'i32';
    case 'float': return 'f64';
    case 'time': case 'timestamp': case 'timestamptz': case 'duration': return 'i64';
    case 'uuid': return 'uuid';
    default: return undefined;
  }
}

export const physicalBytes = (physical: Physical): number => (physical === 'bool' ? 1 : physical === 'i32' ? 4 : physical === 'uuid' ? 16 : 8);

function assertAlive(vector: FlatVector): void {
  assert(vector.scope === null || vector.scope.epoch === vector.epoch, 'a vector was used after its scope was released');
}

/** The data, which must still be this vector's. Once per vector and batch. */
export function dataOf(vector: FlatVector): FlatData {
  assertAlive(vector);
  return vector.data;
}

/** Address for a kernel; 0 when the vector is in JavaScript memory, where no kernel reaches it. */
export function addressOf(vector: FlatVector): number {
  assertAlive(vector);
  return vector.address;
}

export function newFlatData(physical: Physical, rowCount: number): FlatData {
  switch (physical) {
    case 'bool': return new Uint8Array(rowCount);
    case 'i32': return new Int32Array(rowCount);
    case 'i64': return new BigInt64Array(rowCount);
    case 'f64': return new Float64Array(rowCount);
    case 'uuid': return new Int32Array(rowCount * 4);
  }
}

function viewOf(buffer: ArrayBuffer, physical: Physical, address: number, rowCount: number): FlatData {
  switch (physical) {
    case 'bool': return new Uint8Array(buffer, address, rowCount);
    case 'i32': return new Int32Array(buffer, address, rowCount);
    case 'i64': return new BigInt64Array(buffer, address, rowCount);
    case 'f64': return new Float64Array(buffer, address, rowCount);
    case 'uuid': return new Int32Array(buffer, address, rowCount * 4);
  }
}

/** A flat vector in JavaScript memory. */
export const heapVector = (type: Type, physical: Physical, data: FlatData, validity: Validity): FlatVector =>
  ({ form: 'flat', physical, type, data, validity, address: 0, validityAddress: 0, scope: null, epoch: 0 });

/**
 * Room for `rowCount` rows to be written by the caller: in the scope if there is one, the batch is large enough and the reservation
 * is not spent, else in JavaScript memory. With `withValidity` the bitmap starts as all NULL.
 */
export function allocateFlat(scope: Scope | null, type: Type, physical: Physical, rowCount: number, withValidity: boolean): FlatVector {
  const validityBytes = withValidity ? (rowCount + 7) >> 3 : 0;
  const address = scope === null || rowCount < scope.memory.rowsMin ? undefined : scope.allocate(rowCount * physicalBytes(physical) || 1);
  if (scope === null || address === undefined) {
    return heapVector(type, physical, newFlatData(physical, rowCount), withValidity ? new Uint8Array(validityBytes) : null);
  }
  const { buffer } = scope.memory.memory;
  const validityAddress = withValidity ? scope.allocate(validityBytes || 1) ?? 0 : 0;
  const validity = !withValidity ? null : validityAddress === 0 ? new Uint8Array(validityBytes) : new Uint8Array(buffer, validityAddress, validityBytes);
  validity?.fill(0);
  return { form: 'flat', physical, type, data: viewOf(buffer, physical, address, rowCount), validity, address, validityAddress, scope, epoch: scope.epoch };
}

/** A copy that outlives its scope. Vectors of other forms live as long as they are referred to. */
export function detachVector(vector: Vector): Vector {
  if (vector.form !== 'flat' || vector.scope === null) return vector;
  return heapVector(vector.type, vector.physical, dataOf(vector).slice(), vector.validity?.slice() ?? null);
}
