/** Limit: skips OFFSET rows, passes LIMIT rows, then ends its input. */
import { EngineError } from '../../base/errors.ts';
import { asBigInt } from '../../data/types/numeric.ts';
import { selectionOf, withSelection } from '../../data/vector/batch.ts';
import type { BoundExpression } from '../plan/expression.ts';
import type { Batches, QueryRun } from './context.ts';
import type { PlanOf } from './operator.ts';
import { constantOf } from './values.ts';

/** A row count from LIMIT, OFFSET or FETCH: a non-negative integer; NULL or no expression is `absent`. */
export function rowCountOf(expression: BoundExpression | undefined, run: QueryRun, clause: string, absent: number): number {
  if (expression === undefined) return absent;
  const value = constantOf(expression, run);
  if (value === null) return absent;
  const isInteger = typeof value === 'bigint' || (typeof value === 'object' && 'kind' in value && value.kind === 'int');
  if (!isInteger) throw new EngineError('invalid-row-count', `${clause} must be an integer`);
  const count = asBigInt(value);
  if (count < 0n) throw new EngineError('invalid-row-count', `${clause} must not be negative, it is ${count}`);
  return Number(count);
}

export async function* limit(plan: PlanOf<'Limit'>, run: QueryRun): Batches {
  let skip = rowCountOf(plan.offset, run, 'OFFSET', 0);
  let rest = rowCountOf(plan.limit, run, 'LIMIT', Infinity);
  if (rest === 0) return;
  for await (const batch of run.open(plan.input, skip + rest)) {
    const rows = selectionOf(batch);
    if (rows.length <= skip) { skip -= rows.length; continue; }
    const taken = rows.subarray(skip, Math.min(rows.length, skip + rest));
    skip = 0;
    rest -= taken.length;
    yield withSelection(batch, taken);
    if (rest <= 0) return;
  }
}
