/** BEGIN, COMMIT, ROLLBACK, and the modes of transactions. */
import type { Begin, Commit, Rollback, TransactionModes, TransactionOption } from './ast.ts';
import { K, T } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

/** TRANSACTION or WORK, which mean nothing. */
const skipNoise = (cursor: TokenCursor): void => { if (!cursor.accept(K.TRANSACTION)) cursor.accept(K.WORK); };

/** `BEGIN [TRANSACTION | WORK] [modes]` or `START TRANSACTION [modes]`. */
export function parseBegin(cursor: TokenCursor): Begin {
  const start = cursor.start;
  if (cursor.accept(K.START)) cursor.expect(K.TRANSACTION);
  else {
    cursor.expect(K.BEGIN);
    skipNoise(cursor);
  }
  const modes = parseModes(cursor);
  return { kind: 'begin', modes, start, end: cursor.end };
}

/** `COMMIT [TRANSACTION | WORK] [SYNC | ASYNC]`, or END in place of COMMIT. */
export function parseCommit(cursor: TokenCursor): Commit {
  const start = cursor.start;
  if (!cursor.accept(K.END)) cursor.expect(K.COMMIT);
  skipNoise(cursor);
  const mode = cursor.accept(K.SYNC) ? 'sync' : cursor.accept(K.ASYNC) ? 'async' : undefined;
  return { kind: 'commit', mode, start, end: cursor.end };
}

/** `ROLLBACK [TRANSACTION | WORK]`, or ABORT in place of ROLLBACK. */
export function parseRollback(cursor: TokenCursor): Rollback {
  const start = cursor.start;
  if (!cursor.accept(K.ABORT)) cursor.expect(K.ROLLBACK);
  skipNoise(cursor);
  if (cursor.kind === K.TO) cursor.hint('There are no savepoints: ROLLBACK ends the whole transaction.');
  return { kind: 'rollback', start, end: cursor.end };
}

interface GatheredModes { access: TransactionModes['access']; isolation: TransactionModes['isolation']; options: TransactionOption[] }

/** Modes with or without commas between them; each kind at most once. */
export function parseModes(cursor: TokenCursor): TransactionModes {
  const modes: GatheredModes = { access: undefined, isolation: undefined, options: [] };
  while (parseMode(cursor, modes)) cursor.accept(T.COMMA);
  return modes;
}

function parseMode(cursor: TokenCursor, modes: GatheredModes): boolean {
  if (modes.access === undefined && cursor.accept(K.READ)) {
    modes.access = cursor.accept(K.ONLY) ? 'read-only' : 'read-write';
    if (modes.access === 'read-write') cursor.expect(K.WRITE);
    return true;
  }
  if (modes.isolation === undefined && cursor.acceptWords(K.ISOLATION, K.LEVEL)) {
    modes.isolation = parseIsolation(cursor);
    return true;
  }
  if (cursor.atPair(K.NOT, K.DEFERRABLE)) return cursor.acceptWords(K.NOT, K.DEFERRABLE);
  if (cursor.accept(K.DEFERRABLE)) return true;
  if (modes.options.length === 0 && cursor.accept(K.WITH)) {
    modes.options = parseOptions(cursor);
    return true;
  }
  return false;
}

function parseIsolation(cursor: TokenCursor): NonNullable<TransactionModes['isolation']> {
  if (cursor.accept(K.SERIALIZABLE)) return 'serializable';
  if (cursor.acceptWords(K.REPEATABLE, K.READ)) return 'repeatable read';
  cursor.expect(K.READ);
  if (cursor.accept(K.UNCOMMITTED)) return 'read uncommitted';
  cursor.expect(K.COMMITTED);
  return 'read committed';
}

const OPTION_WORDS: readonly (readonly [number, TransactionOption['name']])[] = [
  [K.SNAPSHOT_TOKEN, 'snapshot_token'], [K.SNAPSHOT_TIME, 'snapshot_time'], [K.CLOCK_TIME, 'clock_time'], [K.AWAIT_TOKEN, 'await_token'],
  [K.TIMEZONE, 'timezone'], [K.SYSTEM_TIME, 'system_time'], [K.ASYNC, 'async'], [K.METADATA, 'metadata'],
];

/** `(name [=] value, …)`; places may be empty. */
function parseOptions(cursor: TokenCursor): TransactionOption[] {
  const options: TransactionOption[] = [];
  cursor.expect(T.LEFT_PAREN);
  do {
    if (cursor.at(T.COMMA) || cursor.at(T.RIGHT_PAREN)) continue;
    const start = cursor.start;
    const name = parseOptionName(cursor);
    cursor.accept(T.EQUAL);
    const value = cursor.rules.expression(cursor, 0);
    options.push({ name, value, start, end: cursor.end });
  } while (cursor.accept(T.COMMA));
  cursor.expect(T.RIGHT_PAREN);
  return options;
}

function parseOptionName(cursor: TokenCursor): TransactionOption['name'] {
  if (cursor.acceptWords(K.TIME, K.ZONE)) return 'timezone';
  for (const [word, name] of OPTION_WORDS) if (cursor.accept(word)) return name;
  return cursor.fail();
}
