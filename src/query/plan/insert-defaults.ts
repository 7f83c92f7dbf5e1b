/**
 * DEFAULT in the VALUES of an INSERT: what the column has in a document that does not name it. It is no reserved word; but nothing else
 * can be meant where no column is in sight.
 *
 *   INSERT INTO t (_id, a, b) VALUES (1, DEFAULT, 2), (2, DEFAULT, DEFAULT)   ─▶   (_id, b) VALUES (1, 2), (2, NULL)
 */
import { must } from '../../base/assert.ts';
import type { Name, ValuesQuery } from '../sql/ast.ts';
import type { Expression } from '../sql/ast-expression.ts';

export const isDefault = (item: Expression): boolean => item.kind === 'column' && item.parts.length === 1 && item.parts[0]?.text === 'default' && !item.parts[0].quoted;

export interface InsertedValues { readonly columns: readonly Name[]; readonly values: ValuesQuery }

/** Without the columns that every row leaves to their default. What does not fit the list of columns is left as it is. */
export function withoutDefaults(columns: readonly Name[], values: ValuesQuery): InsertedValues {
  const { rows } = values;
  if (!rows.some((row) => row.some(isDefault)) || rows.some((row) => row.length !== columns.length)) return { columns, values };
  const kept = [...columns.keys()].filter((index) => !rows.every((row) => isDefault(must(row[index], 'as wide as the list'))));
  const item = (expression: Expression): Expression => (isDefault(expression) ? { kind: 'literal', value: null, start: expression.start, end: expression.end } : expression);
  return {
    columns: kept.map((index) => must(columns[index], 'a column of the list')),
    values: { ...values, rows: rows.map((row) => kept.map((index) => item(must(row[index], 'as wide as the list')))) },
  };
}
