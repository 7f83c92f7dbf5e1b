/**
 * Optimisation: a list of named rules, each run once over the whole plan, in an order that the list explains.
 */
import type { EvaluationContext } from '../../catalog/function.ts';
import type { LogicalPlan } from './logical-plan.ts';
import { COMPARE_PERIODS } from './rules/compare-periods.ts';
import { DECORRELATE } from './rules/decorrelate.ts';
import { foldConstants } from './rules/fold-constants.ts';
import { LIFT_SUBQUERIES } from './rules/lift-subqueries.ts';
import { ORDER_JOINS } from './rules/order-joins.ts';
import { PRUNE_COLUMNS } from './rules/prune-columns.ts';
import { PUSH_PREDICATES } from './rules/push-predicates.ts';
import { PUSH_SEMI_JOINS } from './rules/push-semi-joins.ts';
import { concernsOf, ruleContext } from './rules/rule.ts';
import type { Rule } from './rules/rule.ts';
import { SKIP_SERIES } from './rules/skip-series.ts';
import { SPLIT_DISJUNCTIONS } from './rules/split-disjunctions.ts';

/** Rules without which no plan can be made physical. */
export const REQUIRED_RULES: readonly Rule[] = [LIFT_SUBQUERIES, DECORRELATE];

export const rules = (evaluation: EvaluationContext): readonly Rule[] => [
  // Constants first, so that conditions that are always true or false do not make joins.
  foldConstants(evaluation),
  // Subqueries become applies, applies become joins.
  ...REQUIRED_RULES,
  // Periods may raise, comparisons cannot: before conditions look for their place.
  COMPARE_PERIODS,
  // While an OR stands above all the joins it is about.
  SPLIT_DISJUNCTIONS,
  // Conditions go to their tables, so that the order of joins can be chosen by how many rows are left.
  PUSH_PREDICATES,
  // Before the order is chosen, so that what they filter counts as small.
  PUSH_SEMI_JOINS,
  ORDER_JOINS,
  { ...PUSH_PREDICATES, concerns: ['inner join', 'semi join', 'anti join'] },
  SKIP_SERIES,
  // Last, since every rule before may drop the only use of a column.
  PRUNE_COLUMNS,
];

export function optimize(plan: LogicalPlan, evaluation: EvaluationContext): LogicalPlan {
  return applyRules(plan, rules(evaluation));
}

/** The plan as `planPhysical` needs it, and nothing more: for comparing answers with and without optimisation. */
export const withoutOptimization = (plan: LogicalPlan): LogicalPlan => applyRules(plan, REQUIRED_RULES);

function applyRules(plan: LogicalPlan, list: readonly Rule[]): LogicalPlan {
  const context = ruleContext(plan);
  let current = plan;
  let concerns = concernsOf(plan);
  for (const rule of list) {
    if (rule.concerns !== undefined && !rule.concerns.some((concern) => concerns.has(concern))) continue;
    const next = rule.apply(current, context);
    if (next !== current) concerns = concernsOf(next);
    current = next;
  }
  return current;
}
