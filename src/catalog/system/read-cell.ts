/** One text cell of a chunk: all that catalog tables read from stored ones. */
import { isValid } from '../../data/vector/chunk.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import type { Value } from '../../data/types/value.ts';

const decoder = new TextDecoder();

/** The value where the column is of text or of values; NULL for fixed-width columns. */
export function readCell(column: ColumnChunk, row: number): Value {
  switch (column.form) {
    case 'constant': return column.value;
    case 'values': return column.values[row] ?? null;
    case 'text': return isValid(column.validity, row) ? decoder.decode(column.bytes.subarray(column.offsets[row], column.offsets[row + 1])) : null;
    case 'fixed': case 'uuid': return null;
  }
}
