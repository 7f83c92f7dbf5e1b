import * as arrow from 'apache-arrow';
import * as flechette from '@uwdata/flechette';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../base/random.ts';
import { MICROS_MAX } from '../../catalog/table-source.ts';
import { valuesOfChunk } from '../../data/vector/chunk-value.ts';
import type { Value } from '../../data/types/value.ts';
import { blockContent } from '../../../test/storage/block-content.ts';
import type { SampleEvent } from '../../../test/storage/block-content.ts';
import { FailingStore } from '../../../test/storage/failing-store.ts';
import { RecordingStore } from '../../../test/storage/recording-store.ts';
import { encodeKey } from '../key.ts';
import { OP_DELETE, OP_ERASE, OP_PUT } from '../temporal/resolve.ts';
import { openMemoryStore } from '../store/memory-store.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { BlockLocation } from './block-format.ts';
import { openBlockFile } from './block-reader.ts';
import type { BlockFile } from './block-reader.ts';
import { writeBlockFile } from './block-writer.ts';
import type { BlockOptions, WrittenBlock } from './block-writer.ts';
import { openPageCache } from './page-cache.ts';

const NAME = 'data/x.arrow';
const locationOf = (block: WrittenBlock): BlockLocation => ({ name: NAME, bytes: block.bytes.length, footerBytes: block.footerBytes, footerCrc: block.footerCrc });

async function writeAndOpen(events: readonly SampleEvent[], options: BlockOptions = {}, chunkRows = 4096): Promise<{ file: BlockFile; block: WrittenBlock; store: ObjectStore }> {
  const block = await writeBlockFile(blockContent(events, chunkRows), options);
  const store = openMemoryStore();
  await store.putIfAbsent(NAME, block.bytes);
  return { file: await openBlockFile(store, locationOf(block)), block, store };
}

interface Row { readonly id: Value; readonly seq: number; readonly op: number; readonly validFrom: bigint; readonly validTo: bigint; readonly values: readonly Value[] }

async function readRows(file: BlockFile, columns: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 0; page < (await file.pages()).length; page++) {
    const read = await file.readPage(page, columns);
    const ids = valuesOfChunk(read.ids, read.rowCount);
    const cells = read.columns.map((column) => valuesOfChunk(column, read.rowCount));
    for (let row = 0; row < read.rowCount; row++) {
      rows.push({ id: ids[row] as Value, seq: read.seq[row] as number, op: read.op[row] as number, validFrom: read.validFrom[row] as bigint, validTo: read.validTo[row] as bigint, values: cells.map((column) => column[row] as Value) });
    }
  }
  return rows;
}

const EVENTS: SampleEvent[] = [
  { id: 5n, document: { name: 'five', n: 1n } },
  { id: 'b', document: { name: 'b', n: 1.5 } },
  { id: 1n, document: { name: 'one', tags: ['x', 2n] } },
  { id: 5n, op: OP_DELETE, validFrom: 50n, validTo: 60n },
  { id: { kind: 'int', bits: 32, value: 5 }, document: { name: 'five again' }, validFrom: 7n, validTo: 9n },
  { id: 'a', op: OP_ERASE, validFrom: -(2n ** 63n), validTo: MICROS_MAX },
];

describe('a block file', () => {
  test.each(['none', 'zstd'] as const)('gives back every event by key, newest first (compression: %s)', async (compression) => {
    const { file } = await writeAndOpen(EVENTS, { compression }, 4);
    expect(await readRows(file, ['name', 'n', 'no such column', 'tags'])).toEqual([
      { id: 1n, seq: 3, op: OP_PUT, validFrom: 1003n, validTo: MICROS_MAX, values: ['one', null, null, ['x', 2n]] },
      { id: { kind: 'int', bits: 32, value: 5 }, seq: 5, op: OP_PUT, validFrom: 7n, validTo: 9n, values: ['five again', null, null, null] },
      { id: 5n, seq: 4, op: OP_DELETE, validFrom: 50n, validTo: 60n, values: [null, null, null, null] },
      { id: 5n, seq: 1, op: OP_PUT, validFrom: 1001n, validTo: MICROS_MAX, values: ['five', 1n, null, null] },
      { id: 'a', seq: 6, op: OP_ERASE, validFrom: -(2n ** 63n), validTo: MICROS_MAX, values: [null, null, null, null] },
      { id: 'b', seq: 2, op: OP_PUT, validFrom: 1002n, validTo: MICROS_MAX, values: ['b', 1.5, null, null] },
    ]);
  });

  test('tells bounds and types of what it holds', async () => {
    const { file, block } = await writeAndOpen(EVENTS, {}, 4);
    expect(block.bounds).toEqual({
      rowCount: 6, minSeq: 1, maxSeq: 6, firstKey: encodeKey(1n), lastKey: encodeKey('b'), minSystemFrom: 1001n, maxSystemFrom: 1006n, minValidFrom: -(2n ** 63n), maxValidTo: MICROS_MAX,
    });
    expect([file.rowCount, file.minSeq, file.maxSeq]).toEqual([6, 1, 6]);
    expect(file.columns.get('name')).toEqual({ legs: [{ kind: 'text' }], nullable: true });
    expect(file.columns.get('n')?.legs.map((leg) => leg.kind)).toEqual(['int', 'float']);
  });

  test('cuts pages by rows and by bytes, keys in order across them', async () => {
    const random = new SeededRandom(7);
    const events = Array.from({ length: 3000 }, (): SampleEvent => ({ id: BigInt(random.integer(1000)), document: { text: 'x'.repeat(random.integer(200)), n: BigInt(random.integer(9)) } }));
    const { file } = await writeAndOpen(events, { pageRowsMax: 500, columnPageBytesMax: 20_000 }, 300);
    const pages = await file.pages();
    expect(pages.length).toBeGreaterThan(12);
    expect(Math.max(...pages.map((page) => page.rowCount))).toBeLessThanOrEqual(500);
    const rows = await readRows(file, ['text', 'n']);
    const expected = events.map((event, i) => ({ id: event.id, seq: i + 1, values: [event.document?.text, event.document?.n] }))
      .sort((a, b) => Number(a.id as bigint) - Number(b.id as bigint) || b.seq - a.seq);
    expect(rows.map(({ id, seq, values }) => ({ id, seq, values }))).toEqual(expected);
    let row = 0;
    for (const page of pages) {
      expect(page.firstKey).toEqual(encodeKey(rows[row]?.id as Value));
      row += page.rowCount;
      expect(page.lastKey).toEqual(encodeKey(rows[row - 1]?.id as Value));
    }
  });

  test('calls a page plain only when each of its rows is a put to the end of time and the only event of its entity', async () => {
    const plain = (id: bigint): SampleEvent => ({ id, document: { a: id } });
    const { file } = await writeAndOpen([plain(1n), plain(2n), plain(3n), plain(4n), plain(4n), plain(5n), { ...plain(6n), validTo: 5000n }, plain(7n)], { pageRowsMax: 2 });
    expect((await file.pages()).map((page) => page.isPlain)).toEqual([true, false, false, false]);
    expect((await file.pages())[0]).toMatchObject({ rowCount: 2, maxValidFrom: 1002n, maxSystemFrom: 1002n });
  });

  test('knows keys that it may hold, and most of those it does not', async () => {
    const { file } = await writeAndOpen(Array.from({ length: 2000 }, (_, i) => ({ id: BigInt(i * 2), document: { a: 1n } })));
    let wrong = 0;
    for (let i = 0; i < 2000; i++) {
      expect(await file.mayHoldKey(encodeKey(BigInt(i * 2)))).toBe(true);
      if (await file.mayHoldKey(encodeKey(BigInt(i * 2 + 1)))) wrong += 1;
    }
    expect(wrong).toBeLessThan(60);
  });

  test('finds the events of one entity, also across pages, and reads nothing where there are none', async () => {
    const random = new SeededRandom(9);
    const events = Array.from({ length: 600 }, (_, i): SampleEvent => ({ id: random.integer(20) === 0 ? 7n : BigInt(random.integer(300)), document: { n: BigInt(i), text: i % 4 === 0 ? null : `é${i}`, flag: i % 5 === 0 ? null : i % 2 === 0, any: i % 3 === 0 ? [BigInt(i), 'x'] : i % 3 === 1 ? 'text' : new Map<string, Value>([['a', 1.5]]) } }));
    const { block, store } = await writeAndOpen(events, { pageRowsMax: 16 }, 100);
    const file = await openBlockFile(store, locationOf(block), openPageCache(1 << 20));
    // The second round finds everything in the cache, and takes only the rows it needs.
    for (const _ of [1, 2]) for (const id of [7n, 8n, 299n, { kind: 'int', bits: 16, value: 7 } as const, 1000n, 'x']) {
      const rows = (await file.readEntity(id, ['n', 'any', 'text', 'flag'])).flatMap((page) => {
        const cells = page.columns.map((column) => valuesOfChunk(column, page.rowCount));
        return Array.from({ length: page.rowCount }, (_, row) => [page.seq[row], ...cells.map((column) => column[row])]);
      });
      const number = typeof id === 'object' ? BigInt(id.value) : id;
      expect(rows).toEqual(events.flatMap((event, i) => (event.id === number ? [[i + 1, event.document?.n, event.document?.any, event.document?.text, event.document?.flag]] : [])).reverse());
    }
  });

  test('has exact bounds of integers and ordered bounds of text for each page', async () => {
    const long = 'é'.repeat(40);
    const { file } = await writeAndOpen([{ id: 1n, document: { n: 2n ** 62n + 1n, t: long } }, { id: 2n, document: { n: -5n, t: 'b' } }, { id: 3n, document: { m: 1n, f: 0.5 } }], { pageRowsMax: 2 });
    expect(await file.stats(0, 'n')).toEqual({ kind: 'int', min: -5n, max: 2n ** 62n + 1n });
    expect(await file.stats(1, 'n')).toEqual({ kind: 'empty' });
    expect(await file.stats(0, 'none')).toBeUndefined();
    const text = await file.stats(0, 't');
    expect(text?.kind).toBe('text');
    if (text?.kind === 'text') {
      expect(Buffer.from(text.min).toString()).toBe('b');
      expect(text.max.length).toBeLessThanOrEqual(32);
      expect(Buffer.compare(text.max, Buffer.from(long))).toBe(1);
    }
  });

  test('opens in apache-arrow and flechette with the same values', async () => {
    const { block } = await writeAndOpen(EVENTS, { pageRowsMax: 4 });
    const table = arrow.tableFromIPC(block.bytes);
    expect(table.schema.fields.map((field) => field.name)).toEqual(['_id', '_seq', '_system_from', '_valid_from', '_valid_to', '_op', 'name', 'n', 'tags']);
    expect([...(table.getChild('_seq') as arrow.Vector)]).toEqual([3n, 5n, 4n, 1n, 6n, 2n]);
    expect([...(table.getChild('_op') as arrow.Vector)]).toEqual([0, 0, 1, 0, 2, 0]);
    expect([...(table.getChild('_id') as arrow.Vector)]).toEqual([1n, 5, 5n, 5n, 'a', 'b']);
    expect([...(table.getChild('n') as arrow.Vector)]).toEqual([null, null, null, 1n, null, 1.5]);
    expect([...(table.getChild('name') as arrow.Vector)]).toEqual(['one', 'five again', null, 'five', null, 'b']);
    expect((table.getChild('_valid_to') as arrow.Vector).get(0)).toBeNull();
    const other = flechette.tableFromIPC(block.bytes, { useBigInt: true } as never);
    expect([...other.getChild('_seq')]).toEqual([3n, 5n, 4n, 1n, 6n, 2n]);
    expect([...other.getChild('_id')]).toEqual([1n, 5, 5n, 5n, 'a', 'b']);
    expect([...other.getChild('name')]).toEqual(['one', 'five again', null, 'five', null, 'b']);
  });

  test('a read of one column fetches that column and the events, once', async () => {
    const document = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, 'x'.repeat(100)]));
    const block = await writeBlockFile(blockContent(Array.from({ length: 2000 }, (_, i) => ({ id: BigInt(i), document }))));
    const store = new RecordingStore(openMemoryStore());
    await store.putIfAbsent(NAME, block.bytes);
    const file = await openBlockFile(store, locationOf(block), openPageCache(1 << 20));
    await file.pages();
    store.calls.length = 0;
    await file.readPage(0, ['c30']);
    const bytes = store.calls.map((call) => call.match(/(\d+)\.\.(\d+)/)).reduce((sum, range) => sum + Number(range?.[2]) - Number(range?.[1]), 0);
    expect(bytes).toBeLessThan(350_000);
    store.calls.length = 0;
    expect(valuesOfChunk((await file.readPage(0, ['c30'])).columns[0] as never, 2000)[1999]).toBe('x'.repeat(100));
    expect(store.calls).toEqual([]);
  });
});

describe('a damaged or missing block file', () => {
  test('each flipped byte is XX001 for what needs it, or has no effect', async () => {
    const { block, store: inner } = await writeAndOpen(EVENTS.slice(0, 4), {}, 4);
    const store = new FailingStore(inner);
    const expected = await readRows(await openBlockFile(store, locationOf(block)), ['name', 'n', 'tags']);
    let found = 0;
    for (let at = 0; at < block.bytes.length; at++) {
      store.mutate = (_, bytes, from) => { if (at >= from && at < from + bytes.length) bytes[at - from] = (bytes[at - from] as number) ^ (1 << (at % 8)); return bytes; };
      try {
        expect(await readRows(await openBlockFile(store, locationOf(block)), ['name', 'n', 'tags'])).toEqual(expected);
      } catch (error) {
        expect(error).toMatchObject({ code: 'corrupt', message: expect.stringMatching(/data\/x\.arrow is damaged at offset \d+: /) });
        found += 1;
      }
    }
    expect(found).toBeGreaterThan(block.footerBytes);
  }, 60_000);

  test('a cut file is XX001, a missing one 58030, and both are read again once they are well', async () => {
    const { block, store: inner } = await writeAndOpen(EVENTS, {}, 4);
    const store = new FailingStore(inner);
    const file = await openBlockFile(store, locationOf(block));
    store.mutate = (_, bytes) => bytes.subarray(0, bytes.length >> 1);
    await expect(readRows(file, ['name'])).rejects.toMatchObject({ code: 'corrupt' });
    store.mutate = undefined;
    store.decide = () => 'fail';
    await expect(readRows(file, ['name'])).rejects.toMatchObject({ code: 'io-error' });
    store.decide = () => 'ok';
    await inner.delete(NAME);
    await expect(readRows(file, ['name'])).rejects.toMatchObject({ code: 'io-error', message: 'data/x.arrow is missing from the store' });
    await inner.putIfAbsent(NAME, block.bytes);
    expect(await readRows(file, ['name'])).toHaveLength(6);
  });

  test('a file that is not the one the manifest means is XX001', async () => {
    const { block, store } = await writeAndOpen(EVENTS, {}, 4);
    await expect(openBlockFile(store, { ...locationOf(block), footerCrc: block.footerCrc ^ 1 })).rejects.toMatchObject({ code: 'corrupt' });
    await expect(openBlockFile(store, { ...locationOf(block), bytes: block.bytes.length - 8 })).rejects.toMatchObject({ code: 'corrupt' });
    await expect(openBlockFile(store, { ...locationOf(block), bytes: block.bytes.length + 8 })).rejects.toMatchObject({ code: 'corrupt' });
  });
});
