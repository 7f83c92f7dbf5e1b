/**
 * Between wall-clock time and instants, and between the kinds of points in time.
 *
 *   date ──midnight──→ timestamp ──zone──→ instant (timestamptz)
 *        ←──day────── (wall clock) ←─offset─
 */
import { EngineError } from '../../../base/errors.ts';
import type { DateValue, Timestamp, TimeUnit, TimeValue, ZonedTimestamp } from '../value.ts';
import { exactInt64, finerUnit, floorDiv, floorMod, rescalePoint, UNITS_PER_DAY, UNITS_PER_SECOND } from './units.ts';
import type { Zone } from './zone.ts';
import { offsetOfLocal, zoneOf } from './zone.ts';

/** A point in time of any kind. */
export type TimePoint = DateValue | Timestamp | ZonedTimestamp;

const wholeSeconds = (value: bigint, unit: TimeUnit): number => Number(rescalePoint(value, unit, 's'));

/** Seconds east of UTC of the zone at an instant. */
export const offsetAtInstant = (value: bigint, unit: TimeUnit, zone: Zone): number =>
  zone.fixedSeconds ?? zone.offsetAt(wholeSeconds(value, unit));

/** Wall-clock time of an instant in the zone, in the same unit. */
export const instantToLocal = (value: bigint, unit: TimeUnit, zone: Zone): bigint => {
  const offset = offsetAtInstant(value, unit, zone);
  return offset === 0 ? value : value + BigInt(offset) * UNITS_PER_SECOND[unit];
};

/** Instant of a wall-clock time in the zone; see `offsetOfLocal` for gaps and overlaps. */
export const localToInstant = (value: bigint, unit: TimeUnit, zone: Zone, preferredOffset?: number): bigint => {
  const offset = zone.fixedSeconds ?? offsetOfLocal(zone, wholeSeconds(value, unit), preferredOffset);
  return offset === 0 ? value : value - BigInt(offset) * UNITS_PER_SECOND[unit];
};

/** Days since 1970-01-01 of a wall-clock time. */
export const daysOf = (local: bigint, unit: TimeUnit): number => Number(floorDiv(local, UNITS_PER_DAY[unit]));
/** Time since midnight of a wall-clock time. */
export const timeOf = (local: bigint, unit: TimeUnit): bigint => floorMod(local, UNITS_PER_DAY[unit]);
export const midnightOf = (days: number, unit: TimeUnit): bigint => BigInt(days) * UNITS_PER_DAY[unit];

export const timestampAt = (value: bigint, unit: TimeUnit): Timestamp => ({ kind: 'timestamp', unit, value: exactInt64(value, 'timestamp') });
export const zonedAt = (value: bigint, unit: TimeUnit, zone: string): ZonedTimestamp =>
  ({ kind: 'timestamptz', unit, value: exactInt64(value, 'timestamp'), zone });
export const timeAt = (value: bigint, unit: TimeUnit): TimeValue => ({ kind: 'time', unit, value });
/** Throws 22008 for a day that 32 bits do not hold, some 5.8 million years from now. */
export function dateAt(days: number): DateValue {
  if (days !== (days | 0)) throw new EngineError('datetime-overflow', 'date out of range: its days do not fit 32 bits');
  return { kind: 'date', days };
}

/** Wall-clock time of a zoned timestamp in a zone. */
export const zonedToLocal = (value: ZonedTimestamp, zone: string): Timestamp =>
  timestampAt(instantToLocal(value.value, value.unit, zoneOf(zone)), value.unit);

/** Any point as wall-clock time in the session's zone; a date is its midnight, in µs. */
export function toLocal(point: TimePoint, zone: string): Timestamp {
  switch (point.kind) {
    case 'timestamp': return point;
    case 'timestamptz': return zonedToLocal(point, zone);
    case 'date': return { kind: 'timestamp', unit: 'us', value: midnightOf(point.days, 'us') };
  }
}

/** Any point as an instant in `unit`, wall-clock time read in the session's zone. */
export function toInstant(point: TimePoint, unit: TimeUnit, zone: string): bigint {
  switch (point.kind) {
    case 'timestamptz': return rescalePoint(point.value, point.unit, unit);
    case 'timestamp': return rescalePoint(localToInstant(point.value, point.unit, zoneOf(zone)), point.unit, unit);
    case 'date': return localToInstant(midnightOf(point.days, unit), unit, zoneOf(zone));
  }
}

/** Both in the finer of their units. */
export function alignPoints(a: { readonly unit: TimeUnit; readonly value: bigint }, b: { readonly unit: TimeUnit; readonly value: bigint }): readonly [bigint, bigint, TimeUnit] {
  const unit = finerUnit(a.unit, b.unit);
  return [rescalePoint(a.value, a.unit, unit), rescalePoint(b.value, b.unit, unit), unit];
}
