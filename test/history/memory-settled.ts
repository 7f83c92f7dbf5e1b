/** A settled source in memory: the test double of settled files. Settles a whole table's events at once. */
import type { Value } from '../../src/data/types/value.ts';
import type { ColumnChunk } from '../../src/data/vector/chunk.ts';
import type { RowEvent } from '../../src/storage/event.ts';
import { compareIds, decodeKey, mapKey } from '../../src/storage/key.ts';
import type { SettledPage, SettledSource } from '../../src/storage/scan/settled-source.ts';
import { close, isDead, type Closing } from '../../src/storage/temporal/polygon.ts';

interface Row { readonly event: RowEvent; readonly seq: number; readonly systemFrom: bigint; closings: readonly Closing[] }

export interface SettledInput { readonly event: RowEvent; readonly seq: number; readonly systemFrom: bigint }

export function memorySettled(events: readonly SettledInput[], rowsAPage: number): SettledSource {
  const rows = settle(events);
  const pages: Row[][] = [];
  for (const row of rows) {
    const last = pages[pages.length - 1];
    const isSameEntity = last !== undefined && compareIds(last[last.length - 1]?.event.id ?? null, row.event.id) === 0;
    if (last === undefined || (last.length >= rowsAPage && !isSameEntity)) pages.push([row]); else last.push(row);
  }
  const read = (picked: readonly Row[], columns: readonly string[]): SettledPage => ({
    rowCount: picked.length, seq: Float64Array.from(picked, (row) => row.seq), systemFrom: BigInt64Array.from(picked, (row) => row.systemFrom),
    validFrom: BigInt64Array.from(picked, (row) => row.event.validFrom), validTo: BigInt64Array.from(picked, (row) => row.event.validTo),
    ids: column(picked, '_id'), columns: columns.map((name) => column(picked, name)),
    closings: new Map(picked.flatMap((row, at) => (row.closings.length > 0 ? [[at, row.closings]] : []))),
  });
  return {
    rowEstimate: rows.length, maxSeq: events[events.length - 1]?.seq ?? 0,
    async *pages(columns) { for (const page of pages) yield await Promise.resolve(read(page, columns)); },
    async *pagesWithKey(key, columns) {
      const id = decodeKey(key);
      for (const page of pages) if (page.some((row) => compareIds(row.event.id, id) === 0)) yield await Promise.resolve(read(page, columns));
    },
  };
}

const column = (rows: readonly Row[], name: string): ColumnChunk =>
  ({ form: 'values', values: rows.map((row): Value => row.event.document?.get(name) ?? null) });

function settle(events: readonly SettledInput[]): Row[] {
  let rows: Row[] = [];
  for (const { event, seq, systemFrom } of events) {
    const key = mapKey(event.id);
    if (event.op === 'erase') { rows = rows.filter((row) => mapKey(row.event.id) !== key); continue; }
    for (const row of rows) if (mapKey(row.event.id) === key) row.closings = close(row.event, row.closings, event, systemFrom);
    if (event.op === 'put') rows.push({ event, seq, systemFrom, closings: [] });
  }
  return rows.filter((row) => !isDead({ ...row.event, systemFrom: row.systemFrom }, row.closings)).sort((a, b) => compareIds(a.event.id, b.event.id) || b.seq - a.seq);
}
