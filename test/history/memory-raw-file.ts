/** A raw file whose pages stay in memory: the test double of block files. */
import type { LiveGeneration } from '../../src/storage/live/live-generation.ts';
import { documentColumns, rawPages } from './raw-rows.ts';
import { MICROS_MAX, MICROS_MIN } from '../../src/catalog/table-source.ts';
import { compareIds } from '../../src/storage/key.ts';
import { chunkValue } from '../../src/data/vector/chunk-value.ts';
import type { PageTimeBounds, RawFile, RawPage } from '../../src/storage/scan/raw-file.ts';
import type { ColumnChunk } from '../../src/data/vector/chunk.ts';

const NULLS: ColumnChunk = { form: 'constant', value: null };

export function memoryRawFile(generation: LiveGeneration, pageRows: number): RawFile {
  const names = documentColumns(generation);
  const rows = [...rawPages(generation, names, pageRows)];
  const seqs = rows.flatMap(({ page }) => [...page.seq]);
  const read = (page: RawPage, columns: readonly string[]): RawPage =>
    ({ ...page, columns: columns.map((name) => (name === '_id' ? page.ids : page.columns[names.indexOf(name)] ?? NULLS)) });
  return {
    name: `raw-${Math.min(...seqs)}`, rowCount: generation.rowCount, minSeq: Math.min(...seqs), maxSeq: Math.max(...seqs), columns: new Map(),
    pages: () => Promise.resolve(rows.map(({ info }) => info)),
    timeBounds: () => Promise.resolve(rows.map(({ page }) => timeBoundsOf(page))),
    readTimes: (index) => {
      const page = rows[index]?.page;
      return page === undefined ? Promise.reject(new RangeError('no such page')) : Promise.resolve(page);
    },
    readPage: (index, columns) => {
      const page = rows[index]?.page;
      return page === undefined ? Promise.reject(new RangeError('no such page')) : Promise.resolve(read(page, columns));
    },
    readColumns: (index, columns) => {
      const page = rows[index]?.page;
      return page === undefined ? Promise.reject(new RangeError('no such page')) : Promise.resolve(columns.map((name, at) => (name === '_id' ? page.ids : read(page, columns).columns[at] as ColumnChunk)));
    },
    readEntity: (id, columns) => Promise.resolve(rows.flatMap(({ page }) => {
      const isWanted = (row: number): boolean => compareIds(chunkValue(page.ids, row), id) === 0;
      const at = Array.from({ length: page.rowCount }, (_, row) => row).filter(isWanted);
      return at.length === 0 ? [] : [pickRows(read(page, columns), at)];
    })),
  };
}

const least = (values: BigInt64Array): bigint => values.reduce((a, b) => (b < a ? b : a), MICROS_MAX);

const timeBoundsOf = (page: RawPage): PageTimeBounds => ({
  minSystemFrom: least(page.systemFrom), minValidFrom: least(page.validFrom), maxValidTo: page.validTo.reduce((a, b) => (b > a ? b : a), MICROS_MIN),
  isUnbounded: page.validTo.every((to) => to === MICROS_MAX),
});

function pickRows(page: RawPage, at: readonly number[]): RawPage {
  const pick = (chunk: ColumnChunk): ColumnChunk => ({ form: 'values', values: at.map((row) => chunkValue(chunk, row)) });
  const rows = Int32Array.from(at);
  return {
    rowCount: at.length, seq: Float64Array.from(rows, (row) => page.seq[row] as number), op: Uint8Array.from(rows, (row) => page.op[row] as number),
    systemFrom: BigInt64Array.from(at, (row) => page.systemFrom[row] as bigint), validFrom: BigInt64Array.from(at, (row) => page.validFrom[row] as bigint),
    validTo: BigInt64Array.from(at, (row) => page.validTo[row] as bigint), ids: pick(page.ids), columns: page.columns.map(pick),
  };
}
