/**
 * Rows of one execution on their way to the client, in buffers of 64 kB.
 *
 *   batches ─▶ row ─▶ row ─▶ … buffer full ─▶ send ─▶ (client slow: wait) ─▶ …
 *                        └─ row limit reached: suspended, goes on at the next Execute
 */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import type { Eventual } from '../../base/eventual.ts';
import type { TimeSlice } from '../../base/turn.ts';
import type { ExecutionResult, ResultBatch } from '../../database/session.ts';
import type { Output } from './output.ts';
import type { RowEncoder } from './row-encoder.ts';

export class ResultStream {
  readonly #result: ExecutionResult;
  readonly #encoder: RowEncoder | undefined;
  /** Batches that are there, or those that must be waited for. */
  readonly #ready: Iterator<ResultBatch> | undefined;
  readonly #coming: AsyncIterator<ResultBatch> | undefined;
  #batch: ResultBatch | undefined;
  #row = 0;
  /** Rows that may still be sent in this execution. */
  #left = 0;
  #isOver = false;

  /** Without an encoder there are no rows to send, only the work to be done. */
  constructor(result: ExecutionResult, encoder: RowEncoder | undefined) {
    this.#result = result;
    this.#encoder = encoder;
    const { batches } = result;
    if (Symbol.iterator in batches) this.#ready = batches[Symbol.iterator]();
    else this.#coming = batches[Symbol.asyncIterator]();
  }

  get isOver(): boolean { return this.#isOver; }
  tag(): string { return this.#result.tag(); }

  /** Sends rows until the result has ended (true) or `rowLimit` rows were sent (false): at once, as far as that goes. Errors of execution are thrown. */
  send(output: Output, slice: TimeSlice, rowLimit: number): Eventual<boolean> {
    this.#left = rowLimit;
    return this.#sendReady(output) ?? this.#sendRest(output, slice);
  }

  /** Undefined when the client or the source must be waited for. */
  #sendReady(output: Output): boolean | undefined {
    for (;;) {
      const batch = this.#batch;
      if (batch === undefined || this.#row >= batch.rowCount) {
        if (this.#ready === undefined) return undefined;
        if (this.#take(this.#ready.next()) === undefined) return true;
        continue;
      }
      if (this.#left === 0) return false;
      this.#encode(output, batch);
      if (output.isFull) return undefined;
    }
  }

  async #sendRest(output: Output, slice: TimeSlice): Promise<boolean> {
    for (;;) {
      if (output.isFull) await this.#relieve(output, slice);
      if (!this.#hasRows && await this.#pull() === undefined) return true;
      const isComplete = this.#sendReady(output);
      if (isComplete !== undefined) return isComplete;
    }
  }

  get #hasRows(): boolean { return this.#batch !== undefined && this.#row < this.#batch.rowCount; }

  async #pull(): Promise<ResultBatch | undefined> {
    return this.#take(this.#ready === undefined ? await must(this.#coming, 'batches are there or come').next() : this.#ready.next());
  }

  #take(next: IteratorResult<ResultBatch>): ResultBatch | undefined {
    this.#batch = next.done === true ? undefined : next.value;
    this.#row = 0;
    if (next.done === true) this.#isOver = true;
    return this.#batch;
  }

  /** Encodes rows until the batch or the limit ends or the buffer is full. */
  #encode(output: Output, batch: ResultBatch): void {
    const encoder = this.#encoder;
    if (encoder === undefined) {
      this.#batch = undefined;
      return;
    }
    const from = this.#row;
    const end = Math.min(batch.rowCount, from + this.#left);
    let row = from;
    while (row < end && !output.isFull) encoder.encode(output.writer, batch, row++);
    this.#row = row;
    this.#left -= row - from;
  }

  async #relieve(output: Output, slice: TimeSlice): Promise<void> {
    output.send();
    if (output.isBlocked) {
      await output.drained();
      // Woken without having been read from: a cancel.
      if (output.isBlocked) await this.#end();
    }
    if (slice.isSpent) await slice.pause();
    // A batch of large rows is long on its way.
    if (this.#result.isCancelled?.() === true) await this.#end();
  }

  /** After a cancel: the source says so itself when it is asked. */
  async #end(): Promise<never> {
    await this.#pull();
    throw new EngineError('query-cancelled', 'canceling statement due to user request');
  }

  /** Frees what the execution holds. Safe at any time. */
  close(): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    this.#isOver = true;
    this.#batch = undefined;
    return this.#coming?.return?.().then(() => undefined);
  }
}
