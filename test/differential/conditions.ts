/** Conditions: comparisons, tests, lists, patterns, quantifiers, and their combinations. */
import { type Generator, chance, type Scope, within } from './generator.ts';
import { type Node, node, type Part, VALUE_SORTS, type ValueSort } from './tree.ts';

const COMPARISONS = ['=', '<>', '<', '<=', '>', '>='];
/** Types that compare with each other. */
const MIXED: readonly (readonly [ValueSort, ValueSort])[] = [
  ['bigint', 'int'], ['int', 'smallint'], ['bigint', 'double'], ['numeric', 'bigint'], ['numeric', 'double'], ['date', 'timestamp'], ['timestamp', 'timestamptz'], ['date', 'timestamptz'],
];
const PATTERNS = ['%', 'a%', '%b', '_', '%a%', 'a_c', '_b%', '', '%ä%', 'A%'];
const REGEXES = ['a', '^a', 'b$', '^[a-z]+$', 'a.c', '[0-9]', '(a|z)'];

type Form = (g: Generator, scope: Scope) => Node;
const boolean = (...parts: readonly Part[]): Node => node('boolean', '(', ...parts, ')');

/** Columns that are there rather than types that are not. */
function sortIn(g: Generator, scope: Scope): ValueSort {
  return scope.references.length > 0 && chance(g, 0.8) ? g.random.pick(scope.references).sort : g.random.pick(VALUE_SORTS);
}

const compare: Form = (g, scope) => {
  const [left, right] = chance(g, 0.2) ? g.random.pick(MIXED) : (() => { const sort = sortIn(g, scope); return [sort, sort] as const; })();
  return boolean(g.expression(scope, left), ` ${g.random.pick(COMPARISONS)} `, g.expression(scope, right));
};
const distinctness: Form = (g, scope) => {
  const sort = sortIn(g, scope);
  return boolean(g.expression(scope, sort), ` IS ${g.random.pick(['', 'NOT '])}DISTINCT FROM `, g.expression(scope, sort));
};
const nullTest: Form = (g, scope) => boolean(g.expression(scope, sortIn(g, scope)), g.random.pick([' IS NULL', ' IS NOT NULL']));
const truthTest: Form = (g, scope) => boolean(g.expression(scope, 'boolean'), ` IS ${g.random.pick(['', 'NOT '])}${g.random.pick(['TRUE', 'FALSE', 'UNKNOWN'])}`);
const between: Form = (g, scope) => {
  const sort = sortIn(g, scope);
  return boolean(g.expression(scope, sort), g.random.pick([' BETWEEN ', ' NOT BETWEEN ', ' BETWEEN SYMMETRIC ']), g.expression(scope, sort), ' AND ', g.expression(scope, sort));
};
const inList: Form = (g, scope) => {
  const sort = sortIn(g, scope);
  const items = Array.from({ length: 1 + g.random.integer(3) }, () => g.expression({ ...scope, depth: 0 }, sort));
  return boolean(g.expression(scope, sort), g.random.pick([' IN (', ' NOT IN (']), { sort: 'list', parts: items, separator: ', ' }, ')');
};
const like: Form = (g, scope) => boolean(g.expression(scope, 'text'), ` ${g.random.pick(['LIKE', 'NOT LIKE', 'ILIKE'])} '${g.random.pick(PATTERNS)}'`);
const regex: Form = (g, scope) => boolean(g.expression(scope, 'text'), ` ${g.random.pick(['~', '!~', '~*'])} '${g.random.pick(REGEXES)}'`);
const anyOf: Form = (g, scope) => {
  const sort = g.random.pick(['bigint', 'text', 'date'] as const);
  const items = Array.from({ length: 1 + g.random.integer(3) }, () => g.expression({ ...scope, depth: 0 }, sort));
  return boolean(g.expression(scope, sort), ` ${g.random.pick(COMPARISONS)} ${g.random.pick(['ANY', 'ALL'])} (ARRAY[`, { sort: 'list', parts: items, separator: ', ' }, '])');
};
const rowValues: Form = (g, scope) => {
  const [a, b] = [sortIn(g, scope), sortIn(g, scope)];
  // Varve evaluates all pairs, PostgreSQL those up to the one that decides: where errors must agree, none may raise.
  const inner: Scope = g.hidesConstants ? { ...scope, depth: 0 } : scope;
  const row = (): Part[] => ['(', g.expression(inner, a), ', ', g.expression(inner, b), ')'];
  return boolean(...row(), ` ${g.random.pick(COMPARISONS)} `, ...row());
};
const and: Form = (g, scope) => boolean(g.expression(scope, 'boolean'), ' AND ', g.expression(scope, 'boolean'));
const or: Form = (g, scope) => boolean(g.expression(scope, 'boolean'), ' OR ', g.expression(scope, 'boolean'));
const not: Form = (g, scope) => boolean('NOT ', g.expression(scope, 'boolean'));

/** SELECT … FROM … WHERE … with columns of the query around it in reach; `columns` are its own. */
function subselect(g: Generator, scope: Scope, select: (inner: Scope) => readonly Part[]): Node {
  const outer: Scope = { ...scope, queries: scope.queries - 1, depth: Math.min(scope.depth, 2) };
  const from = g.from({ ...outer, queries: 0 });
  const inner = within(outer, [...from.references, ...from.references, ...(chance(g, 0.6) ? scope.references : [])]);
  const where = chance(g, 0.8) ? [{ ...node('where', ' WHERE ', g.expression(inner, 'boolean')), optional: true }] : [];
  return node('query', 'SELECT ', ...select(within(outer, from.references)), ' FROM ', from.text, ...where);
}

const exists: Form = (g, scope) => boolean(g.random.pick(['', 'NOT ']), 'EXISTS (', subselect(g, scope, () => ['1']), ')');
const inQuery: Form = (g, scope) => {
  const sort = sortIn(g, scope);
  return boolean(g.expression(scope, sort), g.random.pick([' IN (', ' NOT IN (']), subselect(g, scope, (inner) => [g.expression(inner, sort)]), ')');
};
const rowInQuery: Form = (g, scope) => {
  const [a, b] = [sortIn(g, scope), sortIn(g, scope)];
  return boolean('(', g.expression(scope, a), ', ', g.expression(scope, b), g.random.pick([') IN (', ') NOT IN (']), subselect(g, scope, (inner) => [g.expression(inner, a), ' AS x, ', g.expression(inner, b), ' AS y']), ')');
};
const quantified: Form = (g, scope) => {
  const sort = sortIn(g, scope);
  return boolean(g.expression(scope, sort), ` ${g.random.pick(COMPARISONS)} ${g.random.pick(['ANY', 'ALL', 'SOME'])} (`, subselect(g, scope, (inner) => [g.expression(inner, sort)]), ')');
};

const PLAIN = [compare, compare, compare, distinctness, nullTest, truthTest, between, inList, like, regex, anyOf, rowValues, and, and, or, not];
const WITH_QUERIES = [exists, exists, inQuery, inQuery, rowInQuery, quantified];

export function condition(g: Generator, scope: Scope): Node {
  return g.random.pick(scope.queries > 0 && chance(g, 0.2) ? WITH_QUERIES : PLAIN)(g, scope);
}

/** A query of at most one row, as a value: an aggregate, or the first row in the order of a key. */
export function scalarSubquery(g: Generator, scope: Scope, sort: ValueSort): Node {
  if (chance(g, 0.6)) return node(sort, '(', subselect(g, scope, (inner) => [g.aggregate(inner, sort)]), ')');
  const table = g.random.pick(g.tables);
  const alias = g.fresh('s');
  const references = table.columns.map(({ name, sort: column }) => ({ text: `${alias}.${name}`, sort: column }));
  const inner: Scope = { ...scope, queries: 0, depth: 1, references: [...references, ...scope.references] };
  return node(sort, '(SELECT ', g.expression({ ...inner, references }, sort), ` FROM ${table.name} AS ${alias}`, { ...node('where', ' WHERE ', g.expression(inner, 'boolean')), optional: true }, ` ORDER BY ${alias}._id LIMIT 1)`);
}
