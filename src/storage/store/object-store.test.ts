import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SeededRandom } from '../../base/random.ts';
import { FailingStore } from '../../../test/storage/failing-store.ts';
import { RecordingStore } from '../../../test/storage/recording-store.ts';
import { openDirectoryStore } from './directory-store.ts';
import { openMemoryStore } from './memory-store.ts';
import type { ObjectInfo, ObjectStore } from './object-store.ts';

const directories: string[] = [];
async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'varve-store-'));
  directories.push(directory);
  return directory;
}
afterAll(async () => { for (const directory of directories) await rm(directory, { recursive: true, force: true }); });

const openers: Record<string, () => Promise<ObjectStore>> = {
  memory: async () => openMemoryStore(),
  directory: async () => openDirectoryStore({ directory: path.join(await newDirectory(), 'objects'), random: new SeededRandom(1) }),
  failing: async () => new FailingStore(openMemoryStore()),
  recording: async () => new RecordingStore(openMemoryStore()),
};

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
async function listed(store: ObjectStore, prefix: string, after?: string): Promise<ObjectInfo[]> {
  const objects: ObjectInfo[] = [];
  for await (const object of store.list(prefix, after)) objects.push(object);
  return objects;
}

describe.each(Object.keys(openers))('the %s store', (kind) => {
  const open = openers[kind] as () => Promise<ObjectStore>;

  test('gives back whole objects and ranges, and undefined for what is not there', async () => {
    const store = await open();
    expect(await store.putIfAbsent('a/b/c.arrow', bytes(1, 2, 3, 4))).toBe('created');
    expect(await store.get('a/b/c.arrow')).toEqual(bytes(1, 2, 3, 4));
    expect(await store.getRange('a/b/c.arrow', 1, 3)).toEqual(bytes(2, 3));
    expect(await store.getRange('a/b/c.arrow', 2, 9)).toEqual(bytes(3, 4));
    expect(await store.getRange('a/b/c.arrow', 7, 9)).toEqual(bytes());
    expect(await store.get('a/b/d')).toBeUndefined();
    expect(await store.getRange('x', 0, 1)).toBeUndefined();
  });

  test('creates a name exactly once, whoever comes first', async () => {
    const store = await open();
    for (let round = 0; round < 8; round++) {
      const outcomes = await Promise.all(Array.from({ length: 8 }, (_, i) => store.putIfAbsent(`manifest/${round}`, bytes(round, i))));
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect(await store.get(`manifest/${round}`)).toEqual(bytes(round, outcomes.indexOf('created')));
    }
  });

  test('lists by name below a prefix, after a name', async () => {
    const store = await open();
    for (const name of ['t/b-1', 't/b/2', 't/b/1', 't/b.x', 't/c', 'u/a']) await store.putIfAbsent(name, bytes(1, 2));
    expect(await listed(store, 't/b')).toEqual(['t/b-1', 't/b.x', 't/b/1', 't/b/2'].map((name) => ({ name, bytes: 2 })));
    expect((await listed(store, 't/')).map((each) => each.name)).toEqual(['t/b-1', 't/b.x', 't/b/1', 't/b/2', 't/c']);
    expect((await listed(store, 't/', 't/b/1')).map((each) => each.name)).toEqual(['t/b/2', 't/c']);
    expect(await listed(store, 'none/')).toEqual([]);
    expect((await listed(store, '')).length).toBe(6);
  });

  test('deletes, also what is not there', async () => {
    const store = await open();
    await store.putIfAbsent('x/y', bytes(1));
    await store.delete('x/y');
    await store.delete('x/y');
    expect(await store.get('x/y')).toBeUndefined();
    expect(await listed(store, 'x/')).toEqual([]);
    expect(await store.putIfAbsent('x/y', bytes(2))).toBe('created');
  });

  test('keeps its own copy of what it was given', async () => {
    const store = await open();
    const given = bytes(1, 2, 3);
    await store.putIfAbsent('a', given);
    given[0] = 9;
    const read = await store.get('a');
    (read as Uint8Array)[1] = 9;
    expect(await store.get('a')).toEqual(bytes(1, 2, 3));
  });

  test('takes no name that leads out of it', async () => {
    const store = await open();
    for (const name of ['../x', '/x', 'a//b', 'a/./b', 'A', 'a\\b', '', 'a/', '.tmp/x', 'a b']) {
      await expect((async () => store.putIfAbsent(name, bytes()))()).rejects.toThrow('an object name');
    }
  });
});

describe('the directory store', () => {
  test('gives back after a restart what it had acknowledged, and clears interrupted writes away', async () => {
    const directory = path.join(await newDirectory(), 'objects');
    const first = await openDirectoryStore({ directory, random: new SeededRandom(1) });
    await first.putIfAbsent('a/b', bytes(1));
    await writeFile(path.join(directory, '.tmp', 'half'), 'x');
    const second = await openDirectoryStore({ directory, random: new SeededRandom(1) });
    expect(await second.get('a/b')).toEqual(bytes(1));
    expect(await readdir(path.join(directory, '.tmp'))).toEqual([]);
    expect((await listed(second, '')).map((each) => each.name)).toEqual(['a/b']);
  });

  test('answers io-error for what is no file, and goes on with the rest', async () => {
    const directory = path.join(await newDirectory(), 'objects');
    const store = await openDirectoryStore({ directory, random: new SeededRandom(1) });
    await mkdir(path.join(directory, 'a', 'b'), { recursive: true });
    await expect(store.get('a/b')).rejects.toMatchObject({ code: 'io-error' });
    await writeFile(path.join(directory, 'plain'), 'x');
    await expect(store.putIfAbsent('plain/x', bytes(1))).rejects.toMatchObject({ code: 'io-error' });
    expect(await readdir(path.join(directory, '.tmp'))).toEqual([]);
    expect(await store.putIfAbsent('b', bytes(1))).toBe('created');
  });
});
