/** The name of a select item without an alias: the column's, the last field's, some functions'; else by position. */
import type { Expression } from '../sql/ast-expression.ts';

/** Calls that have a grammar rule of their own and give their name to the column. */
const NAMED_CALLS = new Set(['version']);

export function expressionName(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'column': return expression.parts.at(-1)?.text;
    case 'field': return expression.name.text;
    case 'call': return NAMED_CALLS.has(expression.name) ? expression.name : undefined;
    default: return undefined;
  }
}

export const outputName = (expression: Expression, index: number): string => expressionName(expression) ?? `_column_${index + 1}`;
