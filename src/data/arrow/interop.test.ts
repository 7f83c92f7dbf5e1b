import * as arrow from 'apache-arrow';
import * as flechette from '@uwdata/flechette';
import { describe, expect, test } from 'vitest';
import type { Value } from '../types/value.ts';
import type { ColumnChunk } from '../vector/chunk.ts';
import { valuesOfChunk } from '../vector/chunk-value.ts';
import { dictionaryField, TextDictionary } from './encode-dictionary.ts';
import { encodeColumn } from './encode-column.ts';
import { openArrowFile } from './file.ts';
import { inferField } from './infer.ts';
import { readArrowStream } from './stream.ts';
import { ArrowWriter } from './writer.ts';

const NEAR_MAX = 2n ** 63n - 25n;
/** 9999-12-31T23:59:59.999999Z, which a double cannot hold. */
const LATE = 253402300799999999n;

const COLUMNS: Record<string, readonly Value[]> = {
  int64: [1n, NEAR_MAX, null, -1n],
  int32: [1, 2, null, -4].map((value) => (value === null ? null : { kind: 'int', bits: 32, value })),
  float64: [1.5, null, -0, 1e300],
  flag: [true, false, null, true],
  text: ['a', 'zwölf', '', null],
  bytes: [Uint8Array.of(1, 2), null, Uint8Array.of(), Uint8Array.of(255)],
  instant: [LATE, 1700000000000001n, 0n, null].map((value) => (value === null ? null : { kind: 'timestamptz', unit: 'us', value, zone: 'UTC' })),
  local: [LATE, null, 0n, -5n].map((value) => (value === null ? null : { kind: 'timestamp', unit: 'us', value })),
  date: [0, 19000, null, -1].map((days) => (days === null ? null : { kind: 'date', days })),
  span: [1n, 2n, null, NEAR_MAX].map((value) => (value === null ? null : { kind: 'duration', unit: 'us', value })),
  time: [1n, 86_399_999_999n, null, 0n].map((value) => (value === null ? null : { kind: 'time', unit: 'us', value })),
  money: [12345n, -1n, null, 10n ** 31n].map((unscaled) => (unscaled === null ? null : { kind: 'decimal', unscaled, scale: 2, precision: 32 })),
  uuid: ['00112233-4455-6677-8899-aabbccddeeff', null, 'ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-0000-0000-000000000000'].map((text) => (text === null ? null : { kind: 'uuid', text })),
  mixed: [1n, 'one', 1.5, null],
  list: [[1n, 2n], [], null, [3n]],
  struct: [new Map<string, Value>([['a', 1n], ['b', 'x']]), new Map<string, Value>([['a', 2n]]), null, new Map<string, Value>([['a', 3n], ['b', 'y']])],
  nothing: [null, null, null, null],
  second: [5n, 86_399n, null, 0n].map((value) => (value === null ? null : { kind: 'time', unit: 's', value })),
  small: [1, -128, null, 127].map((value) => (value === null ? null : { kind: 'int', bits: 8, value })),
  real: [1.5, -0.25, null, 0].map((value) => (value === null ? null : { kind: 'float32', value })),
  huge: [10n ** 60n, -1n, null, 0n].map((unscaled) => (unscaled === null ? null : { kind: 'decimal', unscaled, scale: 9, precision: 64 })),
  months: [14, -1, null, 0].map((months) => (months === null ? null : { kind: 'interval', form: 'year-month', months, days: 0, nanos: 0n })),
  span2: [1, 2, null, 3].map((days) => (days === null ? null : { kind: 'interval', form: 'month-day-nano', months: 1, days, nanos: 5n })),
  keyword: ['a/b', null, 'c', 'd'].map((name) => (name === null ? null : { kind: 'keyword', name })),
  period: [{ kind: 'period', from: LATE, to: null }, null, { kind: 'period', from: null, to: 5n }, { kind: 'period', from: 1n, to: 2n }],
  set: [{ kind: 'set', items: ['x', 'y'] }, null, { kind: 'set', items: [] }, { kind: 'set', items: ['z'] }],
  failure: [{ kind: 'error', category: 'incorrect', code: 'c', message: 'm', data: new Map<string, Value>() }, null, null, null],
};
const ROWS = 4;

function writeColumns(compression: 'none' | 'zstd', format: 'file' | 'stream' = 'file'): Uint8Array {
  const names = Object.keys(COLUMNS);
  const chunks = names.map((name): ColumnChunk => ({ form: 'values', values: COLUMNS[name] as readonly Value[] }));
  const fields = names.map((name, i) => inferField(name, [chunks[i] as ColumnChunk]));
  const dictionary = new TextDictionary();
  const coded = dictionaryField('coded', 0n, true);
  const text: ColumnChunk & { form: 'text' } = { form: 'text', offsets: Int32Array.of(0, 2, 4, 6, 8), bytes: new TextEncoder().encode('abcdabcd'), validity: Uint8Array.of(0b1101) };
  const codedArray = dictionary.encode(coded, text, ROWS);
  const writer = new ArrowWriter({ fields: [...fields, coded], metadata: new Map() }, { format, compression, dictionaries: new Map([[0n, dictionary.values()]]) });
  const arrays = [...fields.map((field, i) => encodeColumn(field, [{ chunk: chunks[i] as ColumnChunk, rowCount: ROWS }])), codedArray];
  writer.batch(arrays, ROWS);
  writer.batch(arrays, ROWS);
  writer.endBatches();
  return writer.finish();
}

const rowsOf = (column: ColumnChunk | undefined, rowCount = ROWS): readonly Value[] => valuesOfChunk(column as ColumnChunk, rowCount);

describe('what is written', () => {
  test.each(['file', 'stream'] as const)('a %s is read by apache-arrow with exact values', (format) => {
    const table = arrow.tableFromIPC(writeColumns('none', format));
    expect(table.numRows).toBe(2 * ROWS);
    expect([...(table.getChild('int64') as arrow.Vector)].slice(0, 4)).toEqual([1n, NEAR_MAX, null, -1n]);
    expect([...(table.getChild('int64') as arrow.Vector)].slice(4)).toEqual([1n, NEAR_MAX, null, -1n]);
    expect([...(table.getChild('text') as arrow.Vector)].slice(0, 4)).toEqual(['a', 'zwölf', '', null]);
    expect([...(table.getChild('coded') as arrow.Vector)].slice(0, 4)).toEqual(['ab', null, 'ab', 'cd']);
    expect([...(table.getChild('flag') as arrow.Vector)].slice(0, 4)).toEqual([true, false, null, true]);
    expect([...(table.getChild('mixed') as arrow.Vector)].slice(0, 4)).toEqual([1n, 'one', 1.5, null]);
    expect([...(table.getChild('list') as arrow.Vector)].slice(0, 4).map((list) => list && [...list])).toEqual([[1n, 2n], [], null, [3n]]);
    expect([...(table.getChild('struct') as arrow.Vector)].slice(0, 2).map((row) => row.toJSON())).toEqual([{ a: 1n, b: 'x' }, { a: 2n, b: null }]);
    const instants = table.getChild('instant') as arrow.Vector;
    expect(instants.data[0]?.values[0]).toBe(LATE);
    expect(String(table.schema.fields.find((field) => field.name === 'instant')?.type)).toBe('Timestamp<MICROSECOND, UTC>');
    expect((table.getChild('span') as arrow.Vector).data[0]?.values[3]).toBe(NEAR_MAX);
    expect(table.getChild('date')?.get(1)).toBe(19000 * 86_400_000);
    expect(table.getChild('uuid')?.get(0)).toEqual(Uint8Array.of(0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff));
    expect(table.schema.fields.find((field) => field.name === 'uuid')?.metadata.get('ARROW:extension:name')).toBe('arrow.uuid');
    expect([...(table.getChild('small') as arrow.Vector)].slice(0, 4)).toEqual([1, -128, null, 127]);
    expect([...(table.getChild('real') as arrow.Vector)].slice(0, 4)).toEqual([1.5, -0.25, null, 0]);
    expect([...(table.getChild('keyword') as arrow.Vector)].slice(0, 4)).toEqual(['a/b', null, 'c', 'd']);
    expect([...(table.getChild('second') as arrow.Vector)].slice(0, 4)).toEqual([5, 86_399, null, 0]);
    expect([...(table.getChild('set') as arrow.Vector)].slice(0, 4).map((list) => list && [...list])).toEqual([['x', 'y'], null, [], ['z']]);
    const periods = table.getChild('period') as arrow.Vector;
    expect(periods.data[0]?.children[0]?.values[0]).toBe(LATE);
    expect(periods.get(1)).toBeNull();
    expect(String(table.schema.fields.find((field) => field.name === 'huge')?.type)).toBe('Decimal[64e+9]');
    expect((table.getChild('money') as arrow.Vector).data[0]?.values.slice(0, 4)).toEqual(Uint32Array.of(12345, 0, 0, 0));
  });

  test.each(['none', 'zstd'] as const)('a file (compression: %s) is read by flechette with exact values', async (compression) => {
    const { zstdDecompressSync } = await import('node:zlib');
    flechette.setCompressionCodec(flechette.CompressionType.ZSTD, { decode: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) } as never);
    const table = flechette.tableFromIPC(writeColumns(compression), { useBigInt: true, useDecimalInt: true } as never);
    const column = (name: string): unknown[] => [...table.getChild(name)].slice(0, ROWS);
    expect(column('int64')).toEqual([1n, NEAR_MAX, null, -1n]);
    expect(column('money')).toEqual([12345n, -1n, null, 10n ** 31n]);
    expect(column('text')).toEqual(['a', 'zwölf', '', null]);
    expect(column('coded')).toEqual(['ab', null, 'ab', 'cd']);
    expect(column('mixed')).toEqual([1n, 'one', 1.5, null]);
    expect(column('float64')).toEqual([1.5, null, -0, 1e300]);
    expect(column('huge')).toEqual([10n ** 60n, -1n, null, 0n]);
    expect(column('small')).toEqual([1, -128, null, 127]);
    expect(column('second')).toEqual([5, 86_399, null, 0]);
    expect(column('span2').map((each) => each && [...(each as Float64Array)])).toEqual([[1, 1, 5], [1, 2, 5], null, [1, 3, 5]]);
    expect(column('set').map((list) => list && [...(list as string[])])).toEqual([['x', 'y'], null, [], ['z']]);
    expect(column('nothing')).toEqual([null, null, null, null]);
    expect(table.numRows).toBe(2 * ROWS);
  });

  test.each(['none', 'zstd'] as const)('is read back (compression: %s) as it was', (compression) => {
    const file = openArrowFile(writeColumns(compression), 'x');
    for (const index of [0, 1]) {
      const { columns } = file.batch(index);
      Object.entries(COLUMNS).forEach(([, values], i) => { expect(rowsOf(columns[i])).toStrictEqual(values); });
      expect(rowsOf(columns.at(-1))).toEqual(['ab', null, 'ab', 'cd']);
    }
  });
});

describe('what others write', () => {
  test('apache-arrow: numbers, text, instants, dictionaries, lists, unsigned and large types', () => {
    const table = new arrow.Table({
      i: arrow.vectorFromArray([1n, null, NEAR_MAX], new arrow.Int64()),
      u: arrow.vectorFromArray([1, 2, 4294967295], new arrow.Uint32()),
      u64: arrow.vectorFromArray([1n, 2n, 2n ** 64n - 1n], new arrow.Uint64()),
      t: arrow.vectorFromArray(['x', null, 'zz'], new arrow.Utf8()),
      lt: arrow.vectorFromArray(['x', null, 'zz'], new arrow.LargeUtf8()),
      d: arrow.vectorFromArray(['k', 'l', 'k']),
      b: arrow.vectorFromArray([true, null, false], new arrow.Bool()),
      l: arrow.vectorFromArray([[1, 2], null, []], new arrow.List(new arrow.Field('item', new arrow.Int32(), true))),
      f: arrow.vectorFromArray([[1, 2], [3, 4], [5, 6]], new arrow.FixedSizeList(2, new arrow.Field('item', new arrow.Float64(), true))),
      ms: arrow.vectorFromArray([new Date(0), null, new Date(86_400_000)], new arrow.DateMillisecond()),
      day: arrow.vectorFromArray([new Date(0), null, new Date(86_400_000)], new arrow.DateDay()),
      st: arrow.vectorFromArray([{ a: 1 }, null, { a: 3 }], new arrow.Struct<{ a: arrow.Float64 }>([new arrow.Field('a', new arrow.Float64(), true)])),
    });
    for (const format of ['file', 'stream'] as const) {
      const bytes = arrow.tableToIPC(table, format);
      const batch = format === 'file' ? openArrowFile(bytes, 'x').batch(0) : [...readArrowStream(bytes, 'x').batches][0];
      const column = (i: number): readonly Value[] => rowsOf(batch?.columns[i], 3);
      expect(column(0)).toEqual([1n, null, NEAR_MAX]);
      expect(column(1)).toEqual([1n, 2n, 4294967295n]);
      expect(column(2)).toEqual([1n, 2n, 2n ** 64n - 1n].map((unscaled) => ({ kind: 'decimal', unscaled, scale: 0, precision: 20 })));
      expect(column(3)).toEqual(['x', null, 'zz']);
      expect(column(4)).toEqual(['x', null, 'zz']);
      expect(column(5)).toEqual(['k', 'l', 'k']);
      expect(column(6)).toEqual([true, null, false]);
      expect(column(7)).toEqual([[1, 2].map((value) => ({ kind: 'int', bits: 32, value })), null, []]);
      expect(column(8)).toEqual([[1, 2], [3, 4], [5, 6]]);
      expect(column(9)).toEqual([{ kind: 'timestamp', unit: 'ms', value: 0n }, null, { kind: 'timestamp', unit: 'ms', value: 86_400_000n }]);
      expect(column(10)).toEqual([{ kind: 'date', days: 0 }, null, { kind: 'date', days: 1 }]);
      expect(column(11)).toEqual([new Map([['a', 1]]), null, new Map([['a', 3]])]);
    }
  });

  test('flechette: a union, a struct, timestamps and ZSTD bodies', async () => {
    const { zstdCompressSync, zstdDecompressSync } = await import('node:zlib');
    flechette.setCompressionCodec(flechette.CompressionType.ZSTD, {
      encode: (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes)), decode: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)),
    } as never);
    const union = flechette.union(flechette.UnionMode.Dense, [flechette.int64(), flechette.utf8()], [0, 1], ((value: unknown) => (typeof value === 'string' ? 1 : 0)) as never);
    const table = flechette.tableFromArrays({ u: [1n, 'a', 2n], s: [{ x: 1, y: 'p' }, { x: 2, y: 'q' }, { x: 3, y: 'r' }], t: [0, 1000, 2000].map((ms) => new Date(ms)) }, {
      types: { u: union, s: flechette.struct({ x: flechette.int32(), y: flechette.utf8() }), t: flechette.timestamp(flechette.TimeUnit.MICROSECOND, 'UTC') },
    } as never);
    for (const options of [{}, { codec: flechette.CompressionType.ZSTD }]) {
      const bytes = flechette.tableToIPC(table, { format: 'file', ...options } as never) as Uint8Array;
      const { columns } = openArrowFile(bytes, 'x').batch(0);
      expect(rowsOf(columns[0], 3)).toEqual([1n, 'a', 2n]);
      expect(rowsOf(columns[1], 3)[1]).toEqual(new Map<string, Value>([['x', { kind: 'int', bits: 32, value: 2 }], ['y', 'q']]));
      expect(rowsOf(columns[2], 3)).toEqual([0n, 1_000_000n, 2_000_000n].map((value) => ({ kind: 'timestamptz', unit: 'us', value, zone: 'UTC' })));
    }
  });
});
