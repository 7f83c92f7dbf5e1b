/**
 * Type names, interval qualifiers.
 *
 *   pg_catalog.text[]    double precision    timestamp(3) with time zone    interval day to second(6)    row(a int, b text)    int array
 */
import { EngineError } from '../../base/errors.ts';
import type { IntervalField, IntervalQualifier } from '../../data/types/cast-target.ts';
import type { Name } from './ast.ts';
import type { TypeName } from './ast-expression.ts';
import { K, T } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

const ARGUMENT_MAX = 1_000_000_000;
const FIELDS: ReadonlyMap<number, IntervalField> = new Map([
  [K.YEAR, 'year'], [K.MONTH, 'month'], [K.DAY, 'day'], [K.HOUR, 'hour'], [K.MINUTE, 'minute'], [K.SECOND, 'second'],
]);

export function parseTypeName(cursor: TokenCursor): TypeName {
  cursor.enter();
  const start = cursor.start;
  const base = cursor.at(K.ROW) && cursor.peek(1) === T.LEFT_PAREN ? parseRowType(cursor) : parseNamedType(cursor);
  const arrayDimensions = parseArraySuffixes(cursor);
  cursor.leave();
  return { ...base, arrayDimensions, start, end: cursor.end };
}

type BaseType = Omit<TypeName, 'arrayDimensions' | 'start' | 'end'>;

function parseRowType(cursor: TokenCursor): BaseType {
  cursor.expect(K.ROW);
  cursor.expect(T.LEFT_PAREN);
  const fields: { name: Name; type: TypeName }[] = [];
  do fields.push({ name: cursor.name('a field name'), type: parseTypeName(cursor) }); while (cursor.accept(T.COMMA));
  cursor.expect(T.RIGHT_PAREN);
  return { schema: undefined, name: 'row', args: [], timeZone: undefined, qualifier: undefined, fields };
}

function parseNamedType(cursor: TokenCursor): BaseType {
  const first = cursor.name('a type name');
  const qualified = cursor.accept(T.DOT);
  const last = qualified ? cursor.label('a type name') : first;
  const name = wholeName(cursor, last);
  const args = parseTypeArguments(cursor);
  const timeZone = name === 'time' || name === 'timestamp' ? parseTimeZonePhrase(cursor) : undefined;
  const qualifier = name === 'interval' && !last.quoted ? parseIntervalQualifier(cursor) : undefined;
  return { schema: qualified ? first.text : undefined, name, args, timeZone, qualifier, fields: [] };
}

/** Names of several words: the second one follows. */
function wholeName(cursor: TokenCursor, last: Name): string {
  if (last.quoted) return last.text;
  if (last.text === 'double' && cursor.word() === 'precision') { cursor.skip(); return 'double precision'; }
  if ((last.text === 'character' || last.text === 'char' || last.text === 'bit') && cursor.accept(K.VARYING)) return `${last.text} varying`;
  return last.text;
}

function parseTypeArguments(cursor: TokenCursor): number[] {
  const args: number[] = [];
  if (!cursor.accept(T.LEFT_PAREN)) return args;
  do args.push(cursor.smallInteger(ARGUMENT_MAX)); while (cursor.accept(T.COMMA));
  cursor.expect(T.RIGHT_PAREN);
  return args;
}

/** `WITH TIME ZONE` or `WITHOUT TIME ZONE` (or TIMEZONE), if it stands here. */
export function parseTimeZonePhrase(cursor: TokenCursor): 'with' | 'without' | undefined {
  for (const [kind, phrase] of [[K.WITH, 'with'], [K.WITHOUT, 'without']] as const) {
    // WITH alone may belong to what follows: WITH ORDINALITY.
    if (!cursor.at(kind)) continue;
    if (cursor.peek(1) === K.TIME) cursor.acceptWords(kind, K.TIME, K.ZONE);
    else if (cursor.peek(1) === K.TIMEZONE) cursor.acceptWords(kind, K.TIMEZONE);
    else continue;
    return phrase;
  }
  return undefined;
}

function parseArraySuffixes(cursor: TokenCursor): number {
  for (let dimensions = 0; ; dimensions++) {
    const hasWord = cursor.accept(K.ARRAY);
    // Other brackets are subscripts of what was cast.
    const hasBounds = cursor.at(T.LEFT_BRACKET) && (cursor.peek(1) === T.RIGHT_BRACKET || (cursor.peek(1) === T.INTEGER && cursor.peek(2) === T.RIGHT_BRACKET));
    if (hasBounds) parseBounds(cursor);
    if (!hasWord && !hasBounds) return dimensions;
  }
}

/** `[]` or `[n]`; the number has no meaning. */
function parseBounds(cursor: TokenCursor): void {
  cursor.expect(T.LEFT_BRACKET);
  if (cursor.at(T.INTEGER)) cursor.smallInteger(ARGUMENT_MAX);
  cursor.expect(T.RIGHT_BRACKET);
}

/** `YEAR`, `DAY TO SECOND(3)`, …, if one stands here. */
export function parseIntervalQualifier(cursor: TokenCursor): IntervalQualifier | undefined {
  const from = parseField(cursor);
  if (from === undefined) return undefined;
  const precision = parseFieldPrecision(cursor);
  const singleSecond = from === 'second' && precision !== undefined;
  if (singleSecond || !cursor.at(K.TO) || !FIELDS.has(cursor.peek(1))) return singleSecond ? { from, fractionalPrecision: precision } : withPrecision(from, precision);
  cursor.expect(K.TO);
  const to = parseField(cursor);
  const fractionalPrecision = to === 'second' ? parseFieldPrecision(cursor) : undefined;
  return { ...withPrecision(from, precision), to, ...(fractionalPrecision === undefined ? {} : { fractionalPrecision }) };
}

const withPrecision = (from: IntervalField, precision: number | undefined): IntervalQualifier => (precision === undefined ? { from } : { from, precision });

function parseField(cursor: TokenCursor): IntervalField | undefined {
  const field = FIELDS.get(cursor.kind);
  if (field !== undefined) cursor.skip();
  else for (const kind of FIELDS.keys()) cursor.at(kind);
  return field;
}

function parseFieldPrecision(cursor: TokenCursor): number | undefined {
  if (!(cursor.at(T.LEFT_PAREN) && cursor.peek(1) === T.INTEGER && cursor.peek(2) === T.RIGHT_PAREN)) return undefined;
  cursor.expect(T.LEFT_PAREN);
  const position = cursor.start;
  const precision = cursor.smallInteger(ARGUMENT_MAX);
  if (precision > 9) throw new EngineError('invalid-parameter-value', `The maximum fractional seconds precision is 9. Found ${precision}.`, { position });
  cursor.expect(T.RIGHT_PAREN);
  return precision;
}
