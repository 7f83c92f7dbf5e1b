import { describe, expect, test } from 'vitest';
import { besideQueries, besideQueriesForBlock, MemoryBudget, queryBytesDefault } from './memory-budget.ts';

describe('a memory budget', () => {
  test('refuses the query that asks for more than is left, and gives back what it held', () => {
    const budget = new MemoryBudget(1000, () => false);
    const [first, second] = [budget.open(), budget.open()];
    first.resize(600);
    expect(() => { second.resize(500); }).toThrow(expect.objectContaining({ code: 'out-of-memory' }));
    second.close();
    expect(budget.bytes).toBe(600);
    first.close();
    expect(budget.bytes).toBe(0);
  });

  test('lets those go on that hold little', () => {
    const budget = new MemoryBudget(1000, () => true);
    const [first, second] = [budget.open(), budget.open()];
    second.resize(50);
    expect(() => { first.resize(2000); }).toThrow(expect.objectContaining({ code: 'out-of-memory' }));
    second.resize(60);
    expect(budget.bytes).toBe(60);
  });

  test('ends a query that holds much when the heap is full', () => {
    let isFull = false;
    const share = new MemoryBudget(1000, () => isFull).open();
    share.resize(500);
    isFull = true;
    expect(() => { share.resize(500); }).toThrow(expect.objectContaining({ code: 'out-of-memory' }));
  });

  test('is never without any memory', () => {
    expect(queryBytesDefault()).toBeGreaterThanOrEqual(16 * 2 ** 20);
  });
});

test('what stands beside queries is small on a small machine', () => {
  expect(besideQueries(64 * 2 ** 20, 256 * 2 ** 20)).toBe(16 * 2 ** 20);
  expect(besideQueries(64 * 2 ** 20, 8 * 2 ** 30)).toBe(64 * 2 ** 20);
  expect(besideQueriesForBlock(32 * 2 ** 20, 256 * 2 ** 20)).toBe(4 * 2 ** 20);
  expect(besideQueriesForBlock(32 * 2 ** 20, 2 * 2 ** 30)).toBe(32 * 2 ** 20);
});
