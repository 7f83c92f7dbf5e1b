/**
 * Typed literals: DATE '…', TIME '…', TIMESTAMP '…', INTERVAL '…' [qualifier], DURATION '…'.
 *
 * They are more than casts of text: a timestamp keeps the zone that is written, an interval takes words and has the form that
 * its parts need, a time of day may have fields of one digit and keeps nanoseconds.
 */
import { EngineError } from '../../../base/errors.ts';
import type { IntervalQualifier } from '../cast-target.ts';
import type { DateValue, Duration, Interval, Timestamp, TimeValue, ZonedTimestamp } from '../value.ts';
import { parseDurationLiteral, parseIntervalLiteral } from './parse-interval.ts';
import { parseDate, parseTimeLiteral, parseTimestamp } from './parse.ts';

export type LiteralKind = 'date' | 'time' | 'timestamp' | 'interval' | 'duration';

export const isLiteralKind = (name: string): name is LiteralKind =>
  name === 'date' || name === 'time' || name === 'timestamp' || name === 'interval' || name === 'duration';

/** The value of a typed literal; `qualifier` belongs to intervals. Whether a timestamp is zoned is told by its text alone. Throws 22007, 22008, 22023. */
export function parseTypedLiteral(kind: LiteralKind, text: string, qualifier?: IntervalQualifier): DateValue | TimeValue | Timestamp | ZonedTimestamp | Interval | Duration {
  switch (kind) {
    case 'date': return explained(`Cannot parse date: ${text}`, () => parseDate(text));
    case 'time': return parseTimeLiteral(text);
    case 'timestamp': return explained(`Cannot parse timestamp: ${text}`, () => parseTimestamp(text));
    case 'interval': return parseIntervalLiteral(text, qualifier);
    case 'duration': return parseDurationLiteral(text);
  }
}

/** What `parse` says, with what was being read in front. */
function explained<T>(what: string, parse: () => T): T {
  try { return parse(); } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.code, `${what} - failed with message ${error.message}`, error.hint === undefined ? {} : { hint: error.hint });
  }
}
