import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../data/types/value.ts';
import { CHUNK_ROWS_MAX, type ColumnChunk } from '../../data/vector/chunk.ts';
import { chunkPrefix, chunkSlice } from '../../data/vector/chunk-slice.ts';
import { chunkValue } from '../../data/vector/chunk-value.ts';
import { ColumnBuilder } from './column-builder.ts';

const FAMILIES: readonly fc.Arbitrary<Value>[] = [
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.double(), fc.boolean(), fc.string({ unit: 'binary', maxLength: 80 }),
  fc.integer({ min: -128, max: 127 }).map((value): Value => ({ kind: 'int', bits: 8, value })),
  fc.integer().map((value): Value => ({ kind: 'int', bits: 32, value })),
  fc.float().map((value): Value => ({ kind: 'float32', value })),
  fc.integer({ min: -1e6, max: 1e6 }).map((days): Value => ({ kind: 'date', days })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): Value => ({ kind: 'timestamptz', unit: 'us', value, zone: 'UTC' })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): Value => ({ kind: 'timestamptz', unit: 'us', value, zone: 'Europe/Paris' })),
  fc.bigInt({ min: 0n, max: 86_399n }).map((value): Value => ({ kind: 'time', unit: 's', value })),
  fc.uuid().map((text): Value => ({ kind: 'uuid', text })),
  fc.array(fc.bigInt({ min: -5n, max: 5n })), fc.constant(new Map<string, Value>([['a', 1n]])), fc.uint8Array({ maxLength: 9 }),
];

/** Mostly one family, with NULLs. */
const column = fc.tuple(fc.constantFrom(...FAMILIES), fc.constantFrom(...FAMILIES), fc.constantFrom(0, 1, 30)).chain(([main, other, otherWeight]) =>
  fc.array(fc.oneof({ weight: 60, arbitrary: main }, { weight: otherWeight, arbitrary: other }, { weight: 20, arbitrary: fc.constant<Value>(null) }), { maxLength: 70 }));

const read = (chunk: ColumnChunk, count: number): Value[] => Array.from({ length: count }, (_, row) => chunkValue(chunk, row));

function build(values: readonly Value[], each?: (builder: ColumnBuilder, rowCount: number) => void): ColumnBuilder {
  const builder = new ColumnBuilder();
  values.forEach((value, row) => {
    builder.append(row, value);
    each?.(builder, row + 1);
  });
  return builder;
}

describe('column builder', () => {
  test('gives back what was put in, in any mixture of types and NULLs', () => {
    fc.assert(fc.property(column, (values) => {
      const builder = build(values);
      expect(read(builder.chunk(values.length), values.length)).toEqual(values);
      expect(values.map((_, row) => builder.valueAt(row))).toEqual(values);
      expect(builder.valueAt(values.length + 3)).toBe(null);
    }), { numRuns: 500 });
  });

  test('chunks that were handed out stay as they were while rows are added', () => {
    fc.assert(fc.property(column, (values) => {
      const handedOut: { chunk: ColumnChunk; count: number }[] = [];
      build(values, (builder, count) => { if (count % 7 === 3) handedOut.push({ chunk: builder.chunk(count), count }); });
      for (const { chunk, count } of handedOut) {
        expect(read(chunk, count)).toEqual(values.slice(0, count));
        expect(read(structuredClone(chunk), count)).toEqual(values.slice(0, count));
      }
    }), { numRuns: 300 });
  });

  test('rows that are passed over are NULL', () => {
    const builder = new ColumnBuilder();
    builder.append(3, 'x');
    builder.append(9, null);
    builder.append(20, 'y');
    expect(read(builder.chunk(30), 30).map((value) => value ?? '-').join('')).toBe('---x----------------y---------');
  });

  test('a sealed column is one object, and its prefixes and slices agree with it', () => {
    for (const valueOf of [(row: number): Value => BigInt(row), (row: number): Value => (row % 5 === 0 ? null : `text ${row}`), (row: number): Value => (row === 4000 ? 1.5 : row % 3 === 0)]) {
      const values = Array.from({ length: CHUNK_ROWS_MAX }, (_, row) => valueOf(row));
      const builder = build(values);
      const bytesBefore = builder.bytes;
      builder.seal();
      const sealed = builder.chunk(CHUNK_ROWS_MAX);
      expect(builder.chunk(CHUNK_ROWS_MAX)).toBe(sealed);
      expect(read(sealed, CHUNK_ROWS_MAX)).toEqual(values);
      expect(read(builder.chunk(1234), 1234)).toEqual(values.slice(0, 1234));
      expect(read(chunkPrefix(sealed, 77), 77)).toEqual(values.slice(0, 77));
      expect(read(chunkSlice(sealed, 80, 200), 120)).toEqual(values.slice(80, 200));
      expect(builder.bytes).toBeLessThanOrEqual(bytesBefore);
      expect(builder.valueAt(4000)).toEqual(values[4000]);
    }
  });

  test('columns of one plain type are typed arrays, others are values', () => {
    expect(build([1n, null, 2n]).chunk(3)).toMatchObject({ form: 'fixed', type: { kind: 'int', bits: 64 } });
    expect(build(['a', 'b']).chunk(2)).toMatchObject({ form: 'text', validity: null });
    expect(build([1n, 1.5]).chunk(2)).toEqual({ form: 'values', values: [1n, 1.5] });
    expect(build([null, null]).chunk(2)).toEqual({ form: 'constant', value: null });
  });
});
