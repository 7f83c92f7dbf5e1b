/** Cells in PostgreSQL's binary formats. */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { pgTypeByOid } from '../../data/types/pg-types.ts';
import type { PgType } from '../../data/types/pg-types.ts';
import { formatDuration } from '../../data/types/time/format.ts';
import { rescalePoint } from '../../data/types/time/units.ts';
import { isBytes, isTagged } from '../../data/types/value.ts';
import type { PeriodValue, Value } from '../../data/types/value.ts';
import type { CellEncoder } from './cell-encoder.ts';
import type { MessageWriter } from './message-writer.ts';
import { writeNumeric } from './numeric-binary.ts';
import type { OutputStyle } from './output-style.ts';
import { fallbackEncoder, integerOf } from './text-encoding.ts';

type Present = Exclude<Value, null>;

const MICROS_1970_TO_2000 = 946_684_800_000_000n;
const DAYS_1970_TO_2000 = 10_957;

/** A value that is not of its column's type cannot be put into fixed bytes; text would be the only way. */
function mismatch(expected: string): EngineError {
  return new EngineError('datatype-mismatch', `a value is not of its column's type ${expected} and has no binary form as such`, { hint: 'Ask for the column in text format.' });
}

const integer = (value: Present, expected: string): bigint => {
  const found = isTagged(value) && value.kind === 'oid' ? BigInt(value.value) : integerOf(value);
  if (found === undefined) throw mismatch(expected);
  return found;
};

function float(value: Present, expected: string): number {
  if (typeof value === 'number') return value;
  if (isTagged(value) && value.kind === 'float32') return value.value;
  throw mismatch(expected);
}

function bool(writer: MessageWriter, value: Present): void {
  if (typeof value !== 'boolean') throw mismatch('bool');
  writer.int32(1);
  writer.uint8(value ? 1 : 0);
}

function int2(writer: MessageWriter, value: Present): void {
  writer.int32(2);
  writer.int16(Number(integer(value, 'int2')));
}

function int4(writer: MessageWriter, value: Present): void {
  writer.int32(4);
  writer.int32(Number(integer(value, 'int4')));
}

function int8(writer: MessageWriter, value: Present): void {
  writer.int32(8);
  writer.int64(typeof value === 'bigint' ? value : integer(value, 'int8'));
}

function float4(writer: MessageWriter, value: Present): void {
  writer.int32(4);
  writer.float32(float(value, 'float4'));
}

function float8(writer: MessageWriter, value: Present): void {
  writer.int32(8);
  writer.float64(float(value, 'float8'));
}

function numeric(writer: MessageWriter, value: Present): void {
  if (!isTagged(value) || value.kind !== 'decimal') throw mismatch('numeric');
  writeNumeric(writer, value);
}

function bytea(writer: MessageWriter, value: Present): void {
  if (!isBytes(value)) throw mismatch('bytea');
  writer.rawCell(value);
}

function text(writer: MessageWriter, value: Present): void {
  if (typeof value !== 'string') throw mismatch('text');
  writer.textCell(value);
}

function uuid(writer: MessageWriter, value: Present): void {
  if (!isTagged(value) || value.kind !== 'uuid') throw mismatch('uuid');
  writer.rawCell(Buffer.from(value.text.replaceAll('-', ''), 'hex'));
}

function date(writer: MessageWriter, value: Present): void {
  if (!isTagged(value) || value.kind !== 'date') throw mismatch('date');
  writer.int32(4);
  writer.int32(value.days - DAYS_1970_TO_2000);
}

function time(writer: MessageWriter, value: Present): void {
  if (!isTagged(value) || value.kind !== 'time') throw mismatch('time');
  writer.int32(8);
  writer.int64(rescalePoint(value.value, value.unit, 'us'));
}

/** Micros since 2000 of a local or zoned timestamp. */
function timestamp(writer: MessageWriter, value: Present): void {
  if (!isTagged(value) || (value.kind !== 'timestamp' && value.kind !== 'timestamptz')) throw mismatch('timestamp');
  writer.int32(8);
  writer.int64((value.unit === 'us' ? value.value : rescalePoint(value.value, value.unit, 'us')) - MICROS_1970_TO_2000);
}

function interval(writer: MessageWriter, value: Present): void {
  if (!isTagged(value) || value.kind !== 'interval') throw mismatch('interval');
  writer.int32(16);
  writer.int64(value.nanos / 1000n);
  writer.int32(value.days);
  writer.int32(value.months);
}

function objectId(writer: MessageWriter, value: Present): void {
  if (!isTagged(value) || (value.kind !== 'oid' && value.kind !== 'regclass' && value.kind !== 'regproc')) {
    int4(writer, value);
    return;
  }
  writer.int32(4);
  writer.int32(value.value);
}

function keyword(writer: MessageWriter, value: Present): void {
  if (!isTagged(value) || value.kind !== 'keyword') throw mismatch('keyword');
  writer.textCell(value.name);
}

function duration(writer: MessageWriter, value: Present): void {
  if (!isTagged(value) || value.kind !== 'duration') throw mismatch('duration');
  writer.textCell(formatDuration(value));
}

const RANGE_LOWER_INCLUSIVE = 0x02;
const RANGE_LOWER_INFINITE = 0x08;
const RANGE_UPPER_INFINITE = 0x10;

function range(writer: MessageWriter, value: Present): void {
  if (!isTagged(value) || value.kind !== 'period') throw mismatch('tstzrange');
  const { from, to }: PeriodValue = value;
  const cell = writer.beginCell();
  writer.uint8((from === null ? RANGE_LOWER_INFINITE : RANGE_LOWER_INCLUSIVE) | (to === null ? RANGE_UPPER_INFINITE : 0));
  for (const bound of [from, to]) {
    if (bound === null) continue;
    writer.int32(8);
    writer.int64(bound - MICROS_1970_TO_2000);
  }
  writer.endCell(cell);
}

/** | dimensions i32 | has nulls i32 | element oid i32 | count i32 | lower bound i32 | cell … | */
function arrayEncoder(elementOid: number, encodeElement: CellEncoder): CellEncoder {
  return (writer, value) => {
    if (!Array.isArray(value)) throw mismatch('array');
    const items = value as readonly Value[];
    const cell = writer.beginCell();
    writer.int32(items.length === 0 ? 0 : 1);
    writer.int32(items.includes(null) ? 1 : 0);
    writer.int32(elementOid);
    if (items.length > 0) {
      writer.int32(items.length);
      writer.int32(1);
    }
    for (const item of items) {
      if (item === null) writer.nullCell();
      else encodeElement(writer, item);
    }
    writer.endCell(cell);
  };
}

const ENCODERS = new Map<number, CellEncoder>([
  [16, bool], [17, bytea], [20, int8], [21, int2], [23, int4], [25, text], [700, float4], [701, float8], [1700, numeric], [2950, uuid],
  [1082, date], [1083, time], [1114, timestamp], [1184, timestamp], [1186, interval], [26, objectId], [24, objectId], [2205, objectId],
  [11_111, keyword], [11_112, duration], [3910, range],
]);

export function binaryEncoderFor(wire: PgType, style: OutputStyle): CellEncoder {
  if (wire.elementOid === 0) return ENCODERS.get(wire.oid) ?? fallbackEncoder(wire, style);
  const element = must(pgTypeByOid(wire.elementOid), 'an array type has an element type');
  return arrayEncoder(element.oid, binaryEncoderFor(element, style));
}
