import { assert } from '../../base/assert.ts';
import { type Log, type LogEnd, type LogRecord, ZERO_RECORD_ID } from './log.ts';

/** A log that lives as long as the process. The same positions and parents as any other, so that everything above runs one code path. */
export class MemoryLog implements Log {
  #records: (LogRecord | undefined)[] = [];
  #end: LogEnd = { position: -1n, recordId: ZERO_RECORD_ID };
  /** Position of `#records[0]`. */
  #base = 0n;

  end(): LogEnd { return this.#end; }

  append(record: LogRecord): Promise<void> {
    assert(record.position === this.#end.position + 1n, 'a record follows the last one');
    assert(record.parentId === this.#end.recordId, 'a record names its parent');
    this.#records.push(record);
    this.#end = { position: record.position, recordId: record.recordId };
    return Promise.resolve();
  }

  /** Memory decides at once. */
  onDecided(): void { /* nothing is ever undecided */ }

  async *read(position: bigint): AsyncIterable<LogRecord> {
    const last = this.#end.position;
    for (let at = position; at <= last; at++) {
      const record = this.#records[Number(at - this.#base)];
      assert(record !== undefined, 'a released record is not read again');
      yield record;
    }
  }

  /** A record that no block covers is needed by nobody once it was applied: memory has no restart. */
  release(position: bigint): Promise<void> {
    const count = Number(position + 1n - this.#base);
    if (count > 0) {
      this.#records = this.#records.slice(count);
      this.#base = position + 1n;
    }
    return Promise.resolve();
  }

  close(): Promise<void> { return Promise.resolve(); }
}
