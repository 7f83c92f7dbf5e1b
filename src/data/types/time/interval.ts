/**
 * Intervals: months, days and nanoseconds that stay apart, because a month is no number of days and a day is not always 24 hours.
 *
 *   year-month       months
 *   month-day-micro  months  days  nanos (a multiple of 1,000)
 *   month-day-nano   months  days  nanos
 */
import { EngineError } from '../../../base/errors.ts';
import type { IntervalField, IntervalQualifier } from '../cast-target.ts';
import type { Interval } from '../value.ts';
import { exactInt32, exactInt64, keepDigits, NANOS_PER_DAY } from './units.ts';

export type IntervalForm = Interval['form'];

/** The interval in the smallest form that holds it. */
export function intervalOf(months: number, days: number, nanos: bigint): Interval {
  const form = nanos % 1000n !== 0n ? 'month-day-nano' : days !== 0 || nanos !== 0n ? 'month-day-micro' : 'year-month';
  return { kind: 'interval', form, months, days, nanos };
}

/** The form that holds a sum or difference. */
export const joinForms = (a: IntervalForm, b: IntervalForm): IntervalForm =>
  a === b ? a : a === 'month-day-nano' || b === 'month-day-nano' ? 'month-day-nano' : 'month-day-micro';

const make = (form: IntervalForm, months: bigint, days: bigint, nanos: bigint): Interval =>
  ({ kind: 'interval', form, months: exactInt32(months, 'interval'), days: exactInt32(days, 'interval'), nanos: exactInt64(nanos, 'interval') });

export const addIntervals = (a: Interval, b: Interval): Interval =>
  make(joinForms(a.form, b.form), BigInt(a.months) + BigInt(b.months), BigInt(a.days) + BigInt(b.days), a.nanos + b.nanos);

export const subtractIntervals = (a: Interval, b: Interval): Interval =>
  make(joinForms(a.form, b.form), BigInt(a.months) - BigInt(b.months), BigInt(a.days) - BigInt(b.days), a.nanos - b.nanos);

export const negateInterval = (a: Interval): Interval => make(a.form, -BigInt(a.months), -BigInt(a.days), -a.nanos);

/**
 * Each part times the factor. Months and days take the factor modulo 2^32; time that no longer fits 64 bits of nanoseconds is
 * carried into days of 24 hours, modulo 2^32 (both as XTDB has it).
 */
export function scaleInterval(a: Interval, factor: bigint): Interval {
  const small = BigInt.asIntN(32, factor);
  const months = exactInt32(BigInt(a.months) * small, 'interval');
  const days = exactInt32(BigInt(a.days) * small, 'interval');
  const nanos = a.nanos * factor;
  if (BigInt.asIntN(64, nanos) === nanos) return { kind: 'interval', form: a.form, months, days, nanos };
  exactInt64(nanos / 1_000_000_000n, 'interval');
  const carried = Number(BigInt.asIntN(32, BigInt(days) + nanos / NANOS_PER_DAY));
  return { kind: 'interval', form: a.form, months, days: carried, nanos: nanos % NANOS_PER_DAY };
}

const partCount = (a: Interval): number => (a.months === 0 ? 0 : 1) + (a.days === 0 ? 0 : 1) + (a.nanos === 0n ? 0 : 1);

/** An interval of one kind of part, divided towards zero. */
export function divideInterval(a: Interval, divisor: bigint): Interval {
  if (partCount(a) > 1) throw new EngineError('unsupported', 'Cannot divide mixed (month, day, time) intervals');
  if (divisor === 0n) throw new EngineError('division-by-zero', 'division by zero');
  return make(a.form, BigInt(a.months) / divisor, BigInt(a.days) / divisor, a.nanos / divisor);
}

export function absInterval(a: Interval): Interval {
  if (partCount(a) > 1) throw new EngineError('unsupported', 'Cannot ABS mixed intervals (month, day, time)');
  return a.months < 0 || a.days < 0 || a.nanos < 0n ? negateInterval(a) : a;
}

/** Part by part; the form plays no role. */
export const intervalsEqual = (a: Interval, b: Interval): boolean => a.months === b.months && a.days === b.days && a.nanos === b.nanos;

const spanNanos = (a: Interval): bigint => BigInt(a.days) * NANOS_PER_DAY + a.nanos;

/**
 * Sign of a − b. Throws 22000 for different forms, and where months stand beside days or time: there is no order between a month and a day.
 */
export function compareIntervals(a: Interval, b: Interval): number {
  if (a.form !== b.form) throw new EngineError('data-exception', `Cannot compare intervals with different units: ${a.form} and ${b.form}`);
  if (a.form === 'year-month') return Math.sign(a.months - b.months);
  if (a.months > 0 || b.months > 0) throw new EngineError('data-exception', 'Cannot compare month-day-micro/nano intervals when month component is non-zero.');
  const difference = BigInt(a.months - b.months) * 30n * NANOS_PER_DAY + spanNanos(a) - spanNanos(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const RANK: Readonly<Record<IntervalField, number>> = { year: 0, month: 1, day: 2, hour: 3, minute: 4, second: 5 };

/** Refuses qualifiers that SQL does not know, with 22023. */
export function checkQualifier(qualifier: IntervalQualifier): void {
  const refuse = (message: string): never => { throw new EngineError('invalid-parameter-value', message); };
  const { from, to, precision, fractionalPrecision } = qualifier;
  if (precision !== undefined && precision < 1) refuse('The minimum leading field precision is 1.');
  if (precision !== undefined && precision > 8) refuse('The maximum leading field precision is 8.');
  if (fractionalPrecision !== undefined && fractionalPrecision < 0) refuse('The minimum fractional seconds precision is 0.');
  if (fractionalPrecision !== undefined && fractionalPrecision > 9) refuse('The maximum fractional seconds precision is 9.');
  if (to === undefined) return;
  if (from === 'year' && to !== 'month') refuse('If YEAR specified as the interval start field, MONTH must be the end field.');
  if (from === 'month') refuse('MONTH is not permitted as the interval start field.');
  if (RANK[to] <= RANK[from]) refuse('Interval end field must have less significance than the start field.');
}

/** Whether a qualifier names years and months. */
export const isYearMonth = (qualifier: IntervalQualifier): boolean => qualifier.from === 'year' || qualifier.from === 'month';

/** Form of a value that is cast with the qualifier. */
export const formOfQualifier = (qualifier: IntervalQualifier | undefined): IntervalForm =>
  qualifier === undefined ? 'month-day-micro' : isYearMonth(qualifier) ? 'year-month' : (qualifier.fractionalPrecision ?? 6) > 6 ? 'month-day-nano' : 'month-day-micro';

const UNIT_NANOS: Readonly<Record<'hour' | 'minute' | 'second', bigint>> = { hour: 3_600_000_000_000n, minute: 60_000_000_000n, second: 1n };

/**
 * Days and time brought to what the qualifier can hold: 24 hours are a day where it begins with DAY and days are 24 hours
 * where it does not; what is finer than its last field is cut off.
 */
export function normalizeDayTime(days: number, nanos: bigint, qualifier: IntervalQualifier): Interval {
  const form = formOfQualifier(qualifier);
  const last = qualifier.to ?? qualifier.from;
  const cut = (value: bigint): bigint =>
    last === 'second' ? keepDigits(value, 'ns', qualifier.fractionalPrecision ?? 6)
      : last === 'hour' || last === 'minute' ? value - value % UNIT_NANOS[last] : 0n;
  if (qualifier.from !== 'day') return make(form, 0n, 0n, cut(nanos) + BigInt(days) * NANOS_PER_DAY);
  const wholeDays = nanos / NANOS_PER_DAY;
  return make(form, 0n, BigInt(days) + wholeDays, last === 'day' ? 0n : cut(nanos - wholeDays * NANOS_PER_DAY));
}

/** Months brought to what the qualifier can hold: YEAR alone cuts the months off. */
export const normalizeYearMonth = (months: number, qualifier: IntervalQualifier): Interval =>
  ({ kind: 'interval', form: 'year-month', months: qualifier.from === 'year' && qualifier.to === undefined ? months - months % 12 : months, days: 0, nanos: 0n });

