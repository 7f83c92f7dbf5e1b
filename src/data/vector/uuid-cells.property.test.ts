import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '../types/value.ts';
import { UUID } from '../types/type.ts';
import { admitColumn } from './admit.ts';
import { chunkOfBatch } from './batch.ts';
import type { ColumnChunk } from './chunk.ts';
import { ColumnBuffer, gatherVector } from './column-buffer.ts';
import { vectorReader } from './reader.ts';
import { compareUuids, UUID_BYTES, uuidAt, writeUuid } from './uuid-cells.ts';

const uuids = fc.array(fc.option(fc.uuid()), { minLength: 1, maxLength: 40 });

function chunkOf(texts: readonly (string | null)[]): ColumnChunk {
  const data = new Uint8Array(texts.length * UUID_BYTES);
  const validity = new Uint8Array((texts.length + 7) >> 3);
  texts.forEach((text, row) => {
    if (text === null) return;
    writeUuid(text, data, row * UUID_BYTES);
    validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7));
  });
  return { form: 'uuid', data, validity: texts.includes(null) ? validity : null };
}

const valueOf = (text: string | null | undefined): Value => (text === null || text === undefined ? null : { kind: 'uuid', text });

test('a UUID is the same after its bytes', () => {
  fc.assert(fc.property(fc.uuid(), (text) => {
    const bytes = new Uint8Array(UUID_BYTES);
    writeUuid(text.toUpperCase(), bytes, 0);
    expect(uuidAt(bytes, 0)).toEqual({ kind: 'uuid', text });
  }));
});

test('bytes are ordered as the texts are', () => {
  fc.assert(fc.property(fc.uuid(), fc.uuid(), (a, b) => {
    const { data } = chunkOf([a, b]) as Extract<ColumnChunk, { form: 'uuid' }>;
    expect(Math.sign(compareUuids(data, 0, data, 1))).toBe(a < b ? -1 : a > b ? 1 : 0);
  }));
});

test('admitted, gathered, kept and sent to another thread, a column has the same values', () => {
  fc.assert(fc.property(uuids, fc.infiniteStream(fc.nat()), (texts, picks) => {
    const vector = admitColumn(chunkOf(texts), texts.length, null);
    const rows = Int32Array.from(texts, () => picks.next().value % texts.length);
    const expected = Array.from(rows, (row) => valueOf(texts[row]));
    const read = (from: typeof vector): Value[] => Array.from(rows, (_, row) => vectorReader(from)(row));
    expect(read(gatherVector(vector, rows, null, false))).toEqual(expected);
    const buffer = new ColumnBuffer();
    for (let from = 0; from < rows.length; from += 3) buffer.append(vector, rows.subarray(from, from + 3));
    expect(read(buffer.asVector())).toEqual(expected);
    expect(vectorReader(buffer.gather(Int32Array.of(0, -1), null, true))(1)).toBeNull();
    const sent = chunkOfBatch({ rowCount: texts.length, vectors: [vector], selection: null }).columns[0] as ColumnChunk;
    expect(Array.from(texts, (_, row) => vectorReader(admitColumn(sent, texts.length, null))(row))).toEqual(texts.map(valueOf));
    expect(vector).toMatchObject({ type: UUID });
  }));
});
