import { describe, expect, test } from 'vitest';
import { columnTypeOfValue } from '../../data/types/column-type.ts';
import { joinsByKey } from '../../data/types/hash-key.ts';
import { DATE, INSTANT, INT64, KEYWORD, notNull, TEXT } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { lookupScalar, resolveCall } from '../registry.ts';
import { TEST_CONTEXT } from '../test-context.ts';

function compare(a: Value, operator: string, b: Value): Value {
  const definition = lookupScalar(operator);
  if (definition === undefined) throw new Error(`no operator ${operator}`);
  return resolveCall(definition, [columnTypeOfValue(a), columnTypeOfValue(b)]).call(TEST_CONTEXT, a, b);
}
const decimal = (unscaled: bigint, scale: number): Value => ({ kind: 'decimal', unscaled, scale, precision: 32 });
const struct = (fields: Record<string, Value>): Value => new Map(Object.entries(fields));

describe('numbers', () => {
  test('are equal by value, whatever their type', () => {
    expect(compare(3n, '=', 3)).toBe(true);
    expect(compare({ kind: 'int', bits: 16, value: 3 }, '=', decimal(300n, 2))).toBe(true);
    expect(compare({ kind: 'float32', value: 1.5 }, '=', decimal(15n, 1))).toBe(true);
    expect(compare(0, '=', -0)).toBe(true);
  });
  test('compare exactly where doubles are not', () => {
    expect(compare(2n ** 53n + 1n, '=', 2 ** 53)).toBe(false);
    expect(compare(2n ** 53n + 1n, '>', 2 ** 53)).toBe(true);
  });
  test('are in no order with NaN', () => {
    for (const operator of ['=', '<', '<=', '>', '>=']) expect(compare(Number.NaN, operator, Number.NaN)).toBe(false);
    expect(compare(Number.NaN, '<>', 1n)).toBe(true);
  });
});

describe('lists and structs', () => {
  test('are equal item by item, unknown where a NULL decides', () => {
    expect(compare([1n, 2n], '=', [1n, 2])).toBe(true);
    expect(compare([1n], '=', [1n, 2n])).toBe(false);
    expect(compare([1n, null], '=', [1n, 2n])).toBeNull();
    expect(compare([1n, null], '=', [3n, 2n])).toBe(false);
    expect(compare(struct({ a: 1n }), '=', struct({ b: 1n }))).toBe(false);
    expect(compare(struct({ a: 1n, b: null }), '<>', struct({ a: 1n, b: 2n }))).toBeNull();
  });
  test('have no order', () => { expect(() => compare([1n], '<', [2n])).toThrow('< not applicable to types list and list'); });
});

test('keywords and URIs are equal to their text', () => {
  expect(compare({ kind: 'keyword', name: 'medusa' }, '=', 'medusa')).toBe(true);
  expect(compare('http://a', '<>', { kind: 'uri', text: 'http://b' })).toBe(true);
});

test('values of unrelated types are different', () => {
  expect(compare(1n, '=', 'a')).toBe(false);
  expect(compare(true, '<>', 1n)).toBe(true);
});

test('hash joins are only for types whose equality the keys tell', () => {
  expect(joinsByKey(notNull(INT64), notNull(TEXT))).toBe(true);
  expect(joinsByKey(notNull(DATE), notNull(INSTANT))).toBe(false);
  expect(joinsByKey(notNull(KEYWORD), notNull(TEXT))).toBe(false);
});
