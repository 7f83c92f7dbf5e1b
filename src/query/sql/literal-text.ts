/**
 * The values of literal tokens: strings of the three kinds, bytes, numbers.
 *
 *   'it''s'   E'a\tb\u00e9'   $$as is$$   $tag$ … $tag$      X'41af'      42   1.5e3
 */
import { EngineError } from '../../base/errors.ts';
import type { Value } from '../../data/types/value.ts';
import { T } from './tokens.ts';

const INT64_MAX = 9_223_372_036_854_775_807n;

/** The text that the string token [start, end) stands for. Throws `invalid-escape` for escapes that mean nothing. */
export function decodeString(text: string, kind: number, start: number, end: number): string {
  if (kind === T.STRING) {
    const inner = text.slice(start + 1, end - 1);
    return inner.includes("'") ? inner.replaceAll("''", "'") : inner;
  }
  if (kind === T.ESCAPE_STRING) return decodeEscapes(text, start + 2, end - 1);
  const tagLength = text.indexOf('$', start + 1) + 1 - start;
  return text.slice(start + tagLength, end - tagLength);
}

const SINGLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['b', '\b'], ['f', '\f'], ['n', '\n'], ['r', '\r'], ['t', '\t'], ['\\', '\\'], ["'", "'"], ['"', '"'],
]);
/** `\x41`, `\u00e9`, `\U0001f600`, `\101`. */
const NUMBER_ESCAPE = /x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}/y;

function decodeEscapes(text: string, start: number, end: number): string {
  let decoded = '';
  for (let offset = start; offset < end;) {
    const char = text[offset]!;
    if (char === "'") { decoded += "'"; offset += 2; continue; }
    if (char !== '\\') { decoded += char; offset++; continue; }
    const single = SINGLE_ESCAPES.get(text[offset + 1]!);
    if (single !== undefined) { decoded += single; offset += 2; continue; }
    NUMBER_ESCAPE.lastIndex = offset + 1;
    const match = NUMBER_ESCAPE.exec(text)?.[0];
    if (match === undefined) throw invalidEscape(text.slice(offset, offset + 2), offset);
    decoded += characterOf(match, offset);
    offset += 1 + match.length;
  }
  return decoded;
}

function characterOf(escape: string, position: number): string {
  const octal = /^[0-7]/.test(escape);
  const point = octal ? Number.parseInt(escape, 8) : Number.parseInt(escape.slice(1), 16);
  if (point > 0x10ffff || point === 0) throw invalidEscape(`\\${escape}`, position);
  return String.fromCodePoint(point);
}

const invalidEscape = (found: string, position: number): EngineError =>
  new EngineError('invalid-escape', `expected an escape such as \\n, \\\\, \\x41 or \\u00e9, found ${found}`, { position });

/** Bytes of hexadecimal text. `position` is where the text stands. */
export function decodeHex(hex: string, position: number): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) {
    throw new EngineError('invalid-text-representation', `expected pairs of hexadecimal digits, found '${hex.slice(0, 40)}'`, { position });
  }
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16));
}

/** An integer literal with its sign: int64, or refused. */
export function integerValue(digits: string, negative: boolean, position: number): Value {
  const significant = digits.length < 19 ? digits : digits.replace(/^0+(?=.)/, '');
  const magnitude = significant.length < 16 ? BigInt(Number(significant)) : significant.length < 20 ? BigInt(significant) : INT64_MAX + 2n;
  if (magnitude > (negative ? INT64_MAX + 1n : INT64_MAX)) {
    throw new EngineError('numeric-out-of-range', `Cannot parse integer: ${negative ? '-' : ''}${digits.length > 40 ? `${digits.slice(0, 40)}…` : digits} (it does not fit BIGINT)`, { position, hint: 'Larger numbers are written CAST(\'…\' AS DECIMAL).' });
  }
  return negative ? -magnitude : magnitude;
}

/** A literal with a point or an exponent: float64. */
export function floatValue(text: string, negative: boolean, position: number): Value {
  const magnitude = Number(text);
  if (!Number.isFinite(magnitude)) throw new EngineError('numeric-out-of-range', `number ${text.slice(0, 40)} does not fit DOUBLE PRECISION`, { position });
  return negative ? -magnitude : magnitude;
}
