/**
 * The total order of values: ORDER BY, MIN and MAX, zone maps, keys.
 *
 *     bool < numbers (NaN above all) < text < bytes < uuid < keyword < uri < date, timestamps < time < duration < interval
 *          < period < list < set < struct < catalog ids < errors < NULL
 *
 * Numbers compare by exact value whatever their width: an int64 never passes through a double. -0.0 and 0.0 are equal.
 */
import { compareDecimals, decimalOf, exactDecimalOfNumber } from './decimal.ts';
import { orderTimes } from './time/compare.ts';
import type { Decimal, ListValue, StructValue, Tagged, Value } from './value.ts';

const TAG_RANKS: Readonly<Record<Tagged['kind'], number>> = {
  int: 2, float32: 2, decimal: 2, uuid: 5, keyword: 6, uri: 7, date: 8, timestamp: 8, timestamptz: 8, time: 9, duration: 10, interval: 11,
  period: 12, set: 14, oid: 16, regclass: 16, regproc: 16, error: 17,
};
const RANK_NUMBER = 2;
const RANK_CATALOG_ID = 16;
const RANK_NULL = 99;

/** The class within which values compare by content. */
function rankOf(value: Value): number {
  if (value === null) return RANK_NULL;
  switch (typeof value) {
    case 'boolean': return 1;
    case 'bigint': case 'number': return RANK_NUMBER;
    case 'string': return 3;
  }
  if (Array.isArray(value)) return 13;
  if (value instanceof Map) return 15;
  if (value instanceof Uint8Array) return 4;
  return TAG_RANKS[(value as Tagged).kind];
}

/** Negative, 0 or positive. NULL is above everything and equal to itself. */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : 1;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  const rank = rankOf(a);
  const other = rankOf(b);
  if (rank !== other) return rank - other;
  switch (rank) {
    case 1: return a === false ? -1 : 1;
    case RANK_NUMBER: return compareNumbers(a, b);
    case 4: return compareBytes(a as Uint8Array, b as Uint8Array);
    case 13: return compareLists(a as ListValue, b as ListValue);
    case 15: return compareStructs(a as StructValue, b as StructValue);
    case RANK_NULL: return 0;
    default: return compareTagged(a as Tagged, b as Tagged);
  }
}

/** By code point, as UTF-8 bytes compare. UTF-16 units differ from that only where surrogates meet U+E000 and above. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    const leftIsSurrogate = (left & 0xf800) === 0xd800;
    const rightIsSurrogate = (right & 0xf800) === 0xd800;
    return leftIsSurrogate === rightIsSurrogate ? left - right : leftIsSurrogate ? 1 : -1;
  }
  return a.length - b.length;
}

/** As unsigned bytes; a prefix comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** A number as bigint, double or decimal. */
function plainNumber(value: Value): bigint | number | Decimal {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  const tagged = value as Tagged;
  return tagged.kind === 'decimal' ? tagged : (tagged as { readonly value: number }).value;
}

/** Two numbers of any types by exact value; NaN equals itself and is above every other. */
export function compareNumbers(a: Value, b: Value): number {
  const left = plainNumber(a);
  const right = plainNumber(b);
  if (typeof left !== 'object' && typeof right !== 'object') {
    if (left < right) return -1;
    if (left > right) return 1;
    if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : 1;
    return Number.isNaN(right) ? -1 : 0;
  }
  if (typeof left === 'number' && !Number.isFinite(left)) return left < 0 ? -1 : 1;
  if (typeof right === 'number' && !Number.isFinite(right)) return right < 0 ? 1 : -1;
  return compareDecimals(exactDecimal(left), exactDecimal(right));
}

function exactDecimal(value: bigint | number | Decimal): Decimal {
  if (typeof value === 'object') return value;
  if (typeof value === 'bigint') return decimalOf(value, 0, 64);
  const { unscaled, scale } = exactDecimalOfNumber(value);
  return decimalOf(unscaled, scale, 64);
}

function compareLists(a: ListValue, b: ListValue): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const order = compareValues(a[index] as Value, b[index] as Value);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const presentNames = (struct: StructValue): readonly string[] => [...struct.keys()].filter((name) => struct.get(name) !== null).sort(compareText);

/** By sorted keys: name, then value. A NULL field counts as absent. */
function compareStructs(a: StructValue, b: StructValue): number {
  const left = presentNames(a);
  const right = presentNames(b);
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const name = left[index] as string;
    const order = compareText(name, right[index] as string) || compareValues(a.get(name) ?? null, b.get(name) ?? null);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareTagged(a: Tagged, b: Tagged): number {
  const rank = TAG_RANKS[a.kind];
  if (rank === RANK_CATALOG_ID) return (a as { readonly value: number }).value - (b as { readonly value: number }).value;
  switch (a.kind) {
    case 'uuid': case 'uri': return compareText(a.text, (b as typeof a).text);
    case 'keyword': return compareText(a.name, (b as typeof a).name);
    case 'date': case 'time': case 'timestamp': case 'timestamptz': case 'duration': case 'interval': case 'period':
      return orderTimes(a, b as typeof a, 'UTC');
    case 'set': return compareLists([...a.items].sort(compareValues), [...(b as typeof a).items].sort(compareValues));
    case 'error': return compareText(a.code, (b as typeof a).code) || compareText(a.message, (b as typeof a).message);
    default: return 0;
  }
}
