import { describe, expect, test } from 'vitest';
import { columnTypeOfValue, joinAll, typeOfValue } from '../../data/types/column-type.ts';
import { FLOAT64, INT32, nullable } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { lookupAggregate } from '../registry.ts';
import { TEST_CONTEXT } from '../test-context.ts';

/** The aggregate over rows of arguments. */
function over(name: string, rows: readonly (readonly Value[])[], types?: readonly ColumnType[]): { readonly value: Value; readonly type: ColumnType } {
  const definition = lookupAggregate(name);
  if (definition === undefined) throw new Error(`no aggregate ${name}`);
  const width = rows[0]?.length ?? types?.length ?? 0;
  const argumentTypes = types ?? Array.from({ length: width }, (_, at) => joinAll(rows.map((row) => columnTypeOfValue(row[at] as Value))));
  const overload = definition.resolve(argumentTypes, argumentTypes.map(() => undefined));
  const accumulator = overload.create(TEST_CONTEXT);
  for (const row of rows) accumulator.add(...row);
  return { value: accumulator.result(), type: overload.result };
}
const of = (name: string, ...values: Value[]): Value => over(name, values.map((value) => [value])).value;
const int32 = (value: number): Value => ({ kind: 'int', bits: 32, value });

test('COUNT counts rows, or values that are not NULL', () => {
  expect(over('count', [[], []]).value).toBe(2n);
  expect(of('count', 1n, null, 'a')).toBe(2n);
  expect(over('count', [], []).value).toBe(0n);
});

describe('SUM', () => {
  test('stays in the type of the column', () => {
    expect(over('sum', [[int32(1)], [int32(2)]])).toEqual({ value: int32(3), type: nullable(INT32) });
    expect(() => of('sum', int32(2 ** 31 - 1), int32(1))).toThrow('overflow');
    expect(() => of('sum', 2n ** 63n - 1n, 1n)).toThrow('overflow');
  });
  test('of a union is in the least type that holds all of it', () => {
    expect(over('sum', [[1n], [1.5], [null]])).toEqual({ value: 2.5, type: nullable(FLOAT64) });
    expect(over('sum', [[1n], [{ kind: 'decimal', unscaled: 150n, scale: 2, precision: 10 }]]).value).toMatchObject({ unscaled: 250n, scale: 2 });
  });
  test('of decimals is of the class of digits that holds them', () => {
    const { value, type } = over('sum', [[{ kind: 'decimal', unscaled: 150n, scale: 2, precision: 10 }]]);
    expect(type).toEqual(nullable(typeOfValue(value as Exclude<Value, null>)));
  });
  test('without values is NULL', () => { expect(of('sum', null)).toBeNull(); });
  test('of what has no sum is refused', () => { expect(() => of('sum', 'a')).toThrow('Cannot compute SUM over type :utf8'); });
});

test('AVG is a double, of durations a duration', () => {
  expect(of('avg', 1n, 2n, null)).toBe(1.5);
  expect(of('avg', { kind: 'decimal', unscaled: 15n, scale: 1, precision: 10 })).toBe(1.5);
  expect(of('avg', { kind: 'duration', unit: 'us', value: 2n }, { kind: 'duration', unit: 'us', value: 4n })).toEqual({ kind: 'duration', unit: 'us', value: 3n });
});

describe('MIN and MAX', () => {
  test('compare numbers of any width and show the winner in the type that holds all', () => {
    expect(of('max', 1n, 2.5, int32(2))).toBe(2.5);
    expect(over('min', [[1n], [2.5], [int32(0)]])).toEqual({ value: 0, type: nullable(FLOAT64) });
    expect(of('min', 1n, int32(0))).toBe(0n);
    expect(of('max', 'a', null, 'b')).toBe('b');
  });
  test('refuse what has no order, and mixtures', () => {
    expect(() => of('min', true)).toThrow('Unsupported type in min/max aggregate: :bool');
    expect(() => of('max', 1n, 'a')).toThrow('Incomparable types in min/max aggregate');
  });
});

test('variances and deviations', () => {
  const values = [2n, 4n, 4n, 4n, 5n, 5n, 7n, 9n];
  expect(of('var_pop', ...values)).toBe(4);
  expect(of('stddev_pop', ...values)).toBe(2);
  expect(of('var_samp', ...values)).toBeCloseTo(32 / 7, 12);
  expect(of('stddev_samp', 1n)).toBeNull();
});

describe('percentiles', () => {
  const rows = (fraction: number, ...values: Value[]): Value[][] => values.map((value) => [fraction, value]);
  test('interpolate, or take a value that is there', () => {
    expect(over('percentile_cont', rows(0.5, 1n, 2n, 4n, 10n)).value).toBe(3);
    expect(over('percentile_disc', rows(0.5, 1n, 2n, 4n, 10n)).value).toBe(2n);
    expect(over('percentile_disc', rows(0, 1n, 2n)).value).toBe(1n);
    expect(over('percentile_cont', rows(1, 1n, null)).value).toBe(1);
  });
  test('of a fraction outside of 0 to 1 are refused', () => { expect(() => over('percentile_cont', rows(1.5, 1n))).toThrow('between 0 and 1'); });
});

test('ARRAY_AGG keeps NULLs, and is NULL without rows', () => {
  expect(of('array_agg', 1n, null)).toEqual([1n, null]);
  expect(over('array_agg', [], [nullable(INT32)]).value).toBeNull();
});

test('STRING_AGG leaves NULLs out', () => {
  expect(over('string_agg', [['a', ', '], [null, ', '], ['b', ', ']]).value).toBe('a, b');
  expect(over('string_agg', [[1n, null], [2n, null]]).value).toBe('12');
});

test('BOOL_AND and BOOL_OR leave NULLs out', () => {
  expect(of('bool_and', true, null)).toBe(true);
  expect(of('every', true, false)).toBe(false);
  expect(of('bool_or', null, false)).toBe(false);
  expect(of('bool_or', null)).toBeNull();
});
