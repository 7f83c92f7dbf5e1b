/**
 * Correlated conditions leave the right side of an apply upwards, until they are conditions of the join.
 *
 *   apply ─ left                         join on i.b = o.a
 *     └─ project x                         ├─ left
 *          └─ filter i.b = o.a     ⇒       └─ project x, i.b
 *               └─ scan i                       └─ scan i
 *
 * Through a grouping or DISTINCT only equalities pass: their inner side becomes a further key. Past an expression that may raise
 * none passes, since it would meet the rows that they reject.
 */
import { makeCall } from '../call-type.ts';
import type { BoundExpression, ColumnId } from '../expression.ts';
import { conjunction, conjuncts, conjunctsOf } from '../expression-tree.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { columnRef, outputColumns, outputIds, referencedColumns, someChildPlan, someExpression, someReference } from '../plan-tree.ts';
import { mayRaise } from './may-raise.ts';
import type { RuleContext } from './rule.ts';

/** The plan without correlation, and the conditions that now must hold above it (their inner columns are among its outputs). */
export interface Pulled { readonly plan: LogicalPlan; readonly conditions: readonly BoundExpression[] }

export interface PullContext {
  readonly outer: ReadonlySet<ColumnId>;
  readonly isCorrelated: IsCorrelated;
  readonly rules: RuleContext;
  /** Neither the number of equal rows nor their order matters above (semi, anti, mark). */
  readonly asSet: boolean;
}

const readsOuter = (expression: BoundExpression, outer: ReadonlySet<ColumnId>): boolean => someReference(expression, (id) => outer.has(id));

/** Whether a plan reads the outer columns. */
export type IsCorrelated = (plan: LogicalPlan) => boolean;

/** Every way to decorrelate asks on every level of the right side, so what was found for a plan is kept. */
export function correlationWith(outer: ReadonlySet<ColumnId>): IsCorrelated {
  const known = new Map<LogicalPlan, boolean>();
  const readsOuterColumn = (expression: BoundExpression): boolean => readsOuter(expression, outer);
  const isCorrelated: IsCorrelated = (plan) => {
    let found = known.get(plan);
    if (found === undefined) {
      found = someExpression(plan, readsOuterColumn) || someChildPlan(plan, isCorrelated);
      known.set(plan, found);
    }
    return found;
  };
  return isCorrelated;
}

/** Undefined where the conditions cannot get out. */
export function pullConditions(plan: LogicalPlan, context: PullContext): Pulled | undefined {
  if (!context.isCorrelated(plan)) return { plan, conditions: [] };
  switch (plan.kind) {
    case 'filter': return pullFilter(plan, context);
    case 'project': return pullProject(plan, context);
    case 'join': return pullJoin(plan, context);
    case 'aggregate': return pullAggregate(plan, context);
    case 'distinct': return pullDistinct(plan, context);
    case 'sort': return context.asSet ? pullConditions(plan.input, context) : undefined;
    case 'limit': {
      const { limit, offset } = plan;
      const keepsOne = context.asSet && offset === undefined && limit?.kind === 'literal' && typeof limit.value === 'bigint' && limit.value > 0n;
      return keepsOne ? pullConditions(plan.input, context) : undefined;
    }
    case 'unnest': case 'series': {
      if (someExpression(plan, (expression) => readsOuter(expression, context.outer))) return undefined;
      const input = pullConditions(plan.input, context);
      return input === undefined || raisesAbove(plan, input) ? undefined : { plan: { ...plan, input: input.plan }, conditions: input.conditions };
    }
    default: return undefined;
  }
}

/** Whether expressions of the operator would meet rows that the conditions pulled from below it reject, and may raise for them. */
const raisesAbove = (plan: LogicalPlan, input: Pulled): boolean => input.conditions.length > 0 && someExpression(plan, mayRaise);

function pullFilter(plan: LogicalPlan & { readonly kind: 'filter' }, context: PullContext): Pulled | undefined {
  const input = pullConditions(plan.input, context);
  if (input === undefined) return undefined;
  const own: BoundExpression[] = [];
  const pulled: BoundExpression[] = [];
  for (const conjunct of conjuncts(plan.predicate)) {
    const comesAfterPulled = (input.conditions.length > 0 || pulled.length > 0) && mayRaise(conjunct);
    (comesAfterPulled || readsOuter(conjunct, context.outer) ? pulled : own).push(conjunct);
  }
  return { plan: own.length === 0 ? input.plan : { kind: 'filter', input: input.plan, predicate: conjunction(own) }, conditions: [...input.conditions, ...pulled] };
}

/** The inner columns that the conditions read. */
function neededColumns(conditions: readonly BoundExpression[], plan: LogicalPlan): readonly ColumnId[] {
  const available = outputIds(plan);
  return [...new Set(conditions.flatMap((condition) => [...referencedColumns(condition)]))].filter((id) => available.has(id));
}

function pullProject(plan: LogicalPlan & { readonly kind: 'project' }, context: PullContext): Pulled | undefined {
  const input = pullConditions(plan.input, context);
  if (input === undefined || raisesAbove(plan, input)) return undefined;
  if (plan.columns.some((column) => readsOuter(column.expression, context.outer))) return undefined;
  const passed = new Set(plan.columns.map((column) => column.output.id));
  const columns = outputColumns(input.plan);
  const extra = neededColumns(input.conditions, input.plan).filter((id) => !passed.has(id)).flatMap((id) => columns.filter((column) => column.id === id));
  return {
    plan: { ...plan, input: input.plan, columns: [...plan.columns, ...extra.map((output) => ({ output, expression: columnRef(output) }))] },
    conditions: input.conditions,
  };
}

function pullJoin(plan: LogicalPlan & { readonly kind: 'join' }, context: PullContext): Pulled | undefined {
  if (plan.join === 'inner') {
    const left = pullConditions(plan.left, context);
    const right = pullConditions(plan.right, context);
    if (left === undefined || right === undefined) return undefined;
    const own: BoundExpression[] = [];
    const pulled: BoundExpression[] = [];
    for (const conjunct of conjunctsOf(plan.condition)) {
      const comesAfterPulled = (left.conditions.length > 0 || right.conditions.length > 0 || pulled.length > 0) && mayRaise(conjunct);
      (comesAfterPulled || readsOuter(conjunct, context.outer) ? pulled : own).push(conjunct);
    }
    const condition = own.length === 0 ? undefined : conjunction(own);
    return { plan: { ...plan, left: left.plan, right: right.plan, condition }, conditions: [...left.conditions, ...right.conditions, ...pulled] };
  }
  if (plan.join === 'full' || context.isCorrelated(plan.right)) return undefined;
  if (plan.condition !== undefined && readsOuter(plan.condition, context.outer)) return undefined;
  const left = pullConditions(plan.left, { ...context, asSet: false });
  return left === undefined || raisesAbove(plan, left) ? undefined : { plan: { ...plan, left: left.plan }, conditions: left.conditions };
}

interface KeyEquality { readonly inner: BoundExpression; readonly outer: BoundExpression }

/** Conditions of the form inner expression = outer expression; undefined if there is any other. */
function asEqualities(conditions: readonly BoundExpression[], outer: ReadonlySet<ColumnId>): readonly KeyEquality[] | undefined {
  const equalities: KeyEquality[] = [];
  for (const condition of conditions) {
    if (condition.kind !== 'call' || condition.name !== '=') return undefined;
    const [a, b] = condition.args as readonly [BoundExpression, BoundExpression];
    const isOuter = (expression: BoundExpression): boolean => !someReference(expression, (id) => !outer.has(id));
    if (!readsOuter(a, outer) && isOuter(b)) equalities.push({ inner: a, outer: b });
    else if (!readsOuter(b, outer) && isOuter(a)) equalities.push({ inner: b, outer: a });
    else return undefined;
  }
  return equalities;
}

function pullAggregate(plan: LogicalPlan & { readonly kind: 'aggregate' }, context: PullContext): Pulled | undefined {
  // Without keys there is a row for no input too; `decorrelate` knows about that, here it would be lost.
  if (plan.groupBy.length === 0 || plan.groupingSets !== undefined) return undefined;
  return groupByEqualities(plan, context);
}

/** The aggregation with the inner sides of the correlated equalities as further keys. */
export function groupByEqualities(plan: LogicalPlan & { readonly kind: 'aggregate' }, context: PullContext): Pulled | undefined {
  if (someExpression(plan, (expression) => readsOuter(expression, context.outer))) return undefined;
  const input = pullConditions(plan.input, { ...context, asSet: false });
  if (input === undefined || raisesAbove(plan, input)) return undefined;
  const equalities = asEqualities(input.conditions, context.outer);
  if (equalities === undefined) return undefined;
  const keys = equalities.map((equality) => ({ output: context.rules.newColumn('key', equality.inner.type), expression: equality.inner }));
  return {
    plan: { ...plan, input: input.plan, groupBy: [...plan.groupBy, ...keys] },
    conditions: equalities.map((equality, index) => makeCall('=', [columnRef(keys[index]?.output ?? { id: -1, name: '', type: equality.inner.type }), equality.outer])),
  };
}

function pullDistinct(plan: LogicalPlan & { readonly kind: 'distinct' }, context: PullContext): Pulled | undefined {
  if (plan.on !== undefined) return undefined;
  if (context.asSet) return pullConditions(plan.input, context);
  const input = pullConditions(plan.input, context);
  if (input === undefined || asEqualities(input.conditions, context.outer) === undefined) return undefined;
  return { plan: { ...plan, input: input.plan }, conditions: input.conditions };
}
