/**
 * JSON that keeps types: whatever plain JSON would lose is `{"@type": "xt:…", "@value": …}`.
 *
 *     int64        plain number          int8…int32, decimal, times, uuid, keyword, uri, set, bytes      typed
 *     float64      plain number with a fraction; NaN and infinities typed        text, bool, null, list, struct      plain
 *
 * Reading takes both forms: a plain integral number is an int64, any other number a float64.
 */
import { EngineError } from '../../base/errors.ts';
import { parseHex, parseUuid, checkUri } from './cast.ts';
import { parseNumber } from './cast-number.ts';
import { formatDecimal } from './decimal.ts';
import { formatDouble, formatHex, formatValue } from './format.ts';
import { parseJson } from './json-read.ts';
import { parseDuration, parseIntervalLiteral } from './time/parse-interval.ts';
import { parseDate, parseLocalTimestamp, parseTime, parseTimestamp, parseZonedTimestamp } from './time/parse.ts';
import { formatOffsetTimestamp } from './time/format.ts';
import type { ErrorValue, ListValue, StructValue, Tagged, Value } from './value.ts';

const typed = (type: string, json: string): string => `{"@type":"xt:${type}","@value":${json}}`;
const typedText = (type: string, text: string): string => typed(type, JSON.stringify(text));

/** JSON-LD text of a value. */
export function toJsonLd(value: Value): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string': return JSON.stringify(value);
    case 'bigint': return value.toString();
    case 'number': return Number.isFinite(value) ? formatDouble(value) : typedText('double', formatDouble(value));
    case 'boolean': return value ? 'true' : 'false';
  }
  if (Array.isArray(value)) return itemsOf(value as ListValue);
  if (value instanceof Map) return `{${Array.from(value as StructValue, ([name, item]) => `${JSON.stringify(name)}:${toJsonLd(item)}`).join(',')}}`;
  if (value instanceof Uint8Array) return typedText('bytes', formatHex(value));
  return tagged(value as Tagged);
}

const itemsOf = (items: ListValue): string => `[${items.map(toJsonLd).join(',')}]`;

function tagged(value: Tagged): string {
  switch (value.kind) {
    case 'int': case 'oid': case 'regclass': case 'regproc': return value.value.toString();
    case 'float32': return toJsonLd(value.value);
    case 'decimal': return typedText('decimal', formatDecimal(value));
    case 'keyword': return typedText('keyword', value.name);
    case 'timestamptz': return value.zone === 'Z' || value.zone === 'UTC' ? typedText('instant', formatOffsetTimestamp(value)) : typedText('timestamptz', formatValue(value));
    case 'set': return typed('set', itemsOf(value.items));
    case 'period': return typed('period', `{"xt:from":${bound(value.from)},"xt:to":${bound(value.to)}}`);
    case 'error': return errorOf(value);
    default: return typedText(value.kind, formatValue(value));
  }
}

const bound = (micros: bigint | null): string => (micros === null ? 'null' : toJsonLd({ kind: 'timestamptz', unit: 'us', value: micros, zone: 'UTC' }));

const errorOf = (error: ErrorValue): string => `{"@type":"xt:error","@value":{"xt.error/category":${JSON.stringify(error.category)},"xt.error/code":${JSON.stringify(error.code)},"xt.error/message":${JSON.stringify(error.message)},"xt.error/data":${toJsonLd(error.data)}}}`;

/** The value that a JSON-LD text states. Throws 22P02. */
export const parseJsonLd = (text: string): Value => parseJson(text, (fields) => {
  const type = fields.get('@type');
  if (typeof type !== 'string' || !type.startsWith('xt:')) return fields;
  return valueOfType(type.slice(3), fields.get('@value') ?? null);
});

const TEXT_READERS: Readonly<Record<string, (text: string) => Value>> = {
  decimal: (text) => parseNumber(text, { kind: 'decimal', precision: 64, scale: fractionDigits(text) }),
  double: (text) => parseNumber(text, { kind: 'float', bits: 64 }),
  long: (text) => parseNumber(text, { kind: 'int', bits: 64 }),
  instant: parseZonedTimestamp, timestamptz: parseZonedTimestamp,
  timestamp: (text) => (/[Zz\]]$|[+-]\d\d:?\d\d$/.test(text) ? parseTimestamp(text) : parseLocalTimestamp(text)),
  date: parseDate, time: (text) => parseTime(text), duration: (text) => parseDuration(text), interval: (text) => parseIntervalLiteral(text),
  keyword: (text) => ({ kind: 'keyword', name: text.replace(/^:/, '') }), symbol: (text) => ({ kind: 'keyword', name: text }), timeZone: (text) => text,
  uuid: (text) => ({ kind: 'uuid', text: parseUuid(text) }), uri: (text) => ({ kind: 'uri', text: checkUri(text) }), bytes: parseHex,
};

const fractionDigits = (text: string): number => /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;

function valueOfType(type: string, value: Value): Value {
  if (type === 'set' && Array.isArray(value)) return { kind: 'set', items: value as ListValue };
  if ((type === 'long' || type === 'double') && (typeof value === 'bigint' || typeof value === 'number')) return type === 'long' ? BigInt(value) : Number(value);
  if (type === 'period' && value instanceof Map) return { kind: 'period', from: microsOf((value as StructValue).get('xt:from') ?? null), to: microsOf((value as StructValue).get('xt:to') ?? null) };
  const read = Object.hasOwn(TEXT_READERS, type) ? TEXT_READERS[type] : undefined;
  if (read === undefined) throw new EngineError('invalid-text-representation', `Unknown JSON-LD type xt:${type}`);
  if (typeof value !== 'string') throw new EngineError('invalid-text-representation', `The @value of xt:${type} must be a string`);
  return read(value);
}

function microsOf(value: Value): bigint | null {
  if (value === null) return null;
  const instant = typeof value === 'string' ? parseZonedTimestamp(value) : value;
  if (typeof instant === 'object' && 'kind' in instant && instant.kind === 'timestamptz' && instant.unit === 'us') return instant.value;
  throw new EngineError('invalid-text-representation', 'The ends of an xt:period must be instants');
}
