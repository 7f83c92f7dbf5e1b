import { crc32 as zlibCrc32 } from 'node:zlib';
import { EngineError } from './errors.ts';

/** CRC-32 (ISO-HDLC, as zlib and gzip have it) of the bytes, unsigned. */
export const crc32 = (bytes: Uint8Array, seed = 0): number => zlibCrc32(bytes, seed) >>> 0;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
/** Up to here a loop over char codes beats a call of the encoder; the length must fit one byte of a varint. */
const SHORT_TEXT_UNITS = 48;

/** Growable little-endian output. The buffer belongs to the writer until `finish`. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number { return this.#length; }

  /** Where the next `count` bytes go. May replace the buffer: take the result before touching it. */
  #reserve(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = needed;
    return at;
  }

  u8(value: number): void { const at = this.#reserve(1); this.#bytes[at] = value; }
  u16(value: number): void { const at = this.#reserve(2); this.#view.setUint16(at, value, true); }
  u32(value: number): void { const at = this.#reserve(4); this.#view.setUint32(at, value, true); }
  i32(value: number): void { const at = this.#reserve(4); this.#view.setInt32(at, value, true); }
  i64(value: bigint): void { const at = this.#reserve(8); this.#view.setBigInt64(at, value, true); }
  u64(value: bigint): void { const at = this.#reserve(8); this.#view.setBigUint64(at, value, true); }
  f64(value: number): void { const at = this.#reserve(8); this.#view.setFloat64(at, value, true); }
  /** Unsigned LEB128, at most 2^53. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) { this.u8((rest % 0x80) | 0x80); rest = Math.floor(rest / 0x80); }
    this.u8(rest);
  }
  raw(bytes: Uint8Array): void { const at = this.#reserve(bytes.length); this.#bytes.set(bytes, at); }
  /** Length as varint, then the bytes. */
  blob(bytes: Uint8Array): void { this.varint(bytes.length); this.raw(bytes); }
  /** UTF-8, as a blob. */
  text(value: string): void {
    const { length } = value;
    if (length > SHORT_TEXT_UNITS) { this.blob(encoder.encode(value)); return; }
    const at = this.#reserve(length + 1);
    const bytes = this.#bytes;
    bytes[at] = length;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit >= 0x80) { this.#length = at; this.blob(encoder.encode(value)); return; }
      bytes[at + 1 + i] = unit;
    }
  }
  /** Overwrites four bytes written before. */
  patchU32(offset: number, value: number): void { this.#view.setUint32(offset, value, true); }
  /** What was written from `from` on, as a view that is valid until the next write. */
  view(from = 0): Uint8Array { return this.#bytes.subarray(from, this.#length); }
  finish(): Uint8Array { return this.#bytes.slice(0, this.#length); }
  /** Begins again with `count` bytes for the caller to fill in; what was written is gone, a buffer of more than `keptMax` bytes too. */
  restart(count: number, keptMax: number): void {
    if (this.#bytes.length > keptMax) {
      this.#bytes = new Uint8Array(keptMax);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#length = 0;
    this.#reserve(count);
  }
}

/**
 * Little-endian input in which every read is checked against the end. Errors are XX001 and name the object and the offset.
 * `base` is the offset of the first byte within the object, for messages.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #object: string;
  readonly #base: number;
  #offset = 0;

  constructor(bytes: Uint8Array, object: string, base = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#object = object;
    this.#base = base;
  }

  get offset(): number { return this.#offset; }
  get remaining(): number { return this.#bytes.length - this.#offset; }

  corrupt(what: string): EngineError {
    return new EngineError('corrupt', `${this.#object} is damaged at offset ${this.#base + this.#offset}: ${what}`);
  }

  #take(count: number): number {
    if (count < 0 || count > this.remaining) throw this.corrupt(`${count} bytes expected, ${this.remaining} left`);
    const at = this.#offset;
    this.#offset += count;
    return at;
  }

  u8(): number { return this.#bytes[this.#take(1)] as number; }
  u16(): number { return this.#view.getUint16(this.#take(2), true); }
  u32(): number { return this.#view.getUint32(this.#take(4), true); }
  i32(): number { return this.#view.getInt32(this.#take(4), true); }
  i64(): bigint { return this.#view.getBigInt64(this.#take(8), true); }
  u64(): bigint { return this.#view.getBigUint64(this.#take(8), true); }
  f64(): number { return this.#view.getFloat64(this.#take(8), true); }
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw this.corrupt('a variable-length integer of more than 8 bytes');
  }
  /** A count of things that take at least `bytesEach`: refused when they cannot all be there. */
  count(bytesEach: number): number {
    const value = this.varint();
    if (value * bytesEach > this.remaining) throw this.corrupt(`a count of ${value} with ${this.remaining} bytes left`);
    return value;
  }
  /** A view of the next bytes; valid as long as the input. */
  raw(count: number): Uint8Array { const at = this.#take(count); return this.#bytes.subarray(at, at + count); }
  blob(): Uint8Array { return this.raw(this.varint()); }
  text(): string {
    const bytes = this.blob();
    try { return decoder.decode(bytes); } catch { throw this.corrupt('text that is not UTF-8'); }
  }
  /** Nothing may be left. */
  end(): void { if (this.remaining !== 0) throw this.corrupt(`${this.remaining} bytes too many`); }
}
