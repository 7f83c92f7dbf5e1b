/**
 * Chunks: columns of values as plain data in JavaScript memory. They cross the seam between storage and query (and threads:
 * all of it survives `structuredClone`). Nobody changes a chunk once it was handed over.
 */
import type { Type } from '../types/type.ts';
import type { Value } from '../types/value.ts';

/** Validity: one bit a row, least significant first, 1 = not NULL, as Arrow has it. `null` means that no row is NULL. */
export type Validity = Uint8Array | null;

/**
 * - `fixed`: one leg with a fixed-width physical form. bool: one byte a row, 0 or 1 (Uint8Array). int8/16/32 and date: Int32Array.
 *   int64, time, timestamp, timestamptz, duration: BigInt64Array in the type's unit. float32 and float64: Float64Array.
 *   In µs `timestamptz` columns the int64 maximum under a NULL bit is ∞ and the bit decides what is shown.
 * - `text`: UTF-8, `offsets` has rowCount + 1 entries.
 * - `uuid`: sixteen bytes a row (`uuid-cells.ts`).
 * - `values`: anything else, one `Value` a row.
 * - `constant`: the same value in every row.
 */
export type ColumnChunk =
  | { readonly form: 'fixed'; readonly type: Type; readonly data: Uint8Array | Int32Array | BigInt64Array | Float64Array; readonly validity: Validity }
  | { readonly form: 'text'; readonly offsets: Int32Array; readonly bytes: Uint8Array; readonly validity: Validity }
  | { readonly form: 'uuid'; readonly data: Uint8Array; readonly validity: Validity }
  | { readonly form: 'values'; readonly values: readonly Value[] }
  | { readonly form: 'constant'; readonly value: Value };

/** Rows between a source and the engine: at most 4,096, one column chunk for each requested column, in that order. */
export interface RowChunk { readonly rowCount: number; readonly columns: readonly ColumnChunk[] }

export const CHUNK_ROWS_MAX = 4096;

export const isValid = (validity: Validity, row: number): boolean =>
  validity === null || (((validity[row >> 3] as number) >> (row & 7)) & 1) === 1;
