/**
 * Rows of one execution on their way to the client, in buffers of 64 kB.
 *
 *   batches ─▶ row ─▶ row ─▶ … buffer full ─▶ send ─▶ (client slow: wait) ─▶ …
 *                        └─ row limit reached: suspended, goes on at the next Execute
 */
import { EngineError } from '../../base/errors.ts';
import type { TimeSlice } from '../../base/turn.ts';
import type { ExecutionResult, ResultBatch } from '../../database/session.ts';
import type { Output } from './output.ts';
import type { RowEncoder } from './row-encoder.ts';

export class ResultStream {
  readonly #result: ExecutionResult;
  readonly #encoder: RowEncoder | undefined;
  readonly #batches: AsyncIterator<ResultBatch>;
  #batch: ResultBatch | undefined;
  #row = 0;
  #isOver = false;

  /** Without an encoder there are no rows to send, only the work to be done. */
  constructor(result: ExecutionResult, encoder: RowEncoder | undefined) {
    this.#result = result;
    this.#encoder = encoder;
    this.#batches = result.batches[Symbol.asyncIterator]();
  }

  get isOver(): boolean { return this.#isOver; }
  tag(): string { return this.#result.tag(); }

  /** Sends rows until the result has ended (true) or `rowLimit` rows were sent (false). Errors of execution are thrown. */
  async send(output: Output, slice: TimeSlice, rowLimit: number): Promise<boolean> {
    let left = rowLimit;
    for (;;) {
      const batch = this.#batch;
      if (batch === undefined || this.#row >= batch.rowCount) {
        const next = await this.#pull();
        if (next === undefined) return true;
        continue;
      }
      if (left === 0) return false;
      if (this.#encoder === undefined) {
        this.#batch = undefined;
        continue;
      }
      const end = Math.min(batch.rowCount, this.#row + left);
      left -= this.#encode(output, this.#encoder, batch, end);
      if (output.isFull) await this.#relieve(output, slice);
    }
  }

  async #pull(): Promise<ResultBatch | undefined> {
    const next = await this.#batches.next();
    this.#batch = next.done === true ? undefined : next.value;
    this.#row = 0;
    if (next.done === true) this.#isOver = true;
    return this.#batch;
  }

  /** Encodes rows up to `end` or until the buffer is full; the number of rows. */
  #encode(output: Output, encoder: RowEncoder, batch: ResultBatch, end: number): number {
    const from = this.#row;
    let row = from;
    while (row < end && !output.isFull) encoder.encode(output.writer, batch, row++);
    this.#row = row;
    return row - from;
  }

  async #relieve(output: Output, slice: TimeSlice): Promise<void> {
    output.send();
    if (output.isBlocked) {
      await output.drained();
      // Woken without having been read from: a cancel. The source says so itself when it is asked.
      if (output.isBlocked) {
        await this.#pull();
        throw new EngineError('query-cancelled', 'canceling statement due to user request');
      }
    }
    if (slice.isSpent) await slice.pause();
  }

  /** Frees what the execution holds. Safe at any time. */
  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#batch = undefined;
    await this.#batches.return?.();
  }
}
