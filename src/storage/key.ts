/**
 * Keys: `_id` as bytes whose order is the order of the rows in files.
 *
 *   kind  payload                                   order of kinds
 *   ────  ────────────────────────────────────────  ─────────────────────────────
 *   01    8 bytes, big-endian, sign bit flipped     integers, all widths one kind
 *   02    16 bytes                                  UUIDs
 *   03    UTF-8, 00 → 00 FF, then 00 00             text
 *   04    UTF-8, 00 → 00 FF, then 00 00             keywords
 *
 * The terminator makes a string sort before its extensions; the escape keeps a NUL inside apart from the terminator.
 */
import { assert } from '../base/assert.ts';
import { EngineError } from '../base/errors.ts';
import { typeName } from '../data/types/type-names.ts';
import { typeOfValue } from '../data/types/column-type.ts';
import { isTagged, type Value } from '../data/types/value.ts';

/** An encoded key may have at most this many bytes. */
export const KEY_BYTES_MAX = 4096;

const KIND_INT = 1;
const KIND_UUID = 2;
const KIND_TEXT = 3;
const KIND_KEYWORD = 4;

/** What a hash map takes: equal exactly for equal keys. Numbers are integers that a double holds exactly. */
export type MapKey = number | bigint | string;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The integer that an `_id` is, or undefined when it is none. */
function integerOf(id: Value): bigint | undefined {
  if (typeof id === 'bigint') return id;
  return isTagged(id) && id.kind === 'int' ? BigInt(id.value) : undefined;
}

/** Whether the value may be an `_id`. */
export function isKeyable(id: Value): boolean {
  if (typeof id === 'bigint' || typeof id === 'string') return true;
  return isTagged(id) && (id.kind === 'int' || id.kind === 'uuid' || id.kind === 'keyword');
}

function invalidId(id: Value): EngineError {
  if (id === null) return new EngineError('missing-id', 'missing _id: every row needs one');
  return new EngineError('invalid-id', `Invalid ID type: ${typeName(typeOfValue(id))}`, {
    hint: 'An _id is an integer, a UUID, a text or a keyword.',
  });
}

/** Throws `missing-id`, `invalid-id` or `value-too-large` for what cannot be a key. */
export function checkId(id: Value): void {
  const text = typeof id === 'string' ? id : isTagged(id) && id.kind === 'keyword' ? id.name : undefined;
  if (text === undefined) {
    if (!isKeyable(id)) throw invalidId(id);
  } else if (text.length * 3 + 3 > KEY_BYTES_MAX) {
    encodeKey(id);
  }
}

/** The key of an `_id`; errors as `checkId`. */
export function encodeKey(id: Value): Uint8Array {
  if (typeof id === 'string') return encodeText(KIND_TEXT, id);
  const integer = integerOf(id);
  if (integer !== undefined) return encodeInteger(integer);
  if (isTagged(id) && id.kind === 'uuid') return encodeUuid(id.text);
  if (isTagged(id) && id.kind === 'keyword') return encodeText(KIND_KEYWORD, id.name);
  throw invalidId(id);
}

/** The eight bytes of an integer, least significant first as on every machine that runs this. */
const scratch = new BigInt64Array(1);
const scratchBytes = new Uint8Array(scratch.buffer);

function encodeInteger(value: bigint): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = KIND_INT;
  scratch[0] = value;
  for (let i = 0; i < 8; i++) bytes[8 - i] = scratchBytes[i] as number;
  bytes[1] = (bytes[1] as number) ^ 0x80;
  return bytes;
}

function encodeUuid(text: string): Uint8Array {
  const hex = text.replaceAll('-', '');
  assert(hex.length === 32, 'a UUID has 32 hexadecimal digits');
  const bytes = new Uint8Array(17);
  bytes[0] = KIND_UUID;
  for (let i = 0; i < 16; i++) bytes[i + 1] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

function encodeText(kind: number, text: string): Uint8Array {
  const utf8 = encoder.encode(text);
  let nulCount = 0;
  for (const byte of utf8) if (byte === 0) nulCount += 1;
  const length = utf8.length + nulCount + 3;
  if (length > KEY_BYTES_MAX) {
    throw new EngineError('value-too-large', `an _id may have at most ${KEY_BYTES_MAX - 3} bytes, this one has ${length - 3}`);
  }
  const bytes = new Uint8Array(length);
  bytes[0] = kind;
  let at = 1;
  for (const byte of utf8) {
    bytes[at++] = byte;
    if (byte === 0) bytes[at++] = 0xff;
  }
  return bytes;
}

/** The `_id` that a key stands for. Integers come back as int64 whatever their width was. */
export function decodeKey(key: Uint8Array): Value {
  switch (key[0]) {
    case KIND_INT: {
      assert(key.length === 9, 'an integer key has nine bytes');
      return BigInt.asIntN(64, new DataView(key.buffer, key.byteOffset).getBigUint64(1) ^ (1n << 63n));
    }
    case KIND_UUID: {
      assert(key.length === 17, 'a UUID key has seventeen bytes');
      const hex = Array.from(key.subarray(1), (byte) => byte.toString(16).padStart(2, '0')).join('');
      return { kind: 'uuid', text: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-') };
    }
    case KIND_TEXT: return decodeText(key);
    default:
      assert(key[0] === KIND_KEYWORD, 'a key begins with a known kind');
      return { kind: 'keyword', name: decodeText(key) };
  }
}

function decodeText(key: Uint8Array): string {
  const utf8 = new Uint8Array(key.length);
  let length = 0;
  for (let at = 1; at < key.length - 2; at++) {
    utf8[length++] = key[at] as number;
    if (key[at] === 0) at += 1;
  }
  return decoder.decode(utf8.subarray(0, length));
}

/** Byte order: negative, zero or positive. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The order of keys, without encoding them. Both must be keyable. */
export function compareIds(a: Value, b: Value): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  const kind = kindOf(a);
  const difference = kind - kindOf(b);
  if (difference !== 0) return difference;
  if (kind === KIND_INT) {
    const x = integerOf(a) as bigint;
    const y = integerOf(b) as bigint;
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return compareText(textOf(a), textOf(b));
}

function kindOf(id: Value): number {
  if (typeof id === 'bigint') return KIND_INT;
  if (typeof id === 'string') return KIND_TEXT;
  if (isTagged(id)) {
    if (id.kind === 'int') return KIND_INT;
    if (id.kind === 'uuid') return KIND_UUID;
    if (id.kind === 'keyword') return KIND_KEYWORD;
  }
  throw invalidId(id);
}

function textOf(id: Value): string {
  if (typeof id === 'string') return id;
  assert(isTagged(id) && (id.kind === 'uuid' || id.kind === 'keyword'), 'a key with text');
  return id.kind === 'uuid' ? id.text : id.name;
}

/** UTF-8 order of UTF-16 strings: the same as that of the units, but for surrogates, which stand above U+FFFF. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    return x >= 0xd800 && y >= 0xd800 ? aboveSurrogates(x) - aboveSurrogates(y) : x - y;
  }
  return a.length - b.length;
}

const aboveSurrogates = (unit: number): number => (unit <= 0xdfff ? unit + 0x10000 : unit);

/** Equal exactly for equal keys; cheap to hash. Errors for what is not keyable. */
export function mapKey(id: Value): MapKey {
  if (typeof id === 'string') return id.charCodeAt(0) === 0 ? `\0t${id}` : id;
  if (typeof id === 'bigint') return integerMapKey(id);
  if (isTagged(id)) {
    if (id.kind === 'int') return id.value;
    if (id.kind === 'uuid') return `\0u${id.text}`;
    if (id.kind === 'keyword') return `\0k${id.name}`;
  }
  throw invalidId(id);
}

function integerMapKey(id: bigint): MapKey {
  const double = Number(id);
  return Number.isSafeInteger(double) ? double : id;
}
