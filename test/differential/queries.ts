/** Whole queries: select lists, grouping, windows, set operations, common tables, order and limits. */
import type { SeededRandom } from '../../src/base/random.ts';
import { aggregate, direction, windowCall } from './aggregates.ts';
import { condition, scalarSubquery } from './conditions.ts';
import { expression } from './expressions.ts';
import { fromItem, type OutputQuery } from './from-items.ts';
import { type FromItem, type Generator, chance, type Reference, type Scope, within } from './generator.ts';
import { literal, type Table } from './tables.ts';
import { list, named, type Node, node, optional, type Part, VALUE_SORTS, type ValueSort } from './tree.ts';

export interface GeneratedQuery {
  readonly tree: Node;
  readonly isOrdered: boolean;
  /** Each row's expressions are evaluated exactly once, so that errors must agree too. */
  readonly isStrict: boolean;
}

interface Item { readonly alias: string; readonly sort: ValueSort; readonly value: Node }

export function openGenerator(random: SeededRandom, tables: readonly Table[]): Generator {
  let count = 0;
  const generator: Generator = {
    random, tables, isLarge: tables.some(({ rows }) => rows.length > 100), relations: [], hidesConstants: false,
    fresh: (prefix) => `${prefix}${++count}`,
    expression: (scope, sort) => expression(generator, scope, sort, (inner) => condition(generator, inner), scalarSubquery),
    aggregate: (scope, sort) => aggregate(generator, scope, sort),
    from: (scope) => fromItem(generator, scope, (inner, columnCount) => select(generator, inner, sortsOf(generator, columnCount))),
  };
  return generator;
}

function sortsOf(g: Generator, count = 1 + g.random.integer(4)): ValueSort[] {
  return Array.from({ length: count }, () => g.random.pick(VALUE_SORTS));
}

const itemsNode = (items: readonly Item[]): Node => list('items', items.map(({ alias, value }) => named(alias, value, ` AS ${alias}`)));
const where = (g: Generator, scope: Scope, probability: number): Node[] => (chance(g, probability) ? [optional('where', ' WHERE ', g.expression(scope, 'boolean'))] : []);
const output = (items: readonly Item[]): OutputQuery['columns'] => items.map(({ alias, sort }) => ({ name: alias, sort }));

function plain(g: Generator, scope: Scope, from: FromItem, sorts: readonly ValueSort[], isPresent = false): OutputQuery {
  const inner = within(scope, [...from.references, ...scope.references]);
  const value = (sort: ValueSort): Node => (isPresent ? node('present', 'COALESCE(', g.expression(inner, sort), ', ', node('default', literal(g.random, sort)), ')') : g.expression(inner, sort));
  const items = sorts.map((sort): Item => ({ alias: g.fresh('c'), sort, value: value(sort) }));
  const distinct = chance(g, 0.2) ? [optional('distinct', 'DISTINCT ')] : [];
  return { text: node('query', 'SELECT ', ...distinct, itemsNode(items), ' FROM ', from.text, ...where(g, inner, 0.6)), columns: output(items) };
}

function distinctOn(g: Generator, scope: Scope, from: FromItem, key: readonly Reference[], sorts: readonly ValueSort[]): OutputQuery {
  const items = sorts.map((sort): Item => ({ alias: g.fresh('c'), sort, value: g.expression(within(scope, from.references), sort) }));
  const on = g.random.pick(from.references).text;
  return {
    text: node('query', `SELECT DISTINCT ON (${on}) `, itemsNode(items), ' FROM ', from.text, ...where(g, within(scope, from.references), 0.4), ` ORDER BY ${on}${g.random.pick(['', ' DESC', ' NULLS FIRST'])}, ${key.map(({ text }) => text).join(', ')}`),
    columns: output(items),
  };
}

function grouping(g: Generator, keys: readonly Reference[]): string {
  const texts = keys.map(({ text }) => text);
  const all = texts.join(', ');
  if (keys.length === 0 || chance(g, 0.7)) return all;
  return g.random.pick([`ROLLUP (${all})`, `CUBE (${all})`, `GROUPING SETS ((${all}), ())`, `GROUPING SETS (${texts.map((text) => `(${text})`).join(', ')}, (), (${texts[0] ?? ''}))`, `${texts[0] ?? ''}, ROLLUP (${all})`]);
}

function grouped(g: Generator, scope: Scope, from: FromItem, sorts: readonly ValueSort[]): OutputQuery {
  const keys = Array.from({ length: g.random.integer(3) }, () => g.random.pick(from.references)).filter((key, i, all) => all.findIndex(({ text }) => text === key.text) === i);
  const rows = within(scope, from.references);
  const sets = grouping(g, keys);
  const items = sorts.map((sort): Item => {
    const key = keys.length > 0 ? g.random.pick(keys) : undefined;
    if (key !== undefined && chance(g, 0.4)) return { alias: g.fresh('c'), sort: key.sort, value: chance(g, 0.6) ? node(key.sort, key.text) : g.expression(within({ ...scope, queries: 0, depth: 2 }, keys), key.sort) };
    if (key !== undefined && sets.includes('(') && chance(g, 0.2)) return { alias: g.fresh('c'), sort: 'int', value: node('int', `CAST(GROUPING(${key.text}) AS int)`) };
    return { alias: g.fresh('c'), sort, value: aggregate(g, rows, sort) };
  });
  const having = chance(g, 0.25) ? [optional('having', ' HAVING ', g.random.pick([
    () => node('boolean', aggregate(g, rows, 'bigint'), ` ${g.random.pick(['>', '<=', '<>'])} CAST(${g.random.integer(4)} AS bigint)`),
    () => g.expression(within({ ...scope, queries: 0 }, keys), 'boolean'),
  ])())] : [];
  const by = keys.length > 0 ? [` GROUP BY ${sets}`] : [];
  const isAggregated = keys.length > 0 || items.length > 0;
  if (!isAggregated) return plain(g, scope, from, sorts);
  return { text: node('query', 'SELECT ', itemsNode(items), ' FROM ', from.text, ...where(g, rows, 0.4), ...by, ...having), columns: output(items) };
}

/** Grouping by an expression, which stands in the select list too. */
function groupedByExpression(g: Generator, scope: Scope, from: FromItem, sorts: readonly ValueSort[]): OutputQuery {
  const rows = within({ ...scope, depth: 2, queries: 0 }, from.references);
  const [first, ...rest] = sorts;
  const key: Item = { alias: g.fresh('c'), sort: first ?? 'bigint', value: g.expression(rows, first ?? 'bigint') };
  const items = [key, ...rest.map((sort): Item => ({ alias: g.fresh('c'), sort, value: aggregate(g, rows, sort) }))];
  const by = chance(g, 0.5) ? list('keys', [named(key.alias, key.alias)]) : list('keys', [named(key.alias, '1')]);
  return { text: node('query', 'SELECT ', itemsNode(items), ' FROM ', from.text, ...where(g, rows, 0.3), ' GROUP BY ', by), columns: output(items) };
}

/** SELECT * of a join whose columns have names of their own, or share those of USING. */
function star(g: Generator, from: FromItem): OutputQuery | undefined {
  const columns = from.references.map(({ text, sort }) => ({ name: text.slice(text.indexOf('.') + 1), sort }));
  if (new Set(columns.map(({ name }) => name)).size < columns.length) return undefined;
  return { text: node('query', 'SELECT * FROM ', from.text, ...where(g, { references: from.references, depth: 2, queries: 1 }, 0.5)), columns };
}

function windowed(g: Generator, scope: Scope, from: FromItem, key: readonly Reference[], sorts: readonly ValueSort[]): OutputQuery {
  const rows = within(scope, from.references);
  const items = sorts.map((sort): Item => ({ alias: g.fresh('c'), sort, value: chance(g, 0.7) ? windowCall(g, rows, key, sort) : g.expression(rows, sort) }));
  return { text: node('query', 'SELECT ', itemsNode(items), ' FROM ', from.text, ...where(g, rows, 0.4)), columns: output(items) };
}

/** A query without ORDER BY, of columns of the types wanted or near. */
function select(g: Generator, scope: Scope, sorts: readonly ValueSort[]): OutputQuery {
  const from = g.from(scope);
  const kind = g.random.unit();
  const { key } = from;
  if (kind < 0.03) return star(g, from) ?? plain(g, scope, from, sorts);
  if (kind < 0.1) return groupedByExpression(g, scope, from, sorts);
  if (kind < 0.3) return grouped(g, scope, from, sorts);
  if (kind < 0.5 && key !== undefined) return windowed(g, scope, from, key, sorts);
  if (kind < 0.55 && key !== undefined) return distinctOn(g, scope, from, key, sorts);
  return plain(g, scope, from, sorts);
}

function setOperation(g: Generator, scope: Scope): OutputQuery {
  const sorts = sortsOf(g, 1 + g.random.integer(3));
  const operators = Array.from({ length: 1 + g.random.integer(2) }, () => g.random.pick(['UNION', 'UNION ALL', 'INTERSECT', 'INTERSECT ALL', 'EXCEPT', 'EXCEPT ALL']));
  // INTERSECT leaves rows with NULLs out, as in XTDB.
  const isPresent = operators.some((operator) => operator.startsWith('INTERSECT'));
  const arm = (): OutputQuery => plain(g, { ...scope, depth: Math.min(scope.depth, 2) }, g.from(scope), sorts, isPresent);
  const left = arm();
  const parts: Part[] = ['(', left.text, ')'];
  for (const [i, operator] of operators.entries()) parts.push({ ...node('arm', ` ${operator} (`, arm().text, ')'), optional: i > 0 });
  return { text: node('query', ...parts), columns: left.columns };
}

function recursive(g: Generator): { readonly text: Node; readonly name: string; readonly columns: OutputQuery['columns'] } {
  const name = g.fresh('r');
  const table = g.random.pick(g.tables);
  const edge = table.columns.find((column) => column.name === 'b' || column.name === 'i')?.name ?? '_id';
  const text = chance(g, 0.5)
    ? node('common', `${name}(x, y) AS (SELECT CAST(0 AS bigint), CAST(1 AS bigint) UNION ALL SELECT x + 1, y * 2 FROM ${name} WHERE x < ${g.random.integer(8)})`)
    : node('common', `${name}(x, y) AS (SELECT _id, CAST(${edge} AS bigint) FROM ${table.name} WHERE _id < ${g.random.integer(5)} UNION SELECT t._id, CAST(t.${edge} AS bigint) FROM ${name} AS r JOIN ${table.name} AS t ON t._id = r.y)`);
  return { text, name, columns: [{ name: 'x', sort: 'bigint' }, { name: 'y', sort: 'bigint' }] };
}

function commonTables(g: Generator, scope: Scope): Node | undefined {
  if (!chance(g, 0.15)) return undefined;
  const texts: Node[] = [];
  const isRecursive = chance(g, 0.35);
  if (isRecursive) {
    const { text, name, columns } = recursive(g);
    texts.push(text);
    g.relations = [...g.relations, { name, columns }];
  }
  for (let i = isRecursive ? 1 : 0; i < 1 + g.random.integer(2); i++) {
    const name = g.fresh('w');
    const { text, columns } = select(g, { ...scope, depth: 2, queries: 1 }, sortsOf(g));
    texts.push(node('common', `${name} AS ${g.random.pick(['', '', 'MATERIALIZED '])}(`, text, ')'));
    g.relations = [...g.relations, { name, columns }];
  }
  return optional('with', isRecursive ? 'WITH RECURSIVE ' : 'WITH ', list('commons', texts), ' ');
}

function ordered(g: Generator, body: OutputQuery): Node {
  const order = body.columns.map(({ name }) => named(name, name, direction(g)));
  const limits = chance(g, 0.4) ? [optional('limit', ` LIMIT ${g.random.integer(8)}`, ...(chance(g, 0.4) ? [optional('offset', ` OFFSET ${g.random.integer(4)}`)] : []))] : [];
  return node('whole', body.text, optional('order', ' ORDER BY ', list('order', order), ...limits));
}

/** One table, every row, expressions only: nothing may be evaluated that is not asked for. */
function projection(g: Generator): GeneratedQuery {
  g.hidesConstants = true;
  const table = g.random.pick(g.tables);
  const references = table.columns.map(({ name, sort }) => ({ text: name, sort }));
  const items = sortsOf(g, 3 + g.random.integer(4)).map((sort): Item => ({ alias: g.fresh('c'), sort, value: g.expression({ references, depth: 4, queries: 0 }, sort) }));
  return { tree: node('whole', node('query', 'SELECT ', itemsNode(items), ` FROM ${table.name}`)), isOrdered: false, isStrict: true };
}

export function randomQuery(random: SeededRandom, tables: readonly Table[]): GeneratedQuery {
  const g = openGenerator(random, tables);
  if (chance(g, 0.3)) return projection(g);
  const scope: Scope = { references: [], depth: 3, queries: g.isLarge ? 1 : 2 };
  const common = commonTables(g, scope);
  const body = chance(g, 0.2) ? setOperation(g, scope) : select(g, scope, sortsOf(g));
  const isOrdered = !body.text.parts.some((part) => typeof part === 'string' && part.startsWith(' ORDER BY')) && chance(g, 0.6);
  const tree = isOrdered ? ordered(g, body) : node('whole', body.text);
  return { tree: common === undefined ? tree : node('whole', common, ...tree.parts), isOrdered, isStrict: false };
}
