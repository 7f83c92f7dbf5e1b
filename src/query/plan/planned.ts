/** What physical planning passes around: operators whose output columns are still known by id. */
import { assert, must } from '../../base/assert.ts';
import type { BoundExpression, ColumnId } from './expression.ts';
import { conjunction, rewriteExpression } from './expression-tree.ts';
import type { PlanColumn } from './logical-plan.ts';
import type { PhysicalPlan } from './physical-plan.ts';

/** A physical operator and the column ids of its output positions. */
export interface Planned { readonly plan: PhysicalPlan; readonly columns: readonly PlanColumn[] }

/** The positions of the columns that were asked for last: the expressions of one operator follow each other. */
let latest: { readonly columns: readonly PlanColumn[]; readonly positions: ReadonlyMap<ColumnId, number> } = { columns: [], positions: new Map() };

function positionsOf(columns: readonly PlanColumn[]): ReadonlyMap<ColumnId, number> {
  if (latest.columns === columns) return latest.positions;
  const positions = new Map<ColumnId, number>();
  for (let index = 0; index < columns.length; index++) positions.set((columns[index] as PlanColumn).id, index);
  latest = { columns, positions };
  return positions;
}

/** Replaces column ids by positions. A column that the input does not have is a bug of a rule. */
export function positional(expression: BoundExpression, columns: readonly PlanColumn[]): BoundExpression {
  const positions = positionsOf(columns);
  return rewriteExpression(expression, (node) => {
    assert(node.kind !== 'subquery', 'no subquery is left in a plan that is made physical');
    if (node.kind !== 'column') return node;
    return { kind: 'input', index: must(positions.get(node.id), `no input column for ${node.name}#${node.id}`), name: node.name, type: node.type };
  });
}

/** Conditions as one filter over an input's columns. */
export const filterOf = (predicates: readonly BoundExpression[], columns: readonly PlanColumn[]): BoundExpression | undefined =>
  (predicates.length === 0 ? undefined : positional(conjunction(predicates), columns));
