import { describe, expect, test } from 'vitest';
import { CancelFlag } from './cancel.ts';

describe('a cancel flag', () => {
  test('stops checks, with the first reason it was given', () => {
    const flag = new CancelFlag();
    expect(() => flag.check()).not.toThrow();
    flag.cancel('timeout');
    flag.cancel('shutdown');
    expect(() => flag.check()).toThrow('statement timeout');
  });
  test('says the same through a cell and a signal, whether they were asked for before or after', () => {
    const before = new CancelFlag();
    const [cell, signal] = [before.cell, before.signal];
    before.cancel('user');
    const after = new CancelFlag();
    after.cancel('user');
    expect([cell[0], signal.aborted]).toEqual([1, true]);
    expect([after.cell[0], after.signal.aborted]).toEqual([1, true]);
  });
  test('is set by another thread through its cell', () => {
    const flag = new CancelFlag();
    const other = new CancelFlag(flag.cell);
    other.cancel('user');
    expect(() => flag.check()).toThrow('user request');
  });
});
