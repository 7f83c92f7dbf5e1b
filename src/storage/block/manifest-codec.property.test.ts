import { expect, test } from 'vitest';
import { crc32 } from '../../base/bytes.ts';
import { SeededRandom } from '../../base/random.ts';
import { mutate, readsOrFailsByName } from '../../../test/storage/corruption.ts';
import { decodeManifest, encodeManifest } from './manifest-codec.ts';
import { fileName, THRESHOLDS_FIRST } from './manifest.ts';
import type { Manifest } from './manifest.ts';

const ID = '0123456789abcdef'.repeat(2);

const MANIFEST: Manifest = {
  version: 12, manifestId: ID, parentId: ID, incarnation: ID, floor: 3, retain: 2, thresholds: THRESHOLDS_FIRST,
  covered: { position: 2n ** 62n, recordId: ID, txId: 5n, systemTime: -(2n ** 63n), seq: 7 },
  tables: [{
    schema: 'public', name: 'Größe "x"', seq: 7, declaredTypes: [{ column: 'n', typeName: 'int' }], isDropped: false,
    past: { columns: [{ name: 'n', type: { legs: [{ kind: 'text' }], nullable: true } }], until: 2n ** 61n, seq: 4 },
    view: { text: 'SELECT 1', columns: ['a'] },
    columns: [{ name: '_id', type: { legs: [{ kind: 'int', bits: 64 }, { kind: 'uuid' }], nullable: false } }, { name: 'n', type: { legs: [{ kind: 'set', element: { legs: [{ kind: 'time', unit: 'ns' }], nullable: true } }], nullable: true } }],
    files: [{
      id: { base: 11, uuid: ID }, state: 'raw', location: { name: fileName({ base: 11, uuid: ID }), bytes: 1000, footerBytes: 100, footerCrc: 0xffffffff },
      bounds: { rowCount: 3, minSeq: 5, maxSeq: 7, firstKey: Uint8Array.of(1, 255), lastKey: Uint8Array.of(3), minSystemFrom: 0n, maxSystemFrom: 9n, minValidFrom: -(2n ** 63n), maxValidTo: 2n ** 63n - 1n },
    }],
  }],
};

test('a manifest is read back as it was written', () => {
  expect(decodeManifest(encodeManifest(MANIFEST), 'm')).toStrictEqual(MANIFEST);
});

test('a manifest of format 1 says nothing of what was dropped, and of views', () => {
  const text = JSON.stringify(MANIFEST, (key, value: unknown) => {
    if (key === 'isDropped' || key === 'past' || key === 'view') return undefined;
    return typeof value === 'bigint' ? value.toString() : value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  });
  const body = new TextEncoder().encode(`${text}\n`);
  const head = `varve-manifest 1 ${crc32(body, crc32(new TextEncoder().encode(`1 ${body.length}`))).toString(16).padStart(8, '0')} ${body.length}\n`;
  const expected = { ...MANIFEST, tables: MANIFEST.tables.map((table) => ({ ...table, past: null, view: null })) };
  expect(decodeManifest(Uint8Array.of(...new TextEncoder().encode(head), ...body), 'm')).toStrictEqual(expected);
});

test('3000 random corruptions under a right checksum end in a named error or in a manifest of the right form', async () => {
  const random = new SeededRandom(5);
  const whole = encodeManifest(MANIFEST);
  const bodyAt = whole.indexOf(10) + 1;
  let errors = 0;
  for (let run = 0; run < 3000; run++) {
    const body = whole.slice(bodyAt);
    if (run % 2 === 0) mutate(body, random);
    else body[random.integer(body.length)] = random.pick([...'0123456789abcdef",[]{}:-.e']).charCodeAt(0);
    const head = new TextEncoder().encode(`varve-manifest 2 ${crc32(body, crc32(new TextEncoder().encode(`2 ${body.length}`))).toString(16).padStart(8, '0')} ${body.length}\n`);
    const bytes = Uint8Array.of(...head, ...body);
    const failed = await readsOrFailsByName(() => {
      // What was read can be written and means the same.
      const manifest = decodeManifest(bytes, 'm');
      expect(decodeManifest(encodeManifest(manifest), 'm')).toStrictEqual(manifest);
    });
    if (failed) errors += 1;
  }
  expect(errors).toBeGreaterThan(1000);
  expect(errors).toBeLessThan(3000);
});
