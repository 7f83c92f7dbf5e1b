/**
 * Row values: `(a, b)` or `ROW(a, b)` as operands of predicates. They are no values of their own; each predicate is one over the pairs.
 *
 *   (a, b) = (c, d)                  a = c AND b = d
 *   (a, b) < (c, d)                  a < c OR (a = c AND b < d)
 *   (a, b) IN (SELECT x, y …)        {_1: a, _2: b} = ANY (SELECT {_1: x, _2: y} …), since records are equal as rows are
 *   (a, b) < ALL (SELECT x, y …)     TRUE = ALL (SELECT (a, b) < (x, y) …)
 */
import { EngineError } from '../../base/errors.ts';
import { BOOL, notNull, withNull } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { BetweenExpression, CallExpression, Expression, InListExpression, InQueryExpression, IsDistinctExpression, IsNullExpression, QuantifiedExpression, RowExpression } from '../sql/ast-expression.ts';
import type { QueryExpression } from '../sql/ast.ts';
import { bindOperands } from './bind-call.ts';
import { bindInner } from './bind-subquery.ts';
import type { Binder, ExpressionEnvironment, QueryResult } from './binder.ts';
import { makeCall } from './call-type.ts';
import { conjunction, disjunction, negation, TRUE } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';
import { columnRef } from './plan-tree.ts';
import { makeStruct } from './struct-expression.ts';

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=']);

type Pair = readonly [BoundExpression, BoundExpression];

/** A comparison of which at least one operand is a row. */
export const isRowComparison = (call: CallExpression): boolean => COMPARISONS.has(call.name) && call.args.length === 2 && call.args.some((arg) => arg.kind === 'row');

const differentWidth = (left: number, right: number, position: number): EngineError =>
  new EngineError('datatype-mismatch', `Rows of different width are compared: ${left} and ${right}`, { position, ofState: true });

/** A row among the operands makes rows of all of them. */
function asRow(expression: Expression): RowExpression {
  if (expression.kind === 'row') return expression;
  throw new EngineError('datatype-mismatch', 'A row is compared with something that is no row', { position: expression.start, hint: 'Write a row of as many items: (a, b).' });
}

function pairRows(binder: Binder, left: Expression, right: Expression, environment: ExpressionEnvironment): Pair[] {
  const [a, b] = [asRow(left), asRow(right)];
  if (a.items.length !== b.items.length) throw differentWidth(a.items.length, b.items.length, b.start);
  return a.items.map((item, index) => bindOperands(binder, [item, b.items[index] as Expression], environment) as unknown as Pair);
}

/** Lexicographic: (a, b) < (c, d) is a < c OR (a = c AND b < d). */
function compareRows(operator: string, pairs: readonly Pair[], position: number): BoundExpression {
  const equal = (pair: Pair): BoundExpression => makeCall('=', pair, position);
  if (operator === '=') return conjunction(pairs.map(equal));
  if (operator === '<>') return negation(conjunction(pairs.map(equal)));
  const strict = operator.slice(0, 1);
  return disjunction(pairs.map((pair, index) => {
    const last = index === pairs.length - 1;
    return conjunction([...pairs.slice(0, index).map(equal), makeCall(last ? operator : strict, pair, position)]);
  }));
}

/** (a, b) op (c, d), or op (SELECT x, y …) with one row at most. */
export function bindRowComparison(binder: Binder, call: CallExpression, environment: ExpressionEnvironment): BoundExpression {
  const [left, right] = call.args as readonly [Expression, Expression];
  const query = [left, right].find((arg) => arg.kind === 'subquery' && arg.form === 'scalar');
  if (query?.kind !== 'subquery') return compareRows(call.name, pairRows(binder, left, right, environment), call.nameStart);
  const row = asRow(query === left ? right : left);
  const { result, items } = bindRowAndQuery(binder, row, query.query, environment);
  const found = rowsAsStructs(binder, result);
  const one: BoundExpression = { kind: 'subquery', form: { kind: 'scalar' }, plan: found.plan, type: withNull(found.type), position: query.start };
  const pairs = items.map((item, index): Pair => {
    const other: BoundExpression = { kind: 'field', arg: one, name: keyOf(index), type: withNull(result.columns[index]?.type ?? item.type) };
    return query === left ? [other, item] : [item, other];
  });
  return compareRows(call.name, pairs, call.nameStart);
}

/** Every item is NULL; IS NOT NULL: none is. */
export function bindRowIsNull(binder: Binder, row: RowExpression, { negated }: IsNullExpression, environment: ExpressionEnvironment): BoundExpression {
  return conjunction(row.items.map((item): BoundExpression => ({ kind: 'is-null', arg: binder.expression(item, environment), negated, type: notNull(BOOL) })));
}

export function bindRowIsDistinct(binder: Binder, expression: IsDistinctExpression, environment: ExpressionEnvironment): BoundExpression {
  const pairs = pairRows(binder, expression.left, expression.right, environment);
  const distinct = disjunction(pairs.map((pair) => makeCall('is_distinct_from', pair, expression.start)));
  return expression.negated ? negation(distinct) : distinct;
}

export function bindRowBetween(binder: Binder, expression: BetweenExpression, environment: ExpressionEnvironment): BoundExpression {
  const low = pairRows(binder, expression.arg, expression.low, environment);
  const high = pairRows(binder, expression.arg, expression.high, environment);
  const between = (from: readonly Pair[], to: readonly Pair[]): BoundExpression =>
    conjunction([compareRows('>=', from, expression.start), compareRows('<=', to, expression.start)]);
  const inside = expression.symmetric ? disjunction([between(low, high), between(high, low)]) : between(low, high);
  return expression.negated ? negation(inside) : inside;
}

export function bindRowInList(binder: Binder, expression: InListExpression, environment: ExpressionEnvironment): BoundExpression {
  const found = disjunction(expression.items.map((item) => compareRows('=', pairRows(binder, expression.arg, item, environment), expression.start)));
  return expression.negated ? negation(found) : found;
}

export function bindRowInQuery(binder: Binder, row: RowExpression, expression: InQueryExpression, environment: ExpressionEnvironment): BoundExpression {
  const found = equalAny(binder, row, expression.query, expression.start, environment);
  return expression.negated ? negation(found) : found;
}

/** (a, b) op ANY/ALL (SELECT x, y …). */
export function bindRowQuantified(binder: Binder, row: RowExpression, expression: QuantifiedExpression, environment: ExpressionEnvironment): BoundExpression {
  const { operand, comparison, quantifier, start: position } = expression;
  if (operand.kind !== 'query' || !COMPARISONS.has(comparison)) {
    throw new EngineError('unsupported', 'A row can be compared with ANY or ALL rows of a query only', { position, hint: 'Write (a, b) = ANY (SELECT x, y …).' });
  }
  if (comparison === '=' && quantifier === 'any') return equalAny(binder, row, operand.query, position, environment);
  if (comparison === '<>' && quantifier === 'all') return negation(equalAny(binder, row, operand.query, position, environment));
  const { result, items } = bindRowAndQuery(binder, row, operand.query, environment);
  const holds = compareRows(comparison, items.map((item, index): Pair => [item, columnRef(result.columns[index] as QueryResult['columns'][number])]), position);
  const output = binder.newColumn('holds', holds.type);
  return {
    kind: 'subquery', form: { kind: 'quantified', comparison: '=', quantifier, arg: TRUE },
    plan: { kind: 'project', input: result.plan, columns: [{ output, expression: holds }] }, type: makeCall('=', [TRUE, columnRef(output)], position).type, position,
  };
}

/** The query, and the items of the row bound beside its columns. */
function bindRowAndQuery(binder: Binder, row: RowExpression, query: QueryExpression, environment: ExpressionEnvironment): { readonly result: QueryResult; readonly items: readonly BoundExpression[] } {
  const result = bindInner(binder, query, environment, query.start);
  if (row.items.length !== result.columns.length) throw differentWidth(row.items.length, result.columns.length, row.start);
  return { result, items: row.items.map((item, index) => binder.expression(item, environment, leg(result, index))) };
}

const leg = (result: QueryResult, index: number): Type | undefined => result.columns[index]?.type.legs[0];
const keyOf = (index: number): string => `_${index + 1}`;

/** One column: each row as a record with the keys _1, _2, … */
function rowsAsStructs(binder: Binder, result: QueryResult): { readonly plan: QueryResult['plan']; readonly type: BoundExpression['type']; readonly item: BoundExpression } {
  const expression = makeStruct(result.columns.map((column, index) => ({ name: { text: keyOf(index), start: 0 }, value: columnRef(column) })));
  const output = binder.newColumn('row', expression.type);
  return { plan: { kind: 'project', input: result.plan, columns: [{ output, expression }] }, type: expression.type, item: columnRef(output) };
}

function equalAny(binder: Binder, row: RowExpression, query: QueryExpression, position: number, environment: ExpressionEnvironment): BoundExpression {
  const { result, items } = bindRowAndQuery(binder, row, query, environment);
  const left = makeStruct(items.map((value, index) => ({ name: { text: keyOf(index), start: position }, value })));
  const right = rowsAsStructs(binder, result);
  const compared = makeCall('=', [left, right.item], position);
  return { kind: 'subquery', form: { kind: 'quantified', comparison: '=', quantifier: 'any', arg: left }, plan: right.plan, type: compared.type, position };
}
