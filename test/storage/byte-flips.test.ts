/**
 * One bit of one byte is wrong. Either nothing needs the byte and everything is as before, or what needs it is XX001 with the object's
 * name and an offset. Never another answer, and the database is open all the while.
 *
 *   at rest    flip ─▶ open ─▶ query ─▶ write ─▶ close         log, newest manifest, synced-to, format: every byte; files: each 23rd
 *   open       flip ─▶ query ─▶ flip back ─▶ query             data files: every byte; the rest: each 7th
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isEngineError } from '../../src/base/errors.ts';
import { SeededRandom } from '../../src/base/random.ts';
import type { Database } from '../../src/database/embedded.ts';
import { answerOf, BLOCK_EVENTS, fill, type Files, openDatabase, QUERIES, readFiles, restoreFiles, temporaryDirectory } from './small-database.ts';

let directory: string;
let files: Files;
let answers: readonly string[];
const random = new SeededRandom(1);

beforeAll(async () => {
  directory = temporaryDirectory();
  const database = await openDatabase(directory, BLOCK_EVENTS);
  await fill(database);
  await database.close();
  files = readFiles(directory);
  const again = await openDatabase(directory);
  answers = await Promise.all(QUERIES.map((query) => answerOf(again, query)));
  await again.close();
  restoreFiles(directory, files);
});
afterAll(() => { rmSync(directory, { recursive: true, force: true }); });

const named = (part: string): string[] => [...files.keys()].filter((name) => name.includes(part));
const newestManifest = (): string => named('/manifest/').at(-1) as string;

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] as number) ^ (1 << random.integer(8));
  return copy;
}

/** 'same' answer, or 'named': XX001 with the object that was damaged and an offset. Anything else is a failure. */
async function ask(database: Database, query: string, expected: string, name: string): Promise<'same' | 'named'> {
  let answer: string;
  try { answer = await answerOf(database, query); } catch (error) {
    if (!isEngineError(error) || error.code !== 'corrupt') throw error;
    expect(error.message).toMatch(/ is damaged at offset \d+: /);
    expect(error.message).toContain(path.basename(name));
    return 'named';
  }
  if (answer !== expected) throw new Error(`another answer to ${query}: ${answer}`);
  return 'same';
}

/** How many flips were noticed by each query. */
interface Counts { flips: number; noticed: number }

async function flipAtRest(name: string, step: number, queries: readonly number[]): Promise<Counts> {
  const bytes = files.get(name) as Uint8Array;
  const counts = { flips: 0, noticed: 0 };
  for (let at = random.integer(Math.min(step, bytes.length)); at < bytes.length; at += step) {
    restoreFiles(directory, files);
    writeFileSync(path.join(directory, name), flipped(bytes, at));
    try {
      const database = await openDatabase(directory);
      const outcomes = new Set<string>();
      for (const query of queries) outcomes.add(await ask(database, QUERIES[query] as string, answers[query] as string, name));
      // What is not damaged as a whole takes writes, whatever else is wrong.
      if (outcomes.has('same') || name.includes('/data/')) {
        await database.query('INSERT INTO probe RECORDS {_id: 1}');
        expect(await database.query('SELECT _id FROM probe')).toHaveLength(1);
      }
      await database.close();
      counts.flips += 1;
      if (outcomes.has('named')) counts.noticed += 1;
    } catch (error) { throw new Error(`${name} with byte ${at} flipped: ${String(error)}`, { cause: error }); }
  }
  restoreFiles(directory, files);
  return counts;
}

describe('a flipped byte at rest', () => {
  test('in the newest manifest is XX001 wherever it is: no older one takes its place', async () => {
    const { flips, noticed } = await flipAtRest(newestManifest(), 1, [0]);
    expect(noticed).toBe(flips);
    expect(flips).toBe(files.get(newestManifest())?.length);
  });

  test('in the log is XX001 wherever it is', async () => {
    for (const name of named('.log')) {
      const { flips, noticed } = await flipAtRest(name, 1, [0]);
      expect(noticed).toBe(flips);
    }
  });

  test('in the format is XX001, and in what was synced, and in older manifests, nothing', async () => {
    const format = await flipAtRest('format', 1, [0]);
    expect(format.noticed).toBe(format.flips);
    const synced = await flipAtRest(named('synced-to')[0] as string, 1, [0]);
    expect(synced).toEqual({ flips: 24, noticed: 0 });
    for (const name of named('/manifest/').slice(0, -1)) expect(await flipAtRest(name, 97, [0])).toMatchObject({ noticed: 0 });
  });

  test('in a data file is XX001 for its table and nothing for others', async () => {
    const counts = { flips: 0, noticed: 0 };
    for (const name of named('/data/')) {
      const { flips, noticed } = await flipAtRest(name, 23, [0, 1]);
      counts.flips += flips;
      counts.noticed += noticed;
    }
    expect(counts.noticed).toBeGreaterThan(counts.flips / 4);
  });
});

describe('a flipped byte under an open database', () => {
  test('is XX001 for what reads it, and forgotten when it is right again', async () => {
    restoreFiles(directory, files);
    const database = await openDatabase(directory);
    const counts = { flips: 0, noticed: 0 };
    for (const name of [...named('/data/'), newestManifest(), ...named('.log'), ...named('synced-to'), 'format']) {
      const bytes = files.get(name) as Uint8Array;
      const place = path.join(directory, name);
      const own = Buffer.from(bytes).includes('xt.txs') ? 1 : 0;
      for (let at = 0; at < bytes.length; at += name.includes('/data/') ? 1 : 7) {
        writeFileSync(place, flipped(bytes, at));
        counts.flips += 1;
        if (await ask(database, QUERIES[own], answers[own] as string, name) === 'named') counts.noticed += 1;
        if (at % 32 === 0) expect(await ask(database, QUERIES[1 - own] as string, answers[1 - own] as string, name)).toBe('same');
        writeFileSync(place, bytes);
      }
      for (const query of [0, 1]) expect(await ask(database, QUERIES[query] as string, answers[query] as string, name)).toBe('same');
    }
    expect(counts.flips).toBeGreaterThan(10_000);
    expect(counts.noticed).toBeGreaterThan(500);
    await database.close();
  });
});
