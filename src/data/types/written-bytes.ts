/**
 * How much values are where they are written: what their texts and bytes take, and a little for each value around them. What they cost in the
 * heap, which is more for all that is small, says `data/vector/value-bytes.ts`.
 */
import type { Value } from './value.ts';

/** Of a value that is neither text nor bytes, and of what stands around those. */
const EACH_BYTES = 8;

/** About the bytes that the values take in a file or the log together, to a small factor. */
export function writtenBytes(values: Iterable<Value>): number {
  let bytes = EACH_BYTES;
  for (const value of values) bytes += bytesOf(value);
  return bytes;
}

function bytesOf(value: Value): number {
  if (typeof value === 'string') return EACH_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return EACH_BYTES;
  if (value instanceof Uint8Array) return EACH_BYTES + value.length;
  if (value instanceof Map) return writtenBytes((value as ReadonlyMap<string, Value>).values());
  if (Array.isArray(value)) return writtenBytes(value as readonly Value[]);
  return 'items' in value ? writtenBytes(value.items) : EACH_BYTES;
}
