/** The only sources of time. Nothing else in the engine reads a clock. */
export interface Clock {
  /** Wall clock, microseconds since 1970-01-01T00:00:00Z. May jump in either direction. */
  nowMicros(): bigint;
  /** Milliseconds since an arbitrary start. Never falls. */
  monotonicMs(): number;
}

/** The machine's clocks. Below a millisecond the wall clock is filled up from the monotonic one: finer, not more exact. */
export function openSystemClock(): Clock {
  return {
    nowMicros: () => BigInt(Date.now()) * 1000n + BigInt(Math.floor(performance.now() * 1000) % 1000),
    monotonicMs: () => performance.now(),
  };
}

/** A clock that stands still until told otherwise. */
export class ManualClock implements Clock {
  #micros: bigint;
  constructor(micros: bigint) { this.#micros = micros; }
  nowMicros(): bigint { return this.#micros; }
  monotonicMs(): number { return Number(this.#micros / 1000n); }
  set(micros: bigint): void { this.#micros = micros; }
  advance(micros: bigint): void { this.#micros += micros; }
}
