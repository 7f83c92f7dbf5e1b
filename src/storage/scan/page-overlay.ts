/**
 * What later events closed of the rows of one page or chunk, as far as it is known: closings only ever come to it, and each ends later
 * than every snapshot that was taken before it came, so that older snapshots read the same overlay and cut it to their basis.
 *
 *   row 0   ends ∞                        nothing is closed
 *   row 1   ends 5   cut 4                [4, its valid end) ended at 5
 *   row 2   ends 7   cut 9   in parts     its pieces are in `parts`: the last to end ended at 7, those that go on lie before 9
 *   row 3   ends HIDDEN                   never seen: no put
 */
import { assert } from '../../base/assert.ts';
import { MICROS_MAX, MICROS_MIN } from '../../catalog/table-source.ts';
import { clip, piecesOf, type Closing, type Piece, type Span } from '../temporal/polygon.ts';

export const HIDDEN = MICROS_MIN;

/** All pieces of a row, in valid order. Snapshots at `erasedBy` or later see nothing of it; ∞ if nothing has erased it. */
export interface RowParts { readonly pieces: readonly Piece[]; readonly erasedBy: number }

interface Summary { readonly minEnd: bigint; readonly maxEnd: bigint; readonly maxOpen: bigint }

export class PageOverlay {
  readonly ends: BigInt64Array;
  #cuts: BigInt64Array | undefined;
  #inParts: Uint8Array | undefined;
  readonly #parts = new Map<number, RowParts>();
  #summary: Summary | undefined;

  constructor(rowCount: number) { this.ends = new BigInt64Array(rowCount).fill(MICROS_MAX); }

  /** Where closed parts begin, by row; MICROS_MIN where all of it is closed. Mostly a version ends the one before from its own system time on: the same array as `ends`. */
  get cuts(): BigInt64Array { return this.#cuts ?? this.ends; }

  /** 1 for rows in parts; undefined where no row is. */
  get inParts(): Uint8Array | undefined { return this.#inParts; }

  partsOf(row: number): RowParts | undefined { return this.#parts.get(row); }

  hide(row: number): void { this.#set(row, HIDDEN, HIDDEN); }

  /** Nothing of the row that lies at or after `cut` goes on after `end`. All of it: a cut of MICROS_MIN. */
  closeFrom(row: number, cut: bigint, end: bigint): void {
    assert(end > HIDDEN && end < MICROS_MAX, 'a closing ends at a system time');
    this.#set(row, cut, end);
    if (this.#parts.delete(row)) (this.#inParts as Uint8Array)[row] = 0;
  }

  closeIn(row: number, span: Span, closings: readonly Closing[], erasedBy: number): void {
    this.#setParts(row, { pieces: piecesOf(span, closings), erasedBy });
  }

  #setParts(row: number, parts: RowParts): void {
    let lastEnd = HIDDEN;
    let openTo = MICROS_MIN;
    for (const { validTo, systemTo } of parts.pieces) {
      if (systemTo === MICROS_MAX) openTo = validTo; else if (systemTo > lastEnd) lastEnd = systemTo;
    }
    this.#parts.set(row, parts);
    (this.#inParts ??= new Uint8Array(this.ends.length))[row] = 1;
    this.#set(row, openTo, lastEnd);
  }

  #set(row: number, cut: bigint, end: bigint): void {
    if (cut !== end && this.#cuts === undefined) this.#cuts = this.ends.slice();
    this.ends[row] = end;
    if (this.#cuts !== undefined) this.#cuts[row] = cut;
    this.#summary = undefined;
  }

  /** No closing ends before it. */
  get minEnd(): bigint { return (this.#summary ??= this.#summarize()).minEnd; }

  /** Whether a part that goes on, or has ended after `systemFrom`, may reach beyond `validFrom`. */
  mayReach(validFrom: bigint, systemFrom: bigint): boolean {
    const { maxEnd, maxOpen } = (this.#summary ??= this.#summarize());
    return maxEnd > systemFrom || maxOpen > validFrom;
  }

  /** `maxEnd` is ∞ where a row is not closed at all, `maxOpen` the greatest valid end of an open part of one that is. */
  #summarize(): Summary {
    const { ends, cuts } = this;
    let minEnd = MICROS_MAX;
    let maxEnd = MICROS_MIN;
    let maxOpen = MICROS_MIN;
    for (let row = 0; row < ends.length; row++) {
      const end = ends[row] as bigint;
      if (end < minEnd) minEnd = end;
      if (end > maxEnd) maxEnd = end;
      const cut = cuts[row] as bigint;
      if (cut > maxOpen) maxOpen = cut;
    }
    for (const { pieces, erasedBy } of this.#parts.values()) {
      if (erasedBy < Infinity) minEnd = HIDDEN;
      for (const { systemTo } of pieces) if (systemTo < minEnd) minEnd = systemTo;
    }
    return { minEnd, maxEnd, maxOpen };
  }

  /** A copy without the closings that end at or after `systemTo`, and without what erases above `seq` did. */
  clipped(systemTo: bigint, seq: number): PageOverlay {
    const copy = new PageOverlay(this.ends.length);
    for (let row = 0; row < this.ends.length; row++) {
      const end = this.ends[row] as bigint;
      const parts = this.#inParts?.[row] === 1 ? this.#parts.get(row) : undefined;
      if (parts !== undefined) copy.#setParts(row, { pieces: clip(parts.pieces, systemTo), erasedBy: parts.erasedBy <= seq ? parts.erasedBy : Infinity });
      else if (end === HIDDEN) copy.hide(row);
      else if (end < systemTo) copy.closeFrom(row, this.cuts[row] as bigint, end);
    }
    return copy;
  }
}
