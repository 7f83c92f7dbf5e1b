/**
 * Polygons: settled rows, whose closed parts are stored (STORAGE.md 5, `close`, `settle` and the row half of `scan`).
 *
 *   row      [0 ───────────── 9) since 1
 *   closings      [2 ── 4) → 3         a part that a later event covered at system time 3
 *   open     [0 ─ 2)    [4 ── 9)       the rest
 */
import { assert } from '../../base/assert.ts';
import { MICROS_MAX } from '../../catalog/table-source.ts';

/** [validFrom, validTo) of a row ended at systemTo: by the first later event that covered it. */
export interface Closing { readonly validFrom: bigint; readonly validTo: bigint; readonly systemTo: bigint }

/** A part of a row's valid range and when it ended; MICROS_MAX: it has not. */
export type Piece = Closing;

export interface Span { readonly validFrom: bigint; readonly validTo: bigint }

/** All pieces of a row in valid order: closings, and the open parts between them. `closings` are disjoint and in valid order. */
export function piecesOf(row: Span, closings: readonly Closing[]): Piece[] {
  const pieces: Piece[] = [];
  let at = row.validFrom;
  for (const closing of closings) {
    assert(closing.validFrom >= at && closing.validFrom < closing.validTo, 'closings are disjoint and in order');
    if (closing.validFrom > at) pieces.push({ validFrom: at, validTo: closing.validFrom, systemTo: MICROS_MAX });
    pieces.push(closing);
    at = closing.validTo;
  }
  assert(at <= row.validTo, 'closings lie within their row');
  if (at < row.validTo) pieces.push({ validFrom: at, validTo: row.validTo, systemTo: MICROS_MAX });
  return pieces;
}

/** The pieces after a later event covered `span` at `systemTo`: only open parts change. */
export function closePieces(pieces: readonly Piece[], span: Span, systemTo: bigint): readonly Piece[] {
  if (!pieces.some((piece) => isOpenWithin(piece, span))) return pieces;
  const result: Piece[] = [];
  for (const piece of pieces) {
    if (!isOpenWithin(piece, span)) { result.push(piece); continue; }
    const from = piece.validFrom > span.validFrom ? piece.validFrom : span.validFrom;
    const to = piece.validTo < span.validTo ? piece.validTo : span.validTo;
    if (piece.validFrom < from) result.push({ validFrom: piece.validFrom, validTo: from, systemTo: MICROS_MAX });
    result.push({ validFrom: from, validTo: to, systemTo });
    if (to < piece.validTo) result.push({ validFrom: to, validTo: piece.validTo, systemTo: MICROS_MAX });
  }
  return result;
}

const isOpenWithin = (piece: Piece, span: Span): boolean =>
  piece.systemTo === MICROS_MAX && piece.validFrom < span.validTo && piece.validTo > span.validFrom;

/** Adds to a row's closings what a later event closes of it. Parts that are closed already keep their end. */
export function close(row: Span, closings: readonly Closing[], span: Span, systemTo: bigint): readonly Closing[] {
  if (span.validFrom >= row.validTo || span.validTo <= row.validFrom) return closings;
  return closePieces(piecesOf(row, closings), span, systemTo).filter((piece) => piece.systemTo !== MICROS_MAX);
}

/** Whether nothing of a row can ever be seen again: all of it ended in the transaction that wrote it. */
export function isDead(row: Span & { readonly systemFrom: bigint }, closings: readonly Closing[]): boolean {
  return piecesOf(row, closings).every((piece) => piece.systemTo === row.systemFrom);
}

/** The pieces as a query bounded above by `systemTo` sees them: later ends have not happened, and their parts are whole again. */
export function clip(pieces: readonly Piece[], systemTo: bigint): readonly Piece[] {
  if (!pieces.some((piece) => piece.systemTo >= systemTo && piece.systemTo !== MICROS_MAX)) return pieces;
  const result: Piece[] = [];
  for (const piece of pieces) {
    const isOpen = piece.systemTo >= systemTo;
    const last = result[result.length - 1];
    if (isOpen && last !== undefined && last.systemTo === MICROS_MAX && last.validTo === piece.validFrom) {
      result[result.length - 1] = { validFrom: last.validFrom, validTo: piece.validTo, systemTo: MICROS_MAX };
    } else {
      result.push(isOpen ? { validFrom: piece.validFrom, validTo: piece.validTo, systemTo: MICROS_MAX } : piece);
    }
  }
  return result;
}
