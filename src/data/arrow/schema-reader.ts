/** Schemas out of flatbuffers. Nesting is bounded, and every enumeration is checked. */
import { FIELD_DEPTH_MAX } from './field.ts';
import type { ArrowDictionary, ArrowField, ArrowSchema, ArrowType } from './field.ts';
import { notRead } from './damage.ts';
import type { FlatTable } from './flatbuffer-reader.ts';
import { FLOAT_PRECISIONS, INTERVAL_UNITS, TIME_UNITS, TYPE_KINDS } from './type-codes.ts';

export function readSchema(table: FlatTable): ArrowSchema {
  if (table.short(0, 0) !== 0) throw notRead(table.buffer.object, 'big-endian buffers');
  const fields = [...table.tables(1)].map((field) => readField(field, 1));
  return { fields, metadata: readMetadata(table, 2) };
}

export function readMetadata(table: FlatTable, slot: number): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  for (const entry of table.tables(slot)) metadata.set(entry.text(0) ?? '', entry.text(1) ?? '');
  return metadata;
}

function readField(table: FlatTable, depth: number): ArrowField {
  if (depth > FIELD_DEPTH_MAX) throw table.buffer.damaged(table.at, `a schema nested deeper than ${FIELD_DEPTH_MAX}`);
  const children = [...table.tables(5)].map((child) => readField(child, depth + 1));
  const type = readType(table, children.length);
  const dictionary = table.table(4);
  return {
    name: table.text(0) ?? '', nullable: table.bool(1), type, children, metadata: readMetadata(table, 6),
    dictionary: dictionary === undefined ? null : readDictionary(dictionary),
  };
}

function readDictionary(table: FlatTable): ArrowDictionary {
  const index = table.table(1);
  const bits = index?.int(0, 0) ?? 32;
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw table.buffer.damaged(table.at, `dictionary indices of ${bits} bits`);
  return { id: table.long(0), indexBits: bits, indexSigned: index?.bool(1) ?? true };
}

const CHILD_COUNTS: Partial<Record<ArrowType['kind'], number>> = { 'list': 1, 'large-list': 1, 'fixed-list': 1, 'map': 1 };

function readType(field: FlatTable, childCount: number): ArrowType {
  const code = field.byte(2, 0);
  const kind = TYPE_KINDS.get(code);
  if (kind === undefined) {
    if (code > 21 && code < 27) throw notRead(field.buffer.object, `a column of Arrow type ${code} (views, run-end encoding)`);
    throw field.buffer.damaged(field.at, `a column of the unknown type ${code}`);
  }
  const expected = kind === 'struct' || kind === 'union' ? childCount : (CHILD_COUNTS[kind] ?? 0);
  if (childCount !== expected) throw field.buffer.damaged(field.at, `${childCount} children below a column of type ${kind}`);
  return readParameters(kind, field.needTable(3, 'the type of a column'), childCount);
}

function readParameters(kind: ArrowType['kind'], type: FlatTable, childCount: number): ArrowType {
  switch (kind) {
    case 'int': {
      const bits = type.int(0, 0);
      if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw type.buffer.damaged(type.at, `integers of ${bits} bits`);
      return { kind, bits, signed: type.bool(1) };
    }
    case 'float': {
      const precision = type.short(0, 0);
      const bits = FLOAT_PRECISIONS[precision];
      if (bits === null) throw notRead(type.buffer.object, 'a column of half floats');
      return { kind, bits: known(type, bits, `float precision ${precision}`) };
    }
    case 'decimal': return readDecimal(type);
    case 'fixed-binary': return { kind, width: positive(type, type.int(0, 0), 'width of binary values') };
    case 'fixed-list': return { kind, size: positive(type, type.int(0, 0), 'size of lists') };
    case 'date': return { kind, unit: known(type, (['day', 'ms'] as const)[type.short(0, 1)], 'date unit') };
    case 'time': return readTime(type);
    case 'timestamp': return { kind, unit: timeUnit(type, 0), zone: type.text(1) ?? null };
    case 'duration': return { kind, unit: timeUnit(type, 1) };
    case 'interval': return { kind, form: known(type, INTERVAL_UNITS[type.short(0, 0)], 'interval unit') };
    case 'union': return readUnion(type, childCount);
    default: return { kind };
  }
}

function known<T>(table: FlatTable, value: T | undefined, what: string): T {
  if (value === undefined) throw table.buffer.damaged(table.at, `an unknown ${what}`);
  return value;
}

function positive(table: FlatTable, value: number, what: string): number {
  if (value < 0) throw table.buffer.damaged(table.at, `a negative ${what}`);
  return value;
}

const timeUnit = (table: FlatTable, absent: number) => known(table, TIME_UNITS[table.short(0, absent)], 'time unit');

function readTime(type: FlatTable): ArrowType {
  const unit = timeUnit(type, 1);
  const bits = type.int(1, 32);
  if (bits !== (unit === 's' || unit === 'ms' ? 32 : 64)) throw type.buffer.damaged(type.at, `times in ${unit} of ${bits} bits`);
  return { kind: 'time', unit };
}

function readDecimal(type: FlatTable): ArrowType {
  const bits = type.int(2, 128);
  const precision = type.int(0, 0);
  const scale = type.int(1, 0);
  if (bits === 32 || bits === 64) throw notRead(type.buffer.object, `decimals of ${bits} bits`);
  if (bits !== 128 && bits !== 256) throw type.buffer.damaged(type.at, `decimals of ${bits} bits`);
  if (precision < 1 || precision > (bits === 128 ? 38 : 76) || scale < -76 || scale > 76) {
    throw type.buffer.damaged(type.at, `decimals of ${bits} bits with precision ${precision} and scale ${scale}`);
  }
  return { kind: 'decimal', bits, precision, scale };
}

function readUnion(type: FlatTable, childCount: number): ArrowType {
  const mode = known(type, (['sparse', 'dense'] as const)[type.short(0, 0)], 'union mode');
  const { at, count } = type.structs(1, 4);
  const ids: number[] = [];
  for (let i = 0; i < childCount; i++) {
    const id = count === 0 ? i : i < count ? type.buffer.view.getInt32(at + i * 4, true) : -1;
    if (id < 0 || id > 127 || ids.includes(id)) throw type.buffer.damaged(type.at, 'type ids of a union that do not tell its legs apart');
    ids.push(id);
  }
  if (count !== 0 && count !== childCount) throw type.buffer.damaged(type.at, `${count} type ids for ${childCount} legs`);
  return { kind: 'union', mode, typeIds: ids };
}
