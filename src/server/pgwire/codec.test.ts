/** Bytes and texts as PostgreSQL 16 has them. */
import { describe, expect, test } from 'vitest';
import { pgTypeByOid } from '../../data/types/pg-types.ts';
import type { Value } from '../../data/types/value.ts';
import { binaryEncoderFor } from './binary-encoding.ts';
import { decodeBinary } from './binary-decoding.ts';
import { BufferPool, MessageWriter } from './message-writer.ts';
import { parseArrayText } from '../../data/types/array-text.ts';
import { decodeText } from '../../data/types/read-text.ts';
import { textEncoderFor } from './text-encoding.ts';

const STYLE = { fallback: 'json', dateStyle: 'iso' } as const;

function cell(oid: number, value: Exclude<Value, null>, format: 'text' | 'binary'): Buffer {
  const writer = new MessageWriter(new BufferPool());
  const wire = pgTypeByOid(oid) ?? expect.fail('unknown OID');
  (format === 'binary' ? binaryEncoderFor(wire, STYLE) : textEncoderFor(wire, STYLE))(writer, value);
  const { buffer, length } = writer.detach();
  return buffer.bytes.subarray(4, length);
}

const decimal = (unscaled: bigint, scale: number): Value => ({ kind: 'decimal', unscaled, scale, precision: 32 });

describe('binary', () => {
  test.each<[string, number, Exclude<Value, null>, string]>([
    ['numeric 0', 1700, decimal(0n, 0) as Exclude<Value, null>, '0000000000000000'],
    ['numeric 1.5', 1700, decimal(15n, 1) as Exclude<Value, null>, '0002000000000001' + '00011388'],
    ['numeric 10000', 1700, decimal(10_000n, 0) as Exclude<Value, null>, '0001000100000000' + '0001'],
    ['numeric -0.00012', 1700, decimal(-12n, 5) as Exclude<Value, null>, '0002ffff40000005' + '000107d0'],
    ['date 2000-01-01', 1082, { kind: 'date', days: 10_957 }, '00000000'],
    ['timestamptz 1999-12-31T23:59:59.999999Z', 1184, { kind: 'timestamptz', unit: 'us', value: 946_684_799_999_999n, zone: 'Europe/Berlin' }, 'ffffffffffffffff'],
    ['interval of a month, two days, three seconds', 1186, { kind: 'interval', form: 'month-day-nano', months: 1, days: 2, nanos: 3_000_000_000n }, '00000000002dc6c0' + '00000002' + '00000001'],
    ['tstzrange [2000-01-01,)', 3910, { kind: 'period', from: 946_684_800_000_000n, to: null }, '12' + '00000008' + '0000000000000000'],
    ['int4[]', 1007, [{ kind: 'int', bits: 32, value: 1 }, null], '00000001' + '00000001' + '00000017' + '00000002' + '00000001' + '00000004' + '00000001' + 'ffffffff'],
    ['empty int4[]', 1007, [], '00000000' + '00000000' + '00000017'],
  ])('%s', (_, oid, value, hex) => {
    expect(cell(oid, value, 'binary').toString('hex')).toBe(hex);
  });

  test('a value that is not of its column\'s type has no binary form', () => {
    expect(() => cell(20, 'seven', 'binary')).toThrow(/not of its column's type int8/);
  });
});

describe('text', () => {
  test.each<[string, number, Exclude<Value, null>, string]>([
    ['bool', 16, true, 't'],
    ['float8', 701, 1e308, '1.0E308'],
    ['bytea', 17, Uint8Array.of(0, 255), '\\x00ff'],
    ['keyword', 11_111, { kind: 'keyword', name: 'a/b' }, 'a/b'],
    ['timestamptz in its own zone', 1184, { kind: 'timestamptz', unit: 'us', value: 1_588_284_000_500_000n, zone: 'Europe/Berlin' }, '2020-05-01 00:00:00.5+02:00'],
    ['timestamptz in UTC', 1184, { kind: 'timestamptz', unit: 'us', value: -1n, zone: 'UTC' }, '1969-12-31 23:59:59.999999+00:00'],
    ['text[] that needs quotes', 1009, ['a b', '', 'null', 'x', '"\\'], '{"a b","","null",x,"\\"\\\\"}'],
    ['a document', 114, new Map<string, Value>([['a', 1n], ['b', [1.5, 'x', null]]]), '{"a":1,"b":[1.5,"x",null]}'],
    ['a value that is not of its column\'s type', 20, 'seven', 'seven'],
  ])('%s', (_, oid, value, text) => {
    expect(cell(oid, value, 'text').toString('utf8')).toBe(text);
  });
});

describe('parameters as clients write them', () => {
  test.each<[string, Parameters<typeof decodeText>[1], Value]>([
    [' yes ', { kind: 'bool' }, true],
    ['+7', { kind: 'int', bits: 64 }, 7n],
    ['-inf', { kind: 'float', bits: 64 }, -Infinity],
    ['1e3', { kind: 'decimal', precision: 64, scale: 9 }, decimal(1000n, 0)],
    ['{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}', { kind: 'uuid' }, { kind: 'uuid', text: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' }],
    ['a\\\\b\\000', { kind: 'bytes' }, Uint8Array.of(97, 92, 98, 0)],
    ['2020-02-29 00:00:00+00', { kind: 'date' }, { kind: 'date', days: 18_321 }],
    ['2020-02-29 +00', { kind: 'date' }, { kind: 'date', days: 18_321 }],
    ['0001-12-31 BC', { kind: 'date' }, { kind: 'date', days: -719_163 }],
    ['10000-01-01', { kind: 'date' }, { kind: 'date', days: 2_932_897 }],
    ['0001-12-31 23:59:59 BC', { kind: 'timestamp', unit: 'us' }, { kind: 'timestamp', unit: 'us', value: -62_135_596_801_000_000n }],
    ['0001-12-31 23:59:59+00 BC', { kind: 'timestamptz', unit: 'us', zone: 'UTC' }, { kind: 'timestamptz', unit: 'us', value: -62_135_596_801_000_000n, zone: 'Z' }],
    ['12:34:56+00', { kind: 'time', unit: 'us' }, { kind: 'time', unit: 'us', value: 45_296_000_000n }],
    ['1 mons 2 days 3 mins', { kind: 'interval', form: 'month-day-micro' }, { kind: 'interval', form: 'month-day-micro', months: 1, days: 2, nanos: 180_000_000_000n }],
    ['["2020-01-01 00:00:00+00",)', { kind: 'period' }, { kind: 'period', from: 1_577_836_800_000_000n, to: null }],
  ])('%s', (text, type, value) => {
    expect(decodeText(text, type)).toEqual(value);
  });

  test('an instant without zone is read in the session\'s', () => {
    expect(decodeText('2020-05-01 00:00:00', { kind: 'timestamptz', unit: 'us', zone: 'UTC' }, 'Europe/Berlin'))
      .toEqual({ kind: 'timestamptz', unit: 'us', value: 1_588_284_000_000_000n, zone: 'Europe/Berlin' });
  });

  test('nested arrays are lists of lists', () => {
    expect(parseArrayText('{{1,2},{ 3 , "NULL" }}', (item) => item)).toEqual([['1', '2'], ['3', 'NULL']]);
    for (const text of ['', '{', '{1', '{1,}', '{,}', '{1}}', '{{1}', '1']) expect(() => parseArrayText(text, (item) => item)).toThrow(/invalid input syntax for type array/);
  });

  test.each<[string, Parameters<typeof decodeText>[1], string]>([
    ['9223372036854775808', { kind: 'int', bits: 64 }, '22003'],
    ['32768', { kind: 'int', bits: 16 }, '22003'],
    ['1.5', { kind: 'int', bits: 64 }, '22P02'],
    ['1,5', { kind: 'float', bits: 64 }, '22P02'],
    ['\\x0', { kind: 'bytes' }, '22P02'],
    ['2020-02-30', { kind: 'date' }, '22007'],
    ['2020-02-29 about noon', { kind: 'date' }, '22007'],
    ['infinity', { kind: 'date' }, '22007'],
    ['12:34+nonsense', { kind: 'time', unit: 'us' }, '22007'],
    ['1 mons 2 foos', { kind: 'interval', form: 'month-day-micro' }, '22007'],
  ])('%s is refused', (text, type, sqlState) => {
    expect(() => decodeText(text, type)).toThrow(expect.objectContaining({ sqlState }));
  });

  test.each<[string, Parameters<typeof decodeBinary>[1]]>([
    ['7fffffff', { kind: 'date' }], ['80000000', { kind: 'date' }],
    ['7fffffffffffffff', { kind: 'timestamp', unit: 'us' }], ['8000000000000000', { kind: 'timestamptz', unit: 'us', zone: 'UTC' }],
  ])('infinity is refused: %s', (hex, type) => {
    expect(() => decodeBinary(Buffer.from(hex, 'hex'), type)).toThrow(expect.objectContaining({ sqlState: '22008' }));
  });

  test('binary arrays must hold what they say', () => {
    const type = { kind: 'list', element: { legs: [{ kind: 'int', bits: 32 }], nullable: true } } as const;
    for (const hex of ['00000001', '0000000100000000000000170000000900000001', '00000001000000000000001700000001000000010000000800000001']) {
      expect(() => decodeBinary(Buffer.from(hex, 'hex'), type)).toThrow(expect.objectContaining({ sqlState: '22P03' }));
    }
  });
});
