/**
 * Integers → dense numbers in order of arrival, by compiled kernels over tables in kernel memory.
 *
 *   column in kernel memory ────────────────────────▶ assign / find ─▶ numbers
 *   anything else: 512 entries at a time as int64s ─▶
 *
 *   table half full ─▶ twice the slots, keys copied, put in again ─▶ go on        no room for that ─▶ false: the owner takes the keys elsewhere
 */
import { assert, must } from '../../base/assert.ts';
import { KERNEL_ROWS_MAX, type Kernels, loadKernels } from '../../data/kernels/load-kernels.ts';
import type { Value } from '../../data/types/value.ts';
import { iota } from '../../data/vector/batch.ts';
import { BLOCK_BYTES, type Scope } from '../../data/vector/kernel-memory.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import type { Vector } from '../../data/vector/vector.ts';
import { kernelAddress } from '../expr/compare-kernels.ts';

const SLOTS_MIN = 1024;
/** What a table may take of the query's blocks: batches need the others. */
const SHARE = 1 / 2;

interface Table { readonly slots: number; readonly slotCount: number; readonly keys: number }

/** Entries of one call: addresses up to where the kernel takes `n`. */
interface Entries { readonly kind: 'i32' | 'i32_nulls' | 'i64' | 'i64_nulls' | 'pair'; readonly args: readonly number[]; readonly count: number }

export class KernelKeyIndex {
  readonly #kernels: Kernels;
  readonly #scope: Scope;
  readonly #state: Int32Array;
  readonly #nullIsKey: boolean;
  #table: Table;

  private constructor(kernels: Kernels, scope: Scope, table: Table, state: Int32Array, nullIsKey: boolean) {
    this.#kernels = kernels;
    this.#scope = scope;
    this.#table = table;
    this.#state = state.fill(0);
    this.#nullIsKey = nullIsKey;
  }

  /** An index whose tables lie in `scope`, which must outlive it; null without kernels or room. */
  static open(scope: Scope | null, nullIsKey: boolean): KernelKeyIndex | null {
    const kernels = scope === null ? null : loadKernels(scope.memory);
    if (kernels === null || scope === null || !hasShare(scope)) return null;
    const table = allocateTable(scope, SLOTS_MIN);
    const state = scope.allocate(64);
    if (table === undefined || state === undefined) return null;
    return new KernelKeyIndex(kernels, scope, table, new Int32Array(scope.memory.memory.buffer, state, 3), nullIsKey);
  }

  /** Numbers given so far, NULL's included. */
  get size(): number { return this.#state[0] as number; }
  /** The number of NULL; -1 if it has none. */
  get nullNumber(): number { return (this.#state[1] as number) - 1; }
  /** Keys by number, as halves: low, high. Valid until the next call. */
  get keys(): Int32Array { return new Int32Array(this.#scope.memory.memory.buffer, this.#table.keys, this.size * 2); }

  /** Numbers of the rows' integers. False: the table cannot grow; what it has numbers for stays numbered. */
  encode(vector: Vector, rows: Int32Array, insert: boolean, integerOf: (value: Value) => bigint, out: Int32Array): boolean {
    for (let from = 0; from < rows.length;) {
      const entries = this.#columnEntries(vector, rows, from) ?? this.#valueEntries(vector, rows, from, integerOf);
      if (!this.#run(entries, insert)) return false;
      this.#kernels.copyOut(entries.count, out, from);
      from += entries.count;
    }
    return true;
  }

  /** Numbers of pairs of codes, into `numbers`; -1 on either side is -1. */
  encodePairs(numbers: Int32Array, codes: Int32Array, insert: boolean): boolean {
    for (let from = 0; from < numbers.length; from += KERNEL_ROWS_MAX) {
      const count = Math.min(KERNEL_ROWS_MAX, numbers.length - from);
      const args = [this.#kernels.placeRows(numbers.subarray(from, from + count)), this.#kernels.placeGroups(codes.subarray(from, from + count))];
      if (!this.#run({ kind: 'pair', args, count }, insert)) return false;
      this.#kernels.copyOut(count, numbers, from);
    }
    return true;
  }

  #columnEntries(vector: Vector, rows: Int32Array, from: number): Entries | undefined {
    if (vector.form !== 'flat' || (vector.physical !== 'i64' && vector.physical !== 'i32') || vector.data.length > KERNEL_ROWS_MAX) return undefined;
    const address = kernelAddress(vector, this.#scope);
    if (address === 0) return undefined;
    const count = Math.min(KERNEL_ROWS_MAX, rows.length - from);
    const sel = this.#kernels.placeRows(count === rows.length ? rows : rows.subarray(from, from + count));
    if (vector.validity === null) return { kind: vector.physical, args: [address, sel], count };
    return { kind: `${vector.physical}_nulls`, args: [address, this.#kernels.placeBits(vector.validity, vector.validityAddress, 0), sel], count };
  }

  #valueEntries(vector: Vector, rows: Int32Array, from: number, integerOf: (value: Value) => bigint): Entries {
    const { keys, keyBits } = this.#kernels;
    const read = vectorReader(vector);
    const count = Math.min(keys.length, rows.length - from);
    keyBits.fill(0);
    for (let k = 0; k < count; k++) {
      const value = read(rows[from + k] as number);
      if (value === null) continue;
      keys[k] = integerOf(value);
      keyBits[k >> 3] = (keyBits[k >> 3] as number) | (1 << (k & 7));
    }
    return { kind: 'i64_nulls', args: [keys.byteOffset, keyBits.byteOffset, this.#kernels.placeRows(iota(count))], count };
  }

  #run({ kind, args, count }: Entries, insert: boolean): boolean {
    const { slots, slotCount, keys } = this.#table;
    if (!insert) {
      must(this.#kernels.named(`find_${kind}`), 'a kernel of the module')(...args, count, slots, slotCount - 1, keys, this.#nullIsKey ? this.nullNumber : -1, this.#kernels.outAddress);
      return true;
    }
    const assign = must(this.#kernels.named(`assign_${kind}`), 'a kernel of the module');
    for (;;) {
      const table = this.#table;
      if (assign(...args, count, this.#nullIsKey ? 0 : -1, table.slots, table.slotCount - 1, table.keys, this.#state.byteOffset, this.#kernels.outAddress) === 1) return true;
      if (!this.#grow()) return false;
    }
  }

  #grow(): boolean {
    const old = this.#table;
    const { memory } = this.#scope;
    if (!hasShare(this.#scope)) return false;
    const table = allocateTable(this.#scope, old.slotCount * 2);
    if (table === undefined) return false;
    const count = this.size;
    assert(count * 2 <= old.slotCount, 'a table has more keys than room for them');
    memory.bytes.copyWithin(table.keys, old.keys, old.keys + count * 8);
    must(this.#kernels.named('rehash'), 'a kernel of the module')(table.keys, count, this.nullNumber, table.slots, table.slotCount - 1);
    this.#table = table;
    return true;
  }
}

const hasShare = ({ reservation }: Scope): boolean => reservation.blocksHeld < reservation.blocksMax * SHARE;

/** Empty slots and room for half as many keys; undefined where they do not fit. */
function allocateTable(scope: Scope, slotCount: number): Table | undefined {
  const bytes = slotCount * 4;
  if (bytes + 128 > BLOCK_BYTES && (scope.memory.poison || bytes > BLOCK_BYTES)) return undefined;
  const slots = scope.allocate(bytes);
  const keys = scope.allocate(bytes);
  if (slots === undefined || keys === undefined) return undefined;
  scope.memory.bytes.fill(0, slots, slots + bytes);
  return { slots, slotCount, keys };
}
