import { expect, test } from 'vitest';
import { limitError } from './limit-error.ts';

const caught = (run: () => unknown): unknown => {
  try { return run(); } catch (error) { return limitError(error); }
};

test('limits of the machine are errors of the registry', () => {
  const endless = (depth: number): number => endless(depth + 1) + 1;
  expect(caught(() => endless(0))).toMatchObject({ sqlState: '54001' });
  expect(caught(() => 'x'.repeat(2 ** 30))).toMatchObject({ sqlState: '54000' });
  expect(caught(() => new Array<number>(-1))).toMatchObject({ sqlState: '54000' });
  expect(caught(() => new ArrayBuffer(2 ** 53 - 1))).toMatchObject({ sqlState: '53200' });
});

test('other errors stay what they are', () => {
  const error = new RangeError('precision is out of range');
  expect(limitError(error)).toBe(error);
});
