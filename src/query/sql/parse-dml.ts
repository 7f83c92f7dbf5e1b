/** Statements that write rows: INSERT, UPDATE, DELETE, ERASE, PATCH, ASSERT, COPY. */
import type { Assert, Assignment, Copy, CopyOption, Delete, Erase, Insert, Name, Patch, QueryExpression, SelectItem, Update } from './ast.ts';
import type { Expression } from './ast-expression.ts';
import { parseColumnList, parseTableName } from './parse-from.ts';
import { parseRecords } from './parse-query.ts';
import { parseConditions, parseSelectItems } from './parse-select.ts';
import { parseDmlExtent } from './parse-temporal.ts';
import { atParenthesizedQuery } from './query-lookahead.ts';
import { K, T, isString } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

export function parseInsert(cursor: TokenCursor): Insert {
  const start = cursor.start;
  cursor.expect(K.INSERT);
  cursor.expect(K.INTO);
  const table = parseTableName(cursor);
  const columns = cursor.at(T.LEFT_PAREN) && !atParenthesizedQuery(cursor) ? parseColumnList(cursor) : [];
  if (cursor.kind === K.DEFAULT) cursor.hint('There are no default values: write RECORDS {_id: …}.');
  const source = cursor.rules.query(cursor);
  if (cursor.kind === K.ON) cursor.hint('INSERT already replaces the row with the same _id: leave ON CONFLICT out, or use PATCH to merge.');
  const returning = parseReturning(cursor);
  return { kind: 'insert', table, columns, source, returning, start, end: cursor.end };
}

function parseReturning(cursor: TokenCursor): SelectItem[] {
  return cursor.accept(K.RETURNING) ? parseSelectItems(cursor) : [];
}

const parseWhere = (cursor: TokenCursor): Expression | undefined => (cursor.accept(K.WHERE) ? parseConditions(cursor) : undefined);

/** `[AS] a`. */
function parseAlias(cursor: TokenCursor): Name | undefined {
  if (cursor.accept(K.AS)) return cursor.label('an alias');
  return cursor.atName('an alias') ? cursor.name() : undefined;
}

export function parseUpdate(cursor: TokenCursor): Update {
  const start = cursor.start;
  cursor.expect(K.UPDATE);
  const table = parseTableName(cursor);
  const before = parseDmlExtent(cursor, true);
  const alias = parseAlias(cursor);
  const extent = before ?? parseDmlExtent(cursor, true);
  cursor.expect(K.SET);
  const assignments: Assignment[] = [];
  do assignments.push(parseAssignment(cursor)); while (cursor.accept(T.COMMA));
  if (cursor.kind === K.FROM) cursor.hint('UPDATE has no FROM: use a subquery, SET a = (SELECT …).');
  const where = parseWhere(cursor);
  const returning = parseReturning(cursor);
  return { kind: 'update', table, extent, alias, assignments, where, returning, start, end: cursor.end };
}

function parseAssignment(cursor: TokenCursor): Assignment {
  const start = cursor.start;
  const column = cursor.name('a column');
  if (cursor.kind === T.DOT) cursor.hint('Only whole columns can be set: SET a = {…}.');
  cursor.expect(T.EQUAL);
  const value = cursor.rules.expression(cursor, 0);
  return { column, value, start, end: cursor.end };
}

export function parseDelete(cursor: TokenCursor): Delete {
  const start = cursor.start;
  cursor.expect(K.DELETE);
  cursor.expect(K.FROM);
  const table = parseTableName(cursor);
  const before = parseDmlExtent(cursor, true);
  const alias = parseAlias(cursor);
  const extent = before ?? parseDmlExtent(cursor, true);
  if (cursor.kind === K.USING) cursor.hint('DELETE has no USING: use WHERE EXISTS (SELECT …).');
  const where = parseWhere(cursor);
  const returning = parseReturning(cursor);
  return { kind: 'delete', table, extent, alias, where, returning, start, end: cursor.end };
}

export function parseErase(cursor: TokenCursor): Erase {
  const start = cursor.start;
  cursor.expect(K.ERASE);
  cursor.expect(K.FROM);
  const table = parseTableName(cursor);
  const alias = parseAlias(cursor);
  if (cursor.kind === K.FOR) cursor.hint('ERASE removes every version there ever was: it has no extent.');
  const where = parseWhere(cursor);
  const returning = parseReturning(cursor);
  return { kind: 'erase', table, alias, where, returning, start, end: cursor.end };
}

export function parsePatch(cursor: TokenCursor): Patch {
  const start = cursor.start;
  cursor.expect(K.PATCH);
  cursor.expect(K.INTO);
  const table = parseTableName(cursor);
  const extent = parseDmlExtent(cursor, false);
  const records = parseRecords(cursor);
  const returning = parseReturning(cursor);
  return { kind: 'patch', table, extent, records, returning, start, end: cursor.end };
}

/** `ASSERT p [, 'message']`: the last of several conditions is the message if it is a string. */
export function parseAssert(cursor: TokenCursor): Assert {
  const start = cursor.start;
  cursor.expect(K.ASSERT);
  const condition = cursor.rules.expression(cursor, 0);
  const message = cursor.accept(T.COMMA) ? cursor.string() : undefined;
  return { kind: 'assert', condition, message, start, end: cursor.end };
}

/** `COPY t [(a, …)] FROM STDIN …` or `COPY t | (query) TO STDOUT …`. */
export function parseCopy(cursor: TokenCursor): Copy {
  const start = cursor.start;
  cursor.expect(K.COPY);
  let query: QueryExpression | undefined;
  if (cursor.at(T.LEFT_PAREN)) {
    cursor.expect(T.LEFT_PAREN);
    query = cursor.rules.query(cursor);
    cursor.expect(T.RIGHT_PAREN);
  }
  const table = query === undefined ? parseTableName(cursor) : undefined;
  const columns = table !== undefined && cursor.at(T.LEFT_PAREN) ? parseColumnList(cursor) : [];
  const fromStdin = query === undefined && cursor.acceptWords(K.FROM, K.STDIN);
  if (!fromStdin) {
    cursor.expect(K.TO);
    cursor.expect(K.STDOUT);
  }
  const options = parseCopyOptions(cursor);
  return { kind: 'copy', direction: fromStdin ? 'from-stdin' : 'to-stdout', table, columns, query, options, start, end: cursor.end };
}

/** `[WITH] (FORMAT 'x', header, …)`. */
function parseCopyOptions(cursor: TokenCursor): CopyOption[] {
  const options: CopyOption[] = [];
  const withGiven = cursor.accept(K.WITH);
  if (!withGiven && !cursor.at(T.LEFT_PAREN)) return options;
  cursor.expect(T.LEFT_PAREN);
  do {
    const start = cursor.start;
    const name = cursor.label('an option').text.toLowerCase();
    cursor.accept(T.EQUAL);
    const value = parseOptionValue(cursor);
    options.push({ name, value, start, end: cursor.end });
  } while (cursor.accept(T.COMMA));
  cursor.expect(T.RIGHT_PAREN);
  return options;
}

function parseOptionValue(cursor: TokenCursor): string | undefined {
  if (isString(cursor.kind)) return cursor.string();
  if (cursor.at(T.COMMA) || cursor.at(T.RIGHT_PAREN)) return undefined;
  if (cursor.kind === T.INTEGER || cursor.kind === T.FLOAT) {
    const text = cursor.tokenText();
    cursor.skip();
    return text;
  }
  return cursor.label('a value').text;
}

