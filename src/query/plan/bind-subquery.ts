/** Subqueries in expressions. They stay in the bound expression until `rules/lift-subqueries` turns them into joins. */
import { EngineError } from '../../base/errors.ts';
import { BOOL, INT32, notNull, singleLeg, withNull } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { QueryExpression } from '../sql/ast.ts';
import type { InQueryExpression, QuantifiedExpression, SubqueryExpression } from '../sql/ast-expression.ts';
import { subqueryEnvironment } from './binder.ts';
import type { Binder, ExpressionEnvironment, QueryResult } from './binder.ts';
import { makeCall } from './call-type.ts';
import { castTo } from './cast-type.ts';
import { makeStruct } from './struct-expression.ts';
import { booleanType, negation } from './expression-tree.ts';
import type { BoundExpression, SubqueryForm } from './expression.ts';
import type { LogicalPlan } from './logical-plan.ts';
import { columnRef } from './plan-tree.ts';

export function bindInner(binder: Binder, query: QueryExpression, environment: ExpressionEnvironment, position: number): QueryResult {
  if (!environment.subqueries) throw new EngineError('unsupported', `Subqueries are not allowed in this context: ${environment.clause}`, { position });
  return binder.query(query, subqueryEnvironment(environment));
}

function requireOneColumn(result: QueryResult, form: string, position: number): ColumnType {
  const [column, ...more] = result.columns;
  if (column === undefined || more.length > 0) {
    throw new EngineError('syntax-error', `Subquery arity error: ${form} needs a query of one column, found ${result.columns.length}`, { position, ofState: true });
  }
  return column.type;
}

export function bindSubquery(binder: Binder, expression: SubqueryExpression, environment: ExpressionEnvironment): BoundExpression {
  const { form, start: position } = expression;
  const result = bindInner(binder, expression.query, environment, position);
  const { plan } = result;
  switch (form) {
    case 'exists': return { kind: 'subquery', form: { kind: 'exists' }, plan, type: notNull(BOOL), position };
    case 'scalar': return { kind: 'subquery', form: { kind: 'scalar' }, plan, type: withNull(requireOneColumn(result, 'a subquery used as a value', position)), position };
    case 'array': return arraySubquery(binder, result, position);
    case 'nest-one': return { kind: 'subquery', form: { kind: 'nest-one' }, plan, type: withNull(rowStruct(result)), position };
    case 'nest-many': return { kind: 'subquery', form: { kind: 'nest-many' }, plan, type: withNull(notNull({ kind: 'list', element: rowStruct(result) })), position };
  }
}

/** OIDs become integers in ARRAY(…), as XTDB has it (`int4[]` to clients); ARRAY_AGG keeps them, as PostgreSQL has it (`oid[]`). */
function arraySubquery(binder: Binder, { plan, columns }: QueryResult, position: number): BoundExpression {
  const element = requireOneColumn({ plan, columns }, 'ARRAY', position);
  const [column] = columns;
  const form: SubqueryForm = { kind: 'array' };
  if (column === undefined || singleLeg(element)?.kind !== 'oid') return { kind: 'subquery', form, plan, type: notNull({ kind: 'list', element }), position };
  const expression = castTo(columnRef(column), INT32);
  const integers: LogicalPlan = { kind: 'project', input: plan, columns: [{ output: binder.newColumn(column.name, expression.type), expression }] };
  return { kind: 'subquery', form, plan: integers, type: notNull({ kind: 'list', element: expression.type }), position };
}

const rowStruct = (result: QueryResult): ColumnType =>
  makeStruct(result.columns.map((column) => ({ name: { text: column.name, start: 0 }, value: columnRef(column) }))).type;

export function bindInQuery(binder: Binder, expression: InQueryExpression, environment: ExpressionEnvironment): BoundExpression {
  const result = bindInner(binder, expression.query, environment, expression.query.start);
  const found = quantified(binder, result, '=', 'any', expression, environment);
  return expression.negated ? negation(found) : found;
}

export function bindQuantifiedQuery(binder: Binder, expression: QuantifiedExpression, query: QueryExpression, environment: ExpressionEnvironment): BoundExpression {
  const result = bindInner(binder, query, environment, query.start);
  return quantified(binder, result, expression.comparison, expression.quantifier, expression, environment);
}

function quantified(
  binder: Binder, result: QueryResult, comparison: string, quantifier: 'any' | 'all',
  expression: InQueryExpression | QuantifiedExpression, environment: ExpressionEnvironment,
): BoundExpression {
  const position = expression.start;
  const item = requireOneColumn(result, quantifier === 'any' ? 'IN or ANY' : 'ALL', position);
  const arg = binder.expression(expression.arg, environment, item.legs.length === 1 ? item.legs[0] : undefined);
  const compared = makeCall(comparison, [arg, { kind: 'column', id: -1, name: 'item', type: item }], position);
  const form: SubqueryForm = { kind: 'quantified', comparison, quantifier, arg };
  return { kind: 'subquery', form, plan: result.plan, type: booleanType(compared.type.nullable || arg.type.nullable), position };
}
