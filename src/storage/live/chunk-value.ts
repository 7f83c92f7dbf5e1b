/** Reading column chunks: single values, prefixes, sizes. For rows that are looked at one by one; loops over batches dispatch once instead. */
import { assert } from '../../base/assert.ts';
import type { Type } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { isValid, type ColumnChunk } from '../../data/vector/chunk.ts';
import { UUID_BYTES, uuidAt } from '../../data/vector/uuid-cells.ts';

const decoder = new TextDecoder();

/** The value of one row of a fixed-width column, which must not be NULL. */
function fixedValue(type: Type, data: Uint8Array | Int32Array | BigInt64Array | Float64Array, row: number): Value {
  const raw = data[row] as number | bigint;
  switch (type.kind) {
    case 'bool': return raw !== 0;
    case 'int': return type.bits === 64 ? raw : { kind: 'int', bits: type.bits, value: raw as number };
    case 'float': return type.bits === 64 ? raw : { kind: 'float32', value: raw as number };
    case 'date': return { kind: 'date', days: raw as number };
    case 'time': case 'timestamp': case 'duration': return { kind: type.kind, unit: type.unit, value: raw as bigint };
    case 'timestamptz': return { kind: 'timestamptz', unit: type.unit, value: raw as bigint, zone: type.zone };
    default: throw new TypeError(`a fixed-width column of ${type.kind}`);
  }
}

export function chunkValue(chunk: ColumnChunk, row: number): Value {
  switch (chunk.form) {
    case 'constant': return chunk.value;
    case 'values': return chunk.values[row] ?? null;
    case 'text': return isValid(chunk.validity, row) ? decoder.decode(chunk.bytes.subarray(chunk.offsets[row], chunk.offsets[row + 1])) : null;
    case 'uuid': return isValid(chunk.validity, row) ? uuidAt(chunk.data, row * UUID_BYTES) : null;
    case 'fixed': return isValid(chunk.validity, row) ? fixedValue(chunk.type, chunk.data, row) : null;
  }
}

/** Rows [from, to), sharing memory. `from` is a multiple of eight, so that validity bits stay in place. */
export function chunkSlice(chunk: ColumnChunk, from: number, to: number): ColumnChunk {
  assert((from & 7) === 0, 'slices begin at whole bytes of validity');
  switch (chunk.form) {
    case 'constant': return chunk;
    case 'values': return { form: 'values', values: chunk.values.slice(from, to) };
    case 'text': return { ...chunk, offsets: chunk.offsets.subarray(from, to + 1), validity: chunk.validity?.subarray(from >> 3) ?? null };
    case 'uuid': return { ...chunk, data: chunk.data.subarray(from * UUID_BYTES, to * UUID_BYTES), validity: chunk.validity?.subarray(from >> 3) ?? null };
    case 'fixed': return { ...chunk, data: chunk.data.subarray(from, to), validity: chunk.validity?.subarray(from >> 3) ?? null };
  }
}

/** The first `count` rows, sharing memory. */
export function chunkPrefix(chunk: ColumnChunk, count: number): ColumnChunk {
  switch (chunk.form) {
    case 'constant': return chunk;
    case 'values': return { form: 'values', values: chunk.values.slice(0, count) };
    case 'text': return { ...chunk, offsets: chunk.offsets.subarray(0, count + 1) };
    case 'uuid': return { ...chunk, data: chunk.data.subarray(0, count * UUID_BYTES) };
    case 'fixed': return { ...chunk, data: chunk.data.subarray(0, count) };
  }
}

/** Flat estimate for a nested or tagged value. */
export const VALUE_BYTES = 96;

/** Memory that a chunk holds, approximately. */
export function chunkBytes(chunk: ColumnChunk): number {
  switch (chunk.form) {
    case 'constant': return 0;
    case 'values': return chunk.values.length * VALUE_BYTES;
    case 'text': return chunk.bytes.length + chunk.offsets.byteLength + (chunk.validity?.length ?? 0);
    case 'fixed': case 'uuid': return chunk.data.byteLength + (chunk.validity?.length ?? 0);
  }
}
