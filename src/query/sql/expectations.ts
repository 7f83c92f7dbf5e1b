/**
 * What the grammar would have taken at the furthest token it reached: for error texts and for completion.
 *
 *   SELECT a FORM t        at `t`     asked for  ","  FROM  WHERE  …
 *            ▲▲▲▲ taken as an alias;  asked before that token  AS  ","  FROM  …   → hint: did you mean FROM?
 */
import { EngineError } from '../../base/errors.ts';
import { K, T, isKeyword, tokenText } from './tokens.ts';

/** Token kinds, and what has no kind of its own (`an expression`). */
export type Expected = number | string;

const SHOWN_MAX = 8;

/** Keywords behind what is noted by a description. */
export const KEYWORDS_OF: ReadonlyMap<string, readonly number[]> = new Map([
  ['an expression', [K.ARRAY, K.CASE, K.CAST, K.EXISTS, K.FALSE, K.INTERVAL, K.NEST_MANY, K.NEST_ONE, K.NOT, K.NULL, K.PERIOD, K.ROW, K.TIMESTAMP, K.TRUE]],
  ['an operator', [
    K.AND, K.AT, K.BETWEEN, K.COLLATE, K.CONTAINS, K.EQUALS, K.ILIKE, K.IMMEDIATELY, K.IN, K.IS, K.LAGS, K.LEADS, K.LIKE, K.LIKE_REGEX, K.NOT, K.OR, K.OVERLAPS,
    K.PRECEDES, K.STRICTLY, K.SUCCEEDS,
  ]],
]);

/** Words of other dialects, where they stand for something that is spelled otherwise here. */
const FOREIGN_WORDS: ReadonlyMap<string, string> = new Map([
  ['similar', 'Use LIKE for % and _, LIKE_REGEX or ~ for regular expressions.'],
  ['rlike', 'Use LIKE_REGEX or ~ for regular expressions.'], ['regexp', 'Use LIKE_REGEX or ~ for regular expressions.'], ['glob', 'Use LIKE for % and _, LIKE_REGEX or ~ for regular expressions.'],
  ['isnull', 'Write IS NULL.'], ['notnull', 'Write IS NOT NULL.'],
  ['top', 'Write LIMIT n at the end.'],
  ['minus', 'Write EXCEPT.'],
  ['qualify', 'Filter on window functions in an outer query.'],
  ['tablesample', 'Tables are not sampled.'],
  ['div', 'The division of integers, /, already gives an integer.'],
  ['xor', 'Write <> between booleans, # between integers.'],
]);
/** The same for operators, by their text. */
const FOREIGN_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['==', 'Equality is written with one =.'], ['&&', 'Write AND, or OVERLAPS between periods.'], ['=>', 'Arguments have no names.'], ['||=', 'Write a = a || b.'],
]);

export class Expectations {
  #index = -1;
  #here = new Set<Expected>();
  /** What was asked for at the token before, when that is where the parser came from. */
  #before: ReadonlySet<Expected> = new Set();
  #hint: string | undefined;

  note(index: number, expected: Expected): void {
    if (this.#reach(index)) this.#here.add(expected);
  }

  hint(index: number, text: string): void {
    if (this.#reach(index)) this.#hint = text;
  }

  #reach(index: number): boolean {
    if (index < this.#index) return false;
    if (index > this.#index) {
      this.#before = index === this.#index + 1 ? this.#here : new Set();
      this.#here = new Set();
      this.#hint = undefined;
      this.#index = index;
    }
    return true;
  }

  /** What may stand at token `index`; empty if the parser asked for nothing there. */
  at(index: number): ReadonlySet<Expected> { return index === this.#index ? this.#here : new Set(); }

  error(text: string, kinds: Uint16Array, starts: Uint32Array, ends: Uint32Array, failedAt: number): EngineError {
    const index = Math.max(failedAt, this.#index);
    const position = starts[index]!;
    const found = kinds[index] === T.END ? 'end of text' : `"${excerpt(text.slice(position, ends[index]))}"`;
    const wanted = index === this.#index ? describe(this.#here) : '';
    const where = kinds[index] === T.END ? 'syntax error at end of text' : `syntax error at ${found}`;
    const hint = (index === this.#index ? this.#hint : undefined) ?? foreign(text, starts, ends, index) ?? this.#nearWord(text, kinds, starts, ends, index);
    return new EngineError('syntax-error', wanted === '' ? where : `${where}: expected ${wanted}`, { position, hint });
  }

  /** A keyword that was wanted and is nearly what stands here or, taken for a name, just before. */
  #nearWord(text: string, kinds: Uint16Array, starts: Uint32Array, ends: Uint32Array, index: number): string | undefined {
    for (const [at, wanted] of [[index, this.#here], [index - 1, new Set([...this.#before, ...this.#here])]] as const) {
      if (at < 0 || kinds[at] !== T.NAME) continue;
      const word = text.slice(starts[at], ends[at]).toUpperCase();
      const near = nearest(word, [...wanted].flatMap((item) => (typeof item === 'string' ? (KEYWORDS_OF.get(item) ?? []) : [item])).filter(isKeyword).map(tokenText));
      if (near !== undefined) return `Did you mean ${near} instead of ${excerpt(word)}?`;
    }
    return undefined;
  }
}

/** A hint for the token here, for it together with the one before, or for the one before, which was taken for a name. */
function foreign(text: string, starts: Uint32Array, ends: Uint32Array, index: number): string | undefined {
  const before = index === 0 ? 0 : index - 1;
  const word = (at: number): string => text.slice(starts[at], ends[at]).toLowerCase();
  return FOREIGN_WORDS.get(word(index)) ?? FOREIGN_OPERATORS.get(text.slice(starts[before], ends[index])) ?? FOREIGN_WORDS.get(word(before));
}

/** `A, B or C`: what has no kind first, then punctuation, then keywords; long lists are cut. */
function describe(expected: ReadonlySet<Expected>): string {
  const texts = [...new Set([...expected].map((item) => (typeof item === 'string' ? item : isKeyword(item) ? tokenText(item) : quoteIfSymbol(tokenText(item)))))];
  texts.sort((a, b) => rank(a) - rank(b));
  const shown = texts.slice(0, SHOWN_MAX);
  if (texts.length > SHOWN_MAX) return `${shown.join(', ')}, …`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}
const quoteIfSymbol = (text: string): string => (/^[a-z]/.test(text) ? text : `"${text}"`);
const rank = (text: string): number => (text === 'end of text' ? 3 : /^[a-z]/.test(text) ? 0 : text.startsWith('"') ? 1 : 2);

const excerpt = (found: string): string => {
  const line = found.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
};

/** The word of `candidates` within an edit distance of 1 (up to four letters) or 2 (more), nearest first. */
function nearest(word: string, candidates: readonly string[]): string | undefined {
  const distanceMax = word.length <= 4 ? 1 : 2;
  let best: string | undefined, bestDistance = distanceMax + 1;
  for (const candidate of candidates) {
    if (candidate.length < 3 || Math.abs(candidate.length - word.length) > distanceMax) continue;
    const distance = editDistance(word, candidate, bestDistance);
    if (distance < bestDistance && distance > 0) { best = candidate; bestDistance = distance; }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours; at least `limit` if there are more than that. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
    }
    if (Math.min(...current) >= limit) return limit;
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
