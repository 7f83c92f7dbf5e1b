import { afterAll, describe, expect, test } from 'vitest';
import { CancelFlag } from '../../../base/cancel.ts';
import { INT64, nullable, TEXT } from '../../../data/types/type.ts';
import type { PhysicalPlan } from '../../plan/physical-plan.ts';
import { call, columnsOf, input, literal, runPlan, scanOf, testCatalog, testContext, testSource, valuesOf } from '../test-support.ts';
import { QueryWorker } from './query-worker.ts';

const INT = nullable(INT64);
const worker = QueryWorker.open({ blocks: 16, poison: true, rowsMin: 0 });
afterAll(() => worker.close());

const source = testSource('t', { columns: { a: Array.from({ length: 10_000 }, (_, index) => (index % 7 === 0 ? null : BigInt(index % 100))), s: Array.from({ length: 10_000 }, (_, index) => `text ${index % 13}`) } });
const catalog = testCatalog(source);
const grouped: PhysicalPlan = {
  kind: 'HashAggregate', input: scanOf(source, call('<>', [input(0, INT), literal(5n)])), groupBy: [input(1, nullable(TEXT))], columns: columnsOf(nullable(TEXT), INT),
  aggregates: [{ name: 'sum', args: [input(0, INT)], distinct: false, filter: undefined, orderBy: [], type: INT }],
};
const join: PhysicalPlan = { kind: 'HashJoin', join: 'semi', left: scanOf(source), right: valuesOf([[1n], [2n]], [INT]), leftKeys: [input(0, INT)], rightKeys: [input(0, INT)], residual: undefined, columns: scanOf(source).columns };

describe('a query in a worker', () => {
  test.each([['a scan', scanOf(source)], ['an aggregation', grouped], ['a join', join]])('%s has the same rows as here', async (_, plan) => {
    expect(await runPlan(plan, testContext({ catalog, worker }))).toEqual(await runPlan(plan, testContext({ catalog })));
  });

  test('errors arrive with their code and position', async () => {
    const division: PhysicalPlan = { kind: 'Project', input: valuesOf([[0n]], [INT]), columns: columnsOf(INT), expressions: [{ kind: 'call', name: '/', args: [literal(1n), input(0, INT)], type: INT, position: 7 }] };
    await expect(runPlan(division, testContext({ worker }))).rejects.toMatchObject({ sqlState: '22012', position: 7 });
    await expect(runPlan({ ...scanOf(source), table: 'nowhere' } as PhysicalPlan, testContext({ catalog, worker }))).rejects.toMatchObject({ sqlState: '42P01' });
  });

  const endless: PhysicalPlan = { kind: 'Series', input: valuesOf([[]], []), inclusive: true, from: literal(1n), to: literal(10n ** 12n), step: undefined, ordinality: false, columns: columnsOf(INT) };
  const count: PhysicalPlan = { kind: 'HashAggregate', input: endless, groupBy: [], columns: columnsOf(INT), aggregates: [{ name: 'count', args: [], distinct: false, filter: undefined, orderBy: [], type: INT }] };

  test('can be cancelled', async () => {
    const cancel = new CancelFlag();
    setTimeout(() => cancel.cancel('timeout'), 30);
    await expect(runPlan(count, testContext({ worker, cancel }))).rejects.toMatchObject({ sqlState: '57014', message: 'canceling statement due to statement timeout' });
  });

  test('ends when its reader stops, and the worker goes on', async () => {
    for await (const batch of worker.execute(endless, testContext())) { expect(batch.rowCount).toBeGreaterThan(0); break; }
    for await (const batch of worker.execute(scanOf(source), testContext({ catalog }))) { expect(batch.rowCount).toBe(4096); break; }
    expect(await runPlan(join, testContext({ catalog, worker }))).toEqual(await runPlan(join, testContext({ catalog })));
  });
});
