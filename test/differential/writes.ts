/** Statements that write: each changes one table, and gives back what it wrote. */
import type { SeededRandom } from '../../src/base/random.ts';
import { chance, type Generator, type Reference, type Scope } from './generator.ts';
import { openGenerator } from './queries.ts';
import { type Column, SQL_TYPES, type Table } from './tables.ts';
import { list, type Node, node, optional } from './tree.ts';

export interface GeneratedWrite { readonly tree: Node; readonly table: Table }

const referencesOf = (table: Table, alias: string): Reference[] => table.columns.map(({ name, sort }) => ({ text: `${alias}.${name}`, sort }));
const where = (g: Generator, scope: Scope): Node => optional('where', ' WHERE ', g.expression(scope, 'boolean'));
const returning = (g: Generator, columns: readonly Column[]): Node[] => (chance(g, 0.4) ? [optional('returning', ` RETURNING ${columns.map(({ name }) => name).join(', ')}`)] : []);

/** What a column is to hold. PostgreSQL's rounds to the digits of its type. */
function assigned(g: Generator, scope: Scope, { sort }: Column): Node {
  const value = g.expression(scope, sort);
  return sort === 'numeric' ? node(sort, 'CAST(', value, ` AS ${SQL_TYPES[sort]})`) : value;
}

/** Some columns beside the key, at least one if there is any. */
function someColumns(g: Generator, { columns }: Table): readonly Column[] {
  const others = columns.filter(({ name }) => name !== '_id');
  const some = others.filter(() => chance(g, 0.4));
  return some.length > 0 ? some : others.slice(0, 1);
}

/** `number` tells the rows of one statement from those of all others: no `_id` comes twice, since no power of two is a sum of others. */
function insert(g: Generator, table: Table, number: number): Node {
  const source = g.random.pick(g.tables);
  const scope: Scope = { references: referencesOf(source, 'r'), depth: 2, queries: 1 };
  const columns = someColumns(g, table);
  const items = columns.map((column) => node('item', ', ', assigned(g, scope, column), ` AS ${column.name}`));
  return node('write', `INSERT INTO ${table.name} (${['_id', ...columns.map(({ name }) => name)].join(', ')}) SELECT r._id + CAST(${100_000 * 2 ** number} AS bigint) AS _id`, ...items,
    ` FROM ${source.name} AS r`, where(g, scope), ...returning(g, table.columns));
}

function update(g: Generator, table: Table): Node {
  const scope: Scope = { references: referencesOf(table, 'r'), depth: 3, queries: 1 };
  const columns = someColumns(g, table);
  if (columns.length === 0) return remove(g, table);
  return node('write', `UPDATE ${table.name} AS r SET `, list('assignments', columns.map((column) => node('assignment', `${column.name} = `, assigned(g, scope, column)))),
    where(g, scope), ...returning(g, table.columns));
}

function remove(g: Generator, table: Table): Node {
  const scope: Scope = { references: referencesOf(table, 'r'), depth: 3, queries: 1 };
  return node('write', `DELETE FROM ${table.name} AS r WHERE `, g.expression(scope, 'boolean'), ...returning(g, table.columns));
}

export function randomWrite(random: SeededRandom, tables: readonly Table[], number: number): GeneratedWrite {
  const g = openGenerator(random, tables);
  const table = g.random.pick(tables);
  const tree = g.random.pick([() => insert(g, table, number), () => update(g, table), () => update(g, table), () => remove(g, table)])();
  return { tree, table };
}

/** All that a table holds. */
export const contents = (table: Table): Node => node('whole', `SELECT ${table.columns.map(({ name }) => name).join(', ')} FROM ${table.name} ORDER BY _id`);
