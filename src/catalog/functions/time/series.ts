/**
 * Values of GENERATE_SERIES (with its end) and RANGE (without it).
 *
 *   ints                 step 1 by default, may be negative, not 0
 *   dates                by months: dates; by anything else: timestamps
 *   timestamps           on the calendar; zoned ones on the calendar of their zone (UTC when the two zones differ)
 *
 * Each value is the one before plus the step, so month ends shrink as they do in XTDB: 01-31, 02-28, 03-28.
 */
import { EngineError } from '../../../base/errors.ts';
import { addInterval, shiftDate } from '../../../data/types/time/arithmetic.ts';
import { compareAmounts } from '../../../data/types/time/compare.ts';
import { dateAt, midnightOf } from '../../../data/types/time/local.ts';
import { finerUnit, rescalePoint } from '../../../data/types/time/units.ts';
import type { ColumnType, Type } from '../../../data/types/type.ts';
import { INT64, notNull } from '../../../data/types/type.ts';
import type { DateValue, Interval, SmallInt, Timestamp, TimeUnit, Value, ZonedTimestamp } from '../../../data/types/value.ts';

export interface SeriesOverload {
  /** Type of the values. */
  readonly result: ColumnType;
  /** The values in order; `step` is undefined where none was given. Throws EngineError for a step of zero, and while iterating for overflow. */
  readonly iterate: (from: Value, to: Value, step: Value | undefined, isInclusive: boolean) => Iterable<Value>;
}

/** The series for these legs; `step` is undefined where none was given. Undefined if there is none. */
export function seriesOverload(from: Type, to: Type, step: Type | undefined): SeriesOverload | undefined {
  if (from.kind === 'int' && to.kind === 'int' && (step === undefined || step.kind === 'int')) return { result: notNull(INT64), iterate: integers };
  if (step?.kind !== 'interval') return undefined;
  if (from.kind === 'date' && to.kind === 'date') return dateSeries(step.form);
  if (from.kind === 'timestamp' && to.kind === 'timestamp') return timestampSeries({ kind: 'timestamp', unit: seriesUnit(from.unit, to.unit, step.form) });
  if (from.kind === 'timestamptz' && to.kind === 'timestamptz') {
    return timestampSeries({ kind: 'timestamptz', unit: seriesUnit(from.unit, to.unit, step.form), zone: from.zone === to.zone ? from.zone : 'UTC' });
  }
  return undefined;
}

const unitOfForm = (form: Interval['form']): TimeUnit => (form === 'month-day-nano' ? 'ns' : form === 'month-day-micro' ? 'us' : 's');
const seriesUnit = (from: TimeUnit, to: TimeUnit, form: Interval['form']): TimeUnit => finerUnit(finerUnit(from, to), unitOfForm(form));

const integerOf = (value: Value): bigint => (typeof value === 'bigint' ? value : BigInt((value as SmallInt).value));
const zeroStep = (): EngineError => new EngineError('invalid-parameter-value', 'The step of a series cannot be zero');

function* integers(from: Value, to: Value, step: Value | undefined, isInclusive: boolean): Iterable<Value> {
  const by = step === undefined ? 1n : integerOf(step);
  if (by === 0n) throw zeroStep();
  const end = integerOf(to);
  for (let value = integerOf(from); by > 0n ? value < end : value > end; value += by) yield value;
  const distance = end - integerOf(from);
  if (isInclusive && distance % by === 0n && distance / by >= 0n) yield end;
}

/** Refuses steps that do not move, and tells the direction of the others. */
function directionOf(step: Interval): 1 | -1 {
  const size = BigInt(step.months) * 30n * 86_400_000_000_000n + BigInt(step.days) * 86_400_000_000_000n + step.nanos;
  if (size === 0n) throw zeroStep();
  return size > 0n ? 1 : -1;
}

function dateSeries(form: Interval['form']): SeriesOverload {
  if (form !== 'year-month') {
    const unit = unitOfForm(form);
    const series = timestampSeries({ kind: 'timestamp', unit });
    const midnight = (date: Value): Timestamp => ({ kind: 'timestamp', unit, value: midnightOf((date as DateValue).days, unit) });
    return { result: series.result, iterate: (from, to, step, isInclusive) => series.iterate(midnight(from), midnight(to), step, isInclusive) };
  }
  return {
    result: notNull({ kind: 'date' }),
    * iterate(from, to, step, isInclusive) {
      const by = step as Interval;
      const direction = directionOf(by);
      const end = (to as DateValue).days;
      for (let days = (from as DateValue).days; ; days = shiftDate(days, by, 1)) {
        const order = direction * (days - end);
        if (order > 0 || (order === 0 && !isInclusive)) return;
        yield dateAt(days);
      }
    },
  };
}

function timestampSeries(type: Extract<Type, { kind: 'timestamp' | 'timestamptz' }>): SeriesOverload {
  return {
    result: notNull(type),
    * iterate(from, to, step, isInclusive) {
      const by = step as Interval;
      const direction = directionOf(by);
      const end = to as Timestamp | ZonedTimestamp;
      const first = from as Timestamp | ZonedTimestamp;
      let point = { ...first, unit: type.unit, value: rescalePoint(first.value, first.unit, type.unit), ...(type.kind === 'timestamptz' ? { zone: type.zone } : {}) } as Timestamp | ZonedTimestamp;
      for (;;) {
        const order = direction * compareAmounts(point, end);
        if (order > 0 || (order === 0 && !isInclusive)) return;
        yield point;
        point = addInterval(point, by, 1, type.unit);
      }
    },
  };
}
