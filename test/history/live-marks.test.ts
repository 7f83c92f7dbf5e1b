import { expect, test } from 'vitest';
import type { RowEvent } from '../../src/storage/event.ts';
import { TableState } from '../../src/storage/live/table-state.ts';
import { liveMarksOf } from '../../src/storage/scan/live-marks.ts';
import type { RawFile } from '../../src/storage/scan/raw-file.ts';
import { isMarked } from '../../src/storage/scan/row-bits.ts';
import { MICROS_MAX } from '../../src/catalog/table-source.ts';
import { CancelFlag } from '../../src/base/cancel.ts';
import { memoryRawFile } from './memory-raw-file.ts';

const PAGE_ROWS = 100;
const put = (id: number): RowEvent => ({ op: 'put', id: BigInt(id), validFrom: 0n, validTo: MICROS_MAX, document: new Map([['_id', BigInt(id)]]) });

/** Ids 0, 2, … 1998 in a file of ten pages; a generation in memory that is given more. */
function fileAndGeneration() {
  const state = new TableState('public', 'docs');
  let seq = 0;
  const write = (ids: readonly number[]): void => { state.apply(ids.map(put), seq + 1, BigInt(seq + 1)); seq += ids.length; };
  write(Array.from({ length: 1000 }, (_, index) => index * 2));
  state.rotate();
  const oldest = state.publish().generations[0];
  if (oldest === undefined) throw new Error('a generation was written');
  const file = memoryRawFile(oldest, PAGE_ROWS);
  const pagesRead: number[] = [];
  const counted: RawFile = { ...file, readColumns: (page, columns) => { pagesRead.push(page); return file.readColumns(page, columns); } };
  state.replaceOldest(oldest, counted);
  const files = state.publish().files;
  const marks = async () => {
    pagesRead.length = 0;
    const generation = state.publish().generations.at(-1);
    if (generation === undefined) throw new Error('a generation is always open');
    return liveMarksOf(generation, files, await Promise.all(files.map((each) => each.pages())), new CancelFlag());
  };
  return { write, marks, pagesRead };
}

test('only keys that came since are looked for, on the pages in whose range they fall', async () => {
  const { write, marks, pagesRead } = fileAndGeneration();
  write([4, 5, 1000, 5000]);
  const first = await marks();
  expect(pagesRead).toEqual([0, 5]);
  expect(first.found.ids).toEqual([4n, 1000n]);
  expect(await marks()).toBe(first);
  expect(pagesRead).toEqual([]);
  write([1998, 6]);
  const second = await marks();
  expect(pagesRead).toEqual([0, 9]);
  expect(second.found.ids).toEqual([4n, 6n, 1000n, 1998n]);
});

test('marks that were handed out do not change', async () => {
  const { write, marks } = fileAndGeneration();
  write([4]);
  const first = await marks();
  write([6]);
  const second = await marks();
  const isMarkedIn = (from: typeof first, row: number): boolean => { const bits = from.marks[0]?.page(0); return bits !== undefined && isMarked(bits, row); };
  expect([2, 3].map((row) => isMarkedIn(first, row))).toEqual([true, false]);
  expect([2, 3].map((row) => isMarkedIn(second, row))).toEqual([true, true]);
});
