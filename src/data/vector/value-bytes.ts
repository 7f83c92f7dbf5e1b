/** What values are taken to cost in the heap, in bytes: an estimate for limits, never below what they need by much. */
import type { Value } from '../types/value.ts';

const OBJECT_BYTES = 48;
const SLOT_BYTES = 8;
const ENTRY_BYTES = 40;
/** Items of a list that are looked at; the others are taken to be like them. */
const SAMPLE_ITEMS = 16;

export function valueBytes(value: Value): number {
  switch (typeof value) {
    case 'string': return OBJECT_BYTES + value.length;
    case 'boolean': return SLOT_BYTES;
    case 'object': return value === null ? SLOT_BYTES : objectBytes(value);
    default: return OBJECT_BYTES;
  }
}

function objectBytes(value: Exclude<Value, null | string | boolean | number | bigint>): number {
  if (Array.isArray(value)) return OBJECT_BYTES + itemsBytes(value);
  if (value instanceof Map) {
    let bytes = 2 * OBJECT_BYTES;
    for (const field of value.values()) bytes += ENTRY_BYTES + valueBytes(field);
    return bytes;
  }
  if (value instanceof Uint8Array) return 2 * OBJECT_BYTES + value.byteLength;
  return 2 * OBJECT_BYTES;
}

function itemsBytes(items: readonly Value[]): number {
  const step = Math.max(1, Math.floor(items.length / SAMPLE_ITEMS));
  let bytes = 0;
  let count = 0;
  for (let index = 0; index < items.length; index += step) { bytes += valueBytes(items[index] as Value); count++; }
  return count === 0 ? 0 : Math.ceil((bytes / count + SLOT_BYTES) * items.length);
}

/** Of the given rows, some looked at. */
export function sampledBytes(read: (row: number) => Value, rows: Int32Array): number {
  const step = Math.max(1, rows.length >> 3);
  let bytes = 0;
  let count = 0;
  for (let k = 0; k < rows.length; k += step) { bytes += valueBytes(read(rows[k] as number)); count++; }
  return count === 0 ? 0 : Math.ceil((bytes / count) * rows.length);
}
