/** Rows that outlive their batch: one `ColumnBuffer` a column. Row numbers are stable. */
import type { Value } from '../types/value.ts';
import { type Batch, BATCH_ROWS, iota, selectionOf } from './batch.ts';
import { ColumnBuffer } from './column-buffer.ts';
import type { Scope } from './kernel-memory.ts';
import { type Reader, vectorReader } from './reader.ts';
import { NULL_VECTOR, type Vector } from './vector.ts';

export class RowBuffer {
  readonly columns: readonly ColumnBuffer[];
  #rowCount = 0;

  constructor(columnCount: number) { this.columns = Array.from({ length: columnCount }, () => new ColumnBuffer()); }

  get rowCount(): number { return this.#rowCount; }
  /** Bytes held, roughly. */
  get byteCount(): number { return this.columns.reduce((sum, column) => sum + column.byteCount, 0); }

  append(batch: Batch): void { this.appendRows(batch.vectors, selectionOf(batch)); }

  appendRows(vectors: readonly Vector[], rows: Int32Array): void {
    for (let column = 0; column < this.columns.length; column++) {
      (this.columns[column] as ColumnBuffer).append(vectors[column] as Vector, rows);
    }
    this.#rowCount += rows.length;
  }

  push(values: readonly Value[]): void {
    for (let column = 0; column < this.columns.length; column++) (this.columns[column] as ColumnBuffer).push(values[column] as Value);
    this.#rowCount++;
  }

  vectors(): Vector[] { return this.columns.map((column) => column.asVector()); }
  readers(): Reader[] { return this.vectors().map(vectorReader); }

  /** The given rows in that order; a negative row is all NULL when `withNulls`. */
  gather(rows: Int32Array, scope: Scope | null, withNulls = false): Batch {
    return { rowCount: rows.length, vectors: this.columns.map((column) => column.gather(rows, scope, withNulls)), selection: null };
  }

  /** Rows [from, from + BATCH_ROWS) as a batch; null at the end. With `needed`, columns that it does not name are left out (NULL). */
  window(from: number, needed?: ReadonlySet<number>): Batch | null {
    if (from >= this.#rowCount) return null;
    const count = Math.min(BATCH_ROWS, this.#rowCount - from);
    if (count === this.#rowCount) return { rowCount: count, vectors: this.vectors(), selection: null };
    const rows = from === 0 ? iota(count) : Int32Array.from({ length: count }, (_, row) => from + row);
    const vectors = this.columns.map((column, index) => (needed === undefined || needed.has(index) ? column.gather(rows, null, false) : NULL_VECTOR));
    return { rowCount: count, vectors, selection: null };
  }
}
