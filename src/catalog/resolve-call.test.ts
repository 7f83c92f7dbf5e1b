import { describe, expect, test } from 'vitest';
import { BOOL, FLOAT64, INT64, notNull, NULL_TYPE, nullable, TEXT } from '../data/types/type.ts';
import type { ColumnType } from '../data/types/type.ts';
import type { FunctionDefinition } from './function.ts';
import { lookupScalar, resolveCall } from './registry.ts';
import { TEST_CONTEXT } from './test-context.ts';

const scalar = (name: string): FunctionDefinition => {
  const definition = lookupScalar(name);
  if (definition === undefined) throw new Error(`no function ${name}`);
  return definition;
};
const union: ColumnType = { legs: [INT64, FLOAT64, TEXT], nullable: true };

describe('a call over columns of one type', () => {
  test('has one overload, and its kernel', () => {
    expect(resolveCall(scalar('+'), [notNull(INT64), notNull(INT64)]).single?.kernel).toBe('add_i64');
  });
  test('is nullable as its arguments are, and NULL for a NULL', () => {
    const call = resolveCall(scalar('+'), [nullable(INT64), notNull(INT64)]);
    expect(call.result).toEqual(nullable(INT64));
    expect(call.call(TEST_CONTEXT, null, 1n)).toBeNull();
  });
  test('with NULL alone is NULL whatever the others are', () => {
    expect(resolveCall(scalar('+'), [NULL_TYPE, notNull(TEXT)]).result).toEqual(NULL_TYPE);
  });
  test('that takes no such types is refused with their names', () => {
    expect(() => resolveCall(scalar('+'), [notNull(INT64), notNull(TEXT)])).toThrow('+ not applicable to types i64 and utf8');
    expect(() => resolveCall(scalar('upper'), [notNull(INT64)])).toThrow('upper not applicable to types i64');
    expect(() => resolveCall(scalar('replace'), [notNull(BOOL), notNull(TEXT), notNull(TEXT)])).toThrow('replace not applicable to types bool, utf8 and utf8');
  });
  test('with a wrong number of arguments is refused', () => {
    expect(() => resolveCall(scalar('abs'), [])).toThrow('Function abs arity mismatch: expected 1, got 0');
    expect(() => resolveCall(scalar('round'), [NULL_TYPE, NULL_TYPE, NULL_TYPE])).toThrow('expected 1-2, got 3');
    expect(() => resolveCall(scalar('greatest'), [])).toThrow('expected at least 1, got 0');
  });
});

describe('a call that was resolved before', () => {
  test('is resolved to the same', () => {
    expect(resolveCall(scalar('+'), [notNull(INT64), nullable(INT64)])).toBe(resolveCall(scalar('+'), [notNull(INT64), nullable(INT64)], [], 'Europe/Paris'));
  });
  test('is another one where another argument may be NULL, and is NULL for that', () => {
    const results = [[notNull(INT64), notNull(INT64)], [nullable(INT64), notNull(INT64)], [notNull(INT64), nullable(INT64)]].map((types) => resolveCall(scalar('is_distinct_from'), types));
    expect(new Set(results).size).toBe(3);
    expect(resolveCall(scalar('+'), [notNull(INT64), notNull(INT64)]).result.nullable).toBe(false);
    expect(resolveCall(scalar('+'), [notNull(INT64), nullable(INT64)]).call(TEST_CONTEXT, 1n, null)).toBeNull();
  });
  test('is resolved for the value of a literal each time', () => {
    const types = [notNull(TEXT), notNull(TEXT)] as const;
    const open = resolveCall(scalar('='), types);
    expect(resolveCall(scalar('='), types, [undefined, 'upper'])).not.toBe(open);
    expect(resolveCall(scalar('='), types)).toBe(open);
  });
  test('is another one for types that have more to them than their kind', () => {
    const sumOf = (scale: number): ColumnType => resolveCall(scalar('+'), [notNull({ kind: 'decimal', precision: 10, scale }), notNull(INT64)]).result;
    expect([sumOf(2), sumOf(3)]).toMatchObject([{ legs: [{ scale: 2 }] }, { legs: [{ scale: 3 }] }]);
    const bits = [8, 16, 32, 64] as const;
    const sums = bits.map((width) => resolveCall(scalar('+'), [notNull({ kind: 'int', bits: width }), notNull({ kind: 'int', bits: width })]).result.legs[0]);
    expect(sums).toMatchObject(bits.map((width) => ({ kind: 'int', bits: width })));
  });
  test('of the time is resolved for the zone', () => {
    const zoneOf = (zone: string): unknown => resolveCall(scalar('current_timestamp'), [], [], zone).result.legs[0];
    expect([zoneOf('UTC'), zoneOf('Europe/Paris')]).toMatchObject([{ zone: 'UTC' }, { zone: 'Europe/Paris' }]);
  });
});

describe('a call over a union', () => {
  const call = resolveCall(scalar('+'), [union, notNull(INT64)]);
  test('is of all the types that its overloads give', () => { expect(call.result).toEqual({ legs: [INT64, FLOAT64], nullable: true }); });
  test('runs for each row the overload of its values', () => {
    expect(call.call(TEST_CONTEXT, 1n, 2n)).toBe(3n);
    expect(call.call(TEST_CONTEXT, 1.5, 2n)).toBe(3.5);
    expect(call.call(TEST_CONTEXT, null, 2n)).toBeNull();
  });
  test('raises only for a row that no overload takes', () => {
    expect(call.mayRaise).toBe(true);
    expect(() => call.call(TEST_CONTEXT, 'a', 2n)).toThrow('+ not applicable to types utf8 and i64');
  });
  test('finds an overload for a value of a type that was not announced', () => {
    expect(call.call(TEST_CONTEXT, { kind: 'int', bits: 16, value: 4 }, 2n)).toBe(6n);
  });
  test('raises the function\'s own error only for a row of the type that it refuses', () => {
    const joined = resolveCall(scalar('||'), [union, notNull(TEXT)]);
    expect(joined.call(TEST_CONTEXT, 'a', 'b')).toBe('ab');
    expect(() => joined.call(TEST_CONTEXT, 1n, 'b')).toThrow('must be of the same type');
    expect(joined.mayRaise).toBe(true);
    expect(() => resolveCall(scalar('||'), [{ legs: [INT64, FLOAT64], nullable: true }, notNull(TEXT)])).toThrow('must be of the same type');
  });
  test('of too many combinations is refused instead of being tried', () => {
    expect(() => resolveCall(scalar('greatest'), new Array<ColumnType>(9).fill(union))).toThrow(/overloads for arguments of so many types/);
  });
});

test('equality of unrelated types is FALSE, order between them is refused', () => {
  expect(resolveCall(scalar('='), [notNull(INT64), notNull(TEXT)]).call(TEST_CONTEXT, 1n, '1')).toBe(false);
  expect(() => resolveCall(scalar('<'), [notNull(INT64), notNull(TEXT)])).toThrow('< not applicable to types i64 and utf8');
});

test('a function of any types is resolved once, however many arguments there are', () => {
  const call = resolveCall(scalar('concat'), new Array<ColumnType>(40).fill(union));
  expect(call.call(TEST_CONTEXT, 'a', null, 1n, 1.5)).toBe('a11.5');
});
