/**
 * The compiled kernels over a thread's kernel memory.
 *
 *   0      2 KiB   4 KiB   20 KiB   36 KiB   52 KiB   53 KiB   59 KiB   64 KiB
 *   │      │ ones  │ rows  │ out    │ groups │ bitmaps │ states │        │ blocks: columns
 *
 * The first 64 KiB belong to no block: kernels find there what lies in JavaScript memory otherwise (selections, group numbers, bitmaps), copied for one
 * call, and leave there what is copied out at once. Nothing in them lives from one call to the next.
 */
import { readFileSync } from 'node:fs';
import type { Validity } from '../vector/chunk.ts';
import type { KernelMemory, WasmMemory } from '../vector/kernel-memory.ts';

export type KernelFunction = (...args: readonly (number | bigint)[]) => number;

/** Entries that one call may work on: what the areas for rows hold. */
export const KERNEL_ROWS_MAX = 4096;

const ONES_AT = 2048;
const ROWS_AT = 4096;
const OUT_AT = ROWS_AT + KERNEL_ROWS_MAX * 4;
const GROUPS_AT = OUT_AT + KERNEL_ROWS_MAX * 4;
const BITS_AT = GROUPS_AT + KERNEL_ROWS_MAX * 4;
const BITMAP_BYTES = KERNEL_ROWS_MAX >> 3;
const STATES_AT = BITS_AT + BITMAP_BYTES * 2;

/** States of a fold that one call may work on: three columns of them. */
export const KERNEL_STATES_MAX = 256;

export class Kernels {
  readonly #functions: Readonly<Record<string, KernelFunction>>;
  readonly #bytes: Uint8Array;
  readonly #rows: Int32Array;
  readonly #out: Int32Array;
  readonly #groups: Int32Array;
  /** States of a fold by column; nothing in them lives from one call to the next. */
  readonly states: readonly Float64Array[];
  /** Integers to be looked up, for one call, where those of the states are otherwise; and their bitmap. */
  readonly keys: BigInt64Array;
  readonly keyBits: Uint8Array;
  readonly outAddress = OUT_AT;

  constructor(functions: Readonly<Record<string, KernelFunction>>, memory: KernelMemory) {
    this.#functions = functions;
    const { buffer } = memory.memory;
    this.#bytes = memory.bytes;
    this.#rows = new Int32Array(buffer, ROWS_AT, KERNEL_ROWS_MAX);
    this.#out = new Int32Array(buffer, OUT_AT, KERNEL_ROWS_MAX);
    this.#groups = new Int32Array(buffer, GROUPS_AT, KERNEL_ROWS_MAX);
    this.states = [0, 1, 2].map((at) => new Float64Array(buffer, STATES_AT + at * KERNEL_STATES_MAX * 8, KERNEL_STATES_MAX));
    this.keys = new BigInt64Array(buffer, STATES_AT, 512);
    this.keyBits = new Uint8Array(buffer, BITS_AT, 64);
    this.#bytes.fill(0xff, ONES_AT, ONES_AT + BITMAP_BYTES);
  }

  /** The kernel of that name; undefined when the module has none. */
  named(name: string): KernelFunction | undefined { return this.#functions[name]; }

  /** Address of a selection of at most `KERNEL_ROWS_MAX` rows, for one call. */
  placeRows(rows: Int32Array): number {
    this.#rows.set(rows);
    return ROWS_AT;
  }

  /** Address of group numbers by row, for as long as no others are placed. */
  placeGroups(groups: Int32Array): number {
    this.#groups.set(groups);
    return GROUPS_AT;
  }

  /** Address of a bitmap: where it is if kernels reach it, else that of a copy for one call. `slot` 0 or 1 tells two bitmaps of one call apart. */
  placeBits(validity: Validity, address: number, slot: 0 | 1): number {
    if (validity === null) return ONES_AT;
    if (address !== 0) return address;
    const at = BITS_AT + slot * BITMAP_BYTES;
    this.#bytes.set(validity.length > BITMAP_BYTES ? validity.subarray(0, BITMAP_BYTES) : validity, at);
    return at;
  }

  /** A copy of the first `count` numbers that a kernel put out. */
  takeOut(count: number): Int32Array { return this.#out.slice(0, count); }

  /** The first `count` numbers that a kernel put out, into an array of the caller's from `at` on. */
  copyOut(count: number, into: Int32Array, at: number): void { into.set(count === KERNEL_ROWS_MAX ? this.#out : this.#out.subarray(0, count), at); }
}

/** WebAssembly as far as it is used; the compiler's libraries know it only together with the browser. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: { readonly env: { readonly memory: WasmMemory; readonly abort: () => void } }) => { readonly exports: Record<string, KernelFunction> };
}

/** Where the build puts the module: beside the built JavaScript, whether that or the source runs. */
const BINARY = new URL(import.meta.url.endsWith('.ts') ? '../../../dist/data/kernels/kernels.wasm' : './kernels.wasm', import.meta.url);

let compiled: object | null | undefined;

/** The module, compiled once a thread; null where there is no WebAssembly or no file. */
function compiledModule(): object | null {
  if (compiled !== undefined) return compiled;
  const api = (globalThis as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly;
  try {
    compiled = api === undefined ? null : new api.Module(readFileSync(BINARY));
  } catch {
    compiled = null; // Not built: closures and loops over typed arrays compute the same.
  }
  return compiled;
}

const loaded = new WeakMap<KernelMemory, Kernels | null>();

/** The kernels that reach this memory; null where there are none, or where it asks for none. */
export function loadKernels(memory: KernelMemory): Kernels | null {
  const known = loaded.get(memory);
  if (known !== undefined) return known;
  const module = memory.usesKernels ? compiledModule() : null;
  const api = (globalThis as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly;
  const kernels = module === null || api === undefined ? null : new Kernels(new api.Instance(module, { env: { memory: memory.memory, abort: () => undefined } }).exports, memory);
  loaded.set(memory, kernels);
  return kernels;
}
