import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../base/random.ts';
import { checkChunk, mutate, readsOrFailsByName } from '../../../test/storage/corruption.ts';
import type { Value } from '../types/value.ts';
import type { ColumnChunk } from '../vector/chunk.ts';
import { dictionaryField, TextDictionary } from './encode-dictionary.ts';
import { encodeColumn } from './encode-column.ts';
import { openArrowFile } from './file.ts';
import { inferField } from './infer.ts';
import { readArrowStream } from './stream.ts';
import { ArrowWriter } from './writer.ts';

const RUNS = 5000;

const text = (...parts: readonly string[]): ColumnChunk & { form: 'text' } => {
  const encoded = parts.map((part) => new TextEncoder().encode(part));
  const offsets = Int32Array.from([0, ...encoded.map((_, i) => encoded.slice(0, i + 1).reduce((sum, part) => sum + part.length, 0))]);
  return { form: 'text', offsets, bytes: Uint8Array.from(encoded.flatMap((part) => [...part])), validity: null };
};

/** A row of every type, nested and mixed. */
const CELLS: Record<string, readonly Value[]> = {
  i64: [1n, -(2n ** 63n), null], i8: [{ kind: 'int', bits: 8, value: -1 }, null, { kind: 'int', bits: 8, value: 5 }], f: [1.5, NaN, null], b: [true, null, false],
  bytes: [Uint8Array.of(1, 2, 3), Uint8Array.of(), null], d: [{ kind: 'date', days: 3 }, null, null], t: [{ kind: 'time', unit: 'us', value: 5n }, { kind: 'time', unit: 'us', value: 6n }, null],
  ts: [{ kind: 'timestamptz', unit: 'us', value: 5n, zone: 'UTC' }, null, { kind: 'timestamptz', unit: 'us', value: 7n, zone: 'UTC' }],
  dec: [{ kind: 'decimal', unscaled: 10n ** 31n, scale: 2, precision: 32 }, null, { kind: 'decimal', unscaled: -5n, scale: 2, precision: 32 }],
  big: [{ kind: 'decimal', unscaled: 10n ** 60n, scale: 2, precision: 64 }, null, null],
  uuid: [{ kind: 'uuid', text: '00112233-4455-6677-8899-aabbccddeeff' }, null, null], kw: [{ kind: 'keyword', name: 'k' }, null, { kind: 'keyword', name: 'é' }],
  iv: [{ kind: 'interval', form: 'month-day-nano', months: 1, days: 2, nanos: 3n }, null, null], p: [{ kind: 'period', from: 1n, to: null }, null, { kind: 'period', from: null, to: 2n }],
  list: [[1n, null], [], null], mixed: [1n, 'x', [new Map<string, Value>([['a', 1n]])]], set: [{ kind: 'set', items: ['a', 'b'] }, null, null],
  struct: [new Map<string, Value>([['a', 1n], ['b', ['x', 2.5]]]), new Map<string, Value>([['b', null]]), null],
  error: [{ kind: 'error', category: 'incorrect', code: 'c', message: 'm', data: new Map<string, Value>([['n', 1n]]) }, null, null],
};

function sample(names: readonly string[], format: 'file' | 'stream', compression: 'none' | 'zstd'): Uint8Array {
  const chunks = names.map((name): ColumnChunk => ({ form: 'values', values: CELLS[name] as readonly Value[] }));
  const fields = names.map((name, i) => inferField(name, [chunks[i] as ColumnChunk]));
  const dictionary = new TextDictionary();
  const coded = dictionaryField('coded', 0n, true);
  const codedArray = dictionary.encode(coded, text('a', 'bc', 'a'), 3);
  const plain = inferField('text', [text('a', 'zwölf', '')]);
  const writer = new ArrowWriter({ fields: [...fields, coded, plain], metadata: new Map() }, { format, compression, dictionaries: new Map([[0n, dictionary.values()]]) });
  writer.batch([...fields.map((field, i) => encodeColumn(field, [{ chunk: chunks[i] as ColumnChunk, rowCount: 3 }])), codedArray, encodeColumn(plain, [{ chunk: text('a', 'zwölf', ''), rowCount: 3 }])], 3);
  writer.endBatches();
  return writer.finish();
}

function readAll(bytes: Uint8Array, format: 'file' | 'stream'): void {
  if (format === 'stream') {
    for (const batch of readArrowStream(bytes, 'x').batches) for (const column of batch.columns) checkChunk(column, batch.rowCount);
    return;
  }
  const file = openArrowFile(bytes, 'x');
  for (let i = 0; i < file.footer.batches.length; i++) {
    const batch = file.batch(i);
    for (const column of batch.columns) checkChunk(column, batch.rowCount);
  }
}

describe('files and streams with wrong bytes', () => {
  test(`${RUNS} random corruptions each end in a named error or in values within their types`, async () => {
    const random = new SeededRandom(20_261);
    const names = Object.keys(CELLS);
    const samples = Array.from({ length: 24 }, (_, i) => {
      const format = i % 2 === 0 ? 'file' as const : 'stream' as const;
      return { format, bytes: sample(names.filter(() => random.unit() < 0.3), format, i % 3 === 0 ? 'zstd' : 'none') };
    });
    let errors = 0;
    for (let run = 0; run < RUNS; run++) {
      const { format, bytes } = random.pick(samples);
      const mutated = bytes.slice();
      mutate(mutated, random);
      const cut = random.integer(20) === 0 ? mutated.subarray(0, random.integer(mutated.length)) : mutated;
      if (await readsOrFailsByName(() => { readAll(cut, format); })) errors += 1;
    }
    expect(errors).toBeGreaterThan(RUNS / 4);
    expect(errors).toBeLessThan(RUNS);
  });

  test('the samples themselves are whole', () => {
    for (const format of ['file', 'stream'] as const) for (const compression of ['none', 'zstd'] as const) readAll(sample(Object.keys(CELLS), format, compression), format);
  });
});
