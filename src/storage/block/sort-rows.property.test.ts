import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '../../data/types/value.ts';
import { compareIds } from '../key.ts';
import { sortRows } from './sort-rows.ts';

const ids: Record<string, fc.Arbitrary<Value>> = {
  integers: fc.oneof(fc.bigInt({ min: -5n, max: 5n }), fc.bigInt({ min: 2n ** 62n, max: 2n ** 62n + 3n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.integer({ min: -9, max: 9 }).map((value) => ({ kind: 'int' as const, bits: 32 as const, value }))),
  texts: fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: fc.constantFrom('a', '\0', '\u007f', '\u0080', 'é', '\uffff', '😀'), maxLength: 9 })),
  keywords: fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 9 }).map((name) => ({ kind: 'keyword' as const, name })),
  uuids: fc.uuid().map((text) => ({ kind: 'uuid' as const, text })),
};
const { integers, texts, keywords, uuids } = ids as Record<'integers' | 'texts' | 'keywords' | 'uuids', fc.Arbitrary<Value>>;

test.each([['integers', integers], ['texts', texts], ['keywords', keywords], ['UUIDs', uuids], ['all kinds', fc.oneof(integers, texts, keywords, uuids)]] as const)('%s are sorted by key, newest first', (_, id) => {
  fc.assert(fc.property(fc.array(id, { maxLength: 60 }), (values) => {
    const expected = values.map((__, row) => row).sort((a, b) => compareIds(values[a] as Value, values[b] as Value) || b - a);
    expect([...sortRows(values)]).toEqual(expected);
  }), { numRuns: 300 });
});

test('ids that come in order stay as they are', () => {
  expect([...sortRows(Array.from({ length: 1000 }, (_, i) => BigInt(i)))]).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

test('more rows than 16 bits count, with keys that agree in what is packed', () => {
  const values = Array.from({ length: 70_000 }, (_, i): Value => (i % 2 === 0 ? `customer-${(i * 7919) % 70_000}` : `customer-x/${(i * 7919) % 35_000}`));
  const expected = values.map((_, row) => row).sort((a, b) => compareIds(values[a] as Value, values[b] as Value) || b - a);
  expect(sortRows(values)).toEqual(Int32Array.from(expected));
});
