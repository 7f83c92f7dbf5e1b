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

/** Room for the row that makes a buffer full. */
const BUFFER_BYTES = SEND_BYTES + 4096;

/** Bytes, and the view through which numbers are written (much faster than the buffer's own methods). */
export interface SendBuffer { readonly bytes: Buffer; readonly view: DataView }

function allocate(byteCount: number): SendBuffer {
  const bytes = Buffer.allocUnsafeSlow(byteCount);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, byteCount) };
}

/** Send buffers that nobody uses at the moment. */
export class BufferPool {
  readonly #free: SendBuffer[] = [];
  take(): SendBuffer { return this.#free.pop() ?? allocate(BUFFER_BYTES); }
  give(buffer: SendBuffer): void {
    if (buffer.bytes.length === BUFFER_BYTES && this.#free.length < BUFFERS_KEPT_MAX) this.#free.push(buffer);
  }
}

const EMPTY = allocate(0);

export class MessageWriter {
  readonly #pool: BufferPool;
  #buffer = EMPTY;
  #bytes = EMPTY.bytes;
  #view = EMPTY.view;
  #length = 0;
  #messageAt = -1;

  constructor(pool: BufferPool) { this.#pool = pool; }

  get length(): number { return this.#length; }

  /** Makes room for `count` bytes and gives the buffer; valid until the next reservation. */
  #reserve(count: number): Buffer {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return this.#bytes;
    if (this.#bytes.length === 0 && needed <= BUFFER_BYTES) return this.#use(this.#pool.take());
    if (needed > MESSAGE_BYTES_MAX) throw new EngineError('value-too-large', 'a row or message of more than 1 GB cannot be sent');
    const grown = allocate(Math.max(needed, this.#bytes.length * 2));
    grown.bytes.set(this.#bytes.subarray(0, this.#length), 0);
    this.#pool.give(this.#buffer);
    return this.#use(grown);
  }

  #use(buffer: SendBuffer): Buffer {
    this.#buffer = buffer;
    this.#view = buffer.view;
    return (this.#bytes = buffer.bytes);
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
    this.#view.setInt32(this.#messageAt + 1, this.#length - this.#messageAt - 1);
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
    this.#reserve(2);
    this.#view.setInt16(this.#length, value);
    this.#length += 2;
  }
  /** Signed or unsigned: the low 32 bits. */
  int32(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.#length, value);
    this.#length += 4;
  }
  int64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigInt64(this.#length, value);
    this.#length += 8;
  }
  float32(value: number): void {
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value);
    this.#length += 4;
  }
  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value);
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
  endCell(from: number): void { this.#view.setInt32(from - 4, this.#length - from); }
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

  /** `HH:MM:SS[.f]`, the fraction with as few digits as it needs. */
  clockText(secondsOfDay: number, micros: number): void {
    const bytes = this.#reserve(15);
    let at = this.#length;
    const hours = (secondsOfDay / 3600) | 0;
    const minutes = ((secondsOfDay / 60) | 0) - hours * 60;
    for (const part of [hours, minutes, secondsOfDay - hours * 3600 - minutes * 60]) {
      const tens = (part / 10) | 0;
      bytes[at] = 0x30 + tens;
      bytes[at + 1] = 0x30 + part - tens * 10;
      bytes[at + 2] = 0x3a;
      at += 3;
    }
    at--;
    if (micros !== 0) {
      bytes[at++] = 0x2e;
      for (let rest = micros, unit = 100_000; rest > 0; unit /= 10) {
        const digit = (rest / unit) | 0;
        bytes[at++] = 0x30 + digit;
        rest -= digit * unit;
      }
    }
    this.#length = at;
  }

  /** Everything written so far, to be sent; the writer is empty afterwards and no longer owns the buffer. */
  detach(): { readonly buffer: SendBuffer; readonly length: number } {
    assert(this.#messageAt < 0, 'a message is not ended');
    const detached = { buffer: this.#buffer, length: this.#length };
    this.#use(EMPTY);
    this.#length = 0;
    return detached;
  }
}
