import { expect, test } from 'vitest';
import { must } from '../base/assert.ts';
import { openSystemClock } from '../base/clock.ts';
import { isEngineError } from '../base/errors.ts';
import { openSystemRandom } from '../base/random.ts';
import { formatValue } from '../data/types/format.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import { DatabaseSession } from './database-session.ts';
import { openDatabaseOver } from './open-database.ts';

const database = openDatabaseOver('test', openMemoryStorage({ databaseName: 'test' }), openSystemClock(), openSystemRandom());
const openSession = (): DatabaseSession =>
  new DatabaseSession(database, { user: 'test', database: 'test', parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined });

/** Rows as text, or the SQLSTATE of the error. */
async function run(session: DatabaseSession, text: string): Promise<string[]> {
  try {
    const result = await session.execute(must(session.parse(text)[0], 'one statement'), []);
    const rows: string[] = [];
    for await (const batch of result.batches) {
      for (let row = 0; row < batch.rowCount; row++) rows.push((result.columns ?? []).map((_, column) => { const value = batch.cell(row, column); return value === null ? 'NULL' : formatValue(value); }).join(' | '));
    }
    return rows;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return [error.sqlState];
  }
}

/** What SHOW tells of the session's newest transaction, and what `xt.txs` has of it. */
async function told(session: DatabaseSession): Promise<string> {
  const [shown] = await run(session, 'SHOW LATEST_SUBMITTED_TX');
  if (shown === undefined) return 'nothing';
  const [id] = shown.split(' | ');
  const [row] = await run(session, `SELECT _id, system_time, committed, error FROM xt.txs WHERE _id = ${id}`);
  expect(shown.startsWith(`${row} | `), `${shown} <> ${row}`).toBe(true);
  return `${id} ${row?.split(' | ')[2]}`;
}

test('the newest transaction of a session is told as xt.txs has it', async () => {
  const session = openSession(), other = openSession();
  await run(session, 'INSERT INTO t RECORDS {_id: 1}');
  expect(await told(session)).toBe('0 true');
  // What is wrong in itself never was a transaction.
  expect(await run(session, 'INSERT INTO t (a) VALUES (1)')).toEqual(['23502']);
  expect(await told(session)).toBe('0 true');
  expect(await run(session, 'INSERT INTO t (_id) SELECT 1 / 0')).toEqual(['22012']);
  expect(await told(session)).toBe('1 false');
  // An open transaction is aborted by the statement that fails.
  await run(session, 'BEGIN');
  await run(session, 'INSERT INTO t RECORDS {_id: 2}');
  expect(await run(session, "ASSERT FALSE, 'no'")).toEqual(['P0004']);
  await run(other, 'INSERT INTO t RECORDS {_id: 3}');
  await run(session, 'ROLLBACK');
  expect(await told(session)).toBe('2 false');
  expect(await told(other)).toBe('3 true');
  // Refused at COMMIT.
  await run(session, "BEGIN READ WRITE WITH (SYSTEM_TIME = DATE '2000-01-01')");
  await run(session, 'INSERT INTO t RECORDS {_id: 4}');
  expect(await run(session, 'COMMIT')).toEqual(['22023']);
  expect(await told(session)).toBe('4 false');
  await run(session, 'BEGIN');
  await run(session, 'INSERT INTO t RECORDS {_id: 5}');
  await run(session, 'ROLLBACK');
  expect(await told(session)).toBe('4 false');
});

test('a session without transactions has none to tell', async () => {
  expect(await told(openSession())).toBe('nothing');
});
