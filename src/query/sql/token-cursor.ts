/**
 * A position in a sequence of tokens, and what the grammar asked for there.
 *
 *   kinds   SELECT  NAME  COMMA  NAME  FROM  NAME  END
 *                               ▲ index                 asked at the furthest index: { FROM, WHERE, ",", … }
 *
 * The grammar probes with `at` and `accept` and demands with `expect`. A text is parsed without keeping book; only when that fails it is
 * parsed again with `expectations`, which then hold every token kind that would have been taken at the furthest index reached.
 */
import { EngineError } from '../../base/errors.ts';
import { must } from '../../base/assert.ts';
import type { Name, QueryExpression } from './ast.ts';
import type { Value } from '../../data/types/value.ts';
import type { Expression, LiteralExpression } from './ast-expression.ts';
import type { Expectations } from './expectations.ts';
import type { Tokens } from './lexer.ts';
import { T, isKeyword, isName, isString } from './tokens.ts';
import { decodeString } from './literal-text.ts';
import { TracedLiteral } from './traced-literal.ts';

/** Rules that the areas of the grammar need of each other; one object, made in `parser.ts`, so that the files form no cycle. */
export interface Rules {
  /** `power`: what operators must bind at least (`precedence.ts`); 0 for a whole expression. */
  readonly expression: (cursor: TokenCursor, power: number) => Expression;
  /** One predicate behind a left side that is there already. */
  readonly predicate: (cursor: TokenCursor, left: Expression) => Expression;
  readonly query: (cursor: TokenCursor) => QueryExpression;
}

/** Thrown where the text does not fit the grammar, when nobody keeps book. */
export const MISFIT = Symbol('misfit');

/**
 * Depth that a tree may have: nesting costs `NESTING`, an operator in a left-deep chain costs 1. Keeps every later walk over the tree
 * within the stack.
 */
const DEPTH_MAX = 1000;
const NESTING = 3;

/** `toLowerCase` makes a new string even where there is nothing to change. */
function lowered(word: string): string {
  for (let index = 0; index < word.length; index++) {
    const unit = word.charCodeAt(index);
    if ((unit >= 65 && unit <= 90) || unit > 127) return word.toLowerCase();
  }
  return word;
}

export class TokenCursor {
  readonly text: string;
  readonly rules: Rules;
  /** Whether literals are to say if their value was read. */
  tracesLiterals = false;
  readonly #kinds: Uint16Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #count: number;
  readonly #expectations: Expectations | undefined;
  #index = 0;
  #depth = 0;
  #questionCount = 0;
  #dollarMax = 0;

  constructor(text: string, tokens: Tokens, rules: Rules, expectations?: Expectations) {
    this.text = text;
    this.rules = rules;
    this.#kinds = tokens.kinds;
    this.#starts = tokens.starts;
    this.#ends = tokens.ends;
    this.#count = tokens.count;
    this.#expectations = expectations;
  }

  /** Kind of the token here. */
  get kind(): number { return this.#kinds[this.#index]!; }
  /** Kind of the token `ahead` tokens further. Beyond the end it is END. */
  peek(ahead: number): number { return this.kindAt(this.#index + ahead); }
  get index(): number { return this.#index; }
  /** Where the token here begins. */
  get start(): number { return this.#starts[this.#index]!; }
  /** Where the token before this one ends. */
  get end(): number { return this.#index === 0 ? 0 : this.#ends[this.#index - 1]!; }
  startAhead(ahead: number): number { return this.#index + ahead < this.#count ? this.#starts[this.#index + ahead]! : this.text.length; }
  endAhead(ahead: number): number { return this.#index + ahead < this.#count ? this.#ends[this.#index + ahead]! : this.text.length; }

  at(kind: number): boolean {
    if (this.#kinds[this.#index] === kind) return true;
    if (this.#expectations !== undefined) this.#expectations.note(this.#index, kind);
    return false;
  }

  accept(kind: number): boolean {
    if (!this.at(kind)) return false;
    this.#index++;
    return true;
  }

  expect(kind: number): void {
    if (!this.accept(kind)) this.fail();
  }

  /** Takes the words one after the other: the first decides, the others must follow. */
  acceptWords(first: number, second: number, third?: number, fourth?: number): boolean {
    if (!this.accept(first)) return false;
    this.expect(second);
    if (third !== undefined) this.expect(third);
    if (fourth !== undefined) this.expect(fourth);
    return true;
  }

  /** Whether `first` stands here and `second` behind it. */
  atPair(first: number, second: number): boolean {
    return this.at(first) && this.peek(1) === second;
  }

  skip(): void { if (this.kind !== T.END) this.#index++; }

  /** Says what could stand here, for what is not probed by kind: `an expression`. */
  note(what: string): void {
    if (this.#expectations !== undefined) this.#expectations.note(this.#index, what);
  }

  /** A hint for the error, if it turns out to be here. */
  hint(text: string): void {
    if (this.#expectations !== undefined) this.#expectations.hint(this.#index, text);
  }

  fail(): never {
    if (this.#expectations === undefined) throw MISFIT;
    throw this.#expectations.error(this.text, this.#kinds, this.#starts, this.#ends, this.#index);
  }

  /** Whether a name stands here; `what` says in errors whose. */
  atName(what = 'a name'): boolean {
    if (isName(this.kind)) return true;
    this.note(what);
    return false;
  }

  name(what = 'a name'): Name {
    if (!this.atName(what)) this.fail();
    return this.#takeName();
  }

  /** A name where reserved words may stand too: behind a dot or AS, or as a key. */
  label(what = 'a name'): Name {
    if (!isName(this.kind) && !isKeyword(this.kind)) { this.note(what); this.fail(); }
    return this.#takeName();
  }

  #takeName(): Name {
    const index = this.#index++;
    const start = this.#starts[index]!, end = this.#ends[index]!;
    if (this.#kinds[index] !== T.QUOTED_NAME) return { text: lowered(this.text.slice(start, end)), quoted: false, start, end };
    const mark = this.text[start]!;
    const inner = this.text.slice(start + 1, end - 1);
    return { text: inner.includes(mark) ? inner.replaceAll(mark + mark, mark) : inner, quoted: true, start, end };
  }

  /** The lower-case text of the unquoted word here, `''` for anything else. */
  word(ahead = 0): string {
    const kind = this.peek(ahead);
    return kind === T.NAME || isKeyword(kind) ? this.text.slice(this.startAhead(ahead), this.endAhead(ahead)).toLowerCase() : '';
  }

  atString(): boolean {
    if (isString(this.kind)) return true;
    this.note('a string');
    return false;
  }

  /** The decoded string that must stand here. */
  string(): string {
    if (!this.atString()) this.fail();
    const index = this.#index++;
    return decodeString(this.text, this.#kinds[index]!, this.#starts[index]!, this.#ends[index]!);
  }

  /** The token's text as written. */
  tokenText(): string { return this.text.slice(this.start, this.endAhead(0)); }

  /** An unsigned integer that must stand here and be at most `max`. */
  smallInteger(max: number): number {
    if (!this.at(T.INTEGER)) this.fail();
    const value = Number(this.tokenText());
    if (value > max) throw new EngineError('numeric-out-of-range', `expected an integer of at most ${max}, found ${this.tokenText()}`, { position: this.start });
    this.#index++;
    return value;
  }

  /** The literal that has just been taken, from `start` on. */
  literal(value: Value, isNegative: boolean, start: number): LiteralExpression {
    return this.tracesLiterals ? new TracedLiteral(value, isNegative, start, this.end) : { kind: 'literal', value, start, end: this.end };
  }

  /** The number of the parameter here, 0-based. */
  parameter(): number {
    if (this.accept(T.QUESTION)) return this.#questionCount++;
    if (!this.at(T.DOLLAR_PARAMETER)) this.fail();
    const number = Number(this.text.slice(this.start + 1, this.endAhead(0)));
    if (number < 1 || number > 65_535) throw new EngineError('undefined-parameter', `there is no parameter ${this.tokenText()}: parameters are $1 to $65535`, { position: this.start });
    this.#index++;
    this.#dollarMax = Math.max(this.#dollarMax, number);
    return number - 1;
  }

  get parameterCount(): number { return Math.max(this.#questionCount, this.#dollarMax); }
  /** A new statement begins to count its parameters from nothing. */
  resetParameters(): void {
    this.#questionCount = 0;
    this.#dollarMax = 0;
  }

  enter(cost = NESTING): void {
    this.#depth += cost;
    if (this.#depth > DEPTH_MAX) {
      throw new EngineError('statement-too-complex', 'the statement is nested too deeply', { position: this.start, hint: 'Split it, or turn long chains of operators into lists: x IN (…), VALUES.' });
    }
  }
  leave(cost = NESTING): void { this.#depth -= cost; }

  /** The index of the token behind the parenthesis that closes the one at `index`. */
  behindParenthesis(index: number): number {
    let open = 0;
    for (let at = index; ; at++) {
      const kind = must(this.#kinds[at], 'a token sequence ends with END');
      if (kind === T.LEFT_PAREN) open++;
      else if (kind === T.RIGHT_PAREN) { open--; if (open === 0) return at + 1; }
      else if (kind === T.END) return at;
    }
  }
  /** Kind of the token at `index`; the arrays may hold older tokens behind the last one. */
  kindAt(index: number): number { return index < this.#count ? this.#kinds[index]! : T.END; }
}
