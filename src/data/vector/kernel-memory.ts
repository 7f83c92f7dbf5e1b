/**
 * Kernel memory: everything that kernels can reach, and how it is handed out.
 *
 *   KernelMemory  | 64 KiB scratch | block 0: 1 MiB | block 1: 1 MiB | … |      initial = maximum: views never detach
 *                                    │
 *   Scope                            ├ column, 64-byte aligned ┆canary┆ column ┆canary┆ …
 *                                    └ released as a whole: epoch + 1, blocks go back (poisoned in tests)
 *
 * A vector lives until its scope is released; what must live longer is copied. Pages that were read and verified are never in here,
 * so a kernel that writes out of range cannot damage them.
 */
import { assert } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';

export const BLOCK_BYTES = 1 << 20;
const FIRST_BLOCK = 65536;
const CANARY_BYTES = 64;
const CANARY = 0xc5;
const POISON = 0xa5;

/** `WebAssembly.Memory`, as far as it is used; the compiler's libraries know it only together with the browser. */
export interface WasmMemory { readonly buffer: ArrayBuffer }
type WasmMemoryConstructor = new (descriptor: { readonly initial: number; readonly maximum: number }) => WasmMemory;
/** Where there is no WebAssembly there are no kernels either, and any buffer will do. */
class PlainMemory implements WasmMemory {
  readonly buffer: ArrayBuffer;
  constructor({ initial }: { readonly initial: number }) { this.buffer = new ArrayBuffer(initial * 65536); }
}
const Memory = (globalThis as { readonly WebAssembly?: { readonly Memory: WasmMemoryConstructor } }).WebAssembly?.Memory ?? PlainMemory;

export interface KernelMemoryOptions {
  /** Blocks of 1 MiB. */
  readonly blocks: number;
  /** Canaries after each allocation, 0xA5 over released blocks. For tests. */
  readonly poison?: boolean;
  /** Batches below this many rows stay in JavaScript memory: a block for one row would be waste. */
  readonly rowsMin?: number;
  /** False: closures and loops only, for comparison. Default true. */
  readonly kernels?: boolean;
}

export class KernelMemory {
  readonly memory: WasmMemory;
  readonly bytes: Uint8Array;
  readonly poison: boolean;
  readonly rowsMin: number;
  readonly usesKernels: boolean;
  readonly blocks: number;
  readonly #free: number[] = [];

  constructor(options: KernelMemoryOptions) {
    const pages = (options.blocks * BLOCK_BYTES + FIRST_BLOCK) / 65536;
    this.memory = new Memory({ initial: pages, maximum: pages });
    this.bytes = new Uint8Array(this.memory.buffer);
    this.poison = options.poison ?? false;
    this.rowsMin = options.rowsMin ?? 256;
    this.usesKernels = options.kernels ?? true;
    this.blocks = options.blocks;
    for (let block = options.blocks - 1; block >= 0; block--) this.#free.push(FIRST_BLOCK + block * BLOCK_BYTES);
  }

  get blocksFree(): number { return this.#free.length; }

  takeBlock(): number | undefined { return this.#free.pop(); }

  returnBlock(address: number): void {
    if (this.poison) this.bytes.fill(POISON, address, address + BLOCK_BYTES);
    this.#free.push(address);
    assert(this.#free.length <= this.blocks, 'a block was returned twice');
  }
}

/** How many blocks one query may hold at a time. */
export class Reservation {
  readonly memory: KernelMemory;
  readonly blocksMax: number;
  #held = 0;

  constructor(memory: KernelMemory, blocksMax: number) { this.memory = memory; this.blocksMax = blocksMax; }

  get blocksHeld(): number { return this.#held; }

  take(): number | undefined {
    if (this.#held >= this.blocksMax) return undefined;
    const block = this.memory.takeBlock();
    if (block !== undefined) this.#held++;
    return block;
  }

  give(block: number): void {
    assert(this.#held > 0, 'a reservation gives back more than it took');
    this.#held--;
    this.memory.returnBlock(block);
  }
}

/** Allocations with one lifetime. */
export class Scope {
  readonly reservation: Reservation;
  readonly memory: KernelMemory;
  #epoch = 1;
  #blocks: number[] = [];
  #used = BLOCK_BYTES;
  #canaries: number[] = [];

  constructor(reservation: Reservation) {
    this.reservation = reservation;
    this.memory = reservation.memory;
  }

  /** Which life of the memory a vector means; one more after each release. */
  get epoch(): number { return this.#epoch; }

  /** Address of `bytes` at a 64-byte boundary, or undefined when the reservation is spent. At most one block. */
  allocate(bytes: number): number | undefined {
    const poison = this.memory.poison;
    const size = ((bytes + 63) & ~63) + (poison ? CANARY_BYTES : 0);
    assert(size <= BLOCK_BYTES, 'an allocation is larger than a block');
    if (this.#used + size > BLOCK_BYTES) {
      const block = this.reservation.take();
      if (block === undefined) return undefined;
      this.#blocks.push(block);
      this.#used = 0;
    }
    const address = (this.#blocks.at(-1) as number) + this.#used;
    this.#used += size;
    if (poison) this.#plantCanary(address + size - CANARY_BYTES);
    return address;
  }

  #plantCanary(at: number): void {
    this.memory.bytes.fill(CANARY, at, at + CANARY_BYTES);
    this.#canaries.push(at);
  }

  /** Every vector of the scope ends here. */
  release(): void {
    if (this.#canaries.length > 0) {
      const bytes = this.memory.bytes;
      for (const at of this.#canaries) {
        for (let i = at; i < at + CANARY_BYTES; i++) assert(bytes[i] === CANARY, 'a kernel wrote past its output');
      }
      this.#canaries = [];
    }
    if (this.#blocks.length > 0) {
      for (const block of this.#blocks) this.reservation.give(block);
      this.#blocks = [];
    }
    this.#used = BLOCK_BYTES;
    this.#epoch++;
  }
}

/** 53200 with what was asked for. */
export const outOfMemory = (what: string): EngineError =>
  new EngineError('out-of-memory', `${what} needs more memory than this query may use`);
