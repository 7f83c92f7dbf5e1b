import { expect, test } from 'vitest';
import { MICROS_MAX, MICROS_MIN } from '../../catalog/table-source.ts';
import type { ColumnChunk, RowChunk } from '../../data/vector/chunk.ts';
import { PieceSelection } from './piece-selection.ts';
import { type ColumnPage, planOutput, RowCollector } from './row-collector.ts';

const MIB = 2 ** 20;

function textPage(rowCount: number, rowBytes: number): ColumnChunk {
  return { form: 'text', offsets: Int32Array.from({ length: rowCount + 1 }, (_, row) => row * rowBytes), bytes: new Uint8Array(rowCount * rowBytes), validity: null };
}
const valuesPage = (rowCount: number, rowBytes: number): ColumnChunk => ({ form: 'values', values: Array.from({ length: rowCount }, () => ['x'.repeat(rowBytes)]) });

function taken(collector: RowCollector): RowChunk[] {
  collector.finish();
  const chunks: RowChunk[] = [];
  for (let ready = collector.takeReady(); ready !== undefined; ready = collector.takeReady()) chunks.push(ready);
  return chunks;
}

/** All rows but the first, as a query does that sees closings. */
function chosen(rowCount: number): PieceSelection {
  const selection = new PieceSelection({ validFrom: MICROS_MIN, validTo: MICROS_MAX, systemFrom: 1n, systemTo: MICROS_MAX, clamp: false }, false);
  const times = { systemFrom: new BigInt64Array(rowCount).fill(1n), validFrom: new BigInt64Array(rowCount).fill(1n), validTo: new BigInt64Array(rowCount).fill(MICROS_MAX) };
  times.systemFrom[0] = MICROS_MAX;
  selection.choose(rowCount, times, undefined);
  return selection;
}

const FORMS = [['text', textPage], ['values', valuesPage]] as const;

test.each(FORMS)('a chunk of large rows ends early: %s', (_, pageOf) => {
  const collector = new RowCollector(planOutput(['a']));
  for (let page = 0; page < 10; page++) collector.addChosen({ columns: [pageOf(5, MIB)] }, 5, chosen(5));
  const counts = taken(collector).map(({ rowCount }) => rowCount);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
  expect(Math.max(...counts)).toBeLessThanOrEqual(8);
  for (let page = 0; page < 10; page++) for (let row = 0; row < 4; row++) collector.add({ columns: [pageOf(5, MIB)] }, row, 0n, MICROS_MAX, 0n, MICROS_MAX);
  expect(Math.max(...taken(collector).map(({ rowCount }) => rowCount))).toBeLessThanOrEqual(8);
});

test('so does one whose few rows are on many pages', () => {
  const collector = new RowCollector(planOutput(['a']));
  for (let page = 0; page < 100; page++) collector.add({ columns: [textPage(4096, 256)] }, 7, 0n, MICROS_MAX, 0n, MICROS_MAX);
  const counts = taken(collector).map(({ rowCount }) => rowCount);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100);
  expect(Math.max(...counts)).toBeLessThanOrEqual(8);
});

test('live pages are held by nobody but their generation', () => {
  const collector = new RowCollector(planOutput(['a']));
  const live: ColumnPage = { columns: [textPage(4096, 4096)], isLive: true };
  for (let row = 0; row < 1000; row++) collector.add(row % 2 === 0 ? live : { columns: [textPage(1, 10)] }, 0, 0n, MICROS_MAX, 0n, MICROS_MAX);
  expect(taken(collector).map(({ rowCount }) => rowCount)).toEqual([1000]);
});

test.each([['no document columns', []], ['small rows', [textPage(5000, 10)]]])('%s fill whole chunks', (_, columns) => {
  const collector = new RowCollector(planOutput(columns.length === 0 ? [] : ['a']));
  collector.addChosen({ columns }, 5000, chosen(5000));
  expect(taken(collector).map(({ rowCount }) => rowCount)).toEqual([4096, 903]);
});
