/**
 * Optimisation: a list of named rules, each run once over the whole plan, in an order that the list explains.
 */
import type { EvaluationContext } from '../../catalog/function.ts';
import type { BoundQuery } from './bound-query.ts';
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
import type { Concern, Rule } from './rules/rule.ts';
import { SKIP_SERIES } from './rules/skip-series.ts';
import { SPLIT_DISJUNCTIONS } from './rules/split-disjunctions.ts';

/** Rules without which no plan can be made physical. */
export const REQUIRED_RULES: readonly Rule[] = [LIFT_SUBQUERIES, DECORRELATE];

const PUSH_PAST_ORDERED_JOINS: Rule = { ...PUSH_PREDICATES, concerns: ['inner join', 'semi join', 'anti join'] };

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
  PUSH_PAST_ORDERED_JOINS,
  SKIP_SERIES,
  // Last, since every rule before may drop the only use of a column.
  PRUNE_COLUMNS,
];

export function optimize(bound: Pick<BoundQuery, 'plan' | 'lastIds'>, evaluation: EvaluationContext): LogicalPlan {
  const context = ruleContext(bound);
  let { plan } = bound;
  let found: ReadonlySet<Concern> | undefined;
  const isConcerned = ({ concerns }: Rule): boolean => {
    if (concerns === undefined) return true;
    const all = found ??= concernsOf(plan);
    return concerns.some((concern) => all.has(concern));
  };
  /** What rules made. There is nothing left for a rule in the very plan that it made before. */
  const made = new Map<Rule['apply'], LogicalPlan>();
  for (const rule of rules(evaluation)) {
    if (made.get(rule.apply) === plan || !isConcerned(rule)) continue;
    const next = rule.apply(plan, context);
    if (next !== plan) found = undefined;
    made.set(rule.apply, next);
    plan = next;
  }
  return plan;
}
