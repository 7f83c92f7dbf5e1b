import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnTypeOfValue, typeOfValue } from '../../data/types/column-type.ts';
import { formatValue } from '../../data/types/format.ts';
import { pgTypeOf } from '../../data/types/pg-types.ts';
import { wireTimeValue } from '../../data/types/time/format.ts';
import type { Value } from '../../data/types/value.ts';
import { decodeBinary } from './binary-decoding.ts';
import { binaryEncoderFor } from './binary-encoding.ts';
import { BufferPool, MessageWriter } from './message-writer.ts';
import type { OutputStyle } from './output-style.ts';
import { decodeText } from '../../data/types/read-text.ts';
import { textEncoderFor } from './text-encoding.ts';

type Present = Exclude<Value, null>;

const STYLE: OutputStyle = { fallback: 'json', dateStyle: 'iso' };
const ISO_STYLE: OutputStyle = { fallback: 'json', dateStyle: 'iso8601' };
const pool = new BufferPool();

/** The bytes of a cell after its length, which must be right. */
function encode(value: Present, format: 'text' | 'binary', style = STYLE): Buffer {
  const wire = pgTypeOf(columnTypeOfValue(value)) ?? expect.fail('a type of its own');
  const writer = new MessageWriter(pool);
  writer.begin(0x44);
  (format === 'binary' ? binaryEncoderFor(wire, style) : textEncoderFor(wire, style))(writer, value);
  writer.end();
  const { buffer, length } = writer.detach();
  const bytes = Buffer.from(buffer.bytes.subarray(9, length));
  expect(buffer.bytes.readInt32BE(5)).toBe(bytes.length);
  pool.give(buffer);
  return bytes;
}

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
/** Years -4000 to 9999, in µs. */
const micros = fc.bigInt({ min: -188_395_804_800_000_000n, max: 253_402_300_799_999_999n });
const text = fc.string({ unit: 'binary', maxLength: 60 });
const sized = (bits: 16 | 32): fc.Arbitrary<Present> => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 }).map((value) => ({ kind: 'int', bits, value }));
const period = fc.tuple(fc.option(micros), fc.option(micros)).map(([from, to]): Present => ({ kind: 'period', from, to }));

const ARBITRARIES: readonly (readonly [string, fc.Arbitrary<Present>])[] = [
  ['bool', fc.boolean()],
  ['int2', sized(16)],
  ['int4', sized(32)],
  ['int8', fc.oneof(fc.bigInt(INT64), fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }))],
  ['float4', fc.float().map((value) => ({ kind: 'float32', value }))],
  ['float8', fc.double()],
  ['numeric', fc.tuple(fc.bigInt({ min: -(10n ** 31n), max: 10n ** 31n }), fc.integer({ min: 0, max: 31 })).map(([unscaled, scale]) => ({ kind: 'decimal', unscaled, scale, precision: 32 }))],
  ['text', text],
  ['bytea', fc.uint8Array({ maxLength: 40 })],
  ['uuid', fc.uuid().map((value) => ({ kind: 'uuid', text: value }))],
  ['date', fc.integer({ min: -2_000_000, max: 2_932_896 }).map((days) => ({ kind: 'date', days }))],
  ['time', fc.bigInt({ min: 0n, max: 86_399_999_999n }).map((value) => ({ kind: 'time', unit: 'us', value }))],
  ['timestamp', micros.map((value) => ({ kind: 'timestamp', unit: 'us', value }))],
  ['timestamptz', micros.map((value) => ({ kind: 'timestamptz', unit: 'us', value, zone: 'UTC' }))],
  ['duration', fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map((value) => ({ kind: 'duration', unit: 'us', value }))],
  ['tstzrange', period],
  ['keyword', fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((name) => !name.startsWith(':')).map((name) => ({ kind: 'keyword', name }))],
  ['int8[]', fc.array(fc.option(fc.bigInt(INT64)), { minLength: 1 }).filter((items) => items.some((item) => item !== null))],
  ['text[]', fc.array(fc.option(text), { minLength: 1 }).filter((items) => items.some((item) => item !== null))],
];

describe('what is written is read back', () => {
  for (const [name, arbitrary] of ARBITRARIES) {
    test(`${name} in text and in binary`, () => {
      fc.assert(fc.property(arbitrary, (value) => {
        const type = typeOfValue(value);
        expect(decodeBinary(encode(value, 'binary'), type)).toEqual(value);
        expect(normal(decodeText(encode(value, 'text').toString('utf8'), type))).toEqual(normal(value));
      }), { numRuns: 300 });
    });
  }

  test('points in time and floats print as the engine prints them', () => {
    const zone = fc.constantFrom('UTC', 'Z', 'Europe/Berlin', '+02:00');
    fc.assert(fc.property(micros, zone, fc.constantFrom('us', 'ms', 's', 'ns'), fc.oneof(fc.double(), fc.integer()), (value, name, unit, float) => {
      const small = value % 8_000_000_000_000_000n;
      const [instant, local] = [{ kind: 'timestamptz', unit, value: small, zone: name }, { kind: 'timestamp', unit, value: small }] as const;
      expect(encode(instant, 'text').toString()).toBe(wireTimeValue(instant));
      expect(encode(local, 'text').toString()).toBe(wireTimeValue(local));
      expect(encode(float, 'text').toString()).toBe(formatValue(float));
    }), { numRuns: 1_000 });
  });

  test('timestamptz in the ISO date style too', () => {
    fc.assert(fc.property(micros, (value) => {
      const instant: Value = { kind: 'timestamptz', unit: 'us', value, zone: 'UTC' };
      expect(decodeText(encode(instant, 'text', ISO_STYLE).toString('utf8'), typeOfValue(instant))).toEqual(instant);
    }));
  });
});

/** Text of an instant says its offset, not its zone. */
const normal = (value: Value): Value => (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'timestamptz' ? { ...value, zone: 'UTC' } : value);

describe('bytes that are no value', () => {
  test('are refused by name, whatever they are', () => {
    const types = ARBITRARIES.map(([, arbitrary]) => typeOfValue(fc.sample(arbitrary, 1)[0] ?? expect.fail('no sample')));
    fc.assert(fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 40 }), (type, bytes) => {
      try {
        decodeBinary(Buffer.from(bytes), type);
      } catch (error) {
        expect(error).toMatchObject({ name: 'EngineError' });
      }
      try {
        decodeText(Buffer.from(bytes).toString('latin1'), type);
      } catch (error) {
        expect(error).toMatchObject({ name: 'EngineError' });
      }
    }), { numRuns: 5_000 });
  });
});
