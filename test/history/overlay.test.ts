import { expect, test } from 'vitest';
import { CancelFlag } from '../../src/base/cancel.ts';
import { MICROS_MAX, MICROS_MIN } from '../../src/catalog/table-source.ts';
import type { RowEvent, TableEvents } from '../../src/storage/event.ts';
import { TableState } from '../../src/storage/live/table-state.ts';
import type { RawFile } from '../../src/storage/scan/raw-file.ts';
import { StoredTable } from '../../src/storage/scan/table-scan.ts';
import { memoryRawFile } from './memory-raw-file.ts';

const PAGE_ROWS = 100;
const put = (id: number): RowEvent => ({ op: 'put', id: BigInt(id), validFrom: 0n, validTo: MICROS_MAX, document: new Map([['_id', BigInt(id)], ['n', 1n]]) });
const evens = (from: number, to: number): number[] => Array.from({ length: (to - from) / 2 }, (_, index) => from + index * 2);

/** What was read of files since it was asked last: `resolved` are pages of which events were looked at, the others their columns. */
function recorder() {
  let reads: string[] = [];
  return {
    watch: (file: RawFile, name: string): RawFile => ({
      ...file,
      readPage: (page, columns) => { reads.push(`${name} resolved ${page}`); return file.readPage(page, columns); },
      readTimes: (page) => { reads.push(`${name} times ${page}`); return file.readTimes(page); },
      readColumns: (page, columns) => { reads.push(`${name} columns ${page}`); return file.readColumns(page, columns); },
    }),
    taken: (): string[] => { const taken = reads; reads = []; return taken; },
  };
}

const eventsOf = (events: readonly RowEvent[]): TableEvents => ({ kind: 'events', schema: 'public', table: 't', events });

/** A table whose generations become files on request, with system times that are ten times the number of the write. */
function openTable() {
  const state = new TableState('public', 't');
  const { watch, taken } = recorder();
  let seq = 0;
  let time = 0n;
  const write = (ids: readonly number[]): void => { time += 10n; state.apply(eventsOf(ids.map(put)), seq + 1, time); seq += ids.length; };
  const flush = (name: string): void => {
    state.rotate();
    const oldest = state.publish().generations[0];
    if (oldest === undefined) throw new Error('a generation was written');
    state.replaceOldest(oldest, watch(memoryRawFile(oldest, PAGE_ROWS), name));
  };
  const count = async (at: bigint, columns: readonly string[] = []): Promise<number> => {
    const version = state.publish();
    const view = { version, systemTime: time, committed: { seq: version.seq, systemTime: time }, live: version.generations.map((generation) => ({ generation, seq: version.seq })) };
    let rowCount = 0;
    const request = { columns, valid: { from: 5n, to: 6n }, system: { from: at, to: at + 1n }, clampValid: false, bounds: [] };
    for await (const chunk of new StoredTable(view).scan(request, new CancelFlag())) rowCount += chunk.rowCount;
    return rowCount;
  };
  return { write, flush, count, taken, now: () => time };
}

test('only entities with new events are resolved, on the pages in whose range they fall', async () => {
  const { write, flush, count, taken, now } = openTable();
  write(evens(0, 2000));
  flush('a');
  expect(await count(now())).toBe(1000);
  expect(taken().filter((read) => read.includes('resolved'))).toEqual([]);
  write([4, 5, 1000, 5000]);
  expect(await count(now())).toBe(1002);
  expect(taken().filter((read) => read.includes('resolved'))).toEqual(['a resolved 0', 'a resolved 5']);
  expect(await count(now())).toBe(1002);
  expect(taken().filter((read) => read.includes('resolved'))).toEqual([]);
  write([1998, 6]);
  expect(await count(now())).toBe(1002);
  expect(taken().filter((read) => read.includes('resolved'))).toEqual(['a resolved 0', 'a resolved 9']);
});

test('a block that became a file is resolved by itself, and older files are not read again', async () => {
  const { write, flush, count, taken, now } = openTable();
  write(evens(0, 400));
  flush('a');
  write(evens(0, 400));
  expect(await count(now())).toBe(200);
  taken();
  flush('b');
  expect(await count(now())).toBe(200);
  expect(taken().filter((read) => read.startsWith('a'))).toEqual([]);
});

test('pages of which nothing can be seen are not read, and of pages that are seen as they are only the columns', async () => {
  const { write, flush, count, taken, now } = openTable();
  write(evens(0, 400));
  flush('a');
  const before = now();
  write(evens(0, 400));
  flush('b');
  expect(await count(now(), ['n'])).toBe(200);
  taken();
  expect(await count(now(), ['n'])).toBe(200);
  expect(taken()).toEqual(['b columns 0', 'b columns 1']);
  expect(await count(before, ['n'])).toBe(200);
  expect(taken()).toEqual(['a columns 0', 'a columns 1']);
  expect(await count(MICROS_MIN + 1n, ['n'])).toBe(0);
  expect(taken()).toEqual([]);
});

test('an erase hides an entity from those who see it, and from nobody else', async () => {
  const state = new TableState('public', 't');
  state.apply(eventsOf([put(1), put(2)]), 1, 10n);
  const viewNow = (systemTime: bigint) => {
    const version = state.publish();
    return { version, systemTime, committed: { seq: version.seq, systemTime }, live: version.generations.map((generation) => ({ generation, seq: version.seq })) };
  };
  const rows = async (view: ReturnType<typeof viewNow>): Promise<number> => {
    let rowCount = 0;
    const all = { from: MICROS_MIN, to: MICROS_MAX };
    for await (const chunk of new StoredTable(view).scan({ columns: ['n'], valid: all, system: all, clampValid: false, bounds: [] }, new CancelFlag())) rowCount += chunk.rowCount;
    return rowCount;
  };
  const before = viewNow(10n);
  state.apply(eventsOf([{ op: 'erase', id: 1n, validFrom: MICROS_MIN, validTo: MICROS_MAX, document: null }]), 3, 20n);
  const after = viewNow(20n);
  expect([await rows(after), await rows(before), await rows(after)]).toEqual([1, 2, 1]);
});
