/**
 * Memory that queries may hold together.
 *
 *   query ──resize──▶ share ┐
 *   query ──resize──▶ share ┴──▶ budget: sum ≤ bytesMax, or 53200 for the query that asked for more
 *
 * Bytes are counted roughly by whoever holds them, so a second measure stands beside the sum: when the heap itself is nearly full, a query
 * that holds much is ended although the sum would allow it. One that only streams is never ended for what others hold.
 */
import os from 'node:os';
import v8 from 'node:v8';
import { EngineError } from './errors.ts';

const MIB = 2 ** 20;
const BYTES_MIN = 16 * MIB;
/** Of a budget: a query that holds less is not to blame for a full heap. */
const SMALL_SHARE = 1 / 16;
/** Of the heap's limit: above it the next pages may be the last. */
const HEAP_FULL = 0.85;

/** What the machine or container has, in bytes. */
export function machineBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(os.totalmem(), constrained) : os.totalmem();
}

/** What queries may hold where nobody says: half of the heap or a fifth of the machine, whichever is less. */
export const queryBytesDefault = (): number =>
  Math.max(BYTES_MIN, Math.floor(Math.min(v8.getHeapStatistics().heap_size_limit / 2, machineBytes() / 5)));

/** What something beside queries may hold: `bytesMax`, on a small machine a sixteenth of it. */
export const besideQueries = (bytesMax: number, machine: number = machineBytes()): number => Math.min(bytesMax, Math.floor(machine / 16));

/**
 * What is collected for a block, likewise: a quarter of that, since it is there several times while the block is written. With a sixteenth, six
 * clients that wrote documents of 1 MB ended a server in 256 MB after 200 of them.
 */
export const besideQueriesForBlock = (bytesMax: number, machine: number = machineBytes()): number => besideQueries(bytesMax, machine / 4);

function isHeapFull(): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = v8.getHeapStatistics();
  return used > limit * HEAP_FULL;
}

export class MemoryBudget {
  readonly bytesMax: number;
  readonly #isHeapFull: () => boolean;
  #bytes = 0;

  /** `heapIsFull`: for tests. */
  constructor(bytesMax: number, heapIsFull: () => boolean = isHeapFull) {
    this.bytesMax = bytesMax;
    this.#isHeapFull = heapIsFull;
  }

  /** Held by all shares now. */
  get bytes(): number { return this.#bytes; }

  open(): MemoryShare {
    return new MemoryShare((own, more) => {
      this.#bytes += more;
      if (own <= this.bytesMax * SMALL_SHARE) return;
      if (this.#bytes > this.bytesMax || this.#isHeapFull()) throw this.#exhausted();
    });
  }

  #exhausted(): EngineError {
    return new EngineError('out-of-memory', `the query needs more memory than queries may use together (${Math.ceil(this.bytesMax / MIB)} MiB)`, {
      hint: 'Read or write fewer rows at a time, or give the server more memory (--query-mb).',
    });
  }
}

/** What one query holds. */
export class MemoryShare {
  readonly #change: (own: number, more: number) => void;
  #bytes = 0;

  constructor(change: (own: number, more: number) => void) { this.#change = change; }

  /** The query holds this much now. Throws 53200 when that is too much; what it held counts no more then, so that the others go on. */
  resize(bytes: number): void {
    const more = bytes - this.#bytes;
    this.#bytes = bytes;
    try { this.#change(bytes, more); } catch (error) { this.close(); throw error; }
  }

  close(): void {
    if (this.#bytes === 0) return;
    const less = -this.#bytes;
    this.#bytes = 0;
    this.#change(0, less);
  }
}
