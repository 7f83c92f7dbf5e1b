/**
 * The seam between the state of a database and its files: blocks go down, what the newest manifest covers comes up.
 *
 *   record with `cut` ─▶ generations rotate ─▶ Block ─▶ writeBlock: raw files, then the manifest ─▶ files replace generations
 */
import type { RecordId } from './log/log.ts';
import type { TableDefinition } from './live/table-definition.ts';
import type { LiveGeneration } from './live/live-generation.ts';
import type { RawFile } from './scan/raw-file.ts';
import type { Head } from './storage.ts';

/** A table as files and manifest describe it. */
export interface TableDescription extends TableDefinition {
  readonly schema: string;
  readonly name: string;
  /** Number of the table's last event; 0 before the first. */
  readonly seq: number;
}

/** Where the log had come to at a block's end. */
export interface BlockEnd {
  readonly head: Head;
  /** Of the record at `head.position`. */
  readonly recordId: RecordId;
  /** Number of the last event of the database. */
  readonly seq: number;
}

export interface CoveredTable extends TableDescription {
  /** Oldest first. */
  readonly files: readonly RawFile[];
}

/** What the newest manifest holds. */
export interface CoveredState extends BlockEnd { readonly tables: readonly CoveredTable[] }

export interface BlockTable extends TableDescription {
  /** The events of this block, which nobody adds to any more; undefined when there are none. */
  readonly generation: LiveGeneration | undefined;
}

/** Every table of the database is listed, so that a manifest can describe them all. */
export interface Block extends BlockEnd { readonly tables: readonly BlockTable[] }

/**
 * One call of `writeBlock` at a time, blocks in the order of the log. It resolves when the manifest that covers the block is
 * durable, with the new file of each table that had events. Errors (`disk-full`, `io-error`) mean that no manifest was made; the same
 * block is given again later.
 */
export interface BlockStore {
  /** Undefined while there is no manifest. */
  covered(): CoveredState | undefined;
  writeBlock(block: Block): Promise<ReadonlyMap<BlockTable, RawFile>>;
  close(): Promise<void>;
}
