/**
 * The order of inner joins, chosen greedily by the estimated number of rows.
 *
 *   a ⋈ b ⋈ c ⋈ d   ⇒   start with each relation in turn, add the one that keeps the result smallest, and take the order whose
 *                        results are smallest together; cross products only when nothing is connected. The smaller input is
 *                        built (the right one).
 */
import { must } from '../../../base/assert.ts';
import { conjunction, conjunctsOf } from '../expression-tree.ts';
import type { BoundExpression, ColumnId } from '../expression.ts';
import { estimateRows, jointSelectivity, valueCounts } from '../estimate.ts';
import type { ValueCounts } from '../estimate.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { columnRef, mapChildPlans, outputColumns, outputIds, referencedColumns } from '../plan-tree.ts';
import type { Rule } from './rule.ts';

export const ORDER_JOINS: Rule = { name: 'order-joins', concerns: ['inner join'], apply: order };

type Join = LogicalPlan & { readonly kind: 'join' };
interface Relation { readonly plan: LogicalPlan; readonly ids: ReadonlySet<ColumnId>; readonly rows: number }

/** Above this many relations the written order stays. */
const RELATIONS_MAX = 40;
/** So many are tried as the first one. */
const STARTS_MAX = 12;

function order(plan: LogicalPlan): LogicalPlan {
  if (!isInnerJoin(plan)) return mapChildPlans(plan, plan.kind === 'project' || plan.kind === 'aggregate' ? orderBelow : order);
  const ordered = orderJoins(plan);
  const columns = outputColumns(plan);
  return { kind: 'project', input: ordered, columns: columns.map((output) => ({ output, expression: columnRef(output) })) };
}

/** Projections and aggregations name the columns that they take, in whatever order these come. */
const orderBelow = (plan: LogicalPlan): LogicalPlan => (isInnerJoin(plan) ? orderJoins(plan) : order(plan));

const isInnerJoin = (plan: LogicalPlan): plan is Join => plan.kind === 'join' && plan.join === 'inner';

/** The joins in the order that is chosen; the same plan if that is the one it has. */
function orderJoins(plan: Join): LogicalPlan {
  const leaves: LogicalPlan[] = [];
  const conditions: BoundExpression[] = [];
  flatten(plan, leaves, conditions);
  const relations = leaves.map((leaf): Relation => ({ plan: order(leaf), ids: outputIds(leaf), rows: estimateRows(leaf) }));
  if (relations.length > RELATIONS_MAX) return mapChildPlans(plan, order);
  const ordered = cheapest(relations, conditions);
  return isSameJoin(ordered, plan) ? plan : ordered;
}

/** Whether the join is as it was written. */
function isSameJoin(ordered: LogicalPlan, written: LogicalPlan): boolean {
  if (ordered === written) return true;
  if (!isInnerJoin(ordered) || !isInnerJoin(written)) return false;
  return isSameJoin(ordered.left, written.left) && isSameJoin(ordered.right, written.right) && areSame(conjunctsOf(ordered.condition), conjunctsOf(written.condition));
}

const areSame = <T>(a: readonly T[], b: readonly T[]): boolean => a.length === b.length && a.every((item, index) => item === b[index]);

function flatten(plan: LogicalPlan, leaves: LogicalPlan[], conditions: BoundExpression[]): void {
  if (!isInnerJoin(plan)) {
    leaves.push(plan);
    return;
  }
  flatten(plan.left, leaves, conditions);
  flatten(plan.right, leaves, conditions);
  conditions.push(...conjunctsOf(plan.condition));
}

/** A condition and what it reads. */
interface Condition { readonly expression: BoundExpression; readonly ids: readonly ColumnId[] }

interface Candidate { readonly left: Relation; readonly right: Relation; readonly usable: readonly BoundExpression[]; readonly rows: number; readonly isConnected: boolean }

function candidate(left: Relation, right: Relation, conditions: readonly Condition[], counts: ValueCounts): Candidate {
  const usable: BoundExpression[] = [];
  for (const { expression, ids } of conditions) if (ids.every((id) => left.ids.has(id) || right.ids.has(id))) usable.push(expression);
  const isConnected = usable.some((condition) => condition.kind === 'call' && condition.name === '=');
  const selectivity = jointSelectivity(usable, left.plan, right.plan, counts);
  return { left, right, usable, isConnected, rows: Math.max(1, left.rows * right.rows * selectivity) };
}

const better = (a: Candidate, b: Candidate | undefined): boolean =>
  b === undefined || (a.isConnected !== b.isConnected ? a.isConnected : a.rows < b.rows || (a.rows === b.rows && a.left.rows + a.right.rows < b.left.rows + b.right.rows));

interface Ordered { readonly plan: LogicalPlan; readonly cost: number }

/** The cheapest of the orders that begin with each of the relations; ties go to the one written first. */
function cheapest(relations: readonly Relation[], conditions: readonly BoundExpression[]): LogicalPlan {
  const counts = valueCounts(conditions, relations.map(({ plan }) => plan));
  const read = conditions.map((expression): Condition => ({ expression, ids: [...referencedColumns(expression)] }));
  // Of two, either start leads to the same join.
  const starts = relations.length === 2 ? 1 : STARTS_MAX;
  const orders = relations.slice(0, starts).map((start) => greedy(start, relations, read, counts));
  return orders.reduce((best, next) => (next.cost < best.cost ? next : best)).plan;
}

/** Adds the relation that keeps the result smallest, one after the other. The cost is the number of rows of all results on the way. */
function greedy(start: Relation, relations: readonly Relation[], conditions: readonly Condition[], counts: ValueCounts): Ordered {
  let remaining = relations.filter((relation) => relation !== start);
  let open = [...conditions];
  let current = start;
  let cost = 0;
  while (remaining.length > 0) {
    let best: Candidate | undefined;
    for (const right of remaining) {
      const next = candidate(current, right, open, counts);
      if (better(next, best)) best = next;
    }
    const chosen = must(best, 'two relations can always be joined');
    const used = new Set(chosen.usable);
    open = open.filter(({ expression }) => !used.has(expression));
    remaining = remaining.filter((relation) => relation !== chosen.right);
    current = { plan: joined(chosen), ids: new Set([...chosen.left.ids, ...chosen.right.ids]), rows: chosen.rows };
    cost += chosen.rows;
  }
  return { plan: open.length === 0 ? current.plan : { kind: 'filter', input: current.plan, predicate: conjunction(open.map(({ expression }) => expression)) }, cost };
}

/** The smaller input is the right one, which is built. */
function joined(chosen: Candidate): Join {
  const [left, right] = chosen.left.rows >= chosen.right.rows ? [chosen.left, chosen.right] : [chosen.right, chosen.left];
  return { kind: 'join', join: 'inner', left: left.plan, right: right.plan, condition: chosen.usable.length === 0 ? undefined : conjunction(chosen.usable) };
}
