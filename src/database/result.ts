/** Results of statements: streams of batches that free what they hold however they end. */
import { must } from '../base/assert.ts';
import type { Value } from '../data/types/value.ts';
import { type Batch, selectedCount, selectionOf } from '../data/vector/batch.ts';
import type { ColumnChunk, RowChunk } from '../data/vector/chunk.ts';
import { type Reader, vectorReader } from '../data/vector/reader.ts';
import { chunkValue } from '../data/vector/chunk-value.ts';
import type { Statement } from '../query/sql/ast.ts';
import type { WriteResult } from '../tx/write-statement.ts';
import type { ExecutionResult, OutputColumn, ResultBatch } from './session.ts';

export const tagOnly = (tag: string): ExecutionResult => ({ columns: undefined, batches: [], tag: () => tag });

/** Rows that are there already. */
export function rowsResult(columns: readonly OutputColumn[], rows: readonly (readonly Value[])[], tag: string): ExecutionResult {
  const batch: ResultBatch = { rowCount: rows.length, cell: (row, column) => rows[row]?.[column] ?? null };
  return { columns, batches: [batch], tag: () => tag };
}

const TAGS: Partial<Record<Statement['kind'], (count: number) => string>> = {
  insert: (count) => `INSERT 0 ${count}`, update: (count) => `UPDATE ${count}`, delete: (count) => `DELETE ${count}`,
  erase: (count) => `ERASE ${count}`, patch: (count) => `PATCH ${count}`, assert: () => 'ASSERT',
  'create-table': () => 'CREATE TABLE', 'create-view': () => 'CREATE VIEW', 'drop-table': () => 'DROP TABLE', 'drop-view': () => 'DROP VIEW', truncate: () => 'TRUNCATE TABLE',
  grant: () => 'GRANT', revoke: () => 'REVOKE',
};

/** What a statement that writes answers. */
export function writeResult(kind: Statement['kind'], { told, returned }: WriteResult): ExecutionResult {
  const tag = must(TAGS[kind], 'every write has a tag')(told.rowCount);
  return returned === undefined ? tagOnly(tag) : rowsResult(returned.columns, returned.rows, tag);
}

/** A result that is there already, as chunks of a source. */
export function chunksResult(columns: readonly OutputColumn[], chunks: readonly RowChunk[]): ExecutionResult {
  let rowCount = 0;
  for (const chunk of chunks) rowCount += chunk.rowCount;
  return { columns, batches: chunks.map(chunkBatch), tag: () => `SELECT ${rowCount}` };
}

const chunkBatch = (chunk: RowChunk): ResultBatch => ({ rowCount: chunk.rowCount, cell: (row, column) => chunkValue(chunk.columns[column] as ColumnChunk, row) });

export function resultBatch(batch: Batch): ResultBatch {
  const selection = selectionOf(batch);
  const readers: (Reader | undefined)[] = batch.vectors.map(() => undefined);
  return {
    rowCount: selectedCount(batch),
    cell: (row, column) => (readers[column] ??= vectorReader(batch.vectors[column] as Batch['vectors'][number]))(selection[row] as number),
  };
}

export interface StreamHooks {
  /** Once, when the last batch was delivered. */
  readonly onEnd?: (() => void) | undefined;
  /** Once, when an error ended it; what is returned is thrown. */
  readonly onError?: ((error: unknown) => unknown) | undefined;
  /** Once, however it ended: also when nobody asked for the first batch. */
  readonly onClose: () => void;
  readonly onBatch?: ((batch: Batch) => void) | undefined;
  readonly isCancelled?: (() => boolean) | undefined;
}

/** A stream over the executor's batches. Unlike a generator it is closed by `return` even before it was started. */
export function streamResult(columns: readonly OutputColumn[], source: AsyncIterable<Batch>, hooks: StreamHooks): ExecutionResult {
  let rowCount = 0;
  let isClosed = false;
  const close = (): void => { if (!isClosed) { isClosed = true; hooks.onClose(); } };
  const batches: AsyncIterable<ResultBatch> = {
    [Symbol.asyncIterator]() {
      const inner = source[Symbol.asyncIterator]();
      return {
        async next() {
          if (isClosed) return { done: true, value: undefined };
          try {
            const step = await inner.next();
            if (step.done === true) { hooks.onEnd?.(); close(); return { done: true, value: undefined }; }
            rowCount += selectedCount(step.value);
            hooks.onBatch?.(step.value);
            return { done: false, value: resultBatch(step.value) };
          } catch (error) {
            const thrown = hooks.onError?.(error) ?? error;
            close();
            throw thrown;
          }
        },
        async return() {
          try { await inner.return?.(); } finally { close(); }
          return { done: true, value: undefined };
        },
      };
    },
  };
  return { columns, batches, isCancelled: hooks.isCancelled, tag: () => `SELECT ${rowCount}` };
}
