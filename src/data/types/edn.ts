/**
 * Types in EDN, as `information_schema.columns.data_type` shows them.
 *
 *     :i64   [:decimal 32 2 128]   [:list :i64]   [:struct {"a" :i64}]        one leg
 *     [:? :i64]   [:? :list :i64]                                            one leg or NULL
 *     #{:f64 :null :i64}                                                     several legs; NULL is one of them
 *     :null   :nothing                                                       NULL alone; no value at all
 *
 * A union is a set, and sets have no order of their own: XTDB shows them in the order of Clojure's hash tries, and so does this, so
 * that the texts can be compared. A trie puts the lowest five bits of the hash first, then the next five.
 */
import type { ColumnType, Type } from './type.ts';
import { typeName } from './type-names.ts';

export type EdnForm =
  | { readonly kind: 'keyword'; readonly name: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'vector' | 'set'; readonly items: readonly EdnForm[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [EdnForm, EdnForm])[] };

const keyword = (name: string): EdnForm => ({ kind: 'keyword', name });
const text = (value: string): EdnForm => ({ kind: 'string', text: value });
const integer = (value: number): EdnForm => ({ kind: 'integer', value });
const vector = (...items: readonly EdnForm[]): EdnForm => ({ kind: 'vector', items });

const UNIT_NAMES = { s: 'second', ms: 'milli', us: 'micro', ns: 'nano' } as const;

/** One leg in EDN. */
export const ednOfType = (type: Type): string => print(formOfType(type));
/** A column type in EDN. */
export const ednOfColumnType = (type: ColumnType): string => print(formOf(type));

function formOfType(type: Type): EdnForm {
  switch (type.kind) {
    case 'decimal': return vector(keyword('decimal'), integer(type.precision), integer(type.scale), integer(type.precision <= 32 ? 128 : 256));
    case 'date': return vector(keyword('date'), keyword('day'));
    case 'time': case 'timestamp': case 'duration': return vector(keyword(typeName(type)), keyword(UNIT_NAMES[type.unit]));
    case 'timestamptz': return type.unit === 'us' && type.zone === 'UTC' ? keyword('instant') : vector(keyword('timestamp-tz'), keyword(UNIT_NAMES[type.unit]), text(type.zone));
    case 'interval': return vector(keyword('interval'), keyword(type.form));
    case 'list': case 'set': return vector(keyword(type.kind), formOf(type.element));
    case 'struct': return vector(keyword('struct'), { kind: 'map', entries: type.fields.map((field) => [text(field.name), formOf(field.type)] as const) });
    default: return keyword(typeName(type));
  }
}

function formOf(type: ColumnType): EdnForm {
  const [first, ...others] = type.legs.map(formOfType);
  if (first === undefined) return keyword(type.nullable ? 'null' : 'nothing');
  if (others.length > 0) return { kind: 'set', items: inTrieOrder(type.nullable ? [first, ...others, keyword('null')] : [first, ...others]) };
  if (!type.nullable) return first;
  return vector(keyword('?'), ...(first.kind === 'vector' ? first.items : [first]));
}

function print(form: EdnForm): string {
  switch (form.kind) {
    case 'keyword': return `:${form.name}`;
    case 'string': return JSON.stringify(form.text);
    case 'integer': return String(form.value);
    case 'vector': return `[${form.items.map(print).join(' ')}]`;
    case 'set': return `#{${form.items.map(print).join(' ')}}`;
    case 'map': return `{${form.entries.map(([key, value]) => `${print(key)} ${print(value)}`).join(', ')}}`;
  }
}

function inTrieOrder(items: readonly EdnForm[]): readonly EdnForm[] {
  const hashed = items.map((form) => ({ form, hash: hashOf(form) }));
  return hashed.sort((a, b) => {
    for (let shift = 0; shift < 32; shift += 5) {
      const difference = ((a.hash >>> shift) & 31) - ((b.hash >>> shift) & 31);
      if (difference !== 0) return difference;
    }
    return 0;
  }).map(({ form }) => form);
}

// Murmur3 as Clojure applies it to its data. All arithmetic is on int32.

const GOLDEN = 0x9e3779b9;
const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const mixKey = (key: number): number => Math.imul(rotate(Math.imul(key, 0xcc9e2d51), 15), 0x1b873593);
const mixHash = (hash: number, key: number): number => (Math.imul(rotate(hash ^ key, 13), 5) + 0xe6546b64) | 0;

function finish(hash: number, length: number): number {
  let mixed = hash ^ length;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

const hashInt = (value: number): number => (value === 0 ? 0 : finish(mixHash(0, mixKey(value)), 4));
/** A non-negative integer below 2^31, as the long that Clojure has it. */
const hashLong = (value: number): number => (value === 0 ? 0 : finish(mixHash(mixHash(0, mixKey(value)), mixKey(0)), 8));
const hashCollection = (hash: number, count: number): number => finish(mixHash(0, mixKey(hash)), count);

function hashChars(value: string): number {
  let hash = 0;
  for (let at = 1; at < value.length; at += 2) hash = mixHash(hash, mixKey(value.charCodeAt(at - 1) | (value.charCodeAt(at) << 16)));
  if ((value.length & 1) === 1) hash ^= mixKey(value.charCodeAt(value.length - 1));
  return finish(hash, 2 * value.length);
}

function javaHash(value: string): number {
  let hash = 0;
  for (let at = 0; at < value.length; at++) hash = (Math.imul(hash, 31) + value.charCodeAt(at)) | 0;
  return hash;
}

function hashKeyword(name: string): number {
  const symbol = hashChars(name);
  return ((symbol ^ (GOLDEN + (symbol << 6) + (symbol >> 2))) + GOLDEN) | 0;
}

const hashOrdered = (items: readonly EdnForm[]): number => hashCollection(items.reduce((hash, item) => (Math.imul(hash, 31) + hashOf(item)) | 0, 1), items.length);
const hashUnordered = (hashes: readonly number[]): number => hashCollection(hashes.reduce((sum, hash) => (sum + hash) | 0, 0), hashes.length);

function hashOf(form: EdnForm): number {
  switch (form.kind) {
    case 'keyword': return hashKeyword(form.name);
    case 'string': return hashInt(javaHash(form.text));
    case 'integer': return hashLong(form.value);
    case 'vector': return hashOrdered(form.items);
    case 'set': return hashUnordered(form.items.map(hashOf));
    case 'map': return hashUnordered(form.entries.map((pair) => hashOrdered(pair)));
  }
}
