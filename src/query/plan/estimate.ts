/** Rough numbers of rows, good enough to choose an order of joins by. No statistics but the tables' sizes. */
import type { BoundExpression, ColumnId } from './expression.ts';
import type { LogicalPlan } from './logical-plan.ts';
import { childPlans } from './plan-tree.ts';

const EQUALITY = 0.05;
const RANGE = 0.35;
const PATTERN = 0.1;
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
      if (predicate.name === 'like') return PATTERN;
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

/** How many values columns have at most, where more is known than the size of their table. */
export type ValueCounts = ReadonlyMap<ColumnId, number>;

const NO_COUNTS: ValueCounts = new Map();

const columnEquality = (condition: BoundExpression): readonly [ColumnReference, ColumnReference] | undefined => {
  if (condition.kind !== 'call' || condition.name !== '=') return undefined;
  const [a, b] = condition.args;
  return a?.kind === 'column' && b?.kind === 'column' ? [a, b] : undefined;
};
type ColumnReference = BoundExpression & { readonly kind: 'column' };

/**
 * Columns that are equal to each other and to some `_id` have no more values between them than that table has rows: of
 * `c.nation = s.nation AND s.nation = n._id` a pair of customer and supplier passes once in as many as there are nations.
 */
export function valueCounts(conditions: readonly BoundExpression[], plans: readonly LogicalPlan[]): ValueCounts {
  const classOf = new Map<ColumnId, Set<ColumnId>>();
  const ofClass = new Map<Set<ColumnId>, number>();
  const join = (column: ColumnReference): Set<ColumnId> => {
    const known = classOf.get(column.id);
    if (known !== undefined) return known;
    const made = new Set([column.id]);
    classOf.set(column.id, made);
    const rows = column.name === '_id' ? plans.map((plan) => baseRows(plan, column.id)).find((found) => found !== undefined) : undefined;
    ofClass.set(made, rows ?? Infinity);
    return made;
  };
  for (const condition of conditions) {
    const pair = columnEquality(condition);
    if (pair === undefined) continue;
    const [into, from] = [join(pair[0]), join(pair[1])];
    if (into === from) continue;
    for (const id of from) { into.add(id); classOf.set(id, into); }
    ofClass.set(into, Math.min(ofClass.get(into) ?? Infinity, ofClass.get(from) ?? Infinity));
  }
  return new Map([...classOf].flatMap(([id, members]) => { const count = ofClass.get(members) ?? Infinity; return count === Infinity ? [] : [[id, count] as const]; }));
}

/** The share of pairs that a join condition leaves: for an equality one in as many as its columns have values. */
export function joinSelectivity(condition: BoundExpression, left: LogicalPlan, right: LogicalPlan, counts: ValueCounts = NO_COUNTS): number {
  if (condition.kind === 'and') return jointSelectivity(condition.args, left, right, counts);
  if (condition.kind !== 'call' || condition.name !== '=') return RANGE;
  const pair = columnEquality(condition);
  const known = pair === undefined ? undefined : counts.get(pair[0].id) ?? counts.get(pair[1].id);
  if (known !== undefined) return 1 / Math.max(known, 1);
  const sizes = condition.args.map((arg) => (arg.kind === 'column' ? baseRows(left, arg.id) ?? baseRows(right, arg.id) ?? 100 : 100));
  return 1 / Math.max(...sizes, 1);
}

/** Of several equalities together: those of a composite key depend on each other, so that each row of the larger side is taken to find its match. */
export function jointSelectivity(conditions: readonly BoundExpression[], left: LogicalPlan, right: LogicalPlan, counts: ValueCounts = NO_COUNTS): number {
  const equalities = conditions.flatMap((condition) => columnEquality(condition) ?? []);
  const share = conditions.reduce((product, condition) => product * joinSelectivity(condition, left, right, counts), 1);
  if (equalities.length < 4) return share;
  const sizes = [left, right].map((side) => Math.max(1, ...equalities.map((column) => baseRows(side, column.id) ?? 1)));
  return Math.max(share, 1 / Math.min(...sizes));
}
