/** Functions of text and bytes. Positions and lengths of text count code points, those of bytes count bytes; both start at 1. */
import { EngineError } from '../../base/errors.ts';
import { BYTES, INT32, notNull, TEXT } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { ListValue, StructValue, Value } from '../../data/types/value.ts';
import { formatValue } from '../../data/types/format.ts';
import { asBigInt } from '../../data/types/numeric.ts';
import type { ArgumentType, FunctionDefinition, Overload } from '../function.ts';
import { overloadOf, returning, scalar } from './definition.ts';
import type { Resolver } from './definition.ts';
import { codePointCount, codePointPosition, joinBytes, overlay, sliceCodePoints, substringRange, trimBytes, trimText } from './text-slices.ts';
import { timeOverload } from './time/periods.ts';

const int32 = (value: number): Value => ({ kind: 'int', bits: 32, value });
const utf8Length = (text: string): number => Buffer.byteLength(text, 'utf8');
const kinds = (args: readonly ArgumentType[]): string => args.map((arg) => arg.type?.kind ?? 'null').join(' ');

/** Both text or both bytes; anything beside NULL is refused. */
export function concatOperator(operator: string, args: readonly ArgumentType[]): Overload | undefined {
  if (operator !== '||') return undefined;
  switch (kinds(args)) {
    case 'text text': return returning(TEXT, (_, a, b) => `${a as string}${b as string}`);
    // Catalog queries of clients make names of them.
    case 'text oid': case 'oid text': return returning(TEXT, (_, a, b) => `${formatValue(a as Exclude<Value, null>)}${formatValue(b as Exclude<Value, null>)}`);
    case 'bytes bytes': return returning(BYTES, (_, a, b) => joinBytes([a as Uint8Array, b as Uint8Array]));
    default: throw new EngineError('datatype-mismatch', 'All arguments to `concat` must be of the same type.', { hint: 'Use CONCAT to join values of any types as text.' });
  }
}

const joinAsText = (name: string, arity: readonly [number, number], doc: string): FunctionDefinition => scalar('text', {
  name, arity, nulls: 'handled', polymorphic: true, signature: `${name.toUpperCase()}(x, …) → text`, doc, example: `${name.toUpperCase()}('a', 1, TRUE)`,
  resolve: () => returning(TEXT, (_, ...values) => { let text = ''; for (const value of values) if (value !== null) text += formatValue(value); return text; }),
});

const onText = (result: Type, call: (text: string) => Value): Resolver => ([arg]) => (arg?.type?.kind === 'text' ? returning(result, (_, text) => call(text as string)) : undefined);

const resolveLength: Resolver = ([arg]) => {
  switch (arg?.type?.kind) {
    case 'text': return returning(INT32, (_, text) => int32(codePointCount(text as string)));
    case 'bytes': return returning(INT32, (_, bytes) => int32((bytes as Uint8Array).length));
    case 'list': return returning(INT32, (_, list) => int32((list as ListValue).length));
    case 'set': return returning(INT32, (_, set) => int32((set as { readonly items: ListValue }).items.length));
    case 'struct': return returning(INT32, (_, struct) => { let count = 0; for (const value of (struct as StructValue).values()) if (value !== null) count += 1; return int32(count); });
    default: return undefined;
  }
};

const resolveOctetLength: Resolver = ([arg]) => {
  if (arg?.type?.kind === 'text') return returning(INT32, (_, text) => int32(utf8Length(text as string)));
  return arg?.type?.kind === 'bytes' ? returning(INT32, (_, bytes) => int32((bytes as Uint8Array).length)) : undefined;
};

/** LOWER and UPPER are also the bounds of a period. */
const resolveCase = (name: 'lower' | 'upper'): Resolver => (args) => {
  if (args[0]?.type?.kind !== 'text') return timeOverload(name, args);
  return returning(TEXT, name === 'lower' ? (_, text) => (text as string).toLowerCase() : (_, text) => (text as string).toUpperCase());
};

const resolvePosition: Resolver = (args) => {
  if (kinds(args) === 'text text') return returning(INT32, (_, needle, text) => int32(codePointPosition(text as string, needle as string)));
  return kinds(args) === 'bytes bytes' ? returning(INT32, (_, needle, bytes) => int32(Buffer.from(bytes as Uint8Array).indexOf(needle as Uint8Array) + 1)) : undefined;
};

const resolvePositionOctets: Resolver = (args) => (kinds(args) === 'text text'
  ? returning(INT32, (_, needle, text) => int32(Buffer.from(text as string).indexOf(needle as string) + 1))
  : resolvePosition(args));

const SUBSTRING_KINDS = new Set(['text int', 'text int int', 'bytes int', 'bytes int int']);

const resolveSubstring: Resolver = (args) => {
  if (!SUBSTRING_KINDS.has(kinds(args))) return undefined;
  const mayRaise = args.length === 3;
  const range = (start: Value | undefined, count: Value | undefined) =>
    substringRange(asBigInt(start as Value), count === undefined ? undefined : asBigInt(count));
  if (args[0]?.type?.kind === 'text') return returning(TEXT, (_, text, start, count) => sliceCodePoints(text as string, ...range(start, count)), { mayRaise });
  return returning(BYTES, (_, bytes, start, count) => (bytes as Uint8Array).slice(...range(start, count)), { mayRaise });
};

const resolveTrim = (leading: boolean, trailing: boolean): Resolver => (args) => {
  switch (kinds(args)) {
    case 'text': return returning(TEXT, (_, text) => trimText(text as string, ' ', leading, trailing));
    case 'text text': return returning(TEXT, (_, text, char) => trimText(text as string, char as string, leading, trailing), { mayRaise: true });
    case 'bytes bytes': return returning(BYTES, (_, bytes, byte) => trimBytes(bytes as Uint8Array, byte as Uint8Array, leading, trailing), { mayRaise: true });
    default: return undefined;
  }
};

const trim = (name: string, words: string, leading: boolean, trailing: boolean): FunctionDefinition => scalar('text', {
  name, arity: [1, 2], resolve: resolveTrim(leading, trailing), signature: `TRIM(${words}[c FROM] s)`,
  doc: `s without the character c (a space unless given) at ${leading && trailing ? 'either end' : leading ? 'its beginning' : 'its end'}.`, example: `TRIM(${words}'a' FROM 'abca')`,
});

const OVERLAY_KINDS = new Set(['text text int', 'text text int int', 'bytes bytes int', 'bytes bytes int int']);

const resolveOverlay: Resolver = (args) => {
  if (!OVERLAY_KINDS.has(kinds(args))) return undefined;
  return overloadOf(notNull(args[0]?.type as Type), (_, subject, replacement, start, count) =>
    overlay(subject as string | Uint8Array, replacement as string | Uint8Array, asBigInt(start as Value), count === undefined ? undefined : asBigInt(count)), { mayRaise: true });
};

const resolveReplace: Resolver = (args) => (kinds(args) === 'text text text'
  ? returning(TEXT, (_, text, from, to) => ((from as string) === '' ? text as string : (text as string).replaceAll(from as string, () => to as string)))
  : undefined);

export const TEXT_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('text', { name: '||', arity: 2, resolve: (args) => concatOperator('||', args), signature: 'a || b', doc: 'Two texts or two byte strings joined.', example: "'a' || 'b'" }),
  joinAsText('concat', [1, Infinity], 'The texts of the values, joined; NULL counts as empty.'),
  joinAsText('str', [0, Infinity], 'The texts of the values, joined; NULL counts as empty.'),
  scalar('text', { name: 'character_length', aliases: ['char_length'], arity: 1, resolve: onText(INT32, (text) => int32(codePointCount(text))), signature: 'CHARACTER_LENGTH(s) → int', doc: 'Number of code points.', example: "CHARACTER_LENGTH('abc')" }),
  scalar('text', { name: 'octet_length', arity: 1, resolve: resolveOctetLength, signature: 'OCTET_LENGTH(s) → int', doc: 'Number of bytes, of text in UTF-8.', example: "OCTET_LENGTH('é')" }),
  scalar('text', { name: 'length', arity: 1, resolve: resolveLength, signature: 'LENGTH(x) → int', doc: 'Number of characters, bytes, items, or fields that are not NULL.', example: "LENGTH('abc')" }),
  scalar('text', { name: 'lower', arity: 1, resolve: resolveCase('lower'), signature: 'LOWER(s) → text | LOWER(period) → timestamptz', doc: 'Text in lower case; or where a period begins.', example: "LOWER('Abc')" }),
  scalar('text', { name: 'upper', arity: 1, resolve: resolveCase('upper'), signature: 'UPPER(s) → text | UPPER(period) → timestamptz', doc: 'Text in upper case; or where a period ends, NULL if it does not.', example: "UPPER('Abc')" }),
  scalar('text', { name: 'reverse', arity: 1, resolve: onText(TEXT, (text) => [...text].reverse().join('')), signature: 'REVERSE(s) → text', doc: 'The characters in reverse order.', example: "REVERSE('abc')" }),
  scalar('text', { name: 'position', arity: 2, resolve: resolvePosition, signature: 'POSITION(a IN b) → int', doc: 'Where a first stands in b, from 1; 0 if nowhere.', example: "POSITION('b' IN 'abc')" }),
  scalar('text', { name: 'position_octets', arity: 2, resolve: resolvePositionOctets, signature: 'POSITION(a IN b USING OCTETS) → int', doc: 'Where a first stands in b, counted in bytes.', example: "POSITION('b' IN 'éb' USING OCTETS)" }),
  scalar('text', { name: 'substring', aliases: ['substr'], arity: [2, 3], resolve: resolveSubstring, signature: 'SUBSTRING(s FROM i [FOR n])', doc: 'The n characters from the i-th on (all unless given); positions before the first count but hold nothing.', example: "SUBSTRING('hello' FROM 2 FOR 3)" }),
  trim('trim', '', true, true),
  trim('trim_leading', 'LEADING ', true, false),
  trim('trim_trailing', 'TRAILING ', false, true),
  scalar('text', { name: 'overlay', arity: [3, 4], resolve: resolveOverlay, signature: 'OVERLAY(s PLACING r FROM i [FOR n])', doc: 's with r in place of n characters from the i-th on; n is the length of r unless given.', example: "OVERLAY('abcdef' PLACING 'xy' FROM 2 FOR 3)" }),
  scalar('text', { name: 'replace', arity: 3, resolve: resolveReplace, signature: 'REPLACE(s, from, to) → text', doc: 's with every from replaced by to.', example: "REPLACE('abcabc', 'b', 'x')" }),
];
