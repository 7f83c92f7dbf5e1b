/** Tails of a pipeline: each takes the rows before it and gives others. */
import { EngineError } from '../../base/errors.ts';
import { INT64 } from '../../data/types/type.ts';
import type { BoundExpression } from '../plan/expression.ts';
import { elementType } from '../plan/list-type.ts';
import type { LogicalPlan, SortKey } from '../plan/logical-plan.ts';
import { columnRef } from '../plan/plan-tree.ts';
import type { Binding, SortSpec, Tail, XtqlExpression } from './ast.ts';
import { bindAggregateTail } from './bind-aggregate.ts';
import { bindExpression } from './bind-expression.ts';
import type { NewColumn } from './rows.ts';
import { conditionOf, extendRows, filterRows, projectTo, replaceRows } from './rows.ts';
import type { Locals, Rows, XtqlBinder, XtqlScope } from './scope.ts';
import { withVariable } from './scope.ts';

export function bindTail(xtql: XtqlBinder, tail: Tail, rows: Rows, locals: Locals): Rows {
  const scope: XtqlScope = { variables: rows.variables, locals };
  switch (tail.kind) {
    case 'where': return { ...rows, plan: filterRows(rows.plan, tail.predicates.map((predicate) => bindCondition(xtql, predicate, scope))) };
    case 'with': return extendRows(xtql.binder, rows, newColumns(xtql, tail.bindings, scope));
    case 'return': return replaceRows(xtql.binder, rows.plan, newColumns(xtql, tail.bindings, scope));
    case 'without': return { ...rows, variables: new Map([...rows.variables].filter(([name]) => !tail.columns.includes(name))) };
    case 'unnest': {
      const list = bindExpression(xtql, tail.binding.expression, scope);
      const { name } = tail.binding;
      const output = xtql.binder.newColumn(name, elementType(list.type));
      return { plan: { kind: 'unnest', input: rows.plan, lists: [{ output, list }], ordinality: undefined, outer: false }, variables: withVariable(rows.variables, name, output) };
    }
    case 'aggregate': return bindAggregateTail(xtql, tail.bindings, rows, locals);
    case 'order-by': return bindOrder(xtql, tail.specs, rows, scope);
    case 'limit': case 'offset': {
      const count = bindRowCount(xtql, tail.count, tail.kind === 'limit' ? 'Limit' : 'Offset', locals);
      const [limit, offset] = tail.kind === 'limit' ? [count, undefined] : [undefined, count];
      return { ...rows, plan: { kind: 'limit', input: rows.plan, limit, offset } };
    }
  }
}

export const bindCondition = (xtql: XtqlBinder, predicate: XtqlExpression, scope: XtqlScope): BoundExpression =>
  conditionOf(bindExpression(xtql, predicate, scope), xtql.position(predicate.start), 'where');

const newColumns = (xtql: XtqlBinder, bindings: readonly Binding[], scope: XtqlScope): NewColumn[] =>
  bindings.map(({ name, expression }) => ({ name, expression: bindExpression(xtql, expression, scope) }));

/** NULLs sort high, and :nulls says it of the ascending order, as in SQL. */
function bindOrder(xtql: XtqlBinder, specs: readonly SortSpec[], rows: Rows, scope: XtqlScope): Rows {
  const computed: NewColumn[] = [];
  const bound = specs.map((spec) => ({ spec, expression: bindExpression(xtql, spec.expression, scope) }));
  for (const [index, { expression }] of bound.entries()) if (expression.kind !== 'column') computed.push({ name: `_order_${index + 1}`, expression });
  const extended = computed.length === 0 ? rows : extendRows(xtql.binder, rows, computed);
  const keys = bound.map(({ spec, expression }, index): SortKey => {
    const column = expression.kind === 'column' ? undefined : extended.variables.get(`_order_${index + 1}`);
    return { expression: column === undefined ? expression : columnRef(column), descending: spec.descending, nullsFirst: (spec.nulls === 'first') !== spec.descending };
  });
  const sorted: LogicalPlan = { kind: 'sort', input: extended.plan, keys };
  return computed.length === 0 ? { ...rows, plan: sorted } : { ...rows, plan: projectTo({ plan: sorted, variables: rows.variables }) };
}

/** A literal or a parameter; a parameter of a subquery only where it stands for one. */
function bindRowCount(xtql: XtqlBinder, count: XtqlExpression, what: string, locals: Locals): BoundExpression {
  const position = xtql.position(count.start);
  const refused = (): EngineError => new EngineError('invalid-row-count', `${what} must be a non-negative integer literal or parameter`, { position });
  const isLocal = count.kind === 'name' && locals.has(count.name);
  if (count.kind !== 'literal' && !isLocal) throw refused();
  const bound = bindExpression(xtql, count, { variables: new Map(), locals }, INT64);
  if (bound.kind === 'literal' ? typeof bound.value !== 'bigint' || bound.value < 0n : bound.kind !== 'parameter') throw refused();
  const [leg] = bound.type.legs;
  if (leg !== undefined && leg.kind !== 'int') throw new EngineError('invalid-row-count', `${what} takes a number of rows (an integer)`, { position });
  return bound;
}
