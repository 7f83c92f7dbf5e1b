import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyValue } from '../../../test/storage/arbitrary-value.ts';
import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { EngineError } from '../../base/errors.ts';
import { MICROS_MAX, MICROS_MIN } from '../../catalog/table-source.ts';
import type { Value } from '../../data/types/value.ts';
import type { ResolvedTransaction, RowEvent } from '../event.ts';
import type { LogRecord } from './log.ts';
import { decodeRecord, encodeRecord } from './record-codec.ts';
import { readValue, writeValue } from './value-codec.ts';

const micros = fc.bigInt(MICROS_MIN, MICROS_MAX);
const document = fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 6 }), anyValue), { maxLength: 5 }).map((entries) => new Map<string, Value>([['_id', 1n], ...entries.filter(([name]) => name !== '_id')]));
const event: fc.Arbitrary<RowEvent> = fc.record({ op: fc.constantFrom('put' as const, 'delete' as const, 'erase' as const), times: fc.tuple(micros, micros).filter(([a, b]) => a < b), document })
  .map(({ op, times: [validFrom, validTo], document: doc }) => ({ op, id: 1n, validFrom, validTo, document: op === 'put' ? doc : null }));
const transaction: fc.Arbitrary<ResolvedTransaction> = fc.record({
  txId: fc.bigInt(0n, 2n ** 40n), systemTime: fc.bigInt(-(2n ** 50n), 2n ** 55n),
  changes: fc.array(fc.oneof(
    fc.record({ kind: fc.constant('events' as const), schema: fc.string(), table: fc.string(), events: fc.array(event, { maxLength: 4 }) }),
    fc.record({ kind: fc.constant('declare' as const), schema: fc.string(), table: fc.string(), columns: fc.array(fc.record({ name: fc.string(), typeName: fc.option(fc.string({ minLength: 1 })) }), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('drop' as const), schema: fc.string(), table: fc.string() }),
    fc.record({ kind: fc.constant('view' as const), schema: fc.string(), table: fc.string(), view: fc.record({ text: fc.string(), columns: fc.array(fc.string(), { maxLength: 3 }) }) }),
  ), { maxLength: 5 }),
});
const hexId = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const record: fc.Arbitrary<LogRecord> = fc.record({
  incarnation: hexId, position: fc.bigInt(0n, 2n ** 60n), recordId: hexId, parentId: hexId, writerId: hexId, baseSystemTime: fc.bigInt(-(2n ** 50n), 2n ** 55n),
  firstTxId: fc.bigInt(0n, 2n ** 40n), firstSeq: fc.bigInt(0n, 2n ** 40n), cut: fc.boolean(), transactions: fc.array(transaction, { maxLength: 3 }),
});

describe('the log codec', () => {
  test('gives back every value exactly', () => {
    fc.assert(fc.property(anyValue, (value) => {
      const writer = new ByteWriter(4);
      writeValue(writer, value);
      const reader = new ByteReader(writer.finish(), 'test');
      expect(readValue(reader)).toEqual(value);
      reader.end();
    }), { numRuns: 2000 });
  });

  test('gives back every record exactly', () => {
    fc.assert(fc.property(record, (original) => { expect(decodeRecord(encodeRecord(original), 'test', 0)).toEqual(original); }));
  });

  test('reads records of version 1: declarations, then events', () => {
    const bytes = Buffer.from(
      '01010000000000000000000000000000000001000000000000001111111111111111111111111111111122222222222222222222222222222222333333333333333333333333333333330500000000000000'
      + '01000000000000000100000000000000010000000000000000000000000000000001067075626c6963056974656d7302046e616d650474657874016e0001067075626c6963056974656d7302035f696404'
      + '6e616d65020c020003220105037465610101000000000000000300000000000000050178', 'hex');
    const items = { schema: 'public', table: 'items' };
    expect(decodeRecord(bytes, 'test', 0)).toMatchObject({ position: 1n, recordId: '1'.repeat(32), cut: true, transactions: [{ txId: 1n, systemTime: 5n, changes: [
      { kind: 'declare', ...items, columns: [{ name: 'name', typeName: 'text' }, { name: 'n', typeName: null }] },
      { kind: 'events', ...items, events: [
        { op: 'put', id: 17n, validFrom: 5n, validTo: MICROS_MAX, document: new Map<string, Value>([['_id', 17n], ['name', 'tea']]) },
        { op: 'delete', id: 'x', validFrom: 1n, validTo: 3n, document: null },
      ] },
    ] }] });
  });

  test('ends in a record or in XX001 for any damage', () => {
    fc.assert(fc.property(record, fc.nat(), fc.nat(255), fc.nat(), (original, at, byte, cut) => {
      const bytes = encodeRecord(original);
      bytes[at % bytes.length] = byte;
      try { decodeRecord(bytes.subarray(0, bytes.length - (cut % 3)), 'test', 0); } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
        expect((error as EngineError).sqlState).toBe('XX001');
      }
    }), { numRuns: 2000 });
  });

  test('writes a one-row transaction in about the bytes of its row: at most 250 with header and keys', () => {
    const row = new Map<string, Value>([['_id', 17n], ['name', 'a short name'], ['price', 12.5], ['count', 3n]]);
    const bytes = encodeRecord({
      incarnation: '0'.repeat(32), position: 1n, recordId: '1'.repeat(32), parentId: '2'.repeat(32), writerId: '3'.repeat(32), baseSystemTime: 5n, firstTxId: 1n, firstSeq: 1n, cut: false,
      transactions: [{ txId: 1n, systemTime: 5n, changes: [{ kind: 'events', schema: 'public', table: 'items', events: [{ op: 'put', id: 17n, validFrom: 5n, validTo: MICROS_MAX, document: row }] }] }],
    });
    expect(bytes.length).toBeLessThanOrEqual(250);
  });
});
