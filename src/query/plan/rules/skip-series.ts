/**
 * OFFSET over a series of integers begins the series later instead of counting through what is dropped.
 *
 *   limit 5 offset 100 (project (series 1 to 200 by 2))   ⇒   limit 5 (project (series 201 to 200 by 2))
 */
import { INT64, notNull } from '../../../data/types/type.ts';
import type { BoundExpression } from '../expression.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { isOneRow, mapChildPlans } from '../plan-tree.ts';
import type { Rule } from './rule.ts';

export const SKIP_SERIES: Rule = { name: 'skip-series', concerns: ['series'], apply: skip };

const integer = (expression: BoundExpression | undefined, otherwise: bigint): bigint | undefined =>
  (expression === undefined ? otherwise : expression.kind === 'literal' && typeof expression.value === 'bigint' ? expression.value : undefined);
const INT64_MAX = 2n ** 63n - 1n;

function skip(plan: LogicalPlan): LogicalPlan {
  const inner = mapChildPlans(plan, skip);
  if (inner.kind !== 'limit' || inner.offset === undefined) return inner;
  const offset = integer(inner.offset, 0n);
  const input = offset === undefined ? undefined : startLater(inner.input, offset);
  return input === undefined ? inner : { ...inner, input, offset: undefined };
}

/** Undefined where rows are not those of the series one to one, or a bound is not known. */
function startLater(plan: LogicalPlan, count: bigint): LogicalPlan | undefined {
  if (plan.kind === 'project') {
    const input = startLater(plan.input, count);
    return input === undefined ? undefined : { ...plan, input };
  }
  if (plan.kind !== 'series' || plan.ordinality !== undefined || !isOneRow(plan.input)) return undefined;
  const from = integer(plan.from, 0n);
  const step = integer(plan.step, 1n);
  if (from === undefined || step === undefined || step === 0n) return undefined;
  const first = from + count * step;
  if (first > INT64_MAX || first < -INT64_MAX) return undefined;
  return { ...plan, from: { kind: 'literal', value: first, type: notNull(INT64) } };
}
