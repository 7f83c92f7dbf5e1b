/**
 * Conjuncts move towards the rows they are about.
 *
 *   filter a.x = 1 AND b.y < 2 AND a.k = b.k             join on a.k = b.k
 *     └─ cross join                              ⇒        ├─ scan a, filter x = 1
 *          ├─ scan a                                      └─ scan b, filter y < 2
 *          └─ scan b
 *
 * A conjunct that may raise stays above whatever may reject its row: joins, and conjuncts that cannot raise. An equality of both sides
 * is the condition of a join that has no other, where every row meets it in any case; one that may only overflow joins them in any case.
 * Below an outer join only conditions on the preserved side move; one that rejects NULLs of the other side makes the join inner.
 */
import { must } from '../../../base/assert.ts';
import { equalColumnTypes } from '../../../data/types/column-type.ts';
import { lookupScalar } from '../../../catalog/registry.ts';
import type { BoundExpression, ColumnId } from '../expression.ts';
import { conjunction, conjuncts, conjunctsOf, isLiteral, substituteColumns } from '../expression-tree.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { besideColumns, columnRef, hasReference, mapChildPlans, outputColumns, outputIds, someReference, withInput, withSides } from '../plan-tree.ts';
import { isVolatile, mayRaise, mayRaiseInRange, safeFirst } from './may-raise.ts';
import type { Rule } from './rule.ts';

export const PUSH_PREDICATES: Rule = { name: 'push-predicates', apply: (plan) => push(plan, []) };

type Predicates = readonly BoundExpression[];

const filtered = (plan: LogicalPlan, predicates: Predicates): LogicalPlan => {
  const useful = predicates.filter((predicate) => !isLiteral(predicate, true));
  if (useful.length === 0) return plan;
  if (plan.kind === 'filter') return { ...plan, predicate: conjunction(safeFirst([...conjuncts(plan.predicate), ...useful])) };
  return { kind: 'filter', input: plan, predicate: conjunction(safeFirst(useful)) };
};

const readsOnly = (predicate: BoundExpression, ids: ReadonlySet<ColumnId>): boolean => !someReference(predicate, (id) => !ids.has(id));
const readsAny = (predicate: BoundExpression, ids: ReadonlySet<ColumnId>): boolean => someReference(predicate, (id) => ids.has(id));

function split(predicates: Predicates, test: (predicate: BoundExpression) => boolean): readonly [BoundExpression[], BoundExpression[]] {
  const yes: BoundExpression[] = [];
  const no: BoundExpression[] = [];
  for (const predicate of predicates) (test(predicate) ? yes : no).push(predicate);
  return [yes, no];
}

/** The plan with the predicates applied, as far down as they may go. */
function push(plan: LogicalPlan, predicates: Predicates): LogicalPlan {
  switch (plan.kind) {
    case 'filter': return push(plan.input, [...conjuncts(plan.predicate), ...predicates]);
    case 'scan': {
      const useful = predicates.filter((predicate) => !isLiteral(predicate, true));
      return useful.length === 0 ? plan : { ...plan, filters: safeFirst([...plan.filters, ...useful]) };
    }
    case 'project': return pushThroughProject(plan, predicates);
    case 'join': return pushIntoJoin(plan, predicates);
    case 'apply': {
      const left = outputIds(plan.left);
      const [down, stay] = split(predicates, (predicate) => readsOnly(predicate, left) && !mayRaise(predicate));
      return filtered(withSides(plan, push(plan.left, down), push(plan.right, [])), stay);
    }
    case 'aggregate': return pushThroughAggregate(plan, predicates);
    case 'window': return pushThroughWindow(plan, predicates);
    case 'distinct': return plan.on === undefined ? withInput(plan, push(plan.input, predicates)) : filtered(mapChildPlans(plan, (child) => push(child, [])), predicates);
    case 'sort': return withInput(plan, push(plan.input, predicates));
    case 'set-operation': return pushIntoSets(plan, predicates);
    case 'unnest': case 'series': {
      const own = new Set(besideColumns(plan).map((column) => column.id));
      // A row without items meets no condition above, so one that may raise must not meet it below.
      const [stay, down] = split(predicates, (predicate) => readsAny(predicate, own) || mayRaise(predicate));
      return filtered(withInput(plan, push(plan.input, down)), stay);
    }
    case 'with': return { ...plan, definition: push(plan.definition, []), body: push(plan.body, predicates) };
    case 'values': case 'limit': case 'nest': case 'with-reference': case 'recursive':
      return filtered(mapChildPlans(plan, (child) => push(child, [])), predicates);
  }
}

function pushThroughProject(plan: LogicalPlan & { readonly kind: 'project' }, predicates: Predicates): LogicalPlan {
  if (predicates.length === 0) return withInput(plan, push(plan.input, []));
  const map = new Map(plan.columns.map((column) => [column.output.id, column.expression]));
  const fixed = new Set(plan.columns.filter((column) => isVolatile(column.expression)).map((column) => column.output.id));
  const [stay, down] = split(predicates, (predicate) => readsAny(predicate, fixed));
  return filtered(withInput(plan, push(plan.input, down.map((predicate) => substituteColumns(predicate, map)))), stay);
}

type Join = LogicalPlan & { readonly kind: 'join' };

function pushIntoJoin(plan: Join, predicates: Predicates): LogicalPlan {
  switch (plan.join) {
    case 'inner': return pushIntoInner(plan, predicates);
    case 'left': {
      const right = outputIds(plan.right);
      if (predicates.some((predicate) => rejectsNulls(predicate, right))) return pushIntoInner({ ...plan, join: 'inner' }, predicates);
      return pushIntoPreserving(plan, predicates);
    }
    case 'semi': case 'anti': case 'mark': case 'single': return pushIntoPreserving(plan, predicates);
    case 'full': return filtered(withSides(plan, push(plan.left, []), push(plan.right, [])), predicates);
  }
}

function pushIntoInner(plan: Join, predicates: Predicates): LogicalPlan {
  const all = [...conjunctsOf(plan.condition), ...predicates];
  if (all.length === 0) return withSides(plan, push(plan.left, []), push(plan.right, []));
  const left = outputIds(plan.left);
  const right = outputIds(plan.right);
  const [movable, raising] = split(all, (predicate) => !isVolatile(predicate) && (!mayRaise(predicate) || (!mayRaiseInRange(predicate) && connects(plan, predicate))));
  const [toLeft, others] = split(movable, (predicate) => readsOnly(predicate, left));
  const [toRight, both] = split(others, (predicate) => readsOnly(predicate, right));
  const useful = both.filter((predicate) => !isLiteral(predicate, true));
  const first = useful.some((predicate) => isEqualityOf(predicate, left, right)) ? undefined : raisingEquality(all, new Set(raising), left, right);
  const onBoth = first === undefined ? useful : [first.equality, ...useful];
  const joined: LogicalPlan = {
    ...plan, condition: onBoth.length === 0 ? undefined : conjunction(onBoth),
    left: push(plan.left, [...toLeft, ...(first?.toLeft ?? [])]), right: push(plan.right, [...toRight, ...(first?.toRight ?? [])]),
  };
  const moved = new Set(first === undefined ? [] : [first.equality, ...first.toLeft, ...first.toRight]);
  return filtered(joined, raising.filter((predicate) => !moved.has(predicate)));
}

interface RaisingEquality { readonly equality: BoundExpression; readonly toLeft: Predicates; readonly toRight: Predicates }

/** An equality of the two sides that may raise, if no condition on both sides stands before it, and those on one side can be tested there. */
function raisingEquality(all: Predicates, raising: ReadonlySet<BoundExpression>, left: ReadonlySet<ColumnId>, right: ReadonlySet<ColumnId>): RaisingEquality | undefined {
  const toLeft: BoundExpression[] = [];
  const toRight: BoundExpression[] = [];
  for (const predicate of all) {
    if (isVolatile(predicate)) return undefined;
    if (raising.has(predicate) && isEqualityOf(predicate, left, right)) return { equality: predicate, toLeft, toRight };
    const side = readsOnly(predicate, left) ? toLeft : readsOnly(predicate, right) ? toRight : undefined;
    if (side === undefined) return undefined;
    if (raising.has(predicate)) side.push(predicate);
  }
  return undefined;
}

/** Whether it is an equality of the two sides of one of these inner joins. */
function connects(plan: LogicalPlan, predicate: BoundExpression): boolean {
  if (plan.kind !== 'join' || plan.join !== 'inner') return false;
  return isEqualityOf(predicate, outputIds(plan.left), outputIds(plan.right)) || connects(plan.left, predicate) || connects(plan.right, predicate);
}

function isEqualityOf(predicate: BoundExpression, left: ReadonlySet<ColumnId>, right: ReadonlySet<ColumnId>): boolean {
  if (predicate.kind !== 'call' || predicate.name !== '=') return false;
  const [a, b] = predicate.args as readonly [BoundExpression, BoundExpression];
  const isOf = (expression: BoundExpression, ids: ReadonlySet<ColumnId>): boolean => hasReference(expression) && readsOnly(expression, ids);
  return (isOf(a, left) && isOf(b, right)) || (isOf(a, right) && isOf(b, left));
}

/** Joins that keep every left row, or whole left rows: left, semi, anti, mark, single. */
function pushIntoPreserving(plan: Join, predicates: Predicates): LogicalPlan {
  const own = conjunctsOf(plan.condition);
  if (own.length + predicates.length === 0) return withSides(plan, push(plan.left, []), push(plan.right, []));
  const left = outputIds(plan.left);
  const right = outputIds(plan.right);
  const [toLeft, stay] = split(predicates, (predicate) => readsOnly(predicate, left) && !mayRaise(predicate) && !isVolatile(predicate));
  // A mark is NULL for a comparison that is NULL, so only two-valued conditions may drop rows of its right side.
  const mayGoRight = (predicate: BoundExpression): boolean => readsOnly(predicate, right) && hasReference(predicate) && !mayRaise(predicate) && (plan.join !== 'mark' || !predicate.type.nullable);
  const [toRight, kept] = split(own, mayGoRight);
  const condition = kept.filter((predicate) => !isLiteral(predicate, true));
  return filtered({ ...plan, left: push(plan.left, toLeft), right: push(plan.right, toRight), condition: condition.length === 0 ? undefined : conjunction(condition) }, stay);
}

/** Whether the expression is NULL when all these columns are: it is a chain of NULL-propagating calls over one of them. */
function isNullWith(expression: BoundExpression, ids: ReadonlySet<ColumnId>): boolean {
  switch (expression.kind) {
    case 'column': return ids.has(expression.id);
    case 'call': return lookupScalar(expression.name)?.nulls === 'propagate' && expression.args.some((arg) => isNullWith(arg, ids));
    case 'cast': case 'not': case 'in-list': return isNullWith(expression.arg, ids);
    case 'and': case 'or': return expression.args.every((arg) => isNullWith(arg, ids));
    default: return false;
  }
}

/** Whether the predicate cannot be TRUE when all these columns are NULL. (Its negation may be: NOT (NULL AND FALSE).) */
function rejectsNulls(predicate: BoundExpression, ids: ReadonlySet<ColumnId>): boolean {
  switch (predicate.kind) {
    case 'is-null': return predicate.negated && isNullWith(predicate.arg, ids);
    case 'and': return predicate.args.some((arg) => rejectsNulls(arg, ids));
    case 'or': return predicate.args.every((arg) => rejectsNulls(arg, ids));
    default: return isNullWith(predicate, ids);
  }
}

function pushThroughAggregate(plan: LogicalPlan & { readonly kind: 'aggregate' }, predicates: Predicates): LogicalPlan {
  if (predicates.length === 0) return withInput(plan, push(plan.input, []));
  const inAllSets = plan.groupBy.filter((_, index) => plan.groupingSets === undefined || plan.groupingSets.every((set) => set.includes(index)));
  const map = new Map(inAllSets.map((key) => [key.output.id, key.expression]));
  const keys = new Set(map.keys());
  const [down, stay] = split(predicates, (predicate) => plan.groupBy.length > 0 && readsOnly(predicate, keys) && !mayRaise(predicate) && hasReference(predicate));
  return filtered({ ...plan, input: push(plan.input, down.map((predicate) => substituteColumns(predicate, map))) }, stay);
}

/** A condition on what every window is partitioned by drops whole partitions. */
function pushThroughWindow(plan: LogicalPlan & { readonly kind: 'window' }, predicates: Predicates): LogicalPlan {
  const shared = plan.calls
    .map((call) => new Set(call.partitionBy.flatMap((key) => (key.kind === 'column' ? [key.id] : []))))
    .reduce((left, right) => new Set([...left].filter((id) => right.has(id))));
  const [down, stay] = split(predicates, (predicate) => hasReference(predicate) && readsOnly(predicate, shared) && !mayRaise(predicate));
  return filtered({ ...plan, input: push(plan.input, down) }, stay);
}

function pushIntoSets(plan: LogicalPlan & { readonly kind: 'set-operation' }, predicates: Predicates): LogicalPlan {
  const left = outputColumns(plan.left);
  const right = outputColumns(plan.right);
  const sameTypes = plan.columns.every((column, index) => equalColumnTypes(column.type, must(left[index], 'as many').type) && equalColumnTypes(column.type, must(right[index], 'as many').type));
  const [down, stay] = split(predicates, (predicate) => sameTypes && !mayRaise(predicate) && !isVolatile(predicate));
  const mapped = (side: typeof left): Predicates => {
    const map = new Map(plan.columns.map((column, index) => [column.id, columnRef(must(side[index], 'as many'))]));
    return down.map((predicate) => substituteColumns(predicate, map));
  };
  return filtered({ ...plan, left: push(plan.left, mapped(left)), right: push(plan.right, mapped(right)) }, stay);
}
