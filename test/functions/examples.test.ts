/** The examples of the function reference, run by the engine: what docs/functions.md shows must work. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allFunctions } from '../../src/catalog/registry.ts';
import { type Database, open } from '../../src/database/index.ts';

let database: Database;
beforeAll(async () => { database = await open(); });
afterAll(async () => { await database[Symbol.asyncDispose](); });

const statementOf = (definition: ReturnType<typeof allFunctions>[number]): string =>
  (definition.kind === 'scalar' ? `SELECT ${definition.example} AS r` : `SELECT ${definition.example} AS r FROM (VALUES (1, 2), (3, 4)) AS t(x, y)`);

describe('the documented example of', () => {
  test.each(allFunctions().map((definition) => [definition.name, statementOf(definition)]))('%s runs: %s', async (_, statement) => {
    const rows = await database.query(statement);
    expect(Object.keys(rows[0] ?? {})).toEqual(['r']);
  });
});

/** One per category, so that a wrong wiring of names, arguments or NULLs shows. */
test.each<[expression: string, expected: unknown]>([
  ['1 + 2', 3n], ['7 / 2', 3n], ['-7 % 3', 2n], ['1.5 + 1', 2.5], ['-(3)', -3n], ['~5', -6n], ['6 # 3', 5n], ['1 << 4', 16n],
  ["GREATEST(1, 3, 2)", 3n], ['LEAST(1, NULL)', null], ['ROUND(1.005, 2)', 1.01], ['LOG(2, 8)', 3], ["1 = 'a'", false], ['NULL IS DISTINCT FROM 1', true],
  ["CONCAT('a', NULL, 1)", 'a1'], ["SUBSTRING('hello' FROM 2 FOR 3)", 'ell'], ["TRIM(BOTH 'x' FROM 'xax')", 'a'], ["POSITION('b' IN 'abc')", 2],
  ["OVERLAY('abc' PLACING 'X' FROM 2 FOR 1)", 'aXc'], ["'50%' LIKE '50!%' ESCAPE '!'", true], ["'ABC' ~* 'b'", true],
  ["REGEXP_REPLACE('2020-01', '(\\d+)-(\\d+)', '\\2/\\1')", '01/2020'], ["FORMAT('%s=%L', 'a', NULL)", 'a=NULL'], ["ARRAY[1, 2][2]", 2n], ['TRIM_ARRAY(ARRAY[1, 2], 1)', [1n]],
  ["{a: {b: 1}} #>> ARRAY['a', 'b']", '1'], ["{a: [1, 2]} -> 'a' -> 1", 2n], ["URI_HOST(URI 'http://a.b:1/c')", 'a.b'], ["NAMESPACE(KEYWORD 'a/b')", 'a'], ["'12'::int + 1::smallint", 13], ["CAST(1.9 AS BIGINT)", 1n],
  ["CAST(1.5 AS DECIMAL(4, 2))::text", '1.50'], ["[1, 'a', NULL]::text", '[1 "a" nil]'], ['CURRENT_SCHEMAS(TRUE)', ['pg_catalog', 'public']],
])('%s', async (expression, expected) => {
  const [row] = await database.query<{ r: unknown }>(`SELECT ${expression} AS r`);
  const plain = (value: unknown): unknown => (Array.isArray(value) ? value.map(plain) : typeof value === 'bigint' ? Number(value) : value);
  expect(plain(row?.r)).toEqual(plain(expected));
});
