/**
 * Columns that nobody above reads are not made: scans ask for fewer, projections and windows compute less.
 *
 * Operators that work by position (set operations, DISTINCT, nests, recursion) need all columns of their inputs.
 */
import type { ColumnId } from '../expression.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { collectReferences, columnRef, forEachExpression, mapChildPlans, outputColumns, outputIds } from '../plan-tree.ts';
import type { Rule } from './rule.ts';

export const PRUNE_COLUMNS: Rule = { name: 'prune-columns', apply: (plan) => prune(plan, outputIds(plan), new Map()) };

type Ids = ReadonlySet<ColumnId>;
/** By id of a `with`: the positions that its references read. */
type WithNeeds = Map<number, Set<number>>;

const withExpressions = (plan: LogicalPlan, needed: Ids): Ids => {
  const ids = new Set(needed);
  forEachExpression(plan, (expression) => { collectReferences(expression, ids); });
  return ids;
};

function prune(plan: LogicalPlan, needed: Ids, withs: WithNeeds): LogicalPlan {
  switch (plan.kind) {
    case 'scan': {
      const all = withExpressions(plan, needed);
      return { ...plan, columns: plan.columns.filter((column) => all.has(column.id)) };
    }
    case 'project': {
      const columns = plan.columns.filter((column) => needed.has(column.output.id));
      const kept = { ...plan, columns };
      return { ...kept, input: prune(plan.input, withExpressions(kept, new Set()), withs) };
    }
    case 'aggregate': {
      const kept = { ...plan, aggregates: plan.aggregates.filter((call) => needed.has(call.output.id)) };
      return { ...kept, input: prune(plan.input, withExpressions(kept, new Set()), withs) };
    }
    case 'window': {
      const calls = plan.calls.filter((call) => needed.has(call.output.id));
      if (calls.length === 0) return prune(plan.input, needed, withs);
      const kept = { ...plan, calls };
      return { ...kept, input: prune(plan.input, withExpressions(kept, needed), withs) };
    }
    case 'filter': case 'sort': case 'limit': case 'unnest': case 'series':
      return { ...plan, input: prune(plan.input, withExpressions(plan, needed), withs) };
    case 'distinct': return { ...plan, input: prune(plan.input, plan.on === undefined ? outputIds(plan.input) : withExpressions(plan, needed), withs) };
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
  const all = new Set(withExpressions(plan, needed));
  // An apply's right side reads columns of the left from inside.
  if (plan.kind === 'apply') for (const id of freeOf(plan.right)) all.add(id);
  return { ...plan, left: prune(plan.left, all, withs), right: prune(plan.right, all, withs) };
}

function freeOf(plan: LogicalPlan): Set<ColumnId> {
  const used = new Set<ColumnId>();
  const visit = (node: LogicalPlan): LogicalPlan => {
    forEachExpression(node, (expression) => { collectReferences(expression, used); });
    return mapChildPlans(node, visit);
  };
  visit(plan);
  return used;
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

