/** Reads from objects where what comes back must be exactly what was asked for. */
import { crc32 } from '../../base/bytes.ts';
import { EngineError } from '../../base/errors.ts';
import { damaged } from '../../data/arrow/damage.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Part } from './page-directory.ts';

/** Bytes [from, to): 58030 if the object is missing, XX001 if it is too short. */
export async function readRange(store: ObjectStore, name: string, from: number, to: number): Promise<Uint8Array> {
  const bytes = await store.getRange(name, from, to);
  if (bytes === undefined) throw new EngineError('io-error', `${name} is missing from the store`);
  if (bytes.length !== to - from) throw damaged(name, from + bytes.length, `the object ends where ${to - from - bytes.length} bytes more are expected`);
  return bytes;
}

export const verifyPart = (bytes: Uint8Array, part: Part, name: string): Uint8Array => {
  if (crc32(bytes) !== part.crc) throw damaged(name, part.offset, 'the checksum does not match');
  return bytes;
};

export interface ReadRange { readonly from: number; readonly to: number }

/** Neighbours are fetched in one request while the gap between them and the sum stay small. */
const GAP_BYTES_MAX = 32 * 1024;
const REQUEST_BYTES_MAX = 8 * 1024 * 1024;

/** The ranges, each as bytes of its own, in the order given. */
export async function readRanges(store: ObjectStore, name: string, ranges: readonly ReadRange[]): Promise<Uint8Array[]> {
  const sorted = ranges.map((range, index) => ({ ...range, index })).sort((a, b) => a.from - b.from);
  const requests: { from: number; to: number; parts: typeof sorted }[] = [];
  for (const part of sorted) {
    const last = requests.at(-1);
    if (last !== undefined && part.from - last.to <= GAP_BYTES_MAX && part.to - last.from <= REQUEST_BYTES_MAX) {
      last.to = Math.max(last.to, part.to);
      last.parts.push(part);
    } else {
      requests.push({ from: part.from, to: part.to, parts: [part] });
    }
  }
  const out = new Array<Uint8Array>(ranges.length);
  await Promise.all(requests.map(async (request) => {
    const bytes = await readRange(store, name, request.from, request.to);
    for (const part of request.parts) out[part.index] = bytes.slice(part.from - request.from, part.to - request.from);
  }));
  return out;
}
