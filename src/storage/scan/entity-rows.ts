/** The events of one entity with where their rows are: filled from the newest event to the oldest, then resolved. */
import { assert } from '../../base/assert.ts';
import { resolveEvents, type EntityEvents, type PieceSink, type TemporalBounds } from '../temporal/resolve.ts';
import type { ColumnPage } from './row-collector.ts';

/** Takes the pieces of rows that a query sees. Times are µs. */
export interface RowSink<Page> {
  add(page: Page, row: number, validFrom: bigint, validTo: bigint, systemFrom: bigint, systemTo: bigint): void;
}

/** `Page` is wherever the columns of a row are read. */
export class EntityRows<Page = ColumnPage> implements EntityEvents, PieceSink {
  readonly seq: number[] = [];
  readonly systemFrom: bigint[] = [];
  readonly validFrom: bigint[] = [];
  readonly validTo: bigint[] = [];
  readonly op: number[] = [];
  readonly #pages: Page[] = [];
  readonly #rows: number[] = [];
  readonly #sink: RowSink<Page>;

  constructor(sink: RowSink<Page>) { this.#sink = sink; }

  get count(): number { return this.seq.length; }

  clear(): void {
    this.seq.length = 0;
    this.systemFrom.length = 0;
    this.validFrom.length = 0;
    this.validTo.length = 0;
    this.op.length = 0;
    this.#pages.length = 0;
    this.#rows.length = 0;
  }

  /** Each event is older than the one pushed before it. */
  push(page: Page, row: number, seq: number, systemFrom: bigint, validFrom: bigint, validTo: bigint, op: number): void {
    assert(this.seq.length === 0 || (this.seq[this.seq.length - 1] as number) > seq, 'events come newest first, each once');
    this.seq.push(seq);
    this.systemFrom.push(systemFrom);
    this.validFrom.push(validFrom);
    this.validTo.push(validTo);
    this.op.push(op);
    this.#pages.push(page);
    this.#rows.push(row);
  }

  /** From now on events stand from the oldest to the newest, and none is added before `resolve`. */
  orderBySeq(): void {
    if (this.seq.length < 2) return;
    this.seq.reverse();
    this.systemFrom.reverse();
    this.validFrom.reverse();
    this.validTo.reverse();
    this.op.reverse();
    this.#pages.reverse();
    this.#rows.reverse();
  }

  /** Sends the visible pieces to the sink and forgets the events, which `orderBySeq` has ordered. */
  resolve(bounds: TemporalBounds): void {
    resolveEvents(this, bounds, this);
    this.clear();
  }

  piece(event: number, validFrom: bigint, validTo: bigint, systemTo: bigint): void {
    this.#sink.add(this.#pages[event] as Page, this.#rows[event] as number, validFrom, validTo, this.systemFrom[event] as bigint, systemTo);
  }
}
