/**
 * CAST and `::`: which casts there are, and what they do to a value. Anything becomes text; lists are cast item by item; time kinds are
 * in `time/cast.ts`, numbers in `cast-number.ts`.
 *
 *     number → number   range-checked; a fraction is cut off         text → …      parsed, 22P02 if it states no such value
 *     int → bool        0 is FALSE                                   anything → text   canonical text
 */
import { EngineError } from '../../base/errors.ts';
import { parseArrayText } from './array-text.ts';
import { castNumber, parseNumber } from './cast-number.ts';
import type { CastTarget } from './cast-target.ts';
import { equalTypes, joinAll, typeOfValue } from './column-type.ts';
import { formatValue } from './format.ts';
import { asBigInt, isNumericType } from './numeric.ts';
import type { NumericType } from './numeric.ts';
import { resolveTimeCast } from './time/cast.ts';
import { isTimeType } from './time/type-join.ts';
import { nameOid } from './name-oid.ts';
import { notNull, nullable, TEXT, withNull } from './type.ts';
import type { ColumnType, Type } from './type.ts';
import type { ListValue, Value } from './value.ts';

/** What a cast can see beside the value; an evaluation context is one. */
export interface CastContext {
  readonly clockMicros: bigint;
  readonly zone: string;
  readonly tableOid: (name: string) => number | undefined;
  readonly tableName: (oid: number) => string | undefined;
}

export type CastCall = (context: CastContext, value: Exclude<Value, null>) => Value;

export interface Cast {
  /** Without NULL: NULL is cast to NULL by the caller. */
  readonly result: ColumnType;
  /** Never sees NULL. */
  readonly call: CastCall;
  readonly mayRaise: boolean;
}

const castOf = (type: Type, call: CastCall, mayRaise: boolean): Cast => ({ result: notNull(type), call, mayRaise });
const identity: CastCall = (_, value) => value;

/** The cast from one leg, or undefined if there is none (42846 by the caller). */
export function resolveCast(from: Type, to: CastTarget): Cast | undefined {
  const { type } = to;
  if (from.kind === 'decimal' && type.kind === 'decimal' && to.bare === true) return castOf(from, identity, false);
  if (to.precision === undefined && to.intervalQualifier === undefined && from.kind !== 'list' && equalTypes(from, type)) return castOf(type, identity, false);
  if (type.kind === 'text') return castOf(type, toText, false);
  if (isTimeType(from) || isTimeType(type)) return resolveTimeCast(from, to);
  if (isNumericType(type)) return resolveToNumber(from, type);
  if (type.kind === 'list') return resolveList(from, type);
  if (from.kind === 'int' && type.kind === 'bool') return castOf(type, (_, value) => asBigInt(value) !== 0n, false);
  if (from.kind === 'text') return resolveFromText(type);
  return resolveCatalogId(from, type);
}

const toText: CastCall = (context, value) => {
  if (typeof value === 'object' && 'kind' in value && value.kind === 'regclass') return value.name ?? context.tableName(value.value) ?? value.value.toString();
  return formatValue(value);
};

/** Whether every value of the one numeric type fits the other. */
const holdsAll = (from: NumericType, to: NumericType): boolean => to.kind === 'float' || (to.kind === 'int' && from.kind === 'int' && from.bits <= to.bits);

function resolveToNumber(from: Type, to: Extract<Type, { kind: 'int' | 'float' | 'decimal' }>): Cast | undefined {
  if (isNumericType(from)) return castOf(to, (_, value) => castNumber(value, to), !holdsAll(from, to));
  if (from.kind === 'text') return castOf(to, (_, value) => parseNumber(value as string, to), true);
  if (to.kind === 'int' && (from.kind === 'oid' || from.kind === 'regclass' || from.kind === 'regproc')) {
    return castOf(to, (_, value) => castNumber(BigInt((value as { readonly value: number }).value), to), true);
  }
  return undefined;
}

function resolveList(from: Type, to: Extract<Type, { kind: 'list' }>): Cast | undefined {
  if (from.kind === 'text') return resolveArrayText(to);
  if (from.kind !== 'list') return undefined;
  const target = to.element.legs[0];
  if (target === undefined) return castOf(from, identity, false);
  const casts = from.element.legs.map((leg) => resolveCast(leg, { type: target }));
  if (casts.includes(undefined)) return undefined;
  const found = casts.filter((cast) => cast !== undefined);
  const joined = joinAll(found.map((cast) => cast.result));
  const element = from.element.nullable ? withNull(joined) : joined;
  const [single, ...others] = found;
  const castItem: CastCall = single !== undefined && others.length === 0 ? single.call : itemByItem(target);
  return castOf({ kind: 'list', element: from.element.legs.length === 0 ? to.element : element },
    (context, list) => (list as ListValue).map((item) => (item === null ? null : castItem(context, item))), found.some((cast) => cast.mayRaise));
}

/** `{a,b}`: each item as a cast of its text. */
function resolveArrayText(to: Extract<Type, { kind: 'list' }>): Cast | undefined {
  const target = to.element.legs[0] ?? TEXT;
  const item = resolveCast(TEXT, { type: target });
  return item === undefined ? undefined : castOf({ kind: 'list', element: nullable(target) }, (context, value) => parseArrayText(value as string, (text) => item.call(context, text)), true);
}

/** Items of several types: each finds its own cast. */
const itemByItem = (target: Type): CastCall => (context, value) => {
  const cast = resolveCast(typeOfValue(value), { type: target });
  if (cast === undefined) throw new EngineError('cannot-coerce', `Unsupported cast to ${target.kind}`);
  return cast.call(context, value);
};

function resolveFromText(to: Type): Cast | undefined {
  switch (to.kind) {
    case 'uuid': return castOf(to, (_, value) => ({ kind: 'uuid', text: parseUuid(value as string) }), true);
    case 'uri': return castOf(to, (_, value) => ({ kind: 'uri', text: checkUri(value as string) }), true);
    case 'keyword': return castOf(to, (_, value) => ({ kind: 'keyword', name: (value as string).replace(/^:/, '') }), false);
    case 'bytes': return castOf(to, (_, value) => parseHex(value as string), true);
    case 'oid': return castOf(to, (_, value) => ({ kind: 'oid', value: Number(parseNumber(value as string, { kind: 'int', bits: 64 })) }), true);
    case 'regclass': return castOf(to, (context, value) => tableByName(context, value as string), true);
    case 'regproc': return castOf(to, (_, value) => functionByName(value as string), false);
    default: return undefined;
  }
}

function tableByName(context: CastContext, text: string): Value {
  if (/^\d+$/.test(text)) return { kind: 'regclass', value: Number(text) };
  const oid = context.tableOid(text);
  if (oid === undefined) throw new EngineError('undefined-table', `Relation ${text} does not exist`);
  return { kind: 'regclass', value: oid, name: context.tableName(oid) ?? text };
}

/** Functions are known by their names alone: those of all schemas are one set. */
function functionByName(text: string): Value {
  const name = text.slice(text.lastIndexOf('.') + 1);
  return { kind: 'regproc', value: nameOid(name), name };
}

/** Catalog ids among each other and from integers. */
function resolveCatalogId(from: Type, to: Type): Cast | undefined {
  if (to.kind !== 'oid' && to.kind !== 'regclass' && to.kind !== 'regproc') return undefined;
  const { kind } = to;
  if (from.kind === 'int') return castOf(to, (_, value) => ({ kind, value: Number(asBigInt(value)) }), false);
  if (from.kind === 'oid' || from.kind === 'regclass' || from.kind === 'regproc') return castOf(to, (_, value) => ({ kind, value: (value as { readonly value: number }).value }), false);
  return undefined;
}

const UUID_TEXT = /^[0-9a-f]{1,8}-[0-9a-f]{1,4}-[0-9a-f]{1,4}-[0-9a-f]{1,4}-[0-9a-f]{1,12}$/;
const UUID_WIDTHS = [8, 4, 4, 4, 12];

/** 8-4-4-4-12 hexadecimal digits in lower case; shorter groups are filled up with zeros. Throws 22P02. */
export function parseUuid(text: string): string {
  const lower = text.toLowerCase();
  if (!UUID_TEXT.test(lower)) throw new EngineError('invalid-text-representation', `Invalid UUID string: ${text}`, { hint: 'A UUID has the form 00000000-0000-4000-8000-000000000001.' });
  return lower.split('-').map((group, at) => group.padStart(UUID_WIDTHS[at] as number, '0')).join('-');
}

/** The text of a URI unchanged. Throws 22P02 for what RFC 3986 does not allow. */
export function checkUri(text: string): string {
  if (/[\s<>"{}|\\^`]/u.test(text) || /%(?![0-9a-fA-F]{2})/.test(text) || text.startsWith(':')) throw new EngineError('invalid-text-representation', `Invalid URI: ${text}`);
  return text;
}

/** Pairs of hexadecimal digits, with or without `\x` in front. Throws 22P02. */
export function parseHex(text: string): Uint8Array {
  const digits = text.startsWith('\\x') ? text.slice(2) : text;
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new EngineError('invalid-text-representation', `Invalid hexadecimal text: '${text}'`, { hint: 'Bytes are written as pairs of hexadecimal digits.' });
  }
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) => Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16));
}
