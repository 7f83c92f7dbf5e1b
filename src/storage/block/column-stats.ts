/**
 * Bounds of a column's values in one page. Integers, points in time and floats are exact; text is cut to 32 bytes, the maximum rounded up.
 * A column with several legs, with NaN, or of another type has none.
 */
import type { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { isValid } from '../../data/vector/chunk.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';

export type ColumnStats =
  | { readonly kind: 'none' }
  /** Every row is NULL. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'int'; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'float'; readonly min: number; readonly max: number }
  /** UTF-8; every value lies in [min, max] by bytes. `max` of length 0 means that there is no upper bound. */
  | { readonly kind: 'text'; readonly min: Uint8Array; readonly max: Uint8Array };

const TEXT_BYTES_MAX = 32;
const NONE: ColumnStats = { kind: 'none' };

export function statsOf(chunk: ColumnChunk, rowCount: number): ColumnStats {
  switch (chunk.form) {
    case 'constant': return chunk.value === null ? { kind: 'empty' } : NONE;
    case 'values': case 'uuid': return NONE;
    case 'text': return textStats(chunk, rowCount);
    case 'fixed': {
      if (chunk.data instanceof Float64Array) return floatStats(chunk.data, chunk, rowCount);
      return chunk.data instanceof BigInt64Array ? longStats(chunk.data, chunk, rowCount) : intStats(chunk.data, chunk, rowCount);
    }
  }
}

type FixedChunk = ColumnChunk & { form: 'fixed' };

function longStats(data: BigInt64Array, { validity }: FixedChunk, rowCount: number): ColumnStats {
  let min = 2n ** 63n - 1n;
  let max = -(2n ** 63n);
  let count = 0;
  for (let row = 0; row < rowCount; row++) {
    if (!isValid(validity, row)) continue;
    const value = data[row] as bigint;
    if (value < min) min = value;
    if (value > max) max = value;
    count += 1;
  }
  return count === 0 ? { kind: 'empty' } : { kind: 'int', min, max };
}

function intStats(data: Int32Array | Uint8Array, { validity }: FixedChunk, rowCount: number): ColumnStats {
  let min = Infinity;
  let max = -Infinity;
  for (let row = 0; row < rowCount; row++) {
    if (!isValid(validity, row)) continue;
    const value = data[row] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min > max ? { kind: 'empty' } : { kind: 'int', min: BigInt(min), max: BigInt(max) };
}

function floatStats(data: Float64Array, { validity }: FixedChunk, rowCount: number): ColumnStats {
  let min = Infinity;
  let max = -Infinity;
  let count = 0;
  for (let row = 0; row < rowCount; row++) {
    if (!isValid(validity, row)) continue;
    const value = data[row] as number;
    if (Number.isNaN(value)) return NONE;
    if (value < min) min = value;
    if (value > max) max = value;
    count += 1;
  }
  return count === 0 ? { kind: 'empty' } : { kind: 'float', min, max };
}

function textStats(chunk: ColumnChunk & { form: 'text' }, rowCount: number): ColumnStats {
  const { bytes, offsets, validity } = chunk;
  let min = -1;
  let max = -1;
  for (let row = 0; row < rowCount; row++) {
    if (!isValid(validity, row)) continue;
    if (min < 0) { min = max = row; continue; }
    if (compareRows(bytes, offsets, row, min) < 0) min = row;
    else if (compareRows(bytes, offsets, row, max) > 0) max = row;
  }
  if (min < 0) return { kind: 'empty' };
  const text = (row: number): Uint8Array => bytes.subarray(offsets[row], offsets[row + 1]);
  return { kind: 'text', min: text(min).slice(0, TEXT_BYTES_MAX), max: roundUp(text(max)) };
}

/** Byte order of the texts of two rows. */
function compareRows(bytes: Uint8Array, offsets: Int32Array, a: number, b: number): number {
  let left = offsets[a] as number;
  let right = offsets[b] as number;
  const leftEnd = offsets[a + 1] as number;
  const rightEnd = offsets[b + 1] as number;
  while (left < leftEnd && right < rightEnd) {
    const difference = (bytes[left++] as number) - (bytes[right++] as number);
    if (difference !== 0) return difference;
  }
  return (leftEnd - left) - (rightEnd - right);
}

/** The least cut text above the value, or the value where it is short enough. */
function roundUp(value: Uint8Array): Uint8Array {
  if (value.length === 0) return Uint8Array.of(0);
  if (value.length <= TEXT_BYTES_MAX) return value.slice();
  const cut = value.slice(0, TEXT_BYTES_MAX);
  for (let i = cut.length - 1; i >= 0; i--) {
    if ((cut[i] as number) === 0xff) continue;
    cut[i] = (cut[i] as number) + 1;
    return cut.slice(0, i + 1);
  }
  return new Uint8Array(0);
}

const CODES = ['none', 'empty', 'int', 'float', 'text'] as const;

export function writeStats(out: ByteWriter, stats: ColumnStats): void {
  out.u8(CODES.indexOf(stats.kind));
  switch (stats.kind) {
    case 'int': out.i64(stats.min); out.i64(stats.max); break;
    case 'float': out.f64(stats.min); out.f64(stats.max); break;
    case 'text': out.blob(stats.min); out.blob(stats.max); break;
    default: break;
  }
}

export function readStats(input: ByteReader): ColumnStats {
  const code = input.u8();
  switch (CODES[code]) {
    case 'none': return NONE;
    case 'empty': return { kind: 'empty' };
    case 'int': return { kind: 'int', min: input.i64(), max: input.i64() };
    case 'float': return { kind: 'float', min: input.f64(), max: input.f64() };
    case 'text': return { kind: 'text', min: input.blob().slice(), max: input.blob().slice() };
    default: throw input.corrupt(`statistics of the unknown kind ${code}`);
  }
}
