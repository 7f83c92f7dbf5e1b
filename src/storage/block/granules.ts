/**
 * Checksums of a column's buffers: one CRC-32 for each 4 KiB granule, counted from the start of the buffer, so that a reader of a few
 * rows checks only what it reads. A compressed buffer is read as a whole and has one.
 *
 *   buffer   │ 4096 │ 4096 │ 4096 │ rest │
 *   CRCs       c0     c1     c2     c3
 */
import { assert } from '../../base/assert.ts';
import { crc32 } from '../../base/bytes.ts';
import { damaged } from '../../data/arrow/damage.ts';

export const GRANULE_BYTES = 4096;

export const granuleCount = (bytes: number, isCompressed: boolean): number =>
  (isCompressed ? Math.min(bytes, 1) : Math.ceil(bytes / GRANULE_BYTES));

export function granuleCrcs(buffer: Uint8Array, isCompressed: boolean): number[] {
  if (isCompressed) return buffer.length === 0 ? [] : [crc32(buffer)];
  const crcs: number[] = [];
  for (let at = 0; at < buffer.length; at += GRANULE_BYTES) crcs.push(crc32(buffer.subarray(at, at + GRANULE_BYTES)));
  return crcs;
}

/** Throws XX001 unless every granule of the buffer, which lies at `offset` of `object`, has its checksum. */
export function verifyGranules(buffer: Uint8Array, crcs: ArrayLike<number>, isCompressed: boolean, object: string, offset: number): void {
  assert(crcs.length === granuleCount(buffer.length, isCompressed), 'a checksum for each granule');
  const step = isCompressed ? Math.max(1, buffer.length) : GRANULE_BYTES;
  for (let i = 0; i < crcs.length; i++) {
    if (crc32(buffer.subarray(i * step, (i + 1) * step)) !== crcs[i]) throw damaged(object, offset + i * step, 'the checksum does not match');
  }
}
