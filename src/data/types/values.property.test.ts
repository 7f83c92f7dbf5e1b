/** Values of every kind against the laws of their order, keys, casts and texts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveCast } from './cast.ts';
import type { CastContext } from './cast.ts';
import { familyKey, familyKeyOfValue, typeOfValue } from './column-type.ts';
import { compareText, compareValues } from './compare.ts';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { equalForGrouping, equalSql } from './equality.ts';
import { formatDouble, formatFloat32, formatValue } from './format.ts';
import { compositeKey, joinKeyOf, keyOf } from './hash-key.ts';
import { parseJsonLd, toJsonLd } from './json-ld.ts';
import { parseJson } from './json-read.ts';
import { toJson } from './json.ts';
import { parseTransit, toTransit } from './transit.ts';
import { FLOAT32, FLOAT64, INT32, INT64, TEXT } from './type.ts';
import type { Type } from './type.ts';
import type { Value } from './value.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
/** Small numbers collide often, edges break things. */
const mixedInt64 = fc.oneof(fc.bigInt({ min: -3n, max: 3n }), int64, fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n));
const mixedDouble = fc.oneof(fc.constantFrom(0, -0, 1, 0.5, 0.1, 2 ** 53, 2 ** 63, Number.NaN, Infinity, -Infinity), fc.double());
const smallInt = fc.oneof(
  fc.record({ kind: fc.constant('int' as const), bits: fc.constant(8 as const), value: fc.integer({ min: -128, max: 127 }) }),
  fc.record({ kind: fc.constant('int' as const), bits: fc.constant(32 as const), value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) }),
);
const decimal = fc.record({
  kind: fc.constant('decimal' as const), unscaled: fc.oneof(fc.bigInt({ min: -20n, max: 20n }), fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })),
  scale: fc.integer({ min: 0, max: 9 }), precision: fc.constant(32),
});
const number: fc.Arbitrary<Value> = fc.oneof(mixedInt64, mixedDouble, smallInt, decimal, mixedDouble.map((value) => ({ kind: 'float32' as const, value: Math.fround(value) })));

const micros = fc.oneof(fc.constantFrom(0n, 1n, 86_400_000_000n), fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }));
const time: fc.Arbitrary<Value> = fc.oneof(
  fc.record({ kind: fc.constant('date' as const), days: fc.oneof(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -100_000, max: 100_000 })) }),
  fc.record({ kind: fc.constant('time' as const), unit: fc.constant('us' as const), value: fc.bigInt({ min: 0n, max: 86_399_999_999n }) }),
  fc.record({ kind: fc.constant('timestamp' as const), unit: fc.constant('us' as const), value: micros }),
  fc.record({ kind: fc.constant('timestamptz' as const), unit: fc.constant('us' as const), value: micros, zone: fc.constantFrom('UTC', '+02:00') }),
  fc.record({ kind: fc.constant('duration' as const), unit: fc.constant('us' as const), value: micros }),
);
const text = fc.oneof(fc.constantFrom('', 'a', '\u0000', '\u0000n1', 'é', '\u{1f600}'), fc.string({ unit: 'binary', maxLength: 8 }));
const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 3, arbitrary: number }, text, fc.boolean(), fc.constant(null), time,
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Uint8Array.from(bytes)),
  fc.uuid().map((uuid) => ({ kind: 'uuid' as const, text: uuid })),
  fc.constantFrom('a', 'b/c').map((name) => ({ kind: 'keyword' as const, name })),
);

/** Any value, nested up to three levels. */
const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 }, scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')).map((fields) => new Map(Object.entries(fields))),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => ({ kind: 'set' as const, items })),
  ),
})).value;

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
  test('keeps dates, times, timestamps and durations of every unit', () => {
    const unit = fc.constantFrom('us', 'ns');
    const points = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
    const item: fc.Arbitrary<Exclude<Value, null>> = fc.oneof(
      fc.integer({ min: -200_000_000, max: 200_000_000 }).map((days) => ({ kind: 'date' as const, days })),
      unit.chain((of) => fc.bigInt({ min: 0n, max: (of === 'us' ? 86_400_000_000n : 86_400_000_000_000n) - 1n }).map((at) => ({ kind: 'time' as const, unit: of, value: at }))),
      fc.tuple(unit, points).map(([of, at]) => ({ kind: 'timestamp' as const, unit: of, value: at })),
      fc.tuple(unit, points).map(([of, at]) => ({ kind: 'duration' as const, unit: of, value: at })),
    );
    fc.assert(fc.property(item, (point) => { expect(throughText(point)).toEqual(point); }), { numRuns: 2000 });
  });
  test('keeps instants, whatever zone they are written in', () => {
    const item = fc.tuple(fc.constantFrom('UTC', '+02:00', '-09:30', 'Europe/London', 'America/New_York'), fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }));
    fc.assert(fc.property(item, ([zone, at]) => { expect(throughText({ kind: 'timestamptz', unit: 'us', value: at, zone })).toMatchObject({ kind: 'timestamptz', unit: 'us', value: at }); }), { numRuns: 2000 });
  });
  test('keeps the length of intervals of every form', () => {
    const days = fc.integer({ min: -1_000_000, max: 1_000_000 });
    const item = fc.tuple(days, days, fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map((micros) => micros * 1000n));
    fc.assert(fc.property(item, ([months, dayCount, nanos]) => {
      expect(throughText({ kind: 'interval', form: 'month-day-micro', months, days: dayCount, nanos })).toEqual({ kind: 'interval', form: 'month-day-micro', months, days: dayCount, nanos });
    }), { numRuns: 2000 });
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
