/**
 * Semi and anti joins go below the joins whose rows they would only filter afterwards.
 *
 *   semi on a.k = s.k                    join on a.x = b.x
 *     ├─ join on a.x = b.x                 ├─ semi on a.k = s.k
 *     │    ├─ a                     ⇒      │    ├─ a
 *     │    └─ b                            │    └─ s
 *     └─ s                                 └─ b
 *
 * The condition meets more rows there, so one that may raise stays where it is.
 */
import type { BoundExpression, ColumnId } from '../expression.ts';
import { substituteColumns } from '../expression-tree.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { mapChildPlans, outputIds, referencedColumns } from '../plan-tree.ts';
import { mayRaise } from './may-raise.ts';
import type { Rule } from './rule.ts';

export const PUSH_SEMI_JOINS: Rule = { name: 'push-semi-joins', apply: pushAll };

type Join = LogicalPlan & { readonly kind: 'join' };

function pushAll(plan: LogicalPlan): LogicalPlan {
  const inner = mapChildPlans(plan, pushAll);
  if (inner.kind !== 'join' || (inner.join !== 'semi' && inner.join !== 'anti')) return inner;
  if (inner.condition === undefined || mayRaise(inner.condition)) return inner;
  return place(inner, inner.left, inner.condition);
}

/** The columns of the left side that the condition reads. */
function readLeft(semi: Join, condition: BoundExpression): ReadonlySet<ColumnId> {
  const right = outputIds(semi.right);
  return new Set([...referencedColumns(condition)].filter((id) => !right.has(id)));
}

const within = (ids: ReadonlySet<ColumnId>, plan: LogicalPlan): boolean => {
  const available = outputIds(plan);
  return [...ids].every((id) => available.has(id));
};

/** The semi join over `left`, or below it where its rows come from. */
function place(semi: Join, left: LogicalPlan, condition: BoundExpression): LogicalPlan {
  const read = readLeft(semi, condition);
  switch (left.kind) {
    case 'join': {
      if (left.join !== 'full' && within(read, left.left)) return { ...left, left: place(semi, left.left, condition) };
      if (left.join === 'inner' && within(read, left.right)) return { ...left, right: place(semi, left.right, condition) };
      break;
    }
    case 'filter': return { ...left, input: place(semi, left.input, condition) };
    case 'project': {
      const sources = left.columns.filter((column) => read.has(column.output.id));
      if (!sources.every((column) => column.expression.kind === 'column')) break;
      return { ...left, input: place(semi, left.input, substituteColumns(condition, new Map(sources.map((column) => [column.output.id, column.expression])))) };
    }
    default:
  }
  return { ...semi, left, condition };
}
