/** Values as PostgreSQL's clients write them in text: parameters, whatever way their type was found. Errors are 22P02, 22003, 22007 with what was found. */
import { EngineError } from '../../base/errors.ts';
import { parseArrayText } from './array-text.ts';
import { decimalOf, digitCount, parseDecimal } from './decimal.ts';
import { INT64_MAX, INT64_MIN, intOf } from './numeric.ts';
import { pgTypeOf } from './pg-types.ts';
import { parseDuration, parseIntervalLiteral } from './time/parse-interval.ts';
import { parseDate, parseLocalTimestamp, parseTime, parseTimestamp } from './time/parse.ts';
import { toInstant, zonedAt } from './time/local.ts';
import { rescalePoint } from './time/units.ts';
import type { Type } from './type.ts';
import type { Value, ZonedTimestamp } from './value.ts';

const badText = (text: string, type: string, hint?: string): EngineError =>
  new EngineError('invalid-text-representation', `invalid input syntax for type ${type}: "${text.length > 100 ? `${text.slice(0, 100)}…` : text}"`, { hint });

/** The value that a text states for a type. `zone` is the session's, for instants that do not say theirs. */
export function decodeText(text: string, type: Type, zone = 'UTC'): Value {
  switch (type.kind) {
    case 'text': return text;
    case 'bool': return decodeBool(text);
    case 'int': return decodeInteger(text, type.bits);
    case 'float': return decodeFloat(text, type.bits);
    case 'decimal': return decodeDecimal(text);
    case 'bytes': return decodeBytea(text);
    case 'uuid': return { kind: 'uuid', text: uuidText(text) };
    case 'uri': return { kind: 'uri', text };
    case 'keyword': return { kind: 'keyword', name: text.startsWith(':') ? text.slice(1) : text };
    case 'date': return decodeDate(text.trim());
    case 'time': return parseTime(text.trim().replace(/(?<=:\d\d(?:\.\d+)?) ?(?:Z|[+-]\d\d(?::?\d\d)?)$/, ''));
    case 'timestamp': return parseLocalTimestamp(isoText(text));
    case 'timestamptz': return decodeInstant(isoText(text), zone);
    case 'duration': return parseDuration(text.trim());
    case 'interval': return parseIntervalLiteral(text.trim());
    case 'period': return decodePeriod(text.trim(), zone);
    case 'oid': case 'regclass': case 'regproc': return decodeObjectId(text.trim(), type.kind);
    case 'list': return decodeList(text, type, zone);
    case 'set': case 'struct': case 'error': throw new EngineError('unsupported', `a parameter of type ${type.kind} has no text form of its own; send it as json`);
  }
}

function decodeList(text: string, type: Extract<Type, { kind: 'list' }>, zone: string): Value {
  const element = type.element.legs[0];
  return parseArrayText(text, (item) => (element === undefined ? item : decodeText(item, element, zone)));
}

const TRUTH = new Map<string, boolean>();
for (const word of ['t', 'tr', 'tru', 'true', 'y', 'ye', 'yes', 'on', '1']) TRUTH.set(word, true);
for (const word of ['f', 'fa', 'fal', 'fals', 'false', 'n', 'no', 'of', 'off', '0']) TRUTH.set(word, false);

function decodeBool(text: string): boolean {
  const value = TRUTH.get(text.trim().toLowerCase());
  if (value === undefined) throw badText(text, 'boolean');
  return value;
}

const sqlNameOf = (type: Type): string => pgTypeOf({ legs: [type], nullable: true })?.name ?? type.kind;

function decodeInteger(text: string, bits: 8 | 16 | 32 | 64): Value {
  const digits = text.trim();
  const name = sqlNameOf({ kind: 'int', bits });
  if (!/^[+-]?\d+$/.test(digits)) throw badText(text, name);
  const outOfRange = (): EngineError => new EngineError('numeric-out-of-range', `value "${text}" is out of range for type ${name}`);
  if (digits.length > 40) throw outOfRange();
  const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
  const bound = 1n << BigInt(bits - 1);
  if (value < -bound || value >= bound || value < INT64_MIN || value > INT64_MAX) throw outOfRange();
  return intOf(value, bits);
}

const FLOAT_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const FLOAT_WORDS = new Map([['nan', NaN], ['infinity', Infinity], ['inf', Infinity], ['+infinity', Infinity], ['+inf', Infinity], ['-infinity', -Infinity], ['-inf', -Infinity]]);

function decodeFloat(text: string, bits: 32 | 64): Value {
  const digits = text.trim();
  const value = FLOAT_WORDS.get(digits.toLowerCase()) ?? (FLOAT_TEXT.test(digits) ? Number(digits) : undefined);
  if (value === undefined) throw badText(text, sqlNameOf({ kind: 'float', bits }));
  return bits === 64 ? value : { kind: 'float32', value: Math.fround(value) };
}

function decodeDecimal(text: string): Value {
  const parsed = text.length > 200 ? undefined : parseDecimal(text.trim());
  if (parsed === undefined) throw badText(text, 'numeric');
  return makeDecimal(parsed.unscaled, parsed.scale);
}

/** A decimal in the narrower precision class that holds it. Throws 22003 beyond 64 digits. */
export function makeDecimal(unscaled: bigint, scale: number): Value {
  const exact = scale < 0 && scale > -100 ? { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 } : { unscaled, scale };
  const digits = Math.max(digitCount(exact.unscaled), exact.scale);
  if (digits > 64 || exact.scale < 0) throw new EngineError('numeric-out-of-range', 'data exception - overflow error');
  return decimalOf(exact.unscaled, exact.scale, digits <= 32 ? 32 : 64);
}

function decodeBytea(text: string): Uint8Array {
  if (text.startsWith('\\x')) {
    const hex = text.slice(2).replaceAll(/\s/g, '');
    if (hex.length % 2 !== 0 || /[^0-9a-f]/i.test(hex)) throw badText(text, 'bytea', 'Hexadecimal digits in pairs are expected after \\x.');
    return Uint8Array.from(Buffer.from(hex, 'hex'));
  }
  if (/\\(?!\\|[0-3][0-7]{2})/.test(text.replaceAll('\\\\', ''))) throw badText(text, 'bytea');
  const bytes = text.replaceAll(/\\(?:\\|([0-3][0-7]{2}))/g, (_, octal?: string) => (octal === undefined ? '\\' : `\u{f0000}${String.fromCharCode(Number.parseInt(octal, 8))}`));
  if (!bytes.includes('\u{f0000}')) return Uint8Array.from(Buffer.from(bytes, 'utf8'));
  return Uint8Array.from(Buffer.concat(bytes.split('\u{f0000}').map((part, index) => (index === 0 ? Buffer.from(part, 'utf8') : Buffer.concat([Buffer.from([part.charCodeAt(0)]), Buffer.from(part.slice(1), 'utf8')])))));
}

/** Lower-case 8-4-4-4-12 of anything PostgreSQL takes as a UUID. */
function uuidText(text: string): string {
  const hex = text.trim().replace(/^\{(.*)\}$/s, '$1').replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(hex)) throw badText(text, 'uuid');
  return formatUuid(hex);
}

export const formatUuid = (hex: string): string => `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

/** A date or timestamp of PostgreSQL's as ISO 8601 has it: `0045-03-15 BC` is of the year -44, and years above 9999 carry a sign. */
function isoText(text: string): string {
  const trimmed = text.trim();
  const [, year, rest, era] = /^(\d{4,9})(-.*?)(\s+BC)?$/is.exec(trimmed) ?? [];
  if (year === undefined || (era === undefined && year.length === 4)) return trimmed;
  const astronomical = era === undefined ? Number(year) : 1 - Number(year);
  return `${astronomical > 9999 ? '+' : astronomical < 0 ? '-' : ''}${String(Math.abs(astronomical)).padStart(4, '0')}${rest as string}`;
}

/** Clients send a time of day or an offset behind a date; neither changes the day. */
function decodeDate(text: string): Value {
  const [, date] = /^([+-]?\d{4,}-\d\d-\d\d)(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:\s*(?:Z|[+-]\d\d(?::?\d\d)?))?$/.exec(isoText(text)) ?? [];
  return parseDate(date ?? text);
}

function decodeInstant(text: string, zone: string): ZonedTimestamp {
  const parsed = parseTimestamp(text);
  return parsed.kind === 'timestamptz' ? parsed : zonedAt(toInstant(parsed, 'us', zone), 'us', zone);
}

/** `[from,to)`; bounds may be quoted, an open side is empty. */
function decodePeriod(text: string, zone: string): Value {
  const match = /^\[\s*"?([^",]*)"?\s*,\s*"?([^",]*)"?\s*\)$/.exec(text);
  if (match === null) throw badText(text, 'tstzrange', 'A period is written as [from,to).');
  const bound = (side: string | undefined): bigint | null => {
    if (side === undefined || side.trim() === '') return null;
    const instant = decodeInstant(isoText(side), zone);
    return rescalePoint(instant.value, instant.unit, 'us');
  };
  return { kind: 'period', from: bound(match[1]), to: bound(match[2]) };
}

function decodeObjectId(text: string, kind: 'oid' | 'regclass' | 'regproc'): Value {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(value <= 0xffff_ffff)) throw badText(text, kind, 'A number is expected; names can be cast in the statement.');
  return { kind, value };
}
