/** Cells of chunks as values: the slow way round, for columns with several legs. */
import { unreachable } from '../../base/assert.ts';
import type { Type } from '../types/type.ts';
import type { Value } from '../types/value.ts';
import { isValid } from '../vector/chunk.ts';
import type { ColumnChunk } from '../vector/chunk.ts';
import { UUID_BYTES, uuidAt } from '../vector/uuid-cells.ts';

const decoder = new TextDecoder();

export function valuesOfChunk(chunk: ColumnChunk, rowCount: number): readonly Value[] {
  switch (chunk.form) {
    case 'values': return chunk.values;
    case 'constant': return new Array<Value>(rowCount).fill(chunk.value);
    case 'fixed': {
      const make = cellMaker(chunk.type);
      return Array.from({ length: rowCount }, (_, row) => (isValid(chunk.validity, row) ? make(chunk.data[row] as number | bigint) : null));
    }
    case 'text': {
      const { offsets, bytes, validity } = chunk;
      return Array.from({ length: rowCount }, (_, row) => (isValid(validity, row) ? decoder.decode(bytes.subarray(offsets[row], offsets[row + 1])) : null));
    }
    case 'uuid': return Array.from({ length: rowCount }, (_, row) => (isValid(chunk.validity, row) ? uuidAt(chunk.data, row * UUID_BYTES) : null));
    default: return unreachable(chunk);
  }
}

/** Makes a value from what a `fixed` chunk of the type holds. */
export function cellMaker(type: Type): (cell: number | bigint) => Value {
  switch (type.kind) {
    case 'bool': return (cell) => cell !== 0;
    case 'int': {
      if (type.bits === 64) return (cell) => cell;
      const { bits } = type;
      return (cell) => ({ kind: 'int', bits, value: cell as number });
    }
    case 'float': return type.bits === 64 ? (cell) => cell : (cell) => ({ kind: 'float32', value: cell as number });
    case 'date': return (cell) => ({ kind: 'date', days: cell as number });
    case 'time': case 'timestamp': case 'duration': {
      const { kind, unit } = type;
      return (cell) => ({ kind, unit, value: cell as bigint });
    }
    case 'timestamptz': {
      const { unit, zone } = type;
      return (cell) => ({ kind: 'timestamptz', unit, value: cell as bigint, zone });
    }
    default: throw new TypeError(`no fixed-width form for ${type.kind}`);
  }
}
