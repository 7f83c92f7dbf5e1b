/** Chunk → vectors: the one synchronous copy from a source's memory into kernel memory. */
import { assert } from '../../base/assert.ts';
import { UUID } from '../types/type.ts';
import type { ColumnChunk } from './chunk.ts';
import type { Scope } from './kernel-memory.ts';
import { allocateFlat, type FlatData, physicalOf, textVector, type Vector } from './vector.ts';
import { UUID_BYTES } from './uuid-cells.ts';

/**
 * The column as a vector of the scope (null: of JavaScript memory). Fixed-width data is copied; text and values stay where they are, since nothing but this
 * thread's JavaScript reads them.
 */
export function admitColumn(column: ColumnChunk, rowCount: number, scope: Scope | null): Vector {
  switch (column.form) {
    case 'constant': return column;
    case 'values': return column;
    case 'text': return textVector(column.offsets, column.bytes, column.validity);
    case 'fixed': return admitFixed(column, rowCount, scope);
    case 'uuid': return admitUuids(column, rowCount, scope);
  }
}

function admitUuids(column: Extract<ColumnChunk, { form: 'uuid' }>, rowCount: number, scope: Scope | null): Vector {
  const byteCount = rowCount * UUID_BYTES;
  assert(column.data.length >= byteCount, 'a chunk has fewer values than rows');
  const vector = allocateFlat(scope, UUID, 'uuid', rowCount, column.validity !== null);
  new Uint8Array(vector.data.buffer, vector.data.byteOffset, byteCount).set(column.data.subarray(0, byteCount));
  if (column.validity !== null && vector.validity !== null) vector.validity.set(column.validity.subarray(0, vector.validity.length));
  return vector;
}

function admitFixed(column: Extract<ColumnChunk, { form: 'fixed' }>, rowCount: number, scope: Scope | null): Vector {
  const physical = physicalOf(column.type);
  assert(physical !== undefined, 'a fixed chunk has a type without fixed width');
  assert(column.data.length >= rowCount, 'a chunk has fewer values than rows');
  const vector = allocateFlat(scope, column.type, physical, rowCount, column.validity !== null);
  const from = column.data.length === rowCount ? column.data : column.data.subarray(0, rowCount);
  (vector.data as FlatData as Float64Array).set(from as Float64Array);
  if (column.validity !== null && vector.validity !== null) vector.validity.set(column.validity.subarray(0, vector.validity.length));
  return vector;
}
