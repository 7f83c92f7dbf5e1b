import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareText, compareValues } from './compare.ts';
import { familyKey, familyKeyOfValue, typeOfValue } from './column-type.ts';
import { equalForGrouping, equalSql } from './equality.ts';
import { compositeKey, joinKeyOf, keyOf } from './hash-key.ts';
import { number, value } from './test-values.ts';
import type { Value } from './value.ts';

/** A copy that shares no object. */
const copy = (item: Value): Value => structuredClone(item) as Value;

describe('the order of values', () => {
  test('is antisymmetric and holds a value equal to its copy', () => {
    fc.assert(fc.property(value, value, (a, b) => {
      expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0);
      expect(compareValues(a, copy(a))).toBe(0);
    }), { numRuns: 2000 });
  });

  test('is transitive', () => {
    fc.assert(fc.property(value, value, value, (a, b, c) => {
      const [low, middle, high] = [a, b, c].sort(compareValues) as [Value, Value, Value];
      expect(compareValues(low, middle)).toBeLessThanOrEqual(0);
      expect(compareValues(middle, high)).toBeLessThanOrEqual(0);
      expect(compareValues(low, high)).toBeLessThanOrEqual(0);
    }), { numRuns: 2000 });
  });

  test('of numbers is transitive across widths, also where doubles are not exact', () => {
    fc.assert(fc.property(number, number, number, (a, b, c) => {
      if (compareValues(a, b) === 0 && compareValues(b, c) === 0) expect(compareValues(a, c)).toBe(0);
      if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0);
    }), { numRuns: 5000 });
  });

  test('of text is that of its UTF-8 bytes', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 6 });
    fc.assert(fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }), { numRuns: 2000 });
  });
});

/** Points in time of different kinds may be equal in order and are still different values. */
const holdsPoint = (item: Value): boolean => /"kind":"(?:date|timestamp|timestamptz)"/.test(JSON.stringify(item, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part instanceof Map ? [...part] : part)) ?? '');

describe('hash keys', () => {
  test('are equal only for values that the order holds equal', () => {
    fc.assert(fc.property(value, value, (a, b) => {
      expect(keyOf(copy(a))).toEqual(keyOf(a));
      if (Object.is(keyOf(a), keyOf(b))) expect(compareValues(a, b)).toBe(0);
    }), { numRuns: 3000 });
  });

  test('are equal for all values that the order holds equal, points in time of different kinds apart', () => {
    fc.assert(fc.property(value, value, (a, b) => {
      fc.pre(!holdsPoint(a));
      expect(Object.is(keyOf(a), keyOf(b))).toBe(compareValues(a, b) === 0);
    }), { numRuns: 3000 });
  });

  test('tell a date from the timestamp of its midnight', () => {
    const date: Value = { kind: 'date', days: 1 };
    const midnight: Value = { kind: 'timestamp', unit: 'us', value: 86_400_000_000n };
    expect(compareValues(date, midnight)).toBe(0);
    expect(keyOf(date)).not.toBe(keyOf(midnight));
  });

  test('take a NULL field for an absent one', () => {
    const [withNull, without]: Value[] = [new Map<string, Value>([['a', 1n], ['b', null]]), new Map<string, Value>([['a', 1n]])];
    expect(keyOf(withNull as Value)).toBe(keyOf(without as Value));
    expect(compareValues(withNull as Value, without as Value)).toBe(0);
  });

  test('collide exactly for equal numbers of any width', () => {
    fc.assert(fc.property(number, number, (a, b) => {
      expect(Object.is(keyOf(a), keyOf(b))).toBe(compareValues(a, b) === 0);
    }), { numRuns: 5000 });
  });

  test('of several values do not run into one another', () => {
    fc.assert(fc.property(fc.array(value, { maxLength: 3 }), fc.array(value, { maxLength: 3 }), (a, b) => {
      const equal = a.length === b.length && a.every((item, at) => equalForGrouping(item, b[at] as Value));
      expect(compositeKey(a) === compositeKey(b)).toBe(equal);
    }), { numRuns: 3000 });
  });

  test('of joins match exactly where SQL equality is true', () => {
    fc.assert(fc.property(value, value, (a, b) => {
      const left = joinKeyOf(a);
      const isJoined = left !== undefined && Object.is(left, joinKeyOf(b));
      if (isJoined) expect(equalSql(a, b)).toBe(true);
    }), { numRuns: 3000 });
  });
});

test('the family of a value is that of its type', () => {
  fc.assert(fc.property(value, (item) => {
    if (item !== null) expect(familyKeyOfValue(item)).toBe(familyKey(typeOfValue(item)));
  }), { numRuns: 2000 });
});
