/**
 * What may follow at an offset, from the parser itself.
 *
 *   SELECT a, b FR│                     the word being written is cut off, a token that fits nothing is put in its place,
 *   SELECT a, b ⌖      ── parse ──▶     and what the grammar asked for there is the answer
 */
import { isEngineError } from '../../base/errors.ts';
import { Expectations, KEYWORDS_OF, type Expected } from './expectations.ts';
import { tokenize, type Tokens } from './lexer.ts';
import { MISFIT, TokenCursor } from './token-cursor.ts';
import { RULES, parseAll } from './parser.ts';
import { T, isKeyword, tokenText } from './tokens.ts';

/** What a name at the offset would name; `expression` includes columns and functions. */
export type CompletionSubject = 'expression' | 'table' | 'column' | 'type' | 'alias' | 'setting' | 'other';

export interface Completions {
  /** Where the word at the offset begins: completions replace [from, offset). */
  readonly from: number;
  /** Keywords that may stand here and begin with that word, in upper case and in order. */
  readonly keywords: readonly string[];
  /** What else may stand here: the caller knows the names. */
  readonly subjects: readonly CompletionSubject[];
}

const SUBJECTS: ReadonlyMap<string, CompletionSubject> = new Map([
  ['an expression', 'expression'], ['a table', 'table'], ['a column', 'column'], ['a type name', 'type'], ['a type', 'type'], ['an alias', 'alias'], ['a setting', 'setting'],
]);

/** Completions at `offset`, a UTF-16 offset into `text`; none inside strings and comments, or where the text before is wrong. */
export function completionsAt(text: string, offset: number): Completions {
  const from = wordStart(text, offset);
  const expected = expectedAt(text.slice(0, from));
  const prefix = text.slice(from, offset).toUpperCase();
  const kinds = new Set<number>();
  const subjects = new Set<CompletionSubject>();
  for (const item of expected) {
    if (typeof item === 'number') { if (isKeyword(item)) kinds.add(item); continue; }
    const subject = SUBJECTS.get(item);
    for (const kind of KEYWORDS_OF.get(item) ?? []) kinds.add(kind);
    if (item !== 'an operator') subjects.add(subject ?? 'other');
  }
  const keywords = [...kinds].map(tokenText).filter((word) => word.startsWith(prefix)).sort();
  return { from, keywords, subjects: [...subjects].sort() };
}

function wordStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && /[\p{L}\p{N}_$]/u.test(text[start - 1]!)) start--;
  return start;
}

function expectedAt(before: string): ReadonlySet<Expected> {
  const tokens = tokensWithCursor(before);
  if (tokens === undefined) return new Set();
  const expectations = new Expectations();
  try {
    parseAll(new TokenCursor(before, tokens, RULES, expectations));
  } catch (error) {
    if (error !== MISFIT && !isEngineError(error)) throw error;
  }
  return expectations.at(tokens.count - 2);
}

/** The tokens before the cursor, then CURSOR, then END; undefined inside a string or a comment. */
function tokensWithCursor(before: string): Tokens | undefined {
  let probed: Tokens;
  try {
    // A letter at the cursor is a token of its own unless it is inside of something.
    probed = tokenize(`${before} x`);
  } catch (error) {
    if (isEngineError(error)) return undefined;
    throw error;
  }
  const last = probed.count - 2;
  if (last < 0 || probed.starts[last] !== before.length + 1) return undefined;
  const copy = { count: probed.count, kinds: probed.kinds.slice(0, probed.count), starts: probed.starts.slice(0, probed.count), ends: probed.ends.slice(0, probed.count) };
  copy.kinds[last] = T.CURSOR;
  copy.starts[last] = copy.ends[last] = copy.starts[last + 1] = copy.ends[last + 1] = before.length;
  return copy;
}
