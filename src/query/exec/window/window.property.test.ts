import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareValues } from '../../../data/types/compare.ts';
import { INT64, nullable } from '../../../data/types/type.ts';
import type { Value } from '../../../data/types/value.ts';
import type { FrameBound, WindowFrame } from '../../plan/logical-plan.ts';
import type { PhysicalPlan, PhysicalWindow } from '../../plan/physical-plan.ts';
import { columnsOf, input, literal, runPlan, valuesOf } from '../test-support.ts';

const INT = nullable(INT64);

interface Row { readonly p: bigint | null; readonly o: bigint | null; readonly x: bigint | null }
const rows = fc.array(fc.record({ p: fc.option(fc.bigInt(0n, 1n)), o: fc.option(fc.bigInt(0n, 4n)), x: fc.option(fc.bigInt(-5n, 5n)) }), { maxLength: 14 });

const offset = fc.integer({ min: 0, max: 3 });
const bound: fc.Arbitrary<FrameBound> = fc.oneof(
  fc.constantFrom<FrameBound>({ kind: 'unbounded-preceding' }, { kind: 'unbounded-following' }, { kind: 'current-row' }),
  offset.map((n): FrameBound => ({ kind: 'preceding', offset: literal(BigInt(n)) })),
  offset.map((n): FrameBound => ({ kind: 'following', offset: literal(BigInt(n)) })),
);
const frame: fc.Arbitrary<WindowFrame> = fc.record({
  unit: fc.constantFrom('rows', 'range', 'groups'), from: bound, to: bound,
  exclude: fc.constantFrom(undefined, 'current-row', 'group', 'ties'),
});

const amount = (b: FrameBound): number => ('offset' in b && b.offset.kind === 'literal' ? Number(b.offset.value as bigint) : 0);

/** Whether candidate `j` lies on the inner side of a bound of row `i`'s frame, in a partition in order. */
function inside(unit: WindowFrame['unit'], side: 'from' | 'to', b: FrameBound, part: readonly Row[], i: number, j: number): boolean {
  if (b.kind === 'unbounded-preceding') return side === 'from' || j < 0;
  if (b.kind === 'unbounded-following') return side === 'to' || j >= part.length;
  const shift = b.kind === 'preceding' ? -amount(b) : amount(b);
  const compare = (distance: number): boolean => (side === 'from' ? distance >= shift : distance <= shift);
  if (unit === 'rows') return compare(j - i);
  const group = (k: number): number => new Set(part.slice(0, k + 1).map((r) => r.o)).size;
  if (unit === 'groups' || b.kind === 'current-row') return compare(group(j) - group(i));
  const [a, c] = [(part[i] as Row).o, (part[j] as Row).o];
  // NULLs come last: they are within a distance of each other only, and after every value.
  if (a === null) return side === 'from' ? c === null : true;
  if (c === null) return side === 'from';
  return compare(Number(c - a));
}

function excluded(exclude: WindowFrame['exclude'], part: readonly Row[], i: number, j: number): boolean {
  const peers = (part[i] as Row).o === (part[j] as Row).o;
  return exclude === 'current-row' ? i === j : exclude === 'group' ? peers : exclude === 'ties' ? peers && i !== j : false;
}

const nullsLast = (a: Value, b: Value): number => (a === null || b === null ? (a === b ? 0 : a === null ? 1 : -1) : compareValues(a, b));

/** Partitions in order, each row with its number in the input. */
function partitionsOf(data: readonly Row[]): { readonly row: Row; readonly at: number }[][] {
  const numbered = data.map((row, at) => ({ row, at }));
  return [...Map.groupBy(numbered, ({ row }) => row.p).values()].map((part) => part.toSorted((a, b) => nullsLast(a.row.o, b.row.o)));
}

const call = (name: string, args: PhysicalWindow['args'], options: Partial<PhysicalWindow> = {}): PhysicalWindow => ({
  name, args, partitionBy: [input(0, INT)], orderBy: [{ expression: input(1, INT), descending: false, nullsFirst: false }],
  frame: undefined, ignoreNulls: false, filter: undefined, type: INT, ...options,
});

async function results(data: readonly Row[], calls: readonly PhysicalWindow[]): Promise<Value[][]> {
  const plan: PhysicalPlan = { kind: 'Window', input: valuesOf(data.map((r) => [r.p, r.o, r.x]), [INT, INT, INT]), calls, columns: columnsOf(INT, INT, INT, ...calls.map(() => INT)) };
  const found = await runPlan(plan);
  expect(found.map((r) => r.slice(0, 3))).toEqual(data.map((r) => [r.p, r.o, r.x]));
  return found.map((r) => r.slice(3));
}

describe('window functions', () => {
  test('over any frame see the rows that the definition says', async () => {
    await fc.assert(fc.asyncProperty(rows, frame, fc.boolean(), async (data, over, ignoreNulls) => {
      const expected: Value[][] = [];
      for (const part of partitionsOf(data)) {
        const ordered = part.map(({ row }) => row);
        part.forEach(({ at }, i) => {
          const seen = ordered.filter((_, j) => inside(over.unit, 'from', over.from, ordered, i, j) && inside(over.unit, 'to', over.to, ordered, i, j) && !excluded(over.exclude, ordered, i, j)).map((r) => r.x);
          const values = ignoreNulls ? seen.filter((x) => x !== null) : seen;
          const present = seen.filter((x) => x !== null);
          expected[at] = [values[0] ?? null, values.at(-1) ?? null, values[1] ?? null, present.length === 0 ? null : present.reduce((a, b) => a + b, 0n), BigInt(present.length)];
        });
      }
      const options = { frame: over, ignoreNulls };
      const x = input(2, INT);
      expect(await results(data, [call('first_value', [x], options), call('last_value', [x], options), call('nth_value', [x, literal(2n)], options), call('sum', [x], { frame: over }), call('count', [x], { frame: over })])).toEqual(expected);
    }), { numRuns: 300 });
  });

  test('of ranking number rows and peers', async () => {
    await fc.assert(fc.asyncProperty(rows, fc.integer({ min: 1, max: 5 }), async (data, buckets) => {
      const expected: Value[][] = [];
      for (const part of partitionsOf(data)) {
        const n = part.length;
        part.forEach(({ row, at }, i) => {
          const before = part.filter((other) => nullsLast(other.row.o, row.o) < 0).length;
          const upTo = part.filter((other) => nullsLast(other.row.o, row.o) <= 0).length;
          const dense = new Set(part.slice(0, upTo).map((other) => other.row.o)).size;
          // Buckets by dealing out sizes: the first n mod buckets are one larger.
          const sizes = Array.from({ length: buckets }, (_, bucket) => Math.floor(n / buckets) + (bucket < n % buckets ? 1 : 0));
          let bucket = 0;
          for (let rest = i; rest >= (sizes[bucket] as number); bucket++) rest -= sizes[bucket] as number;
          expected[at] = [BigInt(i + 1), BigInt(before + 1), BigInt(dense), n === 1 ? 0 : before / (n - 1), upTo / n, BigInt(bucket + 1)];
        });
      }
      const calls = ['row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist'].map((name) => call(name, []));
      expect(await results(data, [...calls, call('ntile', [literal(BigInt(buckets))])])).toEqual(expected);
    }), { numRuns: 100 });
  });

  test('LEAD and LAG look at a distance within the partition, past NULLs if asked', async () => {
    await fc.assert(fc.asyncProperty(rows, fc.integer({ min: 0, max: 3 }), fc.boolean(), async (data, distance, ignoreNulls) => {
      const expected: Value[][] = [];
      for (const part of partitionsOf(data)) {
        const values = part.map(({ row }) => row.x);
        part.forEach(({ at }, i) => {
          const reach = (step: 1 | -1): Value => {
            if (!ignoreNulls || distance === 0) { const j = i + step * distance; return j >= 0 && j < values.length ? values[j] as Value : 99n; }
            let rest = distance;
            for (let j = i + step; j >= 0 && j < values.length; j += step) if (values[j] !== null && --rest === 0) return values[j] as Value;
            return 99n;
          };
          expected[at] = [reach(1), reach(-1)];
        });
      }
      const args = [input(2, INT), literal(BigInt(distance)), literal(99n)];
      expect(await results(data, [call('lead', args, { ignoreNulls }), call('lag', args, { ignoreNulls })])).toEqual(expected);
    }), { numRuns: 100 });
  });

  test('aggregates with FILTER see only the rows that pass', async () => {
    const data: Row[] = [1n, 2n, 3n, 4n].map((x) => ({ p: 0n, o: x, x }));
    const filter = { kind: 'call', name: '>', args: [input(2, INT), literal(2n)], type: INT } as const;
    expect(await results(data, [call('sum', [input(2, INT)], { filter })])).toEqual([[null], [null], [3n], [7n]]);
  });
});
