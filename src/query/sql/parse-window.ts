/** ORDER BY lists, window definitions, frames. */
import type { Expression, FrameClause, FrameEdge, SortItem, WindowDefinition } from './ast-expression.ts';
import { POWER } from './precedence.ts';
import { K, T, isName } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

/** `ORDER BY x [ASC | DESC] [NULLS FIRST | LAST], …`. */
export function parseSortItems(cursor: TokenCursor): SortItem[] {
  cursor.expect(K.ORDER);
  cursor.expect(K.BY);
  const items: SortItem[] = [];
  do items.push(parseSortItem(cursor)); while (cursor.accept(T.COMMA));
  return items;
}

function parseSortItem(cursor: TokenCursor): SortItem {
  const start = cursor.start;
  return parseSortDirection(cursor, cursor.rules.expression(cursor, 0), start);
}

/** `[ASC | DESC] [NULLS FIRST | LAST]` behind an expression that began at `start`. */
export function parseSortDirection(cursor: TokenCursor, expression: Expression, start: number): SortItem {
  const direction = cursor.accept(K.ASC) ? 'asc' : cursor.accept(K.DESC) ? 'desc' : undefined;
  const nulls = cursor.accept(K.NULLS) ? parseFirstOrLast(cursor) : undefined;
  return { expression, direction, nulls, start, end: cursor.end };
}

function parseFirstOrLast(cursor: TokenCursor): 'first' | 'last' {
  if (cursor.accept(K.FIRST)) return 'first';
  cursor.expect(K.LAST);
  return 'last';
}

const BEGINS_CLAUSE: ReadonlySet<number> = new Set([K.PARTITION, K.ROWS, K.RANGE, K.GROUPS]);

/** `([base] [PARTITION BY …] [ORDER BY …] [frame])`. */
export function parseWindowDefinition(cursor: TokenCursor): WindowDefinition {
  const start = cursor.start;
  cursor.expect(T.LEFT_PAREN);
  const base = isName(cursor.kind) && !BEGINS_CLAUSE.has(cursor.kind) ? cursor.name('a window') : undefined;
  const partitionBy: Expression[] = [];
  if (cursor.acceptWords(K.PARTITION, K.BY)) do partitionBy.push(cursor.rules.expression(cursor, 0)); while (cursor.accept(T.COMMA));
  const orderBy = cursor.at(K.ORDER) ? parseSortItems(cursor) : [];
  const frame = parseFrame(cursor);
  cursor.expect(T.RIGHT_PAREN);
  return { base, partitionBy, orderBy, frame, start, end: cursor.end };
}

function parseFrame(cursor: TokenCursor): FrameClause | undefined {
  const start = cursor.start;
  const unit = cursor.accept(K.ROWS) ? 'rows' : cursor.accept(K.RANGE) ? 'range' : cursor.accept(K.GROUPS) ? 'groups' : undefined;
  if (unit === undefined) return undefined;
  let from: FrameEdge, to: FrameEdge = { kind: 'current-row' };
  if (cursor.accept(K.BETWEEN)) {
    from = parseFrameEdge(cursor);
    cursor.expect(K.AND);
    to = parseFrameEdge(cursor);
  } else from = parseFrameEdge(cursor);
  const exclude = parseExclusion(cursor);
  return { unit, from, to, exclude, start, end: cursor.end };
}

function parseFrameEdge(cursor: TokenCursor): FrameEdge {
  if (cursor.at(K.UNBOUNDED) && (cursor.peek(1) === K.PRECEDING || cursor.peek(1) === K.FOLLOWING)) {
    cursor.skip();
    if (cursor.accept(K.PRECEDING)) return { kind: 'unbounded-preceding' };
    cursor.expect(K.FOLLOWING);
    return { kind: 'unbounded-following' };
  }
  if (cursor.at(K.CURRENT) && cursor.peek(1) === K.ROW) {
    cursor.acceptWords(K.CURRENT, K.ROW);
    return { kind: 'current-row' };
  }
  const offset = cursor.rules.expression(cursor, POWER.NUMERIC);
  if (cursor.accept(K.PRECEDING)) return { kind: 'preceding', offset };
  cursor.expect(K.FOLLOWING);
  return { kind: 'following', offset };
}

function parseExclusion(cursor: TokenCursor): FrameClause['exclude'] {
  if (!cursor.accept(K.EXCLUDE)) return undefined;
  if (cursor.acceptWords(K.CURRENT, K.ROW)) return 'current-row';
  if (cursor.accept(K.GROUP)) return 'group';
  if (cursor.accept(K.TIES)) return 'ties';
  cursor.expect(K.NO);
  cursor.expect(K.OTHERS);
  return 'no-others';
}
