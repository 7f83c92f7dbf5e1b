/** Predicates behind their left side: IS …, [NOT] BETWEEN / IN / LIKE …, period predicates. */
import type { CallExpression, Expression } from './ast-expression.ts';
import { PERIOD_PREDICATES, POWER } from './precedence.ts';
import { atParenthesizedQuery } from './query-lookahead.ts';
import { K, T } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

/** `IS [NOT] NULL | TRUE | FALSE | UNKNOWN | DISTINCT FROM x`; undefined if it binds more loosely than `power`. */
export function parseIs(cursor: TokenCursor, arg: Expression, power: number): Expression | undefined {
  const negated = cursor.peek(1) === K.NOT;
  const kind = cursor.peek(negated ? 2 : 1);
  const binds = kind === K.NULL ? POWER.IS_NULL : kind === K.DISTINCT ? POWER.DISTINCT_FROM : POWER.IS_TRUTH;
  if (binds < power) return undefined;
  cursor.expect(K.IS);
  cursor.accept(K.NOT);
  const start = arg.start;
  if (cursor.accept(K.NULL)) return { kind: 'is-null', arg, negated, start, end: cursor.end };
  if (cursor.accept(K.DISTINCT)) {
    cursor.expect(K.FROM);
    const right = cursor.rules.expression(cursor, POWER.DISTINCT_FROM + 1);
    return { kind: 'is-distinct', left: arg, right, negated, start, end: right.end };
  }
  for (const [word, truth] of [[K.TRUE, 'true'], [K.FALSE, 'false'], [K.UNKNOWN, 'unknown']] as const) {
    if (cursor.accept(word)) return { kind: 'is-truth', arg, truth, negated, start, end: cursor.end };
  }
  return cursor.fail();
}

/** BETWEEN, IN, LIKE, ILIKE, LIKE_REGEX, with or without NOT; undefined if they bind more loosely than `power`. */
export function parseNegatable(cursor: TokenCursor, arg: Expression, power: number): Expression | undefined {
  const negated = cursor.kind === K.NOT;
  const kind = cursor.peek(negated ? 1 : 0);
  const binds = kind === K.BETWEEN ? POWER.BETWEEN : kind === K.IN ? POWER.IN : POWER.LIKE;
  if (binds < power) return undefined;
  if (negated) cursor.skip();
  switch (kind) {
    case K.BETWEEN: return parseBetween(cursor, arg, negated);
    case K.IN: return parseIn(cursor, arg, negated);
    case K.LIKE: return parseLike(cursor, arg, negated, K.LIKE, 'like', K.ESCAPE);
    case K.ILIKE: return parseLike(cursor, arg, negated, K.ILIKE, 'ilike', K.ESCAPE);
    case K.LIKE_REGEX: return parseLike(cursor, arg, negated, K.LIKE_REGEX, 'like_regex', K.FLAG);
    default:
      for (const word of [K.BETWEEN, K.IN, K.LIKE, K.ILIKE, K.LIKE_REGEX]) cursor.at(word);
      return cursor.fail();
  }
}

function parseBetween(cursor: TokenCursor, arg: Expression, negated: boolean): Expression {
  cursor.expect(K.BETWEEN);
  const symmetric = cursor.accept(K.SYMMETRIC);
  if (!symmetric) cursor.accept(K.ASYMMETRIC);
  const low = cursor.rules.expression(cursor, POWER.NUMERIC);
  cursor.expect(K.AND);
  const high = cursor.rules.expression(cursor, POWER.NUMERIC);
  return { kind: 'between', arg, low, high, symmetric, negated, start: arg.start, end: high.end };
}

function parseIn(cursor: TokenCursor, arg: Expression, negated: boolean): Expression {
  cursor.expect(K.IN);
  const isQuery = atParenthesizedQuery(cursor);
  cursor.expect(T.LEFT_PAREN);
  if (isQuery) {
    const query = cursor.rules.query(cursor);
    cursor.expect(T.RIGHT_PAREN);
    return { kind: 'in-query', arg, query, negated, start: arg.start, end: cursor.end };
  }
  const items: Expression[] = [];
  do items.push(cursor.rules.expression(cursor, 0)); while (cursor.accept(T.COMMA));
  cursor.expect(T.RIGHT_PAREN);
  return { kind: 'in-list', arg, items, negated, start: arg.start, end: cursor.end };
}

/** A call of `name` with the pattern and, behind `extra`, an escape or flags. `x LIKE ANY (…)` is quantified. */
function parseLike(cursor: TokenCursor, arg: Expression, negated: boolean, word: number, name: string, extra: number): Expression {
  const nameStart = cursor.start, start = arg.start;
  cursor.expect(word);
  let expression: Expression;
  if ((cursor.kind === K.ANY || cursor.kind === K.SOME || cursor.kind === K.ALL) && cursor.peek(1) === T.LEFT_PAREN) expression = parseQuantifiedLike(cursor, arg, name);
  else {
    const args = [arg, cursor.rules.expression(cursor, POWER.PRIMARY)];
    if (cursor.accept(extra)) args.push(cursor.rules.expression(cursor, POWER.PRIMARY));
    expression = { kind: 'call', name, schema: undefined, args, modifiers: undefined, nameStart, start, end: cursor.end };
  }
  return negated ? { kind: 'not', arg: expression, start, end: expression.end } : expression;
}

function parseQuantifiedLike(cursor: TokenCursor, arg: Expression, comparison: string): Expression {
  const quantifier = cursor.kind === K.ALL ? 'all' : 'any';
  cursor.skip();
  const isQuery = atParenthesizedQuery(cursor);
  cursor.expect(T.LEFT_PAREN);
  const operand = isQuery
    ? { kind: 'query', query: cursor.rules.query(cursor) } as const
    : { kind: 'list', list: cursor.rules.expression(cursor, 0) } as const;
  cursor.expect(T.RIGHT_PAREN);
  return { kind: 'quantified', comparison, quantifier, arg, operand, start: arg.start, end: cursor.end };
}

/** `[STRICTLY | IMMEDIATELY] OVERLAPS …`. */
export function parsePeriodPredicate(cursor: TokenCursor, left: Expression): CallExpression {
  const nameStart = cursor.start;
  const qualifier = cursor.accept(K.STRICTLY) ? 'strictly' : cursor.accept(K.IMMEDIATELY) ? 'immediately' : undefined;
  for (const [word, { name, strictly, immediately }] of PERIOD_PREDICATES) {
    const fits = qualifier === undefined || (qualifier === 'strictly' ? strictly : immediately);
    if (!fits || !cursor.accept(word)) continue;
    const right = cursor.rules.expression(cursor, POWER.PERIOD + 1);
    const whole = qualifier === undefined ? name : `${qualifier}_${name}`;
    return { kind: 'call', name: whole, schema: undefined, args: [left, right], modifiers: undefined, nameStart, start: left.start, end: right.end };
  }
  return cursor.fail();
}
