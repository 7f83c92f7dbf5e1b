/** Aggregates and window functions whose answer does not depend on the order in which rows happen to come. */
import { type Generator, chance, type Reference, type Scope } from './generator.ts';
import { literal } from './tables.ts';
import { type Node, node, optional, type Part, VALUE_SORTS, type ValueSort } from './tree.ts';

/** What MIN and MAX take in both. */
const ORDERED: readonly ValueSort[] = ['bigint', 'int', 'smallint', 'double', 'numeric', 'text', 'date', 'timestamp', 'timestamptz'];

function anySort(g: Generator, scope: Scope): ValueSort {
  return scope.references.length > 0 ? g.random.pick(scope.references).sort : g.random.pick(VALUE_SORTS);
}

/** An aggregate of the type, from `AGG(` to `)`, and what must stand around its whole call. */
function parts(g: Generator, scope: Scope, sort: ValueSort): { readonly call: readonly Part[]; readonly cast?: string } {
  const flat: Scope = { ...scope, depth: Math.min(scope.depth, 2), queries: 0 };
  const argument = (of: ValueSort): Node => g.expression(flat, of);
  const distinct = g.random.pick(['', '', 'DISTINCT ']);
  if (ORDERED.includes(sort) && chance(g, 0.35)) return { call: [`${g.random.pick(['MIN', 'MAX'])}(`, argument(sort), ')'] };
  switch (sort) {
    case 'bigint': return g.random.pick([
      () => ({ call: ['COUNT(*)'] }),
      () => ({ call: [`COUNT(${distinct}`, argument(anySort(g, scope)), ')'] }),
      () => ({ call: [`SUM(${distinct}CAST(`, argument('smallint'), ' AS bigint))'], cast: 'bigint' }),
      () => ({ call: [`SUM(${distinct}`, argument('bigint'), ')'], cast: 'bigint' }),
    ])();
    case 'int': return { call: ['COUNT(', argument(anySort(g, scope)), ')'], cast: 'int' };
    case 'smallint': return { call: ['COUNT(', argument(anySort(g, scope)), ')'], cast: 'smallint' };
    case 'double': return g.random.pick([
      () => ({ call: [`${g.random.pick(['SUM', 'AVG'])}(${distinct}`, argument('double'), ')'] }),
      () => ({ call: [`AVG(${distinct}`, argument(g.random.pick(['smallint', 'numeric'])), ')'], cast: 'double precision' }),
      () => ({ call: [`${g.random.pick(['VAR_POP', 'VAR_SAMP', 'STDDEV_POP', 'STDDEV_SAMP'])}(`, g.expression({ ...flat, depth: 0 }, 'double'), ')'] }),
    ])();
    case 'numeric': return { call: [`SUM(${distinct}`, argument('numeric'), ')'] };
    case 'boolean': return { call: [`${g.random.pick(['BOOL_AND', 'BOOL_OR', 'EVERY'])}(`, argument('boolean'), ')'] };
    case 'text': {
      const item = argument('text');
      return distinct === '' ? { call: ['STRING_AGG(', item, ", ',' ORDER BY ", item, g.random.pick(['', ' DESC']), ')'] } : { call: ['MAX(', item, ')'] };
    }
    default: return { call: [] };
  }
}

export function aggregate(g: Generator, scope: Scope, sort: ValueSort): Node {
  const { call, cast } = parts(g, scope, sort);
  if (call.length === 0) return node(sort, 'CASE WHEN COUNT(*) > 1 THEN ', literal(g.random, sort), ' END');
  const filter = chance(g, 0.2) ? [optional('filter', ' FILTER (WHERE ', g.expression({ ...scope, queries: 0 }, 'boolean'), ')')] : [];
  return node(sort, ...(cast === undefined ? [] : ['CAST(']), ...call, ...filter, ...(cast === undefined ? [] : [` AS ${cast})`]));
}

const EDGES = ['UNBOUNDED PRECEDING', '2 PRECEDING', '1 PRECEDING', 'CURRENT ROW', '1 FOLLOWING', '3 FOLLOWING', 'UNBOUNDED FOLLOWING'];
/** For RANGE over something that is not a number. */
const WHOLE_EDGES = ['UNBOUNDED PRECEDING', 'CURRENT ROW', 'UNBOUNDED FOLLOWING'];

function frame(g: Generator, units: readonly string[], edges = EDGES): Node {
  const from = g.random.integer(edges.length - 1);
  const to = from + g.random.integer(edges.length - from);
  const bounds = chance(g, 0.2) && from < 4 && edges === EDGES ? edges[from] : `BETWEEN ${edges[from]} AND ${edges[Math.max(to, from === 0 ? 1 : from)]}`;
  const exclude = chance(g, 0.25) ? [optional('exclude', g.random.pick([' EXCLUDE CURRENT ROW', ' EXCLUDE GROUP', ' EXCLUDE TIES', ' EXCLUDE NO OTHERS']))] : [];
  return optional('frame', ` ${g.random.pick(units)} ${bounds}`, ...exclude);
}

/** NULLS FIRST of a descending order means the other end in Varve, as in XTDB. */
const DIRECTIONS: readonly Part[] = ['', '', ' ASC', ' DESC', ' ASC NULLS FIRST', ' NULLS LAST', { varve: ' DESC NULLS FIRST', postgres: ' DESC NULLS LAST' }, { varve: ' DESC NULLS LAST', postgres: ' DESC NULLS FIRST' }];

export function direction(g: Generator): Node { return optional('direction', g.random.pick(DIRECTIONS)); }

/** A window function over rows that `key` tells apart. */
export function windowCall(g: Generator, scope: Scope, key: readonly Reference[], sort: ValueSort): Node {
  const flat: Scope = { ...scope, depth: 1, queries: 0 };
  const partition = chance(g, 0.6) ? [optional('partition', 'PARTITION BY ', g.expression({ ...flat, depth: 0 }, anySort(g, scope)), ' ')] : [];
  const first = chance(g, 0.8) ? [optional('first', g.expression({ ...flat, depth: 0 }, anySort(g, scope)), direction(g), ', ')] : [];
  const total: Part[] = ['ORDER BY ', ...first, key.map(({ text }) => text).join(', ')];
  const peers: Part[] = ['ORDER BY ', g.expression({ ...flat, depth: 0 }, anySort(g, scope)), direction(g)];
  const over = (...inside: readonly Part[]): Part[] => [' OVER (', ...partition, ...inside, ')'];
  if (sort === 'bigint' && chance(g, 0.6)) {
    return node(sort, ...g.random.pick([
      () => ['ROW_NUMBER()', ...over(...total)], () => ['RANK()', ...over(...peers)], () => ['DENSE_RANK()', ...over(...peers)],
      () => [`CAST(NTILE(${1 + g.random.integer(4)})`, ...over(...total), ' AS bigint)'],
      () => ['COUNT(*)', ...over(...peers, g.random.pick([frame(g, ['GROUPS']), frame(g, ['RANGE'], WHOLE_EDGES)]))],
      () => ['COUNT(*)', ...over('ORDER BY ', g.expression({ ...flat, depth: 0 }, 'bigint'), direction(g), frame(g, ['RANGE']))],
    ])());
  }
  if (sort === 'double' && chance(g, 0.4)) return node(sort, g.random.pick(['PERCENT_RANK()', 'CUME_DIST()']), ...over(...peers));
  if (chance(g, 0.4)) {
    const value = g.expression(flat, sort);
    return node(sort, ...g.random.pick([
      () => [g.random.pick(['LAG(', 'LEAD(']), value, ...g.random.pick<Part[]>([[''], [', 2'], [', 1, ', literal(g.random, sort)]]), ')', ...over(...total)],
      () => [g.random.pick(['FIRST_VALUE(', 'LAST_VALUE(']), value, ')', ...over(...total, g.random.pick([frame(g, ['ROWS', 'GROUPS']), frame(g, ['RANGE'], WHOLE_EDGES)]))],
      () => ['NTH_VALUE(', value, `, ${1 + g.random.integer(3)})`, ...over(...total, frame(g, ['ROWS', 'GROUPS']))],
    ])());
  }
  const { call, cast } = parts(g, flat, sort);
  if (call.length === 0 || /DISTINCT|ORDER BY/.test(call.filter((part) => typeof part === 'string').join(''))) return node(sort, 'FIRST_VALUE(', g.expression(flat, sort), ')', ...over(...total));
  return node(sort, ...(cast === undefined ? [] : ['CAST(']), ...call, ...over(...(chance(g, 0.7) ? [...total, frame(g, ['ROWS', 'GROUPS'])] : peers)), ...(cast === undefined ? [] : [` AS ${cast})`]));
}
