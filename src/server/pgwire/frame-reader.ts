/**
 * Cuts the bytes of a client into messages and reads their fields in place.
 *
 *   start-up:   | length u32 | code u32 | … |          length counts itself
 *   afterwards: | type u8 | length u32 | fields … |    length counts itself, not the type
 *
 * A chunk that holds whole messages is read where it lies; only a message cut by chunk borders is copied together.
 * The buffer grows with the bytes that have arrived, never with the length that a header claims.
 */
import { EngineError } from '../../base/errors.ts';

const EMPTY = Buffer.alloc(0);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Below this, looking at each byte is cheaper than asking a decoder. */
const ASCII_SCAN_BYTES = 64;

const violation = (message: string): EngineError => new EngineError('protocol-violation', message);

/** Text of the bytes, which must be UTF-8 (22021 otherwise). */
export function decodeUtf8(bytes: Buffer, from: number, to: number): string {
  if (to - from <= ASCII_SCAN_BYTES) {
    let at = from;
    while (at < to && (bytes[at] as number) < 0x80) at++;
    if (at === to) return bytes.toString('latin1', from, to);
  }
  try {
    return decoder.decode(bytes.subarray(from, to));
  } catch {
    throw new EngineError('invalid-encoding', 'text that is not valid UTF-8; this server speaks UTF-8 only');
  }
}

export class FrameReader {
  #bytes: Buffer = EMPTY;
  /** First byte that no message has taken yet. */
  #start = 0;
  #end = 0;
  #at = 0;
  #bodyEnd = 0;
  /** Type byte of the current message; 0 for a start-up packet. */
  type = 0;

  /** Bytes that have arrived and belong to no message yet taken. */
  get buffered(): number { return this.#end - this.#start; }

  /** The chunk belongs to the reader from now on. */
  append(chunk: Buffer): void {
    const kept = this.#end - this.#start;
    if (kept === 0) {
      this.#bytes = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      return;
    }
    const needed = kept + chunk.length;
    if (this.#start === 0 && needed <= this.#bytes.length && this.#end !== this.#bytes.length) {
      this.#bytes.set(chunk, this.#end);
    } else {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed + 1, kept * 2));
      grown.set(this.#bytes.subarray(this.#start, this.#end), 0);
      grown.set(chunk, kept);
      this.#bytes = grown;
      this.#start = 0;
    }
    this.#end = this.#start + needed;
  }

  /** Takes the next start-up packet. False: not all of it is here. Throws 08P01 when it is too long or too short. */
  nextStartup(bytesMax: number): boolean {
    if (this.buffered < 4) return false;
    const length = this.#bytes.readUInt32BE(this.#start);
    if (length < 8 || length > bytesMax) throw violation(`start-up packet of ${length} bytes; between 8 and ${bytesMax} are allowed`);
    if (this.buffered < length) return false;
    this.#take(0, 4, length);
    return true;
  }

  /** Takes the next message. False: not all of it is here. Throws 08P01 when its length cannot be. */
  next(bytesMax: number): boolean {
    if (this.buffered < 5) return false;
    const length = this.#bytes.readUInt32BE(this.#start + 1);
    const type = this.#bytes[this.#start] as number;
    if (length < 4) throw violation(`message of type ${printType(type)} with length ${length}; at least 4 is needed`);
    if (length > bytesMax) throw violation(`message of type ${printType(type)} of ${length} bytes; at most ${bytesMax} are allowed`);
    if (this.buffered < length + 1) return false;
    this.#take(type, 5, length + 1);
    return true;
  }

  #take(type: number, headerBytes: number, totalBytes: number): void {
    this.type = type;
    this.#at = this.#start + headerBytes;
    this.#bodyEnd = this.#start + totalBytes;
    this.#start = this.#bodyEnd;
  }

  /** Drops everything that has not been taken, and the memory. */
  clear(): void {
    this.#bytes = EMPTY;
    this.#start = this.#end = this.#at = this.#bodyEnd = 0;
  }

  get remaining(): number { return this.#bodyEnd - this.#at; }

  #need(count: number): number {
    const at = this.#at;
    if (count < 0 || count > this.#bodyEnd - at) throw violation(`message of type ${printType(this.type)} ends too early: ${count} bytes expected, ${this.remaining} left`);
    this.#at = at + count;
    return at;
  }

  uint8(): number { return this.#bytes[this.#need(1)] as number; }
  int16(): number { return this.#bytes.readInt16BE(this.#need(2)); }
  uint16(): number { return this.#bytes.readUInt16BE(this.#need(2)); }
  int32(): number { return this.#bytes.readInt32BE(this.#need(4)); }
  uint32(): number { return this.#bytes.readUInt32BE(this.#need(4)); }

  /** Text up to the next NUL, which is skipped. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0 || end >= this.#bodyEnd) throw violation(`message of type ${printType(this.type)} has a text without an end`);
    const value = decodeUtf8(this.#bytes, this.#at, end);
    this.#at = end + 1;
    return value;
  }

  /** A view of the next bytes, valid as long as somebody holds it. */
  bytes(count: number): Buffer {
    const at = this.#need(count);
    return this.#bytes.subarray(at, at + count);
  }

  /** Nothing may be left of the message. */
  end(): void {
    if (this.#at !== this.#bodyEnd) throw violation(`message of type ${printType(this.type)} has ${this.remaining} bytes too many`);
  }
}

/** A type byte for messages: the letter when it is one. */
export function printType(type: number): string {
  return type > 0x20 && type < 0x7f ? `"${String.fromCharCode(type)}"` : `0x${type.toString(16).padStart(2, '0')}`;
}
