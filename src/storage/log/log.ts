/**
 * The log: group commits in one order. A record's place is decided by creating it where none is.
 */
import type { ResolvedTransaction } from '../event.ts';

/** 16 random bytes, as lower-case hex. */
export type RecordId = string;

export interface LogRecord {
  readonly incarnation: string;
  /** 0n for the first. */
  readonly position: bigint;
  readonly recordId: RecordId;
  /** `recordId` of position − 1; all zeros for the first. */
  readonly parentId: RecordId;
  readonly writerId: string;
  /** System time of the first transaction, µs. */
  readonly baseSystemTime: bigint;
  readonly firstTxId: bigint;
  /** Number of the first event of this record; events of a database are counted across tables, in order. */
  readonly firstSeq: bigint;
  /** The block ends with this record. */
  readonly cut: boolean;
  readonly transactions: readonly ResolvedTransaction[];
}

export interface LogEnd { readonly position: bigint; readonly recordId: RecordId }

/**
 * `append` resolves when the record is durable. It throws `disk-full` or `writes-refused` (the record is not in the log),
 * or `commit-unknown` (it may be; the log decides by itself before it accepts another record).
 * One append at a time; `record.position` is `end().position + 1` and `record.parentId` is `end().recordId`.
 */
export interface Log {
  /** The last durable record; position -1n and a zero id when there is none. */
  end(): LogEnd;
  append(record: LogRecord): Promise<void>;
  /** Records from `position` on, in order, up to the end at the time of the call. Damage is XX001 with object and offset. */
  read(position: bigint): AsyncIterable<LogRecord>;
  /** Calls back when a record whose append ended in `commit-unknown` turned out to be in the log: `end()` has moved. */
  onDecided(listener: () => void): void;
  /** Records up to and including `position` are no longer needed: they may be deleted. */
  release(position: bigint): Promise<void>;
  close(): Promise<void>;
}

export const ZERO_RECORD_ID: RecordId = '0'.repeat(32);
