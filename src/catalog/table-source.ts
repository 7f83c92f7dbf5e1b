/**
 * The read seam: where `query` meets `storage` (and catalog tables, and tests). Predicates cross it as data.
 */
import type { CancelFlag } from '../base/cancel.ts';
import type { RowChunk } from '../data/vector/chunk.ts';
import type { ColumnType } from '../data/types/type.ts';
import type { Value } from '../data/types/value.ts';

/** Columns that every stored table has beside those of its documents. `_valid_time` and `_system_time` are made by the binder. */
export const TEMPORAL_COLUMNS = ['_valid_from', '_valid_to', '_system_from', '_system_to'] as const;
export type TemporalColumn = (typeof TEMPORAL_COLUMNS)[number];

/** The least and greatest instants, µs. `MICROS_MAX` is ∞. */
export const MICROS_MIN = -(2n ** 63n);
export const MICROS_MAX = 2n ** 63n - 1n;

/**
 * Rows whose period overlaps [from, to) on an axis, both µs. AS OF x is [x, x + 1); ALL is [MICROS_MIN, MICROS_MAX];
 * `to` = MICROS_MAX means unbounded. System bounds are never above the snapshot.
 */
export interface PeriodBounds { readonly from: bigint; readonly to: bigint }

/** A condition on one document column that cannot raise. NULL never passes. */
export type ColumnBound =
  | { readonly column: string; readonly op: '=' | '<' | '<=' | '>' | '>='; readonly value: Value }
  | { readonly column: string; readonly op: 'in'; readonly values: readonly Value[] };

/** Plain data; survives `structuredClone`. */
export interface ScanRequest {
  /** Names of document and temporal columns. A column that the table does not have is a constant NULL. */
  readonly columns: readonly string[];
  readonly valid: PeriodBounds;
  readonly system: PeriodBounds;
  /** FOR VALID_TIME ONLY: `_valid_from/_valid_to` are cut to `valid`. */
  readonly clampValid: boolean;
  /** All must hold. The source may use any of them to skip rows; what it did not guarantee comes back in `residual`. */
  readonly bounds: readonly ColumnBound[];
  /** At most this many rows are needed (only set where every row counts, i.e. nothing filters above). */
  readonly limit?: number | undefined;
}

export interface Scan extends AsyncIterable<RowChunk> {
  /** The bounds that the engine must still apply: those the source did not guarantee for every row. */
  readonly residual: readonly ColumnBound[];
}

/** CREATE VIEW: a query under a name. */
export interface ViewDefinition {
  /** The query as it was written. */
  readonly text: string;
  /** Names for its first columns. */
  readonly columns: readonly string[];
}

export interface TableShape {
  readonly schema: string;
  readonly name: string;
  /** Document columns (with `_id` first) and their types as of the snapshot; temporal columns are not listed. */
  readonly columns: ReadonlyMap<string, ColumnType>;
  /** Changes whenever a column or a leg is added. More rows do not change it. */
  readonly shapeVersion: number;
  /** True for stored tables; catalog tables have no temporal columns. */
  readonly temporal: boolean;
  /** Approximate number of rows as of now, for planning. */
  readonly rowEstimate: number;
  /** The name is free: the table was dropped. Only what is about its past finds it. */
  readonly isDropped?: boolean;
  /** Where DROP TABLE has ended rows: the columns of all rows there ever were, and the system time (µs) of the last DROP. */
  readonly past?: { readonly columns: ReadonlyMap<string, ColumnType>; readonly until: bigint } | undefined;
  /** The name stands for this query: there is nothing to scan, and `columns` is empty. */
  readonly view?: ViewDefinition | undefined;
}

/** Whether the name stands for a table now, or (`ever`: for what says which system time it is about) did at some time. */
export const exists = (shape: TableShape, when: 'now' | 'ever'): boolean => shape.isDropped !== true || (when === 'ever' && shape.past !== undefined);

/** Where the events of a stored table lie: those in memory, and files of blocks, oldest first. */
export interface TableLayout {
  readonly liveRowCount: number;
  readonly files: readonly { readonly block: number; readonly name: string; readonly rowCount: number }[];
}

/** One table as of one snapshot. Scans may run side by side; each yields chunks that belong to the caller. */
export interface TableSource {
  readonly shape: TableShape;
  /** Throws EngineError 58030/XX001 from the iterator when a file cannot be read. Checks `cancel` at least once a chunk. */
  scan(request: ScanRequest, cancel: CancelFlag): Scan;
  /**
   * The same rows without waiting, where that is possible: bounds of `_id =` or IN, and nothing to read from files. Undefined otherwise.
   * All bounds are applied.
   */
  lookUp?(request: ScanRequest): readonly RowChunk[] | undefined;
  /** Of stored tables only. */
  layout?(): TableLayout;
}

/** What names mean in one snapshot. */
export interface CatalogView {
  readonly databaseName: string;
  table(schema: string, name: string): TableSource | undefined;
  /** Those that were dropped too: `exists` tells. */
  tables(): Iterable<TableSource>;
  /** Another database of the node, for names that begin with it. Absent where only this database may be read. */
  peer?(name: string): PeerCatalog | undefined;
}

/** A database beside that of the connection. Each is as of its own newest transaction: system times of two databases do not compare. */
export interface PeerCatalog extends CatalogView { readonly systemMicros: bigint }

/** Where a table is: `database` undefined means the connection's. */
export interface TablePlace { readonly database?: string | undefined; readonly schema: string; readonly table: string }

export const findTable = (catalog: CatalogView, { database, schema, table }: TablePlace): TableSource | undefined =>
  (database === undefined ? catalog : catalog.peer?.(database))?.table(schema, table);
