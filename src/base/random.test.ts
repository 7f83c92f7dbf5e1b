import { expect, test } from 'vitest';
import { openSystemRandom, SeededRandom } from './random.ts';

test('the system gives no byte twice, across its pool and beyond', () => {
  const random = openSystemRandom();
  const ids = Array.from({ length: 1000 }, () => Buffer.from(random.bytes(16)).toString('hex'));
  expect(new Set(ids).size).toBe(1000);
  expect(random.bytes(10_000).length).toBe(10_000);
  const units = Array.from({ length: 1000 }, () => random.unit());
  expect(units.every((unit) => unit >= 0 && unit < 1) && new Set(units).size > 990).toBe(true);
});

test('scripts have the numbers of tests, which do not come again after some thousands', async () => {
  const { seededRandom } = await import(new URL('../../scripts/seeded-random.mjs', import.meta.url).href) as { readonly seededRandom: (seed: number) => (below?: number) => number };
  const random = new SeededRandom(7);
  const ofScripts = seededRandom(7);
  const seen = new Set<number>();
  for (let i = 0; i < 50_000; i++) {
    const number = ofScripts();
    if (number !== random.unit()) expect.fail(`another number at ${i}`);
    seen.add(number);
  }
  expect(seen.size).toBeGreaterThan(49_900);
  expect(seededRandom(7)(1000)).toBe(Math.floor(new SeededRandom(7).unit() * 1000));
});
