/** Least upper bounds of time types, for results that hold values of two types in one (MIN, MAX, SUM, GREATEST). */
import type { Type } from '../type.ts';
import { joinForms } from './interval.ts';
import { finerUnit } from './units.ts';

/** The type that both can be converted to without loss; undefined where there is none. Different zones become `Z`. */
export function joinTimeTypes(a: Type, b: Type): Type | undefined {
  if (a.kind === 'date' && b.kind === 'date') return a;
  if (a.kind === 'period' && b.kind === 'period') return a;
  if (a.kind === 'time' && b.kind === 'time') return { kind: 'time', unit: finerUnit(a.unit, b.unit) };
  if (a.kind === 'duration' && b.kind === 'duration') return { kind: 'duration', unit: finerUnit(a.unit, b.unit) };
  if (a.kind === 'timestamp' && b.kind === 'timestamp') return { kind: 'timestamp', unit: finerUnit(a.unit, b.unit) };
  if (a.kind === 'interval' && b.kind === 'interval') return { kind: 'interval', form: joinForms(a.form, b.form) };
  if (a.kind === 'timestamptz' && b.kind === 'timestamptz') {
    return { kind: 'timestamptz', unit: finerUnit(a.unit, b.unit), zone: a.zone === b.zone ? a.zone : 'Z' };
  }
  return undefined;
}

const TIME_KINDS: ReadonlySet<Type['kind']> = new Set(['date', 'time', 'timestamp', 'timestamptz', 'duration', 'interval', 'period']);
export const isTimeType = (type: Type): boolean => TIME_KINDS.has(type.kind);

/** A type of points in time: date, timestamp, timestamptz. */
export type PointType = Extract<Type, { kind: 'date' | 'timestamp' | 'timestamptz' }>;
export const isPointType = (type: Type): type is PointType => type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'timestamptz';
