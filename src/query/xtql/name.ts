/**
 * Names: what Clojure writes and what tables hold.
 *
 *     :first-name → first_name      :xt/id → _id      :xt/valid-from → _valid_from      :person/name → person$name      :a.b/c-d → a$b$c_d
 *     tables:  :users → public.users      :foo/the-docs → foo.the_docs      :a.b/t → "a.b".t      :xt/txs → xt.txs
 */

const snake = (name: string): string => name.toLowerCase().replaceAll('-', '_');

/** A column, variable or struct key. */
export function columnName(name: string): string {
  const slash = name.length > 1 ? name.indexOf('/') : -1;
  if (slash < 0) return snake(name).replaceAll('.', '$');
  const space = snake(name.slice(0, slash));
  const local = snake(name.slice(slash + 1)).replaceAll('.', '$');
  return space === 'xt' ? `_${local}` : `${space.replaceAll('.', '$')}$${local}`;
}

export interface TableName { readonly database: string | undefined; readonly schema: string | undefined; readonly table: string }

/** A table; `schema` is undefined where the name has no namespace. */
export function tableName(name: string, database?: string): TableName {
  const slash = name.indexOf('/');
  if (slash < 0) return { database, schema: undefined, table: snake(name) };
  return { database, schema: snake(name.slice(0, slash)), table: snake(name.slice(slash + 1)) };
}
