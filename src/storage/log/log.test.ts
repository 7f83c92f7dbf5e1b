/** One suite over every log. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import { SeededRandom } from '../../base/random.ts';
import type { Value } from '../../data/types/value.ts';
import type { ResolvedTransaction } from '../event.ts';
import { lockDirectory } from './directory-lock.ts';
import { openLocalLog } from './local-log.ts';
import { type Log, type LogRecord, ZERO_RECORD_ID } from './log.ts';
import { MemoryLog } from './memory-log.ts';
import { idText } from './record-codec.ts';

const random = new SeededRandom(1);
const INCARNATION = 'cd'.repeat(16);
const directories: string[] = [];
afterEach(() => { for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true }); });

function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'varve-log-'));
  mkdirSync(path.join(directory, 'log'));
  mkdirSync(path.join(directory, 'owner'));
  directories.push(directory);
  return directory;
}

const openLocal = (directory: string, from = 0n, startId = ZERO_RECORD_ID): Promise<Log> =>
  openLocalLog({ logDirectory: path.join(directory, 'log'), ownerDirectory: path.join(directory, 'owner'), incarnation: INCARNATION, from, startId });

function nextRecord(log: Log, cut = false): LogRecord {
  const { position, recordId } = log.end();
  const at = position + 1n;
  return {
    incarnation: INCARNATION, position: at, recordId: idText(random.bytes(16)), parentId: recordId, writerId: '0'.repeat(32), baseSystemTime: at, firstTxId: at, firstSeq: at, cut,
    transactions: [{ txId: at, systemTime: at, changes: [] }],
  };
}

async function positions(log: Log, from = 0n): Promise<bigint[]> {
  const found: bigint[] = [];
  for await (const record of log.read(from)) found.push(record.position);
  return found;
}

const logs: Record<string, () => Promise<Log>> = {
  'in memory': () => Promise.resolve(new MemoryLog()),
  'in a local directory': () => openLocal(temporaryDirectory()),
};

describe.each(Object.keys(logs))('a log %s', (name) => {
  const open = logs[name] as () => Promise<Log>;

  test('gives back records of every size as they were', async () => {
    const log = await open();
    const sizes = [1, 60_000, 70_000, 10, 3_000_000, 6_000_000, 100];
    for (const size of sizes) {
      const record = nextRecord(log);
      const document = new Map<string, Value>([['_id', BigInt(size)], ['text', String.fromCharCode(65 + size % 7).repeat(size)]]);
      const [transaction] = record.transactions;
      const changes = [{ kind: 'events' as const, schema: 'public', table: 't', events: [{ op: 'put' as const, id: BigInt(size), validFrom: 0n, validTo: 1n, document }] }];
      await log.append({ ...record, transactions: [{ ...transaction as ResolvedTransaction, changes }] });
    }
    const texts: string[] = [];
    for await (const record of log.read(0n)) {
      const [change] = record.transactions[0]?.changes ?? [];
      if (change?.kind === 'events') for (const { document } of change.events) texts.push(document?.get('text') as string);
    }
    expect(texts.map((text) => [text.length, text[0], text.at(-1)])).toEqual(sizes.map((size) => [size, String.fromCharCode(65 + size % 7), String.fromCharCode(65 + size % 7)]));
    await log.close();
  });

  test('gives back records in order, from any position', async () => {
    const log = await open();
    for (let i = 0; i < 5; i++) await log.append(nextRecord(log, i === 2));
    expect(await positions(log)).toEqual([0n, 1n, 2n, 3n, 4n]);
    expect(await positions(log, 3n)).toEqual([3n, 4n]);
    expect(log.end().position).toBe(4n);
    await log.close();
  });

  test('refuses a record that does not follow the last one', async () => {
    const log = await open();
    await log.append(nextRecord(log));
    await expect(Promise.resolve().then(() => log.append({ ...nextRecord(log), position: 5n }))).rejects.toThrow('a record follows the last one');
    await expect(Promise.resolve().then(() => log.append({ ...nextRecord(log), parentId: 'ff'.repeat(16) }))).rejects.toThrow('a record names its parent');
    await log.close();
  });

  test('forgets released records and keeps the others', async () => {
    const log = await open();
    for (let i = 0; i < 4; i++) await log.append(nextRecord(log, i === 1));
    await log.release(1n);
    expect(await positions(log, 2n)).toEqual([2n, 3n]);
    await log.append(nextRecord(log));
    expect(await positions(log, 2n)).toEqual([2n, 3n, 4n]);
    await log.close();
  });
});

describe('a local log', () => {
  test('is what it was after it was opened again, also from a later position', async () => {
    const directory = temporaryDirectory();
    const log = await openLocal(directory);
    for (let i = 0; i < 4; i++) await log.append(nextRecord(log, i === 1));
    let covered = '';
    for await (const record of log.read(1n)) { covered = record.recordId; break; }
    await log.release(1n);
    await log.close();
    const again = await openLocal(directory, 2n, covered);
    await again.append(nextRecord(again));
    expect(await positions(again, 2n)).toEqual([2n, 3n, 4n]);
    await again.close();
  });

  test('says so when positions that are needed are gone', async () => {
    const directory = temporaryDirectory();
    const log = await openLocal(directory);
    for (let i = 0; i < 4; i++) await log.append(nextRecord(log, i === 1));
    await log.release(1n);
    await log.close();
    await expect(openLocal(directory)).rejects.toThrow('0000000001-000000.log is missing: the log names it as a part of itself');
  });

  test('of another life is refused', async () => {
    const directory = temporaryDirectory();
    const log = await openLocal(directory);
    await log.append(nextRecord(log));
    await log.close();
    const options = { logDirectory: path.join(directory, 'log'), ownerDirectory: path.join(directory, 'owner'), incarnation: 'ee'.repeat(16), from: 0n, startId: ZERO_RECORD_ID };
    await expect(openLocalLog(options)).rejects.toThrow('another life of this database');
  });
});

test('a directory is locked once', () => {
  const directory = temporaryDirectory();
  const lock = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(EngineError);
  lock.release();
  lockDirectory(directory).release();
});
