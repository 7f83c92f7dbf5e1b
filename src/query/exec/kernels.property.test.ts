/** Whole plans with compiled kernels and without: the rows are the same. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadKernels } from '../../data/kernels/load-kernels.ts';
import { BOOL, FLOAT64, INT64, nullable, TEXT } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { iota } from '../../data/vector/batch.ts';
import { KernelMemory, Reservation, Scope } from '../../data/vector/kernel-memory.ts';
import { valuesVector } from '../../data/vector/vector.ts';
import type { BoundExpression } from '../plan/expression.ts';
import type { PhysicalAggregate, PhysicalPlan } from '../plan/physical-plan.ts';
import { KeyTable } from './key-table.ts';
import { call, columnsOf, input, literal, runPlan, scanOf, testCatalog, testContext, testSource } from './test-support.ts';

const INT = nullable(INT64);
const DOUBLE = nullable(FLOAT64);
const STRING = nullable(TEXT);
const withKernels = new KernelMemory({ blocks: 32, poison: true, rowsMin: 0 });
const withoutKernels = new KernelMemory({ blocks: 32, poison: true, rowsMin: 0, kernels: false });

const int64 = fc.oneof(fc.constantFrom<bigint>(0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n), fc.bigInt(-5n, 5n), fc.bigInt(-(2n ** 40n), 2n ** 40n));
const double = fc.oneof(fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 0.5), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const row = fc.tuple(fc.option(int64), fc.option(fc.bigInt(-3n, 3n)), fc.option(double), fc.option(fc.constantFrom('a', 'b', 'ab')));
/** Often enough rows that kernels are worth calling. */
const rows = fc.array(row, { minLength: 1, maxLength: 300, size: 'max' });

const X = input(0, INT);
const K = input(1, INT);
const D = input(2, DOUBLE);
const S = input(3, STRING);
const condition = (name: string, left: BoundExpression, right: BoundExpression): BoundExpression => call(name, [left, right], nullable(BOOL));
const aggregate = (name: string, args: readonly BoundExpression[], distinct = false): PhysicalAggregate => ({ name, args, distinct, filter: undefined, orderBy: [], type: INT });
const grouped = (plan: PhysicalPlan, groupBy: readonly BoundExpression[]): PhysicalPlan => {
  const aggregates = [
    aggregate('count', []), aggregate('count', [X]), aggregate('count', [S]), aggregate('avg', [X]), aggregate('min', [X]), aggregate('max', [X]),
    aggregate('sum', [D]), aggregate('avg', [D]), aggregate('min', [D]), aggregate('max', [D]), aggregate('count', [X], true), aggregate('sum', [K]),
  ];
  return { kind: 'HashAggregate', input: plan, groupBy, aggregates, columns: columnsOf(...groupBy.map(({ type }) => type), ...aggregates.map(() => INT)) };
};

const PLANS: Readonly<Record<string, (scan: (filter?: BoundExpression) => PhysicalPlan) => PhysicalPlan>> = {
  'a filter of two columns and constants': (scan) => scan({ kind: 'and', args: [condition('<', X, literal(100n)), condition('>=', D, literal(0)), condition('<>', X, K)], type: nullable(BOOL) }),
  'a filter by an integer beside doubles': (scan) => scan(condition('>', D, literal(0n))),
  'arithmetic that may overflow': (scan) => ({ kind: 'Project', input: scan(condition('>', X, literal(-5n))), expressions: [call('+', [X, K], INT), call('-', [literal(1n), K], INT), call('*', [X, D], DOUBLE), call('*', [X, K], INT)], columns: columnsOf(INT, INT, DOUBLE, INT) }),
  'aggregates of all rows': (scan) => grouped(scan(), []),
  'aggregates of selected rows by an integer': (scan) => grouped(scan(condition('<', X, literal(1n))), [K]),
  'aggregates by integer and text': (scan) => grouped(scan(), [K, S]),
  'distinct rows': (scan) => ({ kind: 'Distinct', input: { kind: 'Project', input: scan(), expressions: [X, K], columns: columnsOf(INT, INT) }, columns: columnsOf(INT, INT) }),
  'an inner join': (scan) => ({ kind: 'HashJoin', join: 'inner', left: scan(condition('>', D, literal(0))), right: { kind: 'Distinct', input: { kind: 'Project', input: scan(), expressions: [K], columns: columnsOf(INT) }, columns: columnsOf(INT) }, leftKeys: [X], rightKeys: [input(0, INT)], residual: undefined, columns: columnsOf(INT, INT, DOUBLE, STRING, INT) }),
};

test('there are kernels to compare with', () => {
  expect(loadKernels(withKernels), 'the kernels are not built: run npm run build').not.toBeNull();
  expect(loadKernels(withoutKernels)).toBeNull();
});

describe('a plan has the same rows with kernels and without', () => {
  test.each(Object.entries(PLANS))('%s', async (_, planOf) => {
    await fc.assert(fc.asyncProperty(rows, fc.constantFrom(7, 100, 4096), async (table, chunkRows) => {
      const columns = Object.fromEntries(['x', 'k', 'd', 's'].map((name, at) => [name, table.map((values) => values[at] as Value)]));
      const typed = testSource('t', { columns, chunkRows });
      const source = { ...typed, shape: { ...typed.shape, columns: new Map([['x', INT], ['k', INT], ['d', DOUBLE], ['s', STRING]]) } };
      const attempt = async (memory: KernelMemory): Promise<unknown> => {
        try { return await runPlan(planOf((filter) => scanOf(source, filter)), testContext({ catalog: testCatalog(source), memory })); } catch (error) { return (error as Error).message; }
      };
      expect(await attempt(withKernels)).toEqual(await attempt(withoutKernels));
    }), { numRuns: 40 });
    expect(withKernels.blocksFree).toBe(withKernels.blocks);
  });
});

describe('a key table', () => {
  const keys = fc.array(fc.tuple(fc.option(fc.bigInt(-(2n ** 34n), 2n ** 34n)), fc.option(fc.bigInt(0n, 3n))), { maxLength: 200 });

  test('gives the same numbers from kernels, also when it runs out of kernel memory on the way', () => {
    const memory = new KernelMemory({ blocks: 16, poison: true, rowsMin: 0 });
    fc.assert(fc.property(fc.constantFrom(2, 4, 16), keys, fc.bigInt(0n, 2n ** 50n), fc.constantFrom('grouping' as const, 'joining' as const), (blocksMax, given, start, equality) => {
      const scope = new Scope(new Reservation(memory, blocksMax));
      const tables = [new KeyTable([INT, INT], equality, undefined, scope), new KeyTable([INT, INT], equality)];
      const many = Array.from({ length: 3000 }, (_, at) => [start + BigInt(at) * 7n, BigInt(at % 5)] as const);
      for (const batch of [given, many, given, many.slice(0, 700), given]) {
        const vectors = [valuesVector(batch.map(([a]) => a)), valuesVector(batch.map(([, b]) => b))];
        const [fast, plain] = tables.map((table) => table.assign(vectors, iota(batch.length)));
        expect(fast).toEqual(plain);
        expect(tables[0]?.find(vectors, iota(batch.length))).toEqual(tables[1]?.find(vectors, iota(batch.length)));
      }
      expect(tables[0]?.size).toBe(tables[1]?.size);
      scope.release();
    }), { numRuns: 25 });
    expect(memory.blocksFree).toBe(16);
  });
});
