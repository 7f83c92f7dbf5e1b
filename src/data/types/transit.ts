/**
 * Values as transit+json, in the tags that XTDB's clients read.
 *
 *     plain          null, bool, text (a leading ~ ^ ` is doubled by ~), int64 below 2^53, float64, list
 *     "~i…" "~z…"    larger integers; NaN, INF, -INF        "~:…" "~u…" "~r…"    keyword, uuid, uri
 *     ["^ ", k, v …] struct                                  ["~#tag", rep]       everything else
 *
 * The cache of repeated strings (`^0`) is not used when writing, and is understood when reading.
 */
import { EngineError } from '../../base/errors.ts';
import { checkUri, parseUuid } from './cast.ts';
import { parseNumber } from './cast-number.ts';
import { formatDecimal } from './decimal.ts';
import { formatDouble, formatFloat32, formatValue } from './format.ts';
import { keyOfInt64 } from './hash-key.ts';
import { parseJson } from './json-read.ts';
import { formatOffsetTimestamp } from './time/format.ts';
import { parseDuration, parseIntervalLiteral } from './time/parse-interval.ts';
import { parseDate, parseLocalTimestamp, parseTime, parseZonedTimestamp } from './time/parse.ts';
import type { ErrorValue, ListValue, StructValue, Tagged, Value } from './value.ts';

const tag = (name: string, json: string): string => `["~#${name}",${json}]`;
const tagText = (name: string, text: string): string => tag(name, JSON.stringify(text));
const plainText = (text: string): string => JSON.stringify(/^[~^`]/.test(text) ? `~${text}` : text);

/** Transit text of a value. As a whole document, a scalar is wrapped in `~#'`. */
export function toTransit(value: Value): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string': return plainText(value);
    case 'bigint': return typeof keyOfInt64(value) === 'number' ? value.toString() : JSON.stringify(`~i${value}`);
    case 'number': return doubleOf(value);
    case 'boolean': return value ? 'true' : 'false';
  }
  if (Array.isArray(value)) return `[${(value as ListValue).map(toTransit).join(',')}]`;
  if (value instanceof Map) return `["^ "${Array.from(value as StructValue, ([name, item]) => `,${plainText(name)},${toTransit(item)}`).join('')}]`;
  if (value instanceof Uint8Array) return tagText('xtdb/byte-array', `0x${formatValue(value)}`);
  return tagged(value as Tagged);
}

function doubleOf(value: number): string {
  if (Number.isFinite(value)) return formatDouble(value);
  return JSON.stringify(`~z${Number.isNaN(value) ? 'NaN' : value < 0 ? '-INF' : 'INF'}`);
}

function tagged(value: Tagged): string {
  switch (value.kind) {
    case 'int': return tag(`i${value.bits}`, value.value.toString());
    case 'float32': return tag('f32', Number.isFinite(value.value) ? formatFloat32(value.value) : doubleOf(value.value));
    case 'decimal': return JSON.stringify(`~f${formatDecimal(value)}`);
    case 'uuid': return JSON.stringify(`~u${value.text}`);
    case 'uri': return JSON.stringify(`~r${value.text}`);
    case 'keyword': return JSON.stringify(`~:${value.name}`);
    case 'date': return tagText('time/local-date', formatValue(value));
    case 'time': return tagText('time/local-time', formatValue(value));
    case 'timestamp': return tagText('time/local-date-time', formatValue(value));
    case 'timestamptz': return value.zone === 'Z' ? tagText('time/instant', formatOffsetTimestamp(value)) : tagText('time/zoned-date-time', formatValue(value));
    case 'duration': return tagText('time/duration', formatValue(value));
    case 'interval': return tagText('xtdb/interval', formatValue(value));
    case 'period': return tag('xtdb/tstz-range', `[${bound(value.from)},${bound(value.to)}]`);
    case 'set': return tag('set', `[${value.items.map(toTransit).join(',')}]`);
    case 'oid': case 'regclass': case 'regproc': return tag(`xtdb/${value.kind}`, value.value.toString());
    case 'error': return tag('xt/error', `[${JSON.stringify(`~:${value.category}`)},${JSON.stringify(value.message)},${errorData(value)}]`);
  }
}

const keyword = (name: string): string => JSON.stringify(`~:${name}`);
const byKeyword = (struct: StructValue): string[] => Array.from(struct, ([name, item]) => `${keyword(name)},${name === 'tx-key' && item instanceof Map ? tag('xtdb/tx-key', `["^ ",${byKeyword(item).join(',')}]`) : toTransit(item)}`);
const errorData = ({ code, data }: ErrorValue): string => `["^ ",${['"~:xtdb.error/code"', keyword(code), ...byKeyword(data)].join(',')}]`;

const bound = (micros: bigint | null): string => (micros === null ? 'null' : toTransit({ kind: 'timestamptz', unit: 'us', value: micros, zone: 'UTC' }));

/** The value that a transit+json text states. Throws 22P02. */
export function parseTransit(text: string): Value { return new TransitReader().read(parseJson(text), false); }

const CACHE_SIZE = 44;
const isCacheable = (text: string, isKey: boolean): boolean => text.length > 3 && (isKey || /^~[:$#]/.test(text));

class TransitReader {
  readonly #cache: string[] = [];

  read(json: Value, isKey: boolean): Value {
    if (typeof json === 'string') return this.#atom(this.#resolve(json, isKey));
    if (!Array.isArray(json)) return json;
    const items = json as ListValue;
    if (items[0] === '^ ') return this.#struct(items);
    if (items.length === 2 && typeof items[0] === 'string') {
      const name = items[0].startsWith('^') ? this.#resolve(items[0], false) : items[0];
      if (name.startsWith('~#')) { if (name === items[0]) this.#resolve(name, false); return taggedValue(name.slice(2), this.read(items[1] as Value, false)); }
    }
    return items.map((item) => this.read(item, false));
  }

  #struct(items: ListValue): Value {
    const struct = new Map<string, Value>();
    for (let at = 1; at + 1 < items.length; at += 2) {
      const key = this.read(items[at] as Value, true);
      struct.set(typeof key === 'string' ? key : typeof key === 'object' && key !== null && 'kind' in key && key.kind === 'keyword' ? key.name : formatValue(key ?? ''), this.read(items[at + 1] as Value, false));
    }
    return struct;
  }

  /** The text itself, or the one that a cache code stands for. */
  #resolve(text: string, isKey: boolean): string {
    if (text.startsWith('^') && text !== '^ ' && text !== '^') {
      const index = text.length === 2 ? text.charCodeAt(1) - 48 : (text.charCodeAt(1) - 48) * CACHE_SIZE + text.charCodeAt(2) - 48;
      const cached = this.#cache[index];
      if (cached === undefined) throw invalid(`cache code ${text} stands for nothing`);
      return cached;
    }
    if (isCacheable(text, isKey)) { if (this.#cache.length === CACHE_SIZE ** 2) this.#cache.length = 0; this.#cache.push(text); }
    return text;
  }

  #atom(text: string): Value {
    if (!text.startsWith('~')) return text;
    const rest = text.slice(2);
    switch (text[1]) {
      case ':': case '$': return { kind: 'keyword', name: rest };
      case 'u': return { kind: 'uuid', text: parseUuid(rest) };
      case 'r': return { kind: 'uri', text: checkUri(rest) };
      case 'i': case 'n': return parseNumber(rest, { kind: 'int', bits: 64 });
      case 'd': return Number(rest);
      case 'f': return parseNumber(rest, { kind: 'decimal', precision: 64, scale: /\.(\d+)$/.exec(rest)?.[1]?.length ?? 0 });
      case 'z': return rest === 'NaN' ? Number.NaN : rest === 'INF' ? Infinity : -Infinity;
      case '?': return rest === 't';
      case '_': return null;
      case 't': case 'm': return rest;
      default: return text.slice(1);
    }
  }
}

const invalid = (what: string): EngineError => new EngineError('invalid-text-representation', `Invalid transit: ${what}`);

const TEXT_TAGS: Readonly<Record<string, (text: string) => Value>> = {
  'time/local-date': parseDate, 'time/local-time': (text) => parseTime(text), 'time/local-date-time': (text) => parseLocalTimestamp(text),
  'time/instant': (text) => parseZonedTimestamp(text), 'time/zoned-date-time': (text) => parseZonedTimestamp(text), 'time/offset-date-time': (text) => parseZonedTimestamp(text),
  'time/duration': (text) => parseDuration(text), 'time/period': (text) => parseIntervalLiteral(text), 'xtdb/interval': (text) => parseIntervalLiteral(text),
  'xtdb/byte-array': (text) => new Uint8Array(Buffer.from(text.replace(/^0x/, ''), 'hex')), 'time/zone': (text) => text,
};

function taggedValue(name: string, value: Value): Value {
  if (name === "'") return value;
  const read = Object.hasOwn(TEXT_TAGS, name) ? TEXT_TAGS[name] : undefined;
  if (read !== undefined && typeof value === 'string') return read(value);
  switch (name) {
    case 'i8': case 'i16': case 'i32': return { kind: 'int', bits: Number(name.slice(1)) as 8 | 16 | 32, value: Number(value) };
    case 'i64': return typeof value === 'bigint' ? value : parseNumber(String(value), { kind: 'int', bits: 64 });
    case 'f32': return { kind: 'float32', value: Math.fround(Number(value)) };
    case 'f64': return Number(value);
    case 'list': return value;
    case 'set': return { kind: 'set', items: Array.isArray(value) ? value as ListValue : [] };
    case 'xtdb/tstz-range': return rangeOf(value);
    default: throw invalid(`unknown tag ${name}`);
  }
}

function rangeOf(value: Value): Value {
  const [from = null, to = null] = Array.isArray(value) ? value as ListValue : [];
  const micros = (end: Value): bigint | null => (typeof end === 'object' && end !== null && 'kind' in end && end.kind === 'timestamptz' ? end.value : null);
  return { kind: 'period', from: micros(from), to: micros(to) };
}
