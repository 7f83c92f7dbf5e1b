/**
 * LIKE and ILIKE. `%` is any run of characters and `_` any one, neither crosses a line end; there is no escape character
 * unless ESCAPE names one.
 *
 *     'ab%cd%'   without `_`: the pieces between the %, looked for one after the other      (text without line ends)
 *     anything else: an anchored regular expression
 */
import { EngineError } from '../../base/errors.ts';
import { BOOL } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition, Overload } from '../function.ts';
import { returning, scalar } from './definition.ts';

type Matcher = (text: string) => boolean;

const latin1 = new TextDecoder('latin1');
const LINE_END = /[\n\r\u2028\u2029]/;

/** A pattern taken apart: literal characters, and wildcards. */
type Token = '%' | '_' | { readonly literal: string };

function tokensOf(pattern: string, escape: string | undefined): readonly Token[] {
  const tokens: Token[] = [];
  let isEscaped = false;
  for (const char of pattern) {
    if (!isEscaped && escape !== undefined && char === escape) { isEscaped = true; continue; }
    tokens.push(!isEscaped && (char === '%' || char === '_') ? char : { literal: char });
    isEscaped = false;
  }
  if (isEscaped) throw new EngineError('invalid-escape', `LIKE pattern '${pattern}' ends with its escape character`);
  return tokens;
}

function regexOf(tokens: readonly Token[], flags: string): RegExp {
  const source = tokens.map((token) => (token === '%' ? '.*' : token === '_' ? '.' : token.literal.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&'))).join('');
  return new RegExp(`^${source}$`, flags);
}

/** The literal pieces around the `%`; undefined if there is a `_`. */
function piecesOf(tokens: readonly Token[]): readonly string[] | undefined {
  const pieces = [''];
  for (const token of tokens) {
    if (token === '_') return undefined;
    if (token === '%') pieces.push(''); else pieces[pieces.length - 1] += token.literal;
  }
  return pieces;
}

function matchesPieces(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0] as string;
  if (pieces.length === 1) return text === first;
  const last = pieces[pieces.length - 1] as string;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (let piece = 1; piece < pieces.length - 1; piece++) {
    const found = text.indexOf(pieces[piece] as string, at);
    if (found < 0) return false;
    at = found + (pieces[piece] as string).length;
  }
  return at <= text.length - last.length;
}

function compileLike(pattern: string, escape: string | undefined, flags: string): Matcher {
  if (escape !== undefined && [...escape].length > 1) throw new EngineError('invalid-escape', `ESCAPE takes one character or none, found '${escape}'`);
  const tokens = tokensOf(pattern, escape);
  const regex = regexOf(tokens, flags);
  const pieces = flags === 'u' ? piecesOf(tokens) : undefined;
  if (pieces === undefined) return (text) => regex.test(text);
  return (text) => (matchesPieces(text, pieces) ? !LINE_END.test(text) || regex.test(text) : false);
}

/** Keeps the last pattern compiled, since a pattern is nearly always the same for every row. */
function likeMatcher(flags: string): (text: string, pattern: string, escape: string | undefined) => boolean {
  let lastPattern: string | undefined;
  let lastEscape: string | undefined;
  let matches: Matcher | undefined;
  return (text, pattern, escape) => {
    if (matches === undefined || pattern !== lastPattern || escape !== lastEscape) {
      matches = compileLike(pattern, escape, flags);
      lastPattern = pattern;
      lastEscape = escape;
    }
    return matches(text);
  };
}

const resolveLike = (flags: string) => (args: readonly ArgumentType[]): Overload | undefined => {
  const [subject, pattern, escape] = args.map((arg) => arg.type?.kind);
  if (args.length === 3 && escape !== 'text') return undefined;
  if (subject !== pattern || (subject !== 'text' && subject !== 'bytes')) return undefined;
  const matches = likeMatcher(flags);
  const mayRaise = args.length === 3;
  if (subject === 'bytes') {
    return returning(BOOL, (_, value, other, char) => matches(latin1.decode(value as Uint8Array), latin1.decode(other as Uint8Array), char as string | undefined), { mayRaise });
  }
  return returning(BOOL, (_, value: Value | undefined, other, char) => matches(value as string, other as string, char as string | undefined),
    { mayRaise, kernel: args.length === 2 && flags === 'u' ? 'like_text' : undefined });
};

export const PATTERN_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('text', {
    name: 'like', arity: [2, 3], resolve: resolveLike('u'), signature: 'text LIKE pattern [ESCAPE char] → boolean',
    doc: 'Whether the whole text fits the pattern: % is any run of characters, _ any one; neither crosses a line end.', example: "'abc' LIKE 'a%'",
  }),
  scalar('text', {
    name: 'ilike', arity: [2, 3], resolve: resolveLike('iu'), signature: 'text ILIKE pattern [ESCAPE char] → boolean',
    doc: 'LIKE without regard to case.', example: "'ABC' ILIKE 'a%'",
  }),
];
