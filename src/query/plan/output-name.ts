/** The name of a select item without an alias: the column's, the last field's, some functions'; else by position. */
import type { Expression } from '../sql/ast-expression.ts';
import { isSetReturning } from './bind-set-returning.ts';

/** Calls that give their name to the column. */
const NAMED_CALLS = new Set(['version', 'snapshot_token']);

export function expressionName(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'column': return expression.parts.at(-1)?.text;
    case 'field': return expression.name.text;
    case 'call': return NAMED_CALLS.has(expression.name) ? expression.name : undefined;
    default: return undefined;
  }
}

/**
 * PostgreSQL's names, which catalog queries of its clients count on: of `pg_catalog.f(…)`, of set-returning calls, of what is cast to a
 * `pg_catalog` type, which takes the type's where nothing else has one, and of CASE, which takes that of its ELSE.
 */
function catalogName(expression: Expression): string | undefined {
  if (expression.kind === 'call' && (expression.schema === 'pg_catalog' || isSetReturning(expression.name))) return expression.name;
  if (expression.kind === 'subquery' && expression.form === 'scalar' && expression.query.body.kind === 'select') {
    const [item] = expression.query.body.items;
    return item?.kind === 'expression' && item.alias === undefined ? catalogName(item.expression) : undefined;
  }
  if (expression.kind === 'case') return expression.otherwise === undefined ? undefined : catalogName(expression.otherwise);
  if (expression.kind !== 'cast' || expression.type.schema !== 'pg_catalog') return undefined;
  let inner = expression.arg;
  while (inner.kind === 'cast') inner = inner.arg;
  return expressionName(inner) ?? catalogName(inner) ?? expression.type.name;
}

/** `taken`: names that items before it have; a name that comes from a function gives way to them. */
export function outputName(expression: Expression, index: number, taken: ReadonlySet<string> = new Set()): string {
  const own = expressionName(expression);
  if (own !== undefined) return own;
  const fromCatalog = catalogName(expression);
  return fromCatalog === undefined || taken.has(fromCatalog) ? `_column_${index + 1}` : fromCatalog;
}
