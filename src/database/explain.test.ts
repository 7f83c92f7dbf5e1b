import { expect, test } from 'vitest';
import { must } from '../base/assert.ts';
import { openSystemClock } from '../base/clock.ts';
import { openSystemRandom } from '../base/random.ts';
import { formatValue } from '../data/types/format.ts';
import type { Duration, Value } from '../data/types/value.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import { DatabaseSession } from './database-session.ts';
import { openDatabaseOver } from './open-database.ts';

async function openSession(): Promise<DatabaseSession> {
  const database = openDatabaseOver('test', openMemoryStorage({ databaseName: 'test' }), openSystemClock(), openSystemRandom());
  const session = new DatabaseSession(database, { user: 'test', database: 'test', parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined });
  await run(session, 'INSERT INTO t SELECT x AS _id, x % 7 AS a FROM generate_series(1, 5000) g(x)');
  return session;
}

async function run(session: DatabaseSession, text: string): Promise<Map<string, Value>[]> {
  const statement = must(session.parse(text)[0], 'one statement');
  const described = await session.describe(statement, []);
  const result = await session.execute(statement, []);
  if (statement.kind === 'explain') expect(described.columns).toEqual(result.columns);
  const rows: Map<string, Value>[] = [];
  for await (const batch of result.batches) for (let row = 0; row < batch.rowCount; row++) rows.push(new Map((result.columns ?? []).map(({ name }, column) => [name, batch.cell(row, column)])));
  return rows;
}

const textOf = (value: Value | undefined): string => (value === null || value === undefined ? 'NULL' : formatValue(value).replace(/^:/, ''));
const told = (rows: readonly Map<string, Value>[], ...names: string[]): string[] => rows.map((row) => names.map((name) => textOf(row.get(name))).join(' '));
const microsOf = (row: Map<string, Value> | undefined, name: string): bigint => (must(row, 'a row').get(name) as Duration).value;

test('EXPLAIN ANALYZE runs the query and tells what each operator did', async () => {
  const session = await openSession();
  const rows = await run(session, 'EXPLAIN ANALYZE SELECT b FROM (SELECT a + 1 AS b FROM t WHERE _id > 1000) AS s WHERE b % 2 = 0 ORDER BY b LIMIT 2');
  expect(told(rows, 'depth', 'op', 'row_count')).toEqual(['-> topk 2', '  -> project 1714', '    -> tablescan 1714']);
  const scan = must(rows.at(-1), 'a scan');
  expect(textOf(scan.get('attributes'))).toBe('{"table" "public.t", "columns" "[_id, a]", "filter" "_id > 1000 and (a + 1) % 2 = 0", "bounds" "[_id >]", "scan_db" "test", "scan_rows_read" 5000}');
  expect(textOf(scan.get('pushdowns'))).toBe('[{"column" "_id", "op" ">"}]');
  for (const row of rows) expect(microsOf(row, 'time_to_first_page')).toBeGreaterThan(0n);
  expect(microsOf(rows[0], 'total_time')).toBeGreaterThanOrEqual(microsOf(scan, 'total_time'));
});

test('operators that run as one have figures of their own', async () => {
  const session = await openSession();
  const rows = await run(session, 'EXPLAIN ANALYZE SELECT n + 1 FROM (SELECT a, count(*) AS n FROM t GROUP BY a HAVING count(*) > 714) AS g');
  expect(told(rows, 'op', 'row_count', 'page_count')).toEqual(['project 2 1', 'project 2 1', 'filter 2 1', 'hashaggregate 7 1', 'tablescan 5000 2']);
});

test('what never ran has zeros, what ran often has sums', async () => {
  const session = await openSession();
  const rows = await run(session, 'EXPLAIN ANALYZE SELECT (SELECT x FROM generate_series(1, t._id) g(x) ORDER BY x DESC LIMIT 1) AS m FROM t WHERE _id <= 3');
  expect(told(rows.filter((row) => textOf(row.get('op')) === 'series'), 'row_count')).toEqual(['6']);
  const none = await run(session, 'EXPLAIN ANALYZE SELECT * FROM t LIMIT 0');
  expect(told(none, 'row_count', 'time_to_first_page').at(-1)).toBe('0 NULL');
});

test('an error in the query is the error of EXPLAIN ANALYZE; EXPLAIN runs nothing', async () => {
  const session = await openSession();
  await expect(run(session, 'EXPLAIN ANALYZE SELECT 1 / (a - a) FROM t')).rejects.toMatchObject({ code: 'division-by-zero', position: 25 });
  expect(told(await run(session, 'EXPLAIN SELECT 1 / (a - a) FROM t'), 'op')).toEqual(['project', 'tablescan']);
});
