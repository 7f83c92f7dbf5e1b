import { describe, expect, test } from 'vitest';
import { crc32 } from '../../base/bytes.ts';
import { SeededRandom } from '../../base/random.ts';
import type { ColumnType } from '../../data/types/type.ts';
import { blockContent } from '../../../test/storage/block-content.ts';
import type { SampleEvent } from '../../../test/storage/block-content.ts';
import { FailingStore } from '../../../test/storage/failing-store.ts';
import type { Fate, StoreCall } from '../../../test/storage/failing-store.ts';
import { RecordingStore } from '../../../test/storage/recording-store.ts';
import { openMemoryStore } from '../store/memory-store.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { openBlockFile } from './block-reader.ts';
import { cutBlock } from './cut-block.ts';
import type { BlockCut } from './cut-block.ts';
import { ManifestChain } from './manifest-chain.ts';
import { decodeManifest } from './manifest-codec.ts';
import { manifestName, THRESHOLDS_FIRST } from './manifest.ts';
import type { FoldState, Manifest, ManifestContent } from './manifest.ts';

const ID = 'a'.repeat(32);
const START: FoldState = { position: -1n, recordId: '0'.repeat(32), txId: -1n, systemTime: -(2n ** 63n), seq: 0 };
const FIRST: ManifestContent = { incarnation: ID, covered: START, floor: 0, retain: 0, thresholds: THRESHOLDS_FIRST, tables: [] };

const NESTED: ColumnType = {
  legs: [
    { kind: 'int', bits: 64 }, { kind: 'decimal', precision: 32, scale: 2 }, { kind: 'timestamptz', unit: 'us', zone: 'Europe/London' }, { kind: 'interval', form: 'year-month' },
    { kind: 'list', element: { legs: [{ kind: 'struct', fields: [{ name: 'ü "x"', type: { legs: [{ kind: 'text' }], nullable: true } }] }], nullable: false } },
  ],
  nullable: true,
};

/** A cut of `rowCount` rows of table t that ends at record `position`. */
function cutOf(position: bigint, rowCount: number): BlockCut {
  const seq = Number(position) * rowCount + rowCount;
  const events = Array.from({ length: rowCount }, (_, i): SampleEvent => ({ id: BigInt(i), document: { n: position } }));
  return {
    from: position - 1n, to: { position, recordId: ID, txId: position, systemTime: 1000n + position, seq },
    tables: [{
      schema: 'public', name: 't', seq, columns: [{ name: '_id', type: NESTED }, { name: 'n', type: NESTED }], declaredTypes: [{ column: 'n', typeName: 'int' }], isDropped: false, past: null, view: null,
      content: blockContent(events, 4096, Number(position) * rowCount + 1),
    }],
  };
}

async function opened(store: ObjectStore, seed = 1): Promise<ManifestChain> {
  const chain = new ManifestChain(store, new SeededRandom(seed));
  await chain.commit(0, (parent) => (parent === undefined ? FIRST : null));
  return chain;
}

const context = (store: ObjectStore, chain: ManifestChain, seed: number) => ({ store, chain, random: new SeededRandom(seed) });

describe('the chain of manifests', () => {
  test('begins empty, and gives back the newest after a restart', async () => {
    const store = openMemoryStore();
    expect(await new ManifestChain(store, new SeededRandom(1)).newest()).toBeUndefined();
    const chain = await opened(store);
    for (let position = 0n; position < 3n; position++) await cutBlock(context(store, chain, 50 + Number(position)), cutOf(position, 5));
    const restarted = await new ManifestChain(store, new SeededRandom(3)).newest();
    expect(restarted).toStrictEqual(await chain.newest());
    expect(restarted).toMatchObject({ version: 3, covered: { position: 2n, seq: 15 }, incarnation: ID });
    expect(restarted?.tables[0]?.files.map((file) => [file.bounds.minSeq, file.bounds.maxSeq])).toEqual([[1, 5], [6, 10], [11, 15]]);
  });

  test('a restart reads the newest manifest only', async () => {
    const inner = openMemoryStore();
    const chain = await opened(inner);
    for (let position = 0n; position < 3n; position++) await cutBlock(context(inner, chain, 50 + Number(position)), cutOf(position, 2));
    const store = new RecordingStore(inner);
    await new ManifestChain(store, new SeededRandom(3)).newest();
    expect(store.calls).toEqual(['list manifest/', `get ${manifestName(3)}`]);
  });

  test('each manifest names its parent, and one of many writers wins each version', async () => {
    const store = openMemoryStore();
    await opened(store);
    const chains = Array.from({ length: 8 }, (_, i) => new ManifestChain(store, new SeededRandom(i + 10)));
    const committed = await Promise.all(chains.map((chain, i) => chain.commit(0, (parent) => ({ ...FIRST, retain: parent?.retain ?? 0, thresholds: { ...THRESHOLDS_FIRST, rows: i } }))));
    const byVersion = [...committed].sort((a, b) => (a?.version ?? 0) - (b?.version ?? 0));
    expect(byVersion.map((manifest) => manifest?.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    byVersion.forEach((manifest, i) => { if (i > 0) expect(manifest?.parentId).toBe(byVersion[i - 1]?.manifestId); });
  });

  test('a job below the floor is given up', async () => {
    const store = openMemoryStore();
    const chain = await opened(store);
    await chain.commit(0, () => ({ ...FIRST, floor: 1 }));
    expect(await chain.commit(0, () => FIRST)).toBeNull();
    await expect(chain.commit(1, () => FIRST)).rejects.toThrow('floor and retain never fall');
  });

  test('a damaged newest manifest is XX001 whatever byte is wrong, and no older one takes its place', async () => {
    const inner = openMemoryStore();
    const chain = await opened(inner);
    await cutBlock(context(inner, chain, 5), cutOf(0n, 3));
    const store = new FailingStore(inner);
    const name = manifestName(1);
    const size = (await inner.get(name))?.length ?? 0;
    for (let at = 0; at < size; at++) {
      store.mutate = (_, bytes) => { bytes[at] = (bytes[at] as number) ^ (1 << (at % 8)); return bytes; };
      await expect(new ManifestChain(store, new SeededRandom(1)).newest()).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining(name) });
    }
    for (const length of [0, 10, size - 1]) {
      store.mutate = (_, bytes) => bytes.subarray(0, length);
      await expect(new ManifestChain(store, new SeededRandom(1)).newest()).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  test('a newer format is refused by name', () => {
    const body = new TextEncoder().encode('{}\n');
    const text = (format: number, crc: number): string => `varve-manifest ${format} ${crc.toString(16).padStart(8, '0')} ${body.length}\n{}\n`;
    const crcOf = (format: number): number => crc32(body, crc32(new TextEncoder().encode(`${format} ${body.length}`)));
    expect(() => decodeManifest(Buffer.from(text(3, crcOf(3))), 'm')).toThrow(expect.objectContaining({ code: 'incompatible-format' }));
    expect(() => decodeManifest(Buffer.from(text(3, crcOf(1))), 'm')).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });
});

describe('a cut', () => {
  /** The n-th store call and every later one of the first life meets `fate`; then a new life tries again. */
  async function crashAt(n: number, fate: Fate, onlyOnce: boolean): Promise<{ calls: number; manifest: Manifest | undefined; store: ObjectStore }> {
    const inner = openMemoryStore();
    await opened(inner);
    const store = new FailingStore(inner);
    let calls = 0;
    store.decide = (): Fate => { calls += 1; return calls === n || (!onlyOnce && calls > n) ? (calls === n ? fate : 'fail') : 'ok'; };
    await cutBlock(context(store, new ManifestChain(store, new SeededRandom(2)), 6), cutOf(0n, 4)).catch(() => undefined);
    const later = new ManifestChain(inner, new SeededRandom(3));
    await cutBlock(context(inner, later, 7), cutOf(0n, 4));
    await cutBlock(context(inner, later, 8), cutOf(1n, 4));
    return { calls, manifest: await later.newest(), store: inner };
  }

  test.each([['fail', false], ['answer-lost', false], ['fail', true], ['answer-lost', true]] as const)('after a crash at any step (%s, only once: %s), trying again covers every event once', async (fate, onlyOnce) => {
    const { calls: steps } = await crashAt(Infinity, fate, onlyOnce);
    expect(steps).toBeGreaterThan(4);
    for (let n = 1; n <= steps; n++) {
      const { manifest, store } = await crashAt(n, fate, onlyOnce);
      expect(manifest?.covered.position).toBe(1n);
      expect(manifest?.tables[0]?.files.map((file) => [file.bounds.minSeq, file.bounds.maxSeq])).toEqual([[1, 4], [5, 8]]);
      for (const file of manifest?.tables[0]?.files ?? []) expect((await openBlockFile(store, file.location)).rowCount).toBe(4);
    }
  });

  test('a full disk is 53100, and the cut succeeds when space returns', async () => {
    const inner = openMemoryStore();
    await opened(inner);
    const store = new FailingStore(inner);
    const { EngineError } = await import('../../base/errors.ts');
    store.decide = (call: StoreCall) => { if (call.op === 'put') throw new EngineError('disk-full', 'full'); return 'ok'; };
    const chain = new ManifestChain(store, new SeededRandom(2));
    await expect(cutBlock(context(store, chain, 6), cutOf(0n, 4))).rejects.toMatchObject({ code: 'disk-full' });
    store.decide = () => 'ok';
    expect(await cutBlock(context(store, chain, 7), cutOf(0n, 4))).toMatchObject({ version: 1, covered: { position: 0n } });
  });

  test('two nodes that cut the same block cost time, not truth', async () => {
    const store = openMemoryStore();
    await opened(store);
    const results = await Promise.all([21, 22, 23].map((seed) => cutBlock(context(store, new ManifestChain(store, new SeededRandom(seed)), seed + 100), cutOf(0n, 4))));
    expect(results.filter((manifest) => manifest !== null)).toHaveLength(1);
    expect((await new ManifestChain(store, new SeededRandom(9)).newest())?.tables[0]?.files).toHaveLength(1);
  });

  test('a file that is not what was written is not committed', async () => {
    const inner = openMemoryStore();
    await opened(inner);
    const store = new FailingStore(inner);
    store.mutate = (name, bytes, from) => { if (name.startsWith('data/') && from === 0) bytes[bytes.length - 20] = (bytes[bytes.length - 20] as number) ^ 1; return bytes; };
    await expect(cutBlock(context(store, new ManifestChain(store, new SeededRandom(2)), 6), cutOf(0n, 4))).rejects.toMatchObject({ code: 'corrupt' });
    expect(await new ManifestChain(inner, new SeededRandom(4)).newest()).toMatchObject({ version: 0 });
  });
});
