/**
 * EXTRACT: one field of a time value, an int32.
 *
 *                    date  timestamp  timestamptz  time  interval
 *   YEAR MONTH DAY     ×       ×           ×                ×
 *   HOUR MINUTE SECOND         ×           ×         ×      ×        whole seconds
 *   DOW ISODOW DOY     ×       ×           ×
 *   WEEK QUARTER       ×       ×           ×
 *   EPOCH                                  ×                         whole seconds
 *   TIMEZONE_HOUR/_MINUTE                  ×
 */
import { EngineError } from '../../../base/errors.ts';
import type { Type } from '../type.ts';
import type { DateValue, Interval, Timestamp, TimeUnit, TimeValue, Value, ZonedTimestamp } from '../value.ts';
import { civilFromDays, dayOfYear, isoDayOfWeek, isoWeek } from './civil.ts';
import { daysOf, instantToLocal, offsetAtInstant, timeOf } from './local.ts';
import { exactInt32, NANOS_PER_SECOND, rescalePoint, floorDiv } from './units.ts';
import { zoneOf } from './zone.ts';

export const EXTRACT_FIELDS = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'DOW', 'ISODOW', 'DOY', 'WEEK', 'QUARTER', 'EPOCH', 'TIMEZONE_HOUR', 'TIMEZONE_MINUTE'] as const;
export type ExtractField = (typeof EXTRACT_FIELDS)[number];

/** The field of that name in any case, or undefined. */
export const extractFieldOf = (name: string): ExtractField | undefined => EXTRACT_FIELDS.find((field) => field === name.toUpperCase());

function dateField(field: ExtractField, days: number): number | undefined {
  switch (field) {
    case 'YEAR': return civilFromDays(days).year;
    case 'MONTH': return civilFromDays(days).month;
    case 'DAY': return civilFromDays(days).day;
    case 'DOW': return isoDayOfWeek(days) % 7;
    case 'ISODOW': return isoDayOfWeek(days);
    case 'DOY': return dayOfYear(days);
    case 'WEEK': return isoWeek(days);
    case 'QUARTER': return Math.floor((civilFromDays(days).month + 2) / 3);
    default: return undefined;
  }
}

function clockField(field: ExtractField, time: bigint, unit: TimeUnit): number | undefined {
  const seconds = Number(rescalePoint(time, unit, 's'));
  switch (field) {
    case 'HOUR': return Math.floor(seconds / 3600);
    case 'MINUTE': return Math.floor(seconds / 60) % 60;
    case 'SECOND': return seconds % 60;
    default: return undefined;
  }
}

const localField = (field: ExtractField, local: bigint, unit: TimeUnit): number =>
  clockField(field, timeOf(local, unit), unit) ?? dateField(field, daysOf(local, unit)) as number;

function zonedField(field: ExtractField, value: ZonedTimestamp): number {
  const zone = zoneOf(value.zone);
  if (field === 'EPOCH') return exactInt32(rescalePoint(value.value, value.unit, 's'), 'EPOCH');
  const offset = offsetAtInstant(value.value, value.unit, zone);
  if (field === 'TIMEZONE_HOUR') return Math.trunc(offset / 3600);
  if (field === 'TIMEZONE_MINUTE') return Math.trunc(offset / 60) % 60;
  return localField(field, instantToLocal(value.value, value.unit, zone), value.unit);
}

function intervalField(field: ExtractField, value: Interval): number {
  const seconds = floorDiv(value.nanos, NANOS_PER_SECOND);
  switch (field) {
    case 'YEAR': return Math.trunc(value.months / 12);
    case 'MONTH': return value.months % 12;
    case 'DAY': return value.days;
    case 'HOUR': return Number(seconds / 3600n);
    case 'MINUTE': return Number((seconds / 60n) % 60n);
    default: return Number(seconds % 60n);
  }
}

const CLOCK: readonly ExtractField[] = ['HOUR', 'MINUTE', 'SECOND'];
const CALENDAR: readonly ExtractField[] = ['YEAR', 'MONTH', 'DAY', 'DOW', 'ISODOW', 'DOY', 'WEEK', 'QUARTER'];
const FIELDS_OF = {
  date: { name: 'date', fields: CALENDAR },
  timestamp: { name: 'timestamp without timezone', fields: [...CALENDAR, ...CLOCK] },
  timestamptz: { name: 'timestamp with timezone', fields: EXTRACT_FIELDS as readonly ExtractField[] },
  time: { name: 'time without timezone', fields: CLOCK },
  interval: { name: 'interval', fields: ['YEAR', 'MONTH', 'DAY', ...CLOCK] as readonly ExtractField[] },
} as const;

/** What takes the field out of values of a type; undefined for types that have none. Throws 0A000 for a field that the type has not. */
export function extractor(field: ExtractField, type: Type): ((value: Value) => number) | undefined {
  if (!Object.hasOwn(FIELDS_OF, type.kind)) return undefined;
  const { name, fields } = FIELDS_OF[type.kind as keyof typeof FIELDS_OF];
  if (!fields.includes(field)) throw new EngineError('unsupported', `Extract "${field}" not supported for type ${name}`, { hint: `Fields of ${name}: ${fields.join(', ')}.` });
  switch (type.kind) {
    case 'date': return (value) => dateField(field, (value as DateValue).days) as number;
    case 'timestamp': return (value) => localField(field, (value as Timestamp).value, (value as Timestamp).unit);
    case 'timestamptz': return (value) => zonedField(field, value as ZonedTimestamp);
    case 'time': return (value) => clockField(field, (value as TimeValue).value, (value as TimeValue).unit) as number;
    case 'interval': return (value) => intervalField(field, value as Interval);
    default: return undefined;
  }
}
