import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveCast } from './cast.ts';
import type { CastContext } from './cast.ts';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { formatDouble, formatFloat32, formatValue } from './format.ts';
import { parseJson } from './json-read.ts';
import { parseJsonLd, toJsonLd } from './json-ld.ts';
import { toJson } from './json.ts';
import { equalForGrouping } from './equality.ts';
import { parseTransit, toTransit } from './transit.ts';
import { typeOfValue } from './column-type.ts';
import { decimal, int64, value } from './test-values.ts';
import { FLOAT32, FLOAT64, INT32, INT64, TEXT } from './type.ts';
import type { Type } from './type.ts';
import type { Value } from './value.ts';

const CONTEXT: CastContext = { clockMicros: 0n, zone: 'UTC', tableOid: () => undefined, tableName: () => undefined };
const cast = (item: Exclude<Value, null>, type: Type): Value => {
  const found = resolveCast(typeOfValue(item), { type });
  if (found === undefined) throw new Error(`no cast to ${type.kind}`);
  return found.call(CONTEXT, item);
};
const throughText = (item: Exclude<Value, null>): Value => cast(cast(item, TEXT) as string, typeOfValue(item));

describe('a cast to text and back', () => {
  test('keeps every int64', () => { fc.assert(fc.property(int64, (item) => { expect(throughText(item)).toBe(item); })); });
  test('keeps every double', () => { fc.assert(fc.property(fc.double(), (item) => { expect(throughText(item)).toBe(item); }), { numRuns: 3000 }); });
  test('keeps every single', () => {
    fc.assert(fc.property(fc.float(), (item) => { expect(throughText({ kind: 'float32', value: item })).toEqual({ kind: 'float32', value: item }); }), { numRuns: 3000 });
  });
  test('keeps every decimal', () => { fc.assert(fc.property(decimal, (item) => { expect(throughText(item)).toEqual(item); })); });
  test('keeps uuids and bytes', () => {
    fc.assert(fc.property(fc.uuid(), (text) => { expect(throughText({ kind: 'uuid', text })).toEqual({ kind: 'uuid', text }); }));
    fc.assert(fc.property(fc.uint8Array(), (bytes) => { expect(throughText(Uint8Array.from(bytes))).toEqual(Uint8Array.from(bytes)); }));
  });
});

describe('a cast between numbers', () => {
  test('of integers is exact or refused', () => {
    fc.assert(fc.property(int64, (item) => {
      const fits = item >= -(2n ** 31n) && item < 2n ** 31n;
      if (fits) expect(cast(item, INT32)).toEqual({ kind: 'int', bits: 32, value: Number(item) });
      else expect(() => cast(item, INT32)).toThrow('Value out of range for int');
    }));
  });
  test('of a double to an integer cuts off the fraction', () => {
    fc.assert(fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (item) => { expect(cast(item, INT64)).toBe(BigInt(Math.trunc(item))); }));
  });
  test('of a single to a double and back is the identity', () => {
    fc.assert(fc.property(fc.float({ noNaN: true }), (item) => { expect(cast(cast({ kind: 'float32', value: item }, FLOAT64) as number, FLOAT32)).toEqual({ kind: 'float32', value: item }); }));
  });
});

test('the text of a decimal is that decimal', () => {
  fc.assert(fc.property(decimal, ({ unscaled, scale }) => { expect(parseDecimal(formatDecimal({ unscaled, scale }))).toEqual({ unscaled, scale }); }));
});

test('floats are written with the fewest digits and read back', () => {
  expect([1e308, 1.5, -0, 100, 1e7, 0.001, 0.0001, Number.NaN, -Infinity].map(formatDouble)).toEqual(['1.0E308', '1.5', '-0.0', '100.0', '1.0E7', '0.001', '1.0E-4', 'NaN', '-Infinity']);
  expect([Math.fround(0.1), 2 ** 31, 1.5, Math.fround(3.4e38)].map(formatFloat32)).toEqual(['0.1', '2.1474836E9', '1.5', '3.4E38']);
});

test('documents have the text of their parts, quoted', () => {
  const document: Value = new Map<string, Value>([['a', 1n], ['b', 'x'], ['c', ['y', null]]]);
  expect(formatValue(document)).toBe('{"a" 1, "b" "x", "c" ["y" nil]}');
});

describe('JSON', () => {
  test('is valid, and int64s in it are exact', () => {
    fc.assert(fc.property(value, (item) => { JSON.parse(toJson(item)); }), { numRuns: 1000 });
    fc.assert(fc.property(int64, (item) => { expect(parseJson(toJson(item))).toBe(item); }));
  });
  test('that JavaScript writes is read as JavaScript reads it, integers apart', () => {
    fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (item) => {
      const plain = (part: Value): unknown => (typeof part === 'bigint' ? Number(part) : Array.isArray(part) ? part.map((x) => plain(x as Value)) : part instanceof Map ? Object.fromEntries([...part].map(([name, x]) => [name, plain(x as Value)])) : part !== null && typeof part === 'object' && 'unscaled' in part ? Number(part.unscaled) : part);
      expect(plain(parseJson(JSON.stringify(item)))).toEqual(JSON.parse(JSON.stringify(item)));
    }), { numRuns: 500 });
  });
  test('keeps digits that no double has', () => {
    expect(parseJson('[9007199254740993, -9223372036854775808, 92233720368547758080]')).toEqual([9007199254740993n, -(2n ** 63n), { kind: 'decimal', unscaled: 92233720368547758080n, scale: 0, precision: 64 }]);
  });
  test.each(['', '{', '[1,]', '{"a":}', '01', '1 2', '"\u0001"', 'nul', '[1', '{"a" 1}', '"\\x"'])('that is none is refused: %j', (text) => {
    expect(() => parseJson(text)).toThrow(/Invalid JSON/);
  });
  test('that is nested too deeply is refused', () => { expect(() => parseJson('['.repeat(100_000))).toThrow('nested more than'); });
});

/** Singles become doubles, and small integers int64s, where a format has no name for them. */
const sameContent = (a: Value, b: Value): boolean => equalForGrouping(a, b);

test('a value written as JSON-LD is read back', () => {
  fc.assert(fc.property(value, (item) => { expect(sameContent(parseJsonLd(toJsonLd(item)), item)).toBe(true); }), { numRuns: 1500 });
});

test('a value written as transit is read back', () => {
  fc.assert(fc.property(value, (item) => { expect(sameContent(parseTransit(toTransit(item)), item)).toBe(true); }), { numRuns: 1500 });
});
