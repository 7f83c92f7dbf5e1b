/** UTF-8 bytes and offsets of the texts of one chunk, growing. */
import { CHUNK_ROWS_MAX } from '../../data/vector/chunk.ts';

const encoder = new TextEncoder();
/** Above this length the runtime's encoder is faster than a loop over units. */
const LOOP_UNITS_MAX = 48;

export class TextBuilder {
  offsets = new Int32Array(17);
  bytes = new Uint8Array(64);
  #rowCount = 0;
  #length = 0;

  get memoryBytes(): number { return this.offsets.byteLength + this.bytes.length; }

  append(text: string): void {
    const needed = this.#length + text.length * 3;
    if (needed > this.bytes.length) this.#growBytes(needed);
    this.#length += text.length <= LOOP_UNITS_MAX ? this.#encodeShort(text) : encoder.encodeInto(text, this.bytes.subarray(this.#length)).written;
    this.#endRow();
  }

  /** Rows without text, for NULLs. */
  appendEmpty(count: number): void {
    for (let i = 0; i < count; i++) this.#endRow();
  }

  #encodeShort(text: string): number {
    const bytes = this.bytes;
    const start = this.#length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) return encoder.encodeInto(text, bytes.subarray(start)).written;
      bytes[start + i] = unit;
    }
    return text.length;
  }

  #endRow(): void {
    this.#rowCount += 1;
    if (this.#rowCount >= this.offsets.length) {
      const grown = new Int32Array(Math.min(CHUNK_ROWS_MAX, this.offsets.length * 2) + 1);
      grown.set(this.offsets);
      this.offsets = grown;
    }
    this.offsets[this.#rowCount] = this.#length;
  }

  #growBytes(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.#length));
    this.bytes = grown;
  }
}
