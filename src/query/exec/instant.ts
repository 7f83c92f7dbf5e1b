/** Bounds of time periods as µs. */
import { EngineError } from '../../base/errors.ts';
import { toInstant } from '../../data/types/time/local.ts';
import { isTagged, type Value } from '../../data/types/value.ts';

/** A date or local timestamp is read in the session's zone. */
export function microsOf(value: Value, zone: string): bigint {
  if (isTagged(value) && (value.kind === 'date' || value.kind === 'timestamp' || value.kind === 'timestamptz')) return toInstant(value, 'us', zone);
  throw new EngineError('datatype-mismatch', 'a bound of a time period must be a date or timestamp');
}
