import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../data/types/value.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import { compareIds } from '../key.ts';
import { ColumnBuilder } from '../live/column-builder.ts';
import { compareRows, endOfKey, lowerBound } from './compare-rows.ts';

const integers = fc.bigInt({ min: -4n, max: 4n });
const texts = fc.string({ unit: fc.constantFrom('a', 'b', '\0', 'é', '\uffff', '😀'), maxLength: 3 });
const uuids = fc.constantFrom('0a', 'a0', 'ff', '00').map((end): Value => ({ kind: 'uuid', text: `9f000000-0000-4000-8000-0000000000${end}` }));
const mixed = fc.oneof(integers, texts, texts.map((name): Value => ({ kind: 'keyword', name })));
const idLists: fc.Arbitrary<Value[]> = fc.oneof(...[integers, texts, uuids, mixed].map((id) => fc.array<Value>(id, { minLength: 1, maxLength: 40 })));

const sorted = (ids: readonly Value[]): Value[] => [...ids].sort(compareIds);

function chunkOf(ids: readonly Value[]): ColumnChunk {
  const builder = new ColumnBuilder();
  ids.forEach((id, row) => { builder.append(row, id); });
  return builder.chunk(ids.length);
}

describe('keys of rows in chunks', () => {
  test('compare as their ids do, whatever the form of the chunks', () => {
    fc.assert(fc.property(idLists, idLists, (a, b) => {
      const [left, right] = [chunkOf(a), chunkOf(b)];
      for (const [i, x] of a.entries()) for (const [j, y] of b.entries()) expect(Math.sign(compareRows(left, i, right, j))).toBe(Math.sign(compareIds(x, y)));
    }), { numRuns: 100 });
  });

  test('are found in sorted chunks', () => {
    fc.assert(fc.property(idLists, idLists, fc.nat(), (a, b, at) => {
      const ids = sorted(a);
      const chunk = chunkOf(ids);
      const from = at % ids.length;
      for (const wanted of b) {
        const expected = ids.findIndex((id, row) => row >= from && compareIds(id, wanted) >= 0);
        expect(lowerBound(chunk, from, ids.length, { form: 'constant', value: wanted }, 0)).toBe(expected < 0 ? ids.length : expected);
      }
      const same = (row: number): boolean => compareIds(ids[row] as Value, ids[from] as Value) === 0;
      expect(endOfKey(chunk, from, ids.length)).toBe(ids.findLastIndex((_, row) => same(row)) + 1);
    }), { numRuns: 300 });
  });
});
