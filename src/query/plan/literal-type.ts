/** Types of literals as shared objects: rows of a large INSERT then have the same types by identity, and their union is found at once. */
import { columnTypeOfValue } from '../../data/types/column-type.ts';
import { BOOL, DATE, FLOAT64, INT64, notNull, NULL_TYPE, TEXT, UUID } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';

const INT64_TYPE = notNull(INT64);
const FLOAT64_TYPE = notNull(FLOAT64);
const TEXT_TYPE = notNull(TEXT);
const BOOL_TYPE = notNull(BOOL);
const DATE_TYPE = notNull(DATE);
const UUID_TYPE = notNull(UUID);

export function literalType(value: Value): ColumnType {
  switch (typeof value) {
    case 'bigint': return INT64_TYPE;
    case 'number': return FLOAT64_TYPE;
    case 'string': return TEXT_TYPE;
    case 'boolean': return BOOL_TYPE;
    default:
  }
  if (value === null) return NULL_TYPE;
  if (typeof value === 'object' && 'kind' in value) {
    if (value.kind === 'date') return DATE_TYPE;
    if (value.kind === 'uuid') return UUID_TYPE;
  }
  return columnTypeOfValue(value);
}

/** Gives types that are built alike of the same types (by identity) one object, structs and lists all the way down. */
export function typeInterner(): (type: ColumnType) => ColumnType {
  const ids = new Map<ColumnType, number>();
  const known = new Map<string, ColumnType>();
  const idOf = (type: ColumnType): number => {
    const id = ids.get(type);
    if (id !== undefined) return id;
    ids.set(type, ids.size);
    return ids.size - 1;
  };
  const intern = (type: ColumnType): ColumnType => {
    const [leg, other] = type.legs;
    if (leg === undefined || other !== undefined) return type;
    let signature = type.nullable ? '?' : '';
    if (leg.kind === 'struct') for (const field of leg.fields) signature += `${field.name}\0${idOf(intern(field.type))}\0`;
    else if (leg.kind === 'list') signature += `[${idOf(intern(leg.element))}]\0\0`;
    else return type;
    const same = known.get(signature);
    if (same !== undefined) return same;
    known.set(signature, type);
    return type;
  };
  return intern;
}
