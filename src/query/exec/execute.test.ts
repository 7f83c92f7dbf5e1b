import { describe, expect, test } from 'vitest';
import { BOOL, FLOAT64, INT64, notNull, nullable, TEXT } from '../../data/types/type.ts';
import type { PhysicalPlan } from '../plan/physical-plan.ts';
import { call, columnsOf, input, literal, MEMORY, runPlan, scanOf, testCatalog, testContext, testSource, valuesOf } from './test-support.ts';

const numbers = testSource('numbers', { columns: { _id: [1n, 2n, 3n, 4n, 5n], x: [10n, null, 30n, 20n, 10n], s: ['a', 'b', 'a', null, 'b'], f: [1.5, 2.5, null, -1, 0] }, chunkRows: 2 });
const catalog = testCatalog(numbers);
const run = (plan: PhysicalPlan) => runPlan(plan, testContext({ catalog }));
const INT = nullable(INT64);
const scan = (filter?: Parameters<typeof scanOf>[1]) => scanOf(numbers, filter);

describe('the path from a scan to rows', () => {
  test('a scan gives all columns of all rows', async () => {
    expect(await run(scan())).toEqual([[1n, 10n, 'a', 1.5], [2n, null, 'b', 2.5], [3n, 30n, 'a', null], [4n, 20n, null, -1], [5n, 10n, 'b', 0]]);
  });

  test('a filter passes only TRUE: neither FALSE nor NULL', async () => {
    expect((await run(scan(call('>', [input(1, INT), literal(10n)])))).map((row) => row[0])).toEqual([3n, 4n]);
    expect((await run(scan({ kind: 'not', arg: call('>', [input(1, INT), literal(10n)]), type: nullable(BOOL) }))).map((row) => row[0])).toEqual([1n, 5n]);
    expect((await run(scan(call('=', [input(2, nullable(TEXT)), literal('b')])))).map((row) => row[0])).toEqual([2n, 5n]);
    expect((await run(scan(call('<', [input(3, nullable(FLOAT64)), literal(1.5)])))).map((row) => row[0])).toEqual([4n, 5n]);
  });

  test('projection computes under the selection of the filter', async () => {
    const plan: PhysicalPlan = {
      kind: 'Project', columns: columnsOf(INT), expressions: [call('/', [literal(60n), input(1, INT)], INT)],
      input: { kind: 'Filter', columns: numbers.shape.columns.size === 4 ? columnsOf(INT, INT, nullable(TEXT), nullable(FLOAT64)) : [], input: scan(), predicate: call('<>', [input(1, INT), literal(30n)]) },
    };
    expect(await run(plan)).toEqual([[6n], [3n], [6n]]);
  });

  test('sorting puts NULLs where the key says and is stable', async () => {
    const sorted = (descending: boolean, nullsFirst: boolean): PhysicalPlan =>
      ({ kind: 'Sort', columns: scan().columns, input: scan(), keys: [{ expression: input(1, INT), descending, nullsFirst }] });
    expect((await run(sorted(false, false))).map((row) => row[0])).toEqual([1n, 5n, 4n, 3n, 2n]);
    expect((await run(sorted(true, true))).map((row) => row[0])).toEqual([2n, 3n, 4n, 1n, 5n]);
  });

  test('LIMIT and OFFSET count rows over batches', async () => {
    const plan = (limit: bigint | undefined, offset: bigint): PhysicalPlan =>
      ({ kind: 'Limit', columns: scan().columns, input: scan(), limit: limit === undefined ? undefined : literal(limit), offset: literal(offset) });
    expect((await run(plan(2n, 1n))).map((row) => row[0])).toEqual([2n, 3n]);
    expect((await run(plan(undefined, 3n))).map((row) => row[0])).toEqual([4n, 5n]);
    expect(await run(plan(0n, 0n))).toEqual([]);
    await expect(run(plan(-1n, 0n))).rejects.toMatchObject({ sqlState: '2201W' });
  });

  test('aggregates by group leave NULLs out and group them together', async () => {
    const plan: PhysicalPlan = {
      kind: 'HashAggregate', input: scan(), columns: columnsOf(nullable(TEXT), notNull(INT64), INT, INT), groupBy: [input(2, nullable(TEXT))],
      aggregates: ['count', 'sum', 'max'].map((name) => ({ name, args: [input(1, INT)], distinct: false, filter: undefined, orderBy: [], type: INT })),
    };
    expect(await run(plan)).toEqual([['a', 2n, 40n, 30n], ['b', 1n, 10n, 10n], [null, 1n, 20n, 20n]]);
  });

  test('aggregates without keys give one row for no rows', async () => {
    const plan: PhysicalPlan = {
      kind: 'HashAggregate', input: valuesOf([], [INT]), columns: columnsOf(INT, INT), groupBy: [],
      aggregates: ['count', 'sum'].map((name) => ({ name, args: [input(0, INT)], distinct: false, filter: undefined, orderBy: [], type: INT })),
    };
    expect(await run(plan)).toEqual([[0n, null]]);
  });

  test('an equi-join never joins NULLs', async () => {
    const right = valuesOf([[10n, 'ten'], [null, 'none'], [20n, 'twenty'], [10n, 'dix']], [INT, nullable(TEXT)]);
    const plan = (join: 'inner' | 'left' | 'semi' | 'anti'): PhysicalPlan =>
      ({ kind: 'HashJoin', join, left: scan(), right, leftKeys: [input(1, INT)], rightKeys: [input(0, INT)], residual: undefined, columns: [] });
    expect((await run(plan('inner'))).map((row) => [row[0], row[5]])).toEqual([[1n, 'ten'], [1n, 'dix'], [4n, 'twenty'], [5n, 'ten'], [5n, 'dix']]);
    expect((await run(plan('left'))).map((row) => [row[0], row[5]])).toEqual([[1n, 'ten'], [1n, 'dix'], [2n, null], [3n, null], [4n, 'twenty'], [5n, 'ten'], [5n, 'dix']]);
    expect((await run(plan('semi'))).map((row) => row[0])).toEqual([1n, 4n, 5n]);
    expect((await run(plan('anti'))).map((row) => row[0])).toEqual([2n, 3n]);
  });

  test('all kernel memory is given back, also when the reader stops early', async () => {
    expect(MEMORY.blocksFree).toBe(MEMORY.blocks);
  });
});
