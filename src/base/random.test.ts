import { expect, test } from 'vitest';
import { openSystemRandom } from './random.ts';

test('the system gives no byte twice, across its pool and beyond', () => {
  const random = openSystemRandom();
  const ids = Array.from({ length: 1000 }, () => Buffer.from(random.bytes(16)).toString('hex'));
  expect(new Set(ids).size).toBe(1000);
  expect(random.bytes(10_000).length).toBe(10_000);
  const units = Array.from({ length: 1000 }, () => random.unit());
  expect(units.every((unit) => unit >= 0 && unit < 1) && new Set(units).size > 990).toBe(true);
});
