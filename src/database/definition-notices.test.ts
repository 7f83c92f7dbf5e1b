import { expect, test } from 'vitest';
import { must } from '../base/assert.ts';
import { openSystemClock } from '../base/clock.ts';
import { openSystemRandom } from '../base/random.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import { DatabaseSession } from './database-session.ts';
import { openDatabaseOver } from './open-database.ts';

const database = openDatabaseOver('test', openMemoryStorage({ databaseName: 'test' }), openSystemClock(), openSystemRandom());
const notices: string[] = [];
const openSession = (): DatabaseSession =>
  new DatabaseSession(database, { user: 'test', database: 'test', parameters: new Map(), readOnly: false, onNotice: ({ message }) => { notices.push(message); }, onParameter: () => undefined });

/** The command tag, and what the client was told beside it. */
async function tell(session: DatabaseSession, text: string): Promise<{ readonly tag: string; readonly told: readonly string[] }> {
  notices.length = 0;
  const result = await session.execute(must(session.parse(text)[0], 'one statement'), []);
  return { tag: result.tag(), told: [...notices] };
}

test('what is not there is skipped with a notice, once for each name, also when the transaction runs again', async () => {
  const session = openSession();
  const rival = openSession();
  await tell(session, 'INSERT INTO t RECORDS {_id: 1}');
  expect(await tell(session, 'DROP TABLE IF EXISTS t, a, b')).toEqual({ tag: 'DROP TABLE', told: ['table "a" does not exist, skipping', 'table "b" does not exist, skipping'] });
  await tell(session, 'BEGIN');
  expect(await tell(session, 'DROP VIEW IF EXISTS v')).toEqual({ tag: 'DROP VIEW', told: ['view "v" does not exist, skipping'] });
  expect(await tell(session, 'DROP TABLE IF EXISTS t')).toEqual({ tag: 'DROP TABLE', told: ['table "t" does not exist, skipping'] });
  await tell(rival, 'INSERT INTO t RECORDS {_id: 2}');
  expect(await tell(session, 'COMMIT')).toEqual({ tag: 'COMMIT', told: [] });
  await expect(tell(session, 'SELECT * FROM t')).rejects.toMatchObject({ sqlState: '42P01' });
});

test('definitions have the tags of PostgreSQL', async () => {
  const session = openSession();
  const tags: string[] = [];
  for (const text of ['CREATE TABLE people (_id, name)', 'CREATE VIEW names AS SELECT name FROM people', 'TRUNCATE people', 'DROP VIEW names', 'DROP TABLE people']) tags.push((await tell(session, text)).tag);
  expect(tags).toEqual(['CREATE TABLE', 'CREATE VIEW', 'TRUNCATE TABLE', 'DROP VIEW', 'DROP TABLE']);
});

test('an index is taken and not made, and says so', async () => {
  const session = openSession();
  await tell(session, 'CREATE TABLE people (_id, name)');
  const told = ['indexes are not needed: tables are found by _id and by time, and pruned by the values of every column'];
  expect(await tell(session, 'CREATE INDEX i ON people (name)')).toEqual({ tag: 'CREATE INDEX', told });
  expect(await tell(session, 'DROP INDEX i')).toEqual({ tag: 'DROP INDEX', told });
});
