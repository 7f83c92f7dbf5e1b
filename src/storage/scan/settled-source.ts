/**
 * Settled rows as scans see them: puts whose polygons are stored. The seam for settled and merged files.
 *
 *   row  [0, 9) since 1   closings {[2, 4) → 3}        open parts [0, 2) and [4, 9), a closed one [2, 4) to 3
 */
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import type { Closing } from '../temporal/polygon.ts';
import type { TemporalBounds } from '../temporal/resolve.ts';

/** Rows in any order; never changed. No entity stands in two pages of one read. */
export interface SettledPage {
  readonly rowCount: number;
  readonly seq: Float64Array;
  readonly systemFrom: BigInt64Array;
  readonly validFrom: BigInt64Array;
  readonly validTo: BigInt64Array;
  readonly ids: ColumnChunk;
  readonly columns: readonly ColumnChunk[];
  /** Closings by row, disjoint and in valid order; a row that is not in the map has none. */
  readonly closings: ReadonlyMap<number, readonly Closing[]>;
}

export interface SettledSource {
  readonly rowEstimate: number;
  /** Every settled event's number is at most this; delta events are later. */
  readonly maxSeq: number;
  /** Pages that may hold rows within the bounds. Errors as for raw files. */
  pages(columns: readonly string[], bounds: TemporalBounds): AsyncIterable<SettledPage>;
  /** Pages that may hold rows of the key. */
  pagesWithKey(key: Uint8Array, columns: readonly string[]): AsyncIterable<SettledPage>;
}
