import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CancelFlag } from '../base/cancel.ts';
import { ManualClock } from '../base/clock.ts';
import { openSystemRandom } from '../base/random.ts';
import { MICROS_MAX } from '../catalog/table-source.ts';
import type { Value } from '../data/types/value.ts';
import { BlockThresholds } from './block-thresholds.ts';
import type { RowEvent } from './event.ts';
import { chunkValue } from '../data/vector/chunk-value.ts';
import { openDirectoryStorage } from './open-directory.ts';
import type { Storage } from './storage.ts';

let directory: string;
beforeEach(async () => { directory = await mkdtemp(path.join(tmpdir(), 'varve-')); });
afterEach(async () => { await rm(directory, { recursive: true, force: true }); });

const clock = new ManualClock(0n);
const open = (eventsMax = 1e9): Promise<Storage> => openDirectoryStorage({
  databaseName: 'xtdb', dataDirectory: path.join(directory, 'data'), clock, random: openSystemRandom(),
  thresholds: new BlockThresholds(clock, { eventsMax, bytesMax: 2 ** 40, ageMsMax: 2 ** 40 }),
});

const put = (id: Value, a: Value): RowEvent => ({ op: 'put', id, validFrom: 0n, validTo: MICROS_MAX, document: new Map([['_id', id], ['a', a]]) });

function append(storage: Storage, events: readonly RowEvent[]): Promise<void> {
  const { txId, systemTime } = storage.head();
  return storage.append([{ txId: txId + 1n, systemTime: systemTime < 0n ? 1n : systemTime + 1n, changes: [
    { kind: 'declare', schema: 'public', table: 'declared', columns: [{ name: 'c', typeName: 'INT' }] }, { kind: 'events', schema: 'public', table: 't', events },
  ] }]);
}

async function rows(storage: Storage): Promise<string[]> {
  const snapshot = storage.snapshot();
  const found: string[] = [];
  const request = { columns: ['_id', 'a'], valid: { from: 5n, to: 6n }, system: { from: 10n ** 6n, to: 10n ** 6n + 1n }, clampValid: false, bounds: [] };
  const source = snapshot.catalog.table('public', 't');
  if (source !== undefined) for await (const chunk of source.scan(request, new CancelFlag())) for (let row = 0; row < chunk.rowCount; row++) found.push(chunk.columns.map((column) => String(chunkValue(column, row))).join('='));
  snapshot.close();
  return found.sort();
}

describe('a database in a directory', () => {
  test('is there again after a restart: from the log, from files, and from both', async () => {
    let storage = await open();
    await append(storage, [put(1n, 'a'), put(2n, 'b')]);
    await storage.close();
    storage = await open();
    expect(await rows(storage)).toEqual(['1=a', '2=b']);
    await append(storage, [put(2n, 'c')]);
    await storage.flushBlock();
    await storage.close();
    storage = await open();
    expect(await rows(storage)).toEqual(['1=a', '2=c']);
    await append(storage, [put(1n, 'd'), put(3n, 'e')]);
    const { head } = storage.snapshot();
    await storage.close();
    storage = await open();
    expect(storage.head()).toEqual(head);
    expect(await rows(storage)).toEqual(['1=d', '2=c', '3=e']);
    expect(storage.snapshot().declaredType('public', 'declared', 'c')).toBe('INT');
    expect([...storage.snapshot().catalog.tables()].map(({ shape }) => [shape.name, [...shape.columns.keys()]])).toEqual([['declared', ['_id', 'c']], ['t', ['_id', 'a']]]);
    await storage.close();
  });

  test('cuts blocks by itself and keeps only the log that is needed', async () => {
    let storage = await open(50);
    for (let i = 0; i < 40; i++) await append(storage, Array.from({ length: 10 }, (_, at) => put(BigInt((i * 10 + at) % 130), `${i}`)));
    const before = await rows(storage);
    expect(before).toHaveLength(130);
    await storage.close();
    storage = await open(50);
    expect(await rows(storage)).toEqual(before);
    await storage.close();
    const root = path.join(directory, 'data', 'databases', 'xtdb');
    expect((await readdir(path.join(root, 'data'))).length).toBeGreaterThanOrEqual(7);
    expect((await readdir(path.join(root, 'log'))).length).toBeLessThan(6);
  });

  test('belongs to one process at a time', async () => {
    const storage = await open();
    await append(storage, [put(1n, 'a')]);
    await expect(open()).rejects.toMatchObject({ code: 'directory-in-use' });
    await append(storage, [put(2n, 'b')]);
    await storage.close();
    const again = await open();
    expect(await rows(again)).toEqual(['1=a', '2=b']);
    await again.close();
  });

  test('of a newer format is refused, with a damaged format named', async () => {
    await (await open()).close();
    const format = path.join(directory, 'data', 'format');
    expect(await readFile(format, 'utf8')).toBe('1 83dcefb7\n');
    await writeFile(format, '2 1ad5be0d\n');
    await expect(open()).rejects.toMatchObject({ code: 'incompatible-format', message: expect.stringContaining('format 2, this one reads 1') as string });
    await writeFile(format, '2 83dcefb7\n');
    await expect(open()).rejects.toMatchObject({ code: 'corrupt' });
    await writeFile(format, '1 83dcefb7\n');
    await (await open()).close();
  });
});
