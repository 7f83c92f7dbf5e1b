import fc from 'fast-check';
import { expect, test } from 'vitest';
import { iota } from '../../data/vector/batch.ts';
import { ColumnBuffer } from '../../data/vector/column-buffer.ts';
import { admitColumn } from '../../data/vector/admit.ts';
import { UUID_BYTES, writeUuid } from '../../data/vector/uuid-cells.ts';
import { valuesVector, type Vector } from '../../data/vector/vector.ts';
import { UuidCoder } from './uuid-coder.ts';

/** Few enough that they come again, enough that tables grow. */
const texts = Array.from({ length: 300 }, (_, index) => `00000000-0000-4000-8000-${(index * 0x10001).toString(16).padStart(12, '0')}`);

const asValues = (picked: readonly (string | null)[]): Vector => valuesVector(picked.map((text) => (text === null ? null : { kind: 'uuid', text })));
function asFlat(picked: readonly (string | null)[]): Vector {
  const buffer = new ColumnBuffer();
  const data = new Uint8Array(UUID_BYTES);
  for (const text of picked) {
    if (text !== null) writeUuid(text, data, 0);
    buffer.append(admitColumn({ form: 'uuid', data: data.slice(), validity: text === null ? Uint8Array.of(0) : null }, 1, null), Int32Array.of(0));
  }
  return buffer.asVector();
}

test('equal UUIDs have one code whichever way they come, in order of arrival; NULL has one only when grouping', () => {
  const picks = fc.array(fc.option(fc.constantFrom(...texts), { freq: 9 }), { maxLength: 500 });
  fc.assert(fc.property(fc.array(picks, { minLength: 1, maxLength: 3 }), fc.boolean(), (batches, isGrouping) => {
    const coder = new UuidCoder(isGrouping);
    const known = new Map<string | null, number>();
    batches.forEach((picked, index) => {
      const out = new Int32Array(picked.length);
      coder.encode(index % 2 === 0 ? asFlat(picked) : asValues(picked), iota(picked.length), true, out);
      const expected = picked.map((text) => {
        if (text === null && !isGrouping) return -1;
        if (!known.has(text)) known.set(text, known.size);
        return known.get(text);
      });
      expect(Array.from(out)).toEqual(expected);
    });
    const out = new Int32Array(texts.length);
    coder.encode(asFlat(texts), iota(texts.length), false, out);
    expect(Array.from(out)).toEqual(texts.map((text) => known.get(text) ?? -1));
  }), { numRuns: 30 });
});
