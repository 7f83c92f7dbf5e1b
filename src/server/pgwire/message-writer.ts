/**
 * Messages to the client, collected in one buffer until they are sent.
 *
 *   begin(type) ─▶ | type | length … | fields | ─▶ end() fills the length in
 *
 * A connection holds a buffer only while something is unsent, so silent connections cost none.
 */
import { assert } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';

/** A full buffer is sent: enough for a large write, small enough for a bounded result. */
export const SEND_BYTES = 65_536;
const BUFFERS_KEPT_MAX = 32;
/** Length fields are int32. */
const MESSAGE_BYTES_MAX = 0x3fff_ffff;
/** Up to here a loop over char codes beats a call into the runtime. */
const SHORT_TEXT_UNITS = 32;

/** Send buffers that nobody uses at the moment. */
export class BufferPool {
  readonly #free: Buffer[] = [];
  take(): Buffer { return this.#free.pop() ?? Buffer.allocUnsafeSlow(SEND_BYTES + 4096); }
  give(buffer: Buffer): void {
    if (buffer.length === SEND_BYTES + 4096 && this.#free.length < BUFFERS_KEPT_MAX) this.#free.push(buffer);
  }
}

const EMPTY = Buffer.alloc(0);

export class MessageWriter {
  readonly #pool: BufferPool;
  #bytes: Buffer = EMPTY;
  #length = 0;
  #messageAt = -1;

  constructor(pool: BufferPool) { this.#pool = pool; }

  get length(): number { return this.#length; }

  /** Makes room for `count` bytes and gives the buffer; valid until the next reservation. */
  #reserve(count: number): Buffer {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return this.#bytes;
    if (this.#bytes.length === 0 && needed <= SEND_BYTES) return (this.#bytes = this.#pool.take());
    if (needed > MESSAGE_BYTES_MAX) throw new EngineError('value-too-large', 'a row or message of more than 1 GB cannot be sent');
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length), 0);
    this.#pool.give(this.#bytes);
    return (this.#bytes = grown);
  }

  begin(type: number): void {
    assert(this.#messageAt < 0, 'a message is begun inside another');
    const bytes = this.#reserve(5);
    this.#messageAt = this.#length;
    bytes[this.#length] = type;
    this.#length += 5;
  }

  end(): void {
    assert(this.#messageAt >= 0, 'no message is begun');
    this.#bytes.writeInt32BE(this.#length - this.#messageAt - 1, this.#messageAt + 1);
    this.#messageAt = -1;
  }

  /** Takes back what was written of the current message, if there is one: after an error in the middle of a row. */
  abandon(): void {
    if (this.#messageAt < 0) return;
    this.#length = this.#messageAt;
    this.#messageAt = -1;
  }

  uint8(value: number): void { this.#reserve(1)[this.#length++] = value; }
  int16(value: number): void {
    this.#reserve(2).writeInt16BE(value, this.#length);
    this.#length += 2;
  }
  /** Signed or unsigned: the low 32 bits. */
  int32(value: number): void {
    const bytes = this.#reserve(4);
    const at = this.#length;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.#length = at + 4;
  }
  int64(value: bigint): void {
    this.#reserve(8).writeBigInt64BE(value, this.#length);
    this.#length += 8;
  }
  float32(value: number): void {
    this.#reserve(4).writeFloatBE(value, this.#length);
    this.#length += 4;
  }
  float64(value: number): void {
    this.#reserve(8).writeDoubleBE(value, this.#length);
    this.#length += 8;
  }
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
  }
  text(value: string): void {
    const bytes = this.#reserve(value.length * 3);
    let at = this.#length;
    if (value.length <= SHORT_TEXT_UNITS) {
      let index = 0;
      for (; index < value.length; index++) {
        const unit = value.charCodeAt(index);
        if (unit >= 0x80) break;
        bytes[at + index] = unit;
      }
      if (index === value.length) {
        this.#length = at + index;
        return;
      }
    }
    at += bytes.write(value, at, 'utf8');
    this.#length = at;
  }
  /** Text and a NUL. A NUL inside would end it early, so it becomes U+FFFD. */
  cstring(value: string): void {
    this.text(value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value);
    this.uint8(0);
  }

  /** Begins a length-prefixed cell; `endCell` with the returned offset fills the length in. */
  beginCell(): number {
    this.int32(0);
    return this.#length;
  }
  endCell(from: number): void { this.#bytes.writeInt32BE(this.#length - from, from - 4); }
  /** Length and text. */
  textCell(value: string): void {
    const from = this.beginCell();
    this.text(value);
    this.endCell(from);
  }
  rawCell(bytes: Uint8Array): void {
    this.int32(bytes.length);
    this.raw(bytes);
  }
  nullCell(): void { this.int32(-1); }

  /** Decimal digits of an integer within ±2^53, without a string in between. */
  integerText(value: number): void {
    const bytes = this.#reserve(20);
    let at = this.#length;
    let rest = value;
    if (rest < 0) {
      bytes[at++] = 0x2d;
      rest = -rest;
    }
    let digits = 1;
    for (let bound = 10; bound <= rest && digits < 16; bound *= 10) digits++;
    this.#length = at + digits;
    for (let index = at + digits - 1; index >= at; index--) {
      const next = Math.floor(rest / 10);
      bytes[index] = 0x30 + (rest - next * 10);
      rest = next;
    }
  }

  /** Everything written so far, to be sent; the writer is empty afterwards and no longer owns the buffer. */
  detach(): { readonly buffer: Buffer; readonly length: number } {
    assert(this.#messageAt < 0, 'a message is not ended');
    const detached = { buffer: this.#bytes, length: this.#length };
    this.#bytes = EMPTY;
    this.#length = 0;
    return detached;
  }
}
