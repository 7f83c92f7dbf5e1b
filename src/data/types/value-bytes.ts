/** How much a value is: what its texts and bytes take, and a little for each value around them. */
import type { Value } from './value.ts';

/** Of a value that is neither text nor bytes, and of what stands around those. */
const EACH_BYTES = 8;

/** About the bytes that the value takes in a file, to a small factor. */
export function valueBytes(value: Value): number {
  if (typeof value === 'string') return EACH_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return EACH_BYTES;
  if (value instanceof Uint8Array) return EACH_BYTES + value.length;
  if (value instanceof Map) return valuesBytes((value as ReadonlyMap<string, Value>).values());
  if (Array.isArray(value)) return valuesBytes(value as readonly Value[]);
  return 'items' in value ? valuesBytes(value.items) : EACH_BYTES;
}

/** Of all of them together. */
export function valuesBytes(values: Iterable<Value>): number {
  let bytes = EACH_BYTES;
  for (const value of values) bytes += valueBytes(value);
  return bytes;
}
