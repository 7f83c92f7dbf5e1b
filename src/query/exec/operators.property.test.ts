import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareValues } from '../../data/types/compare.ts';
import { FLOAT64, INT64, nullable, TEXT } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { PhysicalAggregate, PhysicalPlan } from '../plan/physical-plan.ts';
import { columnsOf, input, literal, MEMORY, runPlan, scanOf, testCatalog, testContext, testSource, valuesOf } from './test-support.ts';

const INT = nullable(INT64);
const DOUBLE = nullable(FLOAT64);
const TEXTS = nullable(TEXT);

type Row = readonly [Value, Value, Value];
const row = fc.tuple<[Value, Value, Value]>(fc.option(fc.bigInt(-3n, 3n)), fc.option(fc.constantFrom('a', 'b', '', 'ä')), fc.option(fc.constantFrom(-1.5, 0, 2, 2.5)));
const rows = fc.array(row, { maxLength: 40 });
const TYPES = [INT, TEXTS, DOUBLE];

/** The rows as a stored table with small chunks, so that flat vectors, text and validity take part. */
function planOver(data: readonly Row[]): { readonly scan: PhysicalPlan; readonly run: (plan: PhysicalPlan) => Promise<Value[][]> } {
  const source = testSource('t', { columns: { a: data.map((r) => r[0]), b: data.map((r) => r[1]), c: data.map((r) => r[2]) }, chunkRows: 7 });
  const scan = scanOf(source);
  return { scan: { ...scan, columns: columnsOf(...TYPES) }, run: (plan) => runPlan(plan, testContext({ catalog: testCatalog(source) })) };
}

const keyText = (values: readonly Value[]): string => values.map((value) => (value === null ? 'null' : `${typeof value}:${value as string}`)).join('|');
const compareRows = (a: readonly Value[], b: readonly Value[]): number => a.reduce<number>((order, value, index) => order || compareValues(value, b[index] as Value), 0);
const sorted = (values: readonly Value[][]): Value[][] => values.toSorted(compareRows);

describe('sorting', () => {
  test('gives the order of a stable sort by the keys', async () => {
    await fc.assert(fc.asyncProperty(rows, fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()), fc.integer({ min: 0, max: 8 }), async (data, [d0, n0, d1, n1], limit) => {
      const { scan, run } = planOver(data);
      const keys = [{ expression: input(1, TEXTS), descending: d0, nullsFirst: n0 }, { expression: input(0, INT), descending: d1, nullsFirst: n1 }];
      const compare = (x: Value, y: Value, descending: boolean, nullsFirst: boolean): number => {
        if (x === null || y === null) return x === y ? 0 : (x === null) === nullsFirst ? -1 : 1;
        return descending ? compareValues(y, x) : compareValues(x, y);
      };
      const expected = data.toSorted((x, y) => compare(x[1], y[1], d0, n0) || compare(x[0], y[0], d1, n1));
      expect(await run({ kind: 'Sort', columns: scan.columns, input: scan, keys })).toEqual(expected);
      expect(await run({ kind: 'TopK', columns: scan.columns, input: scan, keys, limit: literal(BigInt(limit)), offset: literal(2n) })).toEqual(expected.slice(2, 2 + limit));
    }));
  });

  test('merges runs of more rows than one run', async () => {
    const data = Array.from({ length: 30_000 }, (_, index): Row => [BigInt((index * 7919) % 30_011), null, null]);
    const source = testSource('t', { columns: { a: data.map((r) => r[0]) } });
    const plan: PhysicalPlan = { kind: 'Sort', columns: columnsOf(INT), input: scanOf(source), keys: [{ expression: input(0, INT), descending: false, nullsFirst: false }] };
    const found = await runPlan(plan, testContext({ catalog: testCatalog(source) }));
    expect(found.map((r) => r[0])).toEqual(data.map((r) => r[0]).toSorted((x, y) => Number((x as bigint) - (y as bigint))));
    const top: PhysicalPlan = { ...plan, kind: 'TopK', limit: literal(5n), offset: undefined } as PhysicalPlan;
    expect((await runPlan(top, testContext({ catalog: testCatalog(source) }))).map((r) => r[0])).toEqual([0n, 1n, 2n, 3n, 4n]);
  });
});

describe('DISTINCT and set operations', () => {
  test('DISTINCT keeps the first row of each tuple', async () => {
    await fc.assert(fc.asyncProperty(rows, async (data) => {
      const { scan, run } = planOver(data);
      const seen = new Set<string>();
      const first = (key: (r: Row) => string) => { seen.clear(); return data.filter((r) => !seen.has(key(r)) && seen.add(key(r))); };
      expect(await run({ kind: 'Distinct', columns: scan.columns, input: scan })).toEqual(first(keyText));
      expect(await run({ kind: 'Distinct', columns: scan.columns, input: scan, on: [input(0, INT)] })).toEqual(first((r) => keyText([r[0]])));
    }));
  });

  test('set operations count rows as multisets', async () => {
    await fc.assert(fc.asyncProperty(rows, rows, fc.constantFrom('union', 'intersect', 'except'), fc.boolean(), async (left, right, operation, all) => {
      const count = (data: readonly Row[]): Map<string, number> => data.reduce((counts, r) => counts.set(keyText(r), (counts.get(keyText(r)) ?? 0) + 1), new Map<string, number>());
      const [l, r] = [count(left), count(right)];
      const expected = new Map<string, number>();
      for (const key of new Set([...l.keys(), ...r.keys()])) {
        const [x, y] = [l.get(key) ?? 0, r.get(key) ?? 0];
        const n = operation === 'union' ? x + y : operation === 'intersect' ? Math.min(x, y) : all ? Math.max(x - y, 0) : y > 0 ? 0 : x;
        if (n > 0) expected.set(key, all ? n : 1);
      }
      const plan: PhysicalPlan = { kind: 'SetOperation', operation, all, left: valuesOf(left, TYPES), right: valuesOf(right, TYPES), columns: columnsOf(...TYPES) };
      expect(count(await runPlan(plan) as unknown as Row[])).toEqual(expected);
    }));
  });
});

const aggregate = (name: string, args: PhysicalAggregate['args'], options: Partial<PhysicalAggregate> = {}): PhysicalAggregate =>
  ({ name, args, distinct: false, filter: undefined, orderBy: [], type: INT, ...options });

/** Aggregates by definition. */
function aggregatesOf(group: readonly Row[]): Value[] {
  const ints = group.map((r) => r[0] as bigint | null).filter((x) => x !== null);
  const doubles = group.map((r) => r[2] as number | null).filter((x) => x !== null);
  const sum = (values: readonly bigint[]): Value => (values.length === 0 ? null : values.reduce((x, y) => x + y, 0n));
  const extreme = (values: readonly Value[], sign: number): Value => values.toSorted((x, y) => compareValues(x, y) * sign)[0] ?? null;
  return [
    BigInt(group.length), BigInt(ints.length), sum(ints), sum([...new Set(ints)]), extreme(ints, 1), extreme(ints, -1), extreme(doubles, 1), extreme(doubles, -1),
    doubles.length === 0 ? null : doubles.reduce((x, y) => x + y, 0) / doubles.length, sum(ints.filter((x) => x > 0n)),
  ];
}

const CALLS: readonly PhysicalAggregate[] = [
  aggregate('count', []), aggregate('count', [input(0, INT)]), aggregate('sum', [input(0, INT)]), aggregate('sum', [input(0, INT)], { distinct: true }),
  aggregate('min', [input(0, INT)]), aggregate('max', [input(0, INT)]), aggregate('min', [input(2, DOUBLE)]), aggregate('max', [input(2, DOUBLE)]), aggregate('avg', [input(2, DOUBLE)]),
  aggregate('sum', [input(0, INT)], { filter: { kind: 'call', name: '>', args: [input(0, INT), literal(0n)], type: INT } }),
];

describe('aggregation', () => {
  test('gives for each group what its rows give, whatever the keys', async () => {
    await fc.assert(fc.asyncProperty(rows, fc.subarray([0, 1, 2]), async (data, keys) => {
      const { scan, run } = planOver(data);
      const groups = new Map<string, Row[]>(keys.length === 0 ? [['', []]] : []);
      for (const r of data) { const key = keyText(keys.map((index) => r[index] as Value)); groups.set(key, [...groups.get(key) ?? [], r]); }
      const expected = [...groups.values()].map((group) => [...keys.map((index) => group[0]?.[index] as Value), ...aggregatesOf(group)]);
      const plan: PhysicalPlan = { kind: 'HashAggregate', input: scan, columns: [], groupBy: keys.map((index) => input(index, TYPES[index] as typeof INT)), aggregates: CALLS };
      expect(await run(plan)).toEqual(expected);
    }));
  });

  test('grouping sets are the union of their groupings', async () => {
    await fc.assert(fc.asyncProperty(rows, async (data) => {
      const { scan, run } = planOver(data);
      const groupBy = [input(0, INT), input(1, TEXTS)];
      const sets = [[0, 1], [1], []];
      const plan: PhysicalPlan = { kind: 'HashAggregate', input: scan, columns: [], groupBy, groupingSets: sets, aggregates: [aggregate('count', [])] };
      const expected: Value[][] = [];
      for (const set of sets) {
        const single: PhysicalPlan = { kind: 'HashAggregate', input: scan, columns: [], groupBy: set.map((index) => groupBy[index] as typeof groupBy[0]), aggregates: [aggregate('count', [])] };
        for (const r of await run(single)) expected.push([0, 1].map((index) => (set.includes(index) ? r[set.indexOf(index)] as Value : null)).concat(r.slice(set.length)));
      }
      expect(sorted(await run(plan))).toEqual(sorted(expected));
    }), { numRuns: 40 });
  });

  test('ordered aggregates take their rows in order', async () => {
    await fc.assert(fc.asyncProperty(rows, async (data) => {
      const { scan, run } = planOver(data);
      const plan: PhysicalPlan = {
        kind: 'HashAggregate', input: scan, columns: [], groupBy: [input(1, TEXTS)],
        aggregates: [aggregate('array_agg', [input(0, INT)], { orderBy: [{ expression: input(2, DOUBLE), descending: true, nullsFirst: false }] })],
      };
      const groups = Map.groupBy(data, (r) => keyText([r[1]]));
      const compare = (x: Value, y: Value): number => (x === null || y === null ? (x === y ? 0 : x === null ? 1 : -1) : compareValues(y, x));
      expect(await run(plan)).toEqual([...groups.values()].map((group) => [(group[0] as Row)[1], group.toSorted((x, y) => compare(x[2], y[2])).map((r) => r[0])]));
    }), { numRuns: 40 });
  });

  test('an int64 sum is exact and refuses what does not fit', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), { minLength: 1, maxLength: 20 }), async (values) => {
      const { scan, run } = planOver(values.map((value): Row => [value, null, null]));
      const plan: PhysicalPlan = { kind: 'HashAggregate', input: scan, columns: [], groupBy: [], aggregates: [aggregate('sum', [input(0, INT)]), aggregate('max', [input(0, INT)])] };
      const total = values.reduce((x, y) => x + y, 0n);
      if (total < -(2n ** 63n) || total >= 2n ** 63n) await expect(run(plan)).rejects.toMatchObject({ sqlState: '22003' });
      else expect(await run(plan)).toEqual([[total, values.reduce((x, y) => (x > y ? x : y))]]);
    }));
  });
});

test('all kernel memory is given back', () => { expect(MEMORY.blocksFree).toBe(MEMORY.blocks); });
