/**
 * Grouping: which keys, and the rewrite of everything that stands above the aggregation.
 *
 *   SELECT a + 1, SUM(b) FROM t                 keys inferred: every column outside aggregates          {a}
 *   SELECT a + 1, SUM(b) FROM t GROUP BY a + 1  the whole key expression is replaced by its output       {a + 1}
 *
 * A column that is neither inside an aggregate nor part of a key is refused.
 */
import { EngineError } from '../../base/errors.ts';
import { withNull } from '../../data/types/type.ts';
import type { GroupBy } from '../sql/ast.ts';
import type { Expression } from '../sql/ast-expression.ts';
import type { AggregateCollector, Binder, BoundItem, BoundSortItem, ExpressionEnvironment } from './binder.ts';
import type { BoundExpression, ColumnId } from './expression.ts';
import { mapChildExpressions, visitExpression } from './expression-tree.ts';
import { fingerprint } from './fingerprint.ts';
import { groupingSetsOf } from './grouping-sets.ts';
import type { AggregateCall, LogicalPlan, PlanColumn, UnnestedList, WindowCall } from './logical-plan.ts';
import { columnRef, freeReferences, mapSortKeys, outputIds, referencedColumns, substituteInPlan } from './plan-tree.ts';
import { tryResolveColumn } from './scope.ts';
import { aggregateWithGrouping } from './grouping-call.ts';

export interface GroupingInput {
  readonly plan: LogicalPlan;
  readonly items: readonly BoundItem[];
  readonly having: BoundExpression | undefined;
  readonly orderBy: readonly BoundSortItem[];
  readonly on: readonly BoundExpression[];
  readonly windows: readonly WindowCall[];
  readonly sets: readonly UnnestedList[];
  readonly aggregates: AggregateCollector;
  readonly groupBy: GroupBy | undefined;
  readonly environment: ExpressionEnvironment;
}
export interface GroupingOutput {
  readonly plan: LogicalPlan;
  readonly items: readonly BoundItem[];
  readonly orderBy: readonly BoundSortItem[];
  readonly on: readonly BoundExpression[];
  readonly windows: readonly WindowCall[];
  readonly sets: readonly UnnestedList[];
}

interface Keys { readonly expressions: readonly BoundExpression[]; readonly sets: readonly (readonly number[])[] | undefined }

/** The aggregation if there is one, HAVING above it, and all that is above rewritten to its outputs. */
export function groupRows(binder: Binder, input: GroupingInput): GroupingOutput {
  const { plan, items, having, orderBy, on, windows, sets, aggregates, groupBy } = input;
  const isGrouped = groupBy !== undefined || having !== undefined || aggregates.calls.length > 0 || aggregates.groupingCalls.length > 0;
  if (!isGrouped) return { plan, items, orderBy, on, windows, sets };
  const keys = groupBy === undefined ? inferKeys(input) : explicitKeys(binder, groupBy, input);
  refuseLaterKeys(keys, input);
  const isOptional = (index: number): boolean => keys.sets !== undefined && keys.sets.some((set) => !set.includes(index));
  const groups = keys.expressions.map((expression, index) => ({
    output: binder.newColumn(expression.kind === 'column' || expression.kind === 'field' ? expression.name : `_key_${index + 1}`, isOptional(index) ? withNull(expression.type) : expression.type),
    expression,
  }));
  const rewrite = keyRewriter(plan, groups, aggregates.calls);
  const aggregated = aggregateWithGrouping(binder, plan, groups, aggregates, keys.sets);
  return {
    plan: having === undefined ? aggregated : { kind: 'filter', input: aggregated, predicate: rewrite(having) },
    items: items.map((item) => ({ ...item, expression: placed(item.position, () => rewrite(item.expression)) })),
    orderBy: orderBy.map((key) => ({ ...key, expression: rewrite(key.expression) })),
    on: on.map(rewrite),
    sets: sets.map(({ output, list }) => ({ output, list: rewrite(list) })),
    windows: windows.map((call) => ({ ...call, args: call.args.map(rewrite), partitionBy: call.partitionBy.map(rewrite), orderBy: mapSortKeys(call.orderBy, rewrite), filter: call.filter === undefined ? undefined : rewrite(call.filter) })),
  };
}

function placed<T>(position: number, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof EngineError) throw error.at(position);
    throw error;
  }
}

/** Every column of FROM that is used outside aggregates, in order of first use. */
function inferKeys(input: GroupingInput): Keys {
  const ids = outputIds(input.plan);
  const found = new Map<ColumnId, BoundExpression>();
  const collect = (expression: BoundExpression): void => {
    for (const reference of columnReferences(expression)) if (reference.kind === 'column' && ids.has(reference.id) && !found.has(reference.id)) found.set(reference.id, reference);
  };
  for (const expression of usedAbove(input)) collect(expression);
  return { expressions: [...found.values()], sets: undefined };
}

function usedAbove(input: GroupingInput): readonly BoundExpression[] {
  return [
    ...input.items.map((item) => item.expression), ...(input.having === undefined ? [] : [input.having]), ...input.orderBy.map((key) => key.expression), ...input.on,
    ...input.sets.map(({ list }) => list),
    ...input.windows.flatMap((call) => [...call.args, ...call.partitionBy, ...call.orderBy.map((key) => key.expression), ...(call.filter === undefined ? [] : [call.filter])]),
  ];
}

/** References in the expression itself and those that its subqueries take from outside. */
function columnReferences(expression: BoundExpression): readonly BoundExpression[] {
  const found: BoundExpression[] = [];
  visitExpression(expression, (node) => {
    if (node.kind === 'column') found.push(node);
    if (node.kind === 'subquery') found.push(...freeReferences(node.plan));
  });
  return found;
}

/** Window functions and set-returning calls stand above the groups, so these cannot be made by them. */
function refuseLaterKeys(keys: Keys, { windows, sets }: GroupingInput): void {
  const later = new Set([...windows, ...sets].map(({ output }) => output.id));
  if (!keys.expressions.some((key) => [...referencedColumns(key)].some((id) => later.has(id)))) return;
  throw new EngineError('grouping-error', 'GROUP BY cannot take a window function or a set-returning call', { hint: 'Compute it in a subquery of FROM and group its rows.' });
}

function explicitKeys(binder: Binder, groupBy: GroupBy, input: GroupingInput): Keys {
  const expressions: BoundExpression[] = [];
  const prints = new Map<string, number>();
  const indexOf = (expression: BoundExpression): number => {
    const print = fingerprint(expression);
    const known = prints.get(print);
    if (known !== undefined) return known;
    prints.set(print, expressions.length);
    expressions.push(expression);
    return expressions.length - 1;
  };
  if (groupBy.elements.length === 0 && groupBy.quantifier === 'all') {
    const aggregated = new Set(input.aggregates.calls.map((call) => call.output.id));
    for (const item of input.items) if (![...referencedColumns(item.expression)].some((id) => aggregated.has(id))) indexOf(item.expression);
    return { expressions, sets: undefined };
  }
  const sets = groupingSetsOf(groupBy, (expression) => indexOf(bindKey(binder, expression, input)));
  return { expressions, sets: sets.length === 1 && sets[0]?.length === expressions.length ? undefined : sets };
}

/** A column of FROM before an alias of the select list; an integer is the position of a select item. */
function bindKey(binder: Binder, expression: Expression, input: GroupingInput): BoundExpression {
  if (expression.kind === 'literal' && typeof expression.value === 'bigint') {
    const item = input.items[Number(expression.value) - 1];
    if (item === undefined) throw new EngineError('invalid-column-reference', `Invalid group by ordinal: ${expression.value}, the select list has ${input.items.length} columns`, { position: expression.start });
    return keyOfItem(item, expression.start, input);
  }
  const [name, second] = expression.kind === 'column' ? expression.parts : [];
  if (expression.kind === 'column' && name !== undefined && second === undefined && tryResolveColumn({ ...input.environment.scope, parent: undefined }, expression.parts) === undefined) {
    const item = input.items.find((candidate) => candidate.name === name.text);
    if (item !== undefined) return keyOfItem(item, expression.start, input);
  }
  return binder.expression(expression, { ...input.environment, clause: 'GROUP BY' });
}

/** A select item as a key: it must be known before rows are grouped. */
function keyOfItem({ expression }: BoundItem, position: number, { aggregates, windows }: GroupingInput): BoundExpression {
  const read = referencedColumns(expression);
  if ([...aggregates.calls, ...aggregates.groupingCalls].some(({ output }) => read.has(output.id))) {
    throw new EngineError('grouping-error', 'Aggregates are not allowed in this context: GROUP BY', { position });
  }
  if (windows.some(({ output }) => read.has(output.id))) throw new EngineError('windowing-error', 'Window functions are not allowed in this context: GROUP BY', { position });
  return expression;
}

type Rewrite = (expression: BoundExpression) => BoundExpression;

/** Replaces key expressions by their outputs. Throws 42803 for a column of FROM that remains. */
function keyRewriter(plan: LogicalPlan, groups: readonly { readonly output: PlanColumn; readonly expression: BoundExpression }[], calls: readonly AggregateCall[]): Rewrite {
  const inputIds = outputIds(plan);
  for (const call of calls) inputIds.delete(call.output.id);
  const byId = new Map(groups.flatMap((group) => (group.expression.kind === 'column' ? [[group.expression.id, columnRef(group.output)] as const] : [])));
  const onlyColumns = byId.size === groups.length;
  const byPrint = onlyColumns ? undefined : new Map(groups.map((group) => [fingerprint(group.expression), columnRef(group.output)]));
  const missing = (name: string): EngineError => new EngineError('grouping-error', `Missing grouping columns: ${name}`, { hint: `Add ${name} to GROUP BY or put it into an aggregate.` });
  const rewrite: Rewrite = (expression) => {
    if (expression.kind === 'column') {
      const key = byId.get(expression.id);
      if (key !== undefined) return key;
      if (inputIds.has(expression.id)) throw missing(expression.name);
      return expression;
    }
    if (byPrint !== undefined) {
      const key = byPrint.get(fingerprint(expression));
      if (key !== undefined) return key;
    }
    const inner = mapChildExpressions(expression, rewrite);
    if (inner.kind !== 'subquery') return inner;
    for (const { id, name } of freeReferences(inner.plan)) if (inputIds.has(id) && !byId.has(id)) throw missing(name);
    return { ...inner, plan: substituteInPlan(inner.plan, byId) };
  };
  return rewrite;
}
