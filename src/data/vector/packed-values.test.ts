import { expect, test } from 'vitest';
import type { Value } from '../types/value.ts';
import { packedVector } from './packed-values.ts';
import { vectorReader } from './reader.ts';

const instant = (value: bigint, zone = 'UTC', unit: 'us' | 'ns' = 'us'): Value => ({ kind: 'timestamptz', unit, value, zone });

const read = (values: readonly Value[]): Value[] => {
  const reader = vectorReader(packedVector(values));
  return values.map((_, row) => reader(row));
};

test.each<[string, Value[], 'flat' | 'values']>([
  ['integers', [1n, -(2n ** 63n), 3n], 'flat'],
  ['points in time of one type', [instant(5n), instant(-7n)], 'flat'],
  ['local points in time', [{ kind: 'timestamp', unit: 'us', value: 5n }], 'flat'],
  ['points in time of two zones', [instant(5n), instant(5n, 'Europe/Zurich')], 'values'],
  ['points in time of two units', [instant(5n), instant(5n, 'UTC', 'ns')], 'values'],
  ['integers with NULL', [1n, null], 'values'],
  ['integers and others', [1n, 'x'], 'values'],
  ['texts', ['x', 'y'], 'values'],
  ['nothing', [], 'values'],
])('%s come out as they went in', (_, values, form) => {
  expect(packedVector(values).form).toBe(form);
  expect(read(values)).toEqual(values);
});
