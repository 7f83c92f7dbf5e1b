/**
 * One database's storage as `tx` and `database` see it.
 *
 *   append ─▶ log (durable) ─▶ live tables ─▶ blocks ─▶ files + manifest          snapshot ─▶ CatalogView ─▶ TableSource.scan
 */
import type { CatalogView } from '../catalog/table-source.ts';
import type { ResolvedTransaction, TableChange } from './event.ts';

export interface Head {
  /** Position of the last applied log record; -1n before the first. */
  readonly position: bigint;
  readonly txId: bigint;
  /** System time of the last applied transaction, µs; MICROS_MIN before the first. */
  readonly systemTime: bigint;
}

/** The database as of one head. Everything reachable stays readable and unchanged until `close`. */
export interface Snapshot {
  readonly head: Head;
  readonly catalog: CatalogView;
  /** Changes when rows of the table became visible or its definition changed: compared by transactions to see whether a table they touched has moved. */
  tableVersion(schema: string, table: string): bigint;
  /** Type names given in CREATE TABLE, for parameters. */
  declaredType(schema: string, table: string, column: string): string | undefined;
  close(): void;
}

/** A snapshot plus events that are not committed yet: how a transaction sees its own writes. */
export interface StagedSnapshot extends Snapshot {
  /** Adds what one statement does to a table; later scans of `catalog` see events with `systemTime` as their system time. */
  stage(change: TableChange): void;
}

export interface Storage {
  readonly databaseName: string;
  head(): Head;
  snapshot(): Snapshot;
  /**
   * A snapshot of the head plus `earlier` (transactions of the same group commit that are decided but not appended yet).
   * `systemTime` is the system time of the events that `stage` adds.
   */
  stagedSnapshot(systemTime: bigint, earlier?: readonly ResolvedTransaction[]): StagedSnapshot;
  /** The same over an older snapshot, which must still be open: how an interactive transaction reads. */
  stagedSnapshotAt(snapshot: Snapshot, systemTime: bigint): StagedSnapshot;
  /**
   * Appends one group commit. Resolves when it is durable and applied (then `head()` and new snapshots include it).
   * One call at a time; transactions have strictly rising txId and systemTime above the head's.
   * Throws `disk-full`, `writes-refused`, `io-error` (nothing applied) or `commit-unknown`.
   */
  append(transactions: readonly ResolvedTransaction[]): Promise<void>;
  /** Cuts the current block and writes its files, as thresholds would. */
  flushBlock(): Promise<void>;
  close(): Promise<void>;
}
