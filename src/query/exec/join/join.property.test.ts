import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalSql } from '../../../data/types/equality.ts';
import { BOOL, FLOAT64, INT64, notNull, nullable, TEXT, type ColumnType } from '../../../data/types/type.ts';
import type { Value } from '../../../data/types/value.ts';
import type { BoundExpression } from '../../plan/expression.ts';
import type { JoinKind } from '../../plan/logical-plan.ts';
import type { PhysicalPlan } from '../../plan/physical-plan.ts';
import { call, columnsOf, input, literal, runPlan, scanOf, testCatalog, testContext, testSource, valuesOf } from '../test-support.ts';

const INT = nullable(INT64);
const TEXTS = nullable(TEXT);
const MIXED: ColumnType = { legs: [INT64, FLOAT64, TEXT], nullable: true };

type Row = readonly [Value, Value];
const row = fc.tuple(fc.option(fc.bigInt(-2n, 2n)), fc.option(fc.constantFrom('a', 'b', 'c')));
const rows = fc.array(row, { maxLength: 12 });
const mixedRow = fc.tuple(fc.constantFrom<Value>(null, 1n, 1, 2n, 2.5, 'a', NaN), fc.option(fc.constantFrom('a', 'b')));

/** Three-valued AND. */
const and = (...values: readonly (boolean | null)[]): boolean | null => (values.includes(false) ? false : values.includes(null) ? null : true);

/** A join by definition. `condition` is three-valued. */
function joinByDefinition(join: JoinKind, left: readonly Row[], right: readonly Row[], condition: (a: Row, b: Row) => boolean | null, isThreeValued = true): Value[][] | 'error' {
  const out: Value[][] = [];
  const matchedRight = new Set<Row>();
  for (const a of left) {
    const verdicts = right.map((b) => condition(a, b));
    const matches = right.filter((_, index) => verdicts[index] === true);
    for (const match of matches) matchedRight.add(match);
    if (join === 'single' && matches.length > 1) return 'error';
    if (join === 'semi') { if (matches.length > 0) out.push([...a]); continue; }
    if (join === 'anti') { if (matches.length === 0) out.push([...a]); continue; }
    if (join === 'mark') { out.push([...a, matches.length > 0 ? true : verdicts.includes(null) && isThreeValued ? null : false]); continue; }
    for (const match of matches) out.push([...a, ...match]);
    if (matches.length === 0 && join !== 'inner') out.push([...a, null, null]);
  }
  if (join === 'full') for (const b of right) if (!matchedRight.has(b)) out.push([null, null, ...b]);
  return out;
}

async function rowsOrError(plan: PhysicalPlan): Promise<Value[][] | 'error'> {
  try { return await runPlan(plan); } catch (error) { expect(error).toMatchObject({ sqlState: '21000' }); return 'error'; }
}

const KINDS: readonly JoinKind[] = ['inner', 'left', 'full', 'semi', 'anti', 'mark', 'single'];
const markColumns = (isThreeValued: boolean) => columnsOf(INT, TEXTS, isThreeValued ? nullable(BOOL) : notNull(BOOL));
const residual: BoundExpression = call('<', [input(1, TEXTS), input(3, TEXTS)]);
const lessText = (a: Value, b: Value): boolean | null => (a === null || b === null ? null : (a as string) < (b as string));

describe.each(KINDS)('%s join', (join) => {
  test('by one key, with and without residual', async () => {
    await fc.assert(fc.asyncProperty(rows, rows, fc.boolean(), fc.boolean(), async (left, right, withResidual, isThreeValued) => {
      const plan: PhysicalPlan = {
        kind: 'HashJoin', join, left: valuesOf(left, [INT, TEXTS]), right: valuesOf(right, [INT, TEXTS]), leftKeys: [input(0, INT)], rightKeys: [input(0, INT)],
        residual: withResidual ? residual : undefined, columns: join === 'mark' ? markColumns(isThreeValued) : [],
      };
      const condition = (a: Row, b: Row): boolean | null => and(equalSql(a[0], b[0]), withResidual ? lessText(a[1], b[1]) : true);
      expect(await rowsOrError(plan)).toEqual(joinByDefinition(join, left, right, condition, isThreeValued));
    }), { numRuns: 60 });
  });

  test('by two keys', async () => {
    await fc.assert(fc.asyncProperty(rows, rows, async (left, right) => {
      const keys = [input(0, INT), input(1, TEXTS)];
      const plan: PhysicalPlan = { kind: 'HashJoin', join, left: valuesOf(left, [INT, TEXTS]), right: valuesOf(right, [INT, TEXTS]), leftKeys: keys, rightKeys: keys, residual: undefined, columns: join === 'mark' ? markColumns(true) : [] };
      expect(await rowsOrError(plan)).toEqual(joinByDefinition(join, left, right, (a, b) => and(equalSql(a[0], b[0]), equalSql(a[1], b[1]))));
    }), { numRuns: 60 });
  });

  test('by keys of several types', async () => {
    await fc.assert(fc.asyncProperty(fc.array(mixedRow, { maxLength: 8 }), fc.array(mixedRow, { maxLength: 8 }), async (left, right) => {
      const plan: PhysicalPlan = {
        kind: 'HashJoin', join, left: valuesOf(left, [MIXED, TEXTS]), right: valuesOf(right, [MIXED, TEXTS]), leftKeys: [input(0, MIXED)], rightKeys: [input(0, MIXED)],
        residual: undefined, columns: join === 'mark' ? markColumns(true) : [],
      };
      expect(await rowsOrError(plan)).toEqual(joinByDefinition(join, left, right, (a, b) => equalSql(a[0], b[0])));
    }), { numRuns: 60 });
  });

  test('by a nested loop', async () => {
    await fc.assert(fc.asyncProperty(rows, rows, fc.boolean(), async (left, right, withCondition) => {
      const plan: PhysicalPlan = {
        kind: 'NestedLoopJoin', join, left: valuesOf(left, [INT, TEXTS]), right: valuesOf(right, [INT, TEXTS]),
        condition: withCondition ? residual : undefined, columns: join === 'mark' ? markColumns(true) : [],
      };
      expect(await rowsOrError(plan)).toEqual(joinByDefinition(join, left, right, (a, b) => (withCondition ? lessText(a[1], b[1]) : true)));
    }), { numRuns: 60 });
  });

  test('by running the right side for each correlation', async () => {
    if (join === 'full') return;
    await fc.assert(fc.asyncProperty(rows, rows, async (left, right) => {
      const plan: PhysicalPlan = {
        kind: 'Apply', join, left: valuesOf(left, [INT, TEXTS]), correlation: [input(0, INT)], condition: undefined, columns: join === 'mark' ? markColumns(true) : [],
        right: { kind: 'Filter', columns: columnsOf(INT, TEXTS), input: valuesOf(right, [INT, TEXTS]), predicate: call('=', [input(0, INT), { kind: 'parameter', index: -1, type: INT }]) },
      };
      expect(await rowsOrError(plan)).toEqual(joinByDefinition(join, left, right, (a, b) => equalSql(a[0], b[0]) === true));
    }), { numRuns: 40 });
  });
});

describe('joins of more rows than a batch', () => {
  test('candidates that span batches keep their left row', async () => {
    const left = testSource('l', { columns: { k: Array.from({ length: 5000 }, (_, index) => BigInt(index % 10)) }, chunkRows: 1000 });
    const right = testSource('r', { columns: { k: Array.from({ length: 100 }, (_, index) => BigInt(index % 20)) } });
    const context = testContext({ catalog: testCatalog(left, right) });
    const plan = (join: JoinKind): PhysicalPlan =>
      ({ kind: 'HashJoin', join, left: scanOf(left), right: scanOf(right), leftKeys: [input(0, INT)], rightKeys: [input(0, INT)], residual: undefined, columns: columnsOf(INT, notNull(BOOL)) });
    expect(await runPlan(plan('inner'), context)).toHaveLength(25_000);
    expect(await runPlan(plan('full'), context)).toHaveLength(25_050);
    expect(await runPlan(plan('mark'), context)).toHaveLength(5000);
    const cross: PhysicalPlan = { kind: 'NestedLoopJoin', join: 'inner', left: scanOf(left), right: scanOf(right), condition: undefined, columns: [] };
    expect(await runPlan(cross, context)).toHaveLength(500_000);
  });

  test('an inner join builds its smaller side and keeps the order of its columns', async () => {
    const left = testSource('l', { columns: { k: [1n, 2n, 50_000n], v: [15n, 100n, 0n] } });
    const right = testSource('r', { columns: { k: Array.from({ length: 40_000 }, (_, index) => BigInt(index % 20_000)), w: Array.from({ length: 40_000 }, (_, index) => BigInt(index % 30)) } });
    const context = testContext({ catalog: testCatalog(left, right) });
    const plan: PhysicalPlan = {
      kind: 'HashJoin', join: 'inner', left: scanOf(left), right: scanOf(right), leftKeys: [input(0, INT)], rightKeys: [input(0, INT)],
      residual: call('>', [input(1, INT), input(3, INT)]), columns: columnsOf(INT, INT, INT, INT),
    };
    expect(await runPlan(plan, context)).toEqual([[1n, 15n, 1n, 1n], [2n, 100n, 2n, 2n], [2n, 100n, 2n, 22n]]);
    const nothing: PhysicalPlan = { ...plan, left: { kind: 'Filter', input: scanOf(left), predicate: literal(false), columns: scanOf(left).columns } };
    expect(await runPlan(nothing, context)).toEqual([]);
  });

  test('a NULL correlation key of a three-valued mark is no match', async () => {
    const plan: PhysicalPlan = {
      kind: 'HashJoin', join: 'mark', left: valuesOf([[1n, null], [null, 'a']], [INT, TEXTS]), right: valuesOf([[1n, 'a']], [INT, TEXTS]),
      leftKeys: [input(0, INT), input(1, TEXTS)], rightKeys: [input(0, INT), input(1, TEXTS)], twoValuedKeys: [1], residual: undefined, columns: markColumns(true),
    };
    expect(await runPlan(plan)).toEqual([[1n, null, false], [null, 'a', null]]);
  });
});
