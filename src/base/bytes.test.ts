import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter, crc32 } from './bytes.ts';
import { EngineError } from './errors.ts';

describe('what a writer wrote, a reader reads', () => {
  test('over every kind of field, across growth of the buffer', () => {
    const field = fc.oneof(
      fc.record({ kind: fc.constant('u8' as const), value: fc.nat(255) }),
      fc.record({ kind: fc.constant('u32' as const), value: fc.nat(0xffffffff) }),
      fc.record({ kind: fc.constant('varint' as const), value: fc.maxSafeNat() }),
      fc.record({ kind: fc.constant('i64' as const), value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) }),
      fc.record({ kind: fc.constant('f64' as const), value: fc.double() }),
      fc.record({ kind: fc.constant('text' as const), value: fc.string({ unit: 'grapheme' }) }),
    );
    fc.assert(fc.property(fc.array(field), (list) => {
      const writer = new ByteWriter(1);
      for (const f of list) (writer[f.kind] as (value: typeof f.value) => void).call(writer, f.value);
      const reader = new ByteReader(writer.finish(), 'test');
      for (const f of list) expect(reader[f.kind]()).toEqual(f.value);
      reader.end();
    }));
  });
});

describe('a reader', () => {
  test('never reads past the end, and names object and offset', () => {
    const reader = new ByteReader(new Uint8Array([1, 2, 3]), 'log segment 7', 100);
    reader.u8();
    expect(() => reader.u32()).toThrow('log segment 7 is damaged at offset 101: 4 bytes expected, 2 left');
  });
  test('ends in values or in XX001, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const reader = new ByteReader(bytes, 'x');
      try { for (;;) { reader.text(); reader.varint(); reader.count(3); } } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
        expect((error as EngineError).sqlState).toBe('XX001');
      }
    }));
  });
});

test('crc32 is the one of zlib', () => { expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926); });
