import { expect, test } from 'vitest';
import { crc32 } from '../../base/bytes.ts';
import { SeededRandom } from '../../base/random.ts';
import { readFooter, writeFooter } from '../../data/arrow/file.ts';
import type { Value } from '../../data/types/value.ts';
import { blockContent } from '../../../test/storage/block-content.ts';
import type { SampleEvent } from '../../../test/storage/block-content.ts';
import { checkChunk, mutate, readsOrFailsByName } from '../../../test/storage/corruption.ts';
import { openMemoryStore } from '../store/memory-store.ts';
import { INDEX_KEY } from './block-format.ts';
import type { BlockLocation } from './block-format.ts';
import { decodeColumnPages, decodeDirectory, encodeColumnPages, encodeDirectory } from './page-directory.ts';
import { openBlockFile } from './block-reader.ts';
import { writeBlockFile } from './block-writer.ts';
import { granuleCrcs } from './granules.ts';

const RUNS = 5000;
const TAIL = 10;

const cell = (random: SeededRandom): Value => random.pick<Value>([
  null, 1n, 1.5, 'text', 'ö', true, [1n, 'x'], new Map<string, Value>([['a', 1n]]), { kind: 'date', days: 4 }, { kind: 'keyword', name: 'k' },
  { kind: 'timestamptz', unit: 'us', value: 4n, zone: 'UTC' }, { kind: 'decimal', unscaled: 5n, scale: 1, precision: 32 }, { kind: 'uuid', text: '00112233-4455-6677-8899-aabbccddeeff' },
]);

function events(random: SeededRandom): SampleEvent[] {
  return Array.from({ length: 5 + random.integer(20) }, (): SampleEvent => ({
    id: random.pick<Value>([BigInt(random.integer(9)), 'id', { kind: 'uuid', text: '00112233-4455-6677-8899-aabbccddeeff' }]), op: random.integer(3),
    document: { n: BigInt(random.integer(100)), t: 'x'.repeat(random.integer(9)), any: cell(random) },
  }));
}

/** The file with every checksum made right again: buffers, parts of the index, directory, footer. Undefined if its index can no longer be found. */
function repair(bytes: Uint8Array, location: BlockLocation): { bytes: Uint8Array; location: BlockLocation } | undefined {
  const footerAt = location.bytes - location.footerBytes;
  try {
    const footer = readFooter(bytes.subarray(footerAt, bytes.length - TAIL), 'x', footerAt);
    const [offset, length] = (footer.metadata.get(INDEX_KEY) ?? '').split(' ').map(Number) as [number, number];
    const directory = decodeDirectory(bytes.subarray(offset, offset + length), 'x', offset, footerAt);
    const columns = directory.columns.map((part) => {
      const pages = decodeColumnPages(bytes.subarray(part.offset, part.offset + part.length), 'x', part.offset, footerAt, directory.isCompressed)
        .map((page) => ({ ...page, crcs: page.buffers.map((buffer) => granuleCrcs(bytes.subarray(buffer.offset, buffer.offset + buffer.length), directory.isCompressed)) }));
      const encoded = encodeColumnPages(pages);
      if (encoded.length === part.length) bytes.set(encoded, part.offset);
      return { ...part, crc: crc32(bytes.subarray(part.offset, part.offset + part.length)) };
    });
    const checked = (part: typeof directory.pages) => ({ ...part, crc: crc32(bytes.subarray(part.offset, part.offset + part.length)) });
    const encoded = encodeDirectory({ ...directory, columns, pages: checked(directory.pages), keyFilter: checked(directory.keyFilter) });
    if (encoded.length === length) bytes.set(encoded, offset);
    const metadata = new Map([...footer.metadata, [INDEX_KEY, `${offset} ${length} ${crc32(bytes.subarray(offset, offset + length))}`]]);
    const end = new Uint8Array(TAIL);
    const rewritten = writeFooter({ ...footer, metadata });
    new DataView(end.buffer).setInt32(0, rewritten.length, true);
    end.set(bytes.subarray(bytes.length - 6), 4);
    const whole = new Uint8Array(footerAt + rewritten.length + TAIL);
    whole.set(bytes.subarray(0, footerAt));
    whole.set(rewritten, footerAt);
    whole.set(end, footerAt + rewritten.length);
    return { bytes: whole, location: { ...location, bytes: whole.length, footerBytes: rewritten.length + TAIL, footerCrc: crc32(whole.subarray(footerAt)) } };
  } catch {
    return undefined;
  }
}

async function readAll(bytes: Uint8Array, location: BlockLocation): Promise<void> {
  const store = openMemoryStore();
  await store.putIfAbsent(location.name, bytes);
  const file = await openBlockFile(store, location);
  await file.mayHoldKey(Uint8Array.of(1, 2, 3));
  for (let page = 0; page < (await file.pages()).length; page++) {
    const read = await file.readPage(page, ['n', 't', 'any']);
    for (const chunk of [read.ids, ...read.columns]) checkChunk(chunk, read.rowCount);
    for (const array of [read.seq, read.systemFrom, read.validFrom, read.validTo, read.op]) expect(array.length).toBeGreaterThanOrEqual(read.rowCount);
  }
}

test(`${RUNS} random corruptions of block files, half of them with every checksum repaired, end in a named error or in values within their types`, async () => {
  const random = new SeededRandom(20_262);
  const blocks = await Promise.all(Array.from({ length: 16 }, async (_, i) => {
    const block = await writeBlockFile(blockContent(events(random), 7), { pageRowsMax: 8, compression: i % 4 === 0 ? 'zstd' : 'none' });
    return { bytes: block.bytes, location: { name: 'data/x.arrow', bytes: block.bytes.length, footerBytes: block.footerBytes, footerCrc: block.footerCrc } };
  }));
  const outcomes = { plain: 0, plainErrors: 0, repaired: 0, repairedErrors: 0 };
  for (let run = 0; run < RUNS; run++) {
    const block = random.pick(blocks);
    const bytes = block.bytes.slice();
    const isRepaired = run % 2 === 0;
    // The part that a reader of Arrow looks at is large; the index gets half of the hits.
    const indexAt = Math.floor(bytes.length / 2);
    mutate(random.integer(2) === 0 ? bytes : bytes.subarray(indexAt), random);
    const repaired = isRepaired ? repair(bytes, block.location) : undefined;
    const failed = await readsOrFailsByName(() => readAll(repaired?.bytes ?? bytes, repaired?.location ?? block.location));
    if (repaired !== undefined) { outcomes.repaired += 1; outcomes.repairedErrors += failed ? 1 : 0; } else { outcomes.plain += 1; outcomes.plainErrors += failed ? 1 : 0; }
  }
  expect(outcomes.repaired).toBeGreaterThan(RUNS / 5);
  expect(outcomes.repairedErrors).toBeGreaterThan(100);
  expect(outcomes.repairedErrors).toBeLessThan(outcomes.repaired);
  expect(outcomes.plainErrors).toBeGreaterThan(outcomes.plain / 2);
});
