/** Limits of the machine that JavaScript reports as RangeErrors, in the words of the registry. */
import { EngineError } from './errors.ts';

/** The `EngineError` that a stack, text, array or buffer above its limit is; anything else as it came. */
export function limitError(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  const { message } = error;
  if (/call stack/i.test(message)) {
    return new EngineError('statement-too-complex', 'the statement is nested too deeply', { hint: 'Split it, or join long chains of operators in another way: x IN (…) instead of x = 1 OR x = 2 OR ….', cause: error });
  }
  if (/string length/i.test(message)) return new EngineError('value-too-large', 'a text is longer than 512 MiB', { cause: error });
  if (/array length|typed array|(?:Map|Set) maximum size|too many (?:properties|elements)/i.test(message)) return new EngineError('value-too-large', 'a value or a set of rows has more parts than fit in memory', { cause: error });
  if (/allocation failed|out of memory/i.test(message)) return new EngineError('out-of-memory', 'the machine has no memory left for this query', { cause: error });
  return error;
}
