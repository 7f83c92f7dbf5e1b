/** Column types in manifests. They are written as they are; here they are read back and checked. */
import type { ColumnType, Type } from '../../data/types/type.ts';
import type { JsonReader } from './json-reader.ts';

/** Above what a document can reach. */
const DEPTH_MAX = 1100;
const UNITS = ['s', 'ms', 'us', 'ns'] as const;

export function readColumnType(json: JsonReader, depth: number): ColumnType {
  if (depth > DEPTH_MAX) throw json.damaged('a type nested too deeply');
  return { legs: json.parts('legs').map((leg) => readType(leg, depth)), nullable: json.flag('nullable') };
}

const PLAIN = ['bool', 'text', 'bytes', 'uuid', 'uri', 'keyword', 'date', 'period', 'oid', 'regclass', 'regproc', 'error'] as const;
const KINDS = [...PLAIN, 'int', 'float', 'decimal', 'time', 'timestamp', 'timestamptz', 'duration', 'interval', 'list', 'set', 'struct'] as const;

function readType(json: JsonReader, depth: number): Type {
  const kind = json.oneOf('kind', KINDS);
  switch (kind) {
    case 'int': return { kind, bits: json.oneOf('bits', [8, 16, 32, 64] as const) };
    case 'float': return { kind, bits: json.oneOf('bits', [32, 64] as const) };
    case 'decimal': return { kind, precision: json.count('precision'), scale: json.integer('scale') };
    case 'time': case 'timestamp': case 'duration': return { kind, unit: json.oneOf('unit', UNITS) };
    case 'timestamptz': return { kind, unit: json.oneOf('unit', UNITS), zone: json.text('zone') };
    case 'interval': return { kind, form: json.oneOf('form', ['year-month', 'month-day-nano', 'month-day-micro'] as const) };
    case 'list': case 'set': return { kind, element: readColumnType(json.part('element'), depth + 1) };
    case 'struct': return { kind, fields: json.parts('fields').map((field) => ({ name: field.text('name'), type: readColumnType(field.part('type'), depth + 1) })) };
    default: return { kind };
  }
}
