/** A rewrite rule: a named function from plan to plan. It may make new columns, and says nothing about when it runs. */
import type { ColumnType } from '../../../data/types/type.ts';
import type { BoundQuery } from '../bound-query.ts';
import type { JoinKind, LogicalPlan, PlanColumn } from '../logical-plan.ts';
import { forEachChildPlan } from '../plan-tree.ts';

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
  forEachChildPlan(plan, (child) => { concernsOf(child, into); });
  return into;
}

/** Ids go on from the binder's. */
export function ruleContext({ lastIds }: Pick<BoundQuery, 'lastIds'>): RuleContext {
  let { column, plan } = lastIds;
  return { newColumn: (name, type) => ({ id: ++column, name, type }), newId: () => ++plan };
}
