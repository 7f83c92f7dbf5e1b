/** Growable text: bytes end to end, offsets, validity. What `ColumnBuffer` keeps text in, so that no string is made before it is read. */
import { isValid, type Validity } from './chunk.ts';
import { type TextVector, textVector } from './vector.ts';

const ROWS_MIN = 64;
const BYTES_A_ROW = 16;

export class TextBuffer {
  #offsets: Int32Array<ArrayBuffer>;
  #bytes: Uint8Array<ArrayBuffer>;
  #validity: Uint8Array | null = null;
  #length = 0;

  /** `rowCount`: how many rows there is room for at once. */
  constructor(rowCount = ROWS_MIN) {
    this.#offsets = new Int32Array(rowCount + 1);
    this.#bytes = new Uint8Array(Math.min(rowCount, ROWS_MIN) * BYTES_A_ROW);
  }

  get length(): number { return this.#length; }
  get byteCount(): number { return this.#bytes.length + this.#offsets.byteLength; }

  /** Whether `byteCount` more bytes can be addressed by 32-bit offsets. */
  hasRoom(byteCount: number): boolean { return (this.#offsets[this.#length] as number) + byteCount < 2 ** 31; }

  #reserveRows(count: number): void {
    if (this.#length + count < this.#offsets.length) return;
    const grown = new Int32Array(Math.max(this.#length + count + 1, this.#offsets.length * 2));
    grown.set(this.#offsets.subarray(0, this.#length + 1));
    this.#offsets = grown;
    if (this.#validity === null) return;
    const validity = new Uint8Array((grown.length + 7) >> 3);
    validity.set(this.#validity);
    this.#validity = validity;
  }

  #reserveBytes(end: number): void {
    if (end <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#offsets[this.#length] as number));
    this.#bytes = grown;
  }

  /** The bitmap, made on the first NULL: all rows so far are valid. */
  #bitmap(): Uint8Array {
    if (this.#validity !== null) return this.#validity;
    const validity = new Uint8Array((this.#offsets.length + 7) >> 3);
    validity.fill(0xff, 0, this.#length >> 3);
    if ((this.#length & 7) !== 0) validity[this.#length >> 3] = (1 << (this.#length & 7)) - 1;
    this.#validity = validity;
    return validity;
  }

  /** Appends rows of a text vector; a negative row is NULL. */
  append(vector: TextVector, rows: Int32Array): void {
    this.#reserveRows(rows.length);
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      if (row < 0 || !isValid(vector.validity, row)) { this.#pushNull(); continue; }
      this.#push(vector.bytes, vector.offsets[row] as number, vector.offsets[row + 1] as number);
    }
  }

  appendNulls(count: number): void {
    this.#reserveRows(count);
    for (let k = 0; k < count; k++) this.#pushNull();
  }

  #push(bytes: Uint8Array, from: number, to: number): void {
    const start = this.#offsets[this.#length] as number;
    const end = start + to - from;
    this.#reserveBytes(end);
    const own = this.#bytes;
    if (to - from < 32) for (let at = from, mine = start; at < to; at++, mine++) own[mine] = bytes[at] as number;
    else own.set(bytes.subarray(from, to), start);
    if (this.#validity !== null) this.#validity[this.#length >> 3] = (this.#validity[this.#length >> 3] as number) | (1 << (this.#length & 7));
    this.#offsets[++this.#length] = end;
  }

  #pushNull(): void {
    this.#bitmap();
    this.#offsets[this.#length + 1] = this.#offsets[this.#length] as number;
    this.#length++;
  }

  /** All rows, in memory shared with the buffer: valid until the next append. */
  asVector(): TextVector {
    const validity: Validity = this.#validity;
    return textVector(this.#offsets.subarray(0, this.#length + 1), this.#bytes, validity);
  }
}
