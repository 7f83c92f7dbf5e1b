/** Rough numbers of rows, good enough to choose an order of joins by. No statistics but the tables' sizes. */
import type { BoundExpression, ColumnId } from './expression.ts';
import type { LogicalPlan } from './logical-plan.ts';
import { childPlans } from './plan-tree.ts';

const EQUALITY = 0.05;
const RANGE = 0.35;
const OTHER = 0.3;
const GROUPS = 0.1;

/** The share of rows that a condition leaves. */
function selectivity(predicate: BoundExpression, rows: number): number {
  switch (predicate.kind) {
    case 'and': return predicate.args.reduce((product, arg) => product * selectivity(arg, rows), 1);
    case 'or': return Math.min(1, predicate.args.reduce((sum, arg) => sum + selectivity(arg, rows), 0));
    case 'not': return 1 - selectivity(predicate.arg, rows);
    case 'in-list': return Math.min(1, predicate.items.length * equality(predicate.arg, rows));
    case 'is-null': return predicate.negated ? 0.9 : 0.1;
    case 'call': {
      if (predicate.name === '=') return Math.min(...predicate.args.map((arg) => equality(arg, rows)));
      if (predicate.name === '<>') return 0.9;
      return ['<', '<=', '>', '>='].includes(predicate.name) ? RANGE : OTHER;
    }
    default: return OTHER;
  }
}

/** `_id` has a value for each row. */
const equality = (expression: BoundExpression, rows: number): number => (expression.kind === 'column' && expression.name === '_id' ? 1 / Math.max(rows, 1) : EQUALITY);

export function estimateRows(plan: LogicalPlan): number {
  switch (plan.kind) {
    case 'scan': return Math.max(1, plan.filters.reduce((rows, filter) => rows * selectivity(filter, plan.rowEstimate), Math.max(plan.rowEstimate, 1)));
    case 'values': return plan.rows.length;
    case 'filter': {
      const rows = estimateRows(plan.input);
      return Math.max(1, rows * selectivity(plan.predicate, rows));
    }
    case 'aggregate': return plan.groupBy.length === 0 ? 1 : Math.max(1, estimateRows(plan.input) * GROUPS);
    case 'limit': return plan.limit?.kind === 'literal' && typeof plan.limit.value === 'bigint' ? Math.min(Number(plan.limit.value), estimateRows(plan.input)) : estimateRows(plan.input);
    case 'join': case 'apply': return estimateJoin(plan);
    case 'set-operation': return plan.operation === 'union' ? estimateRows(plan.left) + estimateRows(plan.right) : estimateRows(plan.left);
    case 'unnest': case 'series': return estimateRows(plan.input) * 10;
    case 'nest': return 1;
    case 'with': return estimateRows(plan.body);
    case 'with-reference': case 'recursive': return 1000;
    case 'project': case 'window': case 'distinct': case 'sort': return estimateRows(plan.input);
  }
}

function estimateJoin(plan: LogicalPlan & { readonly kind: 'join' | 'apply' }): number {
  const left = estimateRows(plan.left);
  switch (plan.join) {
    case 'semi': case 'anti': return Math.max(1, left / 2);
    case 'mark': case 'single': return left;
    case 'inner': case 'left': case 'full': {
      const right = estimateRows(plan.right);
      const share = plan.condition === undefined ? 1 : joinSelectivity(plan.condition, plan.left, plan.right);
      return Math.max(plan.join === 'inner' ? 1 : left, left * right * share);
    }
  }
}

/** The table size behind a column: an upper bound of how many values it has. */
function baseRows(plan: LogicalPlan, id: ColumnId): number | undefined {
  if (plan.kind === 'scan') return plan.columns.some((column) => column.id === id) ? Math.max(plan.rowEstimate, 1) : undefined;
  if (plan.kind === 'project') {
    const source = plan.columns.find((column) => column.output.id === id)?.expression;
    return source?.kind === 'column' ? baseRows(plan.input, source.id) : undefined;
  }
  if (plan.kind === 'aggregate') {
    const source = plan.groupBy.find((key) => key.output.id === id)?.expression;
    return source?.kind === 'column' ? baseRows(plan.input, source.id) : undefined;
  }
  for (const child of childPlans(plan)) {
    const found = baseRows(child, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The share of pairs that a join condition leaves: for an equality one in as many as the larger table has rows. */
export function joinSelectivity(condition: BoundExpression, left: LogicalPlan, right: LogicalPlan): number {
  if (condition.kind === 'and') return condition.args.reduce((product, arg) => product * joinSelectivity(arg, left, right), 1);
  if (condition.kind !== 'call' || condition.name !== '=') return RANGE;
  const sizes = condition.args.map((arg) => (arg.kind === 'column' ? baseRows(left, arg.id) ?? baseRows(right, arg.id) ?? 100 : 100));
  return 1 / Math.max(...sizes, 1);
}
