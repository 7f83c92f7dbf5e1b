import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../data/types/value.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import { compareIds } from '../key.ts';
import { ColumnBuilder } from '../live/column-builder.ts';
import { compareRows, endOfKey, lowerBound, startOfKey } from './compare-rows.ts';
import { isMarked, nextMarked, RowBits } from './row-bits.ts';

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
      expect(startOfKey(chunk, from)).toBe(ids.findIndex((_, row) => same(row)));
    }), { numRuns: 300 });
  });
});

describe('marks on rows', () => {
  test('are found again, row by row and from row to row; copies are apart', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), fc.array(fc.tuple(fc.nat(99), fc.nat(5))), (rowCount, spans) => {
      const bits = new RowBits();
      const expected = new Set<number>();
      for (const [from, length] of spans) {
        if (from >= rowCount) continue;
        const to = Math.min(rowCount, from + length + 1);
        bits.mark(7, rowCount, from, to);
        for (let row = from; row < to; row++) expected.add(row);
      }
      const copy = bits.copy();
      const page = bits.page(7);
      expect([bits.hasAny, page === undefined, bits.page(3)]).toEqual([expected.size > 0, expected.size === 0, undefined]);
      if (page === undefined) return;
      const walked: number[] = [];
      for (let row = nextMarked(page, 0, rowCount); row < rowCount; row = nextMarked(page, row + 1, rowCount)) walked.push(row);
      expect(walked).toEqual([...expected].sort((a, b) => a - b));
      copy.mark(7, rowCount, 0, rowCount);
      expect(Array.from({ length: rowCount }, (_, row) => row).filter((row) => isMarked(page, row))).toEqual(walked);
    }), { numRuns: 200 });
  });
});
