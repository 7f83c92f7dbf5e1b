/**
 * Time values as text.
 *
 *                      ::text, JSON                       wire text                      wire text, datestyle iso8601
 *   date               2020-02-29                         2020-02-29                     2020-02-29
 *   time               12:34:56.789                       12:34:56.789                   12:34:56.789
 *   timestamp          2020-02-29T12:34:56.789            2020-02-29 12:34:56.789        2020-02-29T12:34:56.789
 *   timestamptz        …+01:00[Europe/Berlin]             … 12:34:56.789+01:00           …T12:34:56.789+01:00[Europe/Berlin]
 *   duration           PT1H30M                            PT1H30M                        PT1H30M
 *   interval           P14M3DT4H5M6.5S                    the same, to the µs            the same, to the µs
 *   period             [2020-01-01 00:00:00+00:00,)       the same                       the same
 *
 * As text, seconds are left out where they are zero and a fraction has 3, 6 or 9 digits; on the wire seconds always stand there
 * and a fraction has as few digits as it needs, at most 6. Years above 9999 carry a sign.
 */
import type { DateValue, Duration, Interval, PeriodValue, Timestamp, TimeUnit, TimeValue, ZonedTimestamp } from '../value.ts';
import { civilFromDays } from './civil.ts';
import { daysOf, instantToLocal, offsetAtInstant, timeOf } from './local.ts';
import { NANOS_PER_SECOND, rescalePoint, rescaleSpan } from './units.ts';
import { formatOffset, zoneOf } from './zone.ts';

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

function formatYear(year: number): string {
  const digits = String(Math.abs(year)).padStart(4, '0');
  return year < 0 ? `-${digits}` : year > 9999 ? `+${digits}` : digits;
}

/** `YYYY-MM-DD` of days since 1970-01-01. */
export function formatDays(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${formatYear(year)}-${two(month)}-${two(day)}`;
}

export const formatDate = (value: DateValue): string => formatDays(value.days);

/** Digits of a fraction of a second without the zeros at its end. */
const shortFraction = (nanos: bigint): string => (nanos === 0n ? '' : `.${nanos.toString().padStart(9, '0').replace(/0+$/, '')}`);

/** A fraction in groups of three digits. */
function groupedFraction(nanos: bigint): string {
  if (nanos === 0n) return '';
  const digits = nanos.toString().padStart(9, '0');
  return `.${nanos % 1_000_000n === 0n ? digits.slice(0, 3) : nanos % 1000n === 0n ? digits.slice(0, 6) : digits}`;
}

function formatNanosOfDay(nanos: bigint): string {
  const seconds = Number(nanos / NANOS_PER_SECOND);
  const fraction = nanos % NANOS_PER_SECOND;
  const second = seconds % 60;
  const minutes = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
  return second === 0 && fraction === 0n ? minutes : `${minutes}:${two(second)}${groupedFraction(fraction)}`;
}

export const formatTime = (value: TimeValue): string => formatNanosOfDay(rescalePoint(value.value, value.unit, 'ns'));

const formatLocal = (local: bigint, unit: TimeUnit): string =>
  `${formatDays(daysOf(local, unit))}T${formatNanosOfDay(rescalePoint(timeOf(local, unit), unit, 'ns'))}`;

/** `2020-02-29T12:34[:56[.789]]`. */
export const formatTimestamp = (value: Timestamp): string => formatLocal(value.value, value.unit);

/** `…+01:00`, `…Z`: wall-clock time in the value's zone with its offset; the zone itself is not shown. JSON has it so. */
export function formatOffsetTimestamp(value: ZonedTimestamp): string {
  const zone = zoneOf(value.zone);
  return `${formatLocal(instantToLocal(value.value, value.unit, zone), value.unit)}${formatOffset(offsetAtInstant(value.value, value.unit, zone))}`;
}

/** `…+01:00[Europe/Berlin]`, `…Z[UTC]`; a zone that is an offset is not repeated in brackets. */
export function formatZonedTimestamp(value: ZonedTimestamp): string {
  const zone = zoneOf(value.zone);
  const text = formatOffsetTimestamp(value);
  return zone.fixedSeconds !== undefined && zone.id === formatOffset(zone.fixedSeconds) ? text : `${text}[${zone.id}]`;
}

/** `4H5M6.5S` without the `PT`; every part carries the sign. */
function formatTimeParts(nanos: bigint): string {
  const sign = nanos < 0n ? '-' : '';
  const total = nanos < 0n ? -nanos : nanos;
  const seconds = total / NANOS_PER_SECOND;
  const [hours, minutes, rest, fraction] = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n, total % NANOS_PER_SECOND];
  return (hours === 0n ? '' : `${sign}${hours}H`) + (minutes === 0n ? '' : `${sign}${minutes}M`)
    + (rest === 0n && fraction === 0n ? '' : `${sign}${rest}${shortFraction(fraction)}S`);
}

/** `PT1H30M`; zero is `PT0S`. */
export function formatDuration(value: Duration): string {
  return `PT${formatTimeParts(rescaleSpan(value.value, value.unit, 'ns')) || '0S'}`;
}

/** `P14M3DT4H5M6.5S`; zero is `P`. */
export function formatInterval(value: Interval): string {
  const time = formatTimeParts(value.nanos);
  return `P${value.months === 0 ? '' : `${value.months}M`}${value.days === 0 ? '' : `${value.days}D`}${time === '' ? '' : `T${time}`}`;
}

function wireLocal(local: bigint, unit: TimeUnit): string {
  const micros = rescalePoint(timeOf(local, unit), unit, 'us');
  const seconds = Number(micros / 1_000_000n);
  return `${formatDays(daysOf(local, unit))} ${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${shortFraction((micros % 1_000_000n) * 1000n)}`;
}

/** `YYYY-MM-DD HH:MM:SS[.f]`. */
export const wireTimestamp = (value: Timestamp): string => wireLocal(value.value, value.unit);

/** `YYYY-MM-DD HH:MM:SS[.f]+00:00`, in the value's zone. */
export function wireZonedTimestamp(value: ZonedTimestamp): string {
  const zone = zoneOf(value.zone);
  const offset = formatOffset(offsetAtInstant(value.value, value.unit, zone));
  return `${wireLocal(instantToLocal(value.value, value.unit, zone), value.unit)}${offset === 'Z' ? '+00:00' : offset}`;
}

/** As `formatInterval`, to the µs. */
export const wireInterval = (value: Interval): string => formatInterval({ ...value, nanos: value.nanos - value.nanos % 1000n });

const wireBound = (micros: bigint | null): string => (micros === null ? '' : `${wireLocal(micros, 'us')}+00:00`);

/** `[from,to)` in UTC; an open side is empty. DIFFERS: as text, XTDB shows every period as `[nil nil]`. */
export const formatPeriod = (value: PeriodValue): string => `[${wireBound(value.from)},${wireBound(value.to)})`;

export type TimeKindValue = DateValue | TimeValue | Timestamp | ZonedTimestamp | Duration | Interval | PeriodValue;

/** Canonical text of a value, as `::text` and `||` have it. */
export function formatTimeValue(value: TimeKindValue): string {
  switch (value.kind) {
    case 'date': return formatDate(value);
    case 'time': return formatTime(value);
    case 'timestamp': return formatTimestamp(value);
    case 'timestamptz': return formatZonedTimestamp(value);
    case 'duration': return formatDuration(value);
    case 'interval': return formatInterval(value);
    case 'period': return formatPeriod(value);
  }
}

/** Text of a value on the wire; `iso8601` is the datestyle that keeps the ISO form with its zone. */
export function wireTimeValue(value: TimeKindValue, dateStyle: 'iso' | 'iso8601' = 'iso'): string {
  if (value.kind === 'interval') return wireInterval(value);
  if (dateStyle === 'iso8601') return formatTimeValue(value);
  if (value.kind === 'timestamp') return wireTimestamp(value);
  if (value.kind === 'timestamptz') return wireZonedTimestamp(value);
  return formatTimeValue(value);
}
