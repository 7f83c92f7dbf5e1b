/**
 * Casts to and from time kinds.
 *
 *   text ──parse──→ any            time ──today's date──→ timestamp
 *   date ←→ timestamp ←→ timestamptz      local kinds are read and shown in the session's zone
 *   time → duration ←→ interval ← int     float64 seconds → duration
 *
 * A timestamptz that comes out of a cast is in the zone of the target type, which the binder sets to the session's.
 */
import type { CastTarget } from '../cast-target.ts';
import type { ColumnType, Type } from '../type.ts';
import { notNull } from '../type.ts';
import type { DateValue, Duration, Interval, SmallInt, Timestamp, TimeUnit, TimeValue, Value, ZonedTimestamp } from '../value.ts';
import { EngineError } from '../../../base/errors.ts';
import { checkIntervalCast, durationToInterval, intervalToDuration, requalifyInterval } from './cast-interval.ts';
import { checkQualifier, formOfQualifier } from './interval.ts';
import type { TimePoint } from './local.ts';
import { dateAt, daysOf, midnightOf, instantToLocal, timeAt, timeOf, timestampAt, toInstant, toLocal, zonedAt } from './local.ts';
import { parseDate, parseLocalTimestamp, parseTime, parseZonedTimestamp, unitOfCast } from './parse.ts';
import { checkFractionalDigits } from './parse.ts';
import { parseCastInterval, parseDuration, parseIntervalLiteral, singleFieldInterval } from './parse-interval.ts';
import { exactInt64, keepDigits, rescalePoint, rescaleSpan, UNITS_PER_SECOND } from './units.ts';
import { zoneOf } from './zone.ts';

/** What a cast can see: the time of the statement in µs UTC and the session's zone. */
export interface TimeCastContext { readonly clockMicros: bigint; readonly zone: string }

export interface TimeCast {
  readonly result: ColumnType;
  readonly call: (context: TimeCastContext, value: Value) => Value;
  readonly mayRaise: boolean;
}

const cast = (result: Type, mayRaise: boolean, call: TimeCast['call']): TimeCast => ({ result: notNull(result), call, mayRaise });

/**
 * The cast from one leg to a time kind, or undefined if there is none. (Casts of time kinds to text are `formatTimeValue`.)
 * Throws EngineError for a precision or qualifier that cannot be.
 */
export function resolveTimeCast(from: Type, to: CastTarget): TimeCast | undefined {
  if (to.precision !== undefined) checkFractionalDigits(to.precision);
  switch (to.type.kind) {
    case 'date': return castToDate(from);
    case 'time': return castToTime(from, widened(to.type, to.precision), to.precision);
    case 'timestamp': return castToTimestamp(from, widened(to.type, to.precision), to.precision);
    case 'timestamptz': return castToZoned(from, widened(to.type, to.precision), to.precision);
    case 'duration': return castToDuration(from, widened(to.type, to.precision), to.precision);
    case 'interval': return castToInterval(from, to);
    case 'period': return from.kind === 'period' ? cast(from, false, (_, value) => value) : undefined;
    default: return undefined;
  }
}

/** More than six digits need nanoseconds. */
const widened = <T extends { readonly unit: TimeUnit }>(type: T, digits: number | undefined): T =>
  (digits === undefined ? type : { ...type, unit: unitOfCast(digits) });

/** A point or time in another unit, cut to the digits that the target has. */
const fitted = (value: bigint, from: TimeUnit, to: TimeUnit, digits: number | undefined): bigint => {
  const scaled = rescalePoint(value, from, to);
  return digits === undefined ? scaled : keepDigits(scaled, to, digits);
};

function castToDate(from: Type): TimeCast | undefined {
  const result: Type = { kind: 'date' };
  switch (from.kind) {
    case 'text': return cast(result, true, (_, text) => parseDate(text as string));
    case 'date': return cast(result, false, (_, value) => value);
    case 'timestamp': case 'timestamptz':
      return cast(result, false, (context, value) => { const local = toLocal(value as TimePoint, context.zone); return dateAt(daysOf(local.value, local.unit)); });
    default: return undefined;
  }
}

function castToTime(from: Type, to: Extract<Type, { kind: 'time' }>, digits: number | undefined): TimeCast | undefined {
  const { unit } = to;
  switch (from.kind) {
    case 'text': return cast(to, true, (_, text) => parseTime(text as string, unit, digits));
    case 'time': return cast(to, false, (_, value) => { const time = value as TimeValue; return timeAt(fitted(time.value, time.unit, unit, digits), unit); });
    case 'timestamp': case 'timestamptz':
      return cast(to, false, (context, value) => {
        const local = toLocal(value as TimePoint, context.zone);
        return timeAt(fitted(timeOf(local.value, local.unit), local.unit, unit, digits), unit);
      });
    default: return undefined;
  }
}

/** Wall-clock time of a time of day today, in `unit`. */
function todayAt(context: TimeCastContext, time: TimeValue, unit: TimeUnit): bigint {
  const today = daysOf(instantToLocal(context.clockMicros, 'us', zoneOf(context.zone)), 'us');
  return midnightOf(today, unit) + rescalePoint(time.value, time.unit, unit);
}

function castToTimestamp(from: Type, to: Extract<Type, { kind: 'timestamp' }>, digits: number | undefined): TimeCast | undefined {
  const { unit } = to;
  switch (from.kind) {
    case 'text': return cast(to, true, (_, text) => parseLocalTimestamp(text as string, unit, digits));
    case 'date': return cast(to, true, (_, value) => timestampAt(midnightOf((value as DateValue).days, unit), unit));
    case 'time': return cast(to, true, (context, value) => timestampAt(fitted(todayAt(context, value as TimeValue, unit), unit, unit, digits), unit));
    case 'timestamp': case 'timestamptz':
      return cast(to, true, (context, value) => { const local = toLocal(value as TimePoint, context.zone); return timestampAt(fitted(local.value, local.unit, unit, digits), unit); });
    default: return undefined;
  }
}

function castToZoned(from: Type, to: Extract<Type, { kind: 'timestamptz' }>, digits: number | undefined): TimeCast | undefined {
  const { unit, zone } = to;
  const zoned = (value: bigint): ZonedTimestamp => zonedAt(fitted(value, unit, unit, digits), unit, zone);
  switch (from.kind) {
    case 'text': return cast(to, true, (_, text) => zoned(parseZonedTimestamp(text as string, unit, digits).value));
    case 'date': case 'timestamp': case 'timestamptz': return cast(to, true, (context, value) => zoned(toInstant(value as TimePoint, unit, context.zone)));
    case 'time':
      return cast(to, true, (context, value) => {
        const local: Timestamp = timestampAt(todayAt(context, value as TimeValue, unit), unit);
        return zoned(toInstant(local, unit, context.zone));
      });
    default: return undefined;
  }
}

const durationIn = (value: bigint, unit: TimeUnit, digits: number | undefined): Duration =>
  ({ kind: 'duration', unit, value: exactInt64(digits === undefined ? value : keepDigits(value, unit, digits), 'duration') });

/** Whole units of a number of seconds. */
function secondsToUnits(seconds: number, unit: TimeUnit): bigint {
  const units = seconds * Number(UNITS_PER_SECOND[unit]);
  if (!Number.isFinite(units)) throw new EngineError('datetime-overflow', 'duration out of range');
  return BigInt(Math.trunc(units));
}

function castToDuration(from: Type, to: Extract<Type, { kind: 'duration' }>, digits: number | undefined): TimeCast | undefined {
  const { unit } = to;
  switch (from.kind) {
    case 'text': return cast(to, true, (_, text) => parseDuration(text as string, unit, digits));
    case 'duration': case 'time':
      return cast(to, true, (_, value) => { const span = value as Duration | TimeValue; return durationIn(rescaleSpan(span.value, span.unit, unit), unit, digits); });
    case 'interval':
      if (from.form === 'year-month') throw new EngineError('cannot-coerce', 'Cannot cast a year-month interval to a duration');
      return cast(to, true, (_, value) => intervalToDuration(value as Interval, unit, digits));
    case 'float': return from.bits === 64 ? cast(to, true, (_, seconds) => durationIn(secondsToUnits(seconds as number, unit), unit, digits)) : undefined;
    default: return undefined;
  }
}

const integerOf = (value: Value): bigint => (typeof value === 'bigint' ? value : BigInt((value as SmallInt).value));

function castToInterval(from: Type, to: CastTarget): TimeCast | undefined {
  const qualifier = to.intervalQualifier;
  if (qualifier !== undefined) checkQualifier(qualifier);
  const result: Type = { kind: 'interval', form: formOfQualifier(qualifier) };
  switch (from.kind) {
    case 'text':
      return cast(result, true, qualifier === undefined
        ? (_, text) => parseCastInterval(text as string)
        : (_, text) => ({ ...parseIntervalLiteral(text as string, qualifier), form: formOfQualifier(qualifier) }));
    case 'duration':
      if (qualifier !== undefined) checkIntervalCast('duration', qualifier);
      return cast(qualifier === undefined && from.unit === 'ns' ? { kind: 'interval', form: 'month-day-nano' } : result, true, (_, value) => durationToInterval(value as Duration, qualifier));
    case 'interval':
      if (qualifier === undefined) return cast(from, false, (_, value) => value);
      checkIntervalCast(from.form, qualifier);
      return cast(result, true, (_, value) => requalifyInterval(value as Interval, qualifier));
    case 'int':
      if (qualifier === undefined) return undefined;
      checkIntervalCast('int', qualifier);
      return cast(result, true, (_, value) => singleFieldInterval(integerOf(value), qualifier.from));
    default: return undefined;
  }
}
