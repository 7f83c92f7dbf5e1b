/**
 * Values: what one cell can hold.
 *
 *   null      NULL (an absent field of a struct is a missing key of its Map)
 *   boolean   BOOLEAN            bigint   BIGINT (int64)        number   DOUBLE PRECISION (float64)
 *   string    TEXT               Uint8Array   BYTEA             Array    list
 *   Map       struct             everything else   a plain object with a `kind`
 *
 * Every value is plain data: it survives `structuredClone` and is never changed after it was made.
 * The representation tells the type: an int64 is always a bigint, a float64 always a number, so 1 and 1.0 stay apart.
 * Points in time are exact integers in the stated unit; µs values use ±2^63 as infinities only inside storage.
 */

export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

/** int8, int16, int32. (int64 is a bigint.) */
export interface SmallInt { readonly kind: 'int'; readonly bits: 8 | 16 | 32; readonly value: number }
export interface Float32 { readonly kind: 'float32'; readonly value: number }
/** unscaled × 10^-scale. `precision` is that of the type it was given (32 or 64 digits class decides overflow). */
export interface Decimal { readonly kind: 'decimal'; readonly unscaled: bigint; readonly scale: number; readonly precision: number }
/** `text` is lower-case 8-4-4-4-12. */
export interface Uuid { readonly kind: 'uuid'; readonly text: string }
export interface Uri { readonly kind: 'uri'; readonly text: string }
/** `name` without the leading colon. */
export interface Keyword { readonly kind: 'keyword'; readonly name: string }
/** Days since 1970-01-01. */
export interface DateValue { readonly kind: 'date'; readonly days: number }
/** Time of day since midnight, in `unit`. */
export interface TimeValue { readonly kind: 'time'; readonly unit: TimeUnit; readonly value: bigint }
/** Wall-clock time without zone, since 1970-01-01T00:00:00, in `unit`. */
export interface Timestamp { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly value: bigint }
/** An instant since 1970-01-01T00:00:00Z in `unit`, shown in `zone` (IANA name, `UTC`, `Z` or ±hh:mm). */
export interface ZonedTimestamp { readonly kind: 'timestamptz'; readonly unit: TimeUnit; readonly value: bigint; readonly zone: string }
export interface Duration { readonly kind: 'duration'; readonly unit: TimeUnit; readonly value: bigint }
/** Calendar span. `form` is the Arrow kind: year-month, month-day-nano or month-day-micro; comparisons stay within one form. */
export interface Interval { readonly kind: 'interval'; readonly form: 'year-month' | 'month-day-nano' | 'month-day-micro'; readonly months: number; readonly days: number; readonly nanos: bigint }
/** [from, to) in µs UTC; null is unbounded. */
export interface PeriodValue { readonly kind: 'period'; readonly from: bigint | null; readonly to: bigint | null }
export interface SetValue { readonly kind: 'set'; readonly items: readonly Value[] }
export interface Oid { readonly kind: 'oid'; readonly value: number }
export interface RegClass { readonly kind: 'regclass'; readonly value: number; readonly name?: string }
export interface RegProc { readonly kind: 'regproc'; readonly value: number; readonly name?: string }
/** An error as data: `xt.txs.error`. */
export interface ErrorValue { readonly kind: 'error'; readonly category: string; readonly code: string; readonly message: string; readonly data: StructValue }

export type Tagged =
  | SmallInt | Float32 | Decimal | Uuid | Uri | Keyword | DateValue | TimeValue | Timestamp | ZonedTimestamp | Duration
  | Interval | PeriodValue | SetValue | Oid | RegClass | RegProc | ErrorValue;

export type ListValue = readonly Value[];
/** Keys in the order in which they were written. */
export type StructValue = ReadonlyMap<string, Value>;
export type Value = null | boolean | bigint | number | string | Uint8Array | ListValue | StructValue | Tagged;

export const isList = (value: Value): value is ListValue => Array.isArray(value);
export const isStruct = (value: Value): value is StructValue => value instanceof Map;
export const isBytes = (value: Value): value is Uint8Array => value instanceof Uint8Array;
/** A value with a `kind`. */
export const isTagged = (value: Value): value is Tagged =>
  typeof value === 'object' && value !== null && 'kind' in value;
