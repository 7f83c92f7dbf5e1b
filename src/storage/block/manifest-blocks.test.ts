import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CancelFlag } from '../../base/cancel.ts';
import { ManualClock } from '../../base/clock.ts';
import { SeededRandom } from '../../base/random.ts';
import { MICROS_MAX } from '../../catalog/table-source.ts';
import { valuesOfChunk } from '../../data/vector/chunk-value.ts';
import type { Value } from '../../data/types/value.ts';
import { FailingStore } from '../../../test/storage/failing-store.ts';
import type { ResolvedTransaction } from '../event.ts';
import type { Log, LogEnd, LogRecord } from '../log/log.ts';
import { ZERO_RECORD_ID } from '../log/log.ts';
import { openStorage } from '../open-storage.ts';
import type { Storage } from '../storage.ts';
import { openDirectoryStore } from '../store/directory-store.ts';
import { openMemoryStore } from '../store/memory-store.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { openManifestBlocks } from './manifest-blocks.ts';

/** A log that outlives the storage over it. */
class KeptLog implements Log {
  readonly records: LogRecord[] = [];
  released = -1n;
  end(): LogEnd {
    const last = this.records.at(-1);
    return last === undefined ? { position: -1n, recordId: ZERO_RECORD_ID } : { position: last.position, recordId: last.recordId };
  }
  onDecided(): void { /* every append is decided at once */ }
  append(record: LogRecord): Promise<void> { this.records.push(record); return Promise.resolve(); }
  async *read(position: bigint): AsyncGenerator<LogRecord> { for (const record of this.records) if (record.position >= position) yield record; }
  release(position: bigint): Promise<void> { this.released = position; return Promise.resolve(); }
  close(): Promise<void> { return Promise.resolve(); }
}

const DOCUMENTS: readonly Value[] = [1n, 'two', 2.5, [1n, new Map<string, Value>([['a', null]])], { kind: 'keyword', name: 'k' }, true];

function transaction(txId: number, rows: number): ResolvedTransaction {
  const events = Array.from({ length: rows }, (_, i) => {
    const id = BigInt((txId * 7 + i) % 40);
    return i % 9 === 8
      ? { op: 'delete' as const, id, validFrom: BigInt(txId * 1000), validTo: MICROS_MAX, document: null }
      : { op: 'put' as const, id, validFrom: BigInt(txId * 1000), validTo: MICROS_MAX, document: new Map<string, Value>([['_id', id], ['tx', BigInt(txId)], ['any', DOCUMENTS[(txId + i) % DOCUMENTS.length] as Value]]) };
  });
  return {
    txId: BigInt(txId), systemTime: BigInt(txId * 1000), changes: [
      ...(txId === 0 ? [{ kind: 'declare' as const, schema: 'public', table: 'empty', columns: [{ name: '_id', typeName: null }, { name: 'n', typeName: 'int' }] }] : []),
      { kind: 'events', schema: 'public', table: 't', events },
    ],
  };
}

async function openOver(log: Log, store: ObjectStore, seed: number): Promise<Storage> {
  const random = new SeededRandom(seed);
  const { blocks, incarnation } = await openManifestBlocks({ store, random, cacheBytes: 1 << 20 });
  return openStorage({ databaseName: 'd', log, blocks, clock: new ManualClock(0n), random, incarnation });
}

const ALL = { from: -(2n ** 63n), to: MICROS_MAX };

/** Every version of every row of t, as text, sorted. */
async function history(storage: Storage): Promise<string[]> {
  const snapshot = storage.snapshot();
  const source = snapshot.catalog.table('public', 't');
  const columns = ['_id', 'tx', 'any', '_valid_from', '_valid_to', '_system_from', '_system_to'];
  const rows: string[] = [];
  const scan = source?.scan({ columns, valid: ALL, system: ALL, clampValid: false, bounds: [] }, new CancelFlag());
  for await (const chunk of scan ?? []) {
    const cells = chunk.columns.map((column) => valuesOfChunk(column, chunk.rowCount));
    for (let row = 0; row < chunk.rowCount; row++) rows.push(JSON.stringify(cells.map((column) => column[row]), (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value instanceof Map ? [...value] : value)));
  }
  snapshot.close();
  return rows.sort();
}

const directories: string[] = [];
afterAll(async () => { for (const directory of directories) await rm(directory, { recursive: true, force: true }); });

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'varve-blocks-'));
  directories.push(directory);
  return directory;
}

describe('a database over block files', () => {
  test('has the same history before a cut, after it, and after a restart that reads no covered record', async () => {
    const directory = await newDirectory();
    const open = (log: Log, seed: number): Promise<Storage> => openDirectoryStore({ directory, random: new SeededRandom(seed) }).then((store) => openOver(log, store, seed));
    const log = new KeptLog();
    const storage = await open(log, 1);
    let previous: string[] = [];
    for (let tx = 0; tx < 30; tx++) {
      await storage.append([transaction(tx, 20)]);
      if (tx % 7 !== 6) continue;
      const before = await history(storage);
      await storage.flushBlock();
      expect(await history(storage)).toEqual(before);
      expect(before.length).toBeGreaterThan(previous.length);
      previous = before;
    }
    const last = await history(storage);
    const { released } = log;
    expect(released).toBeGreaterThan(20n);
    await storage.close();
    log.records.splice(0, Number(released) + 1);
    const again = await open(log, 2);
    expect(await history(again)).toEqual(last);
    expect(again.snapshot().declaredType('public', 'empty', 'n')).toBe('int');
    await again.append([transaction(30, 20)]);
    await again.flushBlock();
    expect((await history(again)).length).toBeGreaterThan(last.length);
    await again.close();
  });

  test('a store that fails or loses an answer at any step of a cut costs no event, and leaves no orphan after a restart', async () => {
    const expected = await (async () => {
      const storage = await openOver(new KeptLog(), openMemoryStore(), 1);
      for (let tx = 0; tx < 6; tx++) await storage.append([transaction(tx, 12)]);
      return history(storage);
    })();
    for (const fate of ['fail', 'answer-lost'] as const) {
      let isThrough = false;
      for (let step = 1; !isThrough; step++) {
        const inner = openMemoryStore();
        const store = new FailingStore(inner);
        const log = new KeptLog();
        const storage = await openOver(log, store, 1);
        for (let tx = 0; tx < 3; tx++) await storage.append([transaction(tx, 12)]);
        let calls = 0;
        store.decide = () => { calls += 1; return calls === step ? fate : calls > step ? 'fail' : 'ok'; };
        await storage.flushBlock().catch(() => undefined);
        isThrough = calls < step;
        const restarted = await openOver(log, inner, 2);
        for (let tx = 3; tx < 6; tx++) await restarted.append([transaction(tx, 12)]);
        await restarted.flushBlock();
        expect(await history(restarted)).toEqual(expected);
        const third = await openOver(log, inner, 3);
        expect(await history(third)).toEqual(expected);
        const { blocks } = await openManifestBlocks({ store: inner, random: new SeededRandom(4) });
        const named = blocks.covered()?.tables.flatMap((table) => table.files.map((file) => file.name)).sort();
        const stored: string[] = [];
        for await (const { name } of inner.list('data/')) stored.push(name);
        expect(stored).toEqual(named);
      }
    }
  });

  test('starts with a damaged or missing data file, which fails only those who read it', async () => {
    const inner = openMemoryStore();
    const store = new FailingStore(inner);
    const log = new KeptLog();
    const first = await openOver(log, store, 1);
    await first.append([transaction(0, 12)]);
    await first.flushBlock();
    const expected = await history(first);
    store.mutate = (name, bytes) => (name.startsWith('data/') ? bytes.map((byte) => byte ^ 1) : bytes);
    const storage = await openOver(log, store, 2);
    await expect(history(storage)).rejects.toMatchObject({ code: 'corrupt' });
    expect([...storage.snapshot().catalog.tables()].map((table) => table.shape.name).sort()).toEqual(['empty', 't']);
    store.mutate = undefined;
    store.decide = ({ name }) => (name.startsWith('data/') ? 'fail' : 'ok');
    await expect(history(storage)).rejects.toMatchObject({ code: 'io-error' });
    store.decide = () => 'ok';
    expect(await history(storage)).toEqual(expected);
  });

  test('keeps no more manifests than readers may need', async () => {
    const store = openMemoryStore();
    const storage = await openOver(new KeptLog(), store, 1);
    for (let tx = 0; tx < 40; tx++) {
      await storage.append([transaction(tx, 2)]);
      await storage.flushBlock();
    }
    const names: string[] = [];
    for await (const { name } of store.list('manifest/')) names.push(name);
    expect(names.length).toBeGreaterThan(10);
    expect(names.length).toBeLessThan(36);
  });
});
