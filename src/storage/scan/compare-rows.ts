/** The order of keys of rows in `_id` chunks, without making values where both are int64, text or UUIDs. */
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import { INT64 } from '../../data/types/type.ts';
import { isTagged } from '../../data/types/value.ts';
import { compareUuids, UUID_BYTES, writeUuid } from '../../data/vector/uuid-cells.ts';
import { compareIds, decodeKey } from '../key.ts';
import { chunkValue } from '../../data/vector/chunk-value.ts';

const encoder = new TextEncoder();

type TextChunk = Extract<ColumnChunk, { form: 'text' }>;

/** Negative, zero or positive. No row is NULL. */
export function compareRows(a: ColumnChunk, aRow: number, b: ColumnChunk, bRow: number): number {
  if (a.form === 'fixed' && b.form === 'fixed' && a.data instanceof BigInt64Array && b.data instanceof BigInt64Array) {
    const x = a.data[aRow] as bigint;
    const y = b.data[bRow] as bigint;
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (a.form === 'text' && b.form === 'text') return compareTexts(a, aRow, b, bRow);
  if (a.form === 'uuid' && b.form === 'uuid') return compareUuids(a.data, aRow, b.data, bRow);
  return compareIds(chunkValue(a, aRow), chunkValue(b, bRow));
}

/** A key as a chunk of one row, in the form in which columns of such keys are read. */
export function chunkOfKey(key: Uint8Array): ColumnChunk {
  const id = decodeKey(key);
  if (typeof id === 'bigint') return { form: 'fixed', type: INT64, data: BigInt64Array.of(id), validity: null };
  if (typeof id === 'string') {
    const bytes = encoder.encode(id);
    return { form: 'text', offsets: Int32Array.of(0, bytes.length), bytes, validity: null };
  }
  if (isTagged(id) && id.kind === 'uuid') {
    const data = new Uint8Array(UUID_BYTES);
    writeUuid(id.text, data, 0);
    return { form: 'uuid', data, validity: null };
  }
  return { form: 'constant', value: id };
}

/** Byte order of UTF-8 is the order of text keys. */
function compareTexts(a: TextChunk, aRow: number, b: TextChunk, bRow: number): number {
  const aBytes = a.bytes;
  const bBytes = b.bytes;
  let at = a.offsets[aRow] as number;
  let bt = b.offsets[bRow] as number;
  const aEnd = a.offsets[aRow + 1] as number;
  const bEnd = b.offsets[bRow + 1] as number;
  while (at < aEnd && bt < bEnd) {
    const difference = (aBytes[at++] as number) - (bBytes[bt++] as number);
    if (difference !== 0) return difference;
  }
  return (aEnd - at) - (bEnd - bt);
}

/** First row in [from, to) that is not below `b`'s row; galloping, since it is mostly near. */
export function lowerBound(ids: ColumnChunk, from: number, to: number, b: ColumnChunk, bRow: number): number {
  let low = from;
  let step = 1;
  while (low + step <= to && compareRows(ids, low + step - 1, b, bRow) < 0) {
    low += step;
    step *= 2;
  }
  let high = Math.min(to, low + step - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareRows(ids, middle, b, bRow) < 0) low = middle + 1; else high = middle;
  }
  return low;
}

/** First row after `row`, at most `to`, with another key. */
export function endOfKey(ids: ColumnChunk, row: number, to: number): number {
  let end = row + 1;
  while (end < to && compareRows(ids, end, ids, row) === 0) end += 1;
  return end;
}
