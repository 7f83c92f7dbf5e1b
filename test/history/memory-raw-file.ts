/** A raw file whose pages stay in memory: the test double of block files. */
import type { LiveGeneration } from '../../src/storage/live/live-generation.ts';
import { documentColumns, rawPages } from '../../src/storage/live/raw-rows.ts';
import type { RawFile } from '../../src/storage/scan/raw-file.ts';
import type { ColumnChunk } from '../../src/data/vector/chunk.ts';

const NULLS: ColumnChunk = { form: 'constant', value: null };

export function memoryRawFile(generation: LiveGeneration, pageRows: number): RawFile {
  const names = documentColumns(generation);
  const rows = [...rawPages(generation, names, pageRows)];
  const seqs = rows.flatMap(({ page }) => [...page.seq]);
  return {
    name: `raw-${Math.min(...seqs)}`, rowCount: generation.rowCount, minSeq: Math.min(...seqs), maxSeq: Math.max(...seqs), columns: new Map(),
    pages: () => Promise.resolve(rows.map(({ info }) => info)),
    readPage: (index, columns) => {
      const page = rows[index]?.page;
      if (page === undefined) return Promise.reject(new RangeError('no such page'));
      return Promise.resolve({ ...page, columns: columns.map((name) => (name === '_id' ? page.ids : page.columns[names.indexOf(name)] ?? NULLS)) });
    },
  };
}
