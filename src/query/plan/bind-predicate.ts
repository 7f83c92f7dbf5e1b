/** BETWEEN, IN over lists, and x op ANY/ALL over lists or queries. */
import { TEXT } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import type { BetweenExpression, Expression, InListExpression, QuantifiedExpression } from '../sql/ast-expression.ts';
import { bindOperands } from './bind-call.ts';
import { bindQuantifiedQuery } from './bind-subquery.ts';
import type { Binder, ExpressionEnvironment } from './binder.ts';
import { makeCall } from './call-type.ts';
import { makeCast } from './cast-type.ts';
import { booleanType, conjunction, disjunction, negation } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';

export function bindBetween(binder: Binder, expression: BetweenExpression, environment: ExpressionEnvironment): BoundExpression {
  const [arg, low, high] = bindOperands(binder, [expression.arg, expression.low, expression.high], environment) as [BoundExpression, BoundExpression, BoundExpression];
  const between = (from: BoundExpression, to: BoundExpression): BoundExpression =>
    conjunction([makeCall('>=', [arg, from], expression.start), makeCall('<=', [arg, to], expression.start)]);
  const inside = expression.symmetric ? disjunction([between(low, high), between(high, low)]) : between(low, high);
  return expression.negated ? negation(inside) : inside;
}

/** Kinds that IN may look up by value: an item of another kind is simply not equal. Times are compared with conversions, one by one. */
const PLAIN_KINDS = new Set<Type['kind']>(['bool', 'int', 'float', 'text', 'uuid', 'keyword', 'bytes']);
const isPlain = (expression: BoundExpression): boolean => expression.type.legs.every((leg) => PLAIN_KINDS.has(leg.kind));
const isConstant = (expression: BoundExpression): boolean => expression.kind === 'literal' || expression.kind === 'parameter';

export function bindInList(binder: Binder, expression: InListExpression, environment: ExpressionEnvironment): BoundExpression {
  const [arg, ...items] = bindOperands(binder, [expression.arg, ...expression.items], environment) as [BoundExpression, ...BoundExpression[]];
  // A union is compared value by value as it is: text among the items is not read as a time for it.
  if (items.every(isConstant) && (arg.type.legs.length > 1 || (items.every(isPlain) && isPlain(arg)))) {
    const type = booleanType(arg.type.nullable || items.some((item) => item.type.nullable));
    return { kind: 'in-list', arg, items, negated: expression.negated, type };
  }
  const found = disjunction(items.map((item) => makeCall('=', [arg, item], expression.start)));
  return expression.negated ? negation(found) : found;
}

/** The operands of `arg = ANY (list)`. A list of which nothing else says the type (`ANY ($1)`, `ANY ('{a,b}')`) holds what it is compared with. */
function bindListOperands(binder: Binder, { arg }: QuantifiedExpression, list: Expression, environment: ExpressionEnvironment): readonly [BoundExpression, BoundExpression] {
  const isOpen = (expression: Expression): boolean => expression.kind === 'parameter' && binder.parameters.isOpen(expression.index);
  const isText = list.kind === 'literal' && typeof list.value === 'string';
  if (!isText && !isOpen(list)) {
    const bound = binder.expression(list, environment);
    return [binder.expression(arg, environment, elementOf(bound)?.legs[0]), bound];
  }
  const bound = binder.expression(arg, environment, TEXT);
  const { legs } = bound.type;
  const type: Type = { kind: 'list', element: { legs: legs.length === 1 ? legs : [TEXT], nullable: true } };
  const items = binder.expression(list, environment, type);
  return [bound, isText ? makeCast(items, { type }, list.start) : items];
}

/** The type of the items, where there is a list or set among the types. */
function elementOf(list: BoundExpression): ColumnType | undefined {
  const leg = list.type.legs.find((candidate) => candidate.kind === 'list' || candidate.kind === 'set');
  return leg !== undefined && (leg.kind === 'list' || leg.kind === 'set') ? leg.element : undefined;
}

export function bindQuantified(binder: Binder, expression: QuantifiedExpression, environment: ExpressionEnvironment): BoundExpression {
  if (expression.operand.kind === 'query') return bindQuantifiedQuery(binder, expression, expression.operand.query, environment);
  const [arg, list] = bindListOperands(binder, expression, expression.operand.list, environment);
  const element = elementOf(list);
  if (element !== undefined && element.legs.length > 0) {
    makeCall(expression.comparison, [arg, { kind: 'literal', value: null, type: element }], expression.start);
  }
  return {
    kind: 'quantified-list', comparison: expression.comparison, quantifier: expression.quantifier, arg, list,
    type: booleanType(arg.type.nullable || list.type.nullable || (element?.nullable ?? true)), position: expression.start,
  };
}
