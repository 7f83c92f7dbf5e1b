/**
 * Text to intervals and durations.
 *
 *   INTERVAL 'P1Y2M3DT4H5M6.7S'       ISO 8601: each part may have its own sign, one in front turns all of them
 *   INTERVAL '1-2' YEAR TO MONTH      SQL: fields as the qualifier says, one sign for the whole
 *   INTERVAL '1 year 2 days'          words, as PostgreSQL has them (`interval-words.ts`)
 *   DURATION 'PT1H30M'                ISO 8601 without years, months and weeks; a day is 24 hours
 */
import { EngineError } from '../../../base/errors.ts';
import type { IntervalQualifier } from '../cast-target.ts';
import type { Duration, Interval, TimeUnit } from '../value.ts';
import { checkQualifier, intervalOf, negateInterval } from './interval.ts';
import { parseIntervalWords } from './interval-words.ts';
import { exactInt32, exactInt64, keepDigits, NANOS_PER_DAY, NANOS_PER_SECOND, rescaleSpan } from './units.ts';

const ISO_INTERVAL = /^(-)?P([-+\dYMWD]*)(?:T([-+\dHMS.]*))?$/;
const ISO_DATE_PART = /^(?:([-+]?\d{1,18})Y)?(?:([-+]?\d{1,18})M)?(?:([-+]?\d{1,18})W)?(?:([-+]?\d{1,18})D)?$/;
const ISO_TIME_PART = /^(?:([-+]?\d{1,18})H)?(?:([-+]?\d{1,18})M)?(?:([-+]?)(\d{1,18})(?:\.(\d{0,9}))?S)?$/;
const ISO_DURATION = /^([-+])?P(?:([-+]?\d{1,18})D)?(?:T(.+))?$/i;
const DURATION_WORDS = /^([0-9.]+)\s+(microsecond|millisecond|second|minute|hour|day|week|month|year)s?$/i;

const badInterval = (text: string): EngineError =>
  new EngineError('invalid-datetime-format', `Cannot parse interval: ${text}`, { hint: "An interval is written as 'P1Y2M3DT4H5M6S', '1 year 2 days', or with a qualifier as '1-2' YEAR TO MONTH." });

/** Nanoseconds of `4H5M6.7S`, or undefined when it is not of that form. */
function nanosOfTimePart(text: string): bigint | undefined {
  const match = ISO_TIME_PART.exec(text);
  if (match === null) return undefined;
  const seconds = BigInt(match[4] ?? 0) * NANOS_PER_SECOND + BigInt((match[5] ?? '').padEnd(9, '0'));
  return BigInt(match[1] ?? 0) * 3600n * NANOS_PER_SECOND + BigInt(match[2] ?? 0) * 60n * NANOS_PER_SECOND + (match[3] === '-' ? -seconds : seconds);
}

/** [months, days] of `1Y2M3W4D`, or undefined when it is not of that form. */
function daysOfDatePart(text: string): readonly [bigint, bigint] | undefined {
  const match = ISO_DATE_PART.exec(text);
  if (match === null) return undefined;
  return [BigInt(match[1] ?? 0) * 12n + BigInt(match[2] ?? 0), BigInt(match[3] ?? 0) * 7n + BigInt(match[4] ?? 0)];
}

function parseIsoInterval(text: string): Interval | undefined {
  const match = ISO_INTERVAL.exec(text);
  if (match === null) return undefined;
  const date = daysOfDatePart(match[2] ?? '');
  const nanos = nanosOfTimePart(match[3] ?? '');
  const isEmpty = (match[2] ?? '') === '' && (match[3] ?? '') === '';
  if (date === undefined || nanos === undefined || (isEmpty && text.length > 1 && match[3] !== undefined)) return undefined;
  const parsed = intervalOf(exactInt32(date[0], 'interval'), exactInt32(date[1], 'interval'), exactInt64(nanos, 'interval'));
  return match[1] === '-' ? negateInterval(parsed) : parsed;
}

/** What INTERVAL '…' [qualifier] holds. The form follows from the qualifier, without one from the parts that are not zero. Throws 22007, 22003, 22008. */
export function parseIntervalLiteral(text: string, qualifier?: IntervalQualifier): Interval {
  if (qualifier !== undefined) return parseQualifiedInterval(text, qualifier);
  const parsed = parseIsoInterval(text) ?? parseIntervalWords(text);
  if (parsed === undefined) throw badInterval(text);
  return parsed;
}

/**
 * Text cast to INTERVAL without a qualifier: what is written in ISO form (anywhere in it), in µs. Text without any is the empty interval.
 * DIFFERS: words (`5 minutes`) are read too; XTDB makes the empty interval of them.
 */
export function parseCastInterval(text: string): Interval {
  const match = /P((?:-?\d+Y)?(?:-?\d+M)?(?:-?\d+W)?(?:-?\d+D)?)T?((?:-?\d+H)?(?:-?\d+M)?(?:-?\d+\.?\d*S)?)/.exec(text);
  const parsed = match === null ? parseIntervalWords(text) : undefined;
  const date = daysOfDatePart(match?.[1] ?? '');
  const nanos = nanosOfTimePart((match?.[2] ?? '').replace(/(\.\d{9})\d+S/, '$1S'));
  if (date === undefined || nanos === undefined) throw new EngineError('invalid-datetime-format', `Invalid ISO 8601 string '${text}' for interval`);
  const form = 'month-day-micro';
  if (parsed !== undefined) return { ...parsed, form };
  return { kind: 'interval', form, months: exactInt32(date[0], 'interval'), days: exactInt32(date[1], 'interval'), nanos: keepDigits(exactInt64(nanos, 'interval'), 'ns', 6) };
}

const SECONDS_OF_FIELD = { hour: 3600n, minute: 60n } as const;

function parseSingleField(text: string, qualifier: IntervalQualifier): Interval {
  const { from } = qualifier;
  if (from === 'second') {
    const match = /^([-+]?)(\d{1,18})?(?:\.(\d*))?$/.exec(text);
    if (match === null || (match[2] === undefined && (match[3] ?? '') === '')) throw new EngineError('invalid-datetime-format', `Parse error. SECOND INTERVAL string must contain a positive or negative integer or decimal, not '${text}'.`);
    const nanos = BigInt(match[2] ?? 0) * NANOS_PER_SECOND + BigInt((match[3] ?? '').slice(0, 9).padEnd(9, '0'));
    return { kind: 'interval', form: 'month-day-micro', months: 0, days: 0, nanos: exactInt64(match[1] === '-' ? -nanos : nanos, 'interval') };
  }
  if (!/^[-+]?\d{1,18}$/.test(text)) throw new EngineError('invalid-datetime-format', `Parse error. Single field INTERVAL string must contain a positive or negative integer, not '${text}'.`);
  return singleFieldInterval(BigInt(text), from);
}

/** `count` of one field, as `INTERVAL 'n' FIELD` and the cast of an integer have it. Throws 22003. */
export function singleFieldInterval(count: bigint, field: IntervalQualifier['from']): Interval {
  switch (field) {
    case 'year': return { kind: 'interval', form: 'year-month', months: exactInt32(count * 12n, 'interval'), days: 0, nanos: 0n };
    case 'month': return { kind: 'interval', form: 'year-month', months: exactInt32(count, 'interval'), days: 0, nanos: 0n };
    case 'day': return { kind: 'interval', form: 'month-day-micro', months: 0, days: exactInt32(count, 'interval'), nanos: 0n };
    default: {
      const seconds = count * (field === 'second' ? 1n : SECONDS_OF_FIELD[field]);
      return { kind: 'interval', form: 'month-day-micro', months: 0, days: 0, nanos: exactInt64(seconds * NANOS_PER_SECOND, 'interval') };
    }
  }
}

/** Patterns of the fields after the sign; groups: day, hour, minute, second, fraction. */
const FIELD_PATTERNS: Readonly<Record<string, RegExp>> = {
  'day second': /^(?<day>\d{1,9}) (?<hour>\d{1,9}):(?<minute>\d{1,9}):(?<second>\d{1,9})(?:\.(?<fraction>\d+))?$/,
  'day minute': /^(?<day>\d{1,9}) (?<hour>\d{1,9}):(?<minute>\d{1,9})$/,
  'day hour': /^(?<day>\d{1,9}) (?<hour>\d{1,9})$/,
  'hour second': /^(?<hour>\d{1,9}):(?<minute>\d{1,9}):(?<second>\d{1,9})(?:\.(?<fraction>\d+))?$/,
  'hour minute': /^(?<hour>\d{1,9}):(?<minute>\d{1,9})$/,
  'minute second': /^(?<minute>\d{1,9}):(?<second>\d{1,9})(?:\.(?<fraction>\d+))?$/,
};

function parseQualifiedInterval(text: string, qualifier: IntervalQualifier): Interval {
  checkQualifier(qualifier);
  const { from, to } = qualifier;
  if (to === undefined) return parseSingleField(text, qualifier);
  const sign = /^[-+]?/.exec(text)?.[0] ?? '';
  const body = text.slice(sign.length);
  const parsed = from === 'year' ? parseYearMonth(body) : parseDayTime(body, `${from} ${to}`, qualifier.fractionalPrecision ?? 6);
  if (parsed === undefined) throw new EngineError('invalid-datetime-format', `Cannot parse interval, incorrect format: '${text}' is not ${from.toUpperCase()} TO ${to.toUpperCase()}`);
  return sign === '-' ? negateInterval(parsed) : parsed;
}

function parseYearMonth(body: string): Interval | undefined {
  const match = /^(\d{1,9})-(\d{1,9})/.exec(body);
  if (match === null) return undefined;
  return { kind: 'interval', form: 'year-month', months: exactInt32(BigInt(match[1] as string) * 12n + BigInt(match[2] as string), 'interval'), days: 0, nanos: 0n };
}

function parseDayTime(body: string, fields: string, digits: number): Interval | undefined {
  const groups = FIELD_PATTERNS[fields]?.exec(body)?.groups;
  if (groups === undefined) return undefined;
  const seconds = BigInt(groups['hour'] ?? 0) * 3600n + BigInt(groups['minute'] ?? 0) * 60n + BigInt(groups['second'] ?? 0);
  const fraction = BigInt((groups['fraction'] ?? '').slice(0, digits).slice(0, 9).padEnd(9, '0'));
  const form = digits > 6 ? 'month-day-nano' : 'month-day-micro';
  return { kind: 'interval', form, months: 0, days: exactInt32(BigInt(groups['day'] ?? 0), 'interval'), nanos: exactInt64(seconds * NANOS_PER_SECOND + fraction, 'interval') };
}

/** Nanoseconds of an ISO duration, or undefined. */
function isoDurationNanos(text: string): bigint | undefined {
  const match = ISO_DURATION.exec(text);
  if (match === null || (match[2] === undefined && match[3] === undefined)) return undefined;
  const time = nanosOfTimePart((match[3] ?? '').toUpperCase());
  if (time === undefined) return undefined;
  const nanos = BigInt(match[2] ?? 0) * NANOS_PER_DAY + time;
  return match[1] === '-' ? -nanos : nanos;
}

const MILLIS_OF_WORD: Readonly<Record<string, number>> = {
  microsecond: 0.001, millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000,
  day: 86_400_000, week: 604_800_000, month: 2_628_000_000, year: 31_536_000_000,
};

/** Nanoseconds of `0.99 second`, to whole milliseconds; a month is a twelfth of 365 days. */
function durationWordNanos(text: string): bigint | undefined {
  const match = DURATION_WORDS.exec(text.trim().replace(/^'|'$/g, ''));
  if (match === null) return undefined;
  const millis = Number(match[1]) * (MILLIS_OF_WORD[(match[2] as string).toLowerCase()] as number);
  return Number.isFinite(millis) ? BigInt(Math.trunc(millis)) * 1_000_000n : undefined;
}

const durationFrom = (nanos: bigint, unit: TimeUnit, digits: number | undefined): Duration => {
  const value = exactInt64(rescaleSpan(nanos, 'ns', unit), 'duration');
  return { kind: 'duration', unit, value: digits === undefined ? value : keepDigits(value, unit, digits) };
};

/** What DURATION '…' holds, in µs. Throws 22007, 22008. */
export function parseDurationLiteral(text: string): Duration {
  const nanos = isoDurationNanos(text);
  if (nanos === undefined) throw new EngineError('invalid-datetime-format', `Cannot parse duration: ${text}`, { hint: "A duration is written as 'PT1H30M'." });
  return durationFrom(nanos, 'us', undefined);
}

/** Text cast to DURATION: ISO, or a number and a unit in words (`5 minutes`). Throws 22007, 22008. */
export function parseDuration(text: string, unit: TimeUnit = 'us', digits?: number): Duration {
  const nanos = isoDurationNanos(text) ?? durationWordNanos(text);
  if (nanos === undefined) throw new EngineError('invalid-datetime-format', `String '${text}' has invalid format for type duration`, { hint: "A duration is written as 'PT1H30M' or '90 minutes'." });
  return durationFrom(nanos, unit, digits);
}
