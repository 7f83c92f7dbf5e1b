/**
 * Manifests: what of the log is in which files. A chain of objects, each created once where none was:
 *
 *   manifest/00000000000000000000 ◀─parentId── …01 ◀─parentId── …02 (the newest: found by listing)
 *
 * A file exists when a manifest says so. Each manifest here is whole: a restart reads the newest and nothing older.
 */
import type { ViewDefinition } from '../../catalog/table-source.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { RecordId } from '../log/log.ts';
import type { BlockBounds, BlockLocation } from './block-format.ts';

/** Version at which the job that made the file began, and 32 random hexadecimal digits. */
export interface FileId { readonly base: number; readonly uuid: string }

export interface FileEntry {
  readonly id: FileId;
  readonly state: 'raw';
  readonly location: BlockLocation;
  readonly bounds: BlockBounds;
}

export type ManifestColumns = readonly { readonly name: string; readonly type: ColumnType }[];

export interface ManifestTable {
  readonly schema: string;
  readonly name: string;
  /** Document columns with `_id`, in the order in which they are shown. */
  readonly columns: ManifestColumns;
  /** Type names given in CREATE TABLE. */
  readonly declaredTypes: readonly { readonly column: string; readonly typeName: string }[];
  /** The name is free: it was dropped and not written again. */
  readonly isDropped: boolean;
  /** Where a DROP has ended rows: the columns of all of them, the system time (µs) and the table's last event of then. */
  readonly past: { readonly columns: ManifestColumns; readonly until: bigint; readonly seq: number } | null;
  /** What the name stands for, where it is a view. */
  readonly view: ViewDefinition | null;
  /** Number of the table's last covered event; 0 if it has none. */
  readonly seq: number;
  /** Oldest first; raw files partition the table's covered events by seq. */
  readonly files: readonly FileEntry[];
}

/** Where the log stood when the covered block ended. */
export interface FoldState {
  /** Last position that the files contain; −1 before the first. */
  readonly position: bigint;
  readonly recordId: RecordId;
  readonly txId: bigint;
  /** µs. */
  readonly systemTime: bigint;
  /** Number of the last covered event; the next record begins with this + 1. */
  readonly seq: number;
}

/** When a block is cut: whatever comes first. */
export interface BlockThresholds { readonly rows: number; readonly bytes: number; readonly ms: number }

export interface Manifest {
  readonly version: number;
  /** 32 random hexadecimal digits. */
  readonly manifestId: string;
  /** `manifestId` of version − 1; zeros for version 0. */
  readonly parentId: string;
  /** Made anew by restore and clone: nodes of an older life stop. */
  readonly incarnation: string;
  readonly covered: FoldState;
  /** Jobs that began at an older version abort; their files may be deleted. */
  readonly floor: number;
  /** Oldest version that readers may still use. */
  readonly retain: number;
  readonly thresholds: BlockThresholds;
  readonly tables: readonly ManifestTable[];
}

/** What a commit says; the chain adds version and ids. */
export type ManifestContent = Omit<Manifest, 'version' | 'manifestId' | 'parentId'>;

export const NO_PARENT = '0'.repeat(32);
export const THRESHOLDS_FIRST: BlockThresholds = { rows: 102_400, bytes: 32 * 1024 * 1024, ms: 600_000 };

export const MANIFEST_PREFIX = 'manifest/';
export const manifestName = (version: number): string => `${MANIFEST_PREFIX}${String(version).padStart(20, '0')}`;

/** Object name of a file of a table. The base leads, so that collection can tell by the name. */
export const fileName = (id: FileId): string => `data/${String(id.base).padStart(20, '0')}-${id.uuid}.arrow`;
