/** Statements by their first word. */
import type { Prepare, QuerySetting, QueryStatement, Statement } from './ast.ts';
import type { TypeName } from './ast-expression.ts';
import { parseCreate, parseDrop, parseTruncate } from './parse-definition.ts';
import { parseAssert, parseCopy, parseDelete, parseErase, parseInsert, parsePatch, parseUpdate } from './parse-dml.ts';
import { parseAttach, parseClose, parseDeallocate, parseDetach, parseDiscard, parseExecute, parseGrant, parseReset, parseRevoke, parseSet, parseShow } from './parse-session.ts';
import { parseTemporalPeriod, parseTimeAxis } from './parse-temporal.ts';
import { parseBegin, parseCommit, parseRollback } from './parse-transaction.ts';
import { parseTypeName } from './parse-type.ts';
import { K, T } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

type ParseStatement = (cursor: TokenCursor) => Statement;

const BY_FIRST_WORD: ReadonlyMap<number, ParseStatement> = new Map<number, ParseStatement>([
  [K.SELECT, parseQueryStatement], [K.FROM, parseQueryStatement], [K.WITH, parseQueryStatement], [K.VALUES, parseQueryStatement], [K.RECORDS, parseQueryStatement],
  [K.XTQL, parseQueryStatement], [T.LEFT_PAREN, parseQueryStatement], [K.EXPLAIN, parseQueryStatement], [K.SETTING, parseQueryStatement],
  [K.INSERT, parseInsert], [K.UPDATE, parseUpdate], [K.DELETE, parseDelete], [K.ERASE, parseErase], [K.PATCH, parsePatch], [K.ASSERT, parseAssert],
  [K.COPY, parseCopy], [K.CREATE, parseCreate], [K.DROP, parseDrop], [K.TRUNCATE, parseTruncate],
  [K.BEGIN, parseBegin], [K.START, parseBegin], [K.COMMIT, parseCommit], [K.END, parseCommit], [K.ROLLBACK, parseRollback], [K.ABORT, parseRollback],
  [K.SET, parseSet], [K.SHOW, parseShow], [K.RESET, parseReset], [K.DISCARD, parseDiscard], [K.CLOSE, parseClose], [K.UNLISTEN, parseClose],
  [K.PREPARE, parsePrepare], [K.EXECUTE, parseExecute], [K.DEALLOCATE, parseDeallocate],
  [K.GRANT, parseGrant], [K.REVOKE, parseRevoke], [K.ATTACH, parseAttach], [K.DETACH, parseDetach],
]);

/** What PostgreSQL has and this dialect spells otherwise or does without. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['savepoint', 'There are no savepoints: a transaction succeeds or fails as a whole.'],
  ['release', 'There are no savepoints: a transaction succeeds or fails as a whole.'],
  ['alter', 'Tables take whatever columns are written to them: nothing needs to be altered.'],
  ['merge', 'INSERT replaces rows with the same _id; PATCH merges into them.'],
  ['upsert', 'INSERT replaces rows with the same _id.'],
  ['replace', 'INSERT replaces rows with the same _id.'],
  ['table', 'Use FROM t.'],
  ['declare', 'There are no cursors in SQL: rows are fetched through the protocol.'],
  ['fetch', 'There are no cursors in SQL: rows are fetched through the protocol.'],
  ['vacuum', 'Storage tends itself: there is nothing to vacuum.'],
  ['analyze', 'Statistics are kept up by themselves. For a plan use EXPLAIN ANALYZE.'],
  ['lock', 'Tables are never locked.'],
  ['call', 'There are no procedures.'],
  ['do', 'There are no anonymous blocks.'],
]);

export function parseStatement(cursor: TokenCursor): Statement {
  const parse = BY_FIRST_WORD.get(cursor.kind);
  if (parse === undefined) {
    const hint = HINTS.get(cursor.word());
    if (hint !== undefined) cursor.hint(hint);
    for (const kind of BY_FIRST_WORD.keys()) cursor.at(kind);
    return cursor.fail();
  }
  cursor.enter();
  const statement = parse(cursor);
  cursor.leave();
  return statement;
}

/** `[EXPLAIN [ANALYZE]] [SETTING …] query`. */
function parseQueryStatement(cursor: TokenCursor): QueryStatement {
  const start = cursor.start;
  const explain = cursor.accept(K.EXPLAIN) ? { analyze: cursor.accept(K.ANALYZE) } : undefined;
  if (explain !== undefined && (cursor.kind === K.INSERT || cursor.kind === K.UPDATE || cursor.kind === K.DELETE)) cursor.hint('Only queries can be explained.');
  const settings = cursor.accept(K.SETTING) ? parseSettings(cursor) : [];
  const query = cursor.rules.query(cursor);
  return { kind: 'query', explain, settings, query, start, end: cursor.end };
}

function parseSettings(cursor: TokenCursor): QuerySetting[] {
  const settings: QuerySetting[] = [];
  do settings.push(parseSetting(cursor)); while (cursor.accept(T.COMMA));
  return settings;
}

function parseSetting(cursor: TokenCursor): QuerySetting {
  const start = cursor.start;
  if (cursor.accept(K.DEFAULT)) {
    const axis = parseTimeAxis(cursor);
    cursor.accept(K.TO);
    const period = parseTemporalPeriod(cursor);
    return { kind: 'default-time', axis, period, start, end: cursor.end };
  }
  const name = cursor.accept(K.SNAPSHOT_TOKEN) ? 'snapshot_token' : cursor.accept(K.SNAPSHOT_TIME) ? 'snapshot_time'
    : cursor.accept(K.CLOCK_TIME) ? 'clock_time' : cursor.accept(K.AWAIT_TOKEN) ? 'await_token' : cursor.fail();
  if (!cursor.accept(T.EQUAL)) cursor.expect(K.TO);
  const value = cursor.rules.expression(cursor, 0);
  return { kind: 'value', name, value, start, end: cursor.end };
}

/** `PREPARE name [(types)] AS statement`. */
function parsePrepare(cursor: TokenCursor): Prepare {
  const start = cursor.start;
  cursor.expect(K.PREPARE);
  const name = cursor.name('a name');
  const types: TypeName[] = [];
  if (cursor.accept(T.LEFT_PAREN)) {
    do types.push(parseTypeName(cursor)); while (cursor.accept(T.COMMA));
    cursor.expect(T.RIGHT_PAREN);
  }
  cursor.expect(K.AS);
  cursor.resetParameters();
  const statement = parseStatement(cursor);
  const parameterCount = cursor.parameterCount;
  // They are parameters of the inner statement, given by EXECUTE.
  cursor.resetParameters();
  return { kind: 'prepare', name, types, statement, parameterCount, start, end: cursor.end };
}
