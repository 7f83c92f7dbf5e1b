/** Expressions over one side of a join, as seen from the join: input positions moved. */
import type { BoundExpression } from '../../plan/expression.ts';

export const shiftInputs = (expression: BoundExpression, by: number): BoundExpression => mapInputs(expression, (index) => index + by);

/** The same expression with every input at another position. */
export function mapInputs(expression: BoundExpression, position: (index: number) => number): BoundExpression {
  const shift = (part: BoundExpression): BoundExpression => mapInputs(part, position);
  switch (expression.kind) {
    case 'input': return { ...expression, index: position(expression.index) };
    case 'literal': case 'parameter': case 'column': case 'subquery': return expression;
    case 'call': case 'and': case 'or': case 'coalesce': return { ...expression, args: expression.args.map(shift) };
    case 'list': return { ...expression, items: expression.items.map(shift) };
    case 'struct': return { ...expression, fields: expression.fields.map(({ name, value }) => ({ name, value: shift(value) })) };
    case 'in-list': return { ...expression, arg: shift(expression.arg), items: expression.items.map(shift) };
    case 'quantified-list': return { ...expression, arg: shift(expression.arg), list: shift(expression.list) };
    case 'case': return { ...expression, branches: expression.branches.map(({ when, then }) => ({ when: shift(when), then: shift(then) })), otherwise: shift(expression.otherwise) };
    default: return { ...expression, arg: shift(expression.arg) };
  }
}
