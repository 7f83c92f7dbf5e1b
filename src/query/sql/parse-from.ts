/**
 * FROM: tables, subqueries, functions, joins.
 *
 *   a JOIN b ON p LEFT JOIN c ON q    →   ((a ⋈ b) ⟕ c)          a JOIN b JOIN c ON q ON p    →   (a ⋈ (b ⋈ c))
 */
import type { FromItem, JoinCondition, JoinItem, Name, QualifiedName, TableAlias } from './ast.ts';
import type { Expression } from './ast-expression.ts';
import { parseTemporalClauses } from './parse-temporal.ts';
import { atParenthesizedQuery } from './query-lookahead.ts';
import { K, T, isKeyword, isName, isString } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

/** The list behind FROM. */
export function parseFromItems(cursor: TokenCursor): FromItem[] {
  const items: FromItem[] = [];
  do items.push(parseJoined(cursor)); while (cursor.accept(T.COMMA));
  return items;
}

/** An item with all the joins behind it. */
function parseJoined(cursor: TokenCursor): FromItem {
  cursor.enter();
  let item = parseItem(cursor), chain = 0;
  while (atJoin(cursor)) {
    item = parseJoin(cursor, item);
    chain++;
    cursor.enter(1);
  }
  cursor.leave(chain);
  cursor.leave();
  return item;
}

const atJoin = (cursor: TokenCursor): boolean =>
  cursor.at(K.JOIN) || cursor.at(K.INNER) || cursor.at(K.LEFT) || cursor.at(K.RIGHT) || cursor.at(K.FULL) || cursor.at(K.CROSS) || cursor.at(K.NATURAL);

function parseJoin(cursor: TokenCursor, left: FromItem): JoinItem {
  if (cursor.acceptWords(K.CROSS, K.JOIN)) {
    const right = parseItem(cursor);
    return { kind: 'join', join: 'cross', left, right, condition: { kind: 'none' }, start: left.start, end: right.end };
  }
  const natural = cursor.accept(K.NATURAL);
  const join = parseJoinType(cursor);
  cursor.expect(K.JOIN);
  let right = parseItem(cursor);
  let condition: JoinCondition = { kind: 'natural' };
  if (!natural) {
    // Joins before this one's ON belong to its right side.
    cursor.enter();
    while (atJoin(cursor)) right = parseJoin(cursor, right);
    cursor.leave();
    condition = parseJoinCondition(cursor);
  }
  return { kind: 'join', join, left, right, condition, start: left.start, end: cursor.end };
}

function parseJoinType(cursor: TokenCursor): JoinItem['join'] {
  if (cursor.accept(K.INNER)) return 'inner';
  for (const [word, join] of [[K.LEFT, 'left'], [K.RIGHT, 'right'], [K.FULL, 'full']] as const) {
    if (cursor.accept(word)) { cursor.accept(K.OUTER); return join; }
  }
  return 'inner';
}

function parseJoinCondition(cursor: TokenCursor): JoinCondition {
  if (cursor.accept(K.ON)) return { kind: 'on', condition: cursor.rules.expression(cursor, 0) };
  cursor.expect(K.USING);
  return { kind: 'using', columns: parseColumnList(cursor) };
}

/** `(a, b, …)`. */
export function parseColumnList(cursor: TokenCursor): Name[] {
  const columns: Name[] = [];
  cursor.expect(T.LEFT_PAREN);
  do columns.push(cursor.name('a column')); while (cursor.accept(T.COMMA));
  cursor.expect(T.RIGHT_PAREN);
  return columns;
}

/** `t`, `s.t` or `db.s.t`. */
export function parseTableName(cursor: TokenCursor): QualifiedName {
  const parts = [cursor.name('a table')];
  while (parts.length < 3 && cursor.accept(T.DOT)) parts.push(cursor.label('a table'));
  return parts;
}

function parseItem(cursor: TokenCursor): FromItem {
  const start = cursor.start;
  if (cursor.accept(K.LATERAL)) {
    if (cursor.at(T.LEFT_PAREN)) return parseSubqueryItem(cursor, start, true);
    if (!isCallAhead(cursor)) { cursor.note('a function'); cursor.fail(); }
    return parseFunctionItem(cursor);
  }
  if (cursor.kind === T.LEFT_PAREN) return parseParenthesis(cursor, start);
  if (cursor.atName('a table') && !isString(cursor.peek(1)) && !isCallAhead(cursor)) return parseTable(cursor, start);
  if (!isName(cursor.kind) && isKeyword(cursor.kind) && !BEGINS_EXPRESSION.has(cursor.kind)) cursor.fail();
  return parseFunctionItem(cursor);
}

const BEGINS_EXPRESSION: ReadonlySet<number> = new Set([K.ARRAY, K.CASE, K.CAST, K.EXISTS, K.NULL, K.TRUE, K.FALSE, K.NOT]);

/** Whether a call begins here: `f(`, `s.f(`, or a word that is one without parentheses. */
function isCallAhead(cursor: TokenCursor): boolean {
  const behindName = cursor.peek(1) === T.DOT ? cursor.peek(3) : cursor.peek(1);
  return behindName === T.LEFT_PAREN || (cursor.kind === T.NAME && BARE_TABLE_CALLS.has(cursor.word()) && cursor.peek(1) !== T.DOT);
}

const BARE_TABLE_CALLS: ReadonlySet<string> = new Set(['current_timestamp', 'current_date', 'current_time', 'current_user', 'localtime', 'localtimestamp']);

/** A subquery, or an item in parentheses that mean nothing. */
function parseParenthesis(cursor: TokenCursor, start: number): FromItem {
  if (atParenthesizedQuery(cursor)) return parseSubqueryItem(cursor, start, false);
  cursor.expect(T.LEFT_PAREN);
  const inner = parseJoined(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return inner;
}

function parseSubqueryItem(cursor: TokenCursor, start: number, lateral: boolean): FromItem {
  cursor.expect(T.LEFT_PAREN);
  const query = cursor.rules.query(cursor);
  cursor.expect(T.RIGHT_PAREN);
  const alias = parseTableAlias(cursor);
  return { kind: 'subquery', lateral, query, alias, start, end: cursor.end };
}

function parseTable(cursor: TokenCursor, start: number): FromItem {
  const name = parseTableName(cursor);
  const before = parseTemporalClauses(cursor);
  const alias = parseTableAlias(cursor);
  const temporal = [...before, ...(alias === undefined ? [] : parseTemporalClauses(cursor))];
  return { kind: 'table', name, temporal, alias, start, end: cursor.end };
}

/** `[AS] a [(c, …)]`. */
function parseTableAlias(cursor: TokenCursor): TableAlias | undefined {
  const start = cursor.start;
  if (cursor.accept(K.AS)) return withColumns(cursor, cursor.label('an alias'), start);
  return cursor.atName('an alias') ? withColumns(cursor, cursor.name(), start) : undefined;
}

function withColumns(cursor: TokenCursor, name: Name, start: number): TableAlias {
  const columns = cursor.at(T.LEFT_PAREN) ? parseColumnList(cursor) : [];
  return { name, columns, start, end: cursor.end };
}

/** UNNEST, GENERATE_SERIES, RANGE, or any expression. */
function parseFunctionItem(cursor: TokenCursor): FromItem {
  const start = cursor.start;
  const expression = cursor.rules.expression(cursor, 0);
  const ordinality = cursor.acceptWords(K.WITH, K.ORDINALITY);
  const alias = parseTableAlias(cursor);
  return tableFunction(expression, { ordinality, alias, start, end: cursor.end });
}

interface FunctionTail { readonly ordinality: boolean; readonly alias: TableAlias | undefined; readonly start: number; readonly end: number }

function tableFunction(expression: Expression, tail: FunctionTail): FromItem {
  if (expression.kind === 'call' && expression.modifiers === undefined && (expression.schema === undefined || expression.schema === 'pg_catalog')) {
    const [from, to, step] = expression.args;
    if (expression.name === 'unnest' && from !== undefined) return { kind: 'unnest', args: expression.args, ...tail };
    const isSeries = expression.name === 'generate_series' || expression.name === 'range';
    if (isSeries && from !== undefined && to !== undefined && expression.args.length <= 3) {
      return { kind: 'series', inclusive: expression.name === 'generate_series', from, to, step, ...tail };
    }
  }
  return { kind: 'expression', expression, ...tail };
}
