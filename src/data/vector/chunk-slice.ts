/** Parts of column chunks, which share their memory, and what chunks hold. */
import { assert } from '../../base/assert.ts';
import type { ColumnChunk } from './chunk.ts';
import { UUID_BYTES } from './uuid-cells.ts';

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
