/**
 * Keeps a sick volume from taking the process with it. File calls run on a pool of four threads and cannot be called off:
 * a call on a hung volume holds its thread until the volume answers. So at most `permits` calls run at a time, a caller
 * waits at most `timeoutMs` (in the queue or for the call), and the permit comes back when the call really ends.
 *
 *   callers ──▶ queue ──▶ [permit][permit] ──▶ thread pool         58030 after timeoutMs, wherever the caller stands
 */
import { EngineError } from '../../base/errors.ts';
import { startTimer } from '../../base/timer.ts';

interface Waiter { readonly start: () => void }

export class IoGate {
  #free: number;
  readonly #timeoutMs: number;
  readonly #queue = new Set<Waiter>();

  constructor(permits: number, timeoutMs: number) {
    this.#free = permits;
    this.#timeoutMs = timeoutMs;
  }

  /** Calls that hold a permit or wait for one. */
  get waiting(): number { return this.#queue.size; }

  /** The task's result, its error, or `io-error` when neither comes in time; `what` names the call in that message. */
  run<T>(what: string, task: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiter: Waiter = { start: () => { this.#start(task).then(resolve, reject).finally(() => { timer.stop(); }); } };
      const timer = startTimer(this.#timeoutMs, () => {
        this.#queue.delete(waiter);
        reject(new EngineError('io-error', `${what}: no answer from the volume within ${this.#timeoutMs} ms`));
      });
      if (this.#free > 0) {
        this.#free -= 1;
        waiter.start();
      } else {
        this.#queue.add(waiter);
      }
    });
  }

  async #start<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } finally {
      this.#release();
    }
  }

  #release(): void {
    const [next] = this.#queue;
    if (next === undefined) { this.#free += 1; return; }
    this.#queue.delete(next);
    next.start();
  }
}
