import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SpaceReserve } from './space-reserve.ts';

test('space is held back once, given free once, and held back again', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'varve-reserve-'));
  const reserve = new SpaceReserve(directory, 100_000);
  expect(await reserve.release()).toBe(false);
  await reserve.ensure();
  await reserve.ensure();
  expect(reserve.isThere).toBe(true);
  expect((await stat(path.join(directory, 'reserve'))).size).toBeGreaterThanOrEqual(100_000);
  // A later process finds what an earlier one made.
  const later = new SpaceReserve(directory, 100_000);
  expect(await later.release()).toBe(true);
  expect(await later.release()).toBe(false);
  expect(await readdir(directory)).toEqual([]);
  await later.ensure();
  expect(later.isThere).toBe(true);
  await rm(directory, { recursive: true });
});

test('a volume with too little room for it goes without', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'varve-reserve-'));
  const reserve = new SpaceReserve(directory, 2 ** 50);
  await reserve.ensure();
  expect(reserve.isThere).toBe(false);
  expect(await readdir(directory)).toEqual([]);
  await rm(directory, { recursive: true });
});
