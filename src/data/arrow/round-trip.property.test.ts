import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Type } from '../types/type.ts';
import type { Value } from '../types/value.ts';
import type { ColumnChunk } from '../vector/chunk.ts';
import { valuesOfChunk } from '../vector/chunk-value.ts';
import { decodeColumn } from './decode-column.ts';
import { encodeColumn } from './encode-column.ts';
import { openArrowFile } from './file.ts';
import { inferField } from './infer.ts';
import { sliceArray } from './slice-array.ts';
import { readArrowStream } from './stream.ts';
import { textToValue, valueToText } from './value-text.ts';
import { ArrowWriter } from './writer.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const unit = fc.constantFrom('s' as const, 'ms' as const, 'us' as const, 'ns' as const);
const days = { s: 86_400n, ms: 86_400_000n, us: 86_400_000_000n, ns: 86_400_000_000_000n };

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null), fc.boolean(), int64, fc.double(), fc.string({ unit: 'grapheme' }), fc.uint8Array(),
  fc.constantFrom(8 as const, 16 as const, 32 as const).chain((bits) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 }).map((value) => ({ kind: 'int' as const, bits, value }))),
  fc.float().map((value) => ({ kind: 'float32' as const, value })),
  fc.tuple(fc.bigInt({ min: -(10n ** 31n), max: 10n ** 31n }), fc.integer({ min: 0, max: 9 }), fc.constantFrom(32, 64)).map(([unscaled, scale, precision]) => ({ kind: 'decimal' as const, unscaled, scale, precision })),
  fc.uuid().map((text) => ({ kind: 'uuid' as const, text })), fc.webUrl().map((text) => ({ kind: 'uri' as const, text })),
  fc.string().map((name) => ({ kind: 'keyword' as const, name })), int32.map((count) => ({ kind: 'date' as const, days: count })),
  unit.chain((u) => fc.bigInt({ min: 0n, max: days[u] - 1n }).map((value) => ({ kind: 'time' as const, unit: u, value }))),
  fc.tuple(unit, int64).map(([u, value]) => ({ kind: 'timestamp' as const, unit: u, value })),
  fc.tuple(unit, int64, fc.constantFrom('UTC', 'Europe/London', '+02:00')).map(([u, value, zone]) => ({ kind: 'timestamptz' as const, unit: u, value, zone })),
  fc.tuple(unit, int64).map(([u, value]) => ({ kind: 'duration' as const, unit: u, value })),
  fc.tuple(int32, int32, int64).map(([months, count, nanos]) => ({ kind: 'interval' as const, form: 'month-day-nano' as const, months, days: count, nanos })),
  fc.tuple(int32, int32, int32).map(([months, count, micros]) => ({ kind: 'interval' as const, form: 'month-day-micro' as const, months, days: count, nanos: BigInt(micros) * 1000n })),
  int32.map((months) => ({ kind: 'interval' as const, form: 'year-month' as const, months, days: 0, nanos: 0n })),
  fc.tuple(fc.option(int64), fc.option(int64)).map(([from, to]) => ({ kind: 'period' as const, from, to })),
  int32.map((value) => ({ kind: 'oid' as const, value })), int32.map((value) => ({ kind: 'regclass' as const, value })),
  fc.string().map((message) => ({ kind: 'error' as const, category: 'incorrect', code: 'x', message, data: new Map<string, Value>([['n', 1n], ['f', -0]]) })),
);

const { value: anyValue } = fc.letrec<{ value: Value; list: Value; set: Value; struct: Value }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, scalar, tie('list'), tie('set'), tie('struct')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  set: fc.array(tie('value'), { maxLength: 3 }).map((items) => ({ kind: 'set' as const, items })),
  struct: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }).chain((names) => fc.tuple(...names.map(() => tie('value'))).map((parts) => new Map(names.sort().map((name, i) => [name, parts[i] as Value])))),
}));

function roundTrip(columns: readonly (readonly Value[])[], format: 'file' | 'stream', compression: 'none' | 'zstd'): (readonly Value[])[] {
  const rowCount = columns[0]?.length ?? 0;
  const chunks = columns.map((values): ColumnChunk => ({ form: 'values', values }));
  const fields = chunks.map((chunk, i) => inferField(`c${i}`, [chunk]));
  const writer = new ArrowWriter({ fields, metadata: new Map() }, { format, compression });
  writer.batch(chunks.map((chunk, i) => encodeColumn(fields[i] as (typeof fields)[number], [{ chunk, rowCount }])), rowCount);
  writer.endBatches();
  const bytes = writer.finish();
  const batch = format === 'file' ? openArrowFile(bytes, 'x').batch(0) : [...readArrowStream(bytes, 'x').batches][0];
  return (batch?.columns ?? []).map((chunk) => valuesOfChunk(chunk, rowCount));
}

/** Structs compare with the order of their keys left out: rows of one column share one order. */
describe('the codec', () => {
  test('gives back every column of values exactly, whatever it mixes', () => {
    const columns = fc.integer({ min: 0, max: 20 }).chain((rowCount) => fc.array(fc.array(anyValue, { minLength: rowCount, maxLength: rowCount }), { minLength: 1, maxLength: 3 }));
    fc.assert(fc.property(columns, fc.constantFrom('file' as const, 'stream' as const), fc.constantFrom('none' as const, 'zstd' as const), (values, format, compression) => {
      expect(roundTrip(values, format, compression)).toStrictEqual(values);
    }), { numRuns: 500 });
  });

  test('gives back columns of one type exactly', () => {
    const column = fc.integer({ min: 0, max: 1000 }).chain((seed) => {
      const [sample] = fc.sample(scalar.filter((value) => value !== null), { numRuns: 1, seed });
      const kind = typeof sample === 'object' && sample !== null && 'kind' in sample ? sample.kind : typeof sample;
      return fc.array(fc.option(scalar.filter((value) => (typeof value === 'object' && value !== null && 'kind' in value ? value.kind : typeof value) === kind)), { minLength: 1, maxLength: 30 });
    });
    fc.assert(fc.property(column, (values) => { expect(roundTrip([values], 'file', 'none')).toStrictEqual([values]); }), { numRuns: 200 });
  });

  test('gives back typed chunks as the same typed chunks', () => {
    const types: [Type, (n: number) => Uint8Array | Int32Array | BigInt64Array | Float64Array][] = [
      [{ kind: 'bool' }, (n) => Uint8Array.from({ length: n }, (_, i) => i % 3 & 1)],
      [{ kind: 'int', bits: 8 }, (n) => Int32Array.from({ length: n }, (_, i) => (i % 256) - 128)],
      [{ kind: 'int', bits: 64 }, (n) => BigInt64Array.from({ length: n }, (_, i) => 2n ** 62n + BigInt(i))],
      [{ kind: 'float', bits: 32 }, (n) => Float64Array.from({ length: n }, (_, i) => Math.fround(i / 3))],
      [{ kind: 'time', unit: 's' }, (n) => BigInt64Array.from({ length: n }, (_, i) => BigInt(i))],
      [{ kind: 'timestamptz', unit: 'us', zone: 'UTC' }, (n) => BigInt64Array.from({ length: n }, (_, i) => BigInt(i) * 7n)],
    ];
    for (const [type, make] of types) for (const rowCount of [1, 8, 9, 70]) {
      const validity = rowCount === 9 ? Uint8Array.of(0b10101010, 1) : null;
      const chunk: ColumnChunk = { form: 'fixed', type, data: make(rowCount), validity };
      const field = inferField('c', [chunk]);
      const writer = new ArrowWriter({ fields: [field], metadata: new Map() }, { format: 'file' });
      writer.batch([encodeColumn(field, [{ chunk, rowCount }])], rowCount);
      writer.endBatches();
      const [column] = openArrowFile(writer.finish(), 'x').batch(0).columns;
      expect(column?.form).toBe('fixed');
      expect(valuesOfChunk(column as ColumnChunk, rowCount)).toStrictEqual(valuesOfChunk(chunk, rowCount));
      if (column?.form === 'fixed') expect(column.data).toStrictEqual(chunk.data);
    }
  });
});

test('a slice of an array holds the values of its rows', () => {
  const rows = fc.array(anyValue, { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(rows, fc.nat(), fc.nat(), (values, a, b) => {
    const [from, to] = [a % (values.length + 1), b % (values.length + 1)].sort((x, y) => x - y) as [number, number];
    const chunk: ColumnChunk = { form: 'values', values };
    const array = encodeColumn(inferField('c', [chunk]), [{ chunk, rowCount: values.length }]);
    expect(valuesOfChunk(decodeColumn(sliceArray(array, from, to)), to - from)).toStrictEqual(values.slice(from, to));
  }), { numRuns: 500 });
});

test('the text form of a value gives the value back', () => {
  fc.assert(fc.property(anyValue, (value) => { expect(textToValue(valueToText(value))).toStrictEqual(value); }), { numRuns: 1000 });
});
