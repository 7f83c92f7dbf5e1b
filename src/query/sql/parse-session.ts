/** Statements about the session, prepared statements, roles and databases. */
import type { AttachDatabase, Deallocate, DetachDatabase, Discard, Execute, Grant, ResetVariable, Revoke, SetVariable, Show, Statement } from './ast.ts';
import type { Expression } from './ast-expression.ts';
import { parseModes } from './parse-transaction.ts';
import { K, T, isKeyword, isName } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Everything that begins with SET. */
export function parseSet(cursor: TokenCursor): Statement {
  const start = cursor.start;
  cursor.expect(K.SET);
  if (cursor.atPair(K.TRANSACTION, K.ISOLATION) || cursor.atPair(K.TRANSACTION, K.READ) || cursor.atPair(K.TRANSACTION, K.WITH)) {
    cursor.expect(K.TRANSACTION);
    const modes = parseModes(cursor);
    return { kind: 'set-transaction', modes, start, end: cursor.end };
  }
  if (cursor.atPair(K.SESSION, K.CHARACTERISTICS)) {
    cursor.acceptWords(K.SESSION, K.CHARACTERISTICS, K.AS, K.TRANSACTION);
    const modes = parseModes(cursor);
    return { kind: 'set-session-characteristics', modes, start, end: cursor.end };
  }
  if (cursor.at(K.ROLE) && cursor.peek(1) !== K.TO && cursor.peek(1) !== T.EQUAL) return parseSetRole(cursor, start);
  return parseSetVariable(cursor, start);
}

function parseSetRole(cursor: TokenCursor, start: number): Statement {
  cursor.expect(K.ROLE);
  if (cursor.accept(K.NONE)) return { kind: 'set-role', role: undefined, start, end: cursor.end };
  const role = cursor.atString() ? cursor.string() : cursor.name('a role').text;
  return { kind: 'set-role', role, start, end: cursor.end };
}

/** `SET [SESSION | LOCAL] name TO | = value, …`, `SET TIME ZONE …`, `SET NAMES '…'`. */
function parseSetVariable(cursor: TokenCursor, start: number): SetVariable {
  const isScope = cursor.peek(1) !== K.TO && cursor.peek(1) !== T.EQUAL && cursor.peek(1) !== T.DOT;
  const scope = isScope && cursor.accept(K.SESSION) ? 'session' : isScope && cursor.accept(K.LOCAL) ? 'local' : undefined;
  if (cursor.atPair(K.TIME, K.ZONE)) {
    cursor.acceptWords(K.TIME, K.ZONE);
    return { kind: 'set', scope, name: 'timezone', values: parseSettingValues(cursor), start, end: cursor.end };
  }
  if (cursor.at(K.NAMES) && isScope && cursor.accept(K.NAMES)) {
    return { kind: 'set', scope, name: 'client_encoding', values: parseSettingValues(cursor), start, end: cursor.end };
  }
  const name = parseSettingName(cursor);
  if (!cursor.accept(T.EQUAL)) cursor.expect(K.TO);
  return { kind: 'set', scope, name, values: parseSettingValues(cursor), start, end: cursor.end };
}

/** `a` or `a.b`. */
function parseSettingName(cursor: TokenCursor): string {
  let name = cursor.name('a setting').text.toLowerCase();
  while (cursor.accept(T.DOT)) name += `.${cursor.label('a setting').text.toLowerCase()}`;
  return name;
}

/** Values with commas between them; empty for DEFAULT. */
function parseSettingValues(cursor: TokenCursor): Expression[] {
  if (cursor.accept(K.DEFAULT)) return [];
  const values: Expression[] = [];
  do values.push(parseSettingValue(cursor)); while (cursor.accept(T.COMMA));
  return values;
}

/** A literal, a parameter, or a bare word, which is text. */
function parseSettingValue(cursor: TokenCursor): Expression {
  const start = cursor.start, next = cursor.peek(1);
  const isWord = isName(cursor.kind) || (isKeyword(cursor.kind) && cursor.kind !== K.TRUE && cursor.kind !== K.FALSE && cursor.kind !== K.NULL);
  if (isWord && (next === T.END || next === T.SEMICOLON || next === T.COMMA)) return { kind: 'literal', value: cursor.label().text, start, end: cursor.end };
  return cursor.rules.expression(cursor, 0);
}

/** `SHOW name`, `SHOW TIME ZONE`, `SHOW TRANSACTION ISOLATION LEVEL`, `SHOW ALL`. */
export function parseShow(cursor: TokenCursor): Show {
  const start = cursor.start;
  cursor.expect(K.SHOW);
  let name: string;
  if (cursor.atPair(K.TIME, K.ZONE) && cursor.acceptWords(K.TIME, K.ZONE)) name = 'timezone';
  else if (cursor.atPair(K.TRANSACTION, K.ISOLATION) && cursor.acceptWords(K.TRANSACTION, K.ISOLATION, K.LEVEL)) name = 'transaction_isolation';
  else if (cursor.accept(K.ALL)) name = 'all';
  else name = parseSettingName(cursor);
  return { kind: 'show', name, start, end: cursor.end };
}

/** `RESET name`, `RESET ALL`, `RESET TIME ZONE`. */
export function parseReset(cursor: TokenCursor): ResetVariable {
  const start = cursor.start;
  cursor.expect(K.RESET);
  const all = cursor.accept(K.ALL);
  const zone = !all && cursor.atPair(K.TIME, K.ZONE) && cursor.acceptWords(K.TIME, K.ZONE);
  const name = all ? undefined : zone ? 'timezone' : parseSettingName(cursor);
  return { kind: 'reset', name, start, end: cursor.end };
}

export function parseDiscard(cursor: TokenCursor): Discard {
  const start = cursor.start;
  cursor.expect(K.DISCARD);
  let what: Discard['what'] = 'all';
  if (!cursor.accept(K.ALL)) {
    const word = cursor.word();
    if (word === 'plans' || word === 'sequences') what = word;
    else if (word === 'temp' || word === 'temporary') what = 'temp';
    else { cursor.note('ALL, PLANS, SEQUENCES or TEMP'); cursor.fail(); }
    cursor.skip();
  }
  return { kind: 'discard', what, start, end: cursor.end };
}

/** `CLOSE ALL` or `UNLISTEN *`. */
export function parseClose(cursor: TokenCursor): Discard {
  const start = cursor.start;
  if (cursor.accept(K.CLOSE)) {
    cursor.expect(K.ALL);
    return { kind: 'discard', what: 'cursors', start, end: cursor.end };
  }
  cursor.expect(K.UNLISTEN);
  cursor.expect(T.STAR);
  return { kind: 'discard', what: 'listeners', start, end: cursor.end };
}

export function parseExecute(cursor: TokenCursor): Execute {
  const start = cursor.start;
  cursor.expect(K.EXECUTE);
  const name = cursor.name('a prepared statement');
  const args: Expression[] = [];
  if (cursor.accept(T.LEFT_PAREN) && !cursor.accept(T.RIGHT_PAREN)) {
    do args.push(cursor.rules.expression(cursor, 0)); while (cursor.accept(T.COMMA));
    cursor.expect(T.RIGHT_PAREN);
  }
  return { kind: 'execute', name, args, start, end: cursor.end };
}

/** `DEALLOCATE [PREPARE] name | ALL`. */
export function parseDeallocate(cursor: TokenCursor): Deallocate {
  const start = cursor.start;
  cursor.expect(K.DEALLOCATE);
  if (cursor.peek(1) !== T.END && cursor.peek(1) !== T.SEMICOLON) cursor.accept(K.PREPARE);
  const name = cursor.accept(K.ALL) ? undefined : cursor.name('a prepared statement');
  return { kind: 'deallocate', name, start, end: cursor.end };
}

export function parseGrant(cursor: TokenCursor): Grant {
  const start = cursor.start;
  cursor.expect(K.GRANT);
  const role = cursor.name('a role');
  if (cursor.kind === K.ON || cursor.kind === T.COMMA) cursor.hint(NO_PRIVILEGES);
  cursor.expect(K.TO);
  const user = cursor.name('a user');
  return { kind: 'grant', role, user, start, end: cursor.end };
}

export function parseRevoke(cursor: TokenCursor): Revoke {
  const start = cursor.start;
  cursor.expect(K.REVOKE);
  const role = cursor.name('a role');
  if (cursor.kind === K.ON || cursor.kind === T.COMMA) cursor.hint(NO_PRIVILEGES);
  cursor.expect(K.FROM);
  const user = cursor.name('a user');
  return { kind: 'revoke', role, user, start, end: cursor.end };
}
const NO_PRIVILEGES = 'Only membership in one role is granted and revoked: there are no privileges on tables.';

/** `ATTACH DATABASE n [WITH $$yaml$$]`. */
export function parseAttach(cursor: TokenCursor): AttachDatabase {
  const start = cursor.start;
  cursor.expect(K.ATTACH);
  cursor.expect(K.DATABASE);
  const name = cursor.name('a database');
  const config = cursor.accept(K.WITH) ? cursor.string() : undefined;
  return { kind: 'attach-database', name, config, start, end: cursor.end };
}

export function parseDetach(cursor: TokenCursor): DetachDatabase {
  const start = cursor.start;
  cursor.expect(K.DETACH);
  cursor.expect(K.DATABASE);
  const name = cursor.name('a database');
  return { kind: 'detach-database', name, start, end: cursor.end };
}
