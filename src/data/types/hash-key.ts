/**
 * Keys for Map and Set: equal values have the same key, different values different ones.
 *
 *     NULL            null                        text      the string itself (escaped if it begins with U+0000)
 *     bool            the boolean                 others    U+0000, a letter for the kind, the content
 *     int8…int64, float32, float64, decimal: equal numbers share a key whatever their type
 *         an integer below 2^53    a JavaScript number      a larger integer      a bigint
 *         a fraction               a JavaScript number      a decimal that no double states     a string
 *
 * Grouping equality throughout: NULL equals NULL, NaN equals NaN, -0.0 equals 0.0.
 */
import { compareText } from './compare.ts';
import { exactDecimalOfNumber, formatDecimal, normalizeDecimal } from './decimal.ts';
import type { ColumnType, Type } from './type.ts';
import type { Decimal, Interval, PeriodValue, StructValue, Tagged, TimeUnit, Value } from './value.ts';

export type Key = null | boolean | number | bigint | string;

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** The key of an int64. */
export const keyOfInt64 = (value: bigint): number | bigint => (value <= SAFE_MAX && value >= -SAFE_MAX ? Number(value) : value);

/** The key of a text. */
export const keyOfText = (value: string): string => (value.charCodeAt(0) === 0 ? `\u0000t${value}` : value);

/** The key of a double. */
export function keyOfDouble(value: number): number | bigint {
  if (value === 0) return 0;
  return Number.isSafeInteger(value) || !Number.isInteger(value) ? value : BigInt(value);
}

/** The key of any value, for grouping, DISTINCT and set operations. */
export function keyOf(value: Value): Key {
  switch (typeof value) {
    case 'string': return keyOfText(value);
    case 'bigint': return keyOfInt64(value);
    case 'number': return keyOfDouble(value);
    case 'boolean': return value;
  }
  if (value === null) return null;
  if (Array.isArray(value)) return `\u0000[${compositeText(value as readonly Value[])}`;
  if (value instanceof Map) return keyOfStruct(value as StructValue);
  if (value instanceof Uint8Array) return `\u0000b${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')}`;
  return keyOfTagged(value as Tagged);
}

/** One key for several values; rows with equal values have equal keys. */
export const compositeKey = (values: readonly Value[]): string => compositeText(values);

function compositeText(values: readonly Value[]): string {
  let text = '';
  for (const value of values) text += partOf(keyOf(value));
  return text;
}

/** A key as a self-delimiting piece of a longer one. */
function partOf(key: Key): string {
  if (key === null) return '_';
  switch (typeof key) {
    case 'number': return `n${key};`;
    case 'bigint': return `n${key};`;
    case 'boolean': return key ? 'T' : 'F';
    case 'string': return `s${key.length}:${key}`;
  }
}

/** A NULL field and an absent one are the same here. */
function keyOfStruct(struct: StructValue): string {
  const names: string[] = [];
  for (const [name, value] of struct) if (value !== null) names.push(name);
  let text = '\u0000{';
  for (const name of names.sort(compareText)) text += `${name.length}:${name}${partOf(keyOf(struct.get(name) ?? null))}`;
  return text;
}

/** Fifteen digits survive the way into a double and back, and so name the decimal. */
const DOUBLE_DIGITS_MAX = 10n ** 15n;
const DOUBLE_POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

function keyOfDecimal(value: Decimal): Key {
  const power = DOUBLE_POWERS[value.scale];
  if (power !== undefined && value.unscaled < DOUBLE_DIGITS_MAX && value.unscaled > -DOUBLE_DIGITS_MAX) return Number(value.unscaled) / power;
  return keyOfWideDecimal(value);
}

function keyOfWideDecimal(value: Decimal): Key {
  const { unscaled, scale } = normalizeDecimal(value.unscaled, value.scale);
  if (scale <= 0) return keyOfInt64(unscaled * 10n ** BigInt(-scale));
  const text = formatDecimal({ unscaled, scale });
  const double = Number(text);
  const stated = exactDecimalOfNumber(double);
  const reduced = normalizeDecimal(stated.unscaled, stated.scale);
  return reduced.unscaled === unscaled && reduced.scale === scale ? double : `\u0000n${text}`;
}

const NANOS_PER_UNIT: Readonly<Record<TimeUnit, bigint>> = { s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n };
const MICROS_PER_UNIT: Readonly<Record<TimeUnit, bigint>> = { s: 1_000_000n, ms: 1000n, us: 1n, ns: 0n };

/** Microseconds where they are whole, else nanoseconds marked as such. */
function timeText(unit: TimeUnit, value: bigint): string {
  if (unit !== 'ns') return String(value * MICROS_PER_UNIT[unit]);
  return value % NANOS_PER_UNIT.us === 0n ? String(value / NANOS_PER_UNIT.us) : `${value}n`;
}

function keyOfTagged(value: Tagged): Key {
  switch (value.kind) {
    case 'int': return value.value;
    case 'float32': return keyOfDouble(value.value);
    case 'decimal': return keyOfDecimal(value);
    case 'uuid': return `\u0000u${value.text}`;
    case 'uri': return `\u0000U${value.text}`;
    case 'keyword': return `\u0000k${value.name}`;
    case 'date': return `\u0000d${value.days}`;
    case 'time': return `\u0000h${timeText(value.unit, value.value)}`;
    case 'timestamp': return `\u0000l${timeText(value.unit, value.value)}`;
    case 'timestamptz': return `\u0000z${timeText(value.unit, value.value)}`;
    case 'duration': return `\u0000D${timeText(value.unit, value.value)}`;
    case 'interval': return keyOfInterval(value);
    case 'period': return keyOfPeriod(value);
    case 'set': return `\u0000S${value.items.map((item) => partOf(keyOf(item))).sort(compareText).join('')}`;
    case 'oid': case 'regclass': case 'regproc': return `\u0000o${value.value}`;
    case 'error': return `\u0000e${value.code}\u0000${value.message}`;
  }
}

const keyOfInterval = (value: Interval): string => `\u0000i${value.months},${value.days},${value.nanos}`;
const keyOfPeriod = (value: PeriodValue): string => `\u0000p${value.from},${value.to}`;

/**
 * The key of a value in an equi-join: undefined if SQL equality with it can never be TRUE (NULL, NaN, or a list or struct with one inside).
 */
export function joinKeyOf(value: Value): Key | undefined {
  return isJoinable(value) ? keyOf(value) : undefined;
}

function isJoinable(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === 'number') return !Number.isNaN(value);
  if (typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.every(isJoinable);
  if (value instanceof Map) { for (const item of value.values()) if (!isJoinable(item)) return false; return true; }
  return !('kind' in value && value.kind === 'float32' && Number.isNaN(value.value));
}

const POINTS: ReadonlySet<Type['kind']> = new Set(['date', 'timestamp', 'timestamptz']);
const TEXTUAL: ReadonlySet<Type['kind']> = new Set(['text', 'keyword', 'uri']);
const kindsAmong = (kinds: ReadonlySet<Type['kind']>, legs: readonly Type[]): number => new Set(legs.map((leg) => leg.kind)).intersection(kinds).size;

/**
 * Whether equal join keys mean SQL equality for values of these two columns. False where equality depends on more than the two values:
 * dates and timestamps of different kinds (the session's time zone decides), text beside keywords or URIs, and lists and structs, which
 * may hold such.
 */
export function joinsByKey(a: ColumnType, b: ColumnType): boolean {
  const legs = [...a.legs, ...b.legs];
  if (kindsAmong(POINTS, legs) > 1 || kindsAmong(TEXTUAL, legs) > 1) return false;
  return legs.every((leg) => leg.kind !== 'list' && leg.kind !== 'struct' && leg.kind !== 'set');
}
