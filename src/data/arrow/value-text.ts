/**
 * Any value as text that gives exactly the value back: for values that have no leg of their own (errors, very deep documents,
 * the sixty-fifth type in one column).
 *
 *   NULL null   TRUE true   text "…"   list […]   int64 {"i":"1"}   float64 {"f":"-0"}   bytes {"b":"base64"}
 *   struct {"m":[["key",value],…]}   everything else {"t":{"kind":…,…}}, its bigints as {"i":…}
 */
import { Buffer } from 'node:buffer';
import type { Tagged, Value } from '../types/value.ts';

type Json = null | boolean | string | number | readonly Json[] | { readonly [key: string]: Json };

/** Deepest nesting that is read back. */
const DEPTH_MAX = 2000;

export const valueToText = (value: Value): string => JSON.stringify(toJson(value));

function toJson(value: Value): Json {
  switch (typeof value) {
    case 'bigint': return { i: value.toString() };
    case 'number': return { f: Object.is(value, -0) ? '-0' : String(value) };
    case 'object': break;
    default: return value;
  }
  if (value === null) return null;
  if (Array.isArray(value)) return (value as readonly Value[]).map(toJson);
  if (value instanceof Uint8Array) return { b: Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64') };
  if (value instanceof Map) return { m: [...value].map(([key, item]) => [key, toJson(item as Value)]) };
  return { t: Object.fromEntries(Object.entries(value).map(([key, part]) => [key, partToJson(key, part)])) };
}

/** Parts of a tagged value: plain strings, numbers and NULL stay; integers and values are wrapped. */
function partToJson(key: string, part: unknown): Json {
  if (typeof part === 'bigint' || part instanceof Map || Array.isArray(part)) return toJson(part as Value);
  if (typeof part === 'number' && (key !== 'value' || Number.isSafeInteger(part))) return Object.is(part, -0) ? { f: '-0' } : part;
  if (typeof part === 'number') return toJson(part);
  return part as Json;
}

/** The value, or undefined if the text is not one. */
export function textToValue(text: string): Value | undefined {
  try {
    return fromJson(JSON.parse(text) as Json, 0);
  } catch {
    return undefined;
  }
}

class Malformed extends Error {}

function fromJson(json: Json, depth: number): Value {
  if (depth > DEPTH_MAX) throw new Malformed();
  if (json === null || typeof json === 'boolean' || typeof json === 'string') return json;
  if (typeof json === 'number') throw new Malformed();
  if (Array.isArray(json)) return json.map((item: Json) => fromJson(item, depth + 1));
  const { i, f, b, m, t } = json as Record<string, Json>;
  if (typeof i === 'string') return int64(i);
  if (typeof f === 'string') return float64(f);
  if (typeof b === 'string') return Uint8Array.from(Buffer.from(b, 'base64'));
  if (Array.isArray(m)) return new Map(m.map((entry: Json) => structEntry(entry, depth + 1)));
  if (typeof t === 'object' && t !== null && !Array.isArray(t)) return tagged(t as Record<string, Json>, depth + 1);
  throw new Malformed();
}

function int64(text: string): bigint {
  const value = BigInt(text);
  if (value !== BigInt.asIntN(64, value)) throw new Malformed();
  return value;
}

function float64(text: string): number {
  const value = Number(text);
  if (Number.isNaN(value) && text !== 'NaN') throw new Malformed();
  return value;
}

function structEntry(entry: Json, depth: number): [string, Value] {
  if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string') throw new Malformed();
  return [entry[0], fromJson(entry[1] as Json, depth)];
}

/** What each part of a tagged value must be: i bigint, n integer, f number, s text, v values, m struct; ? may be absent, 0 may be NULL. */
const PARTS: Record<Tagged['kind'], Record<string, string>> = {
  int: { bits: 'n', value: 'n' }, float32: { value: 'f' }, decimal: { unscaled: 'I', scale: 'n', precision: 'n' }, uuid: { text: 's' }, uri: { text: 's' },
  keyword: { name: 's' }, date: { days: 'n' }, time: { unit: 's', value: 'i' }, timestamp: { unit: 's', value: 'i' },
  timestamptz: { unit: 's', value: 'i', zone: 's' }, duration: { unit: 's', value: 'i' },
  interval: { form: 's', months: 'n', days: 'n', nanos: 'i' }, period: { from: 'i0', to: 'i0' }, set: { items: 'v' },
  oid: { value: 'n' }, regclass: { value: 'n', name: 's?' }, regproc: { value: 'n', name: 's?' },
  error: { category: 's', code: 's', message: 's', data: 'm' },
};

function tagged(parts: Record<string, Json>, depth: number): Value {
  const kind = parts.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(PARTS, kind)) throw new Malformed();
  const value: Record<string, unknown> = { kind };
  for (const [name, form] of Object.entries(PARTS[kind as Tagged['kind']])) {
    const part = parts[name];
    if (part === undefined && form.endsWith('?')) continue;
    if (part === undefined) throw new Malformed();
    value[name] = part === null && form.endsWith('0') ? null : readPart(part, form[0] as string, depth);
  }
  return value as unknown as Value;
}

function readPart(part: Json, form: string, depth: number): unknown {
  if (form === 's' && typeof part === 'string') return part;
  if (form === 'n' && typeof part === 'number' && Number.isSafeInteger(part)) return part;
  if (form === 'f' && typeof part === 'number') return part;
  if (form === 'I') return BigInt((part as { i: string }).i);
  const value = fromJson(part, depth);
  const fits = form === 'i' ? typeof value === 'bigint' : form === 'f' ? typeof value === 'number' : form === 'v' ? Array.isArray(value) : value instanceof Map;
  if (!fits) throw new Malformed();
  return value;
}
