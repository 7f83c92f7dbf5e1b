/**
 * UUIDs → dense codes 0, 1, 2, … in order of arrival, by their four words.
 *
 *   slots:  [ -  3  -  0  - … ]   open addressing, linear probing, at most half full; a slot holds code + 1
 *   words:  [ w0 w1 w2 w3 │ … ]   by code
 */
import type { Uuid } from '../../data/types/value.ts';
import { isValid } from '../../data/vector/chunk.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import { writeUuid } from '../../data/vector/uuid-cells.ts';
import { dataOf, type FlatVector, type Vector } from '../../data/vector/vector.ts';

const SLOTS_MIN = 16;

/** Identifiers of the later kinds differ in their last words, random ones in all: each word counts. */
function mix(w0: number, w1: number, w2: number, w3: number): number {
  let hash = Math.imul(w0, 0x9e3779b1) ^ Math.imul(w1, 0x85ebca6b) ^ Math.imul(w2, 0xc2b2ae35) ^ Math.imul(w3, 0x27d4eb2f);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

export class UuidCoder {
  #slots = new Int32Array(SLOTS_MIN);
  #words = new Int32Array(SLOTS_MIN * 2);
  #size = 0;
  /** NULL takes the code that is next when it first comes, if it has one at all. */
  #nullCode = -1;
  readonly #nullHasCode: boolean;
  readonly #scratch = new Int32Array(4);
  readonly #scratchBytes = new Uint8Array(this.#scratch.buffer);

  constructor(nullHasCode: boolean) { this.#nullHasCode = nullHasCode; }

  /** Codes of the given rows; with `insert`, unknown UUIDs get new codes, else -1. */
  encode(vector: Vector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    if (vector.form === 'flat' && vector.physical === 'uuid') this.#encodeFlat(vector, rows, insert, out);
    else this.#encodeValues(vector, rows, insert, out);
  }

  #encodeFlat(vector: FlatVector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    const words = dataOf(vector) as Int32Array;
    const { validity } = vector;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      out[k] = isValid(validity, row) ? this.#code(words, row * 4, insert) : this.#null(insert);
    }
  }

  #encodeValues(vector: Vector, rows: Int32Array, insert: boolean, out: Int32Array): void {
    const read = vectorReader(vector);
    for (let k = 0; k < rows.length; k++) {
      const value = read(rows[k] as number) as Uuid | null;
      if (value === null) { out[k] = this.#null(insert); continue; }
      writeUuid(value.text, this.#scratchBytes, 0);
      out[k] = this.#code(this.#scratch, 0, insert);
    }
  }

  #null(insert: boolean): number {
    if (this.#nullHasCode && insert && this.#nullCode < 0) {
      this.#nullCode = this.#size++;
      this.#reserve();
    }
    return this.#nullCode;
  }

  #code(from: Int32Array, at: number, insert: boolean): number {
    const w0 = from[at] as number;
    const w1 = from[at + 1] as number;
    const w2 = from[at + 2] as number;
    const w3 = from[at + 3] as number;
    const slots = this.#slots;
    const words = this.#words;
    const mask = slots.length - 1;
    let slot = mix(w0, w1, w2, w3) & mask;
    for (;;) {
      const code = (slots[slot] as number) - 1;
      if (code < 0) break;
      const own = code * 4;
      if (words[own] === w0 && words[own + 1] === w1 && words[own + 2] === w2 && words[own + 3] === w3) return code;
      slot = (slot + 1) & mask;
    }
    if (!insert) return -1;
    const code = this.#size++;
    words[code * 4] = w0;
    words[code * 4 + 1] = w1;
    words[code * 4 + 2] = w2;
    words[code * 4 + 3] = w3;
    slots[slot] = code + 1;
    this.#reserve();
    return code;
  }

  /** Room for one more code. */
  #reserve(): void {
    if (this.#size * 2 < this.#slots.length) return;
    const words = new Int32Array(this.#slots.length * 4);
    words.set(this.#words.subarray(0, this.#size * 4));
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let code = 0; code < this.#size; code++) {
      if (code === this.#nullCode) continue;
      const own = code * 4;
      let slot = mix(words[own] as number, words[own + 1] as number, words[own + 2] as number, words[own + 3] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    }
    this.#slots = slots;
    this.#words = words;
  }
}
