/** Expressions of a wanted type, of forms that mean the same in both dialects (docs/differences.md has those that do not). */
import { type Generator, chance, deeper, type Scope } from './generator.ts';
import { literal, nullLiteral, SQL_TYPES } from './tables.ts';
import { type Node, node, type ValueSort } from './tree.ts';

type Form = (generator: Generator, scope: Scope) => Node;

const NUMBERS: readonly ValueSort[] = ['bigint', 'int', 'smallint', 'double', 'numeric'];
const ZONES = ['UTC', 'Europe/London', 'America/New_York', 'Asia/Kolkata'];

const infix = (sort: ValueSort, operators: readonly string[], left: ValueSort = sort, right: ValueSort = sort): Form => (g, scope) =>
  node(sort, '(', g.expression(scope, left), ` ${g.random.pick(operators)} `, g.expression(scope, right), ')');
/** `template` with `$` for each operand. */
const call = (sort: ValueSort, template: string, ...operands: readonly ValueSort[]): Form => (g, scope) => {
  const pieces = template.split('$');
  return node(sort, ...pieces.flatMap((piece, i) => (i === 0 ? [piece] : [g.expression(scope, operands[i - 1] ?? sort), piece])));
};
const cast = (sort: ValueSort, from: ValueSort): Form => call(sort, `CAST($ AS ${SQL_TYPES[sort]})`, from);
const chosen = (sort: ValueSort, ...templates: readonly (readonly [string, ...ValueSort[]])[]): Form => (g, scope) => {
  const [template, ...operands] = g.random.pick(templates);
  return call(sort, template, ...operands)(g, scope);
};

const whole = (sort: 'bigint' | 'int' | 'smallint'): Form[] => [
  infix(sort, ['+', '-', '*']), infix(sort, ['+', '-']), call(sort, 'ABS($)', sort), call(sort, '(- $)', sort),
  call(sort, '($ / NULLIF($, CAST(0 AS ' + sort + ')))', sort, sort),
];
const remainder = (sort: 'bigint' | 'int'): Form => call(sort, `MOD(ABS($), NULLIF(ABS($), CAST(0 AS ${sort})))`, sort, sort);
const bits = (sort: 'bigint' | 'int'): Form => infix(sort, ['&', '|', '#']);
const fields: Form = (g, scope) => {
  const from = g.random.pick(['date', 'timestamp'] as const);
  const field = g.random.pick(['YEAR', 'MONTH', 'DAY', 'DOW', 'ISODOW', 'DOY', 'WEEK', 'QUARTER', ...(from === 'timestamp' ? ['HOUR', 'MINUTE'] : [])]);
  return call('int', `CAST(EXTRACT(${field} FROM $) AS int)`, from)(g, scope);
};

const FORMS: Readonly<Record<ValueSort, readonly Form[]>> = {
  bigint: [...whole('bigint'), remainder('bigint'), bits('bigint'), cast('bigint', 'int'), cast('bigint', 'smallint'), infix('bigint', ['+', '-'], 'bigint', 'int'), infix('bigint', ['*'], 'smallint', 'bigint')],
  int: [
    ...whole('int'), remainder('int'), bits('int'), cast('int', 'smallint'), infix('int', ['+', '-'], 'smallint', 'int'), fields,
    chosen('int', ['CHAR_LENGTH($)', 'text'], ['OCTET_LENGTH($)', 'text'], ['POSITION($ IN $)', 'text', 'text'], ['OCTET_LENGTH($)', 'bytea'], ['CAST(($ - $) AS int)', 'date', 'date']),
  ],
  smallint: whole('smallint'),
  double: [
    infix('double', ['+', '-', '*']), call('double', '($ / NULLIF($, CAST(0 AS double precision)))', 'double', 'double'), cast('double', 'bigint'), cast('double', 'numeric'),
    chosen('double', ['ABS($)', 'double'], ['FLOOR($)', 'double'], ['CEIL($)', 'double'], ['SQRT(ABS($))', 'double'], ['(- $)', 'double']), infix('double', ['+', '*'], 'double', 'int'),
  ],
  numeric: [
    infix('numeric', ['+', '-']), infix('numeric', ['+', '-', '*']), infix('numeric', ['+', '*'], 'numeric', 'smallint'), cast('numeric', 'smallint'), cast('numeric', 'int'),
    chosen('numeric', ['ABS($)', 'numeric'], ['ROUND($, 1)', 'numeric'], ['ROUND($, 0)', 'numeric'], ['(- $)', 'numeric'], ['CAST(FLOOR($) AS numeric(20, 2))', 'numeric'], ['CAST(CEIL($) AS numeric(20, 2))', 'numeric']),
  ],
  text: [
    infix('text', ['||']), chosen('text', ['UPPER($)', 'text'], ['LOWER($)', 'text'], ['REVERSE($)', 'text'], ['TRIM($)', 'text']),
    chosen('text', ["TRIM(BOTH 'a' FROM $)", 'text'], ["TRIM(LEADING ' ' FROM $)", 'text'], ["TRIM(TRAILING 'b' FROM $)", 'text'], ["REPLACE($, 'a', $)", 'text', 'text'], ['REPLACE($, $, $)', 'text', 'text', 'text']),
    chosen('text', ['SUBSTRING($ FROM 2)', 'text'], ['SUBSTRING($ FROM 0 FOR 2)', 'text'], ['SUBSTRING($ FROM 2 FOR 1)', 'text'], ["OVERLAY($ PLACING 'xy' FROM 2 FOR 1)", 'text'], ['SUBSTRING($ FROM $)', 'text', 'int']),
    chosen('text', ['CAST($ AS text)', 'bigint'], ['CAST($ AS text)', 'boolean'], ['CAST($ AS text)', 'date'], ['CAST($ AS text)', 'uuid'], ['CAST($ AS text)', 'int']),
    chosen('text', ['CONCAT($, $)', 'text', 'text'], ["CONCAT($, '-', $)", 'text', 'bigint'], ["FORMAT('%s/%s', $, $)", 'text', 'text'], ["REPLACE($, '', $)", 'text', 'text']),
    (g, scope) => node('text', 'REGEXP_REPLACE(', g.expression(scope, 'text'), `, '${g.random.pick(['[ab]', 'a+', '(a)(b)'])}', '${g.random.pick(['_', ''])}'`, { varve: ')', postgres: ", 'g')" }),
  ],
  boolean: [],
  date: [cast('date', 'timestamp'), cast('date', 'timestamptz')],
  timestamp: [
    cast('timestamp', 'date'), cast('timestamp', 'timestamptz'), call('timestamp', "($ + INTERVAL '3' HOUR)", 'timestamp'), call('timestamp', "($ - INTERVAL '45' MINUTE)", 'timestamp'),
    chosen('timestamp', ["($ + INTERVAL '1' DAY)", 'timestamp'], ["($ + INTERVAL '1' MONTH)", 'timestamp'], ["($ - INTERVAL '1' YEAR)", 'timestamp'], ["($ + INTERVAL '2' DAY)", 'date'], ["($ - INTERVAL '5' HOUR)", 'date']),
    (g, scope) => call('timestamp', `DATE_TRUNC('${g.random.pick(['year', 'quarter', 'month', 'week', 'day', 'hour'])}', $)`, 'timestamp')(g, scope),
    (g, scope) => call('timestamp', `($ AT TIME ZONE '${g.random.pick(ZONES)}')`, 'timestamptz')(g, scope),
  ],
  timestamptz: [
    cast('timestamptz', 'timestamp'), cast('timestamptz', 'date'), call('timestamptz', "($ + INTERVAL '3' HOUR)", 'timestamptz'), call('timestamptz', "($ - INTERVAL '90' MINUTE)", 'timestamptz'),
    (g, scope) => call('timestamptz', `DATE_TRUNC('${g.random.pick(['year', 'month', 'week', 'day', 'hour'])}', $, '${g.random.pick(ZONES)}')`, 'timestamptz')(g, scope),
    (g, scope) => call('timestamptz', `($ AT TIME ZONE '${g.random.pick(ZONES)}')`, 'timestamp')(g, scope),
  ],
  uuid: [],
  bytea: [infix('bytea', ['||'])],
};

function leaf(g: Generator, scope: Scope, sort: ValueSort): Node {
  const fitting = scope.references.filter((reference) => reference.sort === sort);
  if (fitting.length > 0 && chance(g, 0.8)) return node(sort, g.random.pick(fitting).text);
  const constant = chance(g, 0.08) ? nullLiteral(sort) : literal(g.random, sort);
  return g.hidesConstants ? node(sort, { varve: '', postgres: 'hide(' }, constant, { varve: '', postgres: `::${SQL_TYPES[sort]})` }) : constant;
}

function caseExpression(g: Generator, scope: Scope, sort: ValueSort): Node {
  const isSimple = chance(g, 0.3);
  const operand = g.random.pick(['bigint', 'text', 'boolean', 'numeric'] as const);
  const whens = Array.from({ length: 1 + g.random.integer(2) }, () =>
    node('when', ' WHEN ', g.expression(scope, isSimple ? operand : 'boolean'), ' THEN ', g.expression(scope, sort)));
  const otherwise = chance(g, 0.6) ? [{ ...node('else', ' ELSE ', g.expression(scope, sort)), optional: true }] : [];
  return node(sort, 'CASE', ...(isSimple ? [' ', g.expression(scope, operand)] : []), ...whens, ...otherwise, ' END');
}

/** Forms that every type has. */
function generic(g: Generator, scope: Scope, sort: ValueSort): Node {
  const kind = g.random.integer(4);
  if (kind === 0) return node(sort, 'NULLIF(', g.expression(scope, sort), ', ', g.expression(scope, sort), ')');
  if (kind === 1) return node(sort, 'COALESCE(', g.expression(scope, sort), ', ', g.expression(scope, sort), ')');
  if (kind === 2 && NUMBERS.includes(sort)) return node(sort, `${g.random.pick(['GREATEST', 'LEAST'])}(COALESCE(`, g.expression(scope, sort), ', ', literal(g.random, sort), '), COALESCE(', g.expression(scope, sort), ', ', literal(g.random, sort), '))');
  return caseExpression(g, scope, sort);
}

export type Special = (generator: Generator, scope: Scope, sort: ValueSort) => Node;

/** `condition` and `subquery` make what this file cannot. */
export function expression(g: Generator, scope: Scope, sort: ValueSort, condition: (scope: Scope) => Node, subquery: Special): Node {
  if (scope.depth <= 0 || chance(g, 0.25)) return leaf(g, scope, sort);
  const inner = deeper(scope);
  if (scope.queries > 0 && chance(g, 0.06)) return subquery(g, inner, sort);
  if (sort === 'boolean' && chance(g, 0.85)) return condition(inner);
  const forms = FORMS[sort];
  return forms.length === 0 || chance(g, 0.3) ? generic(g, inner, sort) : g.random.pick(forms)(g, inner);
}
