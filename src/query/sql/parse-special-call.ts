/**
 * Calls whose arguments have a syntax of their own, each turned into a plain call (the table stands in `ast-expression.ts`).
 *
 *   EXTRACT(year FROM x) → extract('year', x)        TRIM(BOTH 'x' FROM s) → trim(s, 'x')        POSITION(a IN b) → position(a, b)
 */
import type { CallModifiers, Expression } from './ast-expression.ts';
import { POWER } from './precedence.ts';
import { K, T } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

/** What stands between the parentheses of a call, which are closed. */
export interface WrittenArguments {
  readonly name: string;
  readonly args: readonly Expression[];
  readonly star?: boolean;
  readonly quantifier?: 'all' | 'distinct' | undefined;
  readonly orderBy?: CallModifiers['orderBy'];
}

/** Reads behind the opening parenthesis; undefined, with nothing taken, if the arguments are written as everywhere. */
type SpecialArguments = (cursor: TokenCursor) => WrittenArguments | undefined;

const DATE_UNITS: ReadonlySet<string> = new Set([
  'millennium', 'century', 'decade', 'year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond',
]);

export const SPECIAL_ARGUMENTS: ReadonlyMap<string, SpecialArguments> = new Map<string, SpecialArguments>([
  ['extract', parseExtract], ['trim', parseTrim], ['substring', parseSubstring], ['position', parsePosition], ['overlay', parseOverlay],
  ['char_length', (cursor) => parseCharLength(cursor, 'char_length')], ['character_length', (cursor) => parseCharLength(cursor, 'character_length')],
  ['date_trunc', parseDateTrunc],
]);

const expression = (cursor: TokenCursor): Expression => cursor.rules.expression(cursor, 0);

/** The word here as a text literal. */
function wordLiteral(cursor: TokenCursor): Expression {
  const start = cursor.start;
  return { kind: 'literal', value: cursor.label('a field').text, start, end: cursor.end };
}

function parseExtract(cursor: TokenCursor): WrittenArguments | undefined {
  if (cursor.peek(1) !== K.FROM) return undefined;
  const field = cursor.word() === '' ? expression(cursor) : wordLiteral(cursor);
  cursor.expect(K.FROM);
  const source = expression(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return { name: 'extract', args: [field, source] };
}

function parseTrim(cursor: TokenCursor): WrittenArguments {
  const name = cursor.accept(K.LEADING) ? 'trim_leading' : cursor.accept(K.TRAILING) ? 'trim_trailing' : 'trim';
  if (name === 'trim') cursor.accept(K.BOTH);
  const args: Expression[] = [];
  if (cursor.accept(K.FROM)) args.push(expression(cursor));
  else {
    const first = expression(cursor);
    if (cursor.accept(K.FROM)) args.push(expression(cursor), first);
    else args.push(first);
  }
  if (args.length === 1 && cursor.accept(T.COMMA)) args.push(expression(cursor));
  cursor.expect(T.RIGHT_PAREN);
  return { name, args };
}

/** USING CHARACTERS or USING OCTETS; true for octets. */
function parseUsingOctets(cursor: TokenCursor): boolean {
  if (!cursor.accept(K.USING)) return false;
  if (cursor.accept(K.OCTETS)) return true;
  cursor.expect(K.CHARACTERS);
  return false;
}

/** `s FROM i [FOR n]` or `s, i[, n]`. */
function parseSubstring(cursor: TokenCursor): WrittenArguments {
  const args = [expression(cursor)];
  if (cursor.accept(K.FROM)) {
    args.push(expression(cursor));
    if (cursor.accept(K.FOR)) args.push(expression(cursor));
  } else if (cursor.accept(K.FOR)) {
    const at = cursor.start;
    args.push({ kind: 'literal', value: 1n, start: at, end: at }, expression(cursor));
  } else while (cursor.accept(T.COMMA)) args.push(expression(cursor));
  const octets = parseUsingOctets(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return { name: octets ? 'substring_octets' : 'substring', args };
}

function parsePosition(cursor: TokenCursor): WrittenArguments {
  // IN would otherwise be taken as the predicate.
  const args = [cursor.rules.expression(cursor, POWER.COMPARISON)];
  if (!cursor.accept(T.COMMA)) cursor.expect(K.IN);
  args.push(expression(cursor));
  const octets = parseUsingOctets(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return { name: octets ? 'position_octets' : 'position', args };
}

/** `s PLACING r FROM i [FOR n]` or `s, r, i[, n]`. */
function parseOverlay(cursor: TokenCursor): WrittenArguments {
  const args = [expression(cursor)];
  if (cursor.accept(K.PLACING)) {
    args.push(expression(cursor));
    cursor.expect(K.FROM);
    args.push(expression(cursor));
    if (cursor.accept(K.FOR)) args.push(expression(cursor));
  } else while (cursor.accept(T.COMMA)) args.push(expression(cursor));
  const octets = parseUsingOctets(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return { name: octets ? 'overlay_octets' : 'overlay', args };
}

function parseCharLength(cursor: TokenCursor, name: string): WrittenArguments {
  const args = [expression(cursor)];
  const octets = parseUsingOctets(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return { name: octets ? 'octet_length' : name, args };
}

/** The unit may be a bare word. */
function parseDateTrunc(cursor: TokenCursor): WrittenArguments | undefined {
  if (cursor.peek(1) !== T.COMMA || !DATE_UNITS.has(cursor.word())) return undefined;
  const args = [wordLiteral(cursor)];
  while (cursor.accept(T.COMMA)) args.push(expression(cursor));
  cursor.expect(T.RIGHT_PAREN);
  return { name: 'date_trunc', args };
}
