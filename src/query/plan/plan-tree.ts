/**
 * Walking and rebuilding logical plans: children, expressions, output columns, free columns.
 */
import { BOOL, notNull, withNull } from '../../data/types/type.ts';
import type { BoundExpression, ColumnId } from './expression.ts';
import { forEachChild, mapSame, rewriteExpression, someChild } from './expression-tree.ts';
import type { AggregateCall, FrameBound, LogicalPlan, PlanColumn, SortKey, TemporalFilter, WindowCall } from './logical-plan.ts';
import { must } from '../../base/assert.ts';

export const columnRef = (column: PlanColumn): BoundExpression => ({ kind: 'column', id: column.id, name: column.name, type: column.type });
const nullableColumn = (column: PlanColumn): PlanColumn => ({ ...column, type: withNull(column.type) });

/** What a join puts out of the columns of its sides. */
export function joinColumns({ join, mark }: LogicalPlan & { readonly kind: 'join' | 'apply' }, left: readonly PlanColumn[], right: readonly PlanColumn[]): readonly PlanColumn[] {
  switch (join) {
    case 'inner': return [...left, ...right];
    case 'left': case 'single': return [...left, ...right.map(nullableColumn)];
    case 'full': return [...left, ...right].map(nullableColumn);
    case 'semi': case 'anti': return left;
    case 'mark': return [...left, must(mark, 'a mark join has a mark column')];
  }
}

/** The columns that UNNEST or a series puts beside those of its input. */
export function besideColumns(plan: LogicalPlan & { readonly kind: 'unnest' | 'series' }): readonly PlanColumn[] {
  const own = plan.kind === 'unnest' ? plan.lists.map(({ output }) => output) : [plan.output];
  return plan.ordinality === undefined ? own : [...own, plan.ordinality];
}

/** What an operator puts out, in order. */
export function outputColumns(plan: LogicalPlan): readonly PlanColumn[] {
  switch (plan.kind) {
    case 'project': return plan.columns.map((column) => column.output);
    case 'join': case 'apply': return joinColumns(plan, outputColumns(plan.left), outputColumns(plan.right));
    case 'scan': case 'values': case 'set-operation': case 'with-reference': case 'recursive': return plan.columns;
    case 'filter': case 'distinct': case 'sort': case 'limit': return outputColumns(plan.input);
    case 'aggregate': return [...plan.groupBy.map((key) => key.output), ...plan.aggregates.map((call) => call.output)];
    case 'window': return [...outputColumns(plan.input), ...plan.calls.map((call) => call.output)];
    case 'unnest': case 'series': return [...outputColumns(plan.input), ...besideColumns(plan)];
    case 'nest': return [plan.output];
    case 'with': return outputColumns(plan.body);
  }
}

export function childPlans(plan: LogicalPlan): readonly LogicalPlan[] {
  switch (plan.kind) {
    case 'scan': case 'values': case 'with-reference': return [];
    case 'filter': case 'project': case 'aggregate': case 'window': case 'distinct': case 'sort': case 'limit': case 'unnest': case 'series': case 'nest': return [plan.input];
    case 'join': case 'apply': case 'set-operation': return [plan.left, plan.right];
    case 'with': return [plan.definition, plan.body];
    case 'recursive': return [plan.anchor, plan.step];
  }
}

/** Whether the test holds for a direct child plan; the second is not asked if it does for the first. */
export function someChildPlan(plan: LogicalPlan, test: (child: LogicalPlan) => boolean): boolean {
  switch (plan.kind) {
    case 'scan': case 'values': case 'with-reference': return false;
    case 'filter': case 'project': case 'aggregate': case 'window': case 'distinct': case 'sort': case 'limit': case 'unnest': case 'series': case 'nest': return test(plan.input);
    case 'join': case 'apply': case 'set-operation': return test(plan.left) || test(plan.right);
    case 'with': return test(plan.definition) || test(plan.body);
    case 'recursive': return test(plan.anchor) || test(plan.step);
  }
}

/** Calls `visit` for each direct child plan. */
export function forEachChildPlan(plan: LogicalPlan, visit: (child: LogicalPlan) => void): void {
  someChildPlan(plan, (child) => { visit(child); return false; });
}

/** The operator over another input; the same if it is the one that it has. */
export const withInput = <P extends LogicalPlan & { readonly input: LogicalPlan }>(plan: P, input: LogicalPlan): P => (input === plan.input ? plan : { ...plan, input });

/** The operator over other sides; the same if they are those that it has. */
export const withSides = <P extends LogicalPlan & { readonly left: LogicalPlan; readonly right: LogicalPlan }>(plan: P, left: LogicalPlan, right: LogicalPlan): P =>
  (left === plan.left && right === plan.right ? plan : { ...plan, left, right });

/** The plan with `rewrite` applied to each direct child plan. */
export function mapChildPlans(plan: LogicalPlan, rewrite: (plan: LogicalPlan) => LogicalPlan): LogicalPlan {
  switch (plan.kind) {
    case 'scan': case 'values': case 'with-reference': return plan;
    case 'filter': case 'project': case 'aggregate': case 'window': case 'distinct': case 'sort': case 'limit': case 'unnest': case 'series': case 'nest': return withInput(plan, rewrite(plan.input));
    case 'join': case 'apply': case 'set-operation': return withSides(plan, rewrite(plan.left), rewrite(plan.right));
    case 'with': {
      const definition = rewrite(plan.definition);
      const body = rewrite(plan.body);
      return definition === plan.definition && body === plan.body ? plan : { ...plan, definition, body };
    }
    case 'recursive': {
      const anchor = rewrite(plan.anchor);
      const step = rewrite(plan.step);
      return anchor === plan.anchor && step === plan.step ? plan : { ...plan, anchor, step };
    }
  }
}

type Rewrite = (expression: BoundExpression) => BoundExpression;

export const mapSortKeys = (keys: readonly SortKey[], rewrite: Rewrite): readonly SortKey[] => mapSame(keys, (key) => {
  const expression = rewrite(key.expression);
  return expression === key.expression ? key : { ...key, expression };
});

function mapTemporal(filter: TemporalFilter | undefined, rewrite: Rewrite): TemporalFilter | undefined {
  if (filter === undefined) return undefined;
  switch (filter.kind) {
    case 'all': return filter;
    case 'as-of': return { kind: 'as-of', at: rewrite(filter.at) };
    case 'from-to': case 'between': return { kind: filter.kind, from: rewrite(filter.from), to: rewrite(filter.to) };
  }
}

const optional = (expression: BoundExpression | undefined, rewrite: Rewrite): BoundExpression | undefined =>
  expression === undefined ? undefined : rewrite(expression);

function mapAggregate(call: AggregateCall, rewrite: Rewrite): AggregateCall {
  const args = mapSame(call.args, rewrite);
  const filter = optional(call.filter, rewrite);
  const orderBy = mapSortKeys(call.orderBy, rewrite);
  return args === call.args && filter === call.filter && orderBy === call.orderBy ? call : { ...call, args, filter, orderBy };
}

function mapBound(bound: FrameBound, rewrite: Rewrite): FrameBound {
  return bound.kind === 'preceding' || bound.kind === 'following' ? { kind: bound.kind, offset: rewrite(bound.offset) } : bound;
}

const mapWindow = (call: WindowCall, rewrite: Rewrite): WindowCall => ({
  ...call,
  args: call.args.map(rewrite),
  partitionBy: call.partitionBy.map(rewrite),
  orderBy: mapSortKeys(call.orderBy, rewrite),
  frame: call.frame === undefined ? undefined : { ...call.frame, from: mapBound(call.frame.from, rewrite), to: mapBound(call.frame.to, rewrite) },
  filter: optional(call.filter, rewrite),
});

interface Computed { readonly output: PlanColumn; readonly expression: BoundExpression }
const mapComputed = (columns: readonly Computed[], rewrite: Rewrite): readonly Computed[] => mapSame(columns, (column) => {
  const expression = rewrite(column.expression);
  return expression === column.expression ? column : { output: column.output, expression };
});

/** The operator with `rewrite` applied to each of its own expressions (roots only). Children are not entered. Frequent operators that do not change stay the same. */
export function mapPlanExpressions(plan: LogicalPlan, rewrite: Rewrite): LogicalPlan {
  switch (plan.kind) {
    case 'scan': {
      if (plan.filters.length === 0 && plan.valid === undefined && plan.system === undefined) return plan;
      return { ...plan, filters: plan.filters.map(rewrite), valid: mapTemporal(plan.valid, rewrite), system: mapTemporal(plan.system, rewrite) };
    }
    case 'values': {
      const rows = mapSame(plan.rows, (row) => mapSame(row, rewrite));
      return rows === plan.rows ? plan : { ...plan, rows };
    }
    case 'filter': {
      const predicate = rewrite(plan.predicate);
      return predicate === plan.predicate ? plan : { ...plan, predicate };
    }
    case 'project': {
      const columns = mapComputed(plan.columns, rewrite);
      return columns === plan.columns ? plan : { ...plan, columns };
    }
    case 'join': case 'apply': {
      const condition = optional(plan.condition, rewrite);
      return condition === plan.condition ? plan : { ...plan, condition };
    }
    case 'aggregate': {
      const groupBy = mapComputed(plan.groupBy, rewrite);
      const aggregates = mapSame(plan.aggregates, (call) => mapAggregate(call, rewrite));
      return groupBy === plan.groupBy && aggregates === plan.aggregates ? plan : { ...plan, groupBy, aggregates };
    }
    case 'window': return { ...plan, calls: plan.calls.map((call) => mapWindow(call, rewrite)) };
    case 'distinct': return plan.on === undefined ? plan : { ...plan, on: plan.on.map(rewrite) };
    case 'sort': {
      const keys = mapSortKeys(plan.keys, rewrite);
      return keys === plan.keys ? plan : { ...plan, keys };
    }
    case 'limit': {
      const limit = optional(plan.limit, rewrite);
      const offset = optional(plan.offset, rewrite);
      return limit === plan.limit && offset === plan.offset ? plan : { ...plan, limit, offset };
    }
    case 'unnest': return { ...plan, lists: plan.lists.map(({ output, list }) => ({ output, list: rewrite(list) })) };
    case 'series': return { ...plan, from: rewrite(plan.from), to: rewrite(plan.to), step: optional(plan.step, rewrite) };
    case 'set-operation': case 'with': case 'with-reference': case 'recursive': case 'nest': return plan;
  }
}

/** Calls `visit` for each of the operator's own expressions (roots only). */
export function forEachExpression(plan: LogicalPlan, visit: (expression: BoundExpression) => void): void {
  switch (plan.kind) {
    case 'scan': visitSome(plan.filters, visit); visitPeriod(plan.valid, visit); visitPeriod(plan.system, visit); return;
    case 'values': for (const row of plan.rows) visitSome(row, visit); return;
    case 'filter': visit(plan.predicate); return;
    case 'project': for (const column of plan.columns) visit(column.expression); return;
    case 'join': case 'apply': visitOptional(plan.condition, visit); return;
    case 'aggregate':
      for (const key of plan.groupBy) visit(key.expression);
      for (const call of plan.aggregates) { visitSome(call.args, visit); visitOptional(call.filter, visit); visitKeys(call.orderBy, visit); }
      return;
    case 'window': for (const call of plan.calls) visitWindow(call, visit); return;
    case 'distinct': visitSome(plan.on ?? [], visit); return;
    case 'sort': visitKeys(plan.keys, visit); return;
    case 'limit': visitOptional(plan.limit, visit); visitOptional(plan.offset, visit); return;
    case 'unnest': for (const { list } of plan.lists) visit(list); return;
    case 'series': visit(plan.from); visit(plan.to); visitOptional(plan.step, visit); return;
    case 'set-operation': case 'with': case 'with-reference': case 'recursive': case 'nest':
  }
}

type Visit = (expression: BoundExpression) => void;
function visitSome(expressions: readonly BoundExpression[], visit: Visit): void { for (const expression of expressions) visit(expression); }
function visitOptional(expression: BoundExpression | undefined, visit: Visit): void { if (expression !== undefined) visit(expression); }
function visitKeys(keys: readonly SortKey[], visit: Visit): void { for (const key of keys) visit(key.expression); }

function visitPeriod(filter: TemporalFilter | undefined, visit: (expression: BoundExpression) => void): void {
  if (filter === undefined || filter.kind === 'all') return;
  if (filter.kind === 'as-of') visit(filter.at);
  else { visit(filter.from); visit(filter.to); }
}

function visitWindow(call: WindowCall, visit: (expression: BoundExpression) => void): void {
  visitSome(call.args, visit);
  visitSome(call.partitionBy, visit);
  visitKeys(call.orderBy, visit);
  for (const bound of call.frame === undefined ? [] : [call.frame.from, call.frame.to]) if (bound.kind === 'preceding' || bound.kind === 'following') visit(bound.offset);
  visitOptional(call.filter, visit);
}

/** The operator's own expressions (roots only). */
export function planExpressions(plan: LogicalPlan): readonly BoundExpression[] {
  const found: BoundExpression[] = [];
  forEachExpression(plan, (expression) => { found.push(expression); });
  return found;
}

/** Whether the test holds for one of the operator's own expressions (roots only). */
export function someExpression(plan: LogicalPlan, test: (expression: BoundExpression) => boolean): boolean {
  let found = false;
  forEachExpression(plan, (expression) => { found ||= test(expression); });
  return found;
}

/** Bottom-up rewrite of a plan; plans inside subquery expressions are entered too. */
export function rewritePlan(plan: LogicalPlan, rewrite: (plan: LogicalPlan) => LogicalPlan): LogicalPlan {
  return rewrite(mapChildPlans(plan, (child) => rewritePlan(child, rewrite)));
}

/** Replaces column references everywhere in a plan, also in plans of subqueries. Definitions (output ids) stay. */
export function substituteInPlan(plan: LogicalPlan, map: ReadonlyMap<ColumnId, BoundExpression>): LogicalPlan {
  if (map.size === 0) return plan;
  const rewritten = mapChildPlans(plan, (child) => substituteInPlan(child, map));
  return mapPlanExpressions(rewritten, (expression) => substituteDeep(expression, map));
}

/** As `substituteColumns`, but enters the plans of subqueries. */
export function substituteDeep(expression: BoundExpression, map: ReadonlyMap<ColumnId, BoundExpression>): BoundExpression {
  if (map.size === 0) return expression;
  return rewriteExpression(expression, (node) => {
    if (node.kind === 'column') return map.get(node.id) ?? node;
    if (node.kind === 'subquery') return { ...node, plan: substituteInPlan(node.plan, map) };
    return node;
  });
}

/** Adds the columns that an expression reads. */
export function collectReferences(expression: BoundExpression, into: Set<ColumnId>): void {
  const collect = (node: BoundExpression): void => {
    if (node.kind === 'column') into.add(node.id);
    else if (node.kind === 'subquery') for (const id of freeColumns(node.plan)) into.add(id);
    forEachChild(node, collect);
  };
  collect(expression);
}

/** Whether one of the columns that an expression reads passes the test; what its subqueries take from outside counts too. */
export function someReference(expression: BoundExpression, test: (id: ColumnId) => boolean): boolean {
  const isFound = (node: BoundExpression): boolean => {
    if (node.kind === 'column') return test(node.id);
    if (node.kind === 'subquery') for (const id of freeColumns(node.plan)) if (test(id)) return true;
    return someChild(node, isFound);
  };
  return isFound(expression);
}

/** Whether an expression reads any column. */
export const hasReference = (expression: BoundExpression): boolean => someReference(expression, () => true);

/** Columns that an expression reads, those that its subqueries take from outside included. */
export function referencedColumns(expression: BoundExpression): Set<ColumnId> {
  const ids = new Set<ColumnId>();
  collectReferences(expression, ids);
  return ids;
}

function collectDefined(plan: LogicalPlan, into: Set<ColumnId>): void {
  for (const column of outputColumns(plan)) into.add(column.id);
  forEachChildPlan(plan, (child) => { collectDefined(child, into); });
}

function collectUsed(plan: LogicalPlan, into: Set<ColumnId>): void {
  forEachExpression(plan, (expression) => { collectReferences(expression, into); });
  forEachChildPlan(plan, (child) => { collectUsed(child, into); });
}

/** Columns that a plan reads and no operator inside it defines: its correlation. */
export function freeColumns(plan: LogicalPlan): Set<ColumnId> {
  const used = new Set<ColumnId>();
  collectUsed(plan, used);
  if (used.size === 0) return used;
  const defined = new Set<ColumnId>();
  collectDefined(plan, defined);
  for (const id of defined) used.delete(id);
  return used;
}

/** The references behind `freeColumns`, one for each column. */
export function freeReferences(plan: LogicalPlan): readonly (BoundExpression & { readonly kind: 'column' })[] {
  const free = freeColumns(plan);
  const found = new Map<ColumnId, BoundExpression & { readonly kind: 'column' }>();
  const visitExpression = (expression: BoundExpression): void => {
    if (expression.kind === 'column' && free.has(expression.id)) found.set(expression.id, expression);
    if (expression.kind === 'subquery') visitPlan(expression.plan);
    forEachChild(expression, visitExpression);
  };
  const visitPlan = (node: LogicalPlan): void => {
    forEachExpression(node, visitExpression);
    forEachChildPlan(node, visitPlan);
  };
  if (free.size > 0) visitPlan(plan);
  return [...found.values()];
}

export function outputIds(plan: LogicalPlan): Set<ColumnId> {
  const ids = new Set<ColumnId>();
  for (const column of outputColumns(plan)) ids.add(column.id);
  return ids;
}

/** One row without columns: what SELECT without FROM reads. */
export const ONE_ROW: LogicalPlan = { kind: 'values', columns: [], rows: [[]] };
export const isOneRow = (plan: LogicalPlan): boolean => plan.kind === 'values' && plan.columns.length === 0 && plan.rows.length === 1;

export const MARK_TYPE = notNull(BOOL);
