/**
 * GROUPING(a, b): which keys a row's grouping set lacks. The aggregation has no such column, so it is made of one aggregation for each set,
 * in which GROUPING is a constant:
 *
 *   with i = input:  project {a, b, …, grouping = 0} (aggregate by a, b)  ∪ all  project {a, NULL, …, grouping = 1} (aggregate by a)  ∪ all …
 */
import { EngineError } from '../../base/errors.ts';
import { must } from '../../base/assert.ts';
import { INT64, notNull, withNull } from '../../data/types/type.ts';
import type { AggregateCollector, Binder, GroupingCall } from './binder.ts';
import type { BoundExpression, ColumnId } from './expression.ts';
import { fingerprint } from './fingerprint.ts';
import type { LogicalPlan, PlanColumn } from './logical-plan.ts';
import { columnRef, mapPlanExpressions, outputColumns, substituteDeep } from './plan-tree.ts';

interface Group { readonly output: PlanColumn; readonly expression: BoundExpression }
type Sets = readonly (readonly number[])[];

export function aggregateWithGrouping(binder: Binder, input: LogicalPlan, groups: readonly Group[], aggregates: AggregateCollector, sets: Sets | undefined): LogicalPlan {
  const calls = aggregates.calls;
  if (aggregates.groupingCalls.length === 0) return { kind: 'aggregate', input, groupBy: groups, aggregates: calls, groupingSets: sets };
  const all: Sets = sets ?? [groups.map((_, index) => index)];
  const id = binder.newId();
  const columns = [...groups.map((group) => group.output), ...calls.map((call) => call.output), ...aggregates.groupingCalls.map((call) => call.output)];
  const branches = all.map((set) => branch(binder, { id, input, groups, aggregates, set }));
  const body = branches.slice(1).reduce<LogicalPlan>((left, right) => ({
    kind: 'set-operation', operation: 'union', all: true, left, right, columns: outputColumns(left).map((column) => binder.newColumn(column.name, withNull(column.type))),
  }), must(branches[0], 'there is a grouping set'));
  const renamed: LogicalPlan = { kind: 'project', input: body, columns: outputColumns(body).map((column, index) => ({ output: must(columns[index], 'as many columns'), expression: columnRef(column) })) };
  return { kind: 'with', id, name: 'grouping', definition: input, body: renamed };
}

interface BranchInput { readonly id: number; readonly input: LogicalPlan; readonly groups: readonly Group[]; readonly aggregates: AggregateCollector; readonly set: readonly number[] }

function branch(binder: Binder, { id, input, groups, aggregates, set }: BranchInput): LogicalPlan {
  const source = outputColumns(input);
  const copy = source.map((column) => binder.newColumn(column.name, column.type));
  const map = new Map<ColumnId, BoundExpression>(source.map((column, index) => [column.id, columnRef(must(copy[index], 'a copy of each'))]));
  const fresh = (column: PlanColumn): PlanColumn => binder.newColumn(column.name, column.type);
  const keys = groups.map((group) => ({ output: fresh(group.output), expression: group.expression }));
  const calls = aggregates.calls.map((call) => ({ ...call, output: fresh(call.output) }));
  const kept = keys.filter((_, index) => set.includes(index));
  const aggregate = mapPlanExpressions({
    kind: 'aggregate', input: { kind: 'with-reference', id, name: 'grouping', columns: copy }, groupBy: kept, aggregates: calls,
  }, (expression) => substituteDeep(expression, map));
  const columns = [
    ...keys.map((key, index) => ({ output: fresh(key.output), expression: set.includes(index) ? columnRef(key.output) : nullOf(key.output) })),
    ...calls.map((call) => ({ output: fresh(call.output), expression: columnRef(call.output) })),
    ...aggregates.groupingCalls.map((call) => ({ output: fresh(call.output), expression: groupingValue(call, groups, set) })),
  ];
  return { kind: 'project', input: aggregate, columns };
}

const nullOf = (column: PlanColumn): BoundExpression => ({ kind: 'literal', value: null, type: withNull(column.type) });

function groupingValue(call: GroupingCall, groups: readonly Group[], set: readonly number[]): BoundExpression {
  let value = 0n;
  for (const arg of call.args) {
    const print = fingerprint(arg);
    const index = groups.findIndex((group) => fingerprint(group.expression) === print);
    if (index < 0) throw new EngineError('grouping-error', 'The arguments of GROUPING must be grouping keys', { position: call.position });
    value = value * 2n + (set.includes(index) ? 0n : 1n);
  }
  return { kind: 'literal', value, type: notNull(INT64) };
}
