/** Variables that an expression needs. A query inside it needs only what its arguments need. */
import type { NameExpression, XtqlExpression } from './ast.ts';

function children(expression: XtqlExpression): readonly XtqlExpression[] {
  switch (expression.kind) {
    case 'literal': case 'name': return [];
    case 'list': case 'set': return expression.items;
    case 'struct': return expression.fields.map((field) => field.value);
    case 'field': return [expression.arg];
    case 'call': return expression.args;
    case 'let': return [expression.value, expression.body, ...(expression.otherwise === undefined ? [] : [expression.otherwise])];
    case 'subquery': return expression.subquery.args;
  }
}

/** Names that are no locals, each place once. */
export function namesIn(expression: XtqlExpression, locals: ReadonlyMap<string, unknown> | ReadonlySet<string>): readonly NameExpression[] {
  if (expression.kind === 'name') return locals.has(expression.name) ? [] : [expression];
  if (expression.kind !== 'let') return children(expression).flatMap((child) => namesIn(child, locals));
  const inside = new Set([...locals.keys(), expression.name]);
  const outside = [expression.value, ...(expression.otherwise === undefined ? [] : [expression.otherwise])];
  return [...namesIn(expression.body, inside), ...outside.flatMap((child) => namesIn(child, locals))];
}
