/**
 * Expressions: syntax tree → bound expression. Names are resolved, types known, everything with a form of its own is reduced to the
 * few kinds of `expression.ts`.
 */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { joinAll } from '../../data/types/column-type.ts';
import { fieldOfType } from '../../data/types/fields.ts';
import { BOOL, INT64, notNull, NULL_TYPE, TEXT, withNull } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import type { Name } from '../sql/ast.ts';
import type { CaseExpression, CastExpression, ColumnReference, Expression, IsDistinctExpression, SliceExpression, SubscriptExpression } from '../sql/ast-expression.ts';
import { bindCall, bindOperands } from './bind-call.ts';
import { bindBetween, bindInList, bindQuantified } from './bind-predicate.ts';
import { bindRowBetween, bindRowComparison, bindRowInList, bindRowInQuery, bindRowIsDistinct, bindRowIsNull, bindRowQuantified, isRowComparison } from './bind-row.ts';
import { bindInQuery, bindSubquery } from './bind-subquery.ts';
import { bindTypedLiteral } from './bind-literal.ts';
import { bindRegType, bindRegTypeText, bindTypeName } from './bind-type.ts';
import type { Binder, ExpressionEnvironment } from './binder.ts';
import { makeCall } from './call-type.ts';
import { makeCast } from './cast-type.ts';
import { booleanType, conjunction, disjunction } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';
import { literalType } from './literal-type.ts';
import { makeList, makeStruct } from './struct-expression.ts';
import { requireBoolean } from './require-boolean.ts';
import { resolveColumn, tryResolveColumn, unknownColumn } from './scope.ts';

export function bindExpression(binder: Binder, expression: Expression, environment: ExpressionEnvironment, expected?: Type): BoundExpression {
  switch (expression.kind) {
    case 'literal': return { kind: 'literal', value: expression.value, type: literalType(expression.value) };
    case 'typed-literal': return bindTypedLiteral(binder, expression);
    case 'parameter': return { kind: 'parameter', index: expression.index, type: binder.parameters.use(expression.index, expected) };
    case 'column': return bindColumn(binder, expression, environment);
    case 'call': return isRowComparison(expression) ? bindRowComparison(binder, expression, environment) : bindCall(binder, expression, environment);
    case 'cast': return bindCast(binder, expression, environment);
    case 'and': return conjunction(expression.args.map((arg) => requireBoolean(binder.expression(arg, environment, BOOL), arg, 'AND')));
    case 'or': return disjunction(expression.args.map((arg) => requireBoolean(binder.expression(arg, environment, BOOL), arg, 'OR')));
    case 'not': {
      const arg = requireBoolean(binder.expression(expression.arg, environment, BOOL), expression.arg, 'NOT');
      return { kind: 'not', arg, type: booleanType(arg.type.nullable) };
    }
    case 'is-null': return expression.arg.kind === 'row' ? bindRowIsNull(binder, expression.arg, expression, environment) : { kind: 'is-null', arg: binder.expression(expression.arg, environment), negated: expression.negated, type: notNull(BOOL) };
    case 'is-truth': return { kind: 'is-truth', arg: requireBoolean(binder.expression(expression.arg, environment, BOOL), expression.arg, 'IS'), truth: expression.truth, negated: expression.negated, type: notNull(BOOL) };
    case 'is-distinct': return expression.left.kind === 'row' || expression.right.kind === 'row' ? bindRowIsDistinct(binder, expression, environment) : bindIsDistinct(binder, expression, environment);
    case 'between': return expression.arg.kind === 'row' ? bindRowBetween(binder, expression, environment) : bindBetween(binder, expression, environment);
    case 'in-list': return expression.arg.kind === 'row' ? bindRowInList(binder, expression, environment) : bindInList(binder, expression, environment);
    case 'in-query': return expression.arg.kind === 'row' ? bindRowInQuery(binder, expression.arg, expression, environment) : bindInQuery(binder, expression, environment);
    case 'quantified': return expression.arg.kind === 'row' ? bindRowQuantified(binder, expression.arg, expression, environment) : bindQuantified(binder, expression, environment);
    case 'case': return bindCase(binder, expression, environment, expected);
    case 'case-operand': return must(environment.caseOperand, 'case-operand outside CASE');
    case 'subquery': return bindSubquery(binder, expression, environment);
    case 'field': return takeField(binder.expression(expression.arg, environment), expression.name);
    case 'subscript': return bindSubscript(binder, expression, environment);
    case 'slice': return bindSlice(binder, expression, environment);
    case 'array': return makeList(expression.items.map((item) => binder.expression(item, environment)));
    case 'struct': return makeStruct(expression.fields.map((field) => ({ name: field.name, value: binder.expression(field.value, environment) })));
    case 'row': throw new EngineError('unsupported', 'A row value can stand only in a comparison, IN, BETWEEN, IS NULL or IS DISTINCT FROM', { position: expression.start, hint: 'Make a struct of it: {a: …, b: …}.' });
    case 'collate': return binder.expression(expression.arg, environment, expected);
  }
}

function bindCast(binder: Binder, { arg, type, start }: CastExpression, environment: ExpressionEnvironment): BoundExpression {
  if (type.name === 'regtype') return bindRegType(binder.expression(arg, environment, TEXT), start);
  const to = bindTypeName(type);
  if (to.type.kind === 'text' && arg.kind === 'cast' && arg.type.name === 'regtype') return bindRegTypeText(binder.expression(arg.arg, environment, TEXT), start);
  return makeCast(binder.expression(arg, environment, to.type), to, start);
}

function bindColumn(binder: Binder, reference: ColumnReference, environment: ExpressionEnvironment): BoundExpression {
  const [name, second] = reference.parts;
  // USER is a word that a column may have as its name.
  if (name?.text === 'user' && !name.quoted && second === undefined && tryResolveColumn(environment.scope, reference.parts) === undefined) {
    return makeCall('current_user', [], reference.start, binder.context.evaluation.zone);
  }
  const { expression, fields } = resolveColumn(environment.scope, reference.parts);
  if (fields.length === 0) return expression;
  return fields.reduce<BoundExpression>((arg, field) => {
    // A path is a name, and names have to lead somewhere.
    if (arg.type.legs.every((leg) => fieldOfType(leg, field.text) === undefined)) {
      throw unknownColumn(environment.scope, reference.parts, `A field that may be absent is written ${fieldText(reference.parts, field)}.`);
    }
    return takeField(arg, field);
  }, expression);
}

/** `(t.column).field`. */
function fieldText(parts: readonly Name[], field: Name): string {
  const text = (names: readonly Name[]): string => names.map((name) => name.text).join('.');
  const at = parts.indexOf(field);
  return `(${text(parts.slice(0, at))}).${text(parts.slice(at))}`;
}

/** `arg.name`: the field's type in the legs that have it; NULL for values of every other type. */
export function takeField(arg: BoundExpression, name: Name): BoundExpression {
  return { kind: 'field', arg, name: name.text, type: fieldType(arg.type, name.text) };
}

function fieldType(type: ColumnType, name: string): ColumnType {
  const found: ColumnType[] = [];
  let absent = type.nullable;
  for (const leg of type.legs) {
    const field = fieldOfType(leg, name);
    if (field === undefined) absent = true; else found.push(field.type);
  }
  const joined = joinAll(found);
  return found.length === 0 ? NULL_TYPE : absent ? withNull(joined) : joined;
}

function bindIsDistinct(binder: Binder, expression: IsDistinctExpression, environment: ExpressionEnvironment): BoundExpression {
  const args = bindOperands(binder, [expression.left, expression.right], environment);
  const distinct = makeCall('is_distinct_from', args, expression.start);
  return expression.negated ? { kind: 'not', arg: distinct, type: notNull(BOOL) } : distinct;
}

function bindCase(binder: Binder, expression: CaseExpression, environment: ExpressionEnvironment, expected: Type | undefined): BoundExpression {
  const operand = expression.operand === undefined ? environment.caseOperand : binder.expression(expression.operand, environment);
  const branch: ExpressionEnvironment = { ...environment, sets: undefined, clause: 'CASE' };
  const inside: ExpressionEnvironment = { ...branch, caseOperand: operand };
  const bindResult = (result: Expression): BoundExpression => binder.lifter?.lift(result) ?? binder.expression(result, branch, expected);
  const branches = expression.branches.map(({ when, then }) => ({
    when: disjunction(when.map((test) => requireBoolean(binder.expression(test, inside, BOOL), test, 'WHEN'))),
    then: bindResult(then),
  }));
  const otherwise: BoundExpression = expression.otherwise === undefined ? { kind: 'literal', value: null, type: NULL_TYPE } : bindResult(expression.otherwise);
  return { kind: 'case', branches, otherwise, type: joinAll([...branches.map((branch) => branch.then.type), otherwise.type]) };
}

function bindSubscript(binder: Binder, expression: SubscriptExpression, environment: ExpressionEnvironment): BoundExpression {
  const list = binder.expression(expression.arg, environment);
  return makeCall('subscript', [list, binder.expression(expression.index, environment, INT64)], expression.start);
}

function bindSlice(binder: Binder, expression: SliceExpression, environment: ExpressionEnvironment): BoundExpression {
  const bound = (edge: Expression | undefined): BoundExpression => (edge === undefined ? { kind: 'literal', value: null, type: NULL_TYPE } : binder.expression(edge, environment, INT64));
  return makeCall('slice', [binder.expression(expression.arg, environment), bound(expression.from), bound(expression.to)], expression.start);
}
