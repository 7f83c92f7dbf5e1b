/**
 * Casts between intervals, durations, integers and text.
 *
 *   duration PT36H10M ── INTERVAL ────────────→ PT36H10M        days are not made up
 *                     ── INTERVAL DAY TO HOUR → P1DT12H         24 hours are a day, what is finer is cut off
 *   interval P1DT1H   ── DURATION ────────────→ PT25H
 */
import { EngineError } from '../../../base/errors.ts';
import type { IntervalQualifier } from '../cast-target.ts';
import type { Duration, Interval, TimeUnit } from '../value.ts';
import { checkQualifier, isYearMonth, normalizeDayTime, normalizeYearMonth } from './interval.ts';
import { exactInt64, keepDigits, NANOS_PER_DAY, rescaleSpan } from './units.ts';

/** Nanoseconds of days (of 24 hours) and time. Throws 22000 when months stand beside them. */
export function intervalToNanos(interval: Interval): bigint {
  if (interval.form === 'year-month') throw new EngineError('data-exception', 'Cannot cast a year-month interval to a duration');
  if (interval.months !== 0) throw new EngineError('data-exception', 'Cannot cast month-day-micro/nano intervals when month component is non-zero.');
  return BigInt(interval.days) * NANOS_PER_DAY + interval.nanos;
}

export function intervalToDuration(interval: Interval, unit: TimeUnit, digits: number | undefined): Duration {
  const nanos = intervalToNanos(interval);
  const value = rescaleSpan(digits === undefined ? nanos : keepDigits(nanos, 'ns', digits), 'ns', unit);
  return { kind: 'duration', unit, value: exactInt64(value, 'duration') };
}

export function durationToInterval(duration: Duration, qualifier: IntervalQualifier | undefined): Interval {
  const nanos = rescaleSpan(duration.value, duration.unit, 'ns');
  if (qualifier !== undefined) return normalizeDayTime(0, nanos, qualifier);
  const form = duration.unit === 'ns' ? 'month-day-nano' : 'month-day-micro';
  return { kind: 'interval', form, months: 0, days: 0, nanos: exactInt64(nanos, 'interval') };
}

/** Interval with a qualifier: brought to its fields. Months and days never turn into each other. */
export function requalifyInterval(interval: Interval, qualifier: IntervalQualifier): Interval {
  if (interval.form === 'year-month') return normalizeYearMonth(interval.months, qualifier);
  if (interval.months !== 0) throw new EngineError('data-exception', 'Cannot normalize month-day-micro/nano interval with non-zero month component');
  return normalizeDayTime(interval.days, interval.nanos, qualifier);
}

/** Refuses a qualifier that does not go with the source, when the cast is resolved. */
export function checkIntervalCast(from: 'duration' | 'int' | Interval['form'], qualifier: IntervalQualifier): void {
  checkQualifier(qualifier);
  if (from === 'int') {
    if (qualifier.to !== undefined) throw new EngineError('unsupported', 'Cannot cast integer to a multi field interval');
    return;
  }
  if (from === 'duration') {
    if (isYearMonth(qualifier)) throw new EngineError('cannot-coerce', 'Cannot cast a duration to a year-month interval');
    return;
  }
  if (isYearMonth(qualifier) && from !== 'year-month') throw new EngineError('cannot-coerce', 'Cannot cast a non Year-Month interval with a Year-Month interval qualifier');
  if (!isYearMonth(qualifier) && from === 'year-month') throw new EngineError('cannot-coerce', 'Cannot cast a Year-Month interval with a non Year-Month interval qualifier');
}
