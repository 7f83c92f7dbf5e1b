/** Cells of column chunks as values: for rows that are looked at one by one, and whole columns where speed does not matter. */
import type { Type } from '../types/type.ts';
import type { Value } from '../types/value.ts';
import { isValid, type ColumnChunk } from './chunk.ts';
import { UUID_BYTES, uuidAt } from './uuid-cells.ts';

const decoder = new TextDecoder();

/** The value that a cell of a fixed-width column of the type stands for; the cell is not NULL. */
export function fixedValue(type: Type, cell: number | bigint): Value {
  switch (type.kind) {
    case 'bool': return cell !== 0;
    case 'int': return type.bits === 64 ? cell : { kind: 'int', bits: type.bits, value: cell as number };
    case 'float': return type.bits === 64 ? cell : { kind: 'float32', value: cell as number };
    case 'date': return { kind: 'date', days: cell as number };
    case 'time': case 'timestamp': case 'duration': return { kind: type.kind, unit: type.unit, value: cell as bigint };
    case 'timestamptz': return { kind: 'timestamptz', unit: type.unit, value: cell as bigint, zone: type.zone };
    default: throw new TypeError(`no fixed-width form for ${type.kind}`);
  }
}

export function chunkValue(chunk: ColumnChunk, row: number): Value {
  switch (chunk.form) {
    case 'constant': return chunk.value;
    case 'values': return chunk.values[row] ?? null;
    case 'text': return isValid(chunk.validity, row) ? decoder.decode(chunk.bytes.subarray(chunk.offsets[row], chunk.offsets[row + 1])) : null;
    case 'uuid': return isValid(chunk.validity, row) ? uuidAt(chunk.data, row * UUID_BYTES) : null;
    case 'fixed': return isValid(chunk.validity, row) ? fixedValue(chunk.type, chunk.data[row] as number | bigint) : null;
  }
}

export function valuesOfChunk(chunk: ColumnChunk, rowCount: number): readonly Value[] {
  if (chunk.form === 'values') return chunk.values;
  return Array.from({ length: rowCount }, (_, row) => chunkValue(chunk, row));
}
