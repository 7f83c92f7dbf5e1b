/** What a query reads: tables, joins, queries as tables, VALUES, series, and common table expressions. */
import { type FromItem, type Generator, chance, type Reference, type Relation, type Scope, within } from './generator.ts';
import { literal } from './tables.ts';
import { list, type Node, node, optional, VALUE_SORTS } from './tree.ts';

export interface OutputQuery { readonly text: Node; readonly columns: readonly Relation['columns'][number][] }
export type MakeQuery = (scope: Scope, columnCount?: number) => OutputQuery;

const qualified = (alias: string, columns: Relation['columns']): Reference[] => columns.map(({ name, sort }) => ({ text: `${alias}.${name}`, sort }));

function relation(g: Generator): FromItem {
  const others = g.relations;
  if (others.length > 0 && chance(g, 0.5)) {
    const { name, columns } = g.random.pick(others);
    const alias = g.fresh('w');
    return { text: node('from', `${name} AS ${alias}`), references: qualified(alias, columns), key: undefined };
  }
  const { name, columns } = g.random.pick(g.tables);
  const alias = g.fresh('a');
  return { text: node('from', `${name} AS ${alias}`), references: qualified(alias, columns), key: [{ text: `${alias}._id`, sort: 'bigint' }] };
}

function values(g: Generator): FromItem {
  const alias = g.fresh('v');
  const sorts = Array.from({ length: 1 + g.random.integer(3) }, () => g.random.pick(VALUE_SORTS));
  const rows = Array.from({ length: 1 + g.random.integer(4) }, () =>
    node('row', '(', ...sorts.flatMap((sort, i) => [i === 0 ? '' : ', ', chance(g, 0.15) ? node(sort, `CAST(NULL AS ${sort === 'double' ? 'double precision' : sort === 'timestamptz' ? 'timestamp with time zone' : sort})`) : literal(g.random, sort)]), ')'));
  return {
    text: node('from', '(VALUES ', list('rows', rows), `) AS ${alias}(${sorts.map((_, i) => `x${i}`).join(', ')})`),
    references: sorts.map((sort, i) => ({ text: `${alias}.x${i}`, sort })), key: undefined,
  };
}

function series(g: Generator): FromItem {
  const alias = g.fresh('g');
  const from = g.random.integer(3);
  return {
    text: node('from', `GENERATE_SERIES(CAST(${from} AS bigint), CAST(${from + g.random.integer(6) - 1} AS bigint)) AS ${alias}(n)`),
    references: [{ text: `${alias}.n`, sort: 'bigint' }], key: [{ text: `${alias}.n`, sort: 'bigint' }],
  };
}

function derived(g: Generator, scope: Scope, query: MakeQuery): FromItem {
  const alias = g.fresh('q');
  const { text, columns } = query({ ...scope, references: [], queries: scope.queries - 1, depth: 2 });
  return { text: node('from', '(', text, `) AS ${alias}`), references: qualified(alias, columns), key: undefined };
}

function joinCondition(g: Generator, scope: Scope, left: readonly Reference[], right: readonly Reference[], mustBeEquality: boolean): Node | undefined {
  const both = within({ ...scope, depth: 2, queries: 0 }, [...left, ...right]);
  const pairs = left.flatMap((a) => right.filter((b) => b.sort === a.sort && b.sort !== 'boolean').map((b) => [a, b] as const));
  // PostgreSQL makes a FULL JOIN of equalities only.
  if (pairs.length === 0 && mustBeEquality) return undefined;
  if (pairs.length === 0 || (!mustBeEquality && chance(g, 0.2))) return g.expression(both, 'boolean');
  const [a, b] = g.random.pick(pairs);
  const more = chance(g, 0.4) ? [optional('more', ' AND ', g.expression(both, 'boolean'))] : [];
  return node('boolean', `${a.text} = ${b.text}`, ...more);
}

/** A comma binds looser than JOIN, so it joins the last item only. */
function join(g: Generator, scope: Scope, left: FromItem, right: FromItem, mayUseComma: boolean): FromItem {
  const references = [...left.references, ...right.references];
  const key = left.key !== undefined && right.key !== undefined ? [...left.key, ...right.key] : undefined;
  const kind = g.random.pick(['JOIN', 'JOIN', 'LEFT JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'CROSS JOIN', mayUseComma ? ',' : 'JOIN']);
  const on = kind === ',' || kind === 'CROSS JOIN' ? undefined : joinCondition(g, scope, left.references, right.references, kind === 'FULL JOIN');
  if (on === undefined) return { text: node('from', left.text, kind === ',' ? ', ' : ' CROSS JOIN ', right.text), references, key };
  return { text: node('from', left.text, ` ${kind} `, right.text, ' ON ', on), references, key };
}

/** Two tables that share their columns' names: the shared ones stand alone. */
function usingJoin(g: Generator): FromItem {
  const [one, two] = [g.random.pick(g.tables), g.random.pick(g.tables)];
  const [a, b] = [g.fresh('a'), g.fresh('a')];
  const shared = one.columns.filter(({ name, sort }) => sort !== 'boolean' && two.columns.some((other) => other.name === name));
  const names = g.isLarge || chance(g, 0.6) ? ['_id'] : ['_id', g.random.pick(shared).name].filter((name, i, all) => all.indexOf(name) === i);
  const isShared = ({ name }: { readonly name: string }): boolean => names.includes(name);
  const references = [
    ...one.columns.filter(isShared).map(({ name, sort }) => ({ text: name, sort })),
    ...qualified(a, one.columns.filter((column) => !isShared(column))), ...qualified(b, two.columns.filter((column) => !isShared(column))),
  ];
  const kind = g.random.pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN']);
  // A row that finds none for its NULL may stand on both sides of a FULL JOIN.
  const key = kind === 'FULL JOIN' && names.length > 1 ? undefined : references.filter(({ text }) => names.includes(text));
  return { text: node('from', `${one.name} AS ${a} ${kind} ${two.name} AS ${b} USING (${names.join(', ')})`), references, key };
}

/** A query that names columns of the item before it. */
function lateral(g: Generator, scope: Scope, left: FromItem, query: MakeQuery): FromItem {
  const alias = g.fresh('l');
  const { text, columns } = query({ ...scope, references: left.references, queries: 0, depth: 2 }, 1 + g.random.integer(2));
  const references = [...left.references, ...qualified(alias, columns)];
  return chance(g, 0.5)
    ? { text: node('from', left.text, ', LATERAL (', text, `) AS ${alias}`), references, key: undefined }
    : { text: node('from', left.text, ' LEFT JOIN LATERAL (', text, `) AS ${alias} ON `, chance(g, 0.7) ? 'TRUE' : g.expression({ ...scope, references, depth: 1, queries: 0 }, 'boolean')), references, key: undefined };
}

export function fromItem(g: Generator, scope: Scope, query: MakeQuery): FromItem {
  const mayNest = scope.queries > 0;
  const single = (): FromItem => {
    if (mayNest && chance(g, 0.15)) return derived(g, scope, query);
    return chance(g, 0.06) ? values(g) : chance(g, 0.05) ? series(g) : relation(g);
  };
  if (chance(g, 0.55)) return single();
  if (g.isLarge || chance(g, 0.2)) return usingJoin(g);
  if (mayNest && chance(g, 0.2)) return lateral(g, scope, relation(g), query);
  const hasThree = chance(g, 0.3);
  const two = join(g, scope, single(), single(), !hasThree);
  return hasThree ? join(g, scope, two, relation(g), true) : two;
}
