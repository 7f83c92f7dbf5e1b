import { describe, expect, test } from 'vitest';
import { CancelFlag } from '../../base/cancel.ts';
import { MemoryBudget } from '../../base/memory-budget.ts';
import { listOf } from '../../data/types/column-type.ts';
import { INT64, notNull, nullable, TEXT } from '../../data/types/type.ts';
import type { BoundExpression } from '../plan/expression.ts';
import type { PhysicalPlan } from '../plan/physical-plan.ts';
import { executePlan } from './execute.ts';
import { call, columnsOf, input, literal, MEMORY, testContext, valuesOf } from './test-support.ts';

const INT = notNull(INT64);
const oneRow = valuesOf([[]], []);
const numbers = (count: bigint): PhysicalPlan =>
  ({ kind: 'Series', input: oneRow, inclusive: false, from: literal(0n), to: literal(count), step: undefined, ordinality: false, columns: columnsOf(INT) });
const countOf = (plan: PhysicalPlan): PhysicalPlan =>
  ({ kind: 'HashAggregate', input: plan, columns: columnsOf(INT), groupBy: [], aggregates: [{ name: 'count', args: [], distinct: false, filter: undefined, orderBy: [], type: INT }] });
const BILLION = 1_000_000_000n;
const descending = [{ expression: input(0, INT), descending: true, nullsFirst: false }];
const collected = (): Extract<PhysicalPlan, { kind: 'HashAggregate' }>['aggregates'][number] =>
  ({ name: 'array_agg', args: [input(0, INT)], distinct: false, filter: undefined, orderBy: [], type: nullable(listOf(INT)) });
const wholeFrame = { unit: 'rows', from: { kind: 'preceding', offset: literal(BILLION) }, to: { kind: 'unbounded-following' }, exclude: 'current-row' } as const;

const ENDLESS: Readonly<Record<string, PhysicalPlan>> = {
  'a series of a billion': countOf(numbers(BILLION)),
  'a cross join of a billion': countOf({ kind: 'NestedLoopJoin', join: 'inner', left: numbers(100_000n), right: numbers(10_000n), condition: undefined, columns: columnsOf(INT, INT) }),
  'a join with one key': countOf({
    kind: 'HashJoin', join: 'inner', left: numbers(100_000n), right: numbers(10_000n), columns: columnsOf(INT, INT), residual: undefined,
    leftKeys: [literal(1n)], rightKeys: [literal(1n)],
  }),
  'a sort that is still reading': { kind: 'Sort', input: numbers(BILLION), keys: descending, columns: columnsOf(INT) },
  'a recursion without end': {
    kind: 'Recursive', id: 1, all: true, anchor: valuesOf([[1n]], [INT]), columns: columnsOf(INT),
    step: { kind: 'Project', input: { kind: 'WithReference', id: 1, columns: columnsOf(INT) }, expressions: [input(0, INT)], columns: columnsOf(INT) },
  },
  'an aggregate over wide frames': countOf({
    kind: 'Window', input: numbers(100_000n), columns: columnsOf(INT, INT),
    calls: [{ name: 'sum', args: [input(0, INT)], partitionBy: [], orderBy: [], frame: wholeFrame, ignoreNulls: false, filter: undefined, type: INT }],
  }),
};

const MILLION = 1_000_000n;
const column = (plan: PhysicalPlan, expression: BoundExpression): PhysicalPlan => ({ kind: 'Project', input: plan, expressions: [expression], columns: columnsOf(INT) });
const shuffled = column(numbers(MILLION), call('%', [call('*', [input(0, INT), literal(7919n)], INT), literal(1_000_003n)], INT));
const asText = (plan: PhysicalPlan): PhysicalPlan => column(plan, { kind: 'cast', arg: input(0, INT), to: { type: TEXT }, type: notNull(TEXT), position: undefined });
const sorted = (plan: PhysicalPlan): PhysicalPlan => ({ kind: 'Sort', input: plan, keys: descending, columns: columnsOf(INT) });

/** Finite plans that go through several phases: reading, passes or merges, giving out. */
const IN_PHASES: Readonly<Record<string, PhysicalPlan>> = {
  'the passes of a radix sort': sorted(shuffled),
  'the runs and merges of a sort of texts': sorted(asText(shuffled)),
  'the build and probe of a hash join': countOf({ kind: 'HashJoin', join: 'left', left: shuffled, right: shuffled, columns: columnsOf(INT, INT), residual: undefined, leftKeys: [input(0, INT)], rightKeys: [input(0, INT)] }),
  'groups of a million keys': { kind: 'HashAggregate', input: shuffled, groupBy: [input(0, INT)], aggregates: [], columns: columnsOf(INT) },
  'a window over one large partition': countOf({
    kind: 'Window', input: shuffled, columns: columnsOf(INT, INT),
    calls: [{ name: 'rank', args: [], partitionBy: [], orderBy: descending, frame: undefined, ignoreNulls: false, filter: undefined, type: INT }],
  }),
};

describe('a query that is cancelled at any moment ends in', () => {
  test.each(Object.entries(IN_PHASES))('%s', async (_, plan) => {
    const endings: unknown[] = [];
    for (const afterMs of [3, 30, 90, 170, 260, 400]) {
      const cancel = new CancelFlag();
      const timer = setTimeout(() => cancel.cancel('user'), afterMs);
      const run = async (): Promise<boolean> => { for await (const batch of executePlan(plan, testContext({ cancel }))) void batch; return true; };
      const ending = await run().catch((error: unknown) => error);
      clearTimeout(timer);
      endings.push(ending);
      if (ending !== true) expect(ending).toMatchObject({ sqlState: '57014' });
      expect(MEMORY.blocksFree).toBe(MEMORY.blocks);
    }
    expect(endings[0]).toMatchObject({ sqlState: '57014' });
  });
});

describe('a cancelled query ends in the middle of', () => {
  test.each(Object.entries(ENDLESS))('%s', async (_, plan) => {
    const cancel = new CancelFlag();
    setTimeout(() => cancel.cancel('user'), 30);
    const run = async (): Promise<void> => { for await (const batch of executePlan(plan, testContext({ cancel, recursionRowsMax: Infinity }))) void batch; };
    await expect(run()).rejects.toMatchObject({ sqlState: '57014' });
    expect(MEMORY.blocksFree).toBe(MEMORY.blocks);
  });

  test('PG_SLEEP', async () => {
    const cancel = new CancelFlag();
    setTimeout(() => cancel.cancel('timeout'), 30);
    const plan: PhysicalPlan = {
      kind: 'Project', input: oneRow, columns: columnsOf(INT),
      expressions: [{ kind: 'call', name: 'pg_sleep', args: [literal(3600)], type: INT }],
    };
    const run = async (): Promise<void> => { for await (const batch of executePlan(plan, testContext({ cancel }))) void batch; };
    await expect(run()).rejects.toMatchObject({ sqlState: '57014' });
  });
});

test('a reader that stops early ends everything below it', async () => {
  for await (const batch of executePlan(numbers(BILLION), testContext())) { expect(batch.rowCount).toBeGreaterThan(0); break; }
  expect(MEMORY.blocksFree).toBe(MEMORY.blocks);
});

test('a recursion above its row limit is refused', async () => {
  const plan = ENDLESS['a recursion without end'] as PhysicalPlan;
  const run = async (): Promise<void> => { for await (const batch of executePlan(plan, testContext({ recursionRowsMax: 1000 }))) void batch; };
  await expect(run()).rejects.toMatchObject({ sqlState: '53200' });
});

test.each(Object.entries({
  'a sort': { kind: 'Sort', input: numbers(BILLION), keys: descending, columns: columnsOf(INT) },
  'an aggregation': { kind: 'HashAggregate', input: numbers(BILLION), groupBy: [input(0, INT)], aggregates: [], columns: columnsOf(INT) },
  'the first million of an order': { kind: 'TopK', input: numbers(BILLION), keys: descending, limit: literal(1_000_000n), offset: undefined, columns: columnsOf(INT) },
  'NEST_MANY': { kind: 'Nest', form: 'nest-many', input: numbers(BILLION), columns: columnsOf(INT) },
  'ARRAY_AGG': { kind: 'HashAggregate', input: numbers(BILLION), groupBy: [], aggregates: [collected()], columns: columnsOf(INT) },
  'ARRAY_AGG with an order': { kind: 'HashAggregate', input: numbers(BILLION), groupBy: [], aggregates: [{ ...collected(), orderBy: descending }], columns: columnsOf(INT) },
  'COUNT of distinct values': {
    kind: 'HashAggregate', input: numbers(BILLION), groupBy: [], columns: columnsOf(INT),
    aggregates: [{ name: 'count', args: [input(0, INT)], distinct: true, filter: undefined, orderBy: [], type: INT }],
  },
  'DISTINCT': { kind: 'Distinct', input: numbers(BILLION), columns: columnsOf(INT) },
  // The rows alone would fit.
  'the table of a join': {
    kind: 'HashJoin', join: 'left', left: numbers(3_000_000n), right: numbers(120_000n), columns: columnsOf(INT, INT), residual: undefined, leftKeys: [input(0, INT)], rightKeys: [input(0, INT)],
  },
} satisfies Record<string, PhysicalPlan>))('%s that holds more than it may is refused', async (_, plan) => {
  const run = async (): Promise<void> => { for await (const batch of executePlan(plan, testContext({ bytesMax: 2_000_000 }))) void batch; };
  await expect(run()).rejects.toMatchObject({ sqlState: '53200' });
});

test('queries together hold no more than their budget, and give it back', async () => {
  const budget = new MemoryBudget(2_000_000, () => false);
  const plan: PhysicalPlan = { kind: 'Sort', input: numbers(BILLION), keys: descending, columns: columnsOf(INT) };
  const run = async (): Promise<void> => { for await (const batch of executePlan(plan, testContext({ budget }))) void batch; };
  await expect(run()).rejects.toMatchObject({ sqlState: '53200' });
  expect(budget.bytes).toBe(0);
});
