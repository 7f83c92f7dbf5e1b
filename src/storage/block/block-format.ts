/**
 * Block files: the events of one table and block as an Arrow IPC file that any reader of Arrow opens.
 *
 *   ARROW1 │ schema │ page 0 │ page 1 │ … │ end mark │ page index (`page-directory.ts`) │ footer │ ARROW1
 *
 * A page is a record batch of at most 16,384 rows and, where rows allow it, 1 MiB a column. Rows are sorted by key, newest event first.
 * The first six fields are the event's own, whatever the document's columns are called; ∞ in `_valid_to` is a NULL slot that holds the maximum.
 */
import { arrowField } from '../../data/arrow/field.ts';
import type { ArrowField } from '../../data/arrow/field.ts';

/** More is never written. Block files have pages of one chunk, so that a point read of a cold page costs little. */
export const PAGE_ROWS_MAX = 16_384;
export const PAGE_ROWS = 4096;
export const COLUMN_PAGE_BYTES_MAX = 1 << 20;
export const FORMAT_VERSION = 1;

const instant = (name: string, nullable: boolean): ArrowField => arrowField(name, { kind: 'timestamp', unit: 'us', zone: 'UTC' }, nullable);

/** Fields 1 to 5; field 0 is `_id`, whose type is that of the ids. */
export const EVENT_FIELDS: readonly ArrowField[] = [
  arrowField('_seq', { kind: 'int', bits: 64, signed: true }, false), instant('_system_from', false), instant('_valid_from', false), instant('_valid_to', true),
  arrowField('_op', { kind: 'int', bits: 8, signed: true }, false),
];
export const EVENT_FIELD_COUNT = 1 + EVENT_FIELDS.length;

/** In the footer's metadata: offset, length and CRC of the index's directory. */
export const INDEX_KEY = 'varve.index';
/** In the schema's metadata. */
export const TABLE_KEY = 'varve.table';
export const VERSION_KEY = 'varve.version';

/** What must be known of a block file to open it: kept in the manifest. */
export interface BlockLocation {
  readonly name: string;
  readonly bytes: number;
  /** Length of the Arrow footer with its tail, and the CRC of those bytes. */
  readonly footerBytes: number;
  readonly footerCrc: number;
}

/** What a writer found out about a block. Keys are encoded; times are µs UTC. */
export interface BlockBounds {
  readonly rowCount: number;
  readonly minSeq: number;
  readonly maxSeq: number;
  readonly firstKey: Uint8Array;
  readonly lastKey: Uint8Array;
  readonly minSystemFrom: bigint;
  readonly maxSystemFrom: bigint;
  readonly minValidFrom: bigint;
  readonly maxValidTo: bigint;
}
