/** A small database in a directory, with cuts and a tail in the log, that tests damage and open again. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { openSystemClock } from '../../src/base/clock.ts';
import { openSystemRandom } from '../../src/base/random.ts';
import { type Database, embed } from '../../src/database/embedded.ts';
import { openNode } from '../../src/database/node.ts';
import type { TemporalNamespace } from '../../src/database/js-values.ts';
import type { LogFiles } from '../../src/storage/log/log-files.ts';
import { LogHost, type LogPort } from '../../src/storage/log/log-host.ts';

/** In memory where there is such a place: thousands of opens sync a great deal. */
export const temporaryDirectory = (): string => mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'varve-bad-'));

export function logInThisThread(openFiles?: (directory: string) => LogFiles): LogPort {
  const host = new LogHost(openFiles);
  return { ask: (request) => Promise.resolve(host.answer(request)), end: () => Promise.resolve() };
}

/** `eventsMax`: events in a block. Pages are not cached: every query reads the files. */
export async function openDatabase(dataDir: string, eventsMax = 1e9, openLogPort: () => LogPort = logInThisThread): Promise<Database> {
  const node = await openNode({
    dataDir, clock: openSystemClock(), random: openSystemRandom(), blockLimits: { eventsMax }, cacheBytes: 0, openLogPort,
  });
  return embed(node, Temporal as unknown as TemporalNamespace);
}

/** Blocks of `BLOCK_EVENTS` and a tail: entities in several files, a delete of a portion, corrections, an erase. */
export async function fill(database: Database): Promise<void> {
  for (const statement of STATEMENTS) await database.query(statement);
}

export const BLOCK_EVENTS = 8;
const STATEMENTS = [
  "INSERT INTO prices RECORDS {_id: 1, amount: 10, note: 'tea'}, {_id: 2, amount: 2.5, tags: ['a', 'b']}, {_id: 3, amount: 1}",
  'UPDATE prices SET amount = amount + 1 WHERE _id = 1',
  'ERASE FROM prices WHERE _id = 3',
  "DELETE FROM prices FOR PORTION OF VALID_TIME FROM DATE '2020-01-01' TO DATE '2021-01-01' WHERE _id = 1",
  "INSERT INTO prices RECORDS {_id: 1, amount: 11, note: 'oolong'}, {_id: 4, amount: 8}",
  'UPDATE prices SET amount = amount + 1 WHERE _id = 2',
  'DELETE FROM prices WHERE _id = 4',
  "INSERT INTO prices RECORDS {_id: 5, amount: 5, note: 'mate'}",
] as const;

export const QUERIES = [
  'SELECT *, _valid_from, _valid_to, _system_from, _system_to FROM prices FOR ALL VALID_TIME FOR ALL SYSTEM_TIME ORDER BY _id, _system_from, _valid_from',
  `SELECT _id, committed FROM xt.txs WHERE _id < ${STATEMENTS.length} ORDER BY _id`,
] as const;

/** A query's rows as text. */
export const answerOf = async (database: Database, query: string): Promise<string> =>
  JSON.stringify(await database.query(query), (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

export type Files = ReadonlyMap<string, Uint8Array>;

/** Every file below the directory but the reserve, by its name from there. */
export function readFiles(directory: string): Files {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== 'reserve');
  return new Map(names.map((entry) => {
    const place = path.join(entry.parentPath, entry.name);
    return [path.relative(directory, place), Uint8Array.from(readFileSync(place))] as const;
  }).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The directory has these files and no others. */
export function restoreFiles(directory: string, files: Files): void {
  rmSync(directory, { recursive: true, force: true });
  for (const [name, bytes] of files) {
    const place = path.join(directory, name);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, bytes);
  }
}
