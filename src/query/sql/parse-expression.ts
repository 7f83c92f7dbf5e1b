/**
 * Expressions: precedence climbing over `precedence.ts`.
 *
 *   parseExpression(power)   prefix, then as long as the next operator binds at least `power`: take it and its right side
 */
import type { CallExpression, Expression, QuantifiedExpression } from './ast-expression.ts';
import { BINARY_POWERS_BY_NAME, PERIOD_PREDICATES, POWER, binaryPower, rightPower } from './precedence.ts';
import { floatValue, integerValue } from './literal-text.ts';
import { parsePrimary } from './parse-primary.ts';
import { parseTypeName } from './parse-type.ts';
import { parseIs, parseNegatable, parsePeriodPredicate } from './parse-predicate.ts';
import { atParenthesizedQuery } from './query-lookahead.ts';
import { K, OPERATOR_KINDS, T, tokenText } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

export function parseExpression(cursor: TokenCursor, power: number): Expression {
  cursor.enter();
  const expression = parseOperators(cursor, parsePrefix(cursor), power);
  cursor.leave();
  return expression;
}

function parsePrefix(cursor: TokenCursor): Expression {
  const start = cursor.start;
  switch (cursor.kind) {
    case K.NOT: {
      cursor.skip();
      const arg = parseExpression(cursor, POWER.NOT);
      return { kind: 'not', arg, start, end: cursor.end };
    }
    case T.MINUS: case T.PLUS: return parseSign(cursor);
    case T.TILDE: return parsePrefixCall(cursor, '~x', POWER.BIT_NOT);
    default: return parsePrimary(cursor);
  }
}

/** A sign before a number is part of the literal, so that -9223372036854775808 and -1::text are what they look like. */
function parseSign(cursor: TokenCursor): Expression {
  const start = cursor.start, negative = cursor.kind === T.MINUS, next = cursor.peek(1);
  if (next !== T.INTEGER && next !== T.FLOAT) return parsePrefixCall(cursor, negative ? '-x' : '+x', POWER.SIGN);
  cursor.skip();
  const text = cursor.tokenText();
  cursor.skip();
  return cursor.literal((next === T.INTEGER ? integerValue : floatValue)(text, negative, start), negative, start);
}

function parsePrefixCall(cursor: TokenCursor, name: string, power: number): CallExpression {
  const start = cursor.start;
  cursor.skip();
  const arg = parseExpression(cursor, power);
  return { kind: 'call', name, schema: undefined, args: [arg], modifiers: undefined, nameStart: start, start, end: cursor.end };
}

function parseOperators(cursor: TokenCursor, first: Expression, power: number): Expression {
  let left = first, chain = 0;
  for (;;) {
    const kind = cursor.kind;
    const binds = binaryPower(kind);
    const next = binds > 0 ? parseBinary(cursor, left, kind, binds, power) : parseSuffix(cursor, left, kind, power);
    if (next === undefined) {
      cursor.note('an operator');
      if (chain > 0) cursor.leave(chain);
      return left;
    }
    left = next;
    chain++;
    cursor.enter(1);
  }
}

/** The one predicate that must stand behind `left`: of CASE x WHEN > 5. */
export function parsePredicate(cursor: TokenCursor, left: Expression): Expression {
  const kind = cursor.kind, binds = binaryPower(kind);
  const predicate = binds > 0 ? parseBinary(cursor, left, kind, binds, POWER.QUANTIFIED) : parseSuffix(cursor, left, kind, POWER.QUANTIFIED);
  return predicate ?? cursor.fail();
}

/** The operator here with its right side, or undefined if it binds too loosely. */
function parseBinary(cursor: TokenCursor, left: Expression, kind: number, binds: number, power: number): Expression | undefined {
  if (binds < power) return undefined;
  const nameStart = cursor.start;
  if (binds <= POWER.COMPARISON && isQuantifier(cursor.peek(1)) && cursor.peek(2) === T.LEFT_PAREN) {
    if (power > POWER.QUANTIFIED) return undefined;
    cursor.skip();
    return parseQuantified(cursor, left, tokenText(kind));
  }
  cursor.skip();
  const right = parseExpression(cursor, rightPower(kind));
  return { kind: 'call', name: tokenText(kind), schema: undefined, args: [left, right], modifiers: undefined, nameStart, start: left.start, end: right.end };
}

const isQuantifier = (kind: number): boolean => kind === K.ANY || kind === K.SOME || kind === K.ALL;

function parseQuantified(cursor: TokenCursor, arg: Expression, comparison: string): QuantifiedExpression {
  const quantifier = cursor.kind === K.ALL ? 'all' : 'any';
  cursor.skip();
  let operand: QuantifiedExpression['operand'];
  const isQuery = atParenthesizedQuery(cursor);
  cursor.expect(T.LEFT_PAREN);
  if (isQuery) operand = { kind: 'query', query: cursor.rules.query(cursor) };
  else operand = { kind: 'list', list: parseExpression(cursor, 0) };
  cursor.expect(T.RIGHT_PAREN);
  return { kind: 'quantified', comparison, quantifier, arg, operand, start: arg.start, end: cursor.end };
}

/** Everything that follows its left side and is no plain binary operator. */
function parseSuffix(cursor: TokenCursor, left: Expression, kind: number, power: number): Expression | undefined {
  switch (kind) {
    case T.DOT: {
      cursor.skip();
      const name = cursor.label('a field name');
      return { kind: 'field', arg: left, name, start: left.start, end: name.end };
    }
    case T.LEFT_BRACKET: return parseSubscript(cursor, left);
    case T.CAST_COLONS: {
      cursor.skip();
      const type = parseTypeName(cursor);
      return { kind: 'cast', arg: left, type, start: left.start, end: type.end };
    }
    case K.AND: return power > POWER.AND ? undefined : parseJunction(cursor, left, 'and', K.AND, POWER.AND);
    case K.OR: return power > POWER.OR ? undefined : parseJunction(cursor, left, 'or', K.OR, POWER.OR);
    case K.IS: return parseIs(cursor, left, power);
    case K.NOT: case K.BETWEEN: case K.IN: case K.LIKE: case K.ILIKE: case K.LIKE_REGEX: return parseNegatable(cursor, left, power);
    case K.COLLATE: return power > POWER.COLLATE ? undefined : parseCollate(cursor, left);
    case K.AT: return power > POWER.COLLATE || cursor.peek(1) !== K.TIME ? undefined : parseAtTimeZone(cursor, left);
    case K.OPERATOR: return cursor.peek(1) === T.LEFT_PAREN ? parseNamedOperator(cursor, left, power) : undefined;
    case K.STRICTLY: case K.IMMEDIATELY: return power > POWER.PERIOD ? undefined : parsePeriodPredicate(cursor, left);
    default: return PERIOD_PREDICATES.has(kind) && power <= POWER.PERIOD ? parsePeriodPredicate(cursor, left) : undefined;
  }
}

/** A chain of AND or OR is one node. */
function parseJunction(cursor: TokenCursor, left: Expression, kind: 'and' | 'or', word: number, power: number): Expression {
  const args = [left];
  while (cursor.accept(word)) args.push(parseExpression(cursor, power + 1));
  return { kind, args, start: left.start, end: cursor.end };
}

function parseSubscript(cursor: TokenCursor, arg: Expression): Expression {
  cursor.expect(T.LEFT_BRACKET);
  const from = cursor.at(T.COLON) ? undefined : parseExpression(cursor, 0);
  if (from !== undefined && !cursor.at(T.COLON)) {
    cursor.expect(T.RIGHT_BRACKET);
    return { kind: 'subscript', arg, index: from, start: arg.start, end: cursor.end };
  }
  cursor.expect(T.COLON);
  const to = cursor.at(T.RIGHT_BRACKET) ? undefined : parseExpression(cursor, 0);
  cursor.expect(T.RIGHT_BRACKET);
  return { kind: 'slice', arg, from, to, start: arg.start, end: cursor.end };
}

function parseCollate(cursor: TokenCursor, arg: Expression): Expression {
  cursor.expect(K.COLLATE);
  const collation = [cursor.name('a collation')];
  while (cursor.accept(T.DOT)) collation.push(cursor.label('a collation'));
  return { kind: 'collate', arg, collation, start: arg.start, end: cursor.end };
}

function parseAtTimeZone(cursor: TokenCursor, arg: Expression): Expression {
  const nameStart = cursor.start;
  cursor.acceptWords(K.AT, K.TIME, K.ZONE);
  const zone = parseExpression(cursor, POWER.COLLATE + 1);
  return { kind: 'call', name: 'at_time_zone', schema: undefined, args: [arg, zone], modifiers: undefined, nameStart, start: arg.start, end: zone.end };
}

/** `OPERATOR(pg_catalog.~)`: the operator itself, whatever the schema. */
function parseNamedOperator(cursor: TokenCursor, left: Expression, power: number): Expression | undefined {
  // The symbol is the token before the closing parenthesis: its power must be known before anything is taken.
  const symbolAhead = cursor.peek(3) === T.DOT ? 4 : 2;
  const kind = cursor.peek(symbolAhead);
  if (binaryPower(kind) < power) return undefined;
  cursor.expect(K.OPERATOR);
  cursor.expect(T.LEFT_PAREN);
  if (symbolAhead === 4) { cursor.name('a schema'); cursor.expect(T.DOT); }
  if (!OPERATOR_KINDS.has(tokenText(kind)) || !BINARY_POWERS_BY_NAME.has(tokenText(kind))) { cursor.note('an operator'); cursor.fail(); }
  const nameStart = cursor.start;
  cursor.skip();
  cursor.expect(T.RIGHT_PAREN);
  if (isQuantifier(cursor.kind) && cursor.peek(1) === T.LEFT_PAREN) return parseQuantified(cursor, left, tokenText(kind));
  const right = parseExpression(cursor, rightPower(kind));
  return { kind: 'call', name: tokenText(kind), schema: undefined, args: [left, right], modifiers: undefined, nameStart, start: left.start, end: right.end };
}

