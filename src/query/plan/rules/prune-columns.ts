/**
 * Columns that nobody above reads are not made: scans ask for fewer, projections and windows compute less.
 *
 * Operators that work by position (set operations, DISTINCT, nests, recursion) need all columns of their inputs.
 */
import type { ColumnId } from '../expression.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { collectReferences, columnRef, forEachExpression, freeColumns, mapChildPlans, outputColumns, outputIds, withInput, withSides } from '../plan-tree.ts';
import type { Rule } from './rule.ts';

export const PRUNE_COLUMNS: Rule = { name: 'prune-columns', apply: (plan) => prune(plan, outputIds(plan), new Map()) };

type Ids = ReadonlySet<ColumnId>;
/** By id of a `with`: the positions that its references read. */
type WithNeeds = Map<number, Set<number>>;

const NONE: Ids = new Set();

function withExpressions(plan: LogicalPlan, needed: Ids): Set<ColumnId> {
  const ids = new Set(needed);
  forEachExpression(plan, (expression) => { collectReferences(expression, ids); });
  return ids;
}

/** What is kept of a list; the same list if that is all. */
function keep<T>(items: readonly T[], isNeeded: (item: T) => boolean): readonly T[] {
  return items.every(isNeeded) ? items : items.filter(isNeeded);
}

function prune(plan: LogicalPlan, needed: Ids, withs: WithNeeds): LogicalPlan {
  switch (plan.kind) {
    case 'scan': {
      const all = withExpressions(plan, needed);
      const columns = keep(plan.columns, (column) => all.has(column.id));
      return columns === plan.columns ? plan : { ...plan, columns };
    }
    case 'project': {
      const columns = keep(plan.columns, (column) => needed.has(column.output.id));
      const kept = columns === plan.columns ? plan : { ...plan, columns };
      return withInput(kept, prune(plan.input, withExpressions(kept, NONE), withs));
    }
    case 'aggregate': {
      const aggregates = keep(plan.aggregates, (call) => needed.has(call.output.id));
      const kept = aggregates === plan.aggregates ? plan : { ...plan, aggregates };
      return withInput(kept, prune(plan.input, withExpressions(kept, NONE), withs));
    }
    case 'window': {
      const calls = keep(plan.calls, (call) => needed.has(call.output.id));
      if (calls.length === 0) return prune(plan.input, needed, withs);
      const kept = calls === plan.calls ? plan : { ...plan, calls };
      return withInput(kept, prune(plan.input, withExpressions(kept, needed), withs));
    }
    case 'filter': case 'sort': case 'limit': case 'unnest': case 'series':
      return withInput(plan, prune(plan.input, withExpressions(plan, needed), withs));
    case 'distinct': return withInput(plan, prune(plan.input, plan.on === undefined ? outputIds(plan.input) : withExpressions(plan, needed), withs));
    case 'join': case 'apply': return pruneJoin(plan, needed, withs);
    case 'set-operation': case 'nest': case 'recursive': return mapChildPlans(plan, (child) => prune(child, outputIds(child), withs));
    case 'with': return pruneWith(plan, needed, withs);
    case 'with-reference': {
      const positions = withs.get(plan.id);
      if (positions !== undefined) for (const [index, column] of plan.columns.entries()) if (needed.has(column.id)) positions.add(index);
      return plan;
    }
    case 'values': return plan;
  }
}

function pruneJoin(plan: LogicalPlan & { readonly kind: 'join' | 'apply' }, needed: Ids, withs: WithNeeds): LogicalPlan {
  const all = withExpressions(plan, needed);
  // An apply's right side reads columns of the left from inside.
  if (plan.kind === 'apply') for (const id of freeColumns(plan.right)) all.add(id);
  return withSides(plan, prune(plan.left, all, withs), prune(plan.right, all, withs));
}

/** The body says which positions are read; the definition makes only those. */
function pruneWith(plan: LogicalPlan & { readonly kind: 'with' }, needed: Ids, withs: WithNeeds): LogicalPlan {
  const positions = new Set<number>();
  const body = prune(plan.body, needed, new Map([...withs, [plan.id, positions]]));
  const columns = outputColumns(plan.definition);
  if (positions.size === columns.length) return { ...plan, body, definition: prune(plan.definition, outputIds(plan.definition), withs) };
  const kept = columns.filter((_, index) => positions.has(index));
  const definition: LogicalPlan = { kind: 'project', input: plan.definition, columns: kept.map((output) => ({ output, expression: columnRef(output) })) };
  return { ...plan, definition: prune(definition, outputIds(definition), withs), body: keepPositions(body, plan.id, positions) };
}

function keepPositions(plan: LogicalPlan, id: number, positions: ReadonlySet<number>): LogicalPlan {
  const inner = mapChildPlans(plan, (child) => keepPositions(child, id, positions));
  if (inner.kind !== 'with-reference' || inner.id !== id) return inner;
  return { ...inner, columns: inner.columns.filter((_, index) => positions.has(index)) };
}

