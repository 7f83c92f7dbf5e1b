import { expect, test } from 'vitest';
import { openPageCache } from './page-cache.ts';

const id = (page: number, file = 'f') => ({ file, page, column: 0 });
const bytes = (fill: number, length = 1000): Uint8Array => new Uint8Array(length).fill(fill);

test('stays within its size, and forgets what was used longest ago first', () => {
  const cache = openPageCache(4000);
  for (const page of [1, 2, 3]) cache.admit(id(page), bytes(page));
  cache.copyOut(id(1));
  cache.admit(id(4), bytes(4));
  expect([1, 2, 3, 4].map((page) => cache.copyOut(id(page))?.[0])).toEqual([1, undefined, 3, 4]);
  expect(cache.bytes).toBeLessThanOrEqual(4000);
});

test('does not keep what is larger than itself', () => {
  const cache = openPageCache(4000);
  cache.admit(id(1), bytes(1));
  cache.admit(id(2), bytes(2, 5000));
  expect(cache.copyOut(id(1))).toBeDefined();
  expect(cache.copyOut(id(2))).toBeUndefined();
});

test('copies in and out: nobody can change what it holds', () => {
  const cache = openPageCache(4000);
  const given = bytes(1);
  cache.admit(id(1), given);
  given.fill(9);
  cache.copyOut(id(1))?.fill(9);
  expect(cache.copyOut(id(1))).toEqual(bytes(1));
  expect(cache.copyOut(id(1), 10, 13)).toEqual(bytes(1, 3));
});

test('admitting a page again replaces it, and a file is forgotten as a whole', () => {
  const cache = openPageCache(10_000);
  cache.admit(id(1), bytes(1));
  cache.admit(id(1), bytes(2));
  cache.admit(id(1, 'g'), bytes(3));
  const before = cache.bytes;
  expect(cache.copyOut(id(1))?.[0]).toBe(2);
  cache.dropFile('f');
  expect(cache.copyOut(id(1))).toBeUndefined();
  expect(cache.copyOut(id(1, 'g'))?.[0]).toBe(3);
  expect(cache.bytes).toBe(before / 2);
});
