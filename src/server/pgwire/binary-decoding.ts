/** Parameters in PostgreSQL's binary formats. Errors are 22P03 with the type and what was found. */
import { EngineError } from '../../base/errors.ts';
import { intOf } from '../../data/types/numeric.ts';
import { pgTypeOf } from '../../data/types/pg-types.ts';
import { parseDuration } from '../../data/types/time/parse-interval.ts';
import type { Type } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { decodeUtf8 } from './frame-reader.ts';
import { readNumeric } from './numeric-binary.ts';
import { formatUuid, makeDecimal } from '../../data/types/read-text.ts';

const MICROS_1970_TO_2000 = 946_684_800_000_000n;
const DAYS_1970_TO_2000 = 10_957;
// PostgreSQL's greatest numbers stand for infinity, its least for -infinity.
const INT32_MAX = 2 ** 31 - 1;
const INT64_MAX = 2n ** 63n - 1n;

function bad(type: Type, what: string): EngineError {
  return new EngineError('invalid-binary-representation', `incorrect binary data for type ${pgTypeOf({ legs: [type], nullable: true })?.name ?? type.kind}: ${what}`);
}

function need(bytes: Buffer, count: number, type: Type): void {
  if (bytes.length !== count) throw bad(type, `${bytes.length} bytes, ${count} expected`);
}

/** The value that the bytes state for a type. The value does not share memory with them. */
export function decodeBinary(bytes: Buffer, type: Type): Value {
  switch (type.kind) {
    case 'text': return decodeUtf8(bytes, 0, bytes.length);
    case 'uri': return { kind: 'uri', text: decodeUtf8(bytes, 0, bytes.length) };
    case 'keyword': return { kind: 'keyword', name: decodeUtf8(bytes, 0, bytes.length).replace(/^:/, '') };
    case 'duration': return parseDuration(decodeUtf8(bytes, 0, bytes.length));
    case 'bytes': return Uint8Array.from(bytes);
    case 'bool': need(bytes, 1, type); return bytes[0] !== 0;
    case 'int': return decodeInteger(bytes, type);
    case 'float': return decodeFloat(bytes, type);
    case 'decimal': return decodeDecimal(bytes, type);
    case 'uuid': need(bytes, 16, type); return { kind: 'uuid', text: formatUuid(bytes.toString('hex')) };
    case 'oid': case 'regclass': case 'regproc': need(bytes, 4, type); return { kind: type.kind, value: bytes.readUInt32BE(0) };
    case 'list': return decodeArray(bytes, type);
    case 'set': case 'struct': case 'error': throw new EngineError('unsupported', `a parameter of type ${type.kind} has no binary form; send it as json`);
    default: return decodeTime(bytes, type);
  }
}

function decodeInteger(bytes: Buffer, type: Extract<Type, { kind: 'int' }>): Value {
  // int8 is widened on its way out, so it comes back as int2.
  const width = Math.max(type.bits, 16) / 8;
  need(bytes, width, type);
  if (width === 8) return bytes.readBigInt64BE(0);
  const value = width === 4 ? bytes.readInt32BE(0) : bytes.readInt16BE(0);
  return type.bits === 8 ? intOf(BigInt(value), 16) : intOf(BigInt(value), type.bits);
}

function decodeFloat(bytes: Buffer, type: Extract<Type, { kind: 'float' }>): Value {
  need(bytes, type.bits / 8, type);
  return type.bits === 64 ? bytes.readDoubleBE(0) : { kind: 'float32', value: bytes.readFloatBE(0) };
}

function decodeDecimal(bytes: Buffer, type: Type): Value {
  const found = readNumeric(bytes);
  if (found === undefined) throw bad(type, 'no base-10000 number');
  return makeDecimal(found.unscaled, found.scale);
}

function micros(bytes: Buffer, offset: number, type: Type): bigint {
  const stored = bytes.readBigInt64BE(offset);
  const value = stored + MICROS_1970_TO_2000;
  if (value > INT64_MAX || stored === -INT64_MAX - 1n) throw new EngineError('datetime-overflow', `a ${type.kind} outside the range`);
  return value;
}

function decodeTime(bytes: Buffer, type: Extract<Type, { kind: 'date' | 'time' | 'timestamp' | 'timestamptz' | 'interval' | 'period' }>): Value {
  switch (type.kind) {
    case 'date': {
      need(bytes, 4, type);
      const stored = bytes.readInt32BE(0);
      const days = stored + DAYS_1970_TO_2000;
      if (days > INT32_MAX || stored === -INT32_MAX - 1) throw new EngineError('datetime-overflow', 'a date outside the range');
      return { kind: 'date', days };
    }
    case 'time': {
      need(bytes, 8, type);
      const value = bytes.readBigInt64BE(0);
      if (value < 0n || value >= 86_400_000_000n) throw bad(type, `${value} µs is no time of day`);
      return { kind: 'time', unit: 'us', value };
    }
    case 'timestamp': need(bytes, 8, type); return { kind: 'timestamp', unit: 'us', value: micros(bytes, 0, type) };
    case 'timestamptz': need(bytes, 8, type); return { kind: 'timestamptz', unit: 'us', value: micros(bytes, 0, type), zone: 'UTC' };
    case 'interval': {
      need(bytes, 16, type);
      const [time, days, months] = [bytes.readBigInt64BE(0), bytes.readInt32BE(8), bytes.readInt32BE(12)];
      const nanos = time * 1000n;
      if (nanos > INT64_MAX || nanos < -INT64_MAX) throw new EngineError('datetime-overflow', 'an interval outside the range');
      return { kind: 'interval', form: 'month-day-micro', months, days, nanos };
    }
    case 'period': return decodePeriod(bytes, type);
  }
}

const RANGE_EMPTY = 0x01;
const RANGE_LOWER_INCLUSIVE = 0x02;
const RANGE_UPPER_INCLUSIVE = 0x04;
const RANGE_LOWER_INFINITE = 0x08;
const RANGE_UPPER_INFINITE = 0x10;

function decodePeriod(bytes: Buffer, type: Type): Value {
  const flags = bytes[0] ?? RANGE_EMPTY;
  const isFromOpen = (flags & RANGE_LOWER_INFINITE) !== 0;
  const isToOpen = (flags & RANGE_UPPER_INFINITE) !== 0;
  if ((flags & RANGE_EMPTY) !== 0 || (flags & RANGE_UPPER_INCLUSIVE) !== 0 || (!isFromOpen && (flags & RANGE_LOWER_INCLUSIVE) === 0)) {
    throw bad(type, 'only periods of the form [from,to) can be read');
  }
  need(bytes, 1 + (isFromOpen ? 0 : 12) + (isToOpen ? 0 : 12), type);
  let offset = 1;
  const bound = (isOpen: boolean): bigint | null => {
    if (isOpen) return null;
    if (bytes.readInt32BE(offset) !== 8) throw bad(type, 'a bound that is not of 8 bytes');
    offset += 12;
    return micros(bytes, offset - 8, type);
  };
  return { kind: 'period', from: bound(isFromOpen), to: bound(isToOpen) };
}

/** One-dimensional; see the layout at the encoder. */
function decodeArray(bytes: Buffer, type: Extract<Type, { kind: 'list' }>): Value {
  const element = type.element.legs[0];
  if (element === undefined) throw new EngineError('unsupported', 'an array of unknown elements has no binary form');
  if (bytes.length < 12) throw bad(type, `${bytes.length} bytes`);
  const dimensions = bytes.readInt32BE(0);
  if (dimensions === 0) return [];
  if (dimensions !== 1) throw new EngineError('unsupported', `an array of ${dimensions} dimensions; one is supported`);
  if (bytes.length < 20) throw bad(type, `${bytes.length} bytes`);
  const count = bytes.readInt32BE(12);
  if (count < 0 || count * 4 > bytes.length - 20) throw bad(type, `${count} elements in ${bytes.length} bytes`);
  const items: Value[] = [];
  let at = 20;
  for (let index = 0; index < count; index++) {
    if (at + 4 > bytes.length) throw bad(type, 'it ends too early');
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length > bytes.length - at) throw bad(type, 'an element longer than the array');
    items.push(length < 0 ? null : decodeBinary(bytes.subarray(at, at + length), element));
    at += Math.max(length, 0);
  }
  if (at !== bytes.length) throw bad(type, `${bytes.length - at} bytes too many`);
  return items;
}
