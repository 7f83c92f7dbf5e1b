/** Aggregates and GROUPING. A call becomes an output column of the aggregation; the expression around it refers to that column. */
import { EngineError } from '../../base/errors.ts';
import { lookupAggregate } from '../../catalog/registry.ts';
import { BOOL, INT64, notNull } from '../../data/types/type.ts';
import type { CallExpression } from '../sql/ast-expression.ts';
import type { Binder, ExpressionEnvironment } from './binder.ts';
import { at, literalsOf } from './call-type.ts';
import { fingerprint } from './fingerprint.ts';
import type { BoundExpression } from './expression.ts';
import type { AggregateCall, SortKey } from './logical-plan.ts';
import { columnRef } from './plan-tree.ts';
import { requireBoolean } from './require-boolean.ts';

/** Arguments and type of an aggregate. In a window it may have aggregates as arguments, since the groups are there before the window. */
export function bindAggregateCall(binder: Binder, call: CallExpression, environment: ExpressionEnvironment, place: 'group' | 'window' = 'group'): Omit<AggregateCall, 'output'> & { readonly type: BoundExpression['type'] } {
  const definition = lookupAggregate(call.name);
  if (definition === undefined) throw new EngineError('undefined-function', `Unknown aggregate: ${call.name}`, { position: call.nameStart });
  const inside: ExpressionEnvironment = place === 'window' ? environment
    : { ...environment, aggregates: undefined, windows: undefined, sets: undefined, clause: `the arguments of ${call.name.toUpperCase()}` };
  const { modifiers } = call;
  const within = modifiers?.withinGroup ?? [];
  const args = call.args.map((arg) => binder.expression(arg, inside));
  const orderBy: readonly SortKey[] = within.length > 0 ? binder.sortItems(within, inside) : binder.sortItems(modifiers?.orderBy ?? [], inside);
  // PERCENTILE_CONT(f) WITHIN GROUP (ORDER BY x): the sorted expression is what is aggregated.
  const [sorted] = within.length > 0 ? orderBy : [];
  const all = sorted === undefined ? args : [...args, sorted.expression];
  const [least, most] = definition.arity;
  const count = all.length;
  if (!(modifiers?.star === true && least === 0) && (count < Math.max(least, 0) || count > most || (count === 0 && modifiers?.star !== true && definition.name === 'count'))) {
    throw new EngineError('undefined-function', `Function ${call.name} arity mismatch: expected ${least === most ? least : `${least}-${most}`}, got ${count}`, { position: call.nameStart, hint: definition.signature });
  }
  const nulls = within.find((item) => item.nulls !== undefined);
  if (nulls !== undefined) {
    binder.notices.push({ message: `NULL ordering is ignored for ${call.name.toUpperCase()} (nulls are excluded from ordered-set aggregates)`, position: nulls.start });
  }
  const overload = at(call.nameStart, () => definition.resolve(all.map((arg) => arg.type), literalsOf(all)), all);
  return {
    name: definition.name, args: all, distinct: modifiers?.quantifier === 'distinct', orderBy,
    filter: modifiers?.filter === undefined ? undefined : requireBoolean(binder.expression(modifiers.filter, inside, BOOL), modifiers.filter, 'FILTER'), type: overload.result,
  };
}

export function bindAggregate(binder: Binder, call: CallExpression, environment: ExpressionEnvironment): BoundExpression {
  const collector = environment.aggregates;
  if (collector === undefined) {
    throw new EngineError('grouping-error', `Aggregates are not allowed in this context: ${environment.clause}`, { position: call.nameStart });
  }
  const { type, ...bound } = bindAggregateCall(binder, call, environment);
  const key = aggregateKey(bound);
  const same = collector.calls.find((other) => aggregateKey(other) === key);
  if (same !== undefined) return columnRef(same.output);
  const output = binder.newColumn(call.name, type);
  collector.calls.push({ output, ...bound });
  return columnRef(output);
}

/** Equal for calls that compute the same, so that SUM(x) written twice is computed once. */
function aggregateKey(call: Omit<AggregateCall, 'output'>): string {
  const orderBy = call.orderBy.map((key) => `${fingerprint(key.expression)}${key.descending}${key.nullsFirst}`);
  return [call.name, call.distinct, call.filter === undefined ? '' : fingerprint(call.filter), ...call.args.map(fingerprint), '|', ...orderBy].join(' ');
}

/** GROUPING(a, b): a bit for each argument, 1 where the row is of a grouping set without it. */
export function bindGroupingCall(binder: Binder, call: CallExpression, environment: ExpressionEnvironment): BoundExpression {
  if (environment.aggregates === undefined) {
    throw new EngineError('grouping-error', `GROUPING is not allowed in ${environment.clause}`, { position: call.nameStart });
  }
  const inside: ExpressionEnvironment = { ...environment, aggregates: undefined, windows: undefined, sets: undefined };
  const output = binder.newColumn('grouping', notNull(INT64));
  environment.aggregates.groupingCalls.push({ output, args: call.args.map((arg) => binder.expression(arg, inside)), position: call.nameStart });
  return columnRef(output);
}
