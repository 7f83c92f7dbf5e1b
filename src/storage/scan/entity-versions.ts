/** The events of one entity with where their rows are, the newest first: collected, then closed into the overlays of their pages. */
import { assert } from '../../base/assert.ts';
import { MICROS_MIN } from '../../catalog/table-source.ts';
import { closeEvents, type ClosedSink, type NewestFirst } from '../temporal/close-events.ts';
import { OP_ERASE, OP_PUT } from '../temporal/resolve.ts';
import type { Closing } from '../temporal/polygon.ts';
import type { PageOverlay } from './page-overlay.ts';

/** Where overlays are written: that of a page is made when something on it is closed. */
export interface OverlayPages { writable(page: number, rowCount: number): PageOverlay }

export class EntityVersions implements NewestFirst, ClosedSink {
  readonly seq: number[] = [];
  readonly systemFrom: bigint[] = [];
  readonly validFrom: bigint[] = [];
  readonly validTo: bigint[] = [];
  readonly op: number[] = [];
  readonly #overlays: (OverlayPages | undefined)[] = [];
  readonly #pages: number[] = [];
  readonly #rowCounts: number[] = [];
  readonly #rows: number[] = [];
  /** Number of the erase that hides the events that are told next. */
  #erasedBy = Infinity;

  get count(): number { return this.seq.length; }

  /** Without an overlay nothing is written for the event. */
  push(overlay: OverlayPages | undefined, page: number, rowCount: number, row: number, seq: number, systemFrom: bigint, validFrom: bigint, validTo: bigint, op: number): void {
    const last = this.seq.length - 1;
    assert(last < 0 || (this.seq[last] as number) > seq, 'events come newest first, each once');
    this.seq.push(seq);
    this.systemFrom.push(systemFrom);
    this.validFrom.push(validFrom);
    this.validTo.push(validTo);
    this.op.push(op);
    this.#overlays.push(overlay);
    this.#pages.push(page);
    this.#rowCounts.push(rowCount);
    this.#rows.push(row);
  }

  /** Writes what is closed of the events, and forgets them. */
  close(): void {
    this.#erasedBy = Infinity;
    if (this.count > 1 || (this.count === 1 && this.op[0] !== OP_PUT)) closeEvents(this, this);
    for (const list of [this.seq, this.systemFrom, this.validFrom, this.validTo, this.op, this.#overlays, this.#pages, this.#rowCounts, this.#rows]) list.length = 0;
  }

  #overlayOf(event: number): PageOverlay | undefined {
    return this.#overlays[event]?.writable(this.#pages[event] as number, this.#rowCounts[event] as number);
  }

  hidden(event: number): void {
    if (this.op[event] === OP_ERASE) this.#erasedBy = this.seq[event] as number;
    this.#overlayOf(event)?.hide(this.#rows[event] as number);
  }

  closedFrom(event: number, cut: bigint, end: bigint): void {
    if (this.#erasedBy < Infinity) this.closedIn(event, [{ validFrom: cut, validTo: this.validTo[event] as bigint, systemTo: end }]);
    else this.#overlayOf(event)?.closeFrom(this.#rows[event] as number, cut > (this.validFrom[event] as bigint) ? cut : MICROS_MIN, end);
  }

  closedIn(event: number, closings: readonly Closing[]): void {
    const span = { validFrom: this.validFrom[event] as bigint, validTo: this.validTo[event] as bigint };
    this.#overlayOf(event)?.closeIn(this.#rows[event] as number, span, closings, this.#erasedBy);
  }
}
