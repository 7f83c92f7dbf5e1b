/**
 * Comparison of time values.
 *
 *            date        timestamp     timestamptz            time   duration   interval
 *            └── wall clock, a date is its midnight ──┘       each only with its own kind; intervals within one form
 *            a timestamptz beside one of the other two is read as wall clock of the session's zone
 */
import type { DateValue, Duration, Interval, PeriodValue, Timestamp, TimeValue, ZonedTimestamp } from '../value.ts';
import { compareIntervals, intervalsEqual } from './interval.ts';
import type { TimePoint } from './local.ts';
import { toLocal } from './local.ts';
import { rescalePoint } from './units.ts';

const signOf = (difference: bigint): number => (difference < 0n ? -1 : difference > 0n ? 1 : 0);

interface Amount { readonly unit: TimeValue['unit']; readonly value: bigint }

/** Sign of a − b for amounts of one kind. Exact: no unit conversion can overflow. */
export function compareAmounts(a: Amount, b: Amount): number {
  if (a.unit === b.unit) return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  return signOf(rescalePoint(a.value, a.unit, 'ns') - rescalePoint(b.value, b.unit, 'ns'));
}

/** Sign of a − b for dates and timestamps in any mix. */
export function comparePoints(a: TimePoint, b: TimePoint, zone: string): number {
  if (a.kind === 'date' && b.kind === 'date') return Math.sign(a.days - b.days);
  if (a.kind === 'timestamptz' && b.kind === 'timestamptz') return compareAmounts(a, b);
  return compareAmounts(toLocal(a, zone), toLocal(b, zone));
}

export type ComparableTime = DateValue | TimeValue | Timestamp | ZonedTimestamp | Duration | Interval;

/** Sign of a − b as `<` and its kin have it. Throws 22000 for intervals without an order. Both must be of one kind, or points. */
export function compareTimes(a: ComparableTime, b: ComparableTime, zone: string): number {
  if (a.kind === 'interval') return compareIntervals(a, b as Interval);
  if (a.kind === 'time' || a.kind === 'duration') return compareAmounts(a, b as TimeValue | Duration);
  return comparePoints(a, b as TimePoint, zone);
}

/** Equality as `=` has it, for values of one kind or points. */
export function timesEqual(a: ComparableTime, b: ComparableTime, zone: string): boolean {
  return a.kind === 'interval' ? intervalsEqual(a, b as Interval) : compareTimes(a, b, zone) === 0;
}

const KIND_RANK = { date: 0, timestamp: 0, timestamptz: 0, time: 1, duration: 2, interval: 3, period: 4 } as const;

/** Months as 30 days of 24 hours: only to have a total order. */
const intervalNanos = (a: Interval): bigint => (BigInt(a.months) * 30n + BigInt(a.days)) * 86_400_000_000_000n + a.nanos;

function orderIntervals(a: Interval, b: Interval): number {
  return signOf(intervalNanos(a) - intervalNanos(b)) || Math.sign(a.months - b.months) || Math.sign(a.days - b.days);
}

function orderPeriods(a: PeriodValue, b: PeriodValue): number {
  if (a.from !== b.from) return a.from === null ? -1 : b.from === null ? 1 : signOf(a.from - b.from);
  return a.to === b.to ? 0 : a.to === null ? 1 : b.to === null ? -1 : signOf(a.to - b.to);
}

/** Total order over all time values, for ORDER BY and keys: points by time, then times of day, durations, intervals, periods. Never throws. */
export function orderTimes(a: ComparableTime | PeriodValue, b: ComparableTime | PeriodValue, zone: string): number {
  const byKind = KIND_RANK[a.kind] - KIND_RANK[b.kind];
  if (byKind !== 0) return Math.sign(byKind);
  if (a.kind === 'interval') return orderIntervals(a, b as Interval);
  if (a.kind === 'period') return orderPeriods(a, b as PeriodValue);
  return compareTimes(a, b as ComparableTime, zone);
}
