/** Plans that are kept: the same text again means the same, and what has changed meanwhile is seen. */
import { expect, test } from 'vitest';
import { openSystemClock } from '../base/clock.ts';
import { openSystemRandom } from '../base/random.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import { DatabaseSession } from './database-session.ts';
import { openDatabaseOver } from './open-database.ts';
import { typeOfValue } from '../data/types/column-type.ts';
import { parseJson } from '../data/types/json-read.ts';
import type { ParameterInput } from '../tx/parameters.ts';

type Run = (text: string, ...parameters: (string | ParameterInput)[]) => Promise<unknown[][]>;

function openSession(notices: string[] = []): Run {
  const database = openDatabaseOver('test', openMemoryStorage({ databaseName: 'test' }), openSystemClock(), openSystemRandom());
  const session = new DatabaseSession(database, { user: 'test', database: 'test', parameters: new Map(), readOnly: false, onNotice: ({ message }) => { notices.push(message); }, onParameter: () => undefined });
  return async (text, ...parameters) => {
    const rows: unknown[][] = [];
    for (const statement of session.parse(text)) {
      const result = await session.execute(statement, parameters.map((value): ParameterInput => (typeof value === 'string' ? { kind: 'untyped', text: value } : value)));
      for await (const batch of result.batches) for (let row = 0; row < batch.rowCount; row++) rows.push((result.columns ?? []).map((_, column) => batch.cell(row, column)));
    }
    return rows;
  };
}

test('an INSERT that comes again reads its parameters as the columns are typed by then', async () => {
  const notices: string[] = [];
  const run = openSession(notices);
  const insert = 'INSERT INTO t (_id, a) VALUES ($1, $2)';
  await run(insert, 'x', '1');
  expect(notices.length).toBe(2);
  await run('CREATE TABLE u (a BIGINT)');
  await run('INSERT INTO u (_id, a) VALUES ($1, $2)', '1', '7');
  await run('INSERT INTO u (_id, a) VALUES ($1, $2)', '2', '8');
  expect(await run('SELECT a FROM u ORDER BY _id')).toEqual([[7n], [8n]]);
  await run(insert, 'y', '2');
  await run("INSERT INTO t RECORDS {_id: 'z', a: 3}");
  await run(insert, 'w', '4');
  expect(await run('SELECT _id, a FROM t ORDER BY _id')).toEqual([['w', '4'], ['x', '1'], ['y', '2'], ['z', 3n]]);
});

test('a type that CREATE TABLE gives later counts from the next statement on', async () => {
  const run = openSession();
  await run('CREATE TABLE v (_id BIGINT, a)');
  await run('INSERT INTO v (_id, a) VALUES ($1, NULL)', '1');
  await run('CREATE TABLE IF NOT EXISTS v (_id BIGINT, a BIGINT)');
  await run('INSERT INTO v (_id, a) VALUES ($1, $2)', '2', '5');
  expect(await run('SELECT _id, a FROM v ORDER BY _id')).toEqual([[1n, null], [2n, 5n]]);
});

test('documents of many kinds share one text, in and out of transactions', async () => {
  const run = openSession();
  const insert = 'INSERT INTO t RECORDS $1, $2';
  await run(insert, '{"_id": 1, "a": 1}', '{"_id": 2, "b": {"c": [1]}}');
  await run('BEGIN');
  await run(insert, '{"_id": 3, "a": "x"}', '{"_id": 1, "a": 9}');
  await run(insert, '{"_id": 4}', '{"_id": 5}');
  await run('COMMIT');
  expect(await run('SELECT _id, a FROM t ORDER BY _id')).toEqual([[1n, 9n], [2n, null], [3n, 'x'], [4n, null], [5n, null]]);
  await expect(run(insert, '{"a": 1}', '{"_id": 7}')).rejects.toThrow("missing '_id'");
  await expect(run(insert, '{"_id": 7}', '{"_id": 8')).rejects.toThrow('parameter $2');
  await expect(run(insert, '[1]', '{"_id": 8}')).rejects.toThrow('must be a struct');
});

test('documents that come as values share one text with those that come as JSON', async () => {
  const run = openSession();
  const typed = (json: string): ParameterInput => { const value = parseJson(json); return { kind: 'typed', type: typeOfValue(value as never), value }; };
  const insert = 'INSERT INTO t RECORDS $1';
  await run(insert, typed('{"_id": 1, "a": 1}'));
  await run(insert, typed('{"_id": 2, "b": "x"}'));
  await run(insert, '{"_id": 3, "a": 2.5}');
  expect(await run('SELECT _id, a, b FROM t ORDER BY _id')).toEqual([[1n, 1n, null], [2n, null, 'x'], [3n, 2.5, null]]);
  expect(await run('INSERT INTO t RECORDS $1 RETURNING a', typed('{"_id": 4, "a": [1]}'))).toEqual([[[1n]]]);
  await expect(run(insert, typed('[1]'))).rejects.toThrow();
});

test('UPDATE, DELETE and RETURNING that come again see what has been written meanwhile', async () => {
  const run = openSession();
  await run('INSERT INTO t (_id, a) VALUES (1, 1), (2, 2)');
  const update = 'UPDATE t SET a = a + $1 WHERE _id = $2';
  await run(update, '10', '1');
  await run(update, '10', '1');
  expect(await run('INSERT INTO t (_id, a) VALUES (3, $1) RETURNING a', '30')).toEqual([[30n]]);
  expect(await run('INSERT INTO t (_id, a) VALUES (3, $1) RETURNING a', '31')).toEqual([[31n]]);
  await run('DELETE FROM t WHERE a = $1', '2');
  expect(await run('SELECT _id, a FROM t ORDER BY _id')).toEqual([[1n, 21n], [3n, 31n]]);
});
