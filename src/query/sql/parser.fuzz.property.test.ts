/**
 * Nonsense of any kind ends in a tree or in an EngineError: 50,000 mutations of good statements, the same in every run.
 */
import { describe, expect, test } from 'vitest';
import { isEngineError } from '../../base/errors.ts';
import { parseStatements } from './parser.ts';
import { printStatement } from './print.ts';

const MUTANTS = 50_000;

const CORPUS: readonly string[] = [
  'SELECT 1',
  'select a.b, t.*, count(*) as n from t where a = 1 and b is not null group by a.b having count(*) > 2 order by n desc nulls last limit 10 offset 5',
  "SELECT * EXCLUDE (a, b) RENAME (c AS d) FROM s.t FOR VALID_TIME AS OF DATE '2024-01-01' FOR SYSTEM_TIME ALL AS x (p, q)",
  "FROM orders WHERE total > 10.5e1, status LIKE 'open%' SELECT customer, sum(total) AS total",
  'WITH RECURSIVE r (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT n FROM r',
  'SELECT a FROM t UNION SELECT b FROM u INTERSECT ALL (SELECT c FROM v ORDER BY c LIMIT 1) EXCEPT VALUES 1, 2',
  "INSERT INTO t (_id, a) VALUES (1, 'x'), (2, E'y\\n'), ($1, ?)",
  "INSERT INTO docs RECORDS {_id: 1, tags: ['a', 'b'], nested: {x: 1, y: NULL}}, $1",
  'INSERT INTO t SELECT *, 1 AS _id FROM u RETURNING _id, a AS b',
  "UPDATE t FOR PORTION OF VALID_TIME FROM DATE '2020-01-01' TO NULL AS x SET a = a + 1, b = (SELECT max(c) FROM u) WHERE x._id IN (1, 2, 3)",
  'DELETE FROM t FOR ALL VALID_TIME WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.id = t._id)',
  "ERASE FROM people WHERE email = 'x@y'",
  "PATCH INTO t FOR VALID_TIME FROM TIMESTAMP '2024-01-01T00:00:00Z' RECORDS {_id: 1, a: 2}",
  "ASSERT NOT EXISTS (SELECT 1 FROM t WHERE a > 5), 'too many'",
  'CREATE TABLE IF NOT EXISTS t (_id bigint, a text, b)',
  "BEGIN READ ONLY WITH (SNAPSHOT_TOKEN = 'abc', CLOCK_TIME TIMESTAMP '2024-01-01')",
  "BEGIN READ WRITE WITH (SYSTEM_TIME = DATE '2020-01-01', METADATA = {user: 'me'}, ASYNC = TRUE)",
  'COMMIT ASYNC', 'ROLLBACK', 'START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE',
  "SET TIME ZONE 'Europe/London'", 'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY', "SET search_path TO public, 'x'", 'SHOW TRANSACTION ISOLATION LEVEL',
  "SETTING DEFAULT VALID_TIME AS OF DATE '2024-01-01', SNAPSHOT_TIME = $1 SELECT 1",
  'EXPLAIN ANALYZE SELECT a FROM t',
  "SELECT CASE a WHEN 1, > 5 THEN 'x' WHEN IS NULL THEN 'y' ELSE 'z' END, CASE WHEN a THEN b END FROM t",
  'SELECT x::int, CAST(y AS decimal(10, 2)), z::timestamp(3) with time zone, w::text[] FROM t',
  "SELECT EXTRACT(YEAR FROM d), TRIM(BOTH 'x' FROM s), SUBSTRING(s FROM 2 FOR 3), POSITION('a' IN s), OVERLAY(s PLACING 'b' FROM 1), DATE_TRUNC(DAY, d)",
  'SELECT sum(a) FILTER (WHERE b > 1) OVER (PARTITION BY c ORDER BY d ROWS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES), rank() OVER w FROM t WINDOW w AS (ORDER BY a)',
  "SELECT string_agg(DISTINCT a, ',' ORDER BY a), percentile_cont(0.5) WITHIN GROUP (ORDER BY b DESC) FROM t",
  'SELECT a, b, GROUPING(a) FROM t GROUP BY GROUPING SETS ((a, b), (a), ()), ROLLUP (a), CUBE (b)',
  'SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b',
  'SELECT * FROM a JOIN b ON a.x = b.x LEFT OUTER JOIN c USING (y) NATURAL JOIN d CROSS JOIN LATERAL (SELECT 1) e',
  'SELECT * FROM UNNEST([1, 2, 3]) WITH ORDINALITY AS u (v, n), GENERATE_SERIES(1, 10, 2) AS g (i)',
  "SELECT a->'b'->>0, c #> ARRAY['x'], d || 'e', -f * 2 % 3, ~g & 1 | 2 # 3 << 4, h[1].i",
  "SELECT p OVERLAPS q, p STRICTLY CONTAINS q, p IMMEDIATELY PRECEDES q, a = ANY(ARRAY[1, 2]), b <> ALL (SELECT 1), a IS DISTINCT FROM b, a BETWEEN SYMMETRIC 1 AND 2",
  "SELECT INTERVAL '1-2' YEAR TO MONTH, INTERVAL - 'P1D', DATE '2020-01-01', UUID '0', X('00ff'), $tag$text$tag$, $$x$$, N.a, ARRAY(SELECT 1), NEST_ONE(SELECT 1), NEST_MANY(SELECT 2)",
  "XTQL ($$ (from :docs [xt/id]) $$, 1)",
  "COPY t FROM STDIN WITH (FORMAT 'transit-json')", 'PREPARE p (int, text) AS SELECT $1, $2', "EXECUTE p (1, 'x')", 'DEALLOCATE ALL',
  'GRANT r TO u', 'REVOKE r FROM u', 'ATTACH DATABASE d WITH $$ log: !Local {} $$', 'DETACH DATABASE d',
  "SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relname OPERATOR(pg_catalog.~) '^(t)$' COLLATE pg_catalog.default -- comment\n/* a /* nested */ one */",
];

const SCRAPS: readonly string[] = [
  '(', ')', '[', ']', '{', '}', ',', ';', '.', '::', ':', "'", '"', '`', '$$', '$1', '?', '--', '/*', '*/', '\\', '\0', '\u{1f600}', '\ud800', '1e', '0x', '.5', '9223372036854775808',
  ' NOT ', ' SELECT ', ' FROM ', ' CASE ', ' END ', ' AS ', ' IN ', ' IS ', ' BETWEEN ', ' AND ', ' FOR ', ' OVER ', ' WITH ', ' INTERVAL ', ' ROW ', ' ALL ', ' -', ' ~ ', "E'\\", "X('", '<>', '->>', '#>', '!~*', '||',
];

/** mulberry32 */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function mutate(text: string, random: (below: number) => number): string {
  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)]!;
  const at = random(text.length + 1), until = Math.min(text.length, at + random(12));
  switch (random(9)) {
    case 0: return text.slice(0, at) + text.slice(until);
    case 1: return text.slice(0, at) + pick(SCRAPS) + text.slice(at);
    case 2: return text.slice(0, at) + pick(SCRAPS) + text.slice(until);
    case 3: return text.slice(0, at);
    case 4: { const other = pick(CORPUS); return text.slice(0, at) + other.slice(random(other.length)); }
    case 5: return text.slice(0, at) + text.slice(at, until).repeat(1 + random(4)) + text.slice(until);
    case 6: return text.slice(0, at) + String.fromCharCode(random(2) === 0 ? random(128) : random(65_536)) + text.slice(at + 1);
    case 7: { const words = text.split(' '); const one = random(words.length), two = random(words.length); [words[one], words[two]] = [words[two]!, words[one]!]; return words.join(' '); }
    default: return text.slice(0, at) + pick(SCRAPS).repeat(1 + random(40)) + text.slice(at);
  }
}

/** Undefined if all is well. */
function complaint(text: string): string | undefined {
  try {
    for (const { statement, start, end } of parseStatements(text)) {
      if (start >= end || end > text.length) return `statement at [${start}, ${end})`;
      parseStatements(printStatement(statement));
    }
    return undefined;
  } catch (error) {
    if (!isEngineError(error)) return `not an EngineError: ${String(error)}`;
    if (error.position === undefined || error.position < 0 || error.position > text.length) return `position ${error.position}`;
    return undefined;
  }
}

describe('the parser', () => {
  test('parses the corpus that is mutated below', () => {
    for (const text of CORPUS) expect(parseStatements(text), text).toHaveLength(1);
  });

  test('answers every mutated statement with a tree or an EngineError that has a position', () => {
    const random = randomFrom(20_240_801);
    const complaints: string[] = [];
    let parsed = 0;
    for (let count = 0; count < MUTANTS && complaints.length < 5; count++) {
      let text = CORPUS[random(CORPUS.length)]!;
      for (let step = 1 + random(3); step > 0; step--) text = mutate(text, random);
      const found = complaint(text);
      if (found !== undefined) complaints.push(`${found}: ${JSON.stringify(text)}`);
      else parsed++;
    }
    expect(complaints).toEqual([]);
    expect(parsed).toBe(MUTANTS);
  });

  test('refuses nesting and chains without end, whatever they are made of', () => {
    const deep = 20_000;
    const outcome = (text: string): string => {
      try { parseStatements(text); return 'parsed'; } catch (error) { return isEngineError(error) ? error.code : String(error); }
    };
    for (const [open, middle, close] of [
      ['(', '1', ')'], ['[', '', ']'], ['{a: ', '1', '}'], ['- ', '1', ''], ['NOT ', 'a', ''], ['~', '1', ''], ['f(', '1', ')'], ['CASE WHEN a THEN ', '1', ' END'],
      ['CAST(', '1', ' AS int)'], ['(SELECT ', '1', ')'], ['EXISTS (SELECT ', '1', ')'], ['((SELECT 1) + ', '1', ')'], ['a + ', '1', ''], ['a || ', "'x'", ''], ['a[', '1', ']'],
    ] as const) {
      expect(outcome(`SELECT ${open.repeat(deep)}${middle}${close.repeat(deep)}`), open).toBe('statement-too-complex');
    }
    for (const text of [
      `SELECT a${'.b'.repeat(10)}${'[1]'.repeat(deep)}`, `SELECT a${'::int'.repeat(deep)}`, `SELECT 1${' UNION SELECT 1'.repeat(deep)}`, `${'('.repeat(deep)}SELECT 1`,
      `SELECT * FROM a${' CROSS JOIN b'.repeat(deep)}`, `SELECT * FROM ${'('.repeat(deep)}a`, `SELECT * FROM ${'a JOIN '.repeat(deep)}a`, `FROM t${' WHERE a'.repeat(deep)}`,
      `SELECT x::${'ROW(a '.repeat(deep)}int`, `${'PREPARE p AS '.repeat(deep)}SELECT 1`, `SELECT 1 GROUP BY ${'ROLLUP('.repeat(deep)}a`, `${'WITH a AS ('.repeat(deep)}SELECT 1`,
    ]) expect(outcome(text), text.slice(0, 40)).toBe('statement-too-complex');
  });

  test('takes long lists and long junctions, which are not deep', () => {
    const many = (text: string): string => Array.from({ length: 20_000 }, () => text).join(text.startsWith(' ') ? '' : ', ');
    expect(parseStatements(`SELECT * FROM t WHERE a IN (${many('1')})`)).toHaveLength(1);
    expect(parseStatements(`SELECT * FROM t WHERE a = 1${many(' OR a = 2')}`)).toHaveLength(1);
    expect(parseStatements(`VALUES ${many('(1, 2)')}`)).toHaveLength(1);
  });
});
