import { describe, expect, test } from 'vitest';
import { CancelFlag } from '../../src/base/cancel.ts';
import { SeededRandom } from '../../src/base/random.ts';
import type { ScanRequest, TableSource } from '../../src/catalog/table-source.ts';
import { isTagged, type Value } from '../../src/data/types/value.ts';
import type { RowEvent, TableEvents } from '../../src/storage/event.ts';
import { mapKey } from '../../src/storage/key.ts';
import { chunkValue } from '../../src/data/vector/chunk-value.ts';
import { StagedTable } from '../../src/storage/live/staged-table.ts';
import { TableState, type TableVersion } from '../../src/storage/live/table-state.ts';
import { StoredTable, type TableView } from '../../src/storage/scan/table-scan.ts';
import { boundsOf, cellRow, instantOf, systemTimeOf } from './grid.ts';
import { memoryRawFile } from './memory-raw-file.ts';
import { memorySettled } from './memory-settled.ts';
import { answer, showRows, type CellEvent, type CellQuery, type CellRow } from './oracle.ts';
import { randomHistory, randomQuery } from './random-history.ts';

const ID_SETS: readonly (readonly Value[])[] = [
  [1n, 2n, 3n, -4n],
  ['a', 'ab', 'a\0', ''],
  [7n, { kind: 'uuid', text: '00000000-0000-4000-8000-000000000001' }, 'x', { kind: 'keyword', name: 'x' }],
  [{ kind: 'int', bits: 16, value: 5 }, { kind: 'int', bits: 32, value: -5 }, { kind: 'int', bits: 16, value: 6 }, 9n],
];

function rowEvent(event: CellEvent, index: number, ids: readonly Value[]): RowEvent {
  const id = ids[event.key] as Value;
  const document = new Map<string, Value>([['_id', id], ['n', BigInt(index)], ['matches', event.matches], ['mixed', index % 3 === 0 ? null : index % 2 === 0 ? `v${index}` : index]]);
  return { op: event.op, id, validFrom: instantOf(event.from), validTo: instantOf(event.to), document: event.op === 'put' ? document : null };
}

const COLUMNS = ['n', '_id', 'mixed', 'matches', 'nowhere', '_valid_from', '_valid_to', '_system_from', '_system_to'];

const eventsOf = (events: readonly RowEvent[]): TableEvents => ({ kind: 'events', schema: 'public', table: 't', events });

interface Found { readonly row: CellRow; readonly values: readonly Value[] }

const micros = (value: Value): bigint => (isTagged(value) && value.kind === 'timestamptz' ? value.value : 2n ** 63n - 1n);

async function scan(source: TableSource, query: CellQuery, keys: readonly Value[] | undefined): Promise<Found[]> {
  const bounds = boundsOf(query);
  const request: ScanRequest = {
    columns: COLUMNS, valid: { from: bounds.validFrom, to: bounds.validTo }, system: { from: bounds.systemFrom, to: bounds.systemTo },
    clampValid: query.clamp, bounds: keys === undefined ? [] : [{ column: '_id', op: 'in', values: keys }],
  };
  const found: Found[] = [];
  const result = source.scan(request, new CancelFlag());
  expect(result.residual).toEqual([]);
  for await (const chunk of result) {
    expect(structuredClone(chunk).rowCount).toBe(chunk.rowCount);
    for (let row = 0; row < chunk.rowCount; row++) {
      const values = chunk.columns.map((column) => chunkValue(column, row));
      const [n, , , , , validFrom, validTo, systemFrom, systemTo] = values as [bigint, Value, Value, Value, Value, Value, Value, Value, Value];
      found.push({ row: cellRow(Number(n), micros(validFrom), micros(validTo), micros(systemTo)), values: [...values.slice(0, 5), micros(systemFrom)] });
    }
  }
  return found;
}

/** A snapshot that was taken when the first `count` events were there. */
interface Kept { readonly count: number; readonly view: TableView; readonly how: string }

const plainView = (version: TableVersion, systemTime: bigint): TableView =>
  ({ version, live: version.generations.map((generation) => ({ generation, seq: version.seq })), systemTime, committed: { seq: version.seq, systemTime } });

/** Transactions of a history: events with the same time. */
function transactionsOf(events: readonly CellEvent[]): number[][] {
  const groups = new Map<number, number[]>();
  events.forEach((event, index) => { groups.set(event.time, [...(groups.get(event.time) ?? []), index]); });
  return [...groups.values()];
}

/** Plays the history into a table that settles its beginning and flushes generations at random; keeps snapshots on the way. */
function play(random: SeededRandom, events: readonly CellEvent[], rows: readonly RowEvent[]): Kept[] {
  const transactions = transactionsOf(events);
  const settledTransactions = random.unit() < 0.3 ? random.integer(transactions.length) : 0;
  const settledCount = transactions.slice(0, settledTransactions).flat().length;
  const inputs = rows.slice(0, settledCount).map((event, index) => ({ event, seq: index + 1, systemFrom: systemTimeOf((events[index] as CellEvent).time) }));
  const empty = new TableState('public', 't').publish();
  const state = new TableState('public', 't', settledCount === 0 ? empty : { ...empty, settled: memorySettled(inputs, 1 + random.integer(3)), seq: settledCount });
  const kept: Kept[] = [];
  const flushing = random.pick([0, 0.3, 0.8]);
  let count = settledCount;
  for (const transaction of transactions.slice(settledTransactions)) {
    const systemTime = systemTimeOf((events[count] as CellEvent).time);
    if (random.unit() < 0.4) kept.push(stagedOn(state.publish(), transactions, count, events, rows));
    state.apply(eventsOf(transaction.map((index) => rows[index] as RowEvent)), count + 1, systemTime);
    count += transaction.length;
    if (random.unit() < 0.5 || count === events.length) kept.push({ count, view: plainView(state.publish(), systemTime), how: 'published' });
    if (random.unit() < flushing) state.rotate();
    if (random.unit() < flushing) flushOldest(state, 1 + random.integer(4));
  }
  kept.push({ count, view: plainView(state.publish(), systemTimeOf((events[count - 1] as CellEvent).time)), how: 'last' });
  return kept;
}

function flushOldest(state: TableState, pageRows: number): void {
  const generations = state.publish().generations;
  const oldest = generations[0];
  if (generations.length > 1 && oldest !== undefined && oldest.rowCount > 0) state.replaceOldest(oldest, memoryRawFile(oldest, pageRows));
}

/** The next transaction in a group layer, the one after it in a layer of its own. */
function stagedOn(version: TableVersion, transactions: readonly number[][], count: number, events: readonly CellEvent[], rows: readonly RowEvent[]): Kept {
  const next = transactions.filter((transaction) => (transaction[0] as number) >= count).slice(0, 2);
  let view: TableView | undefined = count === 0 ? undefined : plainView(version, systemTimeOf((events[count - 1] as CellEvent).time));
  let seen = count;
  for (const transaction of next) {
    const layer = new StagedTable('public', 't', view);
    layer.stage(eventsOf(transaction.map((index) => rows[index] as RowEvent)), seen + 1, systemTimeOf((events[seen] as CellEvent).time));
    seen += transaction.length;
    view = layer.view();
  }
  return { count: seen, view: view as TableView, how: 'staged' };
}

const HISTORIES = 3_000;

describe('scans of live, raw, settled and staged events', () => {
  test(`${HISTORIES} random histories read at any snapshot are the oracle's rows, whatever was flushed or applied since`, async () => {
    for (let seed = 1; seed <= HISTORIES; seed++) {
      const random = new SeededRandom(seed);
      const events = randomHistory(random, 1 + random.integer(4));
      const ids = random.pick(ID_SETS);
      const rows = events.map((event, index) => rowEvent(event, index, ids));
      for (const { count, view, how } of play(random, events, rows)) {
        const seen = events.slice(0, count);
        const query = { ...randomQuery(random, seen), onlyMatching: false };
        const keys = random.unit() < 0.3 ? [0, 1, 2].filter(() => random.unit() < 0.6) : undefined;
        const wanted = keys?.map((key) => ids[key] as Value);
        const found = await scan(new StoredTable(view), query, wanted === undefined ? undefined : [...wanted, ...wanted.slice(0, 1), null]);
        const right = answer(seen, query).filter((row) => keys === undefined || keys.includes(seen[row.event]?.key as number));
        const where = { seed, how, query };
        expect({ ...where, rows: showRows(found.map(({ row }) => row)) }).toEqual({ ...where, rows: showRows(right) });
        for (const { row, values } of found) {
          const event = rows[row.event] as RowEvent;
          expect(mapKey(values[1] as Value)).toBe(mapKey(event.id));
          expect(values.slice(2)).toEqual([event.document?.get('mixed'), event.document?.get('matches'), null, systemTimeOf((events[row.event] as CellEvent).time)]);
        }
      }
    }
  });

  test('a scan that is under way sees nothing of what is applied, cut or flushed meanwhile', async () => {
    for (let seed = 1; seed <= 1000; seed++) {
      const random = new SeededRandom(seed);
      const events = [...randomHistory(random, 4), ...randomHistory(random, 4).map((event) => ({ ...event, time: event.time + 6 }))];
      const ids = random.pick(ID_SETS);
      const rows = events.map((event, index) => rowEvent(event, index, ids));
      const state = new TableState('public', 't');
      const running: { readonly count: number; readonly query: CellQuery; readonly found: Promise<Found[]> }[] = [];
      let count = 0;
      for (const transaction of transactionsOf(events)) {
        const systemTime = systemTimeOf((events[count] as CellEvent).time);
        state.apply(eventsOf(transaction.map((index) => rows[index] as RowEvent)), count + 1, systemTime);
        count += transaction.length;
        const query = { ...randomQuery(random, events.slice(0, count)), onlyMatching: false };
        running.push({ count, query, found: scan(new StoredTable(plainView(state.publish(), systemTime)), query, undefined) });
        for (let turns = random.integer(4); turns > 0; turns--) await Promise.resolve();
        if (random.unit() < 0.5) state.rotate();
        if (random.unit() < 0.5) flushOldest(state, 1 + random.integer(3));
      }
      for (const { query, found, count: seen } of running) {
        expect({ seed, rows: showRows((await found).map(({ row }) => row)) }).toEqual({ seed, rows: showRows(answer(events.slice(0, seen), query)) });
      }
    }
  });
});
