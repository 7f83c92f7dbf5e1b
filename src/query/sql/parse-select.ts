/** SELECT and what belongs to it: lists, DISTINCT, WHERE, GROUP BY, HAVING, WINDOW; FROM-first pipelines. */
import type { Distinct, FromItem, FromPipeline, GroupBy, GroupingElement, Name, NamedWindow, PipelineTail, Select, SelectItem, SelectStar } from './ast.ts';
import type { Expression } from './ast-expression.ts';
import { parseFromItems } from './parse-from.ts';
import { parseWindowDefinition } from './parse-window.ts';
import { K, T, isKeyword, isName } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Tokens at which a list of conditions or of select items is over. */
const ENDS_LIST: ReadonlySet<number> = new Set([
  T.END, T.SEMICOLON, T.RIGHT_PAREN, K.FROM, K.WHERE, K.GROUP, K.HAVING, K.WINDOW, K.ORDER, K.LIMIT, K.OFFSET, K.FETCH, K.UNION, K.INTERSECT, K.EXCEPT, K.SELECT, K.RETURNING,
]);

export function parseSelect(cursor: TokenCursor): Select {
  const start = cursor.start;
  const { distinct, items } = parseSelectClause(cursor);
  const from: FromItem[] = cursor.accept(K.FROM) ? parseFromItems(cursor) : [];
  const where = cursor.accept(K.WHERE) ? parseConditions(cursor) : undefined;
  const groupBy = parseGroupBy(cursor);
  const having = cursor.accept(K.HAVING) ? parseConditions(cursor) : undefined;
  const windows = parseWindows(cursor);
  return { kind: 'select', distinct, items, from, where, groupBy, having, windows, start, end: cursor.end };
}

/** `SELECT [ALL | DISTINCT [ON (…)]] items`. */
function parseSelectClause(cursor: TokenCursor): { readonly distinct: Distinct | undefined; readonly items: SelectItem[] } {
  cursor.expect(K.SELECT);
  const distinct = cursor.accept(K.ALL) ? undefined : parseDistinct(cursor);
  // SELECT FROM t is a query without columns; SELECT alone is a slip.
  const items = cursor.kind === K.FROM ? [] : parseSelectItems(cursor);
  return { distinct, items };
}

function parseDistinct(cursor: TokenCursor): Distinct | undefined {
  const start = cursor.start;
  if (!cursor.accept(K.DISTINCT)) return undefined;
  const on: Expression[] = [];
  if (cursor.at(K.ON) && cursor.peek(1) === T.LEFT_PAREN) {
    cursor.acceptWords(K.ON, T.LEFT_PAREN);
    do on.push(cursor.rules.expression(cursor, 0)); while (cursor.accept(T.COMMA));
    cursor.expect(T.RIGHT_PAREN);
  }
  return { on, start, end: cursor.end };
}

/** Items; commas may be doubled or stand at either end, or alone. */
export function parseSelectItems(cursor: TokenCursor): SelectItem[] {
  const items: SelectItem[] = [];
  for (;;) {
    const hadComma = cursor.at(T.COMMA);
    while (cursor.accept(T.COMMA)) { /* an empty place in the list */ }
    if (hadComma && ENDS_LIST.has(cursor.kind)) return items;
    items.push(parseSelectItem(cursor));
    if (!cursor.at(T.COMMA)) return items;
  }
}

function parseSelectItem(cursor: TokenCursor): SelectItem {
  const start = cursor.start;
  if (cursor.kind === T.STAR || isQualifiedStar(cursor)) return parseStar(cursor);
  const expression = cursor.rules.expression(cursor, 0);
  const alias = parseAlias(cursor);
  return { kind: 'expression', expression, alias, start, end: cursor.end };
}

/** `[AS] name`. */
function parseAlias(cursor: TokenCursor): Name | undefined {
  if (cursor.accept(K.AS)) return cursor.label('an alias');
  return cursor.atName('an alias') ? cursor.name() : undefined;
}

/** Whether `t.*`, `s.t.*`, … stands here. */
function isQualifiedStar(cursor: TokenCursor): boolean {
  if (!isName(cursor.kind)) return false;
  let ahead = 1;
  while (cursor.peek(ahead) === T.DOT && (isName(cursor.peek(ahead + 1)) || isKeyword(cursor.peek(ahead + 1)))) ahead += 2;
  return cursor.peek(ahead) === T.DOT && cursor.peek(ahead + 1) === T.STAR;
}

function parseStar(cursor: TokenCursor): SelectStar {
  const start = cursor.start;
  const qualifier: Name[] = [];
  while (!cursor.accept(T.STAR)) {
    qualifier.push(cursor.label());
    cursor.expect(T.DOT);
  }
  const exclude = cursor.accept(K.EXCLUDE) ? parseOneOrList(cursor, () => cursor.name('a column')) : [];
  const rename = cursor.accept(K.RENAME) ? parseOneOrList(cursor, () => parseRename(cursor)) : [];
  return { kind: 'star', qualifier, exclude, rename, start, end: cursor.end };
}

function parseRename(cursor: TokenCursor): SelectStar['rename'][number] {
  const from = [cursor.name('a column')];
  while (cursor.accept(T.DOT)) from.push(cursor.label('a column'));
  cursor.accept(K.AS);
  return { from, to: cursor.label('a name') };
}

/** One item, or several in parentheses. */
function parseOneOrList<Item>(cursor: TokenCursor, parse: () => Item): Item[] {
  if (!cursor.accept(T.LEFT_PAREN)) return [parse()];
  const items: Item[] = [];
  do items.push(parse()); while (cursor.accept(T.COMMA));
  cursor.expect(T.RIGHT_PAREN);
  return items;
}

/** Conditions with commas between them, which mean AND; places may be empty. Undefined if all are. */
export function parseConditions(cursor: TokenCursor): Expression | undefined {
  const conditions: Expression[] = [];
  do {
    while (cursor.accept(T.COMMA)) { /* an empty place in the list */ }
    if (ENDS_LIST.has(cursor.kind)) break;
    conditions.push(cursor.rules.expression(cursor, 0));
  } while (cursor.at(T.COMMA));
  const [first] = conditions;
  if (first === undefined || conditions.length === 1) return first;
  return { kind: 'and', args: conditions, start: first.start, end: cursor.end };
}

function parseGroupBy(cursor: TokenCursor): GroupBy | undefined {
  const start = cursor.start;
  if (!cursor.acceptWords(K.GROUP, K.BY)) return undefined;
  const quantifier = cursor.accept(K.ALL) ? 'all' : cursor.accept(K.DISTINCT) ? 'distinct' : undefined;
  const isAll = quantifier === 'all' && (ENDS_LIST.has(cursor.kind) || cursor.kind === T.COMMA);
  const elements = isAll ? [] : parseGroupingElements(cursor);
  return { quantifier, elements, start, end: cursor.end };
}

function parseGroupingElements(cursor: TokenCursor): GroupingElement[] {
  const elements: GroupingElement[] = [];
  do elements.push(parseGroupingElement(cursor)); while (cursor.accept(T.COMMA));
  return elements;
}

function parseGroupingElement(cursor: TokenCursor): GroupingElement {
  const start = cursor.start;
  const rollup = cursor.kind === K.ROLLUP && cursor.peek(1) === T.LEFT_PAREN;
  const cube = cursor.kind === K.CUBE && cursor.peek(1) === T.LEFT_PAREN;
  const sets = cursor.kind === K.GROUPING && cursor.peek(1) === K.SETS;
  if (rollup || cube || sets) {
    cursor.enter();
    cursor.skip();
    if (sets) cursor.skip();
    cursor.expect(T.LEFT_PAREN);
    const elements = parseGroupingElements(cursor);
    cursor.expect(T.RIGHT_PAREN);
    cursor.leave();
    return { kind: rollup ? 'rollup' : cube ? 'cube' : 'grouping-sets', elements, start, end: cursor.end };
  }
  if (cursor.kind === T.LEFT_PAREN && cursor.peek(1) === T.RIGHT_PAREN) {
    cursor.skip();
    cursor.skip();
    return { kind: 'set', items: [], start, end: cursor.end };
  }
  const expression = cursor.rules.expression(cursor, 0);
  if (expression.kind === 'row') return { kind: 'set', items: expression.items, start, end: cursor.end };
  return { kind: 'expression', expression, start, end: cursor.end };
}

function parseWindows(cursor: TokenCursor): NamedWindow[] {
  const windows: NamedWindow[] = [];
  if (!cursor.accept(K.WINDOW)) return windows;
  do {
    const start = cursor.start;
    const name = cursor.name('a window');
    cursor.expect(K.AS);
    windows.push({ name, definition: parseWindowDefinition(cursor), start, end: cursor.end });
  } while (cursor.accept(T.COMMA));
  return windows;
}

/** `FROM items (WHERE … | [GROUP BY …] [HAVING …] SELECT …)*`. */
export function parseFromPipeline(cursor: TokenCursor): FromPipeline {
  const start = cursor.start;
  cursor.expect(K.FROM);
  const from = parseFromItems(cursor);
  const tails: PipelineTail[] = [];
  for (let tail = parsePipelineTail(cursor); tail !== undefined; tail = parsePipelineTail(cursor)) {
    tails.push(tail);
    cursor.enter(1);
  }
  cursor.leave(tails.length);
  return { kind: 'from-pipeline', from, tails, start, end: cursor.end };
}

function parsePipelineTail(cursor: TokenCursor): PipelineTail | undefined {
  const start = cursor.start;
  if (cursor.accept(K.WHERE)) {
    const condition = parseConditions(cursor);
    return { kind: 'where', condition: condition ?? { kind: 'literal', value: true, start: cursor.end, end: cursor.end }, start, end: cursor.end };
  }
  const groupBy = parseGroupBy(cursor);
  const having = cursor.accept(K.HAVING) ? parseConditions(cursor) : undefined;
  if (groupBy === undefined && having === undefined && !cursor.at(K.SELECT)) return undefined;
  const { distinct, items } = parseSelectClause(cursor);
  const windows = parseWindows(cursor);
  return { kind: 'select', distinct, items, groupBy, having, windows, start, end: cursor.end };
}
