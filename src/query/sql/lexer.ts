/**
 * Text → tokens, in one pass, as parallel arrays.
 *
 *   select a.b, 'x' from t        kind    SELECT NAME DOT NAME COMMA STRING FROM NAME END
 *   │      │││  │   │    │        start   0      7    8   9    10    12     16   21   22
 *   0      7 8  12  16   21       end     6      8    9   10   11    15     20   22   22
 *
 * White space and comments leave no tokens. The values of literals are not decoded here: the parser does it where it needs them.
 *
 * DIFFERS: from XTDB, as PostgreSQL has it: '…' may hold line ends; a doubled quote in a quoted name stands for one; names may hold letters
 * beyond ASCII; `.5` is a number; `1a` is refused.
 */
import { EngineError } from '../../base/errors.ts';
import { T, keywordKind } from './tokens.ts';

export interface Tokens {
  readonly count: number;
  readonly kinds: Uint16Array;
  /** UTF-16 offsets, half-open. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

const enumerate = (chars: string): readonly number[] => [...chars].map((char) => char.charCodeAt(0));
/** `LETTER`: of ASCII, or `_`. `WIDE`: beyond ASCII and no white space, which is for names. */
const SPACE = 1, LETTER = 2, DIGIT = 4, DOLLAR_SIGN = 8, WIDE = 16;
const NAME_START = LETTER | WIDE, NAME_PART = NAME_START | DIGIT | DOLLAR_SIGN;
/** Classes of the UTF-16 units. */
const CLASSES = (() => {
  const classes = new Uint8Array(65_536).fill(WIDE, 128);
  const mark = (chars: string, bits: number): void => { for (const unit of enumerate(chars)) classes[unit] = bits; };
  mark(' \t\n\r\f\v\u00a0\ufeff\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000', SPACE);
  mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', LETTER);
  mark('0123456789', DIGIT);
  mark('$', DOLLAR_SIGN);
  return classes;
})();

const QUOTE = 39, DOUBLE_QUOTE = 34, BACKTICK = 96, BACKSLASH = 92, DOLLAR = 36, STAR = 42, SLASH = 47, MINUS = 45, DOT = 46, PLUS = 43, LOWER_E = 101, LOWER_X = 120;

/** Beyond the end of a text units are NaN, and of no class. */
const is = (unit: number, classes: number): boolean => (CLASSES[unit]! & classes) !== 0;

/** Longest first, by their first character. */
const OPERATORS: readonly (readonly (readonly [string, number])[])[] = (() => {
  const all: readonly (readonly [string, number])[] = [
    ['#>>', T.PATH_ARROW_TEXT], ['->>', T.ARROW_TEXT], ['!~*', T.NOT_TILDE_STAR],
    ['::', T.CAST_COLONS], ['||', T.CONCAT], ['<=', T.LESS_EQUAL], ['>=', T.GREATER_EQUAL], ['<>', T.NOT_EQUAL], ['!=', T.NOT_EQUAL], ['<<', T.SHIFT_LEFT], ['>>', T.SHIFT_RIGHT],
    ['->', T.ARROW], ['#>', T.PATH_ARROW], ['~*', T.TILDE_STAR], ['!~', T.NOT_TILDE],
    [',', T.COMMA], ['.', T.DOT], [';', T.SEMICOLON], [':', T.COLON], ['(', T.LEFT_PAREN], [')', T.RIGHT_PAREN], ['[', T.LEFT_BRACKET], [']', T.RIGHT_BRACKET],
    ['{', T.LEFT_BRACE], ['}', T.RIGHT_BRACE], ['?', T.QUESTION], ['+', T.PLUS], ['-', T.MINUS], ['*', T.STAR], ['/', T.SLASH], ['%', T.PERCENT], ['=', T.EQUAL],
    ['<', T.LESS], ['>', T.GREATER], ['~', T.TILDE], ['&', T.AMPERSAND], ['|', T.PIPE], ['#', T.HASH],
  ];
  return Array.from({ length: 128 }, (_, unit) => all.filter(([symbol]) => symbol.charCodeAt(0) === unit));
})();

/** Kinds of the symbols of one character that begin no longer one. */
const LONE_SYMBOLS = Uint8Array.from(OPERATORS, (candidates) => (candidates.length === 1 && candidates[0]![0].length === 1 ? candidates[0]![1] : 0));

/**
 * Tokens of short texts: nothing reads them once the next text is tokenized, and allocating three arrays costs as much as
 * tokenizing a short statement.
 */
const SCRATCH_TOKENS = 4096;
const SCRATCH = { kinds: new Uint16Array(SCRATCH_TOKENS), starts: new Uint32Array(SCRATCH_TOKENS), ends: new Uint32Array(SCRATCH_TOKENS) };

/** Valid until the next call. Throws EngineError `syntax-error` for text that is no sequence of tokens. */
export function tokenize(text: string): Tokens {
  return new Lexer(text).run();
}

class Lexer {
  readonly #text: string;
  #kinds: Uint16Array;
  #starts: Uint32Array;
  #ends: Uint32Array;
  #count = 0;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
    const isShort = text.length < SCRATCH_TOKENS;
    const capacity = (text.length >> 1) + 8;
    this.#kinds = isShort ? SCRATCH.kinds : new Uint16Array(capacity);
    this.#starts = isShort ? SCRATCH.starts : new Uint32Array(capacity);
    this.#ends = isShort ? SCRATCH.ends : new Uint32Array(capacity);
  }

  run(): Tokens {
    const text = this.#text;
    for (;;) {
      this.#skipBlanks();
      const start = this.#offset;
      if (start >= text.length) break;
      const kind = this.#token(text.charCodeAt(start), start);
      this.#push(kind, start, this.#offset);
    }
    this.#push(T.END, text.length, text.length);
    return { count: this.#count, kinds: this.#kinds, starts: this.#starts, ends: this.#ends };
  }

  #push(kind: number, start: number, end: number): void {
    const at = this.#count++;
    if (at === this.#kinds.length) this.#grow();
    this.#kinds[at] = kind;
    this.#starts[at] = start;
    this.#ends[at] = end;
  }

  #grow(): void {
    const capacity = this.#kinds.length * 2;
    const grown = <A extends Uint16Array | Uint32Array>(from: A, to: A): A => { to.set(from); return to; };
    this.#kinds = grown(this.#kinds, new Uint16Array(capacity));
    this.#starts = grown(this.#starts, new Uint32Array(capacity));
    this.#ends = grown(this.#ends, new Uint32Array(capacity));
  }

  #skipBlanks(): void {
    const text = this.#text;
    for (;;) {
      const unit = text.charCodeAt(this.#offset);
      if (is(unit, SPACE)) this.#offset++;
      else if (unit === MINUS && text.charCodeAt(this.#offset + 1) === MINUS) this.#skipLine();
      else if (unit === SLASH && text.charCodeAt(this.#offset + 1) === STAR) this.#skipBlockComment();
      else return;
    }
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#offset);
    this.#offset = end < 0 ? this.#text.length : end + 1;
  }

  /** Block comments nest. */
  #skipBlockComment(): void {
    const text = this.#text, start = this.#offset;
    let open = 0;
    do {
      if (this.#offset >= text.length) throw lexicalError('this comment is not closed', start, 'Comments nest: each /* needs a */ of its own.');
      if (text.startsWith('/*', this.#offset)) { open++; this.#offset += 2; }
      else if (text.startsWith('*/', this.#offset)) { open--; this.#offset += 2; }
      else this.#offset++;
    } while (open > 0);
  }

  /** Reads the token at `start`, moves behind it and tells its kind. */
  #token(unit: number, start: number): number {
    const bits = CLASSES[unit]!;
    if ((bits & LETTER) !== 0) {
      if ((unit | 32) === LOWER_E && this.#text.charCodeAt(start + 1) === QUOTE) return this.#escapeString(start);
      if ((unit | 32) === LOWER_X && this.#text.charCodeAt(start + 1) === QUOTE) { this.#offset++; this.#quoted(QUOTE, 'string'); return T.HEX_STRING; }
      return this.#word(start);
    }
    if ((bits & DIGIT) !== 0) return this.#number(start);
    switch (unit) {
      case QUOTE: this.#quoted(QUOTE, 'string'); return T.STRING;
      case DOUBLE_QUOTE: case BACKTICK: this.#quoted(unit, 'quoted name'); return T.QUOTED_NAME;
      case DOLLAR: return this.#dollar(start);
      case DOT: if (is(this.#text.charCodeAt(start + 1), DIGIT) && !this.#afterOperand()) return this.#number(start); break;
      default: if (bits === WIDE) return this.#word(start);
    }
    return this.#operator(unit, start);
  }

  /** Whether a dot here would follow something that has fields. */
  #afterOperand(): boolean {
    const last = this.#count - 1;
    if (last < 0 || this.#ends[last] !== this.#offset) return false;
    const kind = this.#kinds[last]!;
    return kind === T.NAME || kind === T.QUOTED_NAME || kind === T.RIGHT_PAREN || kind === T.RIGHT_BRACKET || kind === T.RIGHT_BRACE;
  }

  #word(start: number): number {
    const text = this.#text;
    let offset = start, plain = true;
    for (;; offset++) {
      const bits = CLASSES[text.charCodeAt(offset)]!;
      if ((bits & LETTER) !== 0) continue;
      if ((bits & NAME_PART) === 0) break;
      plain = false;
    }
    this.#offset = offset;
    return plain ? keywordKind(text, start, offset) : T.NAME;
  }

  #digits(): void {
    while (is(this.#text.charCodeAt(this.#offset), DIGIT)) this.#offset++;
  }

  #number(start: number): number {
    const text = this.#text;
    let kind: number = T.INTEGER;
    this.#digits();
    if (text.charCodeAt(this.#offset) === DOT && is(text.charCodeAt(this.#offset + 1), DIGIT)) {
      kind = T.FLOAT;
      this.#offset++;
      this.#digits();
    }
    if ((text.charCodeAt(this.#offset) | 32) === LOWER_E) {
      const sign = text.charCodeAt(this.#offset + 1);
      const digitsAt = this.#offset + (sign === PLUS || sign === MINUS ? 2 : 1);
      if (is(text.charCodeAt(digitsAt), DIGIT)) {
        kind = T.FLOAT;
        this.#offset = digitsAt;
        this.#digits();
      }
    }
    if (is(text.charCodeAt(this.#offset), NAME_START)) this.#refuseJunk(start);
    return kind;
  }

  /** `1abc` is refused: read as `1 AS abc` it hides slips. */
  #refuseJunk(start: number): void {
    let end = this.#offset;
    while (is(this.#text.charCodeAt(end), NAME_PART)) end++;
    const found = this.#text.slice(start, end);
    throw lexicalError(`"${excerpt(found)}" is neither a number nor a name`, start, 'Names that begin with a digit must stand in double quotes.');
  }

  /** From the quote at the offset to behind the closing one; doubled quotes stand for one. */
  #quoted(quote: number, what: string): void {
    const text = this.#text, start = this.#offset;
    const mark = String.fromCharCode(quote);
    let offset = start + 1;
    for (;;) {
      const end = text.indexOf(mark, offset);
      if (end < 0) throw lexicalError(`this ${what} is not closed`, start, `A ${mark} is missing, or one inside it must be doubled.`);
      if (text.charCodeAt(end + 1) !== quote) { this.#offset = end + 1; break; }
      offset = end + 2;
    }
    if (what === 'quoted name' && this.#offset - start === 2) throw lexicalError('a quoted name must not be empty', start);
  }

  #escapeString(start: number): number {
    const text = this.#text;
    for (let offset = start + 2; offset < text.length; offset++) {
      const unit = text.charCodeAt(offset);
      if (unit === BACKSLASH) offset++;
      else if (unit === QUOTE) {
        if (text.charCodeAt(offset + 1) !== QUOTE) { this.#offset = offset + 1; return T.ESCAPE_STRING; }
        offset++;
      }
    }
    throw lexicalError('this string is not closed', start, "A ' is missing, or one inside it must be written \\' or ''.");
  }

  /** `$1`, `$$…$$` or `$tag$…$tag$`. */
  #dollar(start: number): number {
    const text = this.#text;
    this.#offset++;
    if (is(text.charCodeAt(this.#offset), DIGIT)) { this.#digits(); return T.DOLLAR_PARAMETER; }
    if (is(text.charCodeAt(this.#offset), NAME_START)) while (is(text.charCodeAt(this.#offset), NAME_START | DIGIT)) this.#offset++;
    if (text.charCodeAt(this.#offset) !== DOLLAR) throw lexicalError('a $ begins a parameter ($1) or a dollar-quoted string ($$text$$)', start);
    const tag = text.slice(start, this.#offset + 1);
    const end = text.indexOf(tag, this.#offset + 1);
    if (end < 0) throw lexicalError(`this dollar-quoted string is not closed`, start, `It ends at the next ${tag}.`);
    this.#offset = end + tag.length;
    return T.DOLLAR_STRING;
  }

  #operator(unit: number, start: number): number {
    const lone = unit < 128 ? LONE_SYMBOLS[unit]! : 0;
    if (lone !== 0) { this.#offset = start + 1; return lone; }
    const candidates = unit < 128 ? OPERATORS[unit]! : [];
    for (const [symbol, kind] of candidates) {
      if (symbol.length === 1 || this.#text.startsWith(symbol, start)) { this.#offset = start + symbol.length; return kind; }
    }
    const found = String.fromCodePoint(this.#text.codePointAt(start) ?? unit);
    throw lexicalError(`syntax error at "${found}": no token begins with it`, start, HINTS.get(found));
  }
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['^', 'Powers are written POWER(x, y).'],
  ['@', 'For periods use OVERLAPS, CONTAINS and the like; for lists `x = ANY(list)`.'],
  ['\\', 'Commands that begin with a backslash belong to psql and are not sent to the server.'],
]);

const excerpt = (found: string): string => (found.length > 40 ? `${found.slice(0, 40)}…` : found);

function lexicalError(message: string, position: number, hint?: string): EngineError {
  return new EngineError('syntax-error', message, { position, hint });
}
