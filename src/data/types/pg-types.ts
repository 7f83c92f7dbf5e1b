/**
 * Types as PostgreSQL clients know them: OIDs, names, sizes, and which one a column of ours is sent as.
 *
 *     one leg             its own type                     [i16 i64]        int8
 *     [f32 f64]           float8                           [list of ints]   int8[]
 *     any other union, struct, set, uri, …                 the session's fallback: json or transit
 */
import type { ColumnType, Type } from './type.ts';

export interface PgType {
  readonly oid: number;
  /** 0 where there is no array type. */
  readonly arrayOid: number;
  readonly name: string;
  /** Bytes of a fixed-size value, -1 for variable ones. */
  readonly size: number;
  /** `pg_type.typcategory`. */
  readonly category: string;
  /** The element's OID for array types, else 0. */
  readonly elementOid: number;
}

const entry = (oid: number, arrayOid: number, name: string, size: number, category: string): PgType => ({ oid, arrayOid, name, size, category, elementOid: 0 });
const arrayOf = (element: PgType): PgType => ({ oid: element.arrayOid, arrayOid: 0, name: `_${element.name}`, size: -1, category: 'A', elementOid: element.oid });

export const PG_BOOL = entry(16, 1000, 'bool', 1, 'B');
export const PG_BYTEA = entry(17, 1001, 'bytea', -1, 'U');
export const PG_INT8 = entry(20, 1016, 'int8', 8, 'N');
export const PG_INT2 = entry(21, 1005, 'int2', 2, 'N');
export const PG_INT4 = entry(23, 1007, 'int4', 4, 'N');
export const PG_REGPROC = entry(24, 1008, 'regproc', 4, 'N');
export const PG_TEXT = entry(25, 1009, 'text', -1, 'S');
export const PG_OID = entry(26, 1028, 'oid', 4, 'N');
export const PG_JSON = entry(114, 199, 'json', -1, 'U');
export const PG_FLOAT4 = entry(700, 1021, 'float4', 4, 'N');
export const PG_FLOAT8 = entry(701, 1022, 'float8', 8, 'N');
export const PG_VARCHAR = entry(1043, 1015, 'varchar', -1, 'S');
export const PG_DATE = entry(1082, 1182, 'date', 4, 'D');
export const PG_TIME = entry(1083, 1183, 'time', 8, 'D');
export const PG_TIMESTAMP = entry(1114, 1115, 'timestamp', 8, 'D');
export const PG_TIMESTAMPTZ = entry(1184, 1185, 'timestamptz', 8, 'D');
export const PG_INTERVAL = entry(1186, 1187, 'interval', 16, 'T');
export const PG_NUMERIC = entry(1700, 1231, 'numeric', -1, 'N');
export const PG_REGCLASS = entry(2205, 2210, 'regclass', 4, 'N');
export const PG_UUID = entry(2950, 2951, 'uuid', 16, 'U');
export const PG_JSONB = entry(3802, 3807, 'jsonb', -1, 'U');
export const PG_TSTZRANGE = entry(3910, 3911, 'tstzrange', -1, 'R');
export const PG_KEYWORD = entry(11111, 0, 'keyword', -1, 'U');
export const PG_DURATION = entry(11112, 0, 'duration', -1, 'U');
export const PG_TRANSIT = entry(16384, 0, 'transit', -1, 'U');
export const PG_INT4_ARRAY = arrayOf(PG_INT4);
export const PG_INT8_ARRAY = arrayOf(PG_INT8);
export const PG_TEXT_ARRAY = arrayOf(PG_TEXT);
export const PG_OID_ARRAY = arrayOf(PG_OID);

/** Every type a client may meet, arrays last. */
export const PG_TYPES: readonly PgType[] = [
  PG_BOOL, PG_BYTEA, PG_INT8, PG_INT2, PG_INT4, PG_REGPROC, PG_TEXT, PG_OID, PG_JSON, PG_FLOAT4, PG_FLOAT8, PG_VARCHAR, PG_DATE, PG_TIME,
  PG_TIMESTAMP, PG_TIMESTAMPTZ, PG_INTERVAL, PG_NUMERIC, PG_REGCLASS, PG_UUID, PG_JSONB, PG_TSTZRANGE, PG_KEYWORD, PG_DURATION, PG_TRANSIT,
  PG_INT4_ARRAY, PG_INT8_ARRAY, PG_TEXT_ARRAY, PG_OID_ARRAY,
];

const BY_OID = new Map(PG_TYPES.map((type) => [type.oid, type]));
export const pgTypeByOid = (oid: number): PgType | undefined => BY_OID.get(oid);

/** How values without a PostgreSQL type of their own are sent. */
export type FallbackFormat = 'json' | 'json-ld' | 'transit';
export const fallbackPgType = (format: FallbackFormat): PgType => (format === 'transit' ? PG_TRANSIT : PG_JSON);

/** What a column is sent as; undefined for those that need the fallback. The type of NULL alone is text. */
export function pgTypeOf(type: ColumnType): PgType | undefined {
  const [first, ...rest] = type.legs;
  if (first === undefined) return PG_TEXT;
  const kind = pgTypeOfLeg(first);
  if (rest.length === 0) return kind;
  if (type.legs.every((leg) => leg.kind === 'int')) return PG_INT8;
  if (type.legs.every((leg) => leg.kind === 'float')) return PG_FLOAT8;
  return kind !== undefined && rest.every((leg) => leg.kind === first.kind && pgTypeOfLeg(leg) === kind) ? kind : undefined;
}

function pgTypeOfLeg(type: Type): PgType | undefined {
  switch (type.kind) {
    case 'bool': return PG_BOOL;
    case 'int': return type.bits === 64 ? PG_INT8 : type.bits === 32 ? PG_INT4 : PG_INT2;
    case 'float': return type.bits === 64 ? PG_FLOAT8 : PG_FLOAT4;
    case 'decimal': return PG_NUMERIC;
    case 'text': return PG_TEXT;
    case 'bytes': return PG_BYTEA;
    case 'uuid': return PG_UUID;
    case 'keyword': return PG_KEYWORD;
    case 'date': return PG_DATE;
    case 'time': return PG_TIME;
    case 'timestamp': return PG_TIMESTAMP;
    case 'timestamptz': return PG_TIMESTAMPTZ;
    case 'duration': return PG_DURATION;
    case 'interval': return PG_INTERVAL;
    case 'period': return PG_TSTZRANGE;
    case 'oid': return PG_OID;
    case 'regclass': return PG_REGCLASS;
    case 'regproc': return PG_REGPROC;
    case 'error': return PG_TRANSIT;
    case 'list': return pgTypeOfList(type.element);
    case 'set': case 'struct': case 'uri': return undefined;
  }
}

/** Arrays of integers, OIDs and text have a type; anything else in a list makes it a document. */
function pgTypeOfList(element: ColumnType): PgType | undefined {
  if (element.legs.length === 0) return undefined;
  if (element.legs.every((leg) => leg.kind === 'int')) {
    return element.legs.every((leg) => leg.kind === 'int' && leg.bits === 32) ? PG_INT4_ARRAY : PG_INT8_ARRAY;
  }
  if (element.legs.length > 1) return undefined;
  switch (element.legs[0]?.kind) {
    case 'oid': return PG_OID_ARRAY;
    case 'text': return PG_TEXT_ARRAY;
    default: return undefined;
  }
}

/** The type that a parameter of this OID declares; undefined for OID 0, unknown ones and for `json`, which says nothing about what is inside. */
export function typeOfOid(oid: number): Type | undefined {
  switch (oid) {
    case 16: return { kind: 'bool' };
    case 17: return { kind: 'bytes' };
    case 20: return { kind: 'int', bits: 64 };
    case 21: return { kind: 'int', bits: 16 };
    case 23: return { kind: 'int', bits: 32 };
    case 24: return { kind: 'regproc' };
    case 25: case 1043: case 19: case 18: case 1042: return { kind: 'text' };
    case 26: return { kind: 'oid' };
    case 700: return { kind: 'float', bits: 32 };
    case 701: return { kind: 'float', bits: 64 };
    case 1007: return { kind: 'list', element: { legs: [{ kind: 'int', bits: 32 }], nullable: true } };
    case 1009: case 1015: return { kind: 'list', element: { legs: [{ kind: 'text' }], nullable: true } };
    case 1028: return { kind: 'list', element: { legs: [{ kind: 'oid' }], nullable: true } };
    case 1016: return { kind: 'list', element: { legs: [{ kind: 'int', bits: 64 }], nullable: true } };
    case 1082: return { kind: 'date' };
    case 1083: return { kind: 'time', unit: 'us' };
    case 1114: return { kind: 'timestamp', unit: 'us' };
    case 1184: return { kind: 'timestamptz', unit: 'us', zone: 'UTC' };
    case 1186: return { kind: 'interval', form: 'month-day-micro' };
    case 1700: return { kind: 'decimal', precision: 64, scale: 9 };
    case 2205: return { kind: 'regclass' };
    case 2950: return { kind: 'uuid' };
    case 3910: return { kind: 'period' };
    case 11111: return { kind: 'keyword' };
    case 11112: return { kind: 'duration', unit: 'us' };
    default: return undefined;
  }
}
