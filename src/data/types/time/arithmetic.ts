/**
 * Sums and differences of points and spans.
 *
 *   point + duration   so many units on the clock (UTC)
 *   point + interval   months, then days on the calendar of the point's zone, then time on the clock
 *
 *   zoned  2020-03-28T12:00+00:00[Europe/London] + P1D    → 2020-03-29T12:00+01:00   23 hours later
 *                                                + PT24H  → 2020-03-29T13:00+01:00   24 hours later
 */
import type { Duration, Interval, Timestamp, TimeUnit, ZonedTimestamp } from '../value.ts';
import { addMonths, civilFromDays, daysInMonth } from './civil.ts';
import type { TimePoint } from './local.ts';
import { alignPoints, daysOf, localToInstant, midnightOf, offsetAtInstant, timeOf, timestampAt, toLocal, zonedAt } from './local.ts';
import { EngineError } from '../../../base/errors.ts';
import { exactInt64, NANOS_PER_DAY, rescalePoint, rescaleSpan, UNITS_PER_SECOND } from './units.ts';
import { zoneOf } from './zone.ts';

/** Days an ISO year of nine digits can reach; what lies outside is refused before any calendar is asked. */
const DAYS_MAX = 365_241_780_471;

function checkDays(days: number): number {
  if (!(Math.abs(days) <= DAYS_MAX)) throw new EngineError('datetime-overflow', 'date out of range');
  return days;
}

/** The date so many months and days later (`sign` −1: earlier). */
export const shiftDate = (days: number, interval: Interval, sign: 1 | -1): number =>
  checkDays(addMonths(checkDays(days), sign * interval.months) + sign * interval.days);

const spanIn = (interval: Interval, unit: TimeUnit, sign: 1 | -1): bigint => rescalePoint(BigInt(sign) * interval.nanos, 'ns', unit);

/** Wall-clock time plus an interval, in `unit`. */
export function addToLocal(local: bigint, unit: TimeUnit, interval: Interval, sign: 1 | -1): bigint {
  const days = daysOf(local, unit);
  return local + midnightOf(shiftDate(days, interval, sign) - days, unit) + spanIn(interval, unit, sign);
}

/** An instant plus an interval on the calendar of a zone, in `unit`. Months and days are each brought back into the zone. */
export function addToInstant(instant: bigint, unit: TimeUnit, zoneId: string, interval: Interval, sign: 1 | -1): bigint {
  const zone = zoneOf(zoneId);
  let value = instant;
  const step = (shift: (days: number) => number): void => {
    const offset = offsetAtInstant(value, unit, zone);
    const local = value + BigInt(offset) * UNITS_PER_SECOND[unit];
    const days = daysOf(local, unit);
    value = localToInstant(local + midnightOf(checkDays(shift(days)) - days, unit), unit, zone, offset);
  };
  if (interval.months !== 0) step((days) => addMonths(days, sign * interval.months));
  if (interval.days !== 0) step((days) => days + sign * interval.days);
  return value + spanIn(interval, unit, sign);
}

/** Timestamp ± interval, in `unit`. Throws 22008. */
export function addInterval(point: Timestamp | ZonedTimestamp, interval: Interval, sign: 1 | -1, unit: TimeUnit): Timestamp | ZonedTimestamp {
  const value = rescalePoint(point.value, point.unit, unit);
  return point.kind === 'timestamp'
    ? timestampAt(addToLocal(value, unit, interval, sign), unit)
    : zonedAt(addToInstant(value, unit, point.zone, interval, sign), unit, point.zone);
}

/** Timestamp ± a span on the clock, in `unit`. Throws 22008. */
export function addSpan(point: Timestamp | ZonedTimestamp, span: { readonly unit: TimeUnit; readonly value: bigint }, sign: 1 | -1, unit: TimeUnit): Timestamp | ZonedTimestamp {
  const value = rescalePoint(point.value, point.unit, unit) + BigInt(sign) * rescaleSpan(span.value, span.unit, unit);
  return point.kind === 'timestamp' ? timestampAt(value, unit) : zonedAt(value, unit, point.zone);
}

export const durationAt = (value: bigint, unit: TimeUnit): Duration => ({ kind: 'duration', unit, value: exactInt64(value, 'duration') });

/** a − b as duration in the finer unit: instants where both are zoned, else wall-clock time of the session's zone. Throws 22008. */
export function subtractPoints(a: TimePoint, b: TimePoint, zone: string): Duration {
  const bothZoned = a.kind === 'timestamptz' && b.kind === 'timestamptz';
  const [x, y, unit] = bothZoned ? alignPoints(a, b) : alignPoints(toLocal(a, zone), toLocal(b, zone));
  return durationAt(x - y, unit);
}

/** Whole months and days from one date to another, both of the sign of the difference. */
function periodBetween(from: number, to: number): { months: number; days: number } {
  const start = civilFromDays(from);
  const end = civilFromDays(to);
  let months = (end.year - start.year) * 12 + end.month - start.month;
  let days = end.day - start.day;
  if (months > 0 && days < 0) {
    months--;
    days = to - addMonths(from, months);
  } else if (months < 0 && days > 0) {
    months++;
    days -= daysInMonth(end.year, end.month);
  }
  return { months, days };
}

/** AGE(end, start): months, days and the time that is left of a day, of two wall-clock times. */
export function ageBetween(end: Timestamp, start: Timestamp): Interval {
  const [endValue, startValue, unit] = alignPoints(end, start);
  const { months, days } = periodBetween(daysOf(startValue, unit), daysOf(endValue, unit));
  const isNegative = months < 0 || days < 0;
  const [startTime, endTime] = [timeOf(startValue, unit), timeOf(endValue, unit)];
  const adjustment = isNegative && startTime < endTime ? 1 : !isNegative && days !== 0 && startTime > endTime ? -1 : 0;
  const nanos = rescalePoint(endValue - startValue, unit, 'ns') % NANOS_PER_DAY;
  return { kind: 'interval', form: unit === 'ns' ? 'month-day-nano' : 'month-day-micro', months, days: days + adjustment, nanos };
}

