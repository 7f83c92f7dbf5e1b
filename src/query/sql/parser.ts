/**
 * SQL text → syntax trees. The entry of this folder.
 *
 *   text ── tokenize ──▶ tokens ── parseStatement ──▶ Statement
 *                          │  does not fit
 *                          └─ once more, keeping book ──▶ EngineError: position, found, expected, hint
 */
import { EngineError } from '../../base/errors.ts';
import { unreachable } from '../../base/assert.ts';
import type { Statement } from './ast.ts';
import type { Expression } from './ast-expression.ts';
import { Expectations } from './expectations.ts';
import { tokenize, type Tokens } from './lexer.ts';
import { parseExpression as parseExpressionRule, parsePredicate } from './parse-expression.ts';
import { parseQuery } from './parse-query.ts';
import { parseStatement as parseStatementRule } from './parse-statement.ts';
import { MISFIT, TokenCursor, type Rules } from './token-cursor.ts';
import { T } from './tokens.ts';

export const RULES: Rules = { expression: parseExpressionRule, predicate: parsePredicate, query: parseQuery };

/** One statement of a text. `start` and `end` are UTF-16 offsets into the whole text; positions in the tree are, too. */
export interface ParsedSql {
  readonly statement: Statement;
  readonly start: number;
  readonly end: number;
  /** `?` counted, or the highest `$n`. */
  readonly parameterCount: number;
}

/**
 * All the statements of a text, with `;` between them; empty ones are left out.
 * Throws EngineError: `syntax-error` with position, `statement-too-complex`, `numeric-out-of-range`, `invalid-escape`, ….
 */
export function parseStatements(text: string): readonly ParsedSql[] {
  return run(text, tokenize(text), parseAll);
}

/** The same of tokens that are there already. With `tracesLiterals` they say whether their value was read. */
export function parseTokens(text: string, tokens: Tokens, tracesLiterals = false): readonly ParsedSql[] {
  return run(text, tokens, (cursor) => { cursor.tracesLiterals = tracesLiterals; return parseAll(cursor); });
}

/** The only statement of a text, which may end with `;`. Throws as `parseStatements`, and for none or several. */
export function parseStatement(text: string): ParsedSql {
  const [first, second] = parseStatements(text);
  if (first === undefined) throw new EngineError('syntax-error', 'expected a statement, found none', { position: 0 });
  if (second !== undefined) throw new EngineError('syntax-error', 'expected one statement, found several', { position: second.start });
  return first;
}

/** A text that is one expression. Throws as `parseStatements`. */
export function parseExpression(text: string): Expression {
  return run(text, tokenize(text), (cursor) => {
    const expression = parseExpressionRule(cursor, 0);
    if (!cursor.at(T.END)) cursor.fail();
    return expression;
  });
}

function run<Tree>(text: string, tokens: Tokens, parse: (cursor: TokenCursor) => Tree): Tree {
  try {
    return parse(new TokenCursor(text, tokens, RULES));
  } catch (error) {
    if (error !== MISFIT) throw error;
    return explain(text, tokens, parse);
  }
}

/** Parses again, to say what is wrong. */
function explain(text: string, tokens: Tokens, parse: (cursor: TokenCursor) => unknown): never {
  parse(new TokenCursor(text, tokens, RULES, new Expectations()));
  return unreachable(undefined as never, 'a text that did not parse parsed when asked why');
}

export function parseAll(cursor: TokenCursor): readonly ParsedSql[] {
  const parsed: ParsedSql[] = [];
  for (;;) {
    while (cursor.accept(T.SEMICOLON)) { /* an empty statement */ }
    if (cursor.at(T.END)) return parsed;
    const start = cursor.start;
    cursor.resetParameters();
    const statement = parseStatementRule(cursor);
    if (!cursor.at(T.SEMICOLON) && !cursor.at(T.END)) cursor.fail();
    parsed.push({ statement, start, end: cursor.end, parameterCount: cursor.parameterCount });
  }
}
