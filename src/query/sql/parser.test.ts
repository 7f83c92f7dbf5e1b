import { describe, expect, test } from 'vitest';
import { isEngineError, type EngineError } from '../../base/errors.ts';
import { parseExpression, parseStatement, parseStatements } from './parser.ts';
import { printStatement } from './print.ts';
import { K, isName } from './tokens.ts';
import { ExpressionPrinter } from './print-expression.ts';

/** An expression with all its parentheses, to show what binds to what. */
const grouped = (text: string): string => group(parseExpression(text));
function group(tree: unknown): string {
  const node = tree as { kind: string; name?: string; args?: unknown[]; arg?: unknown; left?: unknown; right?: unknown; low?: unknown; high?: unknown };
  switch (node.kind) {
    case 'call': return `${node.name}(${(node.args ?? []).map(group).join(' ')})`;
    case 'and': case 'or': return `${node.kind}(${(node.args ?? []).map(group).join(' ')})`;
    case 'between': return `between(${group(node.arg)} ${group(node.low)} ${group(node.high)})`;
    case 'is-distinct': return `is-distinct(${group(node.left)} ${group(node.right)})`;
    case 'not': case 'is-null': case 'is-truth': case 'in-list': case 'quantified': return `${node.kind}(${group(node.arg)})`;
    default: return new ExpressionPrinter(() => 'query').print(tree as never);
  }
}

const failure = (text: string): EngineError => {
  try { parseStatements(text); } catch (error) { if (isEngineError(error)) return error; throw error; }
  throw new Error(`expected an error: ${text}`);
};

const printed = (text: string): string => printStatement(parseStatement(text).statement);

describe('precedence', () => {
  test.each([
    ['a + b * c', '+(a *(b c))'], ['a - b - c', '-(-(a b) c)'], ['-a * b', '*(-x(a) b)'], ['- a || b', '-x(||(a b))'],
    ['a || b + c', '+(||(a b) c)'], ['a || b -> c', '||(a ->(b c))'], ['~a + b', '~x(+(a b))'], ['a & b + c', '&(a +(b c))'], ['a | b & c', '|(a &(b c))'], ['a << b | c', '<<(a |(b c))'],
    ['a = b IS TRUE', '=(a is-truth(b))'], ['a = b IS NULL', 'is-null(=(a b))'], ['NOT a = b', 'not(=(a b))'], ['NOT a AND b', 'and(not(a) b)'], ['a OR b AND c', 'or(a and(b c))'],
    ['a BETWEEN 1 AND 2 AND b', 'and(between(a 1 2) b)'], ['a = b BETWEEN 1 AND 2', '=(a between(b 1 2))'], ['a = b IN (1)', 'in-list(=(a b))'],
    ["a LIKE 'x' || b", "like(a ||('x' b))"], ['a OVERLAPS b AND c', 'and(overlaps(a b) c)'], ['a IS DISTINCT FROM b IS NULL', 'is-distinct(a is-null(b))'],
    ['a = b = ANY (c)', 'quantified(=(a b))'], ['a = NOT b = c', '=(a not(=(b c)))'], ['a::int + b', '+(CAST(a AS int) b)'],
  ])('%s', (text, expected) => { expect(grouped(text)).toBe(expected); });

  test('chains of AND and OR are one node', () => {
    expect(parseExpression('a AND b AND c AND d')).toMatchObject({ kind: 'and', args: [{}, {}, {}, {}] });
    expect(parseExpression('a OR b OR c')).toMatchObject({ kind: 'or', args: [{}, {}, {}] });
  });
});

describe('literals', () => {
  test('an integer is a bigint, a number with a point or an exponent a float, a sign part of either', () => {
    expect(['1', '-1', '1.0', '-1e3', '-9223372036854775808'].map((text) => (parseExpression(text) as { value: unknown }).value)).toEqual([1n, -1n, 1, -1000, -(2n ** 63n)]);
  });

  test('an integer beyond BIGINT is refused at its place', () => {
    expect(failure('SELECT 9223372036854775808')).toMatchObject({ code: 'numeric-out-of-range', position: 7 });
  });

  test('strings are decoded: doubled quotes, escapes, dollar quotes', () => {
    const value = (text: string): unknown => (parseExpression(text) as { value: unknown }).value;
    expect(value("'it''s \\n'")).toBe("it's \\n");
    expect(value("E'a\\tb\\x41\\u00e9\\101\\''")).toBe("a\tbAéA'");
    expect(value('$$a $ b$$')).toBe('a $ b');
    expect(value("$t$it's $$ here$t$")).toBe("it's $$ here");
    expect(value("X('41aF')")).toEqual(Uint8Array.of(0x41, 0xaf));
    expect(failure("SELECT E'\\q'")).toMatchObject({ code: 'invalid-escape', position: 9 });
  });

  test('a type name before a string makes a typed literal, which the binder reads', () => {
    expect(parseExpression("INTERVAL '1-2' YEAR TO MONTH")).toMatchObject({ kind: 'typed-literal', text: '1-2', type: { name: 'interval', qualifier: { from: 'year', to: 'month' } } });
    expect(parseExpression("TIMESTAMP WITH TIME ZONE '2020-01-01'")).toMatchObject({ kind: 'typed-literal', type: { name: 'timestamp', timeZone: 'with' }, textStart: 25 });
    expect(parseExpression('date')).toMatchObject({ kind: 'column' });
  });
});

describe('names', () => {
  test('unquoted names fold to lower case, quoted ones stay', () => {
    expect(parseExpression('Foo."Bar".`Baz`')).toMatchObject({ parts: [{ text: 'foo', quoted: false }, { text: 'Bar', quoted: true }, { text: 'Baz' }] });
    expect(parseExpression('"a""b"')).toMatchObject({ parts: [{ text: 'a"b' }] });
  });

  test('parentheses tell a field of a column from a column of a table', () => {
    expect(parseExpression('a.b')).toMatchObject({ kind: 'column' });
    expect(parseExpression('(a).b')).toMatchObject({ kind: 'field', arg: { kind: 'column' }, name: { text: 'b' } });
  });

  test('reserved words are names behind a dot, behind AS and as keys', () => {
    expect(printed('SELECT t.select AS from, {table: 1, where: 2} AS order FROM t')).toBe('SELECT t.select AS from, {table: 1, where: 2} AS order FROM t');
  });
});

describe('keywords that are not reserved', () => {
  const words = Object.entries(K).filter(([, kind]) => isName(kind)).map(([word]) => word.toLowerCase());
  const TEMPLATES = [
    'SELECT w, t.w, w + 1 AS w FROM t WHERE w = 1 GROUP BY w', 'SELECT 1 FROM w AS w ORDER BY w DESC', 'SELECT 1 FROM t w WHERE a', 'INSERT INTO w (_id, w) VALUES (1, 2)', 'UPDATE t SET w = 1', 'CREATE TABLE t (w, b text)',
    'WITH w AS (SELECT 1) SELECT * FROM w', 'SELECT {w: w}, w[1], w::int, w IS NULL', 'SELECT * EXCLUDE w FROM t', 'SELECT sum(w) OVER (ORDER BY w)', 'SELECT 1 FROM a JOIN w ON w.x = a.x',
  ];
  test.each(TEMPLATES)('are names: %s', (template) => {
    for (const word of words) expect(parseStatements(template.replace(/\bw\b/g, word)), word).toHaveLength(1);
  });
});

describe('special syntax becomes plain calls', () => {
  test.each([
    ["EXTRACT(YEAR FROM d)", 'extract', 2], ["TRIM(LEADING 'x' FROM s)", 'trim_leading', 2], ['TRIM(s)', 'trim', 1], ['SUBSTRING(s FROM 2 FOR 3)', 'substring', 3],
    ["POSITION('a' IN s)", 'position', 2], ["POSITION('a' IN s USING OCTETS)", 'position_octets', 2], ["OVERLAY(s PLACING 'x' FROM 1)", 'overlay', 3], ['CHAR_LENGTH(s USING OCTETS)', 'octet_length', 1],
    ['DATE_TRUNC(DAY, d)', 'date_trunc', 2], ['CURRENT_DATE', 'current_date', 0], ['CURRENT_TIMESTAMP(3)', 'current_timestamp', 1], ['a STRICTLY OVERLAPS b', 'strictly_overlaps', 2],
    ['OVERLAPS(a, b, c)', 'overlaps', 3], ["a LIKE 'x' ESCAPE '!'", 'like', 3], ["a OPERATOR(pg_catalog.~) 'x'", '~', 2], ["a AT TIME ZONE 'UTC'", 'at_time_zone', 2],
  ])('%s', (text, name, count) => {
    const call = parseExpression(text);
    expect(call.kind === 'call' && [call.name, call.args.length]).toEqual([name, count]);
  });

  test('only aggregates and window functions have modifiers', () => {
    expect(parseExpression('f(a)')).toMatchObject({ modifiers: undefined });
    expect(parseExpression('count(*)')).toMatchObject({ args: [], modifiers: { star: true } });
    expect(parseExpression('nth_value(a, 2) FROM LAST IGNORE NULLS OVER w')).toMatchObject({ modifiers: { from: 'last', nulls: 'ignore', over: { kind: 'name' } } });
  });
});

describe('queries', () => {
  test('commas may be doubled or stand at the end of a select list', () => {
    expect(printed('SELECT a,, b, FROM t')).toBe('SELECT a, b FROM t');
  });

  test('commas between conditions mean AND, and places may be empty', () => {
    expect(printed('SELECT a FROM t WHERE a = 1,, b = 2,')).toBe('SELECT a FROM t WHERE a = 1 AND b = 2');
  });

  test('a FROM-first query is a pipeline', () => {
    expect(parseStatement('FROM t WHERE a SELECT b WHERE c').statement).toMatchObject({ query: { body: { kind: 'from-pipeline', tails: [{ kind: 'where' }, { kind: 'select' }, { kind: 'where' }] } } });
  });

  test('INTERSECT binds tighter than UNION and EXCEPT, which go from left to right', () => {
    expect(parseStatement('SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 EXCEPT SELECT 4').statement).toMatchObject({
      query: { body: { operation: 'except', left: { operation: 'union', right: { operation: 'intersect' } } } },
    });
  });

  test('joins before an ON belong to its right side', () => {
    expect(printed('SELECT 1 FROM a JOIN b JOIN c ON x ON y')).toBe('SELECT 1 FROM a JOIN (b JOIN c ON x) ON y');
    expect(printed('SELECT 1 FROM a JOIN b ON x JOIN c ON y')).toBe('SELECT 1 FROM a JOIN b ON x JOIN c ON y');
  });

  test('a parenthesis is told to hold a query or an expression', () => {
    expect(parseExpression('((SELECT 1) + 2)')).toMatchObject({ kind: 'call' });
    expect(parseExpression('((SELECT 1) UNION (SELECT 2))')).toMatchObject({ kind: 'subquery' });
    expect(parseExpression('a IN ((SELECT 1), 2)')).toMatchObject({ kind: 'in-list' });
    expect(parseExpression('a IN (((SELECT 1)))')).toMatchObject({ kind: 'in-query' });
  });

  test('CASE with an operand takes values and partial predicates', () => {
    expect(parseExpression('CASE x WHEN 1, > 5 THEN 2 END')).toMatchObject({
      branches: [{ when: [{ name: '=', args: [{ kind: 'case-operand' }, {}] }, { name: '>', args: [{ kind: 'case-operand' }, {}] }] }],
    });
  });

  test('GROUP BY ALL alone groups by whatever is not aggregated', () => {
    expect(parseStatement('SELECT a FROM t GROUP BY ALL ORDER BY a').statement).toMatchObject({ query: { body: { groupBy: { quantifier: 'all', elements: [] } } } });
  });
});

describe('statements', () => {
  test('several are split at semicolons, with their ranges and parameters', () => {
    const text = 'SELECT ?, ?; ; INSERT INTO t RECORDS $3;';
    expect(parseStatements(text).map(({ start, end, parameterCount }) => [text.slice(start, end), parameterCount])).toEqual([['SELECT ?, ?', 2], ['INSERT INTO t RECORDS $3', 3]]);
    expect(parseStatements(' ; -- nothing\n')).toEqual([]);
  });

  test('question marks are numbered from the left in each statement', () => {
    expect(printed('SELECT ? WHERE a = ? LIMIT ?')).toBe('SELECT $1 WHERE a = $2 LIMIT $3');
    expect(parseStatement('PREPARE p AS SELECT ?').parameterCount).toBe(0);
  });

  test('a line comment ends at its line, block comments nest', () => {
    expect(printed('SELECT 1 -- two\n + 2 /* a /* b */ c */ + 3')).toBe('SELECT 1 + 2 + 3');
  });

  test.each([
    "UPDATE t FOR PORTION OF VALID_TIME FROM DATE '2020-01-01' TO NULL AS x SET a = 1 WHERE x.b RETURNING a",
    'DELETE FROM t FOR ALL VALID_TIME', "PATCH INTO t FOR PORTION OF VALID_TIME FROM $1 RECORDS {_id: 1}", "ASSERT a = 1, 'no'", 'CREATE OR ALTER TABLE t (_id, a text)',
    "BEGIN READ ONLY WITH (SNAPSHOT_TOKEN = 'x', TIMEZONE = 'UTC')", 'COMMIT ASYNC', 'SET SESSION a.b = 1', 'SET timezone = DEFAULT', 'SHOW timezone',
    "SELECT * FROM t FOR VALID_TIME ONLY FROM $1 TO $2 FOR SYSTEM_TIME AS OF $3 AS x (a, b)", "ATTACH DATABASE d WITH 'x: y'", 'GRANT r TO u',
  ])('prints as it was written: %s', (text) => { expect(printed(text).replaceAll("date '", "DATE '")).toBe(text); });
});

describe('errors', () => {
  test('say what was found, where, and what was expected', () => {
    expect(failure('SELECT a FROM t WHERE a IN 5')).toMatchObject({ code: 'syntax-error', position: 27, message: 'syntax error at "5": expected "("' });
    expect(failure('SELECT (1')).toMatchObject({ position: 9, message: 'syntax error at end of text: expected an operator, "," or ")"' });
    expect(failure('SELECT 1; DELETE t')).toMatchObject({ position: 17, message: 'syntax error at "t": expected FROM' });
  });

  test.each([
    ['SELCT 1', 'Did you mean SELECT'], ['SELECT * FORM t', 'Did you mean FROM'], ['SELECT a FORM t', 'Did you mean FROM'], ['SELECT a FROM t WEHRE a', 'Did you mean WHERE'],
    ['INSERT INTO t (_id) VALUES (1) ON CONFLICT DO NOTHING', 'INSERT already replaces'], ['SAVEPOINT x', 'no savepoints'], ['DROP DATABASE d', 'DETACH DATABASE'], ['CREATE MATERIALIZED VIEW v AS SELECT 1', 'never materialized'],
    ["SELECT {'a': 1}", 'Keys are names'], ['SELECT * FROM t FOR UPDATE', 'never locked'], ['SELECT 2 ^ 3', 'POWER'], ['CREATE TABLE t (_id int PRIMARY KEY)', 'no constraints'],
    ['SELECT a FROM t WHERE a == 1', 'one ='], ['SELECT a FROM t WHERE a && b', 'Write AND'], ["SELECT a FROM t WHERE a SIMILAR TO 'x'", 'LIKE_REGEX'], ['SELECT TOP 5 a FROM t', 'LIMIT'],
    ["SELECT a FROM t WHERE a LIEK 'x'", 'Did you mean LIKE'], ['SELECT a FROM t MINUS SELECT b FROM u', 'EXCEPT'], ['SELECT a FROM t WHERE a ISNULL', 'IS NULL'],
  ])('%s: gives a hint', (text, hint) => { expect(failure(text).hint).toContain(hint); });

  test.each([["SELECT 'a", 7], ['SELECT "a', 7], ['SELECT $$a', 7], ['SELECT /* /* */', 7], ['SELECT 1a', 7], ['SELECT a \u0001', 9]])('%j: lexical errors have a position', (text, position) => {
    expect(failure(text)).toMatchObject({ code: 'syntax-error', position });
  });

  test('one statement is asked for and another number given', () => {
    expect(() => parseStatement('')).toThrow('expected a statement');
    expect(() => parseStatement('SELECT 1; SELECT 2')).toThrow('expected one statement');
  });
});
