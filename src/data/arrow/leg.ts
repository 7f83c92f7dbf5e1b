/**
 * Legs: which of the database's types an Arrow field carries, and which leg of a field a value belongs to.
 *
 * | type                     | Arrow                              | extension                           |
 * | uuid                     | FixedSizeBinary(16)                | arrow.uuid                          |
 * | keyword, uri             | Utf8                               | varve.keyword, varve.uri            |
 * | oid, regclass, regproc   | Int32                              | varve.oid, varve.regclass, …        |
 * | interval month-day-micro | Interval(MONTH_DAY_NANO)           | varve.month-day-micro               |
 * | period                   | FixedSizeList(2, Timestamp(µs))    | varve.period                        |
 * | set                      | List                               | varve.set                           |
 * | errors, and whatever has no leg of its own | Utf8             | varve.value (`value-text.ts`)       |
 * | a field of a struct that some rows do not have | Null in a union, or metadata `varve.null` = absent on a nullable field |
 */
import type { ArrowField, ArrowType } from './field.ts';
import type { Type } from '../types/type.ts';
import type { Value } from '../types/value.ts';

export const EXTENSION_NAME = 'ARROW:extension:name';
/** On a nullable field of a struct: a NULL slot means that the row's struct does not have the field. */
export const NULL_MEANS = 'varve.null';

/** What a field without legs of its own is. `null` and `absent` are legs of a union; `value` is text as `value-text.ts` has it. */
export type Leg = Type | { readonly kind: 'null' | 'absent' | 'value' | 'union' };

const UTF8_EXTENSIONS = new Map<string, Leg>([
  ['varve.keyword', { kind: 'keyword' }], ['varve.uri', { kind: 'uri' }], ['varve.value', { kind: 'value' }],
]);
const INT_EXTENSIONS = new Map<string, Leg>([
  ['varve.oid', { kind: 'oid' }], ['varve.regclass', { kind: 'regclass' }], ['varve.regproc', { kind: 'regproc' }],
]);

/** Names of extensions by the kind of type that has one. */
export const EXTENSIONS: Partial<Record<Leg['kind'], string>> = {
  uuid: 'arrow.uuid', keyword: 'varve.keyword', uri: 'varve.uri', value: 'varve.value', oid: 'varve.oid', regclass: 'varve.regclass',
  regproc: 'varve.regproc', period: 'varve.period', set: 'varve.set', absent: 'varve.absent',
};
export const MONTH_DAY_MICRO = 'varve.month-day-micro';
/** Bool without a value: NULLs below a list or struct, where Arrow's Null would have a length that no byte vouches for. */
export const ONLY_NULLS = 'varve.only-nulls';

const ANY = { legs: [], nullable: true } as const;

/** The leg that a field carries. Elements of lists and fields of structs are left out (`column-field.ts` has them). */
export function legOf(field: ArrowField): Leg {
  const { type } = field;
  const extension = field.metadata.get(EXTENSION_NAME);
  switch (type.kind) {
    case 'null': return { kind: extension === EXTENSIONS.absent ? 'absent' : 'null' };
    case 'bool': return extension === ONLY_NULLS ? { kind: 'null' } : { kind: 'bool' };
    case 'int': return legOfInt(type, extension);
    case 'float': return { kind: 'float', bits: type.bits };
    case 'decimal': return { kind: 'decimal', precision: type.precision, scale: type.scale };
    case 'utf8': return (extension === undefined ? undefined : UTF8_EXTENSIONS.get(extension)) ?? { kind: 'text' };
    case 'large-utf8': return { kind: 'text' };
    case 'binary': case 'large-binary': return { kind: 'bytes' };
    case 'fixed-binary': return type.width === 16 && extension === EXTENSIONS.uuid ? { kind: 'uuid' } : { kind: 'bytes' };
    case 'date': return type.unit === 'day' ? { kind: 'date' } : { kind: 'timestamp', unit: 'ms' };
    case 'time': return { kind: 'time', unit: type.unit };
    case 'timestamp': return type.zone === null ? { kind: 'timestamp', unit: type.unit } : { kind: 'timestamptz', unit: type.unit, zone: type.zone };
    case 'duration': return { kind: 'duration', unit: type.unit };
    case 'interval': return { kind: 'interval', form: extension === MONTH_DAY_MICRO ? 'month-day-micro' : type.form === 'year-month' ? 'year-month' : 'month-day-nano' };
    case 'list': return extension === EXTENSIONS.set ? { kind: 'set', element: ANY } : { kind: 'list', element: ANY };
    case 'fixed-list': return isPeriod(field, extension) ? { kind: 'period' } : { kind: 'list', element: ANY };
    case 'large-list': case 'map': return { kind: 'list', element: ANY };
    case 'struct': return { kind: 'struct', fields: [] };
    case 'union': return { kind: 'union' };
  }
}

function isPeriod(field: ArrowField, extension: string | undefined): boolean {
  if (extension !== EXTENSIONS.period || field.type.kind !== 'fixed-list' || field.type.size !== 2) return false;
  const item = field.children[0]?.type;
  return item?.kind === 'timestamp' && item.unit === 'us';
}

function legOfInt(type: ArrowType & { kind: 'int' }, extension: string | undefined): Leg {
  if (type.signed) {
    const named = type.bits === 32 && extension !== undefined ? INT_EXTENSIONS.get(extension) : undefined;
    return named ?? { kind: 'int', bits: type.bits };
  }
  switch (type.bits) {
    case 8: return { kind: 'int', bits: 16 };
    case 16: return { kind: 'int', bits: 32 };
    case 32: return { kind: 'int', bits: 64 };
    case 64: return { kind: 'decimal', precision: 20, scale: 0 };
  }
}

/** What tells one leg of a union from another. */
export function legKey(leg: Leg): string {
  switch (leg.kind) {
    case 'int': return INT_KEYS[leg.bits];
    case 'float': return leg.bits === 32 ? 'f32' : 'f64';
    case 'decimal': return `decimal(${leg.precision},${leg.scale})`;
    case 'time': case 'timestamp': case 'duration': return `${leg.kind}(${leg.unit})`;
    case 'timestamptz': return `timestamptz(${leg.unit},${leg.zone})`;
    case 'interval': return leg.form;
    case 'error': return 'value';
    default: return leg.kind;
  }
}

const INT_KEYS = { 8: 'i8', 16: 'i16', 32: 'i32', 64: 'i64' } as const;

/** The key of the leg that holds exactly this value; `undefined` is a field that a struct does not have. */
export function legKeyOfValue(value: Value | undefined): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'undefined': return 'absent';
    case 'boolean': return 'bool';
    case 'bigint': return 'i64';
    case 'number': return 'f64';
    case 'string': return 'text';
    default: return Array.isArray(value) ? 'list' : legKey(legOfObject(value));
  }
}

/** The leg that holds exactly this value, which is neither NULL nor a list's or struct's parts. */
export function legOfValue(value: Exclude<Value, null>): Leg {
  switch (typeof value) {
    case 'boolean': return { kind: 'bool' };
    case 'bigint': return { kind: 'int', bits: 64 };
    case 'number': return { kind: 'float', bits: 64 };
    case 'string': return { kind: 'text' };
    default: return Array.isArray(value) ? { kind: 'list', element: ANY } : legOfObject(value);
  }
}

function legOfObject(value: Exclude<Value, null | boolean | bigint | number | string>): Leg {
  if (value instanceof Map) return { kind: 'struct', fields: [] };
  if (value instanceof Uint8Array) return { kind: 'bytes' };
  if (!('kind' in value)) return { kind: 'list', element: ANY };
  switch (value.kind) {
    case 'int': return { kind: 'int', bits: value.bits };
    case 'float32': return { kind: 'float', bits: 32 };
    case 'decimal': return fitsPrecision(value.unscaled, value.precision) ? { kind: 'decimal', precision: value.precision, scale: value.scale } : { kind: 'value' };
    case 'time': case 'timestamp': case 'duration': return { kind: value.kind, unit: value.unit };
    case 'timestamptz': return { kind: 'timestamptz', unit: value.unit, zone: value.zone };
    case 'interval': return legOfInterval(value);
    case 'set': return { kind: 'set', element: ANY };
    case 'regclass': case 'regproc': return value.name === undefined ? { kind: value.kind } : { kind: 'value' };
    case 'error': return { kind: 'value' };
    case 'oid': return value.value <= 0x7fffffff ? { kind: 'oid' } : { kind: 'value' };
    default: return { kind: value.kind };
  }
}

function legOfInterval(value: { form: 'year-month' | 'month-day-nano' | 'month-day-micro'; days: number; nanos: bigint }): Leg {
  const exact = value.form === 'year-month' ? value.days === 0 && value.nanos === 0n : value.form === 'month-day-nano' || value.nanos % 1000n === 0n;
  return exact ? { kind: 'interval', form: value.form } : { kind: 'value' };
}

const POWERS: bigint[] = [1n];
/** 10^exponent. */
export function powerOfTen(exponent: number): bigint {
  for (let i = POWERS.length; i <= exponent; i++) POWERS.push((POWERS[i - 1] as bigint) * 10n);
  return POWERS[exponent] as bigint;
}

export function fitsPrecision(unscaled: bigint, precision: number): boolean {
  if (precision < 1 || precision > 76) return false;
  const limit = powerOfTen(precision);
  return unscaled < limit && unscaled > -limit;
}
