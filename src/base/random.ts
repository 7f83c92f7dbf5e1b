import { randomFillSync } from 'node:crypto';

/** The only source of randomness. `recordId` and the like must come from the operating system's (`openSystemRandom`). */
export interface Random {
  /** A new array of `count` random bytes. */
  bytes(count: number): Uint8Array;
  /** Uniform in [0, 1). */
  unit(): number;
}

/** The operating system is asked for this many bytes at once: asking costs more than they do. */
const POOL_BYTES = 4096;

export function openSystemRandom(): Random {
  const pool = new Uint8Array(POOL_BYTES);
  const view = new DataView(pool.buffer);
  let used = POOL_BYTES;
  /** Where `count` fresh bytes lie. Each byte is given out once. */
  const take = (count: number): number => {
    if (used + count > POOL_BYTES) { randomFillSync(pool); used = 0; }
    used += count;
    return used - count;
  };
  return {
    bytes: (count) => {
      if (count > POOL_BYTES) return randomFillSync(new Uint8Array(count));
      const at = take(count);
      const bytes = pool.slice(at, at + count);
      pool.fill(0, at, at + count);
      return bytes;
    },
    unit: () => view.getUint32(take(4)) / 2 ** 32,
  };
}

/** The same sequence for the same seed (mulberry32). For tests and simulations. */
export class SeededRandom implements Random {
  #state: number;
  constructor(seed: number) { this.#state = seed >>> 0; }
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  /** Uniform integer in [0, bound). */
  integer(bound: number): number { return Math.floor(this.unit() * bound); }
  pick<T>(items: readonly T[]): T { return items[this.integer(items.length)] as T; }
  bytes(count: number): Uint8Array { return Uint8Array.from({ length: count }, () => this.integer(256)); }
}
