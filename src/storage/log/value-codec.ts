/**
 * Values as bytes: one tag byte, then the payload. Exact in both directions; used by the log and wherever rows are hashed.
 *
 *   0 null  1 false  2 true  3 int64 (zigzag)  4 float64  5 text  6 bytes  7 list  8 struct  9… the kinds of `Tagged`
 *
 * Written once, read for ever: a tag is never used again for something else.
 */
import { unreachable } from '../../base/assert.ts';
import { type ByteReader, type ByteWriter } from '../../base/bytes.ts';
import type { Tagged, TimeUnit, Value } from '../../data/types/value.ts';

const TAG = {
  null: 0, false: 1, true: 2, int64: 3, float64: 4, text: 5, bytes: 6, list: 7, struct: 8,
  int: 9, float32: 10, decimal: 11, uuid: 12, uri: 13, keyword: 14, date: 15, time: 16, timestamp: 17, timestamptz: 18, duration: 19,
  interval: 20, period: 21, set: 22, oid: 23, regclass: 24, regproc: 25, error: 26, bigInt64: 27,
} as const;

const UNITS: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns'];
const INTERVAL_FORMS = ['year-month', 'month-day-nano', 'month-day-micro'] as const;
/** Deeper documents are refused: they cannot come from a statement the parser accepts. */
const DEPTH_MAX = 1000;
/** Integers within ±2^51 are written as zigzag varints, others as eight bytes. */
const VARINT_LIMIT = 2n ** 51n;

export function writeValue(writer: ByteWriter, value: Value): void {
  switch (typeof value) {
    case 'boolean': writer.u8(value ? TAG.true : TAG.false); return;
    case 'bigint': writeInt64(writer, value); return;
    case 'number': writer.u8(TAG.float64); writer.f64(value); return;
    case 'string': writer.u8(TAG.text); writer.text(value); return;
    default:
  }
  if (value === null) { writer.u8(TAG.null); return; }
  if (value instanceof Uint8Array) { writer.u8(TAG.bytes); writer.blob(value); return; }
  if (value instanceof Map) {
    writer.u8(TAG.struct);
    writer.varint(value.size);
    for (const [name, item] of value as ReadonlyMap<string, Value>) { writer.text(name); writeValue(writer, item); }
    return;
  }
  if (Array.isArray(value)) { writer.u8(TAG.list); writeItems(writer, value as readonly Value[]); return; }
  writeTagged(writer, value as Tagged);
}

function writeInt64(writer: ByteWriter, value: bigint): void {
  if (value >= -VARINT_LIMIT && value < VARINT_LIMIT) {
    writer.u8(TAG.int64);
    const number = Number(value);
    writer.varint(number >= 0 ? number * 2 : -number * 2 - 1);
  } else { writer.u8(TAG.bigInt64); writer.i64(value); }
}

function writeItems(writer: ByteWriter, items: readonly Value[]): void {
  writer.varint(items.length);
  for (const item of items) writeValue(writer, item);
}

function writeBigInt(writer: ByteWriter, value: bigint): void {
  writer.text(value.toString(36));
}

function writeOptionalMicros(writer: ByteWriter, value: bigint | null): void {
  writer.u8(value === null ? 0 : 1);
  if (value !== null) writer.i64(value);
}

function writeTagged(writer: ByteWriter, value: Tagged): void {
  writer.u8(TAG[value.kind]);
  switch (value.kind) {
    case 'int': writer.u8(value.bits); writer.i32(value.value); return;
    case 'float32': writer.f64(value.value); return;
    case 'decimal': writeBigInt(writer, value.unscaled); writer.varint(value.scale + 128); writer.varint(value.precision); return;
    case 'uuid': case 'uri': writer.text(value.text); return;
    case 'keyword': writer.text(value.name); return;
    case 'date': writer.i32(value.days); return;
    case 'time': case 'timestamp': case 'duration': writer.u8(UNITS.indexOf(value.unit)); writer.i64(value.value); return;
    case 'timestamptz': writer.u8(UNITS.indexOf(value.unit)); writer.i64(value.value); writer.text(value.zone); return;
    case 'interval': writer.u8(INTERVAL_FORMS.indexOf(value.form)); writer.i32(value.months); writer.i32(value.days); writer.i64(value.nanos); return;
    case 'period': writeOptionalMicros(writer, value.from); writeOptionalMicros(writer, value.to); return;
    case 'set': writeItems(writer, value.items); return;
    case 'oid': writer.f64(value.value); return;
    case 'regclass': case 'regproc': writer.f64(value.value); writer.u8(value.name === undefined ? 0 : 1); if (value.name !== undefined) writer.text(value.name); return;
    case 'error': writer.text(value.category); writer.text(value.code); writer.text(value.message); writeValue(writer, value.data); return;
    default: unreachable(value, 'value kind');
  }
}

/** Throws XX001 for bytes that are no value. */
export function readValue(reader: ByteReader, depth = 0): Value {
  if (depth > DEPTH_MAX) throw reader.corrupt('a value nested too deeply');
  const tag = reader.u8();
  switch (tag) {
    case TAG.null: return null;
    case TAG.false: return false;
    case TAG.true: return true;
    case TAG.int64: { const z = reader.varint(); return BigInt(z % 2 === 0 ? z / 2 : -(z + 1) / 2); }
    case TAG.bigInt64: return reader.i64();
    case TAG.float64: return reader.f64();
    case TAG.text: return reader.text();
    case TAG.bytes: return reader.blob().slice();
    case TAG.list: return readItems(reader, depth);
    case TAG.struct: return readStruct(reader, depth);
    default: return readTagged(reader, tag, depth);
  }
}

function readItems(reader: ByteReader, depth: number): Value[] {
  const count = reader.count(1);
  const items: Value[] = [];
  for (let i = 0; i < count; i++) items.push(readValue(reader, depth + 1));
  return items;
}

function readStruct(reader: ByteReader, depth: number): Map<string, Value> {
  const count = reader.count(2);
  const fields = new Map<string, Value>();
  for (let i = 0; i < count; i++) { const name = reader.text(); fields.set(name, readValue(reader, depth + 1)); }
  return fields;
}

function pick<T>(reader: ByteReader, items: readonly T[], what: string): T {
  const item = items[reader.u8()];
  if (item === undefined) throw reader.corrupt(`no such ${what}`);
  return item;
}

function readBigInt(reader: ByteReader): bigint {
  const text = reader.text();
  if (!/^-?[0-9a-z]{1,64}$/.test(text)) throw reader.corrupt('a number that is none');
  const negative = text.startsWith('-');
  let value = 0n;
  for (const digit of negative ? text.slice(1) : text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return negative ? -value : value;
}

const readOptionalMicros = (reader: ByteReader): bigint | null => (reader.u8() === 0 ? null : reader.i64());

function readReference(reader: ByteReader, kind: 'regclass' | 'regproc'): Value {
  const value = reader.f64();
  return reader.u8() === 0 ? { kind, value } : { kind, value, name: reader.text() };
}

function readTagged(reader: ByteReader, tag: number, depth: number): Value {
  switch (tag) {
    case TAG.int: {
      const bits = reader.u8();
      if (bits !== 8 && bits !== 16 && bits !== 32) throw reader.corrupt('an integer of no such width');
      return { kind: 'int', bits, value: reader.i32() };
    }
    case TAG.float32: return { kind: 'float32', value: reader.f64() };
    case TAG.decimal: { const unscaled = readBigInt(reader); const scale = reader.varint() - 128; return { kind: 'decimal', unscaled, scale, precision: reader.varint() }; }
    case TAG.uuid: return { kind: 'uuid', text: reader.text() };
    case TAG.uri: return { kind: 'uri', text: reader.text() };
    case TAG.keyword: return { kind: 'keyword', name: reader.text() };
    case TAG.date: return { kind: 'date', days: reader.i32() };
    case TAG.time: { const unit = pick(reader, UNITS, 'unit'); return { kind: 'time', unit, value: reader.i64() }; }
    case TAG.timestamp: { const unit = pick(reader, UNITS, 'unit'); return { kind: 'timestamp', unit, value: reader.i64() }; }
    case TAG.duration: { const unit = pick(reader, UNITS, 'unit'); return { kind: 'duration', unit, value: reader.i64() }; }
    case TAG.timestamptz: { const unit = pick(reader, UNITS, 'unit'); const value = reader.i64(); return { kind: 'timestamptz', unit, value, zone: reader.text() }; }
    case TAG.interval: {
      const form = pick(reader, INTERVAL_FORMS, 'interval form');
      const months = reader.i32();
      const days = reader.i32();
      return { kind: 'interval', form, months, days, nanos: reader.i64() };
    }
    case TAG.period: { const from = readOptionalMicros(reader); return { kind: 'period', from, to: readOptionalMicros(reader) }; }
    case TAG.set: return { kind: 'set', items: readItems(reader, depth) };
    case TAG.oid: return { kind: 'oid', value: reader.f64() };
    case TAG.regclass: return readReference(reader, 'regclass');
    case TAG.regproc: return readReference(reader, 'regproc');
    case TAG.error: {
      const category = reader.text();
      const code = reader.text();
      const message = reader.text();
      const data = readValue(reader, depth + 1);
      if (!(data instanceof Map)) throw reader.corrupt('an error without data');
      return { kind: 'error', category, code, message, data };
    }
    default: throw reader.corrupt(`no value has tag ${tag}`);
  }
}
