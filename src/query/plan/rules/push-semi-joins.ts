/**
 * Semi and anti joins go below the joins whose rows they would only filter afterwards.
 *
 *   semi on a.k = s.k                    join on a.x = b.x
 *     ├─ join on a.x = b.x                 ├─ semi on a.k = s.k
 *     │    ├─ a                     ⇒      │    ├─ a
 *     │    └─ b                            │    └─ s
 *     └─ s                                 └─ b
 *
 * The condition meets more rows there, so one that may raise stays where it is. And the rows are read and compared there before a
 * join can drop them, so one whose other side is about as large as what it filters stays above, where few rows are left.
 */
import type { BoundExpression, ColumnId } from '../expression.ts';
import { estimateRows } from '../estimate.ts';
import { substituteColumns } from '../expression-tree.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { mapChildPlans, outputIds, referencedColumns } from '../plan-tree.ts';
import { mayRaise } from './may-raise.ts';
import type { Rule } from './rule.ts';

export const PUSH_SEMI_JOINS: Rule = { name: 'push-semi-joins', concerns: ['semi join', 'anti join'], apply: pushAll };

/** The other side has fewer rows than this share of those it filters: most of them find no match. */
const SELECTIVE_BELOW = 0.5;

type Join = LogicalPlan & { readonly kind: 'join' };

function pushAll(plan: LogicalPlan): LogicalPlan {
  const inner = mapChildPlans(plan, pushAll);
  if (inner.kind !== 'join' || (inner.join !== 'semi' && inner.join !== 'anti')) return inner;
  if (inner.condition === undefined || mayRaise(inner.condition)) return inner;
  return place(inner, inner.left, inner.condition, estimateRows(inner.right) / SELECTIVE_BELOW);
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

/** Whether the relation that the condition reads has so many rows that filtering it first pays. Only inner joins leave fewer to be filtered. */
function worth(read: ReadonlySet<ColumnId>, plan: LogicalPlan, rowsMin: number): boolean {
  if (plan.kind === 'join' && plan.join === 'inner') {
    if (within(read, plan.left)) return worth(read, plan.left, rowsMin);
    if (within(read, plan.right)) return worth(read, plan.right, rowsMin);
  }
  return estimateRows(plan) >= rowsMin;
}

/** The semi join over `left`, or below it where its rows come from, if those are at least `rowsMin`. */
function place(semi: Join, left: LogicalPlan, condition: BoundExpression, rowsMin: number): LogicalPlan {
  const read = readLeft(semi, condition);
  switch (left.kind) {
    case 'join': {
      if (left.join !== 'full' && within(read, left.left) && (left.join !== 'inner' || worth(read, left.left, rowsMin))) return { ...left, left: place(semi, left.left, condition, rowsMin) };
      if (left.join === 'inner' && within(read, left.right) && worth(read, left.right, rowsMin)) return { ...left, right: place(semi, left.right, condition, rowsMin) };
      break;
    }
    case 'filter': return { ...left, input: place(semi, left.input, condition, rowsMin) };
    case 'project': {
      const sources = left.columns.filter((column) => read.has(column.output.id));
      if (!sources.every((column) => column.expression.kind === 'column')) break;
      return { ...left, input: place(semi, left.input, substituteColumns(condition, new Map(sources.map((column) => [column.output.id, column.expression]))), rowsMin) };
    }
    default:
  }
  return left === semi.left && condition === semi.condition ? semi : { ...semi, left, condition };
}
