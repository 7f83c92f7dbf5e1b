/**
 * Sums and differences where a point in time or a span is on either side.
 *
 *   date         + interval of months → date          + any other span → timestamp
 *   timestamp    + span → timestamp in the finer unit
 *   timestamptz  + span → timestamptz in the finer unit, in its own zone
 */
import type { Type } from '../../../data/types/type.ts';
import { INT32, notNull } from '../../../data/types/type.ts';
import { addInterval, addSpan, durationAt, shiftDate, subtractPoints } from '../../../data/types/time/arithmetic.ts';
import { addIntervals, joinForms, subtractIntervals } from '../../../data/types/time/interval.ts';
import type { TimePoint } from '../../../data/types/time/local.ts';
import { dateAt, midnightOf } from '../../../data/types/time/local.ts';
import { isPointType } from '../../../data/types/time/type-join.ts';
import type { PointType } from '../../../data/types/time/type-join.ts';
import { finerUnit, rescaleSpan } from '../../../data/types/time/units.ts';
import type { DateValue, Duration, Interval, Timestamp, TimeUnit, TimeValue, Value, ZonedTimestamp } from '../../../data/types/value.ts';
import type { Overload, ScalarCall } from '../../function.ts';

type SpanType = Extract<Type, { kind: 'duration' | 'time' }>;
type IntervalType = Extract<Type, { kind: 'interval' }>;

const raising = (result: Type, call: ScalarCall): Overload => ({ result: notNull(result), call, mayRaise: true });

const flipped = (overload: Overload | undefined): Overload | undefined =>
  overload && { ...overload, call: (context, a, b) => overload.call(context, b as Value, a as Value) };

export function addition(a: Type, b: Type): Overload | undefined {
  if (isPointType(a)) return pointPlus(a, b, 1);
  if (isPointType(b)) return flipped(pointPlus(b, a, 1));
  return spanSum(a, b, 1);
}

export function subtraction(a: Type, b: Type): Overload | undefined {
  if (!isPointType(a)) return spanSum(a, b, -1);
  return isPointType(b) ? pointDifference(a, b) : pointPlus(a, b, -1);
}

function pointPlus(point: PointType, span: Type, sign: 1 | -1): Overload | undefined {
  if (span.kind === 'interval') return pointPlusInterval(point, span, sign);
  if (span.kind === 'duration' || span.kind === 'time') return pointPlusSpan(point, span, sign);
  return undefined;
}

const midnight = (date: DateValue, unit: TimeUnit): Timestamp => ({ kind: 'timestamp', unit, value: midnightOf(date.days, unit) });

function pointPlusSpan(point: PointType, span: SpanType, sign: 1 | -1): Overload {
  if (point.kind === 'date') {
    const { unit } = span;
    return raising({ kind: 'timestamp', unit }, (_, a, b) => addSpan(midnight(a as DateValue, unit), b as Duration | TimeValue, sign, unit));
  }
  const unit = finerUnit(point.unit, span.unit);
  return raising({ ...point, unit }, (_, a, b) => addSpan(a as Timestamp | ZonedTimestamp, b as Duration | TimeValue, sign, unit));
}

/** Unit that holds the time part of an interval form. */
const unitOfForm = (form: Interval['form']): TimeUnit => (form === 'month-day-nano' ? 'ns' : form === 'month-day-micro' ? 'us' : 's');

function pointPlusInterval(point: PointType, interval: IntervalType, sign: 1 | -1): Overload {
  const least = unitOfForm(interval.form);
  if (point.kind === 'date') {
    if (interval.form === 'year-month') return raising(point, (_, a, b) => dateAt(shiftDate((a as DateValue).days, b as Interval, sign)));
    return raising({ kind: 'timestamp', unit: least }, (_, a, b) => addInterval(midnight(a as DateValue, least), b as Interval, sign, least));
  }
  const unit = finerUnit(point.unit, least);
  return raising({ ...point, unit }, (_, a, b) => addInterval(a as Timestamp | ZonedTimestamp, b as Interval, sign, unit));
}

/** A date counts as µs beside a timestamp. */
const unitOfPoint = (point: PointType): TimeUnit => (point.kind === 'date' ? 'us' : point.unit);

function pointDifference(a: PointType, b: PointType): Overload {
  if (a.kind === 'date' && b.kind === 'date') {
    return raising(INT32, (_, x, y) => ({ kind: 'int', bits: 32, value: (x as DateValue).days - (y as DateValue).days }));
  }
  const unit = finerUnit(unitOfPoint(a), unitOfPoint(b));
  return raising({ kind: 'duration', unit }, (context, x, y) => subtractPoints(x as TimePoint, y as TimePoint, context.zone));
}

/** Sums and differences of two spans of one kind. */
function spanSum(a: Type, b: Type, sign: 1 | -1): Overload | undefined {
  if (a.kind === 'interval' && b.kind === 'interval') {
    const call: ScalarCall = sign === 1
      ? (_, x, y) => addIntervals(x as Interval, y as Interval)
      : (_, x, y) => subtractIntervals(x as Interval, y as Interval);
    return raising({ kind: 'interval', form: joinForms(a.form, b.form) }, call);
  }
  const bothDurations = a.kind === 'duration' && b.kind === 'duration';
  const bothTimes = a.kind === 'time' && b.kind === 'time' && sign === -1;
  if (!bothDurations && !bothTimes) return undefined;
  const unit = finerUnit(a.unit, b.unit);
  const factor = BigInt(sign);
  return raising({ kind: 'duration', unit }, (_, x, y) => {
    const [left, right] = [x as Duration | TimeValue, y as Duration | TimeValue];
    return durationAt(rescaleSpan(left.value, left.unit, unit) + factor * rescaleSpan(right.value, right.unit, unit), unit);
  });
}
