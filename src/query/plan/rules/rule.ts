/** A rewrite rule: a named function from plan to plan. It may make new columns, and says nothing about when it runs. */
import type { ColumnType } from '../../../data/types/type.ts';
import type { BoundExpression } from '../expression.ts';
import { visitExpression } from '../expression-tree.ts';
import type { JoinKind, LogicalPlan, PlanColumn } from '../logical-plan.ts';
import { childPlans, outputColumns, planExpressions } from '../plan-tree.ts';

export interface RuleContext {
  readonly newColumn: (name: string, type: ColumnType) => PlanColumn;
  /** Ids of `with` nodes. */
  readonly newId: () => number;
}

/** What a rule is about: kinds of operators, and of joins. */
export type Concern = LogicalPlan['kind'] | `${JoinKind} join`;

export interface Rule {
  readonly name: string;
  /** A plan that has none of these stays as it is; undefined: any may change. */
  readonly concerns?: readonly Concern[];
  readonly apply: (plan: LogicalPlan, context: RuleContext) => LogicalPlan;
}

/** What rules may be about in a plan. Plans of subqueries are not entered: where there are any, every rule that cares for them says so itself. */
export function concernsOf(plan: LogicalPlan, into: Set<Concern> = new Set()): ReadonlySet<Concern> {
  into.add(plan.kind);
  if (plan.kind === 'join') into.add(`${plan.join} join`);
  for (const child of childPlans(plan)) concernsOf(child, into);
  return into;
}

/** Ids beyond all that the plan uses. */
export function ruleContext(plan: LogicalPlan): RuleContext {
  let columnId = 0;
  let withId = 0;
  const visit = (node: LogicalPlan): void => {
    for (const column of outputColumns(node)) columnId = Math.max(columnId, column.id);
    if (node.kind === 'with' || node.kind === 'with-reference' || node.kind === 'recursive') withId = Math.max(withId, node.id);
    for (const expression of planExpressions(node)) visitExpression(expression, visitReference);
    for (const child of childPlans(node)) visit(child);
  };
  const visitReference = (expression: BoundExpression): void => {
    if (expression.kind === 'column') columnId = Math.max(columnId, expression.id);
    if (expression.kind === 'subquery') visit(expression.plan);
  };
  visit(plan);
  return { newColumn: (name, type) => ({ id: ++columnId, name, type }), newId: () => ++withId };
}
