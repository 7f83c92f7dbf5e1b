import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../base/errors.ts';
import { decodeAwaitToken, decodeSnapshotToken, encodeAwaitToken, encodeSnapshotToken } from './tokens.ts';

describe('snapshot tokens', () => {
  test('are the bytes that XTDB writes', () => {
    expect(encodeSnapshotToken(new Map([['xtdb', 1_577_923_200_000_000n]]))).toBe('ChAKBHh0ZGISCAoGCIDltPAF');
    expect(decodeSnapshotToken('ChAKBHh0ZGISCAoGCIDltPAF')).toEqual(new Map([['xtdb', 1_577_923_200_000_000n]]));
  });
  test('come back as they went, before 1970 too', () => {
    fc.assert(fc.property(fc.string({ minLength: 1 }), fc.bigInt(-(10n ** 15n), 10n ** 17n), (database, micros) => {
      expect(decodeSnapshotToken(encodeSnapshotToken(new Map([[database, micros]])))).toEqual(new Map([[database, micros]]));
    }));
  });
});

describe('await tokens', () => {
  test('come back as they went', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 3 }), fc.bigInt(0n, 2n ** 63n - 1n), (databases, txId) => {
      const ids = new Map(databases.map((database) => [database, txId] as const));
      expect(decodeAwaitToken(encodeAwaitToken(ids))).toEqual(ids);
    }));
  });
});

test('nonsense is refused with a clear error, never with another one', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
    for (const decode of [decodeAwaitToken, decodeSnapshotToken]) {
      try { decode(text); } catch (error) { expect(error).toBeInstanceOf(EngineError); }
    }
  }));
});
