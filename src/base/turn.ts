/** Giving the event loop a turn in the middle of long work, so that sockets, cancels and other queries are served. */

/** Resolves after pending I/O callbacks have run. */
export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => { setImmediate(resolve); });
}

/** Longest piece of work between two turns, in milliseconds. */
export const SLICE_MS_MAX = 2;

/** `await slice.pause()` in a long loop: yields only when the current slice has been used up. */
export class TimeSlice {
  #startedMs = performance.now();
  get isSpent(): boolean { return performance.now() - this.#startedMs >= SLICE_MS_MAX; }
  async pause(): Promise<void> {
    if (!this.isSpent) return;
    await yieldTurn();
    this.#startedMs = performance.now();
  }
}

/** Resolves after `ms`, or at once when the signal is aborted. */
export function sleepMs(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) { resolve(); return; }
    const done = (): void => { clearTimeout(timer); signal.removeEventListener('abort', done); resolve(); };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
