/**
 * Column types as a lattice: legs are a set without order, one leg for each family.
 *
 *     i64 ∪ i64 = i64        i64 ∪ utf8 = [i64 utf8]      [list i64] ∪ [list utf8] = [list [i64 utf8]]
 *     {a: i64} ∪ {b: utf8} = {a: i64?, b: utf8?}
 *
 * Scalars of different width, precision, unit or zone are families of their own; lists, sets and structs merge into one leg.
 */
import { must } from '../../base/assert.ts';
import type { ColumnType, StructField, Type } from './type.ts';
import { BOOL, BYTES, DATE, FLOAT32, FLOAT64, INT16, INT32, INT64, INT8, KEYWORD, NULL_TYPE, notNull, nullable, PERIOD, TEXT, URI, UUID, withNull } from './type.ts';
import type { StructValue, Tagged, Value } from './value.ts';

const EMPTY: ColumnType = { legs: [], nullable: false };
const OID: Type = { kind: 'oid' };
const REGCLASS: Type = { kind: 'regclass' };
const REGPROC: Type = { kind: 'regproc' };
const ERROR: Type = { kind: 'error' };

/** A string that two legs share exactly when they are of one family, so that a union holds them once. */
export function familyKey(type: Type): string {
  switch (type.kind) {
    case 'int': return `int${type.bits}`;
    case 'float': return `float${type.bits}`;
    case 'decimal': return `decimal(${type.precision},${type.scale})`;
    case 'time': case 'timestamp': case 'duration': return `${type.kind}(${type.unit})`;
    case 'timestamptz': return `timestamptz(${type.unit},${type.zone})`;
    case 'interval': return `interval(${type.form})`;
    default: return type.kind;
  }
}

/** The union of two column types: every value of either. */
export function join(a: ColumnType, b: ColumnType): ColumnType {
  if (a === b) return a;
  const isNullable = a.nullable || b.nullable;
  if (a.legs.length === 0) return isNullable ? withNull(b) : b;
  if (b.legs.length === 0) return isNullable ? withNull(a) : a;
  const legs = [...a.legs];
  for (const leg of b.legs) {
    const key = familyKey(leg);
    const at = legs.findIndex((other) => familyKey(other) === key);
    if (at < 0) legs.push(leg); else legs[at] = joinLegs(must(legs[at], 'leg'), leg);
  }
  return { legs, nullable: isNullable };
}

export const joinAll = (types: Iterable<ColumnType>): ColumnType => {
  let result = EMPTY;
  for (const type of types) result = join(result, type);
  return result;
};

/** Two legs of one family as one. */
function joinLegs(a: Type, b: Type): Type {
  if (a === b) return a;
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', element: join(a.element, b.element) };
  if (a.kind === 'set' && b.kind === 'set') return { kind: 'set', element: join(a.element, b.element) };
  if (a.kind === 'struct' && b.kind === 'struct') return { kind: 'struct', fields: joinFields(a.fields, b.fields) };
  return a;
}

/** Field by field, in the order in which they were first seen; a field that one side lacks may be absent, thus NULL. */
function joinFields(a: readonly StructField[], b: readonly StructField[]): readonly StructField[] {
  const merged = new Map<string, ColumnType>();
  const right = new Map(b.map((field) => [field.name, field.type]));
  for (const { name, type } of a) {
    const other = right.get(name);
    merged.set(name, other === undefined ? withNull(type) : join(type, other));
  }
  for (const { name, type } of b) if (!merged.has(name)) merged.set(name, withNull(type));
  return [...merged].map(([name, type]) => ({ name, type }));
}

/** Whether the two hold the same values; the order of legs and of fields says nothing. */
export function equalColumnTypes(a: ColumnType, b: ColumnType): boolean {
  if (a === b) return true;
  if (a.nullable !== b.nullable || a.legs.length !== b.legs.length) return false;
  return a.legs.every((leg) => b.legs.some((other) => equalTypes(leg, other)));
}

export function equalTypes(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (familyKey(a) !== familyKey(b)) return false;
  if (a.kind === 'list' && b.kind === 'list') return equalColumnTypes(a.element, b.element);
  if (a.kind === 'set' && b.kind === 'set') return equalColumnTypes(a.element, b.element);
  if (a.kind === 'struct' && b.kind === 'struct') {
    if (a.fields.length !== b.fields.length) return false;
    const right = new Map(b.fields.map((field) => [field.name, field.type]));
    return a.fields.every(({ name, type }) => { const other = right.get(name); return other !== undefined && equalColumnTypes(type, other); });
  }
  return true;
}

/** The leg a value belongs to. The value must not be NULL. */
export function typeOfValue(value: Exclude<Value, null>): Type {
  switch (typeof value) {
    case 'bigint': return INT64;
    case 'string': return TEXT;
    case 'number': return FLOAT64;
    case 'boolean': return BOOL;
  }
  if (Array.isArray(value)) return { kind: 'list', element: typeOfItems(value as readonly Value[]) };
  if (value instanceof Map) return { kind: 'struct', fields: fieldsOf(value as StructValue) };
  if (value instanceof Uint8Array) return BYTES;
  return typeOfTagged(value as Tagged);
}

/** NULL_TYPE for null. */
export const columnTypeOfValue = (value: Value): ColumnType => (value === null ? NULL_TYPE : notNull(typeOfValue(value)));

const fieldsOf = (struct: StructValue): readonly StructField[] =>
  Array.from(struct, ([name, item]) => ({ name, type: columnTypeOfValue(item) }));

function typeOfItems(items: readonly Value[]): ColumnType {
  let element = EMPTY;
  for (const item of items) element = join(element, columnTypeOfValue(item));
  return element;
}

const INT_BY_BITS = { 8: INT8, 16: INT16, 32: INT32 } as const;

function typeOfTagged(value: Tagged): Type {
  switch (value.kind) {
    case 'int': return INT_BY_BITS[value.bits];
    case 'float32': return FLOAT32;
    case 'decimal': return { kind: 'decimal', precision: value.precision, scale: value.scale };
    case 'uuid': return UUID;
    case 'uri': return URI;
    case 'keyword': return KEYWORD;
    case 'date': return DATE;
    case 'time': return { kind: 'time', unit: value.unit };
    case 'timestamp': return { kind: 'timestamp', unit: value.unit };
    case 'timestamptz': return { kind: 'timestamptz', unit: value.unit, zone: value.zone };
    case 'duration': return { kind: 'duration', unit: value.unit };
    case 'interval': return { kind: 'interval', form: value.form };
    case 'period': return PERIOD;
    case 'set': return { kind: 'set', element: typeOfItems(value.items) };
    case 'oid': return OID;
    case 'regclass': return REGCLASS;
    case 'regproc': return REGPROC;
    case 'error': return ERROR;
  }
}

/** The family of a value without building its type: equal to `familyKey(typeOfValue(value))`. For dispatch on unions. */
export function familyKeyOfValue(value: Exclude<Value, null>): string {
  switch (typeof value) {
    case 'bigint': return 'int64';
    case 'string': return 'text';
    case 'number': return 'float64';
    case 'boolean': return 'bool';
  }
  if (Array.isArray(value)) return 'list';
  if (value instanceof Map) return 'struct';
  if (value instanceof Uint8Array) return 'bytes';
  const tagged = value as Tagged;
  return tagged.kind === 'set' ? 'set' : familyKey(typeOfTagged(tagged));
}

export const isNumeric = (type: Type): boolean => type.kind === 'int' || type.kind === 'float' || type.kind === 'decimal';
export const listOf = (element: ColumnType): Type => ({ kind: 'list', element });
export const nullableText = nullable(TEXT);
