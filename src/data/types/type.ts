/**
 * Types: what a column can hold. A `Type` is one leg, never NULL; a `ColumnType` is the set of legs a column or expression has,
 * and whether NULL is among its values. One leg per family: a union never has two int64 legs, and two struct legs become one.
 */
import type { TimeUnit } from './value.ts';

export type Type =
  | { readonly kind: 'bool' }
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 32 | 64 }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'text' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'uri' }
  | { readonly kind: 'keyword' }
  | { readonly kind: 'date' }
  | { readonly kind: 'time'; readonly unit: TimeUnit }
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit }
  | { readonly kind: 'timestamptz'; readonly unit: TimeUnit; readonly zone: string }
  | { readonly kind: 'duration'; readonly unit: TimeUnit }
  | { readonly kind: 'interval'; readonly form: 'year-month' | 'month-day-nano' | 'month-day-micro' }
  | { readonly kind: 'period' }
  | { readonly kind: 'list'; readonly element: ColumnType }
  | { readonly kind: 'set'; readonly element: ColumnType }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] }
  | { readonly kind: 'oid' }
  | { readonly kind: 'regclass' }
  | { readonly kind: 'regproc' }
  | { readonly kind: 'error' };

export interface StructField { readonly name: string; readonly type: ColumnType }

/** No legs and nullable: the type of NULL itself. */
export interface ColumnType { readonly legs: readonly Type[]; readonly nullable: boolean }

export const NULL_TYPE: ColumnType = { legs: [], nullable: true };
export const BOOL: Type = { kind: 'bool' };
export const INT8: Type = { kind: 'int', bits: 8 };
export const INT16: Type = { kind: 'int', bits: 16 };
export const INT32: Type = { kind: 'int', bits: 32 };
export const INT64: Type = { kind: 'int', bits: 64 };
export const FLOAT32: Type = { kind: 'float', bits: 32 };
export const FLOAT64: Type = { kind: 'float', bits: 64 };
export const TEXT: Type = { kind: 'text' };
export const BYTES: Type = { kind: 'bytes' };
export const UUID: Type = { kind: 'uuid' };
export const KEYWORD: Type = { kind: 'keyword' };
export const URI: Type = { kind: 'uri' };
export const DATE: Type = { kind: 'date' };
export const PERIOD: Type = { kind: 'period' };
export const TIMESTAMP_US: Type = { kind: 'timestamp', unit: 'us' };
/** The type of the four temporal columns. */
export const INSTANT: Type = { kind: 'timestamptz', unit: 'us', zone: 'UTC' };

export const notNull = (type: Type): ColumnType => ({ legs: [type], nullable: false });
export const nullable = (type: Type): ColumnType => ({ legs: [type], nullable: true });
export const withNull = (type: ColumnType): ColumnType => (type.nullable ? type : { legs: type.legs, nullable: true });
/** The one leg of a column that has exactly one. */
export const singleLeg = (type: ColumnType): Type | undefined => (type.legs.length === 1 ? type.legs[0] : undefined);
