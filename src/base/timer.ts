/** Timers for whoever may not reach for the ambient ones. */

/** Calls `action` once after `ms` milliseconds unless stopped first. Does not keep the process alive. */
export function startTimer(ms: number, action: () => void): { stop(): void } {
  const timer = setTimeout(action, ms);
  timer.unref();
  return { stop: () => { clearTimeout(timer); } };
}

/** Resolves after `ms` milliseconds, or rejects with the signal's reason when aborted first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => { clearTimeout(timer); reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted')); };
    const timer = setTimeout(() => { signal?.removeEventListener('abort', abort); resolve(); }, ms);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
