/**
 * Segment files of the local log.
 *
 *   ┌ header (fixed) ────────────────────────────────────────────────┬ frame ┬ frame ┬ … ┬ zeros ┐
 *   │ magic 8 │ owner u64 │ index u32 │ incarnation 16                │ length u32 │ crc u32 │ record
 *   │ first position u64 │ parent id 16                              │   crc covers length and record
 *   │ predecessor: owner u64, index u32, accepted bytes u64 │ crc u32 │
 *
 * The segment that is written to may end in zeros, written ahead so that most syncs find the file's length as it is. Zeros are no frame.
 *
 * A segment's header states how many bytes of its predecessor were accepted: what lies beyond is not part of the log, whatever it is.
 * Only the last segment has no successor to say so; there `syncedTo` says what was proven durable:
 *
 *   damage below syncedTo   corruption: XX001, never skipped
 *   damage above syncedTo   a torn tail: the records before it were written but perhaps not acknowledged; they are kept
 */
import { assert } from '../../base/assert.ts';
import { ByteReader, ByteWriter, crc32 } from '../../base/bytes.ts';
import { EngineError } from '../../base/errors.ts';
import { decodeRecord, idBytes, idText } from './record-codec.ts';
import type { LogRecord, RecordId } from './log.ts';

const MAGIC = new TextEncoder().encode('VARVELOG');
export const SEGMENT_HEADER_BYTES = 8 + 8 + 4 + 16 + 8 + 16 + 8 + 4 + 8 + 4;
export const FRAME_HEADER_BYTES = 8;
/** Larger records are refused before they are written. */
export const RECORD_BYTES_MAX = 64 * 1024 * 1024;
const SYNCED_TO_BYTES = 8 + 4 + 8 + 4;

export interface SegmentName { readonly owner: bigint; readonly index: number }

export interface SegmentHeader {
  readonly name: SegmentName;
  readonly incarnation: string;
  /** Position of the segment's first record. */
  readonly firstPosition: bigint;
  /** Id of the record before that. */
  readonly parentId: RecordId;
  readonly predecessor: SegmentName & { readonly acceptedBytes: number } | undefined;
}

/** A segment of the log and how many of its bytes count. */
export interface ChainLink { readonly header: SegmentHeader; readonly acceptedBytes: number }

export const segmentFileName = ({ owner, index }: SegmentName): string => `${String(owner).padStart(10, '0')}-${String(index).padStart(6, '0')}.log`;

export function parseSegmentFileName(fileName: string): SegmentName | undefined {
  const match = /^(\d{10})-(\d{6})\.log$/.exec(fileName);
  return match === null ? undefined : { owner: BigInt(match[1] as string), index: Number(match[2]) };
}

export const compareSegments = (a: SegmentName, b: SegmentName): number => (a.owner === b.owner ? a.index - b.index : a.owner < b.owner ? -1 : 1);
export const isSameSegment = (a: SegmentName, b: SegmentName): boolean => compareSegments(a, b) === 0;

/** No predecessor is written as owner 0: owners count from 1. */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const writer = new ByteWriter(SEGMENT_HEADER_BYTES);
  writer.raw(MAGIC);
  writer.u64(header.name.owner);
  writer.u32(header.name.index);
  writer.raw(idBytes(header.incarnation));
  writer.u64(header.firstPosition);
  writer.raw(idBytes(header.parentId));
  writer.u64(header.predecessor?.owner ?? 0n);
  writer.u32(header.predecessor?.index ?? 0);
  writer.u64(BigInt(header.predecessor?.acceptedBytes ?? 0));
  writer.u32(crc32(writer.view()));
  const bytes = writer.finish();
  assert(bytes.length === SEGMENT_HEADER_BYTES, 'a segment header has its fixed length');
  return bytes;
}

/** Throws XX001. */
export function decodeSegmentHeader(bytes: Uint8Array, object: string): SegmentHeader {
  const reader = new ByteReader(bytes.subarray(0, SEGMENT_HEADER_BYTES), object);
  if (crc32(bytes.subarray(0, SEGMENT_HEADER_BYTES - 4)) !== new ByteReader(bytes.subarray(SEGMENT_HEADER_BYTES - 4), object, SEGMENT_HEADER_BYTES - 4).u32()) throw reader.corrupt('the checksum of the segment header does not match');
  if (MAGIC.some((byte, i) => reader.u8() !== byte || i > 7)) throw reader.corrupt('not a log segment');
  const name = { owner: reader.u64(), index: reader.u32() };
  const incarnation = idText(reader.raw(16));
  const firstPosition = reader.u64();
  const parentId = idText(reader.raw(16));
  const predecessor = { owner: reader.u64(), index: reader.u32(), acceptedBytes: Number(reader.u64()) };
  return { name, incarnation, firstPosition, parentId, predecessor: predecessor.owner === 0n ? undefined : predecessor };
}

export function encodeFrame(record: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + record.length);
  frame.set(record, FRAME_HEADER_BYTES);
  sealFrame(frame);
  return frame;
}

/** Fills the header in before the record that stands behind it. */
export function sealFrame(frame: Uint8Array): void {
  const view = new DataView(frame.buffer, frame.byteOffset, FRAME_HEADER_BYTES);
  view.setUint32(0, frame.length - FRAME_HEADER_BYTES, true);
  view.setUint32(4, frameCrc(frame.subarray(0, 4), frame.subarray(FRAME_HEADER_BYTES)), true);
}

const frameCrc = (lengthBytes: Uint8Array, record: Uint8Array): number => crc32(record, crc32(lengthBytes));

export interface Frame { readonly from: number; readonly to: number; readonly record: Uint8Array }

/** The next frame at `from`, or undefined if the bytes there are none (torn or damaged). */
export function frameAt(bytes: Uint8Array, from: number): Frame | undefined {
  if (from + FRAME_HEADER_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(from, true);
  const to = from + FRAME_HEADER_BYTES + length;
  if (length > RECORD_BYTES_MAX || to > bytes.length) return undefined;
  const record = bytes.subarray(from + FRAME_HEADER_BYTES, to);
  if (frameCrc(bytes.subarray(from, from + 4), record) !== view.getUint32(from + 4, true)) return undefined;
  return { from, to, record };
}

/** How far the bytes go that are not zeros written ahead. The last frame may end behind that: in zeros of its own. */
export function endOfContent(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return end;
}

export const damagedFrame = (object: string, offset: number): EngineError =>
  new EngineError('corrupt', `${object} is damaged at offset ${offset}: the checksum of a log record does not match`);

/** Records in [SEGMENT_HEADER_BYTES, to), all of which must be whole. */
export function* recordsOf(bytes: Uint8Array, to: number, object: string): Generator<LogRecord> {
  if (to > bytes.length) throw new EngineError('corrupt', `${object} is damaged at offset ${bytes.length}: ${to} bytes were acknowledged`);
  for (let at = SEGMENT_HEADER_BYTES; at < to;) {
    const frame = frameAt(bytes.subarray(0, to), at);
    if (frame === undefined) throw damagedFrame(object, at);
    yield decodeRecord(frame.record, object, at + FRAME_HEADER_BYTES);
    at = frame.to;
  }
}

/** What was proven durable: everything before the segment, and its first `bytes`. */
export interface SyncedTo { readonly segment: SegmentName; readonly bytes: number }

export function encodeSyncedTo({ segment, bytes }: SyncedTo): Uint8Array {
  const writer = new ByteWriter(SYNCED_TO_BYTES);
  writer.u64(segment.owner);
  writer.u32(segment.index);
  writer.u64(BigInt(bytes));
  writer.u32(crc32(writer.view()));
  return writer.finish();
}

/** Undefined when the bytes say nothing that can be trusted. */
export function decodeSyncedTo(bytes: Uint8Array): SyncedTo | undefined {
  if (bytes.length !== SYNCED_TO_BYTES) return undefined;
  const reader = new ByteReader(bytes, 'syncedTo');
  const segment = { owner: reader.u64(), index: reader.u32() };
  const synced = Number(reader.u64());
  return crc32(bytes.subarray(0, SYNCED_TO_BYTES - 4)) === reader.u32() ? { segment, bytes: synced } : undefined;
}
