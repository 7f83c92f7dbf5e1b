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
  /** Shared with workers as is. */
  readonly cell: Int32Array<SharedArrayBuffer>;
  readonly #controller = new AbortController();

  constructor(cell: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(4))) { this.cell = cell; }

  /** For awaits: aborted at the same moment as the flag is set on this thread. */
  get signal(): AbortSignal { return this.#controller.signal; }
  get isSet(): boolean { return Atomics.load(this.cell, 0) !== 0; }

  cancel(reason: CancelReason): void {
    if (Atomics.compareExchange(this.cell, 0, 0, REASONS.indexOf(reason) + 1) === 0) this.#controller.abort();
  }

  /** Throws 57014 (57P01 on shutdown) once cancelled. Cheap enough for every batch. */
  check(): void {
    const value = Atomics.load(this.cell, 0);
    if (value === 0) return;
    const reason = REASONS[value - 1] ?? 'user';
    throw new EngineError(reason === 'shutdown' ? 'shutting-down' : 'query-cancelled', MESSAGES[reason]);
  }
}
