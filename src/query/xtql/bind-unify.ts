/**
 * `unify`: rows joined by the variables they share.
 *
 *     (unify (from …[a b]) (from …[b c]) (where (< a c)) (with {d (f c)}) (join q [d e]))
 *
 *     1  from, rel             joined on their common variables
 *     2  where, with, join,    as soon as all variables they need are there, in rounds; within a round in this order.
 *        left-join, unnest     A variable that exists already must be equal to the new one.
 *
 * So the order of clauses says nothing. Clauses that nothing makes ready are an error.
 */
import { EngineError } from '../../base/errors.ts';
import { withNull } from '../../data/types/type.ts';
import { makeCall } from '../plan/call-type.ts';
import type { BoundExpression } from '../plan/expression.ts';
import { conjunction, TRUE } from '../plan/expression-tree.ts';
import { elementType } from '../plan/list-type.ts';
import type { LogicalPlan } from '../plan/logical-plan.ts';
import { columnRef, freeColumns, ONE_ROW, outputIds } from '../plan/plan-tree.ts';
import type { Binding, JoinClause, NameExpression, Unify, UnifyClause, UnnestClause, WhereClause, XtqlExpression } from './ast.ts';
import { bindExpression, bindSubqueryRows } from './bind-expression.ts';
import { bindColumns, bindFrom, bindRel } from './bind-source.ts';
import { bindCondition } from './bind-tail.ts';
import { NULL_LITERAL } from '../plan/cast-type.ts';
import { extendRows, filterRows, unifyConditions } from './rows.ts';
import type { Locals, Rows, XtqlBinder, XtqlScope } from './scope.ts';
import { notInScope, withVariable } from './scope.ts';
import { namesIn } from './variables.ts';

/** A step that waits for variables: one predicate, one variable of `with`, one join or unnest. */
type Step =
  | { readonly kind: 'where'; readonly predicate: XtqlExpression }
  | { readonly kind: 'with'; readonly binding: Binding }
  | JoinClause | UnnestClause;
const ROUND: readonly Step['kind'][] = ['where', 'with', 'join', 'left-join', 'unnest'];

export function bindUnify(xtql: XtqlBinder, unify: Unify, locals: Locals): Rows {
  let rows: Rows | undefined;
  const steps: Step[] = [];
  for (const clause of unify.clauses) {
    if (clause.kind === 'from' || clause.kind === 'rel') {
      const next = clause.kind === 'from' ? bindFrom(xtql, clause, locals) : bindRel(xtql, clause, locals);
      rows = rows === undefined ? next : joinRows(xtql, rows, next, false, clause.start);
    } else steps.push(...stepsOf(clause));
  }
  return takeSteps(xtql, rows ?? { plan: ONE_ROW, variables: new Map() }, steps, locals);
}

function stepsOf(clause: Exclude<UnifyClause, { readonly kind: 'from' | 'rel' }>): Step[] {
  switch (clause.kind) {
    case 'where': return (clause as WhereClause).predicates.map((predicate) => ({ kind: 'where', predicate }));
    case 'with': return clause.bindings.map((binding) => ({ kind: 'with', binding }));
    default: return [clause];
  }
}

function neededBy(step: Step, locals: Locals): readonly NameExpression[] {
  switch (step.kind) {
    case 'where': return namesIn(step.predicate, locals);
    case 'with': case 'unnest': return namesIn(step.binding.expression, locals);
    case 'join': case 'left-join': return step.subquery.args.flatMap((arg) => namesIn(arg, locals));
  }
}

function takeSteps(xtql: XtqlBinder, start: Rows, steps: readonly Step[], locals: Locals): Rows {
  let rows = start;
  let waiting = steps;
  while (waiting.length > 0) {
    const { variables } = rows;
    const ready = waiting.filter((step) => neededBy(step, locals).every((name) => variables.has(name.name)));
    if (ready.length === 0) throw noneReady(xtql, waiting, { variables, locals });
    for (const kind of ROUND) for (const step of ready) if (step.kind === kind) rows = takeStep(xtql, rows, step, locals);
    waiting = waiting.filter((step) => !ready.includes(step));
  }
  return rows;
}

function noneReady(xtql: XtqlBinder, waiting: readonly Step[], scope: XtqlScope): EngineError {
  const missing = waiting.flatMap((step) => neededBy(step, scope.locals)).find((name) => !scope.variables.has(name.name));
  const cause = missing === undefined ? undefined : notInScope(xtql, scope, missing);
  return new EngineError('undefined-column', `No available clauses: ${cause?.message ?? 'nothing makes the rest ready'}`, { position: cause?.position, hint: cause?.hint });
}

function takeStep(xtql: XtqlBinder, rows: Rows, step: Step, locals: Locals): Rows {
  const scope: XtqlScope = { variables: rows.variables, locals };
  switch (step.kind) {
    case 'where': return { ...rows, plan: filterRows(rows.plan, [bindCondition(xtql, step.predicate, scope)]) };
    case 'with': return unifyValue(xtql, rows, step.binding, bindExpression(xtql, step.binding.expression, scope));
    case 'join': case 'left-join': {
      const subquery = bindSubqueryRows(xtql, step.subquery, scope);
      const bound = bindColumns(xtql, subquery.plan, step.bind, (name) => {
        const column = subquery.variables.get(name);
        return column === undefined ? NULL_LITERAL : columnRef(column);
      }, locals);
      return joinRows(xtql, rows, bound, step.kind === 'left-join', step.start);
    }
    case 'unnest': {
      const list = bindExpression(xtql, step.binding.expression, scope);
      const { name, start } = step.binding;
      const output = xtql.binder.newColumn(name, elementType(list.type));
      const plan: LogicalPlan = { kind: 'unnest', input: rows.plan, lists: [{ output, list }], ordinality: undefined, outer: false };
      const same = rows.variables.get(name);
      if (same === undefined) return { plan, variables: withVariable(rows.variables, name, output) };
      return { ...rows, plan: filterRows(plan, [makeCall('=', [columnRef(same), columnRef(output)], xtql.position(start))]) };
    }
  }
}

function unifyValue(xtql: XtqlBinder, rows: Rows, { name, start }: Binding, value: BoundExpression): Rows {
  const same = rows.variables.get(name);
  if (same === undefined) return extendRows(xtql.binder, rows, [{ name, expression: value }]);
  return { ...rows, plan: filterRows(rows.plan, [makeCall('=', [columnRef(same), value], xtql.position(start))]) };
}

/** The right side may be correlated with the left one. Of a common variable the left column stays. */
function joinRows(xtql: XtqlBinder, left: Rows, right: Rows, isLeftJoin: boolean, start: number): Rows {
  const conditions = unifyConditions(left.variables, right.variables, xtql.position(start));
  const leftIds = outputIds(left.plan);
  const isCorrelated = [...freeColumns(right.plan)].some((id) => leftIds.has(id));
  const condition = conditions.length > 0 ? conjunction(conditions) : isLeftJoin ? TRUE : undefined;
  const plan: LogicalPlan = { kind: isCorrelated ? 'apply' : 'join', join: isLeftJoin ? 'left' : 'inner', left: left.plan, right: right.plan, condition };
  const variables = new Map(left.variables);
  for (const [name, column] of right.variables) {
    if (!variables.has(name)) variables.set(name, isLeftJoin ? { ...column, type: withNull(column.type) } : column);
  }
  return { plan, variables };
}
