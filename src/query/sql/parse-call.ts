/** Names in expressions: column paths, words that are calls without parentheses, and calls with what may follow them. */
import type { Name } from './ast.ts';
import type { CallModifiers, Expression } from './ast-expression.ts';
import { SPECIAL_ARGUMENTS, type WrittenArguments } from './parse-special-call.ts';
import { parseSortItems, parseWindowDefinition } from './parse-window.ts';
import { K, T, isKeyword, isName, isString } from './tokens.ts';
import { decodeHex } from './literal-text.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Functions that are called by their bare name, unless it is qualified or quoted. */
export const BARE_CALLS: ReadonlySet<string> = new Set([
  'current_timestamp', 'current_date', 'current_time', 'localtime', 'localtimestamp', 'localdate', 'local_date', 'local_time', 'local_timestamp', 'now',
  'current_user', 'session_user', 'current_role', 'current_catalog', 'current_schema', 'current_database', 'snapshot_token',
]);

/** `a.b.c`, `current_date`, `f(…)`, `pg_catalog.f(…)`. */
export function parseNameOrCall(cursor: TokenCursor): Expression {
  const parts = [cursor.name()];
  while (cursor.at(T.DOT) && (isName(cursor.peek(1)) || isKeyword(cursor.peek(1)))) {
    cursor.skip();
    parts.push(cursor.label());
  }
  const first = parts[0]!;
  if (cursor.at(T.LEFT_PAREN) && parts.length <= 2) return parseCall(cursor, parts);
  if (parts.length === 1 && !first.quoted && BARE_CALLS.has(first.text)) {
    return { kind: 'call', name: first.text, schema: undefined, args: [], modifiers: undefined, nameStart: first.start, start: first.start, end: first.end };
  }
  return { kind: 'column', parts, start: first.start, end: cursor.end };
}

/** From the parenthesis on; `parts` is `f` or `schema.f`. */
export function parseCall(cursor: TokenCursor, parts: readonly Name[]): Expression {
  const qualified = parts.length === 2;
  const schema = qualified ? parts[0]!.text : undefined;
  const { text: name, quoted, start: nameStart } = parts[parts.length - 1]!;
  const start = parts[0]!.start;
  cursor.enter();
  cursor.expect(T.LEFT_PAREN);
  if (name === 'x' && !qualified && isString(cursor.kind) && cursor.peek(1) === T.RIGHT_PAREN) return parseBytes(cursor, start);
  const special = !quoted && (schema === undefined || schema === 'pg_catalog') ? SPECIAL_ARGUMENTS.get(name) : undefined;
  const written = special?.(cursor) ?? parseArguments(cursor, name);
  const modifiers = parseModifiers(cursor, name, written);
  cursor.leave();
  return { kind: 'call', name: written.name, schema, args: written.args, modifiers, nameStart, start, end: cursor.end };
}

/** `X('41af')`. */
function parseBytes(cursor: TokenCursor, start: number): Expression {
  const position = cursor.start;
  const value = decodeHex(cursor.string(), position);
  cursor.expect(T.RIGHT_PAREN);
  cursor.leave();
  return { kind: 'literal', value, start, end: cursor.end };
}

/** `[ALL | DISTINCT] x, … [ORDER BY …]` or `*`. */
function parseArguments(cursor: TokenCursor, name: string): WrittenArguments {
  if (cursor.at(T.STAR) && cursor.peek(1) === T.RIGHT_PAREN) {
    cursor.expect(T.STAR);
    cursor.expect(T.RIGHT_PAREN);
    return { name, args: [], star: true };
  }
  const args: Expression[] = [];
  if (cursor.accept(T.RIGHT_PAREN)) return { name, args };
  const quantifier = cursor.accept(K.DISTINCT) ? 'distinct' : cursor.accept(K.ALL) ? 'all' : undefined;
  do args.push(cursor.rules.expression(cursor, 0)); while (cursor.accept(T.COMMA));
  const orderBy = cursor.at(K.ORDER) ? parseSortItems(cursor) : [];
  cursor.expect(T.RIGHT_PAREN);
  return { name, args, quantifier, orderBy };
}

function parseModifiers(cursor: TokenCursor, name: string, written: WrittenArguments): CallModifiers | undefined {
  const { star = false, quantifier, orderBy = [] } = written;
  const withinGroup = cursor.at(K.WITHIN) && cursor.peek(1) === K.GROUP ? parseWithinGroup(cursor) : [];
  const filter = cursor.at(K.FILTER) && cursor.peek(1) === T.LEFT_PAREN ? parseFilter(cursor) : undefined;
  const from = name === 'nth_value' ? parseFromFirstOrLast(cursor) : undefined;
  const nulls = parseNullTreatment(cursor);
  const over = cursor.at(K.OVER) && (cursor.peek(1) === T.LEFT_PAREN || isName(cursor.peek(1))) ? parseOver(cursor) : undefined;
  const isPlain = !star && quantifier === undefined && orderBy.length === 0 && withinGroup.length === 0 && filter === undefined && from === undefined && nulls === undefined && over === undefined;
  return isPlain ? undefined : { star, quantifier, orderBy, withinGroup, filter, nulls, from, over };
}

function parseWithinGroup(cursor: TokenCursor): CallModifiers['withinGroup'] {
  cursor.acceptWords(K.WITHIN, K.GROUP, T.LEFT_PAREN);
  const items = parseSortItems(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return items;
}

function parseFilter(cursor: TokenCursor): Expression {
  cursor.acceptWords(K.FILTER, T.LEFT_PAREN, K.WHERE);
  const condition = cursor.rules.expression(cursor, 0);
  cursor.expect(T.RIGHT_PAREN);
  return condition;
}

const BEHIND_FROM_FIRST: ReadonlySet<number> = new Set([K.OVER, K.RESPECT, K.IGNORE]);

/** FROM FIRST or FROM LAST, told from a FROM clause by what comes behind. */
function parseFromFirstOrLast(cursor: TokenCursor): 'first' | 'last' | undefined {
  if (!cursor.at(K.FROM) || !BEHIND_FROM_FIRST.has(cursor.peek(2))) return undefined;
  const next = cursor.peek(1);
  if (next !== K.FIRST && next !== K.LAST) return undefined;
  cursor.skip();
  cursor.skip();
  return next === K.FIRST ? 'first' : 'last';
}

function parseNullTreatment(cursor: TokenCursor): 'respect' | 'ignore' | undefined {
  for (const [word, treatment] of [[K.RESPECT, 'respect'], [K.IGNORE, 'ignore']] as const) {
    if (cursor.kind === word && cursor.peek(1) === K.NULLS) {
      cursor.acceptWords(word, K.NULLS);
      return treatment;
    }
  }
  return undefined;
}

function parseOver(cursor: TokenCursor): CallModifiers['over'] {
  cursor.expect(K.OVER);
  if (cursor.at(T.LEFT_PAREN)) return { kind: 'definition', definition: parseWindowDefinition(cursor) };
  return { kind: 'name', name: cursor.name('a window') };
}
