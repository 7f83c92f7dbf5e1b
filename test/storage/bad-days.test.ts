import { copyFileSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isEngineError } from '../../src/base/errors.ts';
import { SeededRandom } from '../../src/base/random.ts';
import type { Database } from '../../src/database/embedded.ts';
import { openFaultyLogFiles } from './faulty-log-files.ts';
import type { Fault } from './simulated-log-files.ts';
import { answerOf, BLOCK_EVENTS, fill, logInThisThread, openDatabase, QUERIES, readFiles, temporaryDirectory } from './small-database.ts';

let directory: string;
let database: Database;
let fault: Fault;
const open = (eventsMax?: number): Promise<Database> => openDatabase(directory, eventsMax, () => logInThisThread((place) => openFaultyLogFiles(place, (...call) => fault(...call))));

beforeEach(() => {
  directory = temporaryDirectory();
  fault = () => undefined;
});
afterEach(async () => {
  fault = () => undefined;
  await database.close();
  rmSync(directory, { recursive: true, force: true });
});

/** SQLSTATE of the error, or the answer. */
const outcomeOf = (query: string): Promise<string> => answerOf(database, query).catch((error: unknown) => {
  if (!isEngineError(error)) throw error;
  return error.sqlState;
});

describe('a data file under an open database', () => {
  const filesOf = (table: string): string[] => [...readFiles(directory)].filter(([name, bytes]) => name.includes('/data/') && Buffer.from(bytes).includes(table)).map(([name]) => path.join(directory, name));
  const damages: Record<string, [(place: string) => void, string]> = {
    'cut short': [(place) => { truncateSync(place, 100); }, 'XX001'],
    'emptied': [(place) => { truncateSync(place, 0); }, 'XX001'],
    'deleted': [(place) => { unlinkSync(place); }, '58030'],
    "exchanged for another table's": [(place) => { copyFileSync(filesOf('xt.txs')[0] as string, place); }, 'XX001'],
    'zeroed': [(place) => { writeFileSync(place, new Uint8Array(readFileSync(place).length)); }, 'XX001'],
  };

  test.each(Object.keys(damages))('%s is an error for its table alone, until it is restored', async (what) => {
    const [damage, code] = damages[what] as (typeof damages)[string];
    database = await open(BLOCK_EVENTS);
    await fill(database);
    await database.close();
    // Opened once before the damage, and not.
    for (const isWarm of [false, true]) {
      database = await open();
      const answers = isWarm ? await Promise.all(QUERIES.map(outcomeOf)) : [];
      const place = filesOf('public.prices')[0] as string;
      const whole = readFileSync(place);
      damage(place);
      expect(await outcomeOf(QUERIES[0])).toBe(code);
      expect(await outcomeOf(QUERIES[1])).toContain('committed');
      await database.query(`INSERT INTO other RECORDS {_id: 1}`);
      expect(await database.query('SELECT _id FROM other')).toHaveLength(1);
      writeFileSync(place, whole);
      expect(await outcomeOf(QUERIES[0])).toContain('oolong');
      if (isWarm) expect(await Promise.all(QUERIES.map(outcomeOf))).toEqual(answers);
      await database.close();
    }
    database = await open();
  });
});

describe('a log that cannot be written', () => {
  test('because the volume is full refuses writes with 53100 while reads go on, and takes them again when there is space', async () => {
    database = await open();
    await database.query('INSERT INTO t RECORDS {_id: 1}');
    fault = (operation) => (operation === 'write' || operation === 'create' ? 'ENOSPC' : undefined);
    for (let i = 0; i < 3; i++) expect(await outcomeOf('INSERT INTO t RECORDS {_id: 2}')).toBe('53100');
    expect(await database.query('SELECT _id FROM t')).toHaveLength(1);
    fault = () => undefined;
    await database.query('INSERT INTO t RECORDS {_id: 3}');
    expect(await answerOf(database, 'SELECT _id FROM t ORDER BY _id')).toBe('[{"_id":"1n"},{"_id":"3n"}]');
  });

  test('because syncs fail keeps the group undecided, refuses others, and writes it when the volume is well', async () => {
    database = await open();
    await database.query('INSERT INTO t RECORDS {_id: 1}');
    fault = (operation) => (operation === 'sync' ? 'EIO' : undefined);
    expect(await outcomeOf('INSERT INTO t RECORDS {_id: 2}')).toBe('08007');
    expect(await outcomeOf('INSERT INTO t RECORDS {_id: 3}')).toBe('53400');
    expect(await database.query('SELECT _id FROM t')).toHaveLength(1);
    fault = () => undefined;
    await vi.waitFor(async () => { await database.query('INSERT INTO t RECORDS {_id: 4}'); }, { timeout: 30_000, interval: 100 });
    const rows = '[{"_id":"1n"},{"_id":"2n"},{"_id":"4n"}]';
    expect(await answerOf(database, 'SELECT _id FROM t ORDER BY _id')).toBe(rows);
    await database.close();
    database = await open();
    expect(await answerOf(database, 'SELECT _id FROM t ORDER BY _id')).toBe(rows);
  });

  test('when a database is opened is said by its sessions, until it can be', async () => {
    database = await open();
    await database.query('INSERT INTO t RECORDS {_id: 1}');
    await database.close();
    fault = (operation) => (operation === 'read' ? 'EIO' : undefined);
    database = await open();
    expect(await outcomeOf('SELECT _id FROM t')).toBe('58030');
    fault = () => undefined;
    await vi.waitFor(async () => { expect(await outcomeOf('SELECT _id FROM t')).toBe('[{"_id":"1n"}]'); }, { timeout: 30_000, interval: 100 });
  });

  test('at random operations loses no acknowledged row and keeps no refused one', async () => {
    const random = new SeededRandom(3);
    database = await open(7);
    const acknowledged = new Set<number>();
    const unknown = new Set<number>();
    for (let n = 0; n < 300; n++) {
      const code = random.pick(['EIO', 'ENOSPC', undefined, undefined]);
      let countdown = random.integer(12);
      fault = () => (countdown-- === 0 ? code : undefined);
      const outcome = await outcomeOf(`INSERT INTO t RECORDS {_id: ${n}}`);
      if (outcome === '[]') acknowledged.add(n);
      else if (outcome === '08007') unknown.add(n);
      else expect(['53100', '53400', '58030']).toContain(outcome);
      fault = () => undefined;
      if (outcome === '08007') await vi.waitFor(async () => { await database.query('INSERT INTO u RECORDS {_id: 1}'); }, { timeout: 30_000, interval: 50 });
      if (n % 60 === 59) { await database.close(); database = await open(7); }
    }
    const found = (await database.query('SELECT _id FROM t')).map((row) => Number(row['_id']));
    expect(new Set(found).size).toBe(found.length);
    for (const n of acknowledged) expect(found).toContain(n);
    for (const n of found) expect(acknowledged.has(n) || unknown.has(n)).toBe(true);
    expect(acknowledged.size).toBeGreaterThan(200);
  });
});
