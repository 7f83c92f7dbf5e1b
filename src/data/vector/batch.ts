/**
 * Batches: rows between operators. A batch is valid until its producer is asked for the next one; who keeps rows copies them.
 */
import type { Value } from '../types/value.ts';
import type { ColumnChunk, RowChunk } from './chunk.ts';
import { vectorReader } from './reader.ts';
import { constantVector, detachVector, type Vector, valuesVector } from './vector.ts';

export interface Batch {
  /** Entries of each vector. */
  readonly rowCount: number;
  readonly vectors: readonly Vector[];
  /** Rows that count, ascending unless an operator orders them; null = all. */
  readonly selection: Int32Array | null;
}

/** Rows an operator puts into one batch when it has the choice. */
export const BATCH_ROWS = 4096;

export const selectedCount = (batch: Batch): number => (batch.selection === null ? batch.rowCount : batch.selection.length);

const IOTA = Int32Array.from({ length: BATCH_ROWS * 4 }, (_, row) => row);

/** 0, 1, …, count - 1. Shared: never written. */
export function iota(count: number): Int32Array {
  return count <= IOTA.length ? IOTA.subarray(0, count) : Int32Array.from({ length: count }, (_, row) => row);
}

/** The rows that count, as positions. */
export const selectionOf = (batch: Batch): Int32Array => batch.selection ?? iota(batch.rowCount);

export const withSelection = (batch: Batch, selection: Int32Array): Batch => ({ rowCount: batch.rowCount, vectors: batch.vectors, selection });

/** A copy that nobody else holds memory of. */
export const detachBatch = (batch: Batch): Batch =>
  ({ rowCount: batch.rowCount, vectors: batch.vectors.map(detachVector), selection: batch.selection });

/** A batch of one column per array of values. For constants and tests. */
export function batchOfValues(columns: readonly (readonly Value[])[], rowCount: number): Batch {
  return { rowCount, vectors: columns.map(valuesVector), selection: null };
}

/** Plain data for another thread: selected rows only. */
export function chunkOfBatch(batch: Batch): RowChunk {
  const selection = batch.selection;
  return { rowCount: selectedCount(batch), columns: batch.vectors.map((vector) => chunkOfVector(vector, selection)) };
}

function chunkOfVector(vector: Vector, selection: Int32Array | null): ColumnChunk {
  if (vector.form === 'constant') return vector;
  if (selection === null) {
    if (vector.form === 'values') return vector;
    if (vector.form === 'text') return { form: 'text', offsets: vector.offsets, bytes: vector.bytes, validity: vector.validity };
    const { type, physical, data, validity } = detachVector(vector) as Extract<Vector, { form: 'flat' }>;
    if (physical === 'uuid') return { form: 'uuid', data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), validity };
    return { form: 'fixed', type, data, validity };
  }
  const read = vectorReader(vector);
  return { form: 'values', values: Array.from(selection, read) };
}

/** Every row of the batch as an array of values. */
export function rowsOf(batch: Batch): Value[][] {
  const readers = batch.vectors.map(vectorReader);
  return Array.from(selectionOf(batch), (row) => readers.map((read) => read(row)));
}

export const oneRow = (values: readonly Value[]): Batch => ({ rowCount: 1, vectors: values.map(constantVector), selection: null });
