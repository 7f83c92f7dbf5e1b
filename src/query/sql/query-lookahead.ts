/**
 * Whether a parenthesis holds a query or an expression: told without trying.
 *
 *   (SELECT …)           a query             ((SELECT 1) + 2)       no: behind the inner one comes neither `)` nor what continues a query
 *   ((SELECT 1) UNION …  a query             (a, b)                 no
 */
import { K, T } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

const CONTINUES_QUERY: ReadonlySet<number> = new Set([T.RIGHT_PAREN, K.UNION, K.INTERSECT, K.EXCEPT, K.ORDER, K.LIMIT, K.OFFSET, K.FETCH]);
const BEGINS_RECORD: ReadonlySet<number> = new Set([T.LEFT_BRACE, T.QUESTION, T.DOLLAR_PARAMETER, K.RECORD, K.OBJECT]);

/** More parentheses in a row than any tree may be deep. */
const RUN_MAX = 1000;

/** Whether a parenthesis stands here and holds a query. */
export function atParenthesizedQuery(cursor: TokenCursor): boolean {
  if (cursor.kind !== T.LEFT_PAREN) return false;
  const from = cursor.index + 1;
  let index = from;
  while (cursor.kindAt(index) === T.LEFT_PAREN && index - from < RUN_MAX) index++;
  if (!isQueryStart(cursor, index)) return false;
  // From the inside out: what follows each closing parenthesis must go on with the query.
  for (let open = index - 1; open >= from; open--) {
    if (!CONTINUES_QUERY.has(cursor.kindAt(cursor.behindParenthesis(open)))) return false;
  }
  return true;
}

function isQueryStart(cursor: TokenCursor, index: number): boolean {
  const next = cursor.kindAt(index + 1);
  switch (cursor.kindAt(index)) {
    case K.SELECT: case K.FROM: case K.VALUES: case K.WITH: return true;
    case K.RECORDS: return BEGINS_RECORD.has(next);
    case K.XTQL: return next === T.LEFT_PAREN || next === T.STRING || next === T.ESCAPE_STRING || next === T.DOLLAR_STRING;
    default: return false;
  }
}
