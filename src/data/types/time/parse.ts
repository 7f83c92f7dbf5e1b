/**
 * Text to dates, times of day and timestamps.
 *
 *   2020-02-29 T 12:34:56.789 +02:00 [Europe/Berlin]
 *   └─ date ─┘ └── time ────┘ offset  └── zone ────┘     date alone is midnight; offset or zone make it zoned;
 *                                                        with both, the offset tells the instant and the zone how it is shown
 */
import { EngineError } from '../../../base/errors.ts';
import type { DateValue, Timestamp, TimeUnit, TimeValue, ZonedTimestamp } from '../value.ts';
import { daysFromCivil, isCivilDate } from './civil.ts';
import { exactInt64, keepDigits, NANOS_PER_SECOND, rescalePoint, UNITS_PER_DAY, UNITS_PER_SECOND } from './units.ts';
import { dateAt, localToInstant, zonedAt, zonedToLocal } from './local.ts';
import { parseOffset, zoneOf } from './zone.ts';

const DATE_PATTERN = /^(\d{4}|-\d{4,10}|\+\d{5,10})-(\d{2})-(\d{2})$/;
const TIME_PATTERN = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{0,9}))?)?$/;
const LITERAL_TIME_PATTERN = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?([+-]\d{2}:\d{2})?$/;
const TIMESTAMP_PATTERN =
  /^([+-]?\d{4,10})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{0,9}))?)?)?(Z|[+-]\d{2}(?::\d{2}(?::\d{2})?)?)?(?:\[([^\]]+)\])?$/;

const badText = (text: string, type: string, hint?: string): EngineError =>
  new EngineError('invalid-datetime-format', `String '${text}' has invalid format for type ${type}`, hint === undefined ? {} : { hint });

const badTimestamp = (text: string): EngineError =>
  new EngineError('invalid-datetime-format', `invalid timestamp: Text '${text}' could not be parsed`, { hint: "A timestamp is written as '2020-02-29T12:34:56.789', zoned with an offset or zone behind it: '…+02:00', '…Z', '…[Europe/Berlin]'." });

/** Nanoseconds since midnight, or undefined when a field is out of range. 24:00:00 is the end of the day. */
function nanosOfDay(hour: number, minute: number, second: number, fraction: string | undefined): bigint | undefined {
  const nanos = BigInt((fraction ?? '').padEnd(9, '0'));
  const isEndOfDay = hour === 24 && minute === 0 && second === 0 && nanos === 0n;
  if ((hour > 23 && !isEndOfDay) || minute > 59 || second > 59) return undefined;
  return BigInt(hour * 3600 + minute * 60 + second) * NANOS_PER_SECOND + nanos;
}

/** `YYYY-MM-DD`; years of more than four digits carry a sign. Throws 22007, 22008. */
export function parseDate(text: string): DateValue {
  const match = DATE_PATTERN.exec(text);
  if (match === null) throw badText(text, 'date', "A date is written as '2020-02-29'.");
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  if (!isCivilDate(year, month, day)) throw badText(text, 'date', 'There is no such day in the calendar.');
  return dateAt(daysFromCivil(year, month, day));
}

const withDigits = (nanos: bigint, unit: TimeUnit, digits: number | undefined): bigint => {
  const value = rescalePoint(nanos, 'ns', unit);
  return digits === undefined ? value : keepDigits(value, unit, digits);
};

/** `HH:MM[:SS[.f]]` as a time of day in `unit`, cut to `digits` fractional digits. Throws 22007. */
export function parseTime(text: string, unit: TimeUnit = 'us', digits?: number): TimeValue {
  const match = TIME_PATTERN.exec(text);
  const nanos = match === null || match[1] === '24' ? undefined : nanosOfDay(Number(match[1]), Number(match[2]), Number(match[3] ?? 0), match[4]);
  if (nanos === undefined) throw badText(text, 'time without timezone', "A time of day is written as '12:34:56.789'.");
  return { kind: 'time', unit, value: withDigits(nanos, unit, digits) };
}

/** What TIME '…' holds: `H:M:S[.f]`, in nanoseconds. Throws 22007. */
export function parseTimeLiteral(text: string): TimeValue {
  const match = LITERAL_TIME_PATTERN.exec(text);
  const nanos = match === null || Number(match[1]) > 23 ? undefined : nanosOfDay(Number(match[1]), Number(match[2]), Number(match[3]), match[4]);
  if (nanos === undefined) throw new EngineError('invalid-datetime-format', `Cannot parse time: ${text}`, { hint: "A time of day is written as '12:34:56.789'." });
  if (match?.[5] !== undefined) throw new EngineError('unsupported', `Cannot parse time: ${text} - a time of day with an offset is not supported`);
  return { kind: 'time', unit: 'ns', value: nanos };
}

/**
 * Anything that TIMESTAMP '…' takes: local, or zoned where there is an offset or a zone. Throws 22007, 22008, 22023.
 * DIFFERS: XTDB takes the last day of the month for a day that the month does not have.
 */
export function parseTimestamp(text: string, unit: TimeUnit = 'us', digits?: number): Timestamp | ZonedTimestamp {
  const match = TIMESTAMP_PATTERN.exec(text);
  if (match === null) throw badTimestamp(text);
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const nanos = nanosOfDay(Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0), match[7]);
  if (nanos === undefined || !isCivilDate(year, month, day)) throw badTimestamp(text);
  const value = BigInt(daysFromCivil(year, month, day)) * UNITS_PER_DAY[unit] + withDigits(nanos, unit, digits);
  const [offsetText, zoneId] = [match[8], match[9]];
  if (offsetText === undefined && zoneId === undefined) return { kind: 'timestamp', unit, value: exactInt64(value, 'timestamp') };
  const offset = offsetText === undefined ? undefined : parseOffset(offsetText);
  if (offsetText !== undefined && offset === undefined) throw badTimestamp(text);
  const zone = zoneOf(zoneId ?? (offsetText as string));
  const instant = offset === undefined ? localToInstant(value, unit, zone) : value - BigInt(offset) * UNITS_PER_SECOND[unit];
  return zonedAt(instant, unit, zone.id);
}

/** Text as TIMESTAMP without time zone: an offset or zone behind it decides which wall clock is read, and is dropped. */
export function parseLocalTimestamp(text: string, unit: TimeUnit = 'us', digits?: number): Timestamp {
  const parsed = parseTimestamp(text, unit, digits);
  return parsed.kind === 'timestamp' ? parsed : zonedToLocal(parsed, parsed.zone);
}

/** Text as TIMESTAMP WITH TIME ZONE, which must say its offset or zone. */
export function parseZonedTimestamp(text: string, unit: TimeUnit = 'us', digits?: number): ZonedTimestamp {
  const parsed = parseTimestamp(text, unit, digits);
  if (parsed.kind === 'timestamptz') return parsed;
  throw badText(text, 'timestamp with timezone', 'Add an offset or a zone, such as Z or +02:00.');
}

/** Unit of TIME(p), TIMESTAMP(p), DURATION(p) in a cast: µs up to six digits, else ns. */
export const unitOfCast = (digits: number | undefined): TimeUnit => (digits === undefined || digits <= 6 ? 'us' : 'ns');

/** Checks the p of TIME(p), TIMESTAMP(p), DURATION(p): 0 to 9. */
export function checkFractionalDigits(digits: number): void {
  if (digits < 0) throw new EngineError('invalid-parameter-value', 'The minimum fractional seconds precision is 0.');
  if (digits > 9) throw new EngineError('invalid-parameter-value', 'The maximum fractional seconds precision is 9.');
}
