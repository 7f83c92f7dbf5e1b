/** Bodies of record batches: arrays flattened into nodes and buffers, compressed buffer by buffer where asked for. */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { NO_BYTES } from './array.ts';
import type { ArrowArray } from './array.ts';
import { damaged } from './damage.ts';
import type { ArrayNode, BatchHeader, BufferRange, Compression } from './message.ts';

export interface EncodedBody {
  readonly header: BatchHeader;
  /** Buffers as they are stored, in order; each is followed by zeros up to a multiple of 8. */
  readonly buffers: readonly Uint8Array[];
  readonly bodyBytes: number;
}

export const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

export function encodeBody(arrays: readonly ArrowArray[], rowCount: number, compression: Compression): EncodedBody {
  const nodes: ArrayNode[] = [];
  const buffers: Uint8Array[] = [];
  for (const array of arrays) flatten(array, nodes, buffers);
  const stored = compression === 'none' ? buffers : buffers.map(compress);
  const ranges: BufferRange[] = [];
  let bodyBytes = 0;
  for (const buffer of stored) {
    ranges.push({ offset: bodyBytes, length: buffer.length });
    bodyBytes += padded(buffer.length);
  }
  return { header: { rowCount, nodes, buffers: ranges, compression }, buffers: stored, bodyBytes };
}

function flatten(array: ArrowArray, nodes: ArrayNode[], buffers: Uint8Array[]): void {
  nodes.push({ length: array.length, nullCount: array.nullCount });
  buffers.push(...array.buffers);
  for (const child of array.children) flatten(child, nodes, buffers);
}

/** Eight bytes of uncompressed length, −1 where compressing does not pay, then the bytes. */
function compress(buffer: Uint8Array): Uint8Array {
  if (buffer.length === 0) return NO_BYTES;
  const packed = zstdCompressSync(buffer);
  const pays = packed.length < buffer.length;
  const content = pays ? packed : buffer;
  const out = new Uint8Array(8 + content.length);
  new DataView(out.buffer).setBigInt64(0, pays ? BigInt(buffer.length) : -1n, true);
  out.set(content, 8);
  return out;
}

/** What decompression of one batch may produce at most, in bytes. */
export const INFLATED_BYTES_MAX = 1 << 30;

/** The buffers of a batch within its body, decompressed. `base` is the offset of the body in `object`. */
export function decodeBody(batch: BatchHeader, body: Uint8Array, object: string, base: number): Uint8Array[] {
  let inflatedBytes = 0;
  return batch.buffers.map(({ offset, length }) => {
    if (offset + length > body.length) throw damaged(object, base, `a buffer of ${length} bytes at ${offset} in a body of ${body.length}`);
    const stored = body.subarray(offset, offset + length);
    if (batch.compression === 'none') return stored;
    const buffer = decompress(stored, INFLATED_BYTES_MAX - inflatedBytes, object, base + offset);
    inflatedBytes += buffer.length;
    return buffer;
  });
}

function decompress(stored: Uint8Array, bytesMax: number, object: string, at: number): Uint8Array {
  if (stored.length === 0) return NO_BYTES;
  if (stored.length < 8) throw damaged(object, at, `a compressed buffer of ${stored.length} bytes`);
  const length = new DataView(stored.buffer, stored.byteOffset, 8).getBigInt64(0, true);
  const content = stored.subarray(8);
  if (length === -1n) return content;
  if (length < 0n || length > BigInt(bytesMax)) throw damaged(object, at, `an uncompressed length of ${length}`);
  if (length === 0n) return NO_BYTES;
  let buffer: Uint8Array;
  try {
    buffer = zstdDecompressSync(content, { maxOutputLength: Number(length) });
  } catch {
    throw damaged(object, at, 'a buffer that cannot be decompressed');
  }
  if (buffer.length !== Number(length)) throw damaged(object, at, `${buffer.length} bytes instead of ${length} after decompression`);
  return buffer;
}
