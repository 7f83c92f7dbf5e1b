/**
 * DATE_TRUNC: a point or interval cut down to a unit of the calendar or clock.
 *
 *   2022-04-03T12:34:56.789  HOUR → 2022-04-03T12:00     WEEK → 2022-03-28T00:00 (Monday)     DECADE → 2020-01-01T00:00
 *
 * A zoned timestamp is cut on the clock of its own zone, or of another zone that is given; it stays in its own.
 */
import { EngineError } from '../../../base/errors.ts';
import type { Type } from '../type.ts';
import type { DateValue, Interval, Timestamp, TimeUnit, Value, ZonedTimestamp } from '../value.ts';
import { civilFromDays, daysFromCivil, isoDayOfWeek } from './civil.ts';
import { dateAt, daysOf, localToInstant, midnightOf, offsetAtInstant, timestampAt, zonedAt } from './local.ts';
import { floorMod, UNITS_PER_SECOND } from './units.ts';
import { zoneOf } from './zone.ts';

export const TRUNCATE_UNITS = ['MILLENNIUM', 'CENTURY', 'DECADE', 'YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND', 'NANOSECOND'] as const;
export type TruncateUnit = (typeof TRUNCATE_UNITS)[number];

/** The unit of that name in any case, or undefined. */
export const truncateUnitOf = (name: string): TruncateUnit | undefined => TRUNCATE_UNITS.find((unit) => unit === name.toUpperCase());

/** Whole years in a unit that is made of years. */
const YEARS: Partial<Record<TruncateUnit, number>> = { MILLENNIUM: 1000, CENTURY: 100, DECADE: 10, YEAR: 1 };
/** Nanoseconds in a unit of the clock. */
const CLOCK_NANOS: Partial<Record<TruncateUnit, bigint>> = {
  HOUR: 3_600_000_000_000n, MINUTE: 60_000_000_000n, SECOND: 1_000_000_000n, MILLISECOND: 1_000_000n, MICROSECOND: 1000n,
};

/** First day of the unit that the day lies in; the day itself for units of the clock. */
export function truncateDays(days: number, unit: TruncateUnit): number {
  const years = YEARS[unit];
  const { year, month } = civilFromDays(days);
  if (years !== undefined) return daysFromCivil(year - year % years, 1, 1);
  switch (unit) {
    case 'QUARTER': return daysFromCivil(year, month - (month - 1) % 3, 1);
    case 'MONTH': return daysFromCivil(year, month, 1);
    case 'WEEK': return days - isoDayOfWeek(days) + 1;
    default: return days;
  }
}

function truncateLocal(local: bigint, unit: TimeUnit, to: TruncateUnit): bigint {
  const nanos = CLOCK_NANOS[to];
  if (nanos === undefined) return midnightOf(truncateDays(daysOf(local, unit), to), unit);
  const step = nanos * UNITS_PER_SECOND[unit] / 1_000_000_000n;
  return step <= 1n ? local : local - floorMod(local, step);
}

function truncateZoned(value: ZonedTimestamp, to: TruncateUnit, zoneId: string): ZonedTimestamp {
  const zone = zoneOf(zoneId);
  const { unit } = value;
  const offset = offsetAtInstant(value.value, unit, zone);
  const local = truncateLocal(value.value + BigInt(offset) * UNITS_PER_SECOND[unit], unit, to);
  return zonedAt(localToInstant(local, unit, zone, offset), unit, value.zone);
}

/** Months in a unit, for intervals. */
const MONTHS: Partial<Record<TruncateUnit, number>> = { MILLENNIUM: 12_000, CENTURY: 1200, DECADE: 120, YEAR: 12, QUARTER: 3, MONTH: 1 };

export function truncateInterval(value: Interval, to: TruncateUnit): Interval {
  const months = MONTHS[to];
  if (months !== undefined) return { ...value, months: value.months - value.months % months, days: 0, nanos: 0n };
  if (to === 'WEEK') return { ...value, days: value.days - value.days % 7, nanos: 0n };
  const nanos = CLOCK_NANOS[to] ?? 0n;
  return { ...value, nanos: nanos === 0n ? 0n : value.nanos - value.nanos % nanos };
}

/** What truncates values of a type; undefined for types that have no truncation. Throws 0A000 for NANOSECOND, 22023 for an unknown zone. */
export function truncator(to: TruncateUnit, type: Type, zone?: string): ((value: Value) => Value) | undefined {
  if (zone !== undefined) {
    if (type.kind !== 'timestamptz') return undefined;
    zoneOf(zone);
  }
  if (to === 'NANOSECOND') throw new EngineError('unsupported', 'DATE_TRUNC to NANOSECOND is not supported');
  switch (type.kind) {
    case 'date': return (value) => dateAt(truncateDays((value as DateValue).days, to));
    case 'timestamp': return (value) => { const { value: local, unit } = value as Timestamp; return timestampAt(truncateLocal(local, unit, to), unit); };
    case 'timestamptz': return (value) => truncateZoned(value as ZonedTimestamp, to, zone ?? (value as ZonedTimestamp).zone);
    case 'interval': return (value) => truncateInterval(value as Interval, to);
    default: return undefined;
  }
}
