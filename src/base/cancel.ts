import { EngineError } from './errors.ts';

/**
 * A query's cancel flag: one Int32 that any thread may set and that operators look at once per batch.
 * 0 runs, 1 cancelled by the user, 2 by statement_timeout, 3 by shutdown.
 */
export type CancelReason = 'user' | 'timeout' | 'shutdown';
const REASONS: readonly CancelReason[] = ['user', 'timeout', 'shutdown'];
const MESSAGES: Record<CancelReason, string> = {
  user: 'canceling statement due to user request',
  timeout: 'canceling statement due to statement timeout',
  shutdown: 'terminating connection because the server is stopping',
};

export class CancelFlag {
  #cell: Int32Array<SharedArrayBuffer> | undefined;
  /** What the cell will hold when somebody asks for it. */
  #value = 0;
  #controller: AbortController | undefined;

  constructor(cell?: Int32Array<SharedArrayBuffer>) { this.#cell = cell; }

  /** Shared with workers as is. Most statements have none and are over before anybody could cancel them: it is made when it is needed. */
  get cell(): Int32Array<SharedArrayBuffer> {
    if (this.#cell === undefined) {
      this.#cell = new Int32Array(new SharedArrayBuffer(4));
      this.#cell[0] = this.#value;
    }
    return this.#cell;
  }

  /** For awaits: aborted at the same moment as the flag is set on this thread. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#value !== 0) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  get #reason(): number { return this.#cell === undefined ? this.#value : Atomics.load(this.#cell, 0); }
  get isSet(): boolean { return this.#reason !== 0; }

  /** The first reason stays. */
  cancel(reason: CancelReason): void {
    if (this.isSet) return;
    const value = REASONS.indexOf(reason) + 1;
    if (this.#cell !== undefined && Atomics.compareExchange(this.#cell, 0, 0, value) !== 0) return;
    this.#value = value;
    this.#controller?.abort();
  }

  /** Throws 57014 (57P01 on shutdown) once cancelled. Cheap enough for every batch. */
  check(): void {
    const value = this.#reason;
    if (value === 0) return;
    const reason = REASONS[value - 1] ?? 'user';
    throw new EngineError(reason === 'shutdown' ? 'shutting-down' : 'query-cancelled', MESSAGES[reason]);
  }
}
