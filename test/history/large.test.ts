import { describe, expect, test } from 'vitest';
import { CancelFlag } from '../../src/base/cancel.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { MICROS_MAX, MICROS_MIN, type PeriodBounds } from '../../src/catalog/table-source.ts';
import { isTagged, type Value } from '../../src/data/types/value.ts';
import { CHUNK_ROWS_MAX } from '../../src/data/vector/chunk.ts';
import type { RowEvent } from '../../src/storage/event.ts';
import { chunkValue } from '../../src/data/vector/chunk-value.ts';
import { TableState } from '../../src/storage/live/table-state.ts';
import { StoredTable, type TableView } from '../../src/storage/scan/table-scan.ts';
import { memoryRawFile } from './memory-raw-file.ts';

/** Ids of one kind: those of a file's range, or scattered over all files. */
const ID_KINDS: Record<string, (n: number) => Value> = {
  serial: (n) => BigInt(n),
  scattered: (n) => BigInt(Math.imul(n, 2654435761) >>> 0),
  text: (n) => `k${Math.imul(n, 2654435761) >>> 0}`,
  uuid: (n) => ({ kind: 'uuid', text: `${(Math.imul(n, 2654435761) >>> 0).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000` }),
};

const put = (id: Value, n: number): RowEvent => ({
  op: 'put', id, validFrom: 0n, validTo: MICROS_MAX,
  document: new Map<string, Value>([['_id', id], ['n', BigInt(n)], ['text', n % 7 === 0 ? null : `text of ${n}`], ['any', n % 5000 === 4999 ? n : n % 2 === 0], ['list', [BigInt(n)]]]),
});

interface Kept { readonly view: TableView; readonly current: ReadonlyMap<string, number>; readonly versions: number }

/** 20,000 events: new entities, updates and deletes, cut into files on the way. */
function play(idOf: (n: number) => Value, updateShare: number): Kept[] {
  const random = new SeededRandom(7);
  const state = new TableState('public', 't');
  const current = new Map<string, number>();
  const kept: Kept[] = [];
  let created = 0;
  let versions = 0;
  let seq = 0;
  for (let batch = 0; batch < 20; batch++) {
    const events = Array.from({ length: 1000 }, (_, at): RowEvent => {
      const isUpdate = created > 0 && random.unit() < updateShare;
      const n = isUpdate ? random.integer(created) : created++;
      const stamp = batch * 1000 + at;
      if (isUpdate && random.unit() < 0.2) {
        current.delete(String(n));
        return { op: 'delete', id: idOf(n), validFrom: MICROS_MIN, validTo: MICROS_MAX, document: null };
      }
      versions += 1;
      current.set(String(n), stamp);
      return put(idOf(n), stamp);
    });
    state.apply({ kind: 'events', schema: 'public', table: 't', events }, seq + 1, BigInt(batch * 10));
    seq += events.length;
    if (batch % 7 === 6) {
      state.rotate();
      const oldest = state.publish().generations[0];
      if (oldest !== undefined) state.replaceOldest(oldest, memoryRawFile(oldest, 5000));
    }
    if (batch % 5 === 3 || batch === 19) {
      const version = state.publish();
      kept.push({ current: new Map(current), versions, view: { version, systemTime: BigInt(batch * 10), committed: { seq: version.seq, systemTime: BigInt(batch * 10) }, live: version.generations.map((generation) => ({ generation, seq: version.seq })) } });
    }
  }
  return kept;
}

async function scan(view: TableView, valid: PeriodBounds, system: PeriodBounds): Promise<Value[][]> {
  const rows: Value[][] = [];
  const request = { columns: ['n', 'text', 'any', 'list', '_system_to'], valid, system, clampValid: false, bounds: [] };
  for await (const chunk of new StoredTable(view).scan(request, new CancelFlag())) {
    expect(chunk.rowCount).toBeGreaterThan(0);
    expect(chunk.rowCount).toBeLessThanOrEqual(CHUNK_ROWS_MAX);
    for (let row = 0; row < chunk.rowCount; row++) rows.push(chunk.columns.map((column) => chunkValue(column, row)));
  }
  return rows;
}

const fields = (n: number): Value[] => [BigInt(n), n % 7 === 0 ? null : `text of ${n}`, n % 5000 === 4999 ? n : n % 2 === 0, [BigInt(n)], null];

describe('scans over many chunks and pages', () => {
  test.each(Object.keys(ID_KINDS).flatMap((kind) => [[kind, 0], [kind, 0.3]] as const))('%s ids, %d of the events updates: every snapshot has its rows', async (kind, updateShare) => {
    for (const { view, current, versions } of play(ID_KINDS[kind] as (n: number) => Value, updateShare)) {
      const rows = await scan(view, { from: 5n, to: 6n }, { from: 1000n, to: 1001n });
      const byNumber = (a: readonly Value[], b: readonly Value[]): number => Number((a[0] as bigint) - (b[0] as bigint));
      expect(rows.sort(byNumber)).toEqual([...current.values()].map(fields).sort(byNumber));
      const all = await scan(view, { from: MICROS_MIN, to: MICROS_MAX }, { from: MICROS_MIN, to: MICROS_MAX });
      expect(all.filter((row) => row[4] === null)).toHaveLength(current.size);
      expect(all.filter((row) => isTagged(row[4] ?? null)).length).toBeLessThanOrEqual(versions - current.size);
      expect(new Set(all.map((row) => row[0])).size).toBe(all.length);
    }
  });
});
