/**
 * A subquery that only some rows need raises for those alone.
 *
 *   CASE WHEN x <> 0 THEN (SELECT max(10 / x) FROM t) END
 *
 *   project case when x <> 0 then max end
 *     └─ single apply
 *          ├─ project …, x <> 0 as guard                  the conditions under which the expression comes to the subquery
 *          └─ aggregate max(10 / x)
 *               └─ filter needed = guard                  below everything of the subquery that may raise
 *                    └─ project …, TRUE as needed
 *                         └─ scan t
 *
 * The comparison with a column, not the guard alone, is a key when the apply becomes a join.
 */
import { BOOL, notNull } from '../../../data/types/type.ts';
import { makeCall } from '../call-type.ts';
import type { BoundExpression } from '../expression.ts';
import { mapChildExpressions, TRUE } from '../expression-tree.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { columnRef, outputColumns, someChildPlan, someExpression } from '../plan-tree.ts';
import { mayRaise } from './may-raise.ts';
import type { RuleContext } from './rule.ts';

/** What must hold, in this order, before an expression is evaluated for a row. */
export type Needed = readonly BoundExpression[];

const isTruth = (arg: BoundExpression, truth: 'true' | 'false', negated: boolean): BoundExpression => ({ kind: 'is-truth', arg, truth, negated, type: notNull(BOOL) });

/** `rewrite` applied to each direct child, with what must hold before that child is evaluated. */
export function mapWithNeeds(expression: BoundExpression, needed: Needed, rewrite: (child: BoundExpression, needed: Needed) => BoundExpression): BoundExpression {
  switch (expression.kind) {
    case 'and': return { ...expression, args: mapInTurn(expression.args, needed, rewrite, (arg) => isTruth(arg, 'false', true)) };
    case 'or': return { ...expression, args: mapInTurn(expression.args, needed, rewrite, (arg) => isTruth(arg, 'true', true)) };
    case 'coalesce': return { ...expression, args: mapInTurn(expression.args, needed, rewrite, (arg) => ({ kind: 'is-null', arg, negated: false, type: notNull(BOOL) })) };
    case 'case': {
      let open = needed;
      const branches = expression.branches.map((branch) => {
        const when = rewrite(branch.when, open);
        const then = rewrite(branch.then, [...open, isTruth(when, 'true', false)]);
        open = [...open, isTruth(when, 'true', true)];
        return { when, then };
      });
      return { ...expression, branches, otherwise: rewrite(expression.otherwise, open) };
    }
    default: return mapChildExpressions(expression, (child) => rewrite(child, needed));
  }
}

/** Arguments that are evaluated one after the other, as long as `goesOn` holds for those before. */
function mapInTurn(args: readonly BoundExpression[], needed: Needed, rewrite: (child: BoundExpression, needed: Needed) => BoundExpression, goesOn: (arg: BoundExpression) => BoundExpression): readonly BoundExpression[] {
  let open = needed;
  return args.map((arg) => {
    const next = rewrite(arg, open);
    open = [...open, goesOn(next)];
    return next;
  });
}

/** Whether evaluating the plan may raise. */
export const planMayRaise = (plan: LogicalPlan): boolean => someExpression(plan, mayRaise) || someChildPlan(plan, planMayRaise);

/** Whether it is known that there is one row at most. */
export function isOneRowAtMost(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'filter': case 'project': case 'sort': case 'distinct': case 'window': return isOneRowAtMost(plan.input);
    case 'aggregate': return plan.groupBy.length === 0 && (plan.groupingSets?.length ?? 1) < 2;
    case 'limit': return (plan.limit?.kind === 'literal' && typeof plan.limit.value === 'bigint' && plan.limit.value < 2n) || isOneRowAtMost(plan.input);
    case 'values': return plan.rows.length < 2;
    case 'nest': return true;
    default: return false;
  }
}

/** The input with one more column. */
export function withColumn(input: LogicalPlan, name: string, expression: BoundExpression, context: RuleContext): { readonly plan: LogicalPlan; readonly added: BoundExpression } {
  const output = context.newColumn(name, expression.type);
  const passed = outputColumns(input).map((column) => ({ output: column, expression: columnRef(column) }));
  return { plan: { kind: 'project', input, columns: [...passed, { output, expression }] }, added: columnRef(output) };
}

/** The plan over no rows where the guard does not hold. */
export function guarded(plan: LogicalPlan, guard: BoundExpression, context: RuleContext): LogicalPlan {
  switch (plan.kind) {
    case 'filter': case 'project': case 'sort': case 'limit': case 'distinct': case 'window': case 'aggregate': case 'nest': case 'unnest': case 'series':
      return { ...plan, input: guarded(plan.input, guard, context) };
    case 'apply': return { ...plan, left: guarded(plan.left, guard, context) };
    case 'join': return { ...plan, left: guarded(plan.left, guard, context), right: planMayRaise(plan.right) ? guarded(plan.right, guard, context) : plan.right };
    case 'set-operation': return { ...plan, left: guarded(plan.left, guard, context), right: guarded(plan.right, guard, context) };
    case 'scan': case 'values': case 'with': case 'with-reference': case 'recursive': {
      const needed = context.newColumn('needed', notNull(BOOL));
      const columns = outputColumns(plan).map((output) => ({ output, expression: columnRef(output) }));
      const marked: LogicalPlan = { kind: 'project', input: plan, columns: [...columns, { output: needed, expression: TRUE }] };
      const kept: LogicalPlan = { kind: 'filter', input: marked, predicate: makeCall('=', [columnRef(needed), guard]) };
      return { kind: 'project', input: kept, columns };
    }
  }
}
