import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from '../data/types/value.ts';
import { checkId, compareIds, compareKeys, compareText, decodeKey, encodeKey, KEY_BYTES_MAX, mapKey } from './key.ts';

const uuid = (text: string): Value => ({ kind: 'uuid', text });
const keyword = (name: string): Value => ({ kind: 'keyword', name });
const int = (bits: 8 | 16 | 32, value: number): Value => ({ kind: 'int', bits, value });

/** In the order of keys. */
const SORTED: readonly Value[] = [
  -(2n ** 63n), -(2n ** 53n) - 1n, -(2n ** 53n), -256n, -1n, 0n, 1n, 255n, 256n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n,
  uuid('00000000-0000-0000-0000-000000000000'), uuid('00000000-0000-4000-8000-000000000001'), uuid('ffffffff-ffff-ffff-ffff-ffffffffffff'),
  '', '\0', '\0\0', '\0a', '\u0001', 'a', 'a\0', 'a\0b', 'a\u0001', 'aa', 'b',
  'prefix-of-15byt', 'prefix-of-15byt\0', 'prefix-of-15byta', 'prefix-of-15bytaa', 'prefix-of-15bytab', 'prefix-of-15bytb',
  'é', '\ud7ff', '\ue000', '\uffff', '😀', '\udbff\udfff',
  keyword(''), keyword('a'), keyword('a/b'), keyword('b'),
];

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\u0001', 'é', '\uffff', '😀'), maxLength: 20 }));
const anyId: fc.Arbitrary<Value> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -3n, max: 3n }), text, text.map(keyword), fc.uuid().map(uuid),
  fc.integer({ min: -128, max: 127 }).map((value) => int(8, value)), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => int(32, value)),
);

describe('keys', () => {
  test('sort as the list that was written in order', () => {
    for (const [i, a] of SORTED.entries()) {
      for (const [j, b] of SORTED.entries()) {
        expect([a, b, Math.sign(compareKeys(encodeKey(a), encodeKey(b)))]).toEqual([a, b, Math.sign(i - j)]);
        expect([a, b, Math.sign(compareIds(a, b))]).toEqual([a, b, Math.sign(i - j)]);
      }
    }
  });

  test('encoded bytes, ids and map keys agree on order and equality', () => {
    fc.assert(fc.property(anyId, anyId, (a, b) => {
      const order = Math.sign(compareKeys(encodeKey(a), encodeKey(b)));
      expect(Math.sign(compareIds(a, b))).toBe(order);
      expect(mapKey(a) === mapKey(b)).toBe(order === 0);
    }), { numRuns: 5000 });
  });

  test('decode to the id they were made from, integers as int64', () => {
    fc.assert(fc.property(anyId, (id) => {
      const decoded = decodeKey(encodeKey(id));
      expect(compareIds(decoded, id)).toBe(0);
      if (typeof id === 'string') expect(decoded).toBe(id);
    }), { numRuns: 2000 });
  });

  test('are the same for every width of an integer', () => {
    expect(encodeKey(int(8, -5))).toEqual(encodeKey(-5n));
    expect(mapKey(int(16, -5))).toBe(mapKey(-5n));
    expect(mapKey(int(32, 0))).toBe(mapKey(0n));
  });

  test('keep text, keywords and UUIDs of the same characters apart', () => {
    const same = '00000000-0000-4000-8000-000000000001';
    expect(new Set([mapKey(same), mapKey(uuid(same)), mapKey(keyword(same)), mapKey(`\0u${same}`), mapKey(`\0k${same}`)]).size).toBe(5);
  });

  test('compare text by UTF-8, not by UTF-16', () => {
    expect(compareText('\uffff', '😀')).toBeLessThan(0);
    expect(compareText('😀', '\uffff')).toBeGreaterThan(0);
    expect(compareText('a😀', 'a😁')).toBeLessThan(0);
  });

  test('refuse other types, NULL and what is too long', () => {
    expect(() => { checkId(1.5); }).toThrow(/^Invalid ID type: /);
    expect(() => { checkId({ kind: 'date', days: 1 }); }).toThrow(/^Invalid ID type: /);
    expect(() => { checkId([1n]); }).toThrow(/^Invalid ID type: /);
    expect(() => { checkId(null); }).toThrow('missing _id: every row needs one');
    expect(() => mapKey(true)).toThrow(/^Invalid ID type: /);
    checkId('x'.repeat(KEY_BYTES_MAX - 3));
    expect(() => { checkId('x'.repeat(KEY_BYTES_MAX - 2)); }).toThrow(/at most 4093 bytes, this one has 4094/);
    expect(() => { checkId('\0'.repeat(2047)); }).toThrow(/at most/);
    checkId('\0'.repeat(2046));
    checkId(keyword('k'));
  });
});
