/**
 * Query expressions: WITH, set operations, VALUES, RECORDS, XTQL, ORDER BY, LIMIT.
 *
 *   a UNION b INTERSECT c EXCEPT d   →   ((a ∪ (b ∩ c)) ∖ d)
 */
import type { CommonTable, QueryBody, QueryExpression, RecordExpression, RecordsQuery, SetOperation, ValuesQuery, WithClause, XtqlQuery } from './ast.ts';
import type { Expression } from './ast-expression.ts';
import { parseColumnList } from './parse-from.ts';
import { parseStruct } from './parse-primary.ts';
import { parseFromPipeline, parseSelect } from './parse-select.ts';
import { parseSortItems } from './parse-window.ts';
import { K, T } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

export function parseQuery(cursor: TokenCursor): QueryExpression {
  const start = cursor.start;
  cursor.enter();
  const withClause = cursor.at(K.WITH) ? parseWith(cursor) : undefined;
  const body = parseSetOperations(cursor);
  const orderBy = cursor.at(K.ORDER) ? parseSortItems(cursor) : [];
  const { limit, offset } = parseLimits(cursor);
  cursor.leave();
  return { kind: 'query-expression', with: withClause, body, orderBy, limit, offset, start, end: cursor.end };
}

function parseWith(cursor: TokenCursor): WithClause {
  const start = cursor.start;
  cursor.expect(K.WITH);
  const recursive = cursor.at(K.RECURSIVE) && cursor.peek(1) !== K.AS && cursor.peek(1) !== T.LEFT_PAREN && cursor.accept(K.RECURSIVE);
  const tables: CommonTable[] = [];
  do tables.push(parseCommonTable(cursor)); while (cursor.accept(T.COMMA));
  return { recursive, tables, start, end: cursor.end };
}

/** `[MATERIALIZED] name [(columns)] AS [[NOT] MATERIALIZED] (query)`. */
function parseCommonTable(cursor: TokenCursor): CommonTable {
  const start = cursor.start;
  const leading = cursor.at(K.MATERIALIZED) && cursor.peek(1) !== K.AS && cursor.peek(1) !== T.LEFT_PAREN && cursor.accept(K.MATERIALIZED);
  const name = cursor.name('a table name');
  const columns = cursor.at(T.LEFT_PAREN) ? parseColumnList(cursor) : [];
  cursor.expect(K.AS);
  const refused = cursor.acceptWords(K.NOT, K.MATERIALIZED);
  const materialized = refused ? false : cursor.accept(K.MATERIALIZED) || leading ? true : undefined;
  cursor.expect(T.LEFT_PAREN);
  const query = cursor.rules.query(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return { name, columns, materialized, query, start, end: cursor.end };
}

function parseSetOperations(cursor: TokenCursor): QueryBody {
  let left = parseIntersections(cursor), chain = 0;
  for (;;) {
    const operation = cursor.accept(K.UNION) ? 'union' : cursor.accept(K.EXCEPT) ? 'except' : undefined;
    if (operation === undefined) break;
    left = parseRightArm(cursor, left, operation, parseIntersections);
    chain++;
    cursor.enter(1);
  }
  cursor.leave(chain);
  return left;
}

function parseIntersections(cursor: TokenCursor): QueryBody {
  let left = parseTerm(cursor), chain = 0;
  while (cursor.accept(K.INTERSECT)) {
    left = parseRightArm(cursor, left, 'intersect', parseTerm);
    chain++;
    cursor.enter(1);
  }
  cursor.leave(chain);
  return left;
}

function parseRightArm(cursor: TokenCursor, left: QueryBody, operation: SetOperation['operation'], parseArm: (cursor: TokenCursor) => QueryBody): SetOperation {
  const all = cursor.accept(K.ALL);
  if (!all) cursor.accept(K.DISTINCT);
  const right = parseArm(cursor);
  return { kind: 'set-operation', operation, all, left, right, start: left.start, end: cursor.end };
}

function parseTerm(cursor: TokenCursor): QueryBody {
  switch (cursor.kind) {
    case K.SELECT: return parseSelect(cursor);
    case K.FROM: return parseFromPipeline(cursor);
    case K.VALUES: return parseValues(cursor);
    case K.RECORDS: return parseRecordsQuery(cursor);
    case K.XTQL: return parseXtql(cursor);
    case T.LEFT_PAREN: return parseParenthesis(cursor);
    default:
      for (const kind of [K.SELECT, K.FROM, K.VALUES, K.RECORDS, K.XTQL, T.LEFT_PAREN]) cursor.at(kind);
      return cursor.fail();
  }
}

/** Parentheses around nothing but a body leave no trace in the tree. */
function parseParenthesis(cursor: TokenCursor): QueryBody {
  cursor.expect(T.LEFT_PAREN);
  const query = cursor.rules.query(cursor);
  cursor.expect(T.RIGHT_PAREN);
  const isBare = query.with === undefined && query.orderBy.length === 0 && query.limit === undefined && query.offset === undefined;
  return isBare ? query.body : query;
}

function parseValues(cursor: TokenCursor): ValuesQuery {
  const start = cursor.start;
  cursor.expect(K.VALUES);
  const rows: (readonly Expression[])[] = [];
  do rows.push(parseRow(cursor)); while (cursor.accept(T.COMMA));
  return { kind: 'values', rows, start, end: cursor.end };
}

/** `(a, b)`, `ROW(a, b)`, `()`, or a lone value without parentheses. */
function parseRow(cursor: TokenCursor): readonly Expression[] {
  if (cursor.kind === T.LEFT_PAREN && cursor.peek(1) === T.RIGHT_PAREN) {
    cursor.skip();
    cursor.skip();
    return [];
  }
  const value = cursor.rules.expression(cursor, 0);
  return value.kind === 'row' ? value.items : [value];
}

function parseRecordsQuery(cursor: TokenCursor): RecordsQuery {
  const start = cursor.start;
  const records = parseRecords(cursor);
  return { kind: 'records', records, start, end: cursor.end };
}

/** `RECORDS r, …`, each a struct or a parameter. */
export function parseRecords(cursor: TokenCursor): RecordExpression[] {
  const records: RecordExpression[] = [];
  cursor.expect(K.RECORDS);
  do records.push(parseRecord(cursor)); while (cursor.accept(T.COMMA));
  return records;
}

function parseRecord(cursor: TokenCursor): RecordExpression {
  const start = cursor.start;
  switch (cursor.kind) {
    case T.LEFT_BRACE: case K.RECORD: case K.OBJECT: return parseStruct(cursor);
    case T.QUESTION: case T.DOLLAR_PARAMETER: return { kind: 'parameter', index: cursor.parameter(), start, end: cursor.end };
    default:
      cursor.note('a record {…}');
      cursor.note('a parameter');
      return cursor.fail();
  }
}

/** `XTQL '…'` or `XTQL ('…', x, …)`. */
function parseXtql(cursor: TokenCursor): XtqlQuery {
  const start = cursor.start;
  cursor.expect(K.XTQL);
  const inParentheses = cursor.accept(T.LEFT_PAREN);
  const textStart = cursor.start;
  const textWritten = cursor.tokenText();
  const text = cursor.string();
  const args: Expression[] = [];
  if (inParentheses) {
    while (cursor.accept(T.COMMA)) args.push(cursor.rules.expression(cursor, 0));
    cursor.expect(T.RIGHT_PAREN);
  }
  return { kind: 'xtql', text, textStart, textWritten, args, start, end: cursor.end };
}

interface Limits { limit: Expression | undefined; offset: Expression | undefined }

/** LIMIT, OFFSET and FETCH in any order, each side at most once. */
function parseLimits(cursor: TokenCursor): Limits {
  const limits: Limits = { limit: undefined, offset: undefined };
  let limitGiven = false;
  for (;;) {
    if (!limitGiven && cursor.accept(K.LIMIT)) {
      limits.limit = cursor.accept(K.ALL) ? undefined : cursor.rules.expression(cursor, 0);
      limitGiven = true;
    } else if (!limitGiven && cursor.accept(K.FETCH)) {
      limits.limit = parseFetch(cursor);
      limitGiven = true;
    } else if (limits.offset === undefined && cursor.accept(K.OFFSET)) {
      limits.offset = cursor.rules.expression(cursor, 0);
      if (!cursor.accept(K.ROWS)) cursor.accept(K.ROW);
    } else return limits;
  }
}

/** `FIRST | NEXT [n] ROW | ROWS ONLY`; without a number it is one row. */
function parseFetch(cursor: TokenCursor): Expression {
  if (!cursor.accept(K.FIRST)) cursor.expect(K.NEXT);
  const start = cursor.start;
  const count: Expression = cursor.at(K.ROW) || cursor.at(K.ROWS) ? { kind: 'literal', value: 1n, start, end: start } : cursor.rules.expression(cursor, 0);
  if (!cursor.accept(K.ROWS)) cursor.expect(K.ROW);
  if (cursor.kind === K.WITH) cursor.hint('WITH TIES does not exist here; RANK() OVER (…) <= n in an outer query gives the same rows.');
  cursor.expect(K.ONLY);
  return count;
}
