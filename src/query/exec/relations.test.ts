import { describe, expect, test } from 'vitest';
import { MICROS_MAX, MICROS_MIN, type ScanRequest } from '../../catalog/table-source.ts';
import { INT64, notNull, nullable, TEXT } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { BoundExpression } from '../plan/expression.ts';
import type { PhysicalPeriod, PhysicalPlan } from '../plan/physical-plan.ts';
import { call, columnsOf, input, literal, runPlan, scanOf, testCatalog, testContext, testSource, valuesOf } from './test-support.ts';

const INT = nullable(INT64);
const TEXTS = nullable(TEXT);
const LIST = nullable({ kind: 'list', element: INT });
const plusOne = (plan: PhysicalPlan): PhysicalPlan => ({ kind: 'Project', input: plan, columns: columnsOf(INT), expressions: [call('+', [input(0, INT), literal(1n)], INT)] });
const below = (plan: PhysicalPlan, bound: bigint): PhysicalPlan => ({ kind: 'Filter', input: plan, columns: plan.columns, predicate: call('<', [input(0, INT), literal(bound)]) });
const reference: PhysicalPlan = { kind: 'WithReference', id: 1, columns: columnsOf(INT) };

describe('WITH', () => {
  test('is evaluated once for all its references', async () => {
    const requests: ScanRequest[] = [];
    const source = testSource('t', { columns: { a: [1n, 2n] } }, requests);
    const body: PhysicalPlan = { kind: 'UnionAll', left: reference, right: reference, columns: columnsOf(INT) };
    const plan: PhysicalPlan = { kind: 'With', id: 1, definition: scanOf(source), body, columns: columnsOf(INT) };
    expect(await runPlan(plan, testContext({ catalog: testCatalog(source) }))).toEqual([[1n], [2n], [1n], [2n]]);
    expect(requests).toHaveLength(1);
  });

  test('RECURSIVE runs its step on the rows of the step before', async () => {
    const plan: PhysicalPlan = { kind: 'Recursive', id: 1, all: true, anchor: valuesOf([[1n]], [INT]), step: plusOne(below(reference, 5n)), columns: columnsOf(INT) };
    expect(await runPlan(plan)).toEqual([[1n], [2n], [3n], [4n], [5n]]);
  });

  test('RECURSIVE with UNION ends when nothing is new', async () => {
    const step: PhysicalPlan = { kind: 'Project', input: reference, columns: columnsOf(INT), expressions: [call('%', [call('+', [input(0, INT), literal(2n)], INT), literal(5n)], INT)] };
    const plan: PhysicalPlan = { kind: 'Recursive', id: 1, all: false, anchor: valuesOf([[0n], [0n]], [INT]), step, columns: columnsOf(INT) };
    expect(await runPlan(plan)).toEqual([[0n], [2n], [4n], [1n], [3n]]);
  });
});

describe('lists and rows', () => {
  const lists = valuesOf([[1n, [10n, 11n]], [2n, []], [3n, null], [4n, [null]]], [INT, LIST]);
  const unnest = (outer: boolean, ordinality = true): PhysicalPlan => ({ kind: 'Unnest', input: lists, lists: [input(1, LIST)], ordinality, outer, columns: columnsOf(INT, LIST, INT, INT) });
  const at = (rows: Value[][], ...columns: number[]): Value[][] => rows.map((row) => columns.map((column) => row[column] as Value));

  test('UNNEST gives a row an item, numbered from 1; NULL gives none', async () => {
    expect(at(await runPlan(unnest(false)), 0, 2, 3)).toEqual([[1n, 10n, 1n], [1n, 11n, 2n], [4n, null, 1n]]);
    expect(at(await runPlan(unnest(true)), 0, 2, 3)).toEqual([[1n, 10n, 1n], [1n, 11n, 2n], [2n, null, null], [3n, null, null], [4n, null, 1n]]);
  });

  test('UNNEST of several lists goes in step, NULLs behind the end of the shorter', async () => {
    const pairs = valuesOf([[1n, [10n, 11n], [20n]], [2n, [], null], [3n, null, [21n, 22n]]], [INT, LIST, LIST]);
    const beside = (outer: boolean): PhysicalPlan => ({ kind: 'Unnest', input: pairs, lists: [input(1, LIST), input(2, LIST)], ordinality: true, outer, columns: columnsOf(INT, LIST, LIST, INT, INT, INT) });
    const rows = [[1n, 10n, 20n, 1n], [1n, 11n, null, 2n], [3n, null, 21n, 1n], [3n, null, 22n, 2n]];
    expect(at(await runPlan(beside(false)), 0, 3, 4, 5)).toEqual(rows);
    expect(at(await runPlan(beside(true)), 0, 3, 4, 5)).toEqual([...rows.slice(0, 2), [2n, null, null, null], ...rows.slice(2)]);
  });

  test('UNNEST of a list longer than a batch', async () => {
    const long = valuesOf([[1n, Array.from({ length: 10_000 }, (_, index) => BigInt(index))], [2n, [7n]]], [INT, LIST]);
    const rows = await runPlan({ kind: 'Unnest', input: long, lists: [input(1, LIST)], ordinality: true, outer: false, columns: columnsOf(INT, LIST, INT, INT) });
    expect(rows).toHaveLength(10_001);
    expect(at(rows.slice(-2), 0, 2, 3)).toEqual([[1n, 9999n, 10_000n], [2n, 7n, 1n]]);
  });

  test('a series stops at its end, with or without it', async () => {
    const series = (from: bigint, to: bigint | null, step: bigint | undefined, inclusive: boolean): PhysicalPlan =>
      ({ kind: 'Series', input: valuesOf([[]], []), from: literal(from), to: literal(to), step: step === undefined ? undefined : literal(step), inclusive, ordinality: false, columns: columnsOf(INT) });
    expect(await runPlan(series(1n, 3n, undefined, true))).toEqual([[1n], [2n], [3n]]);
    expect(await runPlan(series(1n, 3n, undefined, false))).toEqual([[1n], [2n]]);
    expect(await runPlan(series(5n, 1n, -2n, true))).toEqual([[5n], [3n], [1n]]);
    expect(await runPlan(series(1n, null, undefined, true))).toEqual([]);
    await expect(runPlan(series(1n, 3n, 0n, true))).rejects.toMatchObject({ sqlState: '22023' });
  });

  test('NEST makes one value of all rows', async () => {
    const rows = (count: number) => valuesOf([[1n, 'a'], [2n, 'b']].slice(0, count), [INT, TEXTS]);
    const nest = (form: 'array' | 'nest-one' | 'nest-many', count: number): PhysicalPlan => ({ kind: 'Nest', form, input: rows(count), columns: columnsOf(INT) });
    const struct = (c0: Value, c1: Value): Value => new Map([['c0', c0], ['c1', c1]]);
    expect(await runPlan(nest('array', 2))).toEqual([[[1n, 2n]]]);
    expect(await runPlan(nest('array', 0))).toEqual([[[]]]);
    expect(await runPlan(nest('nest-many', 2))).toEqual([[[struct(1n, 'a'), struct(2n, 'b')]]]);
    expect(await runPlan(nest('nest-many', 0))).toEqual([[null]]);
    expect(await runPlan(nest('nest-one', 1))).toEqual([[struct(1n, 'a')]]);
    expect(await runPlan(nest('nest-one', 0))).toEqual([[null]]);
    await expect(runPlan(nest('nest-one', 2))).rejects.toMatchObject({ sqlState: '21000' });
  });
});

describe('the periods of a scan', () => {
  const instant = (micros: bigint | null): BoundExpression => literal(micros === null ? null : { kind: 'timestamptz', unit: 'us', value: micros, zone: 'UTC' });
  const NOW = 1_600_000_000_000_000n;

  async function request(valid: PhysicalPeriod | undefined, system?: PhysicalPeriod): Promise<ScanRequest | undefined> {
    const requests: ScanRequest[] = [];
    const source = testSource('t', { columns: { a: [1n] } }, requests);
    await runPlan({ ...scanOf(source), valid, system } as PhysicalPlan, testContext({ catalog: testCatalog(source), basis: { validMicros: NOW, systemMicros: NOW + 5n } }));
    return requests[0];
  }

  test.each<[string, PhysicalPeriod | undefined, { from: bigint; to: bigint }]>([
    ['no clause is as of the basis', undefined, { from: NOW, to: NOW + 1n }],
    ['AS OF x is the microsecond x', { kind: 'as-of', at: instant(7n) }, { from: 7n, to: 8n }],
    ['AS OF NULL is as of the basis', { kind: 'as-of', at: instant(null) }, { from: NOW, to: NOW + 1n }],
    ['FROM x TO y leaves y out', { kind: 'from-to', from: instant(3n), to: instant(9n) }, { from: 3n, to: 9n }],
    ['BETWEEN x AND y has y in', { kind: 'between', from: instant(3n), to: instant(9n) }, { from: 3n, to: 10n }],
    ['a NULL bound is no bound', { kind: 'between', from: instant(null), to: instant(null) }, { from: MICROS_MIN, to: MICROS_MAX }],
    ['ALL is everything', { kind: 'all' }, { from: MICROS_MIN, to: MICROS_MAX }],
  ])('%s', async (_, period, expected) => {
    expect((await request(period))?.valid).toEqual(expected);
  });

  test('system time ends at the snapshot', async () => {
    expect((await request(undefined))?.system).toEqual({ from: NOW + 5n, to: NOW + 6n });
    expect((await request(undefined, { kind: 'all' }))?.system).toEqual({ from: MICROS_MIN, to: NOW + 6n });
    expect((await request(undefined, { kind: 'as-of', at: instant(NOW + 100n) }))?.system).toEqual({ from: NOW + 5n, to: NOW + 6n });
  });

  test('a period that ends before it begins has no rows', async () => {
    expect(await request({ kind: 'from-to', from: instant(9n), to: instant(3n) })).toBeUndefined();
  });

  test('a limit crosses where every row counts', async () => {
    const requests: ScanRequest[] = [];
    const source = testSource('t', { columns: { a: [1n, 2n, 3n] } }, requests);
    const limited = (input: PhysicalPlan): PhysicalPlan => ({ kind: 'Limit', input, limit: literal(1n), offset: literal(1n), columns: columnsOf(INT) });
    for (const plan of [plusOne(scanOf(source)), plusOne(below(scanOf(source), 9n)), scanOf(source, call('<', [input(0, INT), literal(9n)]))]) {
      expect(await runPlan(limited(plan), testContext({ catalog: testCatalog(source) }))).toHaveLength(1);
    }
    expect(requests.map((request) => request.limit)).toEqual([2, undefined, undefined]);
  });

  test('bounds cross with their values, without those that are NULL', async () => {
    const requests: ScanRequest[] = [];
    const source = testSource('t', { columns: { a: [1n, 2n] } }, requests);
    const filter = call('=', [input(0, notNull(INT64)), { kind: 'parameter', index: 0, type: INT }]);
    const plan = { ...scanOf(source, filter), bounds: [{ column: 'a', op: '=', values: [{ kind: 'parameter', index: 0, type: INT }] }, { column: 'a', op: 'in', values: [literal(2n), literal(null)] }, { column: 'a', op: '<', values: [literal(null)] }] } as PhysicalPlan;
    expect(await runPlan(plan, testContext({ catalog: testCatalog(source), parameters: [2n] }))).toEqual([[2n]]);
    expect(requests[0]?.bounds).toEqual([{ column: 'a', op: '=', value: 2n }, { column: 'a', op: 'in', values: [2n] }]);
  });
});
