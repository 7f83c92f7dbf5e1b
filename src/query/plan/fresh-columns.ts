/**
 * A plan that is used twice, with other columns the second time: two sides of a join may not define the same ones.
 *
 *   project [n#3]  ─  scan t [n#3, a#4]        ⇒        project [n#9]  ─  scan t [n#9, a#10]        free columns keep their ids
 */
import type { BoundExpression, ColumnId } from './expression.ts';
import { rewriteExpression } from './expression-tree.ts';
import type { LogicalPlan, PlanColumn } from './logical-plan.ts';
import { mapChildPlans, mapPlanExpressions } from './plan-tree.ts';

export function withFreshColumns(plan: LogicalPlan, newColumn: (name: string, type: PlanColumn['type']) => PlanColumn): LogicalPlan {
  const ids = new Map<ColumnId, ColumnId>();
  const column = <C extends PlanColumn>(old: C): C => {
    const id = ids.get(old.id) ?? newColumn(old.name, old.type).id;
    ids.set(old.id, id);
    return { ...old, id };
  };
  const output = <O extends { readonly output: PlanColumn }>(old: O): O => ({ ...old, output: column(old.output) });
  const optional = (old: PlanColumn | undefined): PlanColumn | undefined => (old === undefined ? undefined : column(old));
  // A reference keeps its type: above an outer join it may be NULL where its definition is not.
  const references = (expression: BoundExpression): BoundExpression => rewriteExpression(expression, (node) => {
    if (node.kind === 'column') return { ...node, id: ids.get(node.id) ?? node.id };
    return node.kind === 'subquery' ? { ...node, plan: rename(node.plan) } : node;
  });
  const define = (node: LogicalPlan): LogicalPlan => {
    switch (node.kind) {
      case 'scan': return { ...node, columns: node.columns.map(column) };
      case 'values': case 'set-operation': case 'with-reference': case 'recursive': return { ...node, columns: node.columns.map(column) };
      case 'project': return { ...node, columns: node.columns.map(output) };
      case 'join': case 'apply': return { ...node, mark: optional(node.mark) };
      case 'aggregate': return { ...node, groupBy: node.groupBy.map(output), aggregates: node.aggregates.map(output) };
      case 'window': return { ...node, calls: node.calls.map(output) };
      case 'unnest': return { ...node, lists: node.lists.map(output), ordinality: optional(node.ordinality) };
      case 'series': return { ...node, output: column(node.output), ordinality: optional(node.ordinality) };
      case 'nest': return { ...node, output: column(node.output) };
      case 'filter': case 'distinct': case 'sort': case 'limit': case 'with': return node;
    }
  };
  // Operators come after those below them: by then all that they read and that is not free is defined.
  const rename = (node: LogicalPlan): LogicalPlan => mapPlanExpressions(define(mapChildPlans(node, rename)), references);
  return rename(plan);
}
