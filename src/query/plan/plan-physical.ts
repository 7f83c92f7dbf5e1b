/**
 * Logical plan → physical plan: column ids become input positions, joins get their algorithm, scans their bounds.
 *
 *   build(plan) = { plan, columns: ids in output order }       expressions of an operator are translated against its input's columns
 */
import type { BoundExpression } from './expression.ts';
import type { AggregateCall, FrameBound, LogicalPlan, PlanColumn, SortKey, WindowCall } from './logical-plan.ts';
import { planApply, planJoin } from './plan-join.ts';
import { besideColumns, outputColumns } from './plan-tree.ts';
import { planScan } from './plan-scan.ts';
import { positional } from './planned.ts';
import type { Planned } from './planned.ts';
import type { PhysicalAggregate, PhysicalPlan, PhysicalSortKey, PhysicalWindow } from './physical-plan.ts';

export const planPhysical = (plan: LogicalPlan): PhysicalPlan => build(plan).plan;

const sortKeys = (keys: readonly SortKey[], columns: readonly PlanColumn[]): readonly PhysicalSortKey[] =>
  keys.map((key) => ({ expression: positional(key.expression, columns), descending: key.descending, nullsFirst: key.nullsFirst }));

const optional = (expression: BoundExpression | undefined, columns: readonly PlanColumn[]): BoundExpression | undefined =>
  (expression === undefined ? undefined : positional(expression, columns));

function build(plan: LogicalPlan): Planned {
  switch (plan.kind) {
    case 'scan': return planScan(plan);
    case 'values': return { columns: plan.columns, plan: { columns: plan.columns, kind: 'Values', rows: plan.rows.map((row) => row.map((item) => positional(item, []))) } };
    case 'filter': {
      const input = build(plan.input);
      return { columns: input.columns, plan: { columns: input.plan.columns, kind: 'Filter', input: input.plan, predicate: positional(plan.predicate, input.columns) } };
    }
    case 'project': return buildProject(plan);
    case 'join': return planJoin(plan, build);
    case 'apply': return planApply(plan, build);
    case 'aggregate': return buildAggregate(plan);
    case 'window': {
      const input = build(plan.input);
      const all = [...input.columns, ...plan.calls.map((call) => call.output)];
      return { columns: all, plan: { columns: all, kind: 'Window', input: input.plan, calls: plan.calls.map((call) => windowCall(call, input.columns)) } };
    }
    case 'distinct': {
      const input = build(plan.input);
      const on = plan.on?.map((expression) => positional(expression, input.columns));
      return { columns: input.columns, plan: { columns: input.plan.columns, kind: 'Distinct', input: input.plan, on } };
    }
    case 'sort': {
      const input = build(plan.input);
      return { columns: input.columns, plan: { columns: input.plan.columns, kind: 'Sort', input: input.plan, keys: sortKeys(plan.keys, input.columns) } };
    }
    case 'limit': return buildLimit(plan);
    case 'set-operation': return buildSetOperation(plan);
    case 'unnest': case 'series': return buildBeside(plan);
    case 'nest': {
      const columns = [plan.output];
      return { columns, plan: { columns, kind: 'Nest', form: plan.form, input: build(plan.input).plan } };
    }
    case 'with': {
      const body = build(plan.body);
      return { columns: body.columns, plan: { columns: body.plan.columns, kind: 'With', id: plan.id, definition: build(plan.definition).plan, body: body.plan } };
    }
    case 'with-reference': return { columns: plan.columns, plan: { columns: plan.columns, kind: 'WithReference', id: plan.id } };
    case 'recursive': return { columns: plan.columns, plan: { columns: plan.columns, kind: 'Recursive', id: plan.id, all: plan.all, anchor: build(plan.anchor).plan, step: build(plan.step).plan } };
  }
}

/** A projection that only drops or reorders nothing is no operator. */
function buildProject(plan: LogicalPlan & { readonly kind: 'project' }): Planned {
  const input = build(plan.input);
  const columns = plan.columns.map((column) => column.output);
  const expressions = plan.columns.map((column) => positional(column.expression, input.columns));
  const isIdentity = expressions.length === input.columns.length && expressions.every((expression, index) => expression.kind === 'input' && expression.index === index);
  if (isIdentity) return { columns, plan: { ...input.plan, columns } };
  return { columns, plan: { columns, kind: 'Project', input: input.plan, expressions } };
}

function buildAggregate(plan: LogicalPlan & { readonly kind: 'aggregate' }): Planned {
  const input = build(plan.input);
  const columns = outputColumns(plan);
  return {
    columns,
    plan: {
      columns, kind: 'HashAggregate', input: input.plan,
      groupBy: plan.groupBy.map((key) => positional(key.expression, input.columns)),
      aggregates: plan.aggregates.map((call) => aggregateCall(call, input.columns)),
      groupingSets: plan.groupingSets,
    },
  };
}

const aggregateCall = (call: AggregateCall, columns: readonly PlanColumn[]): PhysicalAggregate => ({
  name: call.name, args: call.args.map((arg) => positional(arg, columns)), distinct: call.distinct, filter: optional(call.filter, columns),
  orderBy: sortKeys(call.orderBy, columns), type: call.output.type,
});

const frameBound = (bound: FrameBound, columns: readonly PlanColumn[]): FrameBound =>
  (bound.kind === 'preceding' || bound.kind === 'following' ? { kind: bound.kind, offset: positional(bound.offset, columns) } : bound);

const windowCall = (call: WindowCall, columns: readonly PlanColumn[]): PhysicalWindow => ({
  name: call.name, args: call.args.map((arg) => positional(arg, columns)), partitionBy: call.partitionBy.map((key) => positional(key, columns)),
  orderBy: sortKeys(call.orderBy, columns), ignoreNulls: call.ignoreNulls, filter: optional(call.filter, columns), type: call.output.type,
  frame: call.frame === undefined ? undefined : { ...call.frame, from: frameBound(call.frame.from, columns), to: frameBound(call.frame.to, columns) },
});

/** LIMIT over a sort keeps only the rows it needs; a projection between the two may stay between. */
function buildLimit(plan: LogicalPlan & { readonly kind: 'limit' }): Planned {
  const { limit } = plan;
  if (plan.input.kind === 'sort' && limit !== undefined) {
    const input = build(plan.input.input);
    const keys = sortKeys(plan.input.keys, input.columns);
    return { columns: input.columns, plan: { columns: input.plan.columns, kind: 'TopK', input: input.plan, keys, limit: positional(limit, []), offset: optional(plan.offset, []) } };
  }
  const input = build(plan.input);
  return { columns: input.columns, plan: { columns: input.plan.columns, kind: 'Limit', input: input.plan, limit: optional(limit, []), offset: optional(plan.offset, []) } };
}

function buildSetOperation(plan: LogicalPlan & { readonly kind: 'set-operation' }): Planned {
  const left = build(plan.left);
  const right = build(plan.right);
  const head = { columns: plan.columns, left: left.plan, right: right.plan };
  if (plan.operation === 'union' && plan.all) return { columns: plan.columns, plan: { ...head, kind: 'UnionAll' } };
  return { columns: plan.columns, plan: { ...head, kind: 'SetOperation', operation: plan.operation, all: plan.all } };
}

function buildBeside(plan: LogicalPlan & { readonly kind: 'unnest' | 'series' }): Planned {
  const input = build(plan.input);
  const columns = [...input.columns, ...besideColumns(plan)];
  const head = { columns, input: input.plan, ordinality: plan.ordinality !== undefined };
  if (plan.kind === 'unnest') return { columns, plan: { ...head, kind: 'Unnest', lists: plan.lists.map(({ list }) => positional(list, input.columns)), outer: plan.outer } };
  return { columns, plan: { ...head, kind: 'Series', inclusive: plan.inclusive, from: positional(plan.from, input.columns), to: positional(plan.to, input.columns), step: optional(plan.step, input.columns) } };
}
