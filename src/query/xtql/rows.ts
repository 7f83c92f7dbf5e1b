/** Steps over rows that several operators of XTQL share. */
import { requireBoolean } from '../plan/require-boolean.ts';
import type { Binder } from '../plan/binder.ts';
import { makeCall } from '../plan/call-type.ts';
import type { BoundExpression } from '../plan/expression.ts';
import { conjunction } from '../plan/expression-tree.ts';
import type { LogicalPlan, PlanColumn } from '../plan/logical-plan.ts';
import { columnRef, outputColumns } from '../plan/plan-tree.ts';
import type { Rows, Variables } from './scope.ts';

/** The plan with exactly the columns of the variables, in their order and under their names. */
export function projectTo(rows: Rows): LogicalPlan {
  const wanted = [...rows.variables].map(([name, column]) => ({ output: { ...column, name }, expression: columnRef(column) }));
  const present = outputColumns(rows.plan);
  const isExact = present.length === wanted.length && wanted.every(({ output }, index) => present[index]?.id === output.id && present[index].name === output.name);
  return isExact ? rows.plan : { kind: 'project', input: rows.plan, columns: wanted };
}

export function filterRows(plan: LogicalPlan, predicates: readonly BoundExpression[]): LogicalPlan {
  return predicates.length === 0 ? plan : { kind: 'filter', input: plan, predicate: conjunction(predicates) };
}

/** A condition. `position` is its place in the statement. */
export const conditionOf = (expression: BoundExpression, position: number, where: string): BoundExpression => requireBoolean(expression, { start: position }, where);

export interface NewColumn { readonly name: string; readonly expression: BoundExpression }

/** The rows with more variables; a variable of a name that exists is replaced. */
export function extendRows(binder: Binder, rows: Rows, added: readonly NewColumn[]): Rows {
  const outputs = added.map(({ name, expression }) => ({ name, output: binder.newColumn(name, expression.type), expression }));
  const variables = new Map<string, PlanColumn>(rows.variables);
  for (const { name, output } of outputs) variables.set(name, output);
  const kept = [...rows.variables.values()].map((column) => ({ output: column, expression: columnRef(column) }));
  return { plan: { kind: 'project', input: rows.plan, columns: [...kept, ...outputs.map(({ output, expression }) => ({ output, expression }))] }, variables };
}

/** The rows with these variables alone. */
export function replaceRows(binder: Binder, plan: LogicalPlan, columns: readonly NewColumn[]): Rows {
  // Of two of one name the later one counts.
  const byName = new Map(columns.map(({ name, expression }) => [name, { output: binder.newColumn(name, expression.type), expression }]));
  return { plan: { kind: 'project', input: plan, columns: [...byName.values()] }, variables: new Map([...byName].map(([name, { output }]) => [name, output])) };
}

/** What must hold for two sets of variables to unify: equality of those of one name. */
export function unifyConditions(left: Variables, right: Variables, position: number): BoundExpression[] {
  return [...right].flatMap(([name, column]) => {
    const other = left.get(name);
    return other === undefined ? [] : [makeCall('=', [columnRef(other), columnRef(column)], position)];
  });
}

