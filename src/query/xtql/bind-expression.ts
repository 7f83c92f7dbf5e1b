/** Expressions of XTQL: tree → bound expression, over the kinds and functions that SQL has. */
import { assert } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { columnTypeOfValue, joinAll } from '../../data/types/column-type.ts';
import { BOOL, notNull, withNull } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { takeField } from '../plan/bind-expression.ts';
import type { BoundExpression } from '../plan/expression.ts';
import { NULL_LITERAL } from '../plan/cast-type.ts';
import type { Operand } from '../plan/operands.ts';
import { columnRef } from '../plan/plan-tree.ts';
import { makeList, makeStruct } from '../plan/struct-expression.ts';
import type { NameExpression, Subquery, XtqlExpression } from './ast.ts';
import { paramsOf } from './ast.ts';
import { bindCall } from './bind-call.ts';
import { projectTo } from './rows.ts';
import type { Locals, Rows, XtqlBinder, XtqlScope } from './scope.ts';
import { notInScope } from './scope.ts';
import { namesIn } from './variables.ts';

/** Nodes that uses of locals may add to a query. */
const EXPANSION_MAX = 50_000;

/** `expected`: the type that an untyped parameter in this place takes. Throws 42703 for names that are not in scope. */
export function bindExpression(xtql: XtqlBinder, expression: XtqlExpression, scope: XtqlScope, expected?: Type): BoundExpression {
  const { expansion } = xtql;
  if (expansion.depth > 0 && ++expansion.nodes > EXPANSION_MAX) {
    throw new EngineError('statement-too-complex', 'The values of let and the arguments of fn stand for too large an expression', { position: xtql.position(expression.start), hint: 'Compute them with (with {…}), where each is one column.' });
  }
  const bind = (child: XtqlExpression): BoundExpression => bindExpression(xtql, child, scope);
  switch (expression.kind) {
    case 'literal': return literalOf(expression.value);
    case 'name': return bindName(xtql, expression, scope, expected);
    case 'list': return makeList(expression.items.map(bind));
    case 'set': return bindSet(xtql, expression.items.map(bind), expression.start);
    case 'struct': return makeStruct(expression.fields.map((field) => ({ name: { text: field.name, start: xtql.position(field.start) }, value: bind(field.value) })));
    case 'field': return takeField(bind(expression.arg), { text: expression.name, quoted: true, start: xtql.position(expression.start), end: xtql.position(expression.start) });
    case 'call': return bindCall(expression, {
      xtql, scope, expected,
      operand: (arg) => operandOf(xtql, arg, scope),
      bind: (arg, hint) => bindExpression(xtql, arg, scope, hint),
      bindIn: (arg, inner) => bindExpression(xtql, arg, inner),
    });
    case 'let': return bindLet(xtql, expression, scope, expected);
    case 'subquery': return bindSubquery(xtql, expression, scope);
  }
}

const literalOf = (value: Value): BoundExpression => ({ kind: 'literal', value, type: columnTypeOfValue(value) });

function bindName(xtql: XtqlBinder, name: NameExpression, scope: XtqlScope, expected: Type | undefined): BoundExpression {
  const local = scope.locals.get(name.name);
  const column = scope.variables.get(name.name);
  if (column !== undefined && (local === undefined || name.prefersVariable)) return columnRef(column);
  if (local === undefined) throw notInScope(xtql, scope, name);
  return local.bind(expected);
}

/** The expression as an argument: a parameter may still be without a type. */
export function operandOf(xtql: XtqlBinder, expression: XtqlExpression, scope: XtqlScope): Operand {
  const isLocal = expression.kind === 'name' && !(expression.prefersVariable && scope.variables.has(expression.name));
  const local = isLocal ? scope.locals.get(expression.name) : undefined;
  return local ?? { isOpen: () => false, bind: (expected) => bindExpression(xtql, expression, scope, expected) };
}

/** The expression as a local. */
function localOf(xtql: XtqlBinder, expression: XtqlExpression, scope: XtqlScope): Operand {
  const { isOpen, bind } = operandOf(xtql, expression, scope);
  const expand = (expected?: Type): BoundExpression => {
    xtql.expansion.depth++;
    const bound = bind(expected);
    xtql.expansion.depth--;
    return bound;
  };
  return { isOpen, bind: expand };
}

function bindSet(xtql: XtqlBinder, items: readonly BoundExpression[], start: number): BoundExpression {
  const values = items.map((item) => (item.kind === 'literal' ? item.value : undefined));
  if (values.includes(undefined)) throw new EngineError('unsupported', 'Sets of anything but literals are not available', { position: xtql.position(start), hint: 'Write a vector.' });
  return literalOf({ kind: 'set', items: values as Value[] });
}

function bindLet(xtql: XtqlBinder, expression: XtqlExpression & { readonly kind: 'let' }, scope: XtqlScope, expected: Type | undefined): BoundExpression {
  const value = localOf(xtql, expression.value, scope);
  const inside: XtqlScope = { ...scope, locals: new Map([...scope.locals, [expression.name, value]]) };
  const body = bindExpression(xtql, expression.body, inside, expected);
  if (!expression.isConditional) return body;
  const otherwise = expression.otherwise === undefined ? NULL_LITERAL : bindExpression(xtql, expression.otherwise, scope, expected);
  const isNull: BoundExpression = { kind: 'is-null', arg: value.bind(), negated: false, type: notNull(BOOL) };
  return { kind: 'case', branches: [{ when: isNull, then: otherwise }], otherwise: body, type: joinAll([otherwise.type, body.type]) };
}

/** The rows of a subquery, its parameters bound to the arguments in the scope around it. */
export function bindSubqueryRows(xtql: XtqlBinder, subquery: Subquery, scope: XtqlScope): Rows {
  const params = paramsOf(subquery.query);
  assert(params.length === subquery.args.length, 'as many arguments as parameters');
  const locals = new Map(scope.locals);
  subquery.args.forEach((arg, index) => {
    // A parameter may stay unused, so that its names are looked up here.
    for (const name of namesIn(arg, scope.locals)) if (!scope.variables.has(name.name)) throw notInScope(xtql, scope, name);
    locals.set(params[index] as string, localOf(xtql, arg, scope));
  });
  return xtql.query(subquery.query, locals as Locals);
}

function bindSubquery(xtql: XtqlBinder, expression: XtqlExpression & { readonly kind: 'subquery' }, scope: XtqlScope): BoundExpression {
  const position = xtql.position(expression.start);
  const rows = bindSubqueryRows(xtql, expression.subquery, scope);
  const plan = projectTo(rows);
  const columns = [...rows.variables.values()];
  const { form } = expression;
  if (form === 'exists') return { kind: 'subquery', form: { kind: 'exists' }, plan, type: notNull(BOOL), position };
  if (form === 'scalar') {
    const [column, more] = columns;
    if (column === undefined || more !== undefined) throw new EngineError('semantic-error', `Scalar subquery must only return a single column, found ${columns.length}`, { position });
    return { kind: 'subquery', form: { kind: 'scalar' }, plan, type: withNull(column.type), position };
  }
  const row = makeStruct(columns.map((column) => ({ name: { text: column.name, start: position }, value: columnRef(column) }))).type;
  return { kind: 'subquery', form: { kind: form }, plan, type: withNull(form === 'nest-one' ? row : notNull({ kind: 'list', element: row })), position };
}
