/** When a block ends: at so many events, bytes of memory, or minutes after its first record. */
import type { Clock } from '../base/clock.ts';
import type { DatabaseState } from './database-state.ts';
import type { ResolvedTransaction } from './event.ts';
import type { LogRecord } from './log/log.ts';
import { sizeOfAll } from './transaction-size.ts';

export interface BlockLimits { readonly eventsMax: number; readonly bytesMax: number; readonly ageMsMax: number }

export const BLOCK_LIMITS: BlockLimits = { eventsMax: 102_400, bytesMax: 32 * 1024 * 1024, ageMsMax: 10 * 60 * 1000 };

/** Memory is measured each time that this many events have come. */
const EVENTS_A_MEASUREMENT = 4096;

export class BlockThresholds {
  readonly #clock: Clock;
  readonly #limits: BlockLimits;
  #eventCount = 0;
  #recordCount = 0;
  #startedMs = 0;
  #measuredAt = 0;
  /** Memory when it was measured. */
  #bytes = 0;
  /** What has come: large values fill the memory long before they are many. */
  #comeBytes = 0;

  constructor(clock: Clock, limits: BlockLimits = BLOCK_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get isEmpty(): boolean { return this.#recordCount === 0; }

  add(record: LogRecord): void {
    if (this.#recordCount === 0) this.#startedMs = this.#clock.monotonicMs();
    this.#recordCount += 1;
    const { events, bytes } = sizeOfAll(record.transactions);
    this.#eventCount += events;
    this.#comeBytes += bytes;
  }

  /** Whether the block ends with a record of these transactions. */
  isReachedWith(transactions: readonly ResolvedTransaction[], state: DatabaseState): boolean {
    const { events, bytes } = sizeOfAll(transactions);
    if (this.#eventCount + events >= this.#limits.eventsMax || this.#comeBytes + bytes >= this.#limits.bytesMax) return true;
    if (this.#recordCount > 0 && this.#clock.monotonicMs() - this.#startedMs >= this.#limits.ageMsMax) return true;
    if (this.#eventCount - this.#measuredAt >= EVENTS_A_MEASUREMENT) {
      this.#measuredAt = this.#eventCount;
      this.#bytes = state.openBytes;
    }
    return this.#bytes >= this.#limits.bytesMax;
  }

  /** A new block begins. */
  reset(): void {
    this.#eventCount = 0;
    this.#recordCount = 0;
    this.#measuredAt = 0;
    this.#bytes = 0;
    this.#comeBytes = 0;
  }
}
