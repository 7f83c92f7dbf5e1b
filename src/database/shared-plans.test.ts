/** Statements that differ in literals share plans, and answer as if they did not. */
import { describe, expect, test } from 'vitest';
import { openSystemClock } from '../base/clock.ts';
import { isEngineError } from '../base/errors.ts';
import { openSystemRandom } from '../base/random.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import type { ParameterInput } from '../tx/parameters.ts';
import { DatabaseSession } from './database-session.ts';
import { openDatabaseOver } from './open-database.ts';
import { ownStatement, type SessionStatement } from './parsed.ts';

class Client {
  readonly session: DatabaseSession;

  constructor() {
    const database = openDatabaseOver('test', openMemoryStorage({ databaseName: 'test' }), openSystemClock(), openSystemRandom());
    this.session = new DatabaseSession(database, { user: 'test', database: 'test', parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined });
  }

  statement(text: string): SessionStatement { return ownStatement(this.session.parse(text)[0] as SessionStatement); }

  async run(statement: SessionStatement, parameters: readonly ParameterInput[] = []): Promise<unknown[][]> {
    const rows: unknown[][] = [];
    const result = await this.session.execute(statement, parameters);
    for await (const batch of result.batches) for (let row = 0; row < batch.rowCount; row++) rows.push((result.columns ?? []).map((_, column) => batch.cell(row, column)));
    return rows;
  }

  /** Twice: what comes once is not remembered. */
  async ask(text: string, ...parameters: readonly ParameterInput[]): Promise<unknown[][]> {
    const rows = await this.run(this.statement(text), parameters);
    if (text.startsWith('SELECT')) expect(await this.run(this.statement(text), parameters)).toEqual(rows);
    return rows;
  }

  /** Whether the text is known without being parsed. */
  knows(text: string): boolean { return this.statement(text).known !== undefined; }
}

async function opened(): Promise<Client> {
  const client = new Client();
  await client.ask("INSERT INTO t RECORDS {_id: 1, a: 10, b: 'x'}, {_id: 2, a: 20, b: 'y'}, {_id: 3, a: 30, b: 'it''s'}");
  return client;
}

test('a text is known once one of its shape was planned, and gives its own rows', async () => {
  const client = await opened();
  const text = (a: number, b: string): string => `SELECT _id, a + ${a} AS c FROM t WHERE a > ${a} OR b = '${b}' ORDER BY _id`;
  expect(client.knows(text(15, 'x'))).toBe(false);
  expect(await client.ask(text(15, 'x'))).toEqual([[1n, 25n], [2n, 35n], [3n, 45n]]);
  expect(client.knows(text(1000, 'it\'\'s'))).toBe(true);
  expect(await client.ask(text(1000, 'it\'\'s'))).toEqual([[3n, 1030n]]);
  expect(await client.ask(text(0, ''))).toEqual([[1n, 10n], [2n, 20n], [3n, 30n]]);
});

test('a text that comes once is not remembered, unless it was described or has parameters', async () => {
  const client = await opened();
  const text = 'SELECT a FROM t WHERE a > 1';
  await client.run(client.statement(text));
  expect(client.knows(text)).toBe(false);
  await client.run(client.statement('SELECT a FROM t WHERE a > 2'));
  expect(client.knows(text)).toBe(true);
  await client.session.describe(client.statement('SELECT a + 1 FROM t'), []);
  expect(client.knows('SELECT a + 1 FROM t')).toBe(true);
  await client.run(client.statement('SELECT a FROM t WHERE a > $1'), [{ kind: 'untyped', text: '1' }]);
  expect(client.knows('SELECT a FROM t WHERE a > $1')).toBe(true);
});

test('a lookup by key is one plan for all keys', async () => {
  const client = await opened();
  for (const [key, b] of [[1, 'x'], [2, 'y'], [3, "it's"], [4, undefined]] as const) expect(await client.ask(`SELECT b FROM t WHERE _id = ${key}`)).toEqual(b === undefined ? [] : [[b]]);
  expect(client.knows('SELECT b FROM t WHERE _id = 77')).toBe(true);
  expect(client.knows("SELECT b FROM t WHERE _id = 'text'")).toBe(false);
});

test('what a plan depends on is part of what it is known by', async () => {
  const client = await opened();
  const text = (a: number, limit: number, order: number): string => `SELECT a, -a AS n FROM t WHERE a >= ${a} ORDER BY ${order} LIMIT ${limit}`;
  expect(await client.ask(text(10, 2, 1))).toEqual([[10n, -10n], [20n, -20n]]);
  expect(client.knows(text(5, 2, 1))).toBe(true);
  expect([client.knows(text(10, 3, 1)), client.knows(text(10, 2, 2))]).toEqual([false, false]);
  expect(await client.ask(text(5, 3, 2))).toEqual([[30n, -30n], [20n, -20n], [10n, -10n]]);
  await expect(client.ask(text(5, 3, 7))).rejects.toMatchObject({ sqlState: '42P10' });
});

test('a prepared statement mixes literals and parameters', async () => {
  const client = await opened();
  const typed = (value: bigint): ParameterInput => ({ kind: 'typed', type: { kind: 'int', bits: 64 }, value });
  const one = client.statement('SELECT a * 2 + $1 FROM t WHERE a > 15 AND _id < $2 ORDER BY 1');
  for (const more of [1n, 2n]) expect(await client.run(one, [typed(more), typed(9n)])).toEqual([[40n + more], [60n + more]]);
  expect(await client.ask('SELECT a * 3 + $1 FROM t WHERE a > 25 AND _id < $2 ORDER BY 1', typed(5n), typed(9n))).toEqual([[95n]]);
  expect(client.knows('SELECT a * 3 + $1 FROM t WHERE a > 25 AND _id < $2 ORDER BY 1')).toBe(true);
  await expect(client.ask('SELECT a * 3 + $1 FROM t WHERE a > 25 AND _id < $2 ORDER BY 1', typed(5n))).rejects.toThrow('there is no parameter $2');
});

describe('errors stand where they stand in the text that was sent', () => {
  const positionOf = async (client: Client, text: string): Promise<number | undefined> => {
    try { await client.ask(text); } catch (error) { if (isEngineError(error)) return error.position; throw error; }
    throw new Error(`no error: ${text}`);
  };
  const text = (a: number, zero: string): string => `SELECT a FROM t WHERE a > ${a} AND 1000 / (a - ${zero}) > 1`;

  test('also when the plan was made for another one', async () => {
    const client = await opened();
    for (const one of [text(5, '10'), text(15, '20'), text(-100000, '30')]) expect(await positionOf(client, one)).toBe(one.indexOf('/'));
    expect(client.knows(text(12345, '0'))).toBe(true);
    expect(await positionOf(client, text(12345, 'nothing'))).toBe(text(12345, 'nothing').indexOf('nothing'));
  });

  test('at the name of the view for what fails inside of it', async () => {
    const client = await opened();
    await client.ask(`CREATE VIEW v AS SELECT ${' '.repeat(100)} 1 / (a - 10) AS q, CASE WHEN a IN (SELECT CAST(b AS INT) FROM t) THEN 1 END AS p FROM t`);
    for (const one of ['SELECT 1, q FROM v', 'SELECT 100, q FROM v', 'SELECT p FROM v', 'SELECT 22 FROM t JOIN v ON t.a = v.q']) {
      for (let times = 0; times < 3; times++) expect(await positionOf(client, one)).toBe(one.indexOf('v', one.indexOf(' v')));
    }
  });

  test('also in texts of several statements', async () => {
    const client = await opened();
    const last = 'SELECT 1 / (a - 10) FROM t';
    for (const before of ['', 'SELECT 1; ', 'SELECT 1; SELECT 22; ']) {
      const statements = client.session.parse(before + last);
      await expect(client.run(ownStatement(statements.at(-1) as SessionStatement))).rejects.toMatchObject({ sqlState: '22012', position: before.length + last.indexOf('/') });
    }
  });
});

test('a text that only means something as it is written is planned as it is written', async () => {
  const client = await opened();
  for (const text of ["SELECT a + 7 FROM t GROUP BY a + 007", "SELECT b = 'x' FROM t GROUP BY b = E'x'"]) expect(await client.ask(text)).toHaveLength(text.includes('b =') ? 2 : 3);
});

test('a plan is made anew when its tables have changed', async () => {
  const client = await opened();
  expect(await client.ask('SELECT a + 1 FROM t WHERE _id = 1 OR a > 100')).toEqual([[11n]]);
  await client.ask("INSERT INTO t RECORDS {_id: 4, a: 1.5, b: 2}");
  expect(await client.ask('SELECT a + 2 FROM t WHERE _id = 4 OR a > 100')).toEqual([[3.5]]);
});
