/**
 * General unnesting: the distinct combinations of outer values (the domain D) go down the right side until nothing there is
 * correlated; the result is joined with the left side on D, NULL-safe.
 *
 *   apply ─ left                with L = left
 *     └─ limit 1                join on L.a ≡ d
 *          └─ sort i.t     ⇒      ├─ L
 *               └─ filter         └─ filter n ≤ 1
 *                    i.b > L.a         └─ window n = row_number() over (partition by d order by i.t)
 *                                           └─ filter i.b > d
 *                                                └─ cross join i, D = distinct (project L.a as d (L))
 */
import { must } from '../../../base/assert.ts';
import { BOOL, INT64, notNull } from '../../../data/types/type.ts';
import { makeCall } from '../call-type.ts';
import type { BoundExpression, ColumnId } from '../expression.ts';
import { conjunction, negation } from '../expression-tree.ts';
import type { LogicalPlan, PlanColumn, SortKey } from '../logical-plan.ts';
import { columnRef, freeColumns, mapPlanExpressions, ONE_ROW, outputColumns, substituteDeep } from '../plan-tree.ts';
import { emptyValue } from './empty-value.ts';
import type { IsCorrelated } from './pull-correlation.ts';
import type { RuleContext } from './rule.ts';
import { makeStruct } from '../struct-expression.ts';

type Apply = LogicalPlan & { readonly kind: 'apply' };
type Aggregate = LogicalPlan & { readonly kind: 'aggregate' };
/** Where each outer column is found among the outputs of a plan. */
type Domain = ReadonlyMap<ColumnId, PlanColumn>;
interface Pushed { readonly plan: LogicalPlan; readonly domain: Domain }

interface PushContext {
  readonly rules: RuleContext;
  readonly outer: readonly PlanColumn[];
  readonly isCorrelated: IsCorrelated;
  readonly leftId: number;
  readonly leftColumns: readonly PlanColumn[];
}

function openContext(left: LogicalPlan, right: LogicalPlan, isCorrelated: IsCorrelated, rules: RuleContext): PushContext {
  const leftColumns = outputColumns(left);
  const free = freeColumns(right);
  return { rules, outer: leftColumns.filter((column) => free.has(column.id)), isCorrelated, leftId: rules.newId(), leftColumns };
}

/** Undefined where an operator of the right side does not let the domain through. */
export function pushDomain(apply: Apply, isCorrelated: IsCorrelated, rules: RuleContext): LogicalPlan | undefined {
  const context = openContext(apply.left, apply.right, isCorrelated, rules);
  const pushed = push(apply.right, context);
  if (pushed === undefined) return undefined;
  const own = apply.condition === undefined ? [] : [apply.condition];
  const body: LogicalPlan = { ...apply, kind: 'join', left: outerRows(context), right: pushed.plan, condition: conjunction([...own, ...onDomain(context, pushed.domain)]) };
  const columns = outputColumns(apply);
  const restored: LogicalPlan = { kind: 'project', input: body, columns: columns.map((output) => ({ output, expression: columnRef(output) })) };
  return { kind: 'with', id: context.leftId, name: 'outer', definition: apply.left, body: restored };
}

/** Groups of the right side, to be joined to the left one. */
export interface OuterGroups {
  readonly left: LogicalPlan;
  /** No row where there is nothing to group. */
  readonly groups: LogicalPlan;
  readonly conditions: readonly BoundExpression[];
  /** What the plan of the join stands in. */
  readonly within: (body: LogicalPlan) => LogicalPlan;
}

/** An aggregation without keys, grouped by the domain. */
export function groupByDomain(left: LogicalPlan, plan: Aggregate, isCorrelated: IsCorrelated, rules: RuleContext): OuterGroups | undefined {
  const context = openContext(left, plan, isCorrelated, rules);
  const grouped = groupedByDomain(plan, context);
  if (grouped === undefined) return undefined;
  return {
    left: outerRows(context), groups: grouped.plan, conditions: onDomain(context, grouped.domain),
    within: (body) => ({ kind: 'with', id: context.leftId, name: 'outer', definition: left, body }),
  };
}

const outerRows = ({ leftId, leftColumns }: PushContext): LogicalPlan => ({ kind: 'with-reference', id: leftId, name: 'outer', columns: leftColumns });

const onDomain = ({ outer }: PushContext, domain: Domain): readonly BoundExpression[] =>
  outer.map((column) => nullSafe(columnRef(column), columnRef(must(domain.get(column.id), 'the domain has every outer column'))));

/** a ≡ b: equal, or both NULL. */
export const nullSafe = (a: BoundExpression, b: BoundExpression): BoundExpression =>
  (a.type.nullable || b.type.nullable ? { ...negation(makeCall('is_distinct_from', [a, b])), type: notNull(BOOL) } : makeCall('=', [a, b]));

/** The domain as a plan of its own, with fresh columns. */
function domainSource(context: PushContext): Pushed {
  const copies = context.leftColumns.map((column) => context.rules.newColumn(column.name, column.type));
  const at = (column: PlanColumn): PlanColumn => must(copies[context.leftColumns.indexOf(column)], 'a copy of every column');
  const outputs = context.outer.map((column) => ({ output: context.rules.newColumn(column.name, column.type), expression: columnRef(at(column)) }));
  const reference: LogicalPlan = { kind: 'with-reference', id: context.leftId, name: 'outer', columns: copies };
  return {
    plan: { kind: 'distinct', input: { kind: 'project', input: reference, columns: outputs } },
    domain: new Map(context.outer.map((column, index) => [column.id, must(outputs[index], 'an output for each').output])),
  };
}

const references = (domain: Domain): ReadonlyMap<ColumnId, BoundExpression> => new Map([...domain].map(([id, column]) => [id, columnRef(column)]));
const rewrite = (expression: BoundExpression, domain: Domain): BoundExpression => substituteDeep(expression, references(domain));

/** The operator over its pushed input, its expressions reading the domain instead of the outer columns. */
function over(plan: LogicalPlan & { readonly input: LogicalPlan }, input: Pushed): LogicalPlan {
  return mapPlanExpressions({ ...plan, input: input.plan } as LogicalPlan, (expression) => rewrite(expression, input.domain));
}

function push(plan: LogicalPlan, context: PushContext): Pushed | undefined {
  if (!context.isCorrelated(plan)) {
    const domain = domainSource(context);
    return { plan: { kind: 'join', join: 'inner', left: domain.plan, right: plan, condition: undefined }, domain: domain.domain };
  }
  switch (plan.kind) {
    case 'filter': case 'unnest': case 'series': case 'sort': {
      const input = push(plan.input, context);
      return input === undefined ? undefined : { plan: over(plan, input), domain: input.domain };
    }
    case 'project': return pushProject(plan, context);
    case 'values': return pushValues(plan, context);
    case 'join': return pushJoin(plan, context);
    case 'aggregate': return pushAggregate(plan, context);
    case 'distinct': {
      const input = push(plan.input, context);
      if (input === undefined) return undefined;
      const on = plan.on === undefined ? undefined : [...plan.on.map((expression) => rewrite(expression, input.domain)), ...references(input.domain).values()];
      return { plan: { kind: 'distinct', input: input.plan, on }, domain: input.domain };
    }
    case 'window': {
      const input = push(plan.input, context);
      if (input === undefined) return undefined;
      const calls = plan.calls.map((call) => ({ ...call, partitionBy: [...call.partitionBy, ...references(input.domain).values()] }));
      return { plan: over({ ...plan, calls }, input), domain: input.domain };
    }
    case 'limit': return pushLimit(plan, context);
    case 'set-operation': return pushSetOperation(plan, context);
    case 'nest': return pushNest(plan, context);
    case 'with': {
      if (context.isCorrelated(plan.definition)) return undefined;
      const body = push(plan.body, context);
      return body === undefined ? undefined : { plan: { ...plan, body: body.plan }, domain: body.domain };
    }
    default: return undefined;
  }
}

function pushProject(plan: LogicalPlan & { readonly kind: 'project' }, context: PushContext): Pushed | undefined {
  const input = push(plan.input, context);
  if (input === undefined) return undefined;
  const columns = plan.columns.map((column) => ({ output: column.output, expression: rewrite(column.expression, input.domain) }));
  const passed = [...input.domain.values()].map((output) => ({ output, expression: columnRef(output) }));
  return { plan: { kind: 'project', input: input.plan, columns: [...columns, ...passed] }, domain: input.domain };
}

/** Rows that read outer columns: one projection of the domain for each. */
function pushValues(plan: LogicalPlan & { readonly kind: 'values' }, context: PushContext): Pushed | undefined {
  const parts = plan.rows.map((row): LogicalPlan => ({
    kind: 'project', input: ONE_ROW,
    columns: row.map((expression, index) => {
      const column = must(plan.columns[index], 'as many columns as items');
      return { output: plan.rows.length === 1 ? column : context.rules.newColumn(column.name, column.type), expression };
    }),
  }));
  const [first, ...others] = parts;
  if (first === undefined) return undefined;
  if (others.length === 0) return pushProject(first as LogicalPlan & { readonly kind: 'project' }, context);
  const union = others.reduce<LogicalPlan>((left, right, index) => ({
    kind: 'set-operation', operation: 'union', all: true, left, right,
    columns: index === others.length - 1 ? plan.columns : plan.columns.map((column) => context.rules.newColumn(column.name, column.type)),
  }), first);
  return push(union, context);
}

function pushJoin(plan: LogicalPlan & { readonly kind: 'join' }, context: PushContext): Pushed | undefined {
  const condition = (domain: Domain, more: readonly BoundExpression[] = []): BoundExpression | undefined => {
    const all = [...(plan.condition === undefined ? [] : [rewrite(plan.condition, domain)]), ...more];
    return all.length === 0 ? undefined : conjunction(all);
  };
  if (plan.join === 'full') return undefined;
  if (plan.join === 'inner' && !context.isCorrelated(plan.left)) {
    const right = push(plan.right, context);
    return right === undefined ? undefined : { plan: { ...plan, right: right.plan, condition: condition(right.domain) }, domain: right.domain };
  }
  const left = push(plan.left, context);
  if (left === undefined) return undefined;
  if (!context.isCorrelated(plan.right)) return { plan: { ...plan, left: left.plan, condition: condition(left.domain) }, domain: left.domain };
  const right = push(plan.right, context);
  if (right === undefined) return undefined;
  const joined: LogicalPlan = { ...plan, left: left.plan, right: right.plan, condition: condition(left.domain, sameDomain(left.domain, right.domain)) };
  return { plan: joined, domain: left.domain };
}

const sameDomain = (left: Domain, right: Domain): readonly BoundExpression[] =>
  [...left].map(([id, column]) => nullSafe(columnRef(column), columnRef(must(right.get(id), 'both domains have the same columns'))));

function pushAggregate(plan: Aggregate, context: PushContext): Pushed | undefined {
  const grouped = groupedByDomain(plan, context);
  if (grouped === undefined || plan.groupBy.length > 0) return grouped;
  return everyDomainRow(grouped.plan, grouped.domain, plan.aggregates.map((call) => ({ output: call.output, whenEmpty: emptyValue(call.name, call.output) })), context);
}

/** The aggregation with the domain as further keys. */
function groupedByDomain(plan: Aggregate, context: PushContext): Pushed | undefined {
  if (plan.groupingSets?.some((set) => set.length === 0) === true) return undefined;
  const input = push(plan.input, context);
  if (input === undefined) return undefined;
  const keys = [...input.domain].map(([id, column]) => ({ id, output: context.rules.newColumn(column.name, column.type), expression: columnRef(column) }));
  const extra = keys.map((_, index) => plan.groupBy.length + index);
  const grouped = over({
    ...plan, groupBy: [...plan.groupBy, ...keys.map(({ output, expression }) => ({ output, expression }))],
    groupingSets: plan.groupingSets?.map((set) => [...set, ...extra]),
  }, input);
  return { plan: grouped, domain: new Map(keys.map((key) => [key.id, key.output])) };
}

/** A row for every combination of the domain, also for those that the plan has none for. */
function everyDomainRow(plan: LogicalPlan, domain: Domain, values: readonly { readonly output: PlanColumn; readonly whenEmpty: BoundExpression }[], context: PushContext): Pushed {
  const source = domainSource(context);
  const joined: LogicalPlan = { kind: 'join', join: 'left', left: source.plan, right: plan, condition: conjunction(sameDomain(source.domain, domain)) };
  const renamed = values.map(({ output, whenEmpty }) => ({ output, expression: whenEmpty }));
  const passed = [...source.domain.values()].map((output) => ({ output, expression: columnRef(output) }));
  return { plan: { kind: 'project', input: joined, columns: [...renamed, ...passed] }, domain: source.domain };
}

/** The first rows of each combination: numbered in the order of the sort below. */
function pushLimit(plan: LogicalPlan & { readonly kind: 'limit' }, context: PushContext): Pushed | undefined {
  const orderBy: readonly SortKey[] = plan.input.kind === 'sort' ? plan.input.keys : [];
  const input = push(plan.input.kind === 'sort' ? plan.input.input : plan.input, context);
  if (input === undefined) return undefined;
  const number = context.rules.newColumn('row_number', notNull(INT64));
  const keys = orderBy.map((key) => ({ ...key, expression: rewrite(key.expression, input.domain) }));
  const window: LogicalPlan = {
    kind: 'window', input: input.plan,
    calls: [{ output: number, name: 'row_number', args: [], partitionBy: [...references(input.domain).values()], orderBy: keys, frame: undefined, ignoreNulls: false, filter: undefined }],
  };
  const zero: BoundExpression = { kind: 'literal', value: 0n, type: notNull(INT64) };
  const offset = plan.offset ?? zero;
  const after = makeCall('>', [columnRef(number), offset]);
  const before = plan.limit === undefined ? [] : [makeCall('<=', [columnRef(number), plus(plan.limit, offset)])];
  const filtered: LogicalPlan = { kind: 'filter', input: window, predicate: conjunction([after, ...before]) };
  const ordered: LogicalPlan = keys.length === 0 ? filtered : { kind: 'sort', input: filtered, keys: [{ expression: columnRef(number), descending: false, nullsFirst: false }] };
  return { plan: ordered, domain: input.domain };
}

/** limit + offset; added up here where both are known. */
function plus(limit: BoundExpression, offset: BoundExpression): BoundExpression {
  if (limit.kind === 'literal' && offset.kind === 'literal' && typeof limit.value === 'bigint' && typeof offset.value === 'bigint') {
    return { kind: 'literal', value: limit.value + offset.value, type: notNull(INT64) };
  }
  return makeCall('+', [limit, offset]);
}

function pushSetOperation(plan: LogicalPlan & { readonly kind: 'set-operation' }, context: PushContext): Pushed | undefined {
  const left = push(plan.left, context);
  const right = push(plan.right, context);
  if (left === undefined || right === undefined) return undefined;
  // Both sides in the same order: their own columns, then the domain.
  const side = (pushed: Pushed, before: LogicalPlan): LogicalPlan => {
    const all = [...outputColumns(before), ...context.outer.map((column) => must(pushed.domain.get(column.id), 'the domain has every outer column'))];
    return { kind: 'project', input: pushed.plan, columns: all.map((column) => ({ output: context.rules.newColumn(column.name, column.type), expression: columnRef(column) })) };
  };
  const domain = new Map(context.outer.map((column) => [column.id, context.rules.newColumn(column.name, column.type)]));
  return { plan: { ...plan, left: side(left, plan.left), right: side(right, plan.right), columns: [...plan.columns, ...domain.values()] }, domain };
}

/** A list for each combination: ARRAY is empty and NEST_MANY is NULL where there is no row. Rows come in the order of the sort below. */
function pushNest(plan: LogicalPlan & { readonly kind: 'nest' }, context: PushContext): Pushed | undefined {
  const input = push(plan.input, context);
  if (input === undefined || plan.form === 'nest-one') return undefined;
  const columns = outputColumns(plan.input);
  const item: BoundExpression = plan.form === 'array'
    ? columnRef(must(columns[0], 'ARRAY has one column'))
    : makeStruct(columns.map((column) => ({ name: { text: column.name, start: 0 }, value: columnRef(column) })));
  const keys = [...input.domain].map(([id, column]) => ({ id, output: context.rules.newColumn(column.name, column.type), expression: columnRef(column) }));
  const grouped: LogicalPlan = {
    kind: 'aggregate', input: input.plan, groupBy: keys.map(({ output, expression }) => ({ output, expression })),
    aggregates: [{ output: plan.output, name: 'array_agg', args: [item], distinct: false, filter: undefined, orderBy: [] }],
  };
  const found: BoundExpression = { ...columnRef(plan.output), type: { legs: plan.output.type.legs, nullable: true } } as BoundExpression;
  const empty: BoundExpression = { kind: 'list', items: [], type: notNull({ kind: 'list', element: { legs: [], nullable: false } }) };
  const value: BoundExpression = plan.form === 'array' ? { kind: 'coalesce', args: [found, empty], type: plan.output.type } : found;
  return everyDomainRow(grouped, new Map(keys.map((key) => [key.id, key.output])), [{ output: plan.output, whenEmpty: value }], context);
}
