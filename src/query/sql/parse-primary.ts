/** Primaries: literals, parameters, names, parentheses, constructors, CASE, CAST, subqueries. */
import { assert } from '../../base/assert.ts';
import type { Name } from './ast.ts';
import type { CaseExpression, CaseOperand, Expression, StructExpression, SubqueryExpression, TypeName } from './ast-expression.ts';
import { parseCall, parseNameOrCall } from './parse-call.ts';
import { parseIntervalQualifier, parseTimeZonePhrase, parseTypeName } from './parse-type.ts';
import { POWER, binaryPower } from './precedence.ts';
import { decodeHex, floatValue, integerValue } from './literal-text.ts';
import { atParenthesizedQuery } from './query-lookahead.ts';
import { K, T, isKeyword, isName, isString } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

export function parsePrimary(cursor: TokenCursor): Expression {
  const start = cursor.start;
  switch (cursor.kind) {
    case T.INTEGER: case T.FLOAT: return parseNumber(cursor);
    case T.STRING: case T.ESCAPE_STRING: case T.DOLLAR_STRING: return cursor.literal(cursor.string(), false, start);
    case T.HEX_STRING: return parseHexString(cursor);
    case T.QUESTION: case T.DOLLAR_PARAMETER: return { kind: 'parameter', index: cursor.parameter(), start, end: cursor.end };
    case K.NULL: cursor.skip(); return { kind: 'literal', value: null, start, end: cursor.end };
    case K.TRUE: case K.ON: cursor.skip(); return { kind: 'literal', value: true, start, end: cursor.end };
    case K.FALSE: case K.OFF: cursor.skip(); return { kind: 'literal', value: false, start, end: cursor.end };
    case T.LEFT_PAREN: return parseParenthesis(cursor);
    case T.LEFT_BRACKET: return parseArray(cursor, start);
    case T.LEFT_BRACE: return parseStruct(cursor);
    case K.ARRAY: return parseArrayKeyword(cursor);
    case K.CASE: return parseCase(cursor);
    case K.CAST: return parseCast(cursor);
    case K.EXISTS: return parseSubquery(cursor, 'exists');
    case K.LEFT: case K.RIGHT: if (cursor.peek(1) === T.LEFT_PAREN) return parseCall(cursor, [cursor.label()]); break;
    default: if (isName(cursor.kind)) return parseNamePrimary(cursor);
  }
  cursor.note('an expression');
  return cursor.fail();
}

function parseNumber(cursor: TokenCursor): Expression {
  const start = cursor.start, text = cursor.tokenText();
  const value = cursor.kind === T.INTEGER ? integerValue(text, false, start) : floatValue(text, false, start);
  cursor.skip();
  return cursor.literal(value, false, start);
}

function parseHexString(cursor: TokenCursor): Expression {
  const start = cursor.start, text = cursor.tokenText();
  cursor.skip();
  return { kind: 'literal', value: decodeHex(text.slice(2, -1), start), start, end: cursor.end };
}

/** What begins with a name or with a keyword that may also be one. */
function parseNamePrimary(cursor: TokenCursor): Expression {
  const next = cursor.peek(1);
  if (isString(next)) return cursor.kind === T.QUOTED_NAME ? parseNameOrCall(cursor) : parseTypedLiteral(cursor);
  switch (cursor.kind) {
    case K.NEST_ONE: if (next === T.LEFT_PAREN) return parseSubquery(cursor, 'nest-one'); break;
    case K.NEST_MANY: if (next === T.LEFT_PAREN) return parseSubquery(cursor, 'nest-many'); break;
    case K.ROW: if (next === T.LEFT_PAREN) return parseRow(cursor); break;
    case K.RECORD: case K.OBJECT: if (next === T.LEFT_PAREN) return parseStruct(cursor); break;
    case K.INTERVAL: if ((next === T.MINUS || next === T.PLUS) && isString(cursor.peek(2))) return parseSignedInterval(cursor); break;
    case K.TIME: case K.TIMESTAMP:
      if ((next === K.WITH || next === K.WITHOUT) && (cursor.peek(2) === K.TIME || cursor.peek(2) === K.TIMEZONE)) return parseTypedLiteral(cursor);
      break;
    default:
  }
  return parseNameOrCall(cursor);
}

/** `DATE '…'`, `TIMESTAMP WITH TIME ZONE '…'`, `INTERVAL '…' DAY TO SECOND`, or any other type name before a string. */
function parseTypedLiteral(cursor: TokenCursor): Expression {
  const start = cursor.start;
  const name = cursor.name().text;
  const timeZone = parseTimeZonePhrase(cursor);
  const typeEnd = cursor.end, textStart = cursor.start;
  const text = cursor.string();
  const qualifier = name === 'interval' ? parseIntervalQualifier(cursor) : undefined;
  const type: TypeName = { schema: undefined, name, args: [], timeZone, qualifier, arrayDimensions: 0, fields: [], start, end: typeEnd };
  return { kind: 'typed-literal', type, text, textStart, start, end: cursor.end };
}

/** `INTERVAL - '…'`. */
function parseSignedInterval(cursor: TokenCursor): Expression {
  const start = cursor.start;
  cursor.expect(K.INTERVAL);
  const typeEnd = cursor.end, nameStart = cursor.start, negative = cursor.kind === T.MINUS;
  cursor.skip();
  const textStart = cursor.start;
  const text = cursor.string();
  const qualifier = parseIntervalQualifier(cursor);
  const type: TypeName = { schema: undefined, name: 'interval', args: [], timeZone: undefined, qualifier, arrayDimensions: 0, fields: [], start, end: typeEnd };
  const literal: Expression = { kind: 'typed-literal', type, text, textStart, start, end: cursor.end };
  return negative ? { kind: 'call', name: '-x', schema: undefined, args: [literal], modifiers: undefined, nameStart, start, end: cursor.end } : literal;
}

/** `(query)`, `(x)`, or `(a, b)` as a row. */
function parseParenthesis(cursor: TokenCursor): Expression {
  const start = cursor.start;
  if (atParenthesizedQuery(cursor)) return parseSubquery(cursor, 'scalar');
  cursor.expect(T.LEFT_PAREN);
  const first = cursor.rules.expression(cursor, 0);
  if (!cursor.accept(T.COMMA)) {
    cursor.expect(T.RIGHT_PAREN);
    return first;
  }
  const items = [first, ...parseItems(cursor)];
  cursor.expect(T.RIGHT_PAREN);
  return { kind: 'row', items, start, end: cursor.end };
}

function parseRow(cursor: TokenCursor): Expression {
  const start = cursor.start;
  cursor.expect(K.ROW);
  cursor.expect(T.LEFT_PAREN);
  const items = cursor.at(T.RIGHT_PAREN) ? [] : parseItems(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return { kind: 'row', items, start, end: cursor.end };
}

function parseItems(cursor: TokenCursor): Expression[] {
  const items: Expression[] = [];
  do items.push(cursor.rules.expression(cursor, 0)); while (cursor.accept(T.COMMA));
  return items;
}

function parseArrayKeyword(cursor: TokenCursor): Expression {
  const start = cursor.start;
  if (cursor.peek(1) === T.LEFT_PAREN) return parseSubquery(cursor, 'array');
  cursor.expect(K.ARRAY);
  return parseArray(cursor, start);
}

function parseArray(cursor: TokenCursor, start: number): Expression {
  cursor.expect(T.LEFT_BRACKET);
  const items = cursor.at(T.RIGHT_BRACKET) ? [] : parseItems(cursor);
  cursor.expect(T.RIGHT_BRACKET);
  return { kind: 'array', items, start, end: cursor.end };
}

/** `{k: x}`, `RECORD(k: x)`, `OBJECT(k: x)`. */
export function parseStruct(cursor: TokenCursor): StructExpression {
  const start = cursor.start;
  const braced = cursor.kind === T.LEFT_BRACE;
  if (!braced) { assert(cursor.kind === K.RECORD || cursor.kind === K.OBJECT, 'a struct begins with a brace, RECORD or OBJECT'); cursor.skip(); }
  cursor.expect(braced ? T.LEFT_BRACE : T.LEFT_PAREN);
  const close = braced ? T.RIGHT_BRACE : T.RIGHT_PAREN;
  const fields: { name: Name; value: Expression }[] = [];
  if (!cursor.at(close)) {
    do {
      if (isString(cursor.kind)) cursor.hint('Keys are names: without quotes, or in double quotes.');
      const name = cursor.label('a key');
      cursor.expect(T.COLON);
      fields.push({ name, value: cursor.rules.expression(cursor, 0) });
    } while (cursor.accept(T.COMMA));
  }
  cursor.expect(close);
  return { kind: 'struct', fields, start, end: cursor.end };
}

function parseCast(cursor: TokenCursor): Expression {
  const start = cursor.start;
  cursor.expect(K.CAST);
  cursor.expect(T.LEFT_PAREN);
  const arg = cursor.rules.expression(cursor, 0);
  cursor.expect(K.AS);
  const type = parseTypeName(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return { kind: 'cast', arg, type, start, end: cursor.end };
}

/** The parenthesis, behind the keyword that tells the form. */
function parseSubquery(cursor: TokenCursor, form: SubqueryExpression['form']): SubqueryExpression {
  const start = cursor.start;
  if (form !== 'scalar') { assert(isKeyword(cursor.kind), 'a form of subquery begins with its keyword'); cursor.skip(); }
  cursor.expect(T.LEFT_PAREN);
  const query = cursor.rules.query(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return { kind: 'subquery', form, query, start, end: cursor.end };
}

function parseCase(cursor: TokenCursor): CaseExpression {
  const start = cursor.start;
  cursor.expect(K.CASE);
  const operand = cursor.at(K.WHEN) ? undefined : cursor.rules.expression(cursor, 0);
  const branches: { when: Expression[]; then: Expression }[] = [];
  cursor.expect(K.WHEN);
  do {
    const when: Expression[] = [];
    do when.push(operand === undefined ? cursor.rules.expression(cursor, 0) : parseWhenOperand(cursor));
    while (operand !== undefined && cursor.accept(T.COMMA));
    cursor.expect(K.THEN);
    branches.push({ when, then: cursor.rules.expression(cursor, 0) });
  } while (cursor.accept(K.WHEN));
  const otherwise = cursor.accept(K.ELSE) ? cursor.rules.expression(cursor, 0) : undefined;
  cursor.expect(K.END);
  return { kind: 'case', operand, branches, otherwise, start, end: cursor.end };
}

/** `> 5`, `IS NULL`, `BETWEEN …`, or a value that the operand must equal. */
function parseWhenOperand(cursor: TokenCursor): Expression {
  const start = cursor.start;
  const operand: CaseOperand = { kind: 'case-operand', start, end: start };
  if (atPartialPredicate(cursor)) return cursor.rules.predicate(cursor, operand);
  const value = cursor.rules.expression(cursor, 0);
  return { kind: 'call', name: '=', schema: undefined, args: [operand, value], modifiers: undefined, nameStart: start, start, end: value.end };
}

const NEGATABLE: ReadonlySet<number> = new Set([K.BETWEEN, K.IN, K.LIKE, K.ILIKE, K.LIKE_REGEX]);

function atPartialPredicate(cursor: TokenCursor): boolean {
  // `~ 'pattern'` alone is a match; any other `~` takes the complement of bits.
  if (cursor.kind === T.TILDE) return isString(cursor.peek(1)) && (cursor.peek(2) === K.THEN || cursor.peek(2) === T.COMMA);
  const power = binaryPower(cursor.kind);
  return (power > 0 && power <= POWER.COMPARISON) || cursor.kind === K.IS || NEGATABLE.has(cursor.kind === K.NOT ? cursor.peek(1) : cursor.kind);
}
