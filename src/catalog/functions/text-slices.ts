/** Pieces of text by code point and of bytes by byte: what SUBSTRING, TRIM, OVERLAY and POSITION are made of. */
import { EngineError } from '../../base/errors.ts';

const SURROGATE = /[\ud800-\udbff][\udc00-\udfff]/;

/** Number of code points. */
export function codePointCount(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) { count -= 1; at += 1; }
  }
  return count;
}

/** Code points [from, to), 0-based. */
export function sliceCodePoints(text: string, from: number, to?: number): string {
  if (!SURROGATE.test(text)) return text.slice(from, to);
  return [...text].slice(from, to).join('');
}

/** Where `needle` first stands, from 1; 0 if nowhere. */
export function codePointPosition(text: string, needle: string): number {
  const at = text.indexOf(needle);
  return at < 0 ? 0 : codePointCount(text.slice(0, at)) + 1;
}

/** FROM start FOR count as [from, to), 0-based. Throws 22011 for a negative count. */
export function substringRange(start: bigint, count: bigint | undefined): [from: number, to: number | undefined] {
  const from = start < 1n ? 0 : Number(start - 1n);
  if (count === undefined) return [from, undefined];
  if (count < 0n) throw new EngineError('substring-error', 'Negative substring length');
  const end = start - 1n + count;
  return [from, end < 0n ? 0 : Math.max(from, Number(end))];
}

/** Without the one character at the ends asked for. Throws 22011 if `char` is not exactly one. */
export function trimText(text: string, char: string, leading: boolean, trailing: boolean): string {
  if (codePointCount(char) !== 1) throw new EngineError('substring-error', `TRIM takes exactly one character, found '${char}'`, { hint: 'Use REGEXP_REPLACE to remove several.' });
  let from = 0;
  let to = text.length;
  if (leading) while (from < to && text.startsWith(char, from)) from += char.length;
  if (trailing) while (to > from && text.startsWith(char, to - char.length) && to - char.length >= from) to -= char.length;
  return text.slice(from, to);
}

/** The same for bytes. */
export function trimBytes(bytes: Uint8Array, byte: Uint8Array, leading: boolean, trailing: boolean): Uint8Array {
  if (byte.length !== 1) throw new EngineError('substring-error', `TRIM takes exactly one byte, found ${byte.length}`);
  let from = 0;
  let to = bytes.length;
  if (leading) while (from < to && bytes[from] === byte[0]) from += 1;
  if (trailing) while (to > from && bytes[to - 1] === byte[0]) to -= 1;
  return bytes.slice(from, to);
}

/** `subject` with `replacement` for `count` places from `start` on. Throws 22011 for a start below 1 or a negative count. */
export function overlay(subject: string | Uint8Array, replacement: string | Uint8Array, start: bigint, count: bigint | undefined): string | Uint8Array {
  if (start < 1n) throw new EngineError('substring-error', 'Negative substring length', { detail: `OVERLAY starts at ${start}.` });
  if (count !== undefined && count < 0n) throw new EngineError('substring-error', 'Negative substring length');
  const before = Number(start - 1n);
  if (typeof subject === 'string') {
    const after = before + Number(count ?? BigInt(codePointCount(replacement as string)));
    return `${sliceCodePoints(subject, 0, before)}${replacement as string}${sliceCodePoints(subject, after)}`;
  }
  const after = before + Number(count ?? BigInt(replacement.length));
  return joinBytes([subject.subarray(0, before), replacement as Uint8Array, subject.subarray(after)]);
}

/** The parts one after the other in memory of their own. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) { joined.set(part, at); at += part.length; }
  return joined;
}
