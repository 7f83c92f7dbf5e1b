/** Bound expressions as short text for people. */
import { formatValue } from '../../data/types/format.ts';
import type { Value } from '../../data/types/value.ts';
import type { BoundExpression } from './expression.ts';
import type { PhysicalSortKey } from './physical-plan.ts';
import { typeName } from '../../data/types/type-names.ts';

const SYMBOL = /^[^a-z_]+$/iu;

function valueText(value: Value): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? `'${value.replaceAll('\'', '\'\'')}'` : formatValue(value);
}

const many = (items: readonly BoundExpression[]): string => items.map(expressionText).join(', ');
const nested = (expression: BoundExpression): string => (expression.kind === 'and' || expression.kind === 'or' ? `(${expressionText(expression)})` : expressionText(expression));

const isOperator = (expression: BoundExpression): boolean => expression.kind === 'call' && SYMBOL.test(expression.name) && expression.args.length > 1;
const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** In parentheses, unless it is read as one thing anyway: `a + 1 > 2`, but `(a + 1) * 2`. */
function operand(expression: BoundExpression, outer?: string): string {
  const isPlain = !isOperator(expression) || (outer !== undefined && COMPARISONS.has(outer) && expression.kind === 'call' && !COMPARISONS.has(expression.name));
  return isPlain ? nested(expression) : `(${expressionText(expression)})`;
}

export function expressionText(expression: BoundExpression): string {
  switch (expression.kind) {
    case 'literal': return valueText(expression.value);
    case 'parameter': return expression.index < 0 ? `outer ${-expression.index}` : `$${expression.index + 1}`;
    case 'column': case 'input': return expression.name;
    case 'call': {
      const [first, second] = expression.args;
      if (SYMBOL.test(expression.name) && first !== undefined && second !== undefined) return `${operand(first, expression.name)} ${expression.name} ${operand(second, expression.name)}`;
      return `${expression.name}(${many(expression.args)})`;
    }
    case 'cast': return `${operand(expression.arg)}::${typeName(expression.to.type)}`;
    case 'and': return expression.args.map(nested).join(' and ');
    case 'or': return expression.args.map(nested).join(' or ');
    case 'not': return `not ${nested(expression.arg)}`;
    case 'is-null': return `${nested(expression.arg)} is ${expression.negated ? 'not ' : ''}null`;
    case 'is-truth': return `${nested(expression.arg)} is ${expression.negated ? 'not ' : ''}${expression.truth}`;
    case 'case': return `case ${expression.branches.map((branch) => `when ${expressionText(branch.when)} then ${expressionText(branch.then)}`).join(' ')} else ${expressionText(expression.otherwise)} end`;
    case 'coalesce': return `coalesce(${many(expression.args)})`;
    case 'in-list': return `${nested(expression.arg)} ${expression.negated ? 'not ' : ''}in (${many(expression.items)})`;
    case 'field': return `(${expressionText(expression.arg)}).${expression.name}`;
    case 'list': return `[${many(expression.items)}]`;
    case 'struct': return `{${expression.fields.map((field) => `${field.name}: ${expressionText(field.value)}`).join(', ')}}`;
    case 'quantified-list': return `${nested(expression.arg)} ${expression.comparison} ${expression.quantifier} (${expressionText(expression.list)})`;
    case 'subquery': return `(subquery ${expression.form.kind})`;
  }
}

export const describeFilter = (expression: BoundExpression | undefined): string | undefined => (expression === undefined ? undefined : expressionText(expression));
export const listText = (items: readonly string[]): string => `[${items.join(', ')}]`;
export const sortText = (key: PhysicalSortKey): string =>
  `${expressionText(key.expression)}${key.descending ? ' desc' : ''}${key.nullsFirst === key.descending ? '' : key.nullsFirst ? ' nulls first' : ' nulls last'}`;
