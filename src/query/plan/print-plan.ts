/**
 * Plans as indented trees, for EXPLAIN and for tests.
 *
 *   HashJoin inner on (a#0 = b#1)
 *     TableScan public.t [_id, x] filter x > 1
 *     TableScan public.u [_id]
 */
import { describeFilter, expressionText, listText, sortText } from './print-expression.ts';
import type { OutputColumn, PhysicalPlan } from './physical-plan.ts';

/** One operator of the tree. */
export interface PlanLine { readonly plan: PhysicalPlan; readonly depth: number; readonly operator: string; readonly details: readonly (readonly [string, string])[] }

export function planLines(plan: PhysicalPlan, depth = 0): readonly PlanLine[] {
  const line: PlanLine = { plan, depth, operator: operatorName(plan), details: details(plan).filter((detail): detail is readonly [string, string] => detail[1] !== undefined && detail[1] !== '') };
  return [line, ...children(plan).flatMap((child) => planLines(child, depth + 1))];
}

/** The tree as text, two spaces a level. */
export function printPlan(plan: PhysicalPlan): string {
  return planLines(plan).map((line) => `${'  '.repeat(line.depth)}${line.operator}${line.details.map(([name, value]) => ` ${name} ${value}`).join('')}`).join('\n');
}

function operatorName(plan: PhysicalPlan): string {
  switch (plan.kind) {
    case 'HashJoin': case 'NestedLoopJoin': case 'Apply': return `${plan.kind} ${plan.join}`;
    case 'SetOperation': return `${plan.kind} ${plan.operation}${plan.all ? ' all' : ''}`;
    case 'Nest': return `${plan.kind} ${plan.form}`;
    default: return plan.kind;
  }
}

const names = (columns: readonly OutputColumn[]): string => `[${columns.map((column) => column.name).join(', ')}]`;

type Detail = readonly [string, string | undefined];

function details(plan: PhysicalPlan): readonly Detail[] {
  switch (plan.kind) {
    case 'TableScan': return [
      ['table', `${plan.schema}.${plan.table}`], ['columns', `[${plan.sources.join(', ')}]`],
      ['valid', plan.valid === undefined ? undefined : periodText(plan.valid)], ['system', plan.system === undefined ? undefined : periodText(plan.system)],
      ['clamped', plan.clampValid ? 'valid time' : undefined], ['filter', describeFilter(plan.filter)],
      ['bounds', plan.bounds.length === 0 ? undefined : listText(plan.bounds.map((bound) => `${bound.column} ${bound.op}`))],
    ];
    case 'Values': return [['columns', names(plan.columns)], ['rows', String(plan.rows.length)]];
    case 'Filter': return [['predicate', expressionText(plan.predicate)]];
    case 'Project': return [['columns', listText(plan.expressions.map((expression, index) => `${plan.columns[index]?.name ?? ''}: ${expressionText(expression)}`))]];
    case 'HashJoin': return [
      ['on', plan.leftKeys.map((key, index) => `${expressionText(key)} ${plan.nullSafe === true ? 'is' : '='} ${expressionText(plan.rightKeys[index] ?? key)}`).join(' and ')],
      ['residual', describeFilter(plan.residual)],
    ];
    case 'NestedLoopJoin': return [['on', describeFilter(plan.condition)]];
    case 'Apply': return [['correlation', listText(plan.correlation.map(expressionText))], ['on', describeFilter(plan.condition)]];
    case 'HashAggregate': return [
      ['by', plan.groupBy.length === 0 ? undefined : listText(plan.groupBy.map(expressionText))],
      ['sets', plan.groupingSets === undefined ? undefined : plan.groupingSets.map((set) => `{${set.join(' ')}}`).join(' ')],
      ['aggregates', listText(plan.aggregates.map((call) => `${call.name}(${call.distinct ? 'distinct ' : ''}${call.args.map(expressionText).join(', ')})`))],
    ];
    case 'Window': return [['calls', listText(plan.calls.map((call) => `${call.name}(${call.args.map(expressionText).join(', ')}) over (${[...call.partitionBy.map(expressionText), ...call.orderBy.map(sortText)].join(', ')})`))]];
    case 'Distinct': return [['on', plan.on === undefined ? undefined : listText(plan.on.map(expressionText))]];
    case 'Sort': return [['by', listText(plan.keys.map(sortText))]];
    case 'TopK': return [['by', listText(plan.keys.map(sortText))], ['limit', expressionText(plan.limit)], ['offset', describeFilter(plan.offset)]];
    case 'Limit': return [['limit', describeFilter(plan.limit)], ['offset', describeFilter(plan.offset)]];
    case 'Unnest': return [[plan.lists.length === 1 ? 'list' : 'lists', plan.lists.map(expressionText).join(', ')], ['outer', plan.outer ? 'yes' : undefined]];
    case 'Series': return [['from', expressionText(plan.from)], [plan.inclusive ? 'to' : 'below', expressionText(plan.to)], ['step', describeFilter(plan.step)]];
    case 'With': case 'WithReference': case 'Recursive': return [['id', String(plan.id)]];
    case 'UnionAll': case 'SetOperation': case 'Nest': return [];
  }
}

function periodText(period: NonNullable<(PhysicalPlan & { readonly kind: 'TableScan' })['valid']>): string {
  switch (period.kind) {
    case 'all': return 'all';
    case 'as-of': return `as of ${expressionText(period.at)}`;
    case 'from-to': return `from ${expressionText(period.from)} to ${expressionText(period.to)}`;
    case 'between': return `between ${expressionText(period.from)} and ${expressionText(period.to)}`;
  }
}

export function children(plan: PhysicalPlan): readonly PhysicalPlan[] {
  switch (plan.kind) {
    case 'TableScan': case 'Values': case 'WithReference': return [];
    case 'Filter': case 'Project': case 'HashAggregate': case 'Window': case 'Distinct': case 'Sort': case 'TopK': case 'Limit': case 'Unnest': case 'Series': case 'Nest': return [plan.input];
    case 'HashJoin': case 'NestedLoopJoin': case 'Apply': case 'UnionAll': case 'SetOperation': return [plan.left, plan.right];
    case 'With': return [plan.definition, plan.body];
    case 'Recursive': return [plan.anchor, plan.step];
  }
}
