/**
 * UUIDs lie in columns as their sixteen bytes, in the order of the text: a text is made only for a row that is read.
 *
 *   "0f1e2d3c-4b5a-…"  ⇔  0f 1e 2d 3c 4b 5a …
 */
import type { Uuid } from '../types/value.ts';

export const UUID_BYTES = 16;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The UUID whose bytes begin at `at`. */
export function uuidAt(bytes: Uint8Array, at: number): Uuid {
  let text = '';
  for (let i = 0; i < UUID_BYTES; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
    text += HEX[bytes[at + i] as number] as string;
  }
  return { kind: 'uuid', text };
}

/** The same memory as 32-bit words, four a row; a copy where it does not begin at a word. */
export function wordsOf(data: Uint8Array): Int32Array {
  const aligned = (data.byteOffset & 3) === 0 ? data : data.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
}

const digit = (unit: number): number => (unit >= 97 ? unit - 87 : unit >= 65 ? unit - 55 : unit - 48);

/** Writes the sixteen bytes of a UUID's text to `at`. */
export function writeUuid(text: string, bytes: Uint8Array, at: number): void {
  let out = at;
  for (let i = 0; i < text.length;) {
    const unit = text.charCodeAt(i);
    if (unit === 45) { i += 1; continue; }
    bytes[out++] = (digit(unit) << 4) | digit(text.charCodeAt(i + 1));
    i += 2;
  }
}

/** Byte order, which is the order of the texts. */
export function compareUuids(a: Uint8Array, aRow: number, b: Uint8Array, bRow: number): number {
  const aAt = aRow * UUID_BYTES;
  const bAt = bRow * UUID_BYTES;
  for (let i = 0; i < UUID_BYTES; i++) {
    const difference = (a[aAt + i] as number) - (b[bAt + i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
