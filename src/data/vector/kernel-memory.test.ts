import { describe, expect, test } from 'vitest';
import { INT64 } from '../types/type.ts';
import { admitColumn } from './admit.ts';
import { BLOCK_BYTES, KernelMemory, Reservation, Scope } from './kernel-memory.ts';
import { vectorReader } from './reader.ts';
import { addressOf, allocateFlat, dataOf, detachVector, type FlatVector } from './vector.ts';

const open = (blocks: number, blocksMax = blocks) => {
  const memory = new KernelMemory({ blocks, poison: true, rowsMin: 0 });
  return { memory, scope: new Scope(new Reservation(memory, blocksMax)) };
};
const int64s = (...values: bigint[]) => ({ form: 'fixed' as const, type: INT64, data: BigInt64Array.from(values), validity: null });

describe('kernel memory', () => {
  test('allocations are aligned and end when the reservation is spent', () => {
    const { memory, scope } = open(4, 2);
    const addresses: number[] = [];
    for (let address = scope.allocate(300_000); address !== undefined; address = scope.allocate(300_000)) addresses.push(address);
    expect(addresses).toHaveLength(6);
    expect(addresses.every((address) => address % 64 === 0)).toBe(true);
    expect(memory.blocksFree).toBe(2);
    scope.release();
    expect(memory.blocksFree).toBe(4);
  });

  test('an allocation above a block is a bug', () => {
    expect(() => open(1).scope.allocate(BLOCK_BYTES + 1)).toThrow('larger than a block');
  });

  test('a write past an allocation is found when the scope is released', () => {
    const { memory, scope } = open(1);
    const vector = allocateFlat(scope, INT64, 'i64', 4, false);
    memory.bytes[vector.address + 64] = 1;
    expect(() => scope.release()).toThrow('wrote past its output');
  });

  test('a vector cannot be read once its scope was released', () => {
    const { scope } = open(1);
    const vector = admitColumn(int64s(1n, 2n), 2, scope) as FlatVector;
    const kept = detachVector(vector);
    expect(addressOf(vector)).toBeGreaterThan(0);
    scope.release();
    expect(() => dataOf(vector)).toThrow('after its scope was released');
    expect(() => vectorReader(vector)).toThrow('after its scope was released');
    expect(vectorReader(kept)(1)).toBe(2n);
  });

  test('released blocks are poisoned', () => {
    const { memory, scope } = open(1);
    const { address } = admitColumn(int64s(7n), 1, scope) as FlatVector;
    scope.release();
    expect(memory.bytes[address]).toBe(0xa5);
  });

  test('without room, vectors lie in JavaScript memory and read the same', () => {
    const { scope } = open(1, 0);
    const vector = admitColumn({ ...int64s(1n, 2n, 3n), validity: Uint8Array.of(0b101) }, 3, scope) as FlatVector;
    expect(addressOf(vector)).toBe(0);
    expect([0, 1, 2].map(vectorReader(vector))).toEqual([1n, null, 3n]);
  });

  test('text is decoded where it lies, NULLs by its bitmap', () => {
    const bytes = Buffer.from('aäb');
    const vector = admitColumn({ form: 'text', offsets: Int32Array.of(0, 1, 3, 4), bytes, validity: Uint8Array.of(0b011) }, 3, open(1).scope);
    expect([0, 1, 2].map(vectorReader(vector))).toEqual(['a', 'ä', null]);
  });
});
