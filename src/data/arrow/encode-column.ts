/**
 * Chunks to Arrow arrays. Columns of one fixed-width type and of text are copied buffer by buffer; everything else goes
 * through `encode-values.ts` a value at a time.
 */
import { assert } from '../../base/assert.ts';
import { isValid } from '../vector/chunk.ts';
import type { ColumnChunk } from '../vector/chunk.ts';
import { UUID_BYTES } from '../vector/uuid-cells.ts';
import type { Value } from '../types/value.ts';
import { bytesOf, ValidityBuilder } from './array.ts';
import type { ArrowArray } from './array.ts';
import { valuesOfChunk } from '../vector/chunk-value.ts';
import { encodeValues } from './encode-values.ts';
import type { ArrowField } from './field.ts';
import { legKey, legOf } from './leg.ts';

/** A part of a column. */
export interface ChunkRows { readonly chunk: ColumnChunk; readonly rowCount: number }

type FixedChunk = ColumnChunk & { form: 'fixed' };
type TextChunk = ColumnChunk & { form: 'text' };
type UuidChunk = ColumnChunk & { form: 'uuid' };

/**
 * The array of `field` that holds the rows of the chunks one after the other. A value that is of none of the field's legs is
 * widened where that is exact, and is an assertion failure otherwise.
 */
export function encodeColumn(field: ArrowField, parts: readonly ChunkRows[]): ArrowArray {
  const rowCount = parts.reduce((sum, part) => sum + part.rowCount, 0);
  const key = legKey(legOf(field));
  if (field.type.kind === 'utf8' && key === 'text' && parts.every((part) => part.chunk.form === 'text')) {
    return encodeText(field, parts.map((part) => ({ rows: part.rowCount, chunk: part.chunk as TextChunk })), rowCount);
  }
  if (parts.length > 0 && parts.every((part) => part.chunk.form === 'fixed' && legKey(part.chunk.type) === key)) {
    return encodeFixed(field, parts.map((part) => ({ rows: part.rowCount, chunk: part.chunk as FixedChunk })), rowCount);
  }
  if (parts.length > 0 && key === 'uuid' && parts.every((part) => part.chunk.form === 'uuid')) {
    return encodeUuids(field, parts.map((part) => ({ rows: part.rowCount, chunk: part.chunk as UuidChunk })), rowCount);
  }
  return encodeValues(field, allValues(parts));
}

function allValues(parts: readonly ChunkRows[]): readonly Value[] {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return valuesOfChunk(first.chunk, first.rowCount);
  return parts.flatMap((part) => valuesOfChunk(part.chunk, part.rowCount));
}

interface Part<C> { readonly rows: number; readonly chunk: C }

function encodeValidity(parts: readonly Part<FixedChunk | TextChunk | UuidChunk>[], rowCount: number): ValidityBuilder {
  const validity = new ValidityBuilder(rowCount);
  let base = 0;
  for (const { rows, chunk } of parts) {
    if (chunk.validity !== null) for (let row = 0; row < rows; row++) if (!isValid(chunk.validity, row)) validity.setNull(base + row);
    base += rows;
  }
  return validity;
}

function encodeFixed(field: ArrowField, parts: readonly Part<FixedChunk>[], rowCount: number): ArrowArray {
  const validity = encodeValidity(parts, rowCount);
  assert(field.nullable || validity.nullCount === 0, 'a column without NULL has no NULL');
  const out = fixedTarget(field, rowCount);
  let base = 0;
  for (const { rows, chunk } of parts) {
    if (out instanceof BigInt64Array) out.set((chunk.data as BigInt64Array).subarray(0, rows), base);
    else if (field.type.kind === 'bool') setBits(out as Uint8Array, base, chunk.data as Uint8Array, rows);
    else out.set((chunk.data as Int32Array).subarray(0, rows), base);
    base += rows;
  }
  return { field, length: rowCount, nullCount: validity.nullCount, buffers: [validity.finish(), bytesOf(out)], children: [] };
}

function setBits(out: Uint8Array, base: number, flags: Uint8Array, rows: number): void {
  for (let row = 0; row < rows; row++) if (flags[row] !== 0) out[(base + row) >> 3] = (out[(base + row) >> 3] as number) | (1 << ((base + row) & 7));
}

/** An empty data buffer for a type that chunks hold in the `fixed` form. */
function fixedTarget(field: ArrowField, rowCount: number): Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array {
  const { type } = field;
  if (type.kind === 'bool') return new Uint8Array((rowCount + 7) >> 3);
  if (type.kind === 'float') return type.bits === 32 ? new Float32Array(rowCount) : new Float64Array(rowCount);
  if (type.kind === 'int' && type.bits !== 64) return type.bits === 8 ? new Int8Array(rowCount) : type.bits === 16 ? new Int16Array(rowCount) : new Int32Array(rowCount);
  if (type.kind === 'date') return new Int32Array(rowCount);
  return type.kind === 'time' && (type.unit === 's' || type.unit === 'ms') ? new Int64AsInt32(rowCount) : new BigInt64Array(rowCount);
}

/** Times of day in s and ms have 64 bits in chunks and 32 in Arrow. */
class Int64AsInt32 extends Int32Array {
  override set(values: ArrayLike<number | bigint>, base = 0): void {
    for (let row = 0; row < values.length; row++) this[base + row] = Number(values[row]);
  }
}

function encodeUuids(field: ArrowField, parts: readonly Part<UuidChunk>[], rowCount: number): ArrowArray {
  const validity = encodeValidity(parts, rowCount);
  assert(field.nullable || validity.nullCount === 0, 'a column without NULL has no NULL');
  const bytes = new Uint8Array(rowCount * UUID_BYTES);
  let at = 0;
  for (const { rows, chunk } of parts) {
    bytes.set(chunk.data.subarray(0, rows * UUID_BYTES), at);
    at += rows * UUID_BYTES;
  }
  return { field, length: rowCount, nullCount: validity.nullCount, buffers: [validity.finish(), bytes], children: [] };
}

function encodeText(field: ArrowField, parts: readonly Part<TextChunk>[], rowCount: number): ArrowArray {
  const validity = encodeValidity(parts, rowCount);
  assert(field.nullable || validity.nullCount === 0, 'a column without NULL has no NULL');
  const offsets = new Int32Array(rowCount + 1);
  const byteCount = parts.reduce((sum, { rows, chunk }) => sum + (chunk.offsets[rows] as number) - (chunk.offsets[0] as number), 0);
  assert(byteCount <= 0x7fffffff, 'the text of one array is within 2 GiB');
  const bytes = new Uint8Array(byteCount);
  let row = 0;
  let at = 0;
  for (const { rows, chunk } of parts) {
    const from = chunk.offsets[0] as number;
    bytes.set(chunk.bytes.subarray(from, chunk.offsets[rows]), at);
    for (let i = 1; i <= rows; i++) offsets[row + i] = at + (chunk.offsets[i] as number) - from;
    row += rows;
    at += (chunk.offsets[rows] as number) - from;
  }
  return { field, length: rowCount, nullCount: validity.nullCount, buffers: [validity.finish(), bytesOf(offsets), bytes], children: [] };
}
