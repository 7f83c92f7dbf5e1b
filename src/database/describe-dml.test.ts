/** What clients are told of DML before it runs. */
import { expect, test } from 'vitest';
import { must } from '../base/assert.ts';
import { openSystemClock } from '../base/clock.ts';
import { openSystemRandom } from '../base/random.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import { DatabaseSession } from './database-session.ts';
import { openDatabaseOver } from './open-database.ts';

function openSession(): DatabaseSession {
  const database = openDatabaseOver('test', openMemoryStorage({ databaseName: 'test' }), openSystemClock(), openSystemRandom());
  return new DatabaseSession(database, { user: 'test', database: 'test', parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined });
}

async function rowsOf(session: DatabaseSession, text: string): Promise<unknown[][]> {
  const result = await session.execute(must(session.parse(text)[0], 'one statement'), []);
  const rows: unknown[][] = [];
  for await (const batch of result.batches) for (let row = 0; row < batch.rowCount; row++) rows.push((result.columns ?? []).map((_, column) => batch.cell(row, column)));
  return rows;
}

test('DML that does not fit the tables is described as far as it can be, and fails when it runs: as a transaction', async () => {
  const session = openSession();
  const statement = must(session.parse('INSERT INTO copies SELECT * FROM originals WHERE a = $1')[0], 'one statement');
  expect(await session.describe(statement, [undefined])).toEqual({ parameters: [undefined], columns: undefined });
  await expect(session.execute(statement, [{ kind: 'untyped', text: '1' }])).rejects.toMatchObject({ code: 'undefined-table' });
  expect(await rowsOf(session, 'SELECT (error).message FROM xt.txs')).toEqual([['Table not found: originals']]);
  await rowsOf(session, 'INSERT INTO originals RECORDS {_id: 1, a: 1}, {_id: 2, a: 2}');
  await session.execute(statement, [{ kind: 'untyped', text: '1' }]);
  expect(await rowsOf(session, 'SELECT _id FROM copies')).toEqual([[1n]]);
});

test('DML that is wrong in itself is refused when it is described', async () => {
  const session = openSession();
  await expect(session.describe(must(session.parse('INSERT INTO t (_id) VALUES (nothing(1))')[0], 'one statement'), [])).rejects.toMatchObject({ code: 'undefined-function' });
  expect(await rowsOf(session, 'SELECT count(*) FROM xt.txs')).toEqual([[0n]]);
});
