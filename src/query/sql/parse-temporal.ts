/**
 * Periods of time: FOR VALID_TIME / SYSTEM_TIME behind a table, the extents of DML, SETTING DEFAULT.
 *
 * Bounds are expressions that bind tighter than any predicate, so that the AND of BETWEEN and the TO of FROM end them.
 */
import type { DmlExtent, TemporalClause, TemporalPeriod } from './ast.ts';
import type { Expression } from './ast-expression.ts';
import { POWER } from './precedence.ts';
import { K } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

const bound = (cursor: TokenCursor): Expression => cursor.rules.expression(cursor, POWER.NUMERIC);

/** `AS OF x`, `ALL`, `BETWEEN x AND y` or `FROM x TO y`. */
export function parseTemporalPeriod(cursor: TokenCursor): TemporalPeriod {
  if (cursor.acceptWords(K.AS, K.OF)) return { kind: 'as-of', at: bound(cursor) };
  if (cursor.accept(K.ALL)) return { kind: 'all' };
  if (cursor.accept(K.BETWEEN)) {
    const from = bound(cursor);
    cursor.expect(K.AND);
    return { kind: 'between', from, to: bound(cursor) };
  }
  return parseFromTo(cursor);
}

function parseFromTo(cursor: TokenCursor): TemporalPeriod {
  cursor.expect(K.FROM);
  const from = bound(cursor);
  cursor.expect(K.TO);
  return { kind: 'from-to', from, to: bound(cursor) };
}

/** `VALID_TIME` or `SYSTEM_TIME`, which must stand here. */
export function parseTimeAxis(cursor: TokenCursor): 'valid' | 'system' {
  if (cursor.accept(K.VALID_TIME)) return 'valid';
  cursor.expect(K.SYSTEM_TIME);
  return 'system';
}

/** All the clauses that stand here. */
export function parseTemporalClauses(cursor: TokenCursor): TemporalClause[] {
  const clauses: TemporalClause[] = [];
  while (cursor.at(K.FOR)) clauses.push(parseTemporalClause(cursor));
  return clauses;
}

function parseTemporalClause(cursor: TokenCursor): TemporalClause {
  const start = cursor.start;
  cursor.expect(K.FOR);
  if (cursor.kind === K.UPDATE) cursor.hint('Rows are never locked: leave FOR UPDATE out. A transaction that read what another changed is run again or fails at COMMIT.');
  if (cursor.accept(K.ALL)) return { axis: parseTimeAxis(cursor), only: false, period: { kind: 'all' }, start, end: cursor.end };
  const axis = parseTimeAxis(cursor);
  const only = axis === 'valid' && cursor.accept(K.ONLY);
  const period = only ? parseFromTo(cursor) : parseTemporalPeriod(cursor);
  return { axis, only, period, start, end: cursor.end };
}

/** `FOR [PORTION OF] VALID_TIME FROM x [TO y]`, and where `allowAll` FOR ALL VALID_TIME. */
export function parseDmlExtent(cursor: TokenCursor, allowAll: boolean): DmlExtent | undefined {
  const start = cursor.start;
  if (!cursor.accept(K.FOR)) return undefined;
  if (allowAll && cursor.acceptWords(K.ALL, K.VALID_TIME)) return { kind: 'all', start, end: cursor.end };
  cursor.acceptWords(K.PORTION, K.OF);
  cursor.expect(K.VALID_TIME);
  if (allowAll && cursor.accept(K.ALL)) return { kind: 'all', start, end: cursor.end };
  cursor.expect(K.FROM);
  const from = bound(cursor);
  const to = cursor.accept(K.TO) ? bound(cursor) : undefined;
  return { kind: 'from-to', from, to, start, end: cursor.end };
}
