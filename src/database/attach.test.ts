import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../base/clock.ts';
import { isEngineError } from '../base/errors.ts';
import { SeededRandom } from '../base/random.ts';
import { formatValue } from '../data/types/format.ts';
import { readAttachConfig } from './attach-config.ts';
import { type Node, openNode } from './node.ts';
import type { Session } from './session.ts';

/** What happens later has a later time. */
const STEP_MICROS = 1_000_000n;
let clock: ManualClock;
let directory: string;
let node: Node;
const sessions = new Map<string, Session>();

const open = async (): Promise<void> => { node = await openNode({ dataDir: directory, clock, random: new SeededRandom(1) }); };
const close = async (): Promise<void> => { sessions.clear(); await node.close(); };

beforeEach(async () => {
  clock = new ManualClock(1_600_000_000_000_000n);
  directory = mkdtempSync(path.join(os.tmpdir(), 'varve-attach-'));
  await open();
});
afterEach(async () => {
  await close();
  rmSync(directory, { recursive: true, force: true });
});

/** Rows as text, or the SQLSTATE and message of the error. */
async function run(database: string, sql: string, user = 'xtdb'): Promise<readonly string[]> {
  try {
    const session = sessions.get(database) ?? await node.openSession({ user, database, parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined });
    sessions.set(database, session);
    const rows: string[] = [];
    for (const statement of session.parse(sql)) {
      clock.advance(STEP_MICROS);
      const result = await session.execute(statement, []);
      for await (const batch of result.batches) {
        for (let row = 0; row < batch.rowCount; row++) rows.push((result.columns ?? []).map((_, column) => { const value = batch.cell(row, column); return value === null ? 'NULL' : formatValue(value); }).join(' '));
      }
    }
    return rows;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return [`${error.sqlState} ${error.message}`];
  }
}

describe('an attached database', () => {
  test('is read by name beside that of the connection, and written only by its own connections', async () => {
    await run('xtdb', "ATTACH DATABASE sales; INSERT INTO t RECORDS {_id: 'here'}");
    await run('sales', "INSERT INTO t RECORDS {_id: 'there'}");
    expect(await run('xtdb', 'SELECT _id FROM t UNION ALL SELECT _id FROM sales.t ORDER BY _id')).toEqual(['here', 'there']);
    expect(await run('xtdb', 'SELECT _id FROM xtdb.public.t UNION ALL SELECT _id FROM sales.public.t ORDER BY _id')).toEqual(['here', 'there']);
    expect(await run('sales', 'SELECT _id FROM xtdb.t')).toEqual(['here']);
    expect(await run('xtdb', 'SELECT count(*) FROM sales.xt.txs')).toEqual(['1']);
    expect(await run('xtdb', "INSERT INTO sales.public.t RECORDS {_id: 'x'}")).toEqual(['42P01 Table not found: sales.public.t']);
    expect(await run('xtdb', 'SELECT datname FROM pg_database ORDER BY datname')).toEqual(['sales', 'xtdb']);
  });

  test('is there after a restart, with what was written', async () => {
    await run('xtdb', 'ATTACH DATABASE sales');
    await run('sales', 'INSERT INTO t RECORDS {_id: 1}');
    await close();
    await open();
    expect(await run('xtdb', 'SELECT _id FROM sales.t')).toEqual(['1']);
  });

  test('is seen as of its own newest transaction, also from a database that is behind', async () => {
    await run('xtdb', 'ATTACH DATABASE sales; INSERT INTO t RECORDS {_id: 1}');
    await run('sales', "BEGIN READ WRITE WITH (SYSTEM_TIME = TIMESTAMP '2020-09-13T12:30:00Z'); INSERT INTO t (_id, _valid_from) VALUES (2, DATE '2020-01-01'); COMMIT");
    expect(await run('xtdb', 'SELECT _id FROM sales.t')).toEqual(['2']);
  });

  test('is read in a transaction as of its BEGIN; what is written is of one database', async () => {
    await run('xtdb', 'ATTACH DATABASE sales; INSERT INTO t RECORDS {_id: 0}');
    await run('sales', 'INSERT INTO t RECORDS {_id: 1}');
    for (const begin of ['BEGIN', 'BEGIN READ ONLY', 'BEGIN READ WRITE']) {
      await run('xtdb', begin);
      const before = await run('xtdb', 'SELECT count(*) FROM sales.t');
      await run('sales', `INSERT INTO t RECORDS {_id: '${begin}'}`);
      expect(await run('xtdb', 'SELECT count(*) FROM sales.public.t s JOIN xtdb.public.t h ON TRUE'), begin).toEqual(before);
      expect(await run('xtdb', "SETTING SNAPSHOT_TIME = TIMESTAMP '2020-01-01T00:00:00Z' SELECT count(*) FROM sales.t"), begin).toEqual(['0']);
      expect(await run('xtdb', 'COMMIT'), begin).toEqual([]);
    }
    expect(await run('xtdb', 'SELECT count(*) FROM sales.t')).toEqual(['4']);
    expect(await run('xtdb', 'BEGIN; INSERT INTO t SELECT _id FROM sales.t')).toEqual(['42P01 Table not found: sales.t']);
    await run('xtdb', 'ROLLBACK');
  });

  test('is seen by a transaction that runs again as it was before', async () => {
    await run('xtdb', 'ATTACH DATABASE sales; INSERT INTO t RECORDS {_id: 0}');
    await run('sales', 'INSERT INTO t RECORDS {_id: 1}');
    await run('xtdb', "BEGIN; SELECT count(*) FROM sales.t; UPDATE t SET a = 1 WHERE _id = 0");
    await run('sales', 'INSERT INTO t RECORDS {_id: 2}');
    await run('postgres', 'INSERT INTO t RECORDS {_id: 5}');
    expect(await run('xtdb', 'COMMIT')).toEqual([]);
    expect(await run('xtdb', 'SELECT _id, a FROM t ORDER BY _id')).toEqual(['0 1', '5 NULL']);
  });

  test('is part of what tokens name', async () => {
    await run('xtdb', 'ATTACH DATABASE sales');
    await run('sales', 'INSERT INTO t RECORDS {_id: 1}');
    for (const begin of ['', 'BEGIN; ', 'BEGIN READ ONLY; ']) {
      const [token] = await run('xtdb', `${begin}SHOW SNAPSHOT_TOKEN`);
      expect(await run('xtdb', 'SELECT snapshot_token()'), begin).toEqual([token]);
      if (begin !== '') await run('xtdb', 'COMMIT');
      const count = await run('xtdb', 'SELECT count(*) FROM sales.t');
      await run('sales', `INSERT INTO t RECORDS {_id: '${begin}'}`);
      expect(await run('xtdb', `SETTING SNAPSHOT_TOKEN = '${token}' SELECT count(*) FROM sales.t`), begin).toEqual(count);
      expect(await run('sales', `SETTING SNAPSHOT_TOKEN = '${token}' SELECT count(*) FROM t`), begin).toEqual(count);
    }
  });

  test('tells its newest transaction beside the others', async () => {
    await run('xtdb', 'ATTACH DATABASE sales');
    expect((await run('xtdb', 'SHOW LATEST_COMPLETED_TXS')).map((row) => row.split(' ')[0])).toEqual(['xtdb']);
    await run('sales', 'INSERT INTO t RECORDS {_id: 1}');
    expect((await run('xtdb', 'SHOW LATEST_COMPLETED_TXS')).map((row) => row.split(' ')[0])).toEqual(['xtdb', 'sales']);
    expect(await run('sales', 'SHOW LATEST_PROCESSED_MSG_IDS')).toEqual(['xtdb 0 0', 'sales 0 0']);
    expect(await run('sales', 'SHOW LATEST_SUBMITTED_MSG_IDS')).toEqual(['sales 0 0']);
  });

  test('is gone once detached, with its sessions, and comes back with its data', async () => {
    await run('xtdb', 'ATTACH DATABASE sales');
    await run('sales', 'INSERT INTO t RECORDS {_id: 1}');
    await run('xtdb', 'DETACH DATABASE sales');
    expect(await run('sales', 'SELECT 1')).toEqual(['57P01 the session is closed']);
    sessions.delete('sales');
    expect(await run('sales', 'SELECT 1')).toEqual(["3D000 database 'sales' does not exist"]);
    expect(await run('xtdb', 'SELECT _id FROM sales.t')).toEqual(['42P01 Table not found: sales.t']);
    await run('xtdb', 'ATTACH DATABASE sales');
    expect(await run('xtdb', 'SELECT _id FROM sales.t')).toEqual(['1']);
  });

  test('is refused where it cannot be', async () => {
    expect(await run('xtdb', 'ATTACH DATABASE sales; ATTACH DATABASE sales')).toEqual(['42P04 Database already exists: sales']);
    expect(await run('xtdb', 'DETACH DATABASE xtdb')).toEqual(["42000 Cannot detach the primary 'xtdb' database"]);
    expect(await run('xtdb', 'DETACH DATABASE nowhere')).toEqual(['3D000 Database does not exist']);
    expect(await run('xtdb', 'ATTACH DATABASE "../up"')).toEqual(['22023 "../up" cannot name a database']);
    expect(await run('sales', 'ATTACH DATABASE more')).toEqual(["42000 Can only attach databases when connected to the primary 'xtdb' database."]);
    expect(await run('sales', 'GRANT reader TO ada')).toEqual(["42000 Role membership can only be managed on the primary 'xtdb' database."]);
    expect(await run('xtdb', 'BEGIN; ATTACH DATABASE more')).toEqual(['25001 Cannot attach a database in a transaction.']);
    expect(await run('postgres', "ATTACH DATABASE more WITH 'storage: !InMemory'", 'guest')).toEqual(['42501 ATTACH DATABASE … WITH is open to superusers only, and guest is none']);
  });
});

describe('its configuration', () => {
  test('says where it is kept', () => {
    expect(readAttachConfig(undefined)).toEqual({ kind: 'default' });
    expect(readAttachConfig("\n  log: !Local\n    path: 'a/log'\n  storage: !Local\n    path: a/objects # here\n  mode: read-write\n")).toEqual({ kind: 'directory', path: 'a/objects' });
    expect(readAttachConfig('log: !InMemory\nstorage: !InMemory')).toEqual({ kind: 'memory' });
    expect(readAttachConfig('mode: read-write\ncritical: false\npartitions: 1')).toEqual({ kind: 'default' });
  });
  test('is refused for what it does not know', () => {
    expect(() => readAttachConfig('log: !Kafka\n  path: x')).toThrow('log: !Kafka is not available');
    expect(() => readAttachConfig('mode: read-only')).toThrow('mode read-only is not available');
    expect(() => readAttachConfig('critical: true')).toThrow('critical true is not available');
    expect(() => readAttachConfig('partitions: 2')).toThrow('partitions 2 is not available');
    expect(() => readAttachConfig('storage: !Local')).toThrow('!Local needs a path');
    expect(() => readAttachConfig('indexer: fast')).toThrow('there is no setting indexer');
    expect(() => readAttachConfig('log: !InMemory\nstorage: !Local\n  path: x')).toThrow('both in memory or both local');
    expect(() => readAttachConfig('- a')).toThrow('is not a setting');
  });
});
