/**
 * Equality as SQL has it: three-valued inside lists and structs, FALSE between unrelated types.
 *
 *     [1, NULL] = [1, 2]  NULL        [1] = [1, 2]  FALSE        {a: 1} = {b: 1}  FALSE        1 = 'a'  FALSE
 */
import { compareBytes, compareNumbers, compareValues } from './compare.ts';
import { keyOf } from './hash-key.ts';
import { timesEqual } from './time/compare.ts';
import type { ComparableTime } from './time/compare.ts';
import type { ListValue, StructValue, Tagged, Value } from './value.ts';

/** TRUE, FALSE, or NULL where a NULL decides. `zone` is the session's, for wall-clock times beside instants. */
export function equalSql(a: Value, b: Value, zone = 'UTC'): boolean | null {
  if (a === null || b === null) return null;
  if (typeof a === typeof b && typeof a !== 'object') return a === b;
  if (isNumber(a)) return isNumber(b) && !isNaNValue(a) && !isNaNValue(b) && compareNumbers(a, b) === 0;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a)) return Array.isArray(b) ? equalLists(a as ListValue, b as ListValue, zone) : false;
  if (a instanceof Map) return b instanceof Map ? equalStructs(a as StructValue, b as StructValue, zone) : false;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  if (Array.isArray(b) || b instanceof Map || b instanceof Uint8Array) return false;
  const timeClass = TIME_CLASSES[(a as Tagged).kind];
  if (timeClass !== undefined) return timeClass === TIME_CLASSES[(b as Tagged).kind] && timesEqual(a as ComparableTime, b as ComparableTime, zone);
  return compareValues(a, b) === 0;
}

/** Time kinds by what they can be equal to: points to points, else to their own kind. */
const TIME_CLASSES: Partial<Readonly<Record<Tagged['kind'], string>>> = { date: 'point', timestamp: 'point', timestamptz: 'point', time: 'time', duration: 'duration', interval: 'interval' };

const isNumber = (value: Value): boolean => {
  if (typeof value === 'bigint' || typeof value === 'number') return true;
  if (typeof value !== 'object' || value === null) return false;
  const { kind } = value as Tagged;
  return kind === 'int' || kind === 'float32' || kind === 'decimal';
};

const isNaNValue = (value: Value): boolean =>
  typeof value === 'number' ? Number.isNaN(value) : typeof value === 'object' && (value as Tagged).kind === 'float32' && Number.isNaN((value as { readonly value: number }).value);

function equalLists(a: ListValue, b: ListValue, zone: string): boolean | null {
  if (a.length !== b.length) return false;
  let result: boolean | null = true;
  for (let index = 0; index < a.length; index++) {
    const equal = equalSql(a[index] as Value, b[index] as Value, zone);
    if (equal === false) return false;
    if (equal === null) result = null;
  }
  return result;
}

function equalStructs(a: StructValue, b: StructValue, zone: string): boolean | null {
  if (a.size !== b.size) return false;
  for (const name of a.keys()) if (!b.has(name)) return false;
  let result: boolean | null = true;
  for (const [name, value] of a) {
    const equal = equalSql(value, b.get(name) ?? null, zone);
    if (equal === false) return false;
    if (equal === null) result = null;
  }
  return result;
}

/**
 * Same value for grouping, DISTINCT and set operations: NULL equals NULL, NaN equals NaN, numbers of any width by value. A date and a
 * timestamp are different values, even at the same moment.
 */
export const equalForGrouping = (a: Value, b: Value): boolean => Object.is(keyOf(a), keyOf(b));
