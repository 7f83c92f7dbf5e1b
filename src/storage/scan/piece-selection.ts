/**
 * Which pieces of the rows of a page a query sees: each row by itself, since its overlay says what closed of it.
 *
 *   nothing closed before the basis    one piece, as written
 *   closed from `cut` on               [from, cut) that goes on, [cut, to) that ended
 *   other closings                     its pieces one by one
 */
import { MICROS_MAX } from '../../catalog/table-source.ts';
import { clip } from '../temporal/polygon.ts';
import type { TemporalBounds } from '../temporal/resolve.ts';
import { HIDDEN, type PageOverlay, type RowParts } from './page-overlay.ts';
import type { RawTimes } from './raw-file.ts';

export interface PieceTimes { validFrom: BigInt64Array; validTo: BigInt64Array; systemFrom: BigInt64Array; systemTo: BigInt64Array }

const allocate = (capacity: number): PieceTimes => ({
  validFrom: new BigInt64Array(capacity), validTo: new BigInt64Array(capacity), systemFrom: new BigInt64Array(capacity), systemTo: new BigInt64Array(capacity),
});

/** An overlay as a query reads it: closings that end at `clipTo` or later, and erases above `seq`, have not happened. */
export interface ClippedOverlay {
  readonly page: PageOverlay;
  readonly clipTo: bigint;
  readonly seq: number;
  /** What ended here or earlier is past for the query: the bounds' `systemFrom`, but before `clipTo`, since a transaction reads at a time that its snapshot has not reached. */
  readonly pastTo: bigint;
}

/** Chosen pieces, filled anew for each page. */
export class PieceSelection {
  rows = new Int32Array(0);
  times: PieceTimes = allocate(0);
  count = 0;
  readonly #bounds: TemporalBounds;
  readonly #needsTimes: boolean;

  constructor(bounds: TemporalBounds, needsTimes: boolean) {
    this.#bounds = bounds;
    this.#needsTimes = needsTimes;
  }

  /** Chooses among the first `rowCount` rows. Without an overlay nothing of them is closed. */
  choose(rowCount: number, times: RawTimes, overlay: ClippedOverlay | undefined): void {
    this.count = 0;
    // A row that is not in parts has at most two pieces.
    this.#reserve(2 * rowCount);
    if (overlay === undefined) this.#chooseOpen(rowCount, times); else this.#chooseClosed(rowCount, times, overlay);
  }

  /** Whether every one of `rowCount` rows was chosen once. */
  isEachRow(rowCount: number): boolean {
    if (this.count !== rowCount) return false;
    const { rows } = this;
    for (let at = 0; at < rowCount; at++) if (rows[at] !== at) return false;
    return true;
  }

  #reserve(capacity: number): void {
    if (this.rows.length >= capacity) return;
    const length = Math.max(capacity, 2 * this.rows.length);
    const rows = new Int32Array(length);
    rows.set(this.rows.subarray(0, this.count));
    this.rows = rows;
    if (!this.#needsTimes) return;
    const times = allocate(length);
    times.validFrom.set(this.times.validFrom.subarray(0, this.count));
    times.validTo.set(this.times.validTo.subarray(0, this.count));
    times.systemFrom.set(this.times.systemFrom.subarray(0, this.count));
    times.systemTo.set(this.times.systemTo.subarray(0, this.count));
    this.times = times;
  }

  #chooseOpen(rowCount: number, { systemFrom, validFrom, validTo }: RawTimes): void {
    const bounds = this.#bounds;
    for (let row = 0; row < rowCount; row++) {
      if ((systemFrom[row] as bigint) >= bounds.systemTo || (validFrom[row] as bigint) >= bounds.validTo || (validTo[row] as bigint) <= bounds.validFrom) continue;
      this.#add(row, validFrom[row] as bigint, validTo[row] as bigint, systemFrom[row] as bigint, MICROS_MAX);
    }
  }

  #chooseClosed(rowCount: number, { systemFrom, validFrom, validTo }: RawTimes, { page, clipTo, seq, pastTo }: ClippedOverlay): void {
    const bounds = this.#bounds;
    const { ends, cuts, inParts } = page;
    for (let row = 0; row < rowCount; row++) {
      const end = ends[row] as bigint;
      const cut = cuts[row] as bigint;
      if (end <= pastTo && cut <= bounds.validFrom) continue;
      const system = systemFrom[row] as bigint;
      const from = validFrom[row] as bigint;
      const to = validTo[row] as bigint;
      if (system >= bounds.systemTo || from >= bounds.validTo || to <= bounds.validFrom) continue;
      if (inParts !== undefined && inParts[row] === 1) {
        this.#addParts(row, system, page.partsOf(row) as RowParts, clipTo, seq, rowCount);
      } else if (end >= clipTo) {
        this.#add(row, from, to, system, MICROS_MAX);
      } else if (end !== HIDDEN) {
        if (from < cut && cut > bounds.validFrom) this.#add(row, from, cut, system, MICROS_MAX);
        const closed = from < cut ? cut : from;
        if (end > bounds.systemFrom && end !== system && closed < bounds.validTo) this.#add(row, closed, to, system, end);
      }
    }
  }

  #addParts(row: number, systemFrom: bigint, parts: RowParts, clipTo: bigint, seq: number, rowCount: number): void {
    if (parts.erasedBy <= seq) return;
    const bounds = this.#bounds;
    const pieces = clip(parts.pieces, clipTo);
    this.#reserve(this.count + pieces.length + 2 * (rowCount - row));
    for (const { validFrom, validTo, systemTo } of pieces) {
      if (systemTo === systemFrom || systemTo <= bounds.systemFrom || validFrom >= bounds.validTo || validTo <= bounds.validFrom) continue;
      this.#add(row, validFrom, validTo, systemFrom, systemTo);
    }
  }

  #add(row: number, validFrom: bigint, validTo: bigint, systemFrom: bigint, systemTo: bigint): void {
    const at = this.count++;
    this.rows[at] = row;
    if (!this.#needsTimes) return;
    const { times } = this;
    const { clamp, validFrom: low, validTo: high } = this.#bounds;
    times.validFrom[at] = clamp && validFrom < low ? low : validFrom;
    times.validTo[at] = clamp && validTo > high ? high : validTo;
    times.systemFrom[at] = systemFrom;
    times.systemTo[at] = systemTo;
  }
}
