/**
 * `aggregate`.
 *
 *     (aggregate category {:total (* 2 (sum v))})
 *        project (category, total: 2 * $1)  ─  aggregate by category: $1 = sum(v)  ─  rows
 *
 * Bindings that are a variable alone are the keys; all others may use the keys, and anything inside aggregates.
 */
import type { AggregateCall, PlanColumn } from '../plan/logical-plan.ts';
import { columnRef } from '../plan/plan-tree.ts';
import type { Binding } from './ast.ts';
import { bindExpression } from './bind-expression.ts';
import { replaceRows } from './rows.ts';
import type { Locals, Rows, XtqlBinder, XtqlScope } from './scope.ts';
import { notInScope } from './scope.ts';

/** Throws 42803 for variables outside of aggregates that are no keys, and for aggregates inside aggregates. */
export function bindAggregateTail(xtql: XtqlBinder, bindings: readonly Binding[], rows: Rows, locals: Locals): Rows {
  const { binder } = xtql;
  const input: XtqlScope = { variables: rows.variables, locals };
  const keys = new Map<string, { readonly output: PlanColumn; readonly column: PlanColumn }>();
  for (const { expression } of bindings) {
    if (expression.kind !== 'name' || (locals.has(expression.name) && !expression.prefersVariable) || keys.has(expression.name)) continue;
    const column = rows.variables.get(expression.name);
    if (column === undefined) throw notInScope(xtql, input, expression);
    keys.set(expression.name, { output: binder.newColumn(expression.name, column.type), column });
  }
  const calls: AggregateCall[] = [];
  const scope: XtqlScope = { variables: new Map([...keys].map(([name, key]) => [name, key.output])), locals, aggregates: { calls, input } };
  const columns = bindings.map(({ name, expression }) => ({ name, expression: bindExpression(xtql, expression, scope) }));
  const groupBy = [...keys.values()].map(({ output, column }) => ({ output, expression: columnRef(column) }));
  return replaceRows(binder, { kind: 'aggregate', input: rows.plan, groupBy, aggregates: calls }, columns);
}
