/**
 * Reads flatbuffers from bytes that may be anything: each reference, vtable entry, count and length is checked against the
 * buffer before it is used. Tables may share parts, so walks over them spend from a budget that the size of the buffer sets.
 */
import { isUtf8 } from 'node:buffer';
import type { EngineError } from '../../base/errors.ts';
import { damaged } from './damage.ts';

const decoder = new TextDecoder();

/** The bytes of one flatbuffer. `base` is their offset in `object`. */
export class FlatBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly object: string;
  readonly base: number;
  #budget: number;

  constructor(bytes: Uint8Array, object: string, base: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.object = object;
    this.base = base;
    this.#budget = 64 + bytes.length;
  }

  damaged(at: number, what: string): EngineError { return damaged(this.object, this.base + at, what); }

  require(at: number, count: number): void {
    if (at < 0 || count < 0 || at + count > this.bytes.length) throw this.damaged(Math.max(0, at), `${count} bytes of metadata expected`);
  }

  /** Pays for following `count` references. */
  spend(at: number, count: number): void {
    this.#budget -= count;
    if (this.#budget < 0) throw this.damaged(at, 'metadata that refers to itself too often');
  }

  root(): FlatTable {
    this.require(0, 4);
    return new FlatTable(this, this.view.getUint32(0, true));
  }

  /** Where the reference at `at` leads. */
  follow(at: number): number {
    this.require(at, 4);
    this.spend(at, 1);
    const target = at + this.view.getUint32(at, true);
    this.require(target, 4);
    return target;
  }

  /** Position of the first element and count of the vector at `at`, which lies in the buffer as a whole. */
  vector(at: number, bytesEach: number): { readonly at: number; readonly count: number } {
    this.require(at, 4);
    const count = this.view.getUint32(at, true);
    this.require(at + 4, count * bytesEach);
    return { at: at + 4, count };
  }
}

const NO_ELEMENTS = { at: 0, count: 0 } as const;

export class FlatTable {
  readonly buffer: FlatBytes;
  readonly at: number;
  readonly #vtable: number;
  readonly #slotCount: number;
  readonly #tableBytes: number;

  constructor(buffer: FlatBytes, at: number) {
    buffer.require(at, 4);
    this.buffer = buffer;
    this.at = at;
    this.#vtable = at - buffer.view.getInt32(at, true);
    buffer.require(this.#vtable, 4);
    const vtableBytes = buffer.view.getUint16(this.#vtable, true);
    if (vtableBytes < 4 || vtableBytes % 2 !== 0) throw buffer.damaged(this.#vtable, `a vtable of ${vtableBytes} bytes`);
    buffer.require(this.#vtable, vtableBytes);
    this.#slotCount = (vtableBytes - 4) / 2;
    this.#tableBytes = buffer.view.getUint16(this.#vtable + 2, true);
    buffer.require(at, this.#tableBytes);
  }

  /** Position of a field of `size` bytes, or -1 if it is absent. */
  #place(slot: number, size: number): number {
    if (slot >= this.#slotCount) return -1;
    const offset = this.buffer.view.getUint16(this.#vtable + 4 + slot * 2, true);
    if (offset === 0) return -1;
    if (offset < 4 || offset + size > this.#tableBytes) throw this.buffer.damaged(this.at, `field ${slot} outside of its table`);
    return this.at + offset;
  }

  has(slot: number): boolean { return this.#place(slot, 1) >= 0; }

  byte(slot: number, absent: number): number {
    const at = this.#place(slot, 1);
    return at < 0 ? absent : this.buffer.view.getUint8(at);
  }

  bool(slot: number): boolean { return this.byte(slot, 0) !== 0; }

  short(slot: number, absent: number): number {
    const at = this.#place(slot, 2);
    return at < 0 ? absent : this.buffer.view.getInt16(at, true);
  }

  int(slot: number, absent: number): number {
    const at = this.#place(slot, 4);
    return at < 0 ? absent : this.buffer.view.getInt32(at, true);
  }

  long(slot: number): bigint {
    const at = this.#place(slot, 8);
    return at < 0 ? 0n : this.buffer.view.getBigInt64(at, true);
  }

  /** A length or offset: not negative, at most 2^53. */
  size(slot: number): number {
    return sizeOf(this.buffer, this.at, this.long(slot));
  }

  table(slot: number): FlatTable | undefined {
    const at = this.#place(slot, 4);
    return at < 0 ? undefined : new FlatTable(this.buffer, this.buffer.follow(at));
  }

  needTable(slot: number, what: string): FlatTable {
    const table = this.table(slot);
    if (table === undefined) throw this.buffer.damaged(this.at, `${what} is missing`);
    return table;
  }

  text(slot: number): string | undefined {
    const at = this.#place(slot, 4);
    if (at < 0) return undefined;
    const { at: from, count } = this.buffer.vector(this.buffer.follow(at), 1);
    this.buffer.spend(from, count);
    const bytes = this.buffer.bytes.subarray(from, from + count);
    if (!isUtf8(bytes)) throw this.buffer.damaged(from, 'a name that is not UTF-8');
    return decoder.decode(bytes);
  }

  *tables(slot: number): Generator<FlatTable> {
    const { at, count } = this.structs(slot, 4);
    for (let i = 0; i < count; i++) yield new FlatTable(this.buffer, this.buffer.follow(at + i * 4));
  }

  /** A vector of structs or numbers of `bytesEach`. */
  structs(slot: number, bytesEach: number): { readonly at: number; readonly count: number } {
    const at = this.#place(slot, 4);
    return at < 0 ? NO_ELEMENTS : this.buffer.vector(this.buffer.follow(at), bytesEach);
  }
}

/** A 64-bit length or offset as a number. */
export function sizeOf(buffer: FlatBytes, at: number, value: bigint): number {
  if (value < 0n || value > 9007199254740991n) throw buffer.damaged(at, `a length or offset of ${value}`);
  return Number(value);
}
