import { beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryRawFile } from '../../test/history/memory-raw-file.ts';
import { CancelFlag } from '../base/cancel.ts';
import { ManualClock } from '../base/clock.ts';
import { EngineError } from '../base/errors.ts';
import { SeededRandom } from '../base/random.ts';
import { MICROS_MAX, MICROS_MIN, type CatalogView, type ScanRequest } from '../catalog/table-source.ts';
import type { Value } from '../data/types/value.ts';
import type { Block, BlockStore, BlockTable, CoveredState } from './block-store.ts';
import { BlockThresholds } from './block-thresholds.ts';
import type { ResolvedTransaction, RowEvent, TableEvents } from './event.ts';
import { chunkValue } from '../data/vector/chunk-value.ts';
import type { Log, LogEnd, LogRecord } from './log/log.ts';
import { MemoryLog } from './log/memory-log.ts';
import { openMemoryStorage, openStorage } from './open-storage.ts';
import type { RawFile } from './scan/raw-file.ts';
import type { Storage } from './storage.ts';

const put = (id: Value, fields: Record<string, Value> = {}, from = 0n, to = MICROS_MAX): RowEvent =>
  ({ op: 'put', id, validFrom: from, validTo: to, document: new Map<string, Value>([['_id', id], ...Object.entries(fields)]) });
const remove = (id: Value, from = MICROS_MIN, to = MICROS_MAX): RowEvent => ({ op: 'delete', id, validFrom: from, validTo: to, document: null });
const erase = (id: Value): RowEvent => ({ op: 'erase', id, validFrom: MICROS_MIN, validTo: MICROS_MAX, document: null });
const eventsOf = (table: string, events: readonly RowEvent[]): TableEvents => ({ kind: 'events', schema: 'public', table, events });
const transaction = (txId: bigint, events: readonly RowEvent[], table = 't'): ResolvedTransaction =>
  ({ txId, systemTime: 100n + txId, changes: [eventsOf(table, events)] });

const NOW = { valid: { from: 1000n, to: 1001n }, system: { from: 1000n, to: 1001n } };

async function rows(catalog: CatalogView, columns: readonly string[] = ['_id', 'a'], request: Partial<ScanRequest> = {}, table = 't'): Promise<Value[][]> {
  const found: Value[][] = [];
  const source = catalog.table('public', table);
  if (source === undefined) return found;
  for await (const chunk of source.scan({ columns, ...NOW, clampValid: false, bounds: [], ...request }, new CancelFlag())) {
    for (let row = 0; row < chunk.rowCount; row++) found.push(chunk.columns.map((column) => chunkValue(column, row)));
  }
  return found.sort((a, b) => (String(a) < String(b) ? -1 : 1));
}

/** A block store in memory that can be told to fail. */
class MemoryBlocks implements BlockStore {
  readonly blocks: Block[] = [];
  #covered: CoveredState | undefined;
  readonly #files = new Map<string, RawFile[]>();
  failure: EngineError | undefined;
  gate: Promise<void> = Promise.resolve();

  covered(): CoveredState | undefined { return this.#covered; }
  async writeBlock(block: Block): Promise<ReadonlyMap<BlockTable, RawFile>> {
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    const files = new Map<BlockTable, RawFile>();
    for (const table of block.tables) if (table.generation !== undefined) files.set(table, memoryRawFile(table.generation, 3));
    for (const [table, file] of files) this.#files.set(table.name, [...(this.#files.get(table.name) ?? []), file]);
    this.blocks.push(block);
    this.#covered = { ...block, tables: block.tables.map((table) => ({ ...table, files: [...(this.#files.get(table.name) ?? [])] })) };
    return files;
  }
  close(): Promise<void> { return Promise.resolve(); }
}

/** A log that keeps everything, and can lose the answer of an append. */
class KeepingLog implements Log {
  readonly #inner = new MemoryLog();
  readonly records: LogRecord[] = [];
  released = -1n;
  answer: EngineError | undefined;
  #listener: () => void = () => undefined;
  #lost: LogRecord | undefined;

  end(): LogEnd { return this.#inner.end(); }
  read(position: bigint): AsyncIterable<LogRecord> { return this.#inner.read(position); }
  async append(record: LogRecord): Promise<void> {
    const { answer } = this;
    this.answer = undefined;
    if (answer !== undefined) {
      if (answer.code === 'commit-unknown') this.#lost = record;
      throw answer;
    }
    this.records.push(record);
    await this.#inner.append(record);
  }
  onDecided(listener: () => void): void { this.#listener = listener; }
  async decide(): Promise<void> {
    if (this.#lost !== undefined) await this.append(this.#lost);
    this.#lost = undefined;
    this.#listener();
  }
  release(position: bigint): Promise<void> { this.released = position; return Promise.resolve(); }
  close(): Promise<void> { return Promise.resolve(); }
}

const clock = new ManualClock(0n);
const open = (log: KeepingLog, blocks: BlockStore | undefined, eventsMax = 1e9): Promise<Storage> => openStorage({
  databaseName: 'xtdb', log, blocks, clock, random: new SeededRandom(1), incarnation: '0'.repeat(32),
  thresholds: new BlockThresholds(clock, { eventsMax, bytesMax: 2 ** 40, ageMsMax: 600_000 }),
});

describe('storage in memory', () => {
  let storage: Storage;
  beforeEach(() => { storage = openMemoryStorage({ databaseName: 'xtdb', random: new SeededRandom(1) }); });

  test('begins before the first transaction, without tables', () => {
    expect(storage.head()).toEqual({ position: -1n, txId: -1n, systemTime: MICROS_MIN });
    expect([...storage.snapshot().catalog.tables()]).toEqual([]);
    expect(storage.snapshot().catalog.table('public', 't')).toBe(undefined);
    expect(storage.snapshot().tableVersion('public', 't')).toBe(0n);
  });

  test('what was appended is seen by later snapshots, not by those that were open', async () => {
    await storage.append([transaction(0n, [put(1n, { a: 1n }), put(2n, { a: 2n })])]);
    const before = storage.snapshot();
    await storage.append([transaction(1n, [put(1n, { a: 3n, b: true }), remove(2n), put(3n)]), transaction(2n, [put('x')], 'u')]);
    expect(await rows(before.catalog)).toEqual([[1n, 1n], [2n, 2n]]);
    expect([...(before.catalog.table('public', 't')?.shape.columns.keys() ?? [])]).toEqual(['_id', 'a']);
    expect(before.catalog.table('public', 'u')).toBe(undefined);
    const after = storage.snapshot();
    expect(await rows(after.catalog)).toEqual([[1n, 3n], [3n, null]]);
    expect(after.head).toEqual({ position: 1n, txId: 2n, systemTime: 102n });
    expect([...after.catalog.tables()].map(({ shape }) => shape.name)).toEqual(['t', 'u']);
    expect(before.tableVersion('public', 't')).not.toBe(after.tableVersion('public', 't'));
  });

  test('the shape changes with columns and legs, not with rows; other tables keep their version', async () => {
    await storage.append([transaction(0n, [put(1n, { a: 1n })]), transaction(1n, [put(1n)], 'u')]);
    const first = storage.snapshot();
    await storage.append([transaction(2n, [put(2n, { a: 2n })])]);
    const second = storage.snapshot();
    await storage.append([transaction(3n, [put(3n, { a: 'text' })])]);
    const versionOf = (catalog: CatalogView, table: string): unknown => catalog.table('public', table)?.shape.shapeVersion;
    expect(versionOf(first.catalog, 't')).toBe(versionOf(second.catalog, 't'));
    expect(versionOf(second.catalog, 't')).not.toBe(versionOf(storage.snapshot().catalog, 't'));
    expect(first.tableVersion('public', 'u')).toBe(storage.snapshot().tableVersion('public', 'u'));
  });

  test('declared tables are there before they have rows', async () => {
    await storage.append([{ txId: 0n, systemTime: 1n, changes: [{ kind: 'declare', schema: 'public', table: 't', columns: [{ name: 'b', typeName: 'INT' }, { name: 'a', typeName: null }] }] }]);
    const snapshot = storage.snapshot();
    expect([...(snapshot.catalog.table('public', 't')?.shape.columns.keys() ?? [])]).toEqual(['_id', 'a', 'b']);
    expect([snapshot.declaredType('public', 't', 'b'), snapshot.declaredType('public', 't', 'a'), snapshot.declaredType('public', 'u', 'a')]).toEqual(['INT', undefined, undefined]);
    expect(await rows(snapshot.catalog)).toEqual([]);
  });

  test('an erase hides every version from snapshots after it', async () => {
    await storage.append([transaction(0n, [put(1n, { a: 1n })]), transaction(1n, [put(1n, { a: 2n })])]);
    const before = storage.snapshot();
    await storage.append([transaction(2n, [erase(1n)])]);
    const all = { valid: { from: MICROS_MIN, to: MICROS_MAX }, system: { from: MICROS_MIN, to: MICROS_MAX } };
    expect(await rows(before.catalog, ['a'], all)).toEqual([[1n], [2n]]);
    expect(await rows(storage.snapshot().catalog, ['a'], all)).toEqual([]);
  });

  test('bounds on _id are answered by keys and not handed back; others are', async () => {
    await storage.append([transaction(0n, [put(1n), put('1'), put(2n), put({ kind: 'int', bits: 32, value: 3 })])]);
    const source = storage.snapshot().catalog.table('public', 't');
    const bound = { column: 'a', op: '<', value: 5n } as const;
    const request: ScanRequest = { columns: ['_id'], ...NOW, clampValid: false, bounds: [bound, { column: '_id', op: '=', value: { kind: 'int', bits: 8, value: 1 } }] };
    expect(source?.scan(request, new CancelFlag()).residual).toEqual([bound]);
    expect(await rows(storage.snapshot().catalog, ['_id'], { bounds: request.bounds.slice(1) })).toEqual([[1n]]);
    expect(await rows(storage.snapshot().catalog, ['_id'], { bounds: [{ column: '_id', op: 'in', values: [3n, null, '1', 3n] }] })).toEqual([['1'], [{ kind: 'int', bits: 32, value: 3 }]]);
    const float = { column: '_id', op: '=', value: 1 } as const;
    expect(source?.scan({ ...request, bounds: [float] }, new CancelFlag()).residual).toEqual([float]);
  });

  test('scans end early at their limit and stop when cancelled', async () => {
    await storage.append([transaction(0n, Array.from({ length: 10_000 }, (_, i) => put(BigInt(i))))]);
    const { catalog } = storage.snapshot();
    expect(await rows(catalog, ['_id'], { limit: 5000 })).toHaveLength(8192);
    expect(await rows(catalog, ['_id'], { limit: 0 })).toHaveLength(0);
    const cancel = new CancelFlag();
    const scan = catalog.table('public', 't')?.scan({ columns: ['_id'], ...NOW, clampValid: false, bounds: [] }, cancel)[Symbol.asyncIterator]();
    expect((await scan?.next())?.done).toBe(false);
    cancel.cancel('user');
    await expect(scan?.next()).rejects.toThrow('canceling statement due to user request');
  });

  test('an _id that no file could take is refused before it is in the log', async () => {
    await expect(storage.append([transaction(0n, [put('x'.repeat(5000))])])).rejects.toMatchObject({ code: 'value-too-large' });
    expect(() => { storage.stagedSnapshot(200n).stage(eventsOf('t', [put('x'.repeat(5000))])); }).toThrow(/at most 4093 bytes/);
    await storage.append([transaction(0n, [put('x'.repeat(4093))])]);
    expect(await rows(storage.snapshot().catalog, ['_id'])).toEqual([['x'.repeat(4093)]]);
  });

  test('transactions whose number or time does not rise are a bug', async () => {
    await storage.append([transaction(5n, [put(1n)])]);
    await expect(storage.append([transaction(5n, [put(1n)])])).rejects.toThrow('numbers and times of transactions rise above the head');
    await expect(storage.append([transaction(7n, [put(1n)]), transaction(6n, [put(1n)])])).rejects.toThrow('numbers and times of transactions rise above the head');
    expect(storage.head().txId).toBe(5n);
  });
});

describe('staged snapshots', () => {
  let storage: Storage;
  beforeEach(async () => {
    storage = openMemoryStorage({ databaseName: 'xtdb', random: new SeededRandom(1) });
    await storage.append([transaction(0n, [put(1n, { a: 1n }), put(2n, { a: 2n })])]);
  });

  test('see the head and their own events, and leave no trace', async () => {
    const staged = storage.stagedSnapshot(200n);
    staged.stage(eventsOf('t', [put(1n, { a: 10n }), remove(2n)]));
    const scan = rows(staged.catalog);
    staged.stage(eventsOf('t', [put(3n, { c: 1n })]));
    expect(await scan).toEqual([[1n, 10n]]);
    expect(await rows(staged.catalog, ['_id', 'a', 'c', '_system_from'])).toEqual([
      [1n, 10n, null, { kind: 'timestamptz', unit: 'us', value: 200n, zone: 'UTC' }], [3n, null, 1n, { kind: 'timestamptz', unit: 'us', value: 200n, zone: 'UTC' }]]);
    expect([...(staged.catalog.table('public', 't')?.shape.columns.keys() ?? [])]).toEqual(['_id', 'a', 'c']);
    expect(await rows(storage.snapshot().catalog)).toEqual([[1n, 1n], [2n, 2n]]);
    staged.close();
    expect(await rows(storage.snapshot().catalog)).toEqual([[1n, 1n], [2n, 2n]]);
  });

  test('a scan that is under way does not see what is staged meanwhile', async () => {
    const staged = storage.stagedSnapshot(200n);
    staged.stage(eventsOf('t', [put(3n)]));
    const source = staged.catalog.table('public', 't');
    staged.stage(eventsOf('t', [put(1n, { a: 10n }), put(4n)]));
    expect(await rows({ databaseName: 'xtdb', table: () => source, tables: () => [] })).toEqual([[1n, 1n], [2n, 2n], [3n, null]]);
  });

  test('stand on earlier transactions of the group, each at its own time', async () => {
    const earlier = [transaction(1n, [put(1n, { a: 5n })]), transaction(2n, [put(7n, { a: 7n })], 'u')];
    const first = storage.stagedSnapshot(102n, earlier.slice(0, 1));
    const second = storage.stagedSnapshot(103n, earlier);
    first.stage(eventsOf('t', [put(1n, { a: 6n })]));
    second.stage(eventsOf('u', [remove(7n)]));
    const longer = storage.stagedSnapshot(104n, [...earlier, transaction(3n, [remove(7n), put(8n)], 'u')]);
    expect([await rows(first.catalog), await rows(first.catalog, ['_id'], {}, 'u')]).toEqual([[[1n, 6n], [2n, 2n]], []]);
    expect([await rows(second.catalog), await rows(second.catalog, ['_id'], {}, 'u')]).toEqual([[[1n, 5n], [2n, 2n]], []]);
    expect(await rows(longer.catalog, ['_id'], {}, 'u')).toEqual([[8n]]);
    expect(await rows(second.catalog, ['a', '_system_from'], { valid: { from: 0n, to: 1n }, system: { from: 101n, to: 102n } })).toEqual([
      [2n, { kind: 'timestamptz', unit: 'us', value: 100n, zone: 'UTC' }], [5n, { kind: 'timestamptz', unit: 'us', value: 101n, zone: 'UTC' }]]);
  });

  test('a group that took another course is not seen', async () => {
    const shared = transaction(1n, [put(1n, { a: 5n })]);
    storage.stagedSnapshot(103n, [shared, transaction(2n, [put(9n)])]);
    expect(await rows(storage.stagedSnapshot(103n, [shared, transaction(2n, [put(8n)])]).catalog)).toEqual([[1n, 5n], [2n, 2n], [8n, null]]);
    expect(await rows(storage.stagedSnapshot(103n, [shared]).catalog)).toEqual([[1n, 5n], [2n, 2n]]);
  });

  test('over an older snapshot, see that one', async () => {
    const snapshot = storage.snapshot();
    await storage.append([transaction(1n, [put(3n)])]);
    const staged = storage.stagedSnapshotAt(snapshot, 300n);
    staged.stage(eventsOf('t', [remove(1n)]));
    staged.stage({ kind: 'declare', schema: 'public', table: 'v', columns: [{ name: 'x', typeName: 'TEXT' }] });
    expect(await rows(staged.catalog)).toEqual([[2n, 2n]]);
    expect(staged.declaredType('public', 'v', 'x')).toBe('TEXT');
    expect([...staged.catalog.tables()].map(({ shape }) => shape.name)).toEqual(['t', 'v']);
    expect(storage.snapshot().catalog.table('public', 'v')).toBe(undefined);
  });
});

describe('storage with blocks', () => {
  test('blocks are cut by the log, become files, and are replayed no more', async () => {
    const log = new KeepingLog();
    const blocks = new MemoryBlocks();
    const storage = await open(log, blocks, 3);
    await storage.append([transaction(0n, [put(1n, { a: 1n })])]);
    const snapshot = storage.snapshot();
    await storage.append([transaction(1n, [put(2n, { a: 2n }), put(1n, { a: 3n })])]);
    await storage.append([transaction(2n, [put(3n, { a: 9n }), remove(2n)])]);
    expect(log.records.map(({ cut }) => cut)).toEqual([false, true, false]);
    await storage.flushBlock();
    expect(log.records.map(({ cut, position }) => [cut, position])).toEqual([[false, 0n], [true, 1n], [false, 2n], [true, 3n]]);
    expect(log.released).toBe(3n);
    expect(blocks.blocks.map(({ head, seq }) => [head.position, head.txId, seq])).toEqual([[1n, 1n, 3], [3n, 2n, 5]]);
    expect(await rows(storage.snapshot().catalog)).toEqual([[1n, 3n], [3n, 9n]]);
    expect(await rows(snapshot.catalog)).toEqual([[1n, 1n]]);
    await storage.append([transaction(3n, [put(2n, { b: 1n })])]);
    await storage.close();
    const again = await open(log, blocks);
    expect(again.head()).toEqual({ position: 4n, txId: 3n, systemTime: 103n });
    expect(await rows(again.snapshot().catalog, ['_id', 'a', 'b'])).toEqual([[1n, 3n, null], [2n, null, 1n], [3n, 9n, null]]);
    expect([...(again.snapshot().catalog.table('public', 't')?.shape.columns.keys() ?? [])]).toEqual(['_id', 'a', 'b']);
  });

  test('a restart before the files were written cuts at the same record', async () => {
    const log = new KeepingLog();
    const failing = new MemoryBlocks();
    failing.failure = new EngineError('disk-full', 'the volume is full');
    const storage = await open(log, failing, 2);
    await storage.append([transaction(0n, [put(1n), put(2n)])]);
    await storage.append([transaction(1n, [put(3n)])]);
    await storage.close();
    const blocks = new MemoryBlocks();
    const again = await open(log, blocks, 1e9);
    await again.flushBlock();
    expect(blocks.blocks.map(({ head }) => head.position)).toEqual([0n, 2n]);
    expect(await rows(again.snapshot().catalog, ['_id'])).toEqual([[1n], [2n], [3n]]);
  });

  test('writers go on while one block waits, are refused at the second, and go on when it can be written', async () => {
    const log = new KeepingLog();
    const blocks = new MemoryBlocks();
    blocks.failure = new EngineError('disk-full', 'the volume is full');
    const storage = await open(log, blocks, 1);
    await storage.append([transaction(0n, [put(1n)])]);
    await storage.append([transaction(1n, [put(2n)])]);
    await expect(storage.append([transaction(2n, [put(3n)])])).rejects.toMatchObject({ code: 'disk-full' });
    await expect(storage.flushBlock()).rejects.toMatchObject({ code: 'disk-full' });
    expect(storage.head().txId).toBe(1n);
    expect(await rows(storage.snapshot().catalog, ['_id'])).toEqual([[1n], [2n]]);
    blocks.failure = undefined;
    await storage.flushBlock();
    await storage.append([transaction(2n, [put(3n)])]);
    await storage.flushBlock();
    expect(blocks.blocks.map(({ head }) => head.position)).toEqual([0n, 1n, 2n]);
    expect(await rows(storage.snapshot().catalog, ['_id'])).toEqual([[1n], [2n], [3n]]);
  });

  test('a block that could not be written is written later without being asked for', async () => {
    const blocks = new MemoryBlocks();
    blocks.failure = new EngineError('io-error', 'the volume does not answer');
    const storage = await open(new KeepingLog(), blocks, 1);
    await storage.append([transaction(0n, [put(1n)])]);
    blocks.failure = undefined;
    await vi.waitFor(() => { expect(blocks.blocks).toHaveLength(1); }, { timeout: 20_000 });
    await storage.close();
  });

  test('cutting does not wait for writing', async () => {
    const blocks = new MemoryBlocks();
    let openGate: () => void = () => undefined;
    blocks.gate = new Promise((resolve) => { openGate = resolve; });
    const storage = await open(new KeepingLog(), blocks, 1);
    await storage.append([transaction(0n, [put(1n, { a: 1n })])]);
    await storage.append([transaction(1n, [put(1n, { a: 2n })])]);
    const snapshot = storage.snapshot();
    expect(await rows(snapshot.catalog)).toEqual([[1n, 2n]]);
    expect(blocks.blocks).toHaveLength(0);
    openGate();
    await storage.flushBlock();
    expect(blocks.blocks).toHaveLength(2);
    expect(await rows(snapshot.catalog)).toEqual([[1n, 2n]]);
    expect(await rows(storage.snapshot().catalog)).toEqual([[1n, 2n]]);
  });

  test('an old block is cut however few events it has', async () => {
    const log = new KeepingLog();
    const storage = await open(log, new MemoryBlocks());
    await storage.append([transaction(0n, [put(1n)])]);
    clock.advance(600_000_000n);
    await storage.append([transaction(1n, [put(2n)])]);
    expect(log.records.map(({ cut }) => cut)).toEqual([false, true]);
  });

  test('flushing an empty block writes nothing', async () => {
    const blocks = new MemoryBlocks();
    const log = new KeepingLog();
    const storage = await open(log, blocks);
    await storage.flushBlock();
    await storage.append([transaction(0n, [put(1n)])]);
    await storage.flushBlock();
    await storage.flushBlock();
    expect([blocks.blocks.length, log.records.length]).toEqual([1, 2]);
  });
});

describe('answers of the log', () => {
  test('a refused record is not applied', async () => {
    const log = new KeepingLog();
    const storage = await open(log, undefined);
    log.answer = new EngineError('disk-full', 'the volume is full');
    await expect(storage.append([transaction(0n, [put(1n)])])).rejects.toMatchObject({ code: 'disk-full' });
    expect(storage.head().position).toBe(-1n);
    await storage.append([transaction(0n, [put(2n)])]);
    expect(await rows(storage.snapshot().catalog, ['_id'])).toEqual([[2n]]);
  });

  test('a record whose answer was lost is applied when the log has decided', async () => {
    const log = new KeepingLog();
    const storage = await open(log, undefined);
    log.answer = new EngineError('commit-unknown', 'the answer was lost');
    await expect(storage.append([transaction(0n, [put(1n)])])).rejects.toMatchObject({ code: 'commit-unknown' });
    expect(storage.head().position).toBe(-1n);
    log.answer = new EngineError('writes-refused', 'the log is being tried again');
    await expect(storage.append([transaction(0n, [put(9n)])])).rejects.toMatchObject({ code: 'writes-refused' });
    await log.decide();
    expect(storage.head().position).toBe(0n);
    await storage.append([transaction(1n, [put(2n)])]);
    expect(await rows(storage.snapshot().catalog, ['_id'])).toEqual([[1n], [2n]]);
  });
});
