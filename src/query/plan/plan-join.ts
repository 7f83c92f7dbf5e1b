/** Joins: equalities become hash keys, the rest a residual; without equalities, a nested loop. */
import { must } from '../../base/assert.ts';
import type { BoundExpression, ColumnId } from './expression.ts';
import { conjunction, conjunctsOf, rewriteExpression } from './expression-tree.ts';
import type { LogicalPlan, PlanColumn } from './logical-plan.ts';
import { positional } from './planned.ts';
import type { Planned } from './planned.ts';
import { mayRaiseInRange } from './rules/may-raise.ts';
import { freeReferences, hasReference, joinColumns, mapChildPlans, mapPlanExpressions, someReference } from './plan-tree.ts';

type Build = (plan: LogicalPlan) => Planned;
type Join = LogicalPlan & { readonly kind: 'join' };
type Apply = LogicalPlan & { readonly kind: 'apply' };

interface SplitCondition { readonly left: BoundExpression[]; readonly right: BoundExpression[]; readonly nullSafe: boolean; readonly residual: BoundExpression[] }

const isOf = (expression: BoundExpression, side: readonly PlanColumn[]): boolean =>
  hasReference(expression) && !someReference(expression, (id) => !side.some((column) => column.id === id));

/**
 * Conjuncts `a = b` with one side from each input are keys. NULL-safe ones are used if all are NULL-safe, else they stay in the residual.
 * One that may raise (other than by overflow) is a key only where it stands first and no other is one: it would meet rows that those reject.
 */
export function splitCondition(condition: BoundExpression | undefined, left: readonly PlanColumn[], right: readonly PlanColumn[]): SplitCondition {
  const plain: SplitCondition = { left: [], right: [], nullSafe: false, residual: [] };
  const safe: SplitCondition = { left: [], right: [], nullSafe: true, residual: [] };
  const all = conjunctsOf(condition);
  const others: BoundExpression[] = [];
  const safeConjuncts: BoundExpression[] = [];
  const raising: { readonly conjunct: BoundExpression; readonly sides: Sides; readonly nullSafe: boolean; readonly isFirst: boolean }[] = [];
  for (const conjunct of all) {
    const pair = equality(conjunct);
    const sides = pair === undefined ? undefined : orient(pair.args, left, right);
    if (pair === undefined || sides === undefined) { others.push(conjunct); continue; }
    if (mayRaiseInRange(conjunct)) { raising.push({ conjunct, sides, nullSafe: pair.nullSafe, isFirst: others.length + raising.length === 0 }); continue; }
    const into = pair.nullSafe ? safe : plain;
    into.left.push(sides[0]);
    into.right.push(sides[1]);
    if (pair.nullSafe) safeConjuncts.push(conjunct);
  }
  const [first] = raising;
  if (first?.isFirst === true && plain.left.length + safe.left.length === 0) {
    const [key, match] = first.sides;
    return { left: [key], right: [match], nullSafe: first.nullSafe, residual: [...others, ...raising.slice(1).map(({ conjunct }) => conjunct)] };
  }
  others.push(...raising.map(({ conjunct }) => conjunct));
  if (plain.left.length > 0) return { ...plain, residual: [...safeConjuncts, ...others] };
  return safe.left.length > 0 ? { ...safe, residual: others } : { ...plain, residual: others };
}

/** `a = b`, or NOT (a IS DISTINCT FROM b). */
function equality(expression: BoundExpression): { readonly args: readonly BoundExpression[]; readonly nullSafe: boolean } | undefined {
  if (expression.kind === 'call' && expression.name === '=') return { args: expression.args, nullSafe: false };
  if (expression.kind === 'not' && expression.arg.kind === 'call' && expression.arg.name === 'is_distinct_from') return { args: expression.arg.args, nullSafe: true };
  return undefined;
}

type Sides = readonly [BoundExpression, BoundExpression];

function orient(args: readonly BoundExpression[], left: readonly PlanColumn[], right: readonly PlanColumn[]): Sides | undefined {
  const [a, b] = args as Sides;
  if (isOf(a, left) && isOf(b, right)) return [a, b];
  return isOf(a, right) && isOf(b, left) ? [b, a] : undefined;
}

export function planJoin(plan: Join, build: Build): Planned {
  const left = build(plan.left);
  const right = build(plan.right);
  const columns = joinColumns(plan, left.columns, right.columns);
  const both = [...left.columns, ...right.columns];
  const split = splitCondition(plan.condition, left.columns, right.columns);
  const head = { columns, join: plan.join, left: left.plan, right: right.plan };
  if (split.left.length === 0) {
    const condition = plan.condition === undefined ? undefined : positional(plan.condition, both);
    return { columns, plan: { ...head, kind: 'NestedLoopJoin', condition } };
  }
  return {
    columns,
    plan: {
      ...head, kind: 'HashJoin', nullSafe: split.nullSafe,
      leftKeys: split.left.map((key) => positional(key, left.columns)), rightKeys: split.right.map((key) => positional(key, right.columns)),
      residual: split.residual.length === 0 ? undefined : positional(conjunction(split.residual), both),
    },
  };
}

/**
 * What is left of correlation becomes parameters −1, −2, … of the right side. Parameters of an outer apply that the right side reads
 * are handed on as correlation of this one, so that the numbers of nested applies never meet.
 */
export function planApply(plan: Apply, build: Build): Planned {
  const left = build(plan.left);
  const available = new Map(left.columns.map((column) => [column.id, column]));
  const free = freeReferences(plan.right).filter((reference) => available.has(reference.id));
  const handedOn = outerParameters(plan.right);
  const correlation: BoundExpression[] = [
    ...free.map((reference) => positional({ ...reference, type: must(available.get(reference.id), 'a column of the left side').type }, left.columns)),
    ...handedOn.values(),
  ];
  const byColumn = new Map<ColumnId, BoundExpression>(free.map((reference, index) => [reference.id, parameter(index, correlation)]));
  const byParameter = new Map<number, BoundExpression>([...handedOn.keys()].map((index, position) => [index, parameter(free.length + position, correlation)]));
  const right = build(mapDeep(plan.right, (node) => {
    if (node.kind === 'column') return byColumn.get(node.id) ?? node;
    return node.kind === 'parameter' ? byParameter.get(node.index) ?? node : node;
  }));
  const columns = joinColumns(plan, left.columns, right.columns);
  const condition = plan.condition === undefined ? undefined : positional(plan.condition, [...left.columns, ...right.columns]);
  return { columns, plan: { columns, kind: 'Apply', join: plan.join, left: left.plan, right: right.plan, correlation, condition } };
}

const parameter = (index: number, correlation: readonly BoundExpression[]): BoundExpression => ({ kind: 'parameter', index: -1 - index, type: must(correlation[index], 'one for each').type });

function outerParameters(plan: LogicalPlan): ReadonlyMap<number, BoundExpression> {
  const found = new Map<number, BoundExpression>();
  mapDeep(plan, (node) => {
    if (node.kind === 'parameter' && node.index < 0) found.set(node.index, node);
    return node;
  });
  return found;
}

function mapDeep(plan: LogicalPlan, rewrite: (node: BoundExpression) => BoundExpression): LogicalPlan {
  const inner = mapChildPlans(plan, (child) => mapDeep(child, rewrite));
  return mapPlanExpressions(inner, (expression) => rewriteExpression(expression, rewrite));
}
