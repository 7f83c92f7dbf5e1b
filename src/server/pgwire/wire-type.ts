/** Which PostgreSQL type a column is shown as, and which type a client means by an OID. */
import { EngineError } from '../../base/errors.ts';
import { fallbackPgType, pgTypeOf, PG_TEXT, typeOfOid } from '../../data/types/pg-types.ts';
import type { FallbackFormat, PgType } from '../../data/types/pg-types.ts';
import type { Type } from '../../data/types/type.ts';
import type { OutputColumn } from '../../database/session.ts';

export interface WireColumn { readonly name: string; readonly wire: PgType }

export const wireColumns = (columns: readonly OutputColumn[], fallback: FallbackFormat): readonly WireColumn[] =>
  columns.map(({ name, type }) => ({ name, wire: pgTypeOf(type) ?? fallbackPgType(fallback) }));

export const sameColumns = (a: readonly WireColumn[], b: readonly WireColumn[]): boolean =>
  a === b || (a.length === b.length && a.every(({ name, wire }, index) => b[index]?.name === name && b[index].wire.oid === wire.oid));

/**
 * The columns to send rows in when `told` was said before and `now` is what came: undefined when they differ in more than a column that was told as
 * text. That is what a column is described as while only its values will tell (parameters that are JSON), and every value has a text.
 */
export function columnsAsTold(told: readonly WireColumn[], now: readonly WireColumn[]): readonly WireColumn[] | undefined {
  if (told.length !== now.length) return undefined;
  const isSame = told.every(({ name, wire }, index) => now[index]?.name === name && (now[index].wire.oid === wire.oid || wire.oid === PG_TEXT.oid));
  return isSame ? told : undefined;
}

/** OID that a parameter is described with; text where nothing is known. */
export const oidOfParameter = (type: Type | undefined, fallback: FallbackFormat): number =>
  (type === undefined ? PG_TEXT : (pgTypeOf({ legs: [type], nullable: true }) ?? fallbackPgType(fallback))).oid;

/** How the bytes of a parameter are read. */
export type ParameterCodec =
  | { readonly kind: 'scalar'; readonly type: Type }
  | { readonly kind: 'array'; readonly type: Type; readonly elementOid: number }
  /** The value tells its type. jsonb has a version byte before its binary form. */
  | { readonly kind: 'json'; readonly versionBytes: 0 | 1 }
  | { readonly kind: 'transit' };

/** Array OID, element OID. Clients send more array types than columns are ever shown as. */
const ARRAYS: readonly (readonly [number, number])[] = [
  [1000, 16], [1001, 17], [1005, 21], [1007, 23], [1016, 20], [1009, 25], [1014, 1042], [1015, 1043], [1021, 700], [1022, 701],
  [1231, 1700], [2951, 2950], [1182, 1082], [1183, 1083], [1115, 1114], [1185, 1184], [1187, 1186], [1028, 26], [199, 114], [3807, 3802],
];
const ELEMENT_OIDS = new Map(ARRAYS);
const JSON_CODEC: ParameterCodec = { kind: 'json', versionBytes: 0 };
const JSONB_CODEC: ParameterCodec = { kind: 'json', versionBytes: 1 };
const TRANSIT_CODEC: ParameterCodec = { kind: 'transit' };
const UNKNOWN_OID = 705;

/** Undefined: the client left the type open (0, or `unknown`). Throws 42704 for a type that there is not. */
export function codecOf(oid: number): ParameterCodec | undefined {
  switch (oid) {
    case 0: case UNKNOWN_OID: return undefined;
    case 114: return JSON_CODEC;
    case 3802: return JSONB_CODEC;
    case 16_384: return TRANSIT_CODEC;
  }
  const elementOid = ELEMENT_OIDS.get(oid);
  if (elementOid !== undefined) {
    const element = typeOfOid(elementOid);
    return { kind: 'array', type: { kind: 'list', element: { legs: element === undefined ? [] : [element], nullable: true } }, elementOid };
  }
  const type = typeOfOid(oid);
  if (type === undefined) throw new EngineError('undefined-object', `type with OID ${oid} does not exist`);
  return { kind: 'scalar', type };
}

/** The declared type for binding; undefined where only the value will tell (JSON, arrays of it). */
export function declaredType(oid: number): Type | undefined {
  const codec = codecOf(oid);
  if (codec === undefined || codec.kind === 'json' || codec.kind === 'transit') return undefined;
  return codec.kind === 'array' && codec.type.kind === 'list' && codec.type.element.legs.length === 0 ? undefined : codec.type;
}
