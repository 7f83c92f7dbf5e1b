/**
 * Writes flatbuffers, of which Arrow's metadata consists. The buffer grows downwards: what is referred to is written first.
 *
 *   ┌──────────┬────────┬───────┬──────────────┬─────────┬─────────┐
 *   │ root ref │ vtable │ table │ vectors, strings, tables it refers to │
 *   └──────────┴────────┴───────┴──────────────┴─────────┴─────────┘
 *   low addresses                                    written first ─┘
 *
 * A `Ref` is a distance from the end of the buffer, so it stays right while the buffer grows.
 */
import { assert } from '../../base/assert.ts';

export type Ref = number & { readonly brand?: 'flatbuffer' };

/** One slot of a table; `undefined` is an absent field, which reads as its default. */
export type Slot =
  | { readonly size: 1 | 2 | 4; readonly value: number }
  | { readonly size: 8; readonly value: bigint }
  | { readonly size: 'ref'; readonly value: Ref }
  | undefined;

export const byteSlot = (value: number): Slot => ({ size: 1, value });
export const boolSlot = (value: boolean): Slot => ({ size: 1, value: value ? 1 : 0 });
export const shortSlot = (value: number): Slot => ({ size: 2, value });
export const intSlot = (value: number): Slot => ({ size: 4, value });
export const longSlot = (value: bigint): Slot => ({ size: 8, value });
export const refSlot = (value: Ref): Slot => ({ size: 'ref', value });

const encoder = new TextEncoder();

export class FlatBuilder {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  /** Bytes written, counted from the end. */
  #used = 0;

  #reserve(count: number): void {
    const needed = this.#used + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(this.#bytes.length - this.#used), grown.length - this.#used);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** Pads so that after `count` more bytes the position is a multiple of `alignment`; returns where those bytes go. */
  #push(count: number, alignment: number): number {
    const padding = (alignment - ((this.#used + count) % alignment)) % alignment;
    this.#reserve(padding + count);
    this.#bytes.fill(0, this.#bytes.length - this.#used - padding, this.#bytes.length - this.#used);
    this.#used += padding + count;
    return this.#bytes.length - this.#used;
  }

  #pushRef(target: Ref): void {
    const at = this.#push(4, 4);
    this.#view.setUint32(at, this.#used - target, true);
  }

  #count(count: number): Ref {
    this.#number(4, count);
    return this.#used;
  }

  text(value: string): Ref {
    const bytes = encoder.encode(value);
    const at = this.#push(4 + bytes.length + 1, 4);
    this.#view.setUint32(at, bytes.length, true);
    this.#bytes.set(bytes, at + 4);
    this.#bytes[at + 4 + bytes.length] = 0;
    return this.#used;
  }

  refs(targets: readonly Ref[]): Ref {
    for (let i = targets.length - 1; i >= 0; i--) this.#pushRef(targets[i] as Ref);
    return this.#count(targets.length);
  }

  ints(values: readonly number[]): Ref {
    const at = this.#push(4 + values.length * 4, 4);
    this.#view.setUint32(at, values.length, true);
    values.forEach((value, i) => { this.#view.setInt32(at + 4 + i * 4, value, true); });
    return this.#used;
  }

  /** A vector of structs that consist of `longsEach` 64-bit numbers. */
  longStructs(values: readonly bigint[], longsEach: number): Ref {
    assert(values.length % longsEach === 0, 'a struct vector is made of whole structs');
    const at = this.#push(values.length * 8, 8);
    values.forEach((value, i) => { this.#view.setBigInt64(at + i * 8, value, true); });
    return this.#count(values.length / longsEach);
  }

  table(slots: readonly Slot[]): Ref {
    const start = this.#used;
    const places = slots.map((slot) => this.#slot(slot));
    this.#push(4, 4);
    const table = this.#used;
    const at = this.#push((slots.length + 2) * 2, 2);
    this.#view.setUint16(at, (slots.length + 2) * 2, true);
    this.#view.setUint16(at + 2, table - start, true);
    places.forEach((place, i) => { this.#view.setUint16(at + 4 + i * 2, place === 0 ? 0 : table - place, true); });
    this.#view.setInt32(this.#bytes.length - table, this.#used - table, true);
    return table;
  }

  #slot(slot: Slot): number {
    if (slot === undefined) return 0;
    if (slot.size === 'ref') this.#pushRef(slot.value);
    else this.#number(slot.size, slot.value);
    return this.#used;
  }

  /** The place comes first: it may move the view. */
  #number(size: 1 | 2 | 4 | 8, value: number | bigint): void {
    const at = this.#push(size, size);
    if (size === 1) this.#view.setUint8(at, value as number);
    else if (size === 2) this.#view.setInt16(at, value as number, true);
    else if (size === 4) this.#view.setInt32(at, value as number, true);
    else this.#view.setBigInt64(at, value as bigint, true);
  }

  /** The whole buffer, a multiple of 8 bytes long, with `root` as its root table. */
  finish(root: Ref): Uint8Array {
    const padding = (8 - ((this.#used + 4) % 8)) % 8;
    this.#push(padding, 1);
    this.#pushRef(root);
    assert(this.#used % 8 === 0, 'a finished flatbuffer is a multiple of eight bytes');
    return this.#bytes.slice(this.#bytes.length - this.#used);
  }
}
