/**
 * A settled row against the delta: its stored closings, cut to the query's basis, then what later events close of it.
 *
 *   stored   [0,2) ∞   [2,4) → 3   [4,9) ∞
 *   clip     [0,9) ∞                            basis before 3: the closing has not happened, the parts are one again
 *   delta    [0,5) ∞   [5,6) → 7   [6,9) ∞
 */
import { assert } from '../../base/assert.ts';
import { clip, closePieces, piecesOf, type Closing, type Piece, type Span } from './polygon.ts';
import { firstAfterErase, type EntityEvents, type TemporalBounds } from './resolve.ts';

export interface SettledRow extends Span { readonly seq: number; readonly systemFrom: bigint }

/** Calls `emit` with each visible piece, in valid order. All of `delta` is later than the row, in rising `seq`. */
export function resolveSettledRow(
  row: SettledRow, closings: readonly Closing[], delta: EntityEvents, bounds: TemporalBounds,
  emit: (validFrom: bigint, validTo: bigint, systemTo: bigint) => void,
): void {
  assert(delta.count === 0 || (delta.seq[0] as number) > row.seq, 'the delta is later than what is settled');
  if (row.systemFrom >= bounds.systemTo || firstAfterErase(delta) > 0) return;
  let pieces: readonly Piece[] = clip(piecesOf(row, closings), bounds.systemTo);
  for (let i = 0; i < delta.count && (delta.systemFrom[i] as bigint) < bounds.systemTo; i++) {
    pieces = closePieces(pieces, { validFrom: delta.validFrom[i] as bigint, validTo: delta.validTo[i] as bigint }, delta.systemFrom[i] as bigint);
  }
  for (const { validFrom, validTo, systemTo } of pieces) {
    if (systemTo === row.systemFrom || validFrom >= bounds.validTo || validTo <= bounds.validFrom || systemTo <= bounds.systemFrom) continue;
    emit(bounds.clamp && validFrom < bounds.validFrom ? bounds.validFrom : validFrom, bounds.clamp && validTo > bounds.validTo ? bounds.validTo : validTo, systemTo);
  }
}
