/** Assertions: always on, for what can only be a bug. Messages are constants, so that a failure can be found by its text. */

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** The value, which must not be undefined or null. */
export function must<T>(value: T | undefined | null, message: string): T {
  if (value === undefined || value === null) throw new AssertionError(message);
  return value;
}

/** For the default branch of an exhaustive switch. */
export function unreachable(value: never, message = 'unreachable case'): never {
  throw new AssertionError(`${message}: ${String((value as { kind?: unknown } | undefined)?.kind ?? value)}`);
}
