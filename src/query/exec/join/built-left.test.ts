import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../base/random.ts';
import { INT64, nullable, TEXT } from '../../../data/types/type.ts';
import type { Value } from '../../../data/types/value.ts';
import type { PhysicalPlan } from '../../plan/physical-plan.ts';
import { call, input, runPlan, valuesOf } from '../test-support.ts';

const INT = nullable(INT64);
const TEXTS = nullable(TEXT);
type Row = readonly [bigint | null, string | null];

/** More than are read of the right side before the left one is looked at. */
const RIGHT_ROWS = 20_000;

function rowsOf(count: number, keyCount: number, seed: number): Row[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => [random.integer(20) === 0 ? null : BigInt(random.integer(keyCount)), random.integer(20) === 0 ? null : String.fromCharCode(97 + random.integer(26))]);
}

const plan = (join: 'semi' | 'anti', left: readonly Row[], right: readonly Row[], withResidual: boolean, nullSafe = false): PhysicalPlan => ({
  kind: 'HashJoin', join, left: valuesOf(left, [INT, TEXTS]), right: valuesOf(right, [INT, TEXTS]), leftKeys: [input(0, INT)], rightKeys: [input(0, INT)], nullSafe,
  residual: withResidual ? call('<', [input(1, TEXTS), input(3, TEXTS)]) : undefined, columns: [],
});

/** The greatest text of each key decides whether there is one above. */
function byDefinition(join: 'semi' | 'anti', left: readonly Row[], right: readonly Row[], withResidual: boolean, nullSafe = false): Value[][] {
  const greatest = new Map<bigint | null, string>();
  for (const [key, text] of right) {
    const known = greatest.get(key);
    if (known === undefined || (text ?? '') > known) greatest.set(key, text ?? '');
  }
  const matches = ([key, text]: Row): boolean => {
    const found = key === null && !nullSafe ? undefined : greatest.get(key);
    return found !== undefined && (!withResidual || (text !== null && text < found));
  };
  return left.filter((row) => matches(row) === (join === 'semi')).map((row) => [...row]);
}

describe.each(['semi', 'anti'] as const)('%s join with a small left side', (join) => {
  test.each([[300, 400], [900, 5], [0, 10], [5000, 100_000]])('%i rows over %i keys', async (count, keyCount) => {
    const left = rowsOf(count, keyCount, 1);
    const right = rowsOf(RIGHT_ROWS, keyCount, 2);
    for (const withResidual of [false, true]) {
      expect(await runPlan(plan(join, left, right, withResidual))).toEqual(byDefinition(join, left, right, withResidual));
    }
  });

  test('NULL-safe keys match NULL', async () => {
    const left = rowsOf(100, 1000, 3);
    const right = rowsOf(RIGHT_ROWS, 300, 4);
    expect(await runPlan(plan(join, left, right, false, true))).toEqual(byDefinition(join, left, right, false, true));
  });
});
