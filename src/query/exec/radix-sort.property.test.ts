import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareValues } from '../../data/types/compare.ts';
import { BOOL, FLOAT64, INT32, INT64 } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { heapVector, textVector } from '../../data/vector/vector.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import { QueryRun } from './context.ts';
import { type RadixKey, radixSort } from './radix-sort.ts';
import { sortPermutation } from './sort.ts';
import { testContext } from './test-support.ts';
import { textRanks } from './text-ranks.ts';

const run = new QueryRun(testContext(), () => { throw new Error('nothing is opened here'); });
const ROWS = 40;
const validity = fc.option(fc.uint8Array({ minLength: 5, maxLength: 5 }));
const many = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { minLength: ROWS, maxLength: ROWS });
const int64 = fc.oneof(fc.bigInt(-3n, 3n), fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, -(2n ** 32n) - 1n), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n));
const double = fc.oneof(fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 5e-324, -5e-324), fc.double());

const vector = fc.oneof(
  fc.tuple(many(int64), validity).map(([values, bits]) => heapVector(INT64, 'i64', BigInt64Array.from(values), bits)),
  fc.tuple(many(double), validity).map(([values, bits]) => heapVector(FLOAT64, 'f64', Float64Array.from(values), bits)),
  fc.tuple(many(fc.integer()), validity).map(([values, bits]) => heapVector(INT32, 'i32', Int32Array.from(values), bits)),
  fc.tuple(many(fc.nat({ max: 1 })), validity).map(([values, bits]) => heapVector(BOOL, 'bool', Uint8Array.from(values), bits)),
);
const key: fc.Arbitrary<RadixKey> = fc.record({ vector, descending: fc.boolean(), nullsFirst: fc.boolean() });

function compareByKey({ vector: column, descending, nullsFirst }: RadixKey, a: number, b: number): number {
  const read = vectorReader(column);
  const [x, y]: [Value, Value] = [read(a), read(b)];
  if (x === null || y === null) return x === y ? 0 : (x === null) === nullsFirst ? -1 : 1;
  return descending ? compareValues(y, x) : compareValues(x, y);
}

test('radix order is the order of a stable sort by the keys', async () => {
  await fc.assert(fc.asyncProperty(fc.array(key, { minLength: 1, maxLength: 3 }), async (keys) => {
    const expected = Array.from({ length: ROWS }, (_, row) => row).toSorted((a, b) => keys.reduce((order, one) => order || compareByKey(one, a, b), 0));
    expect([...await radixSort(keys, ROWS, run)]).toEqual(expected);
  }));
});

test('ranks of texts order them by code point', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.oneof(fc.constantFrom('', 'a', 'ab', '\uffff', '😀'), fc.string({ unit: 'binary' })), { maxLength: 30 }), async (texts) => {
    const parts = texts.map((text) => Buffer.from(text));
    const offsets = new Int32Array(texts.length + 1);
    parts.forEach((part, row) => { offsets[row + 1] = (offsets[row] as number) + part.length; });
    const ranks = await textRanks(textVector(offsets, Buffer.concat(parts), null), texts.length, run, (count, order) => sortPermutation(count, order, run));
    for (let a = 0; a < texts.length; a++) {
      for (let b = 0; b < texts.length; b++) expect(Math.sign(Number(ranks?.data[a]) - Number(ranks?.data[b]))).toBe(Math.sign(Buffer.compare(parts[a] as Buffer, parts[b] as Buffer)));
    }
  }), { numRuns: 50 });
});
