/** The drivers that most programs use. */
import { Client } from 'pg';
import postgres from 'postgres';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../src/base/random.ts';
import { makeVerifier } from '../../src/server/pgwire/scram.ts';
import { describe as describeMessage, flush, type Message, parse, printMessage, RawClient, sync } from './raw-client.ts';
import { openTestServer } from './test-server.ts';

describe('drivers', async () => {
  const verifier = await makeVerifier('sesame', new SeededRandom(5));
  const { port } = await openTestServer({ authenticate: () => ({ kind: 'password', verifier }) });
  const connection = { host: '127.0.0.1', port, user: 'ada', password: 'sesame', database: 'xtdb' };

  test('node-postgres logs in by SCRAM, sends parameters without types, reads rows and errors', async () => {
    const client = new Client(connection);
    await client.connect();
    expect((await client.query("select 1, 'a', true, null, 1.5")).rows).toEqual([{ _column_1: '1', _column_2: 'a', _column_3: true, _column_4: null, _column_5: 1.5 }]);
    expect((await client.query('select $1, $2', ['007', null])).rows).toEqual([{ _column_1: '007', _column_2: null }]);
    expect((await client.query({ name: 'again', text: 'select $1', values: ['x'] })).rows).toEqual([{ _column_1: 'x' }]);
    expect((await client.query({ name: 'again', text: 'select $1', values: ['y'] })).rows).toEqual([{ _column_1: 'y' }]);
    await expect(client.query('select fail')).rejects.toMatchObject({ code: '42P01', position: '8', hint: 'make one' });
    expect((await client.query('rows 3000 5')).rowCount).toBe(3000);
    await client.end();
  });

  test('node-postgres sends bytes as they are', async () => {
    const client = new Client(connection);
    await client.connect();
    expect((await client.query('select $1', [Buffer.from([0, 255, 7])])).rows).toEqual([{ _column_1: Buffer.from([0, 255, 7]) }]);
    await client.end();
  });

  test('postgres.js prepares, reads portions with a cursor, runs transactions', async () => {
    const sql = postgres({ ...connection, max: 1, fetch_types: false });
    expect([...await sql`select ${'x'}, ${7}`]).toEqual([{ _column_1: 'x', _column_2: '7' }]);
    const sizes: number[] = [];
    await sql`rows 25 1`.cursor(10, (rows) => { sizes.push(rows.length); });
    expect(sizes).toEqual([10, 10, 5]);
    await expect(sql.begin(async (transaction) => { await transaction`select fail`; })).rejects.toMatchObject({ code: '42P01' });
    expect([...await sql`select 1`]).toEqual([{ _column_1: '1' }]);
    await sql.end();
  });

  test('postgres.js prepares again when the columns have changed', async () => {
    const sql = postgres({ ...connection, max: 1, fetch_types: false });
    const names: string[] = [];
    for (let round = 0; round < 3; round++) names.push(...Object.keys((await sql`shape`)[0] ?? {}));
    expect(names).toEqual(['x0', 'x2', 'x4']);
    await sql.end();
  });

  test('a client that asks with Flush gets the error without a Sync', async () => {
    const open = await openTestServer();
    const client = await RawClient.start(open.port);
    client.send(parse('', 'select fail'), describeMessage('S', ''), flush());
    expect(printMessage((await client.until('E')).at(-1) as Message)).toContain('C=42P01');
    expect(await client.exchange(sync())).toEqual(['ReadyForQuery I']);
    client.close();
  });
});
