/** Reading vectors row by row: the one place where physical values become `Value`s. */
import { unreachable } from '../../base/assert.ts';
import { isValid, type Validity } from './chunk.ts';
import type { Type } from '../types/type.ts';
import type { Value } from '../types/value.ts';
import { UUID_BYTES, uuidAt } from './uuid-cells.ts';
import { dataOf, type FlatData, type TextVector, type Vector } from './vector.ts';

export type Reader = (row: number) => Value;

/** Value of a row of flat data whose type it is. */
function flatReader(type: Type, data: FlatData): Reader {
  switch (type.kind) {
    case 'bool': { const bytes = data as Uint8Array; return (row) => bytes[row] !== 0; }
    case 'int': {
      if (type.bits === 64) { const longs = data as BigInt64Array; return (row) => longs[row] as bigint; }
      const bits = type.bits;
      const ints = data as Int32Array;
      return (row) => ({ kind: 'int', bits, value: ints[row] as number });
    }
    case 'float': {
      const doubles = data as Float64Array;
      return type.bits === 64 ? (row) => doubles[row] as number : (row) => ({ kind: 'float32', value: doubles[row] as number });
    }
    case 'uuid': { const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength); return (row) => uuidAt(bytes, row * UUID_BYTES); }
    case 'date': { const days = data as Int32Array; return (row) => ({ kind: 'date', days: days[row] as number }); }
    default: return momentReader(type, data as BigInt64Array);
  }
}

function momentReader(type: Type, data: BigInt64Array): Reader {
  switch (type.kind) {
    case 'time': { const unit = type.unit; return (row) => ({ kind: 'time', unit, value: data[row] as bigint }); }
    case 'timestamp': { const unit = type.unit; return (row) => ({ kind: 'timestamp', unit, value: data[row] as bigint }); }
    case 'timestamptz': {
      const { unit, zone } = type;
      return (row) => ({ kind: 'timestamptz', unit, value: data[row] as bigint, zone });
    }
    case 'duration': { const unit = type.unit; return (row) => ({ kind: 'duration', unit, value: data[row] as bigint }); }
    default: return unreachable(type as never, 'a flat vector of a type without fixed width');
  }
}

const orNull = (validity: Validity, read: Reader): Reader =>
  (validity === null ? read : (row) => (isValid(validity, row) ? read(row) : null));

function textReader(vector: TextVector): Reader {
  const { offsets, decoded, validity } = vector;
  const source = Buffer.from(vector.bytes.buffer, vector.bytes.byteOffset, vector.bytes.byteLength);
  return orNull(validity, (row) => (decoded[row] ??= source.toString('utf8', offsets[row] as number, offsets[row + 1] as number)));
}

/** Reads one row of the vector; made once per vector and batch. */
export function vectorReader(vector: Vector): Reader {
  switch (vector.form) {
    case 'flat': return orNull(vector.validity, flatReader(vector.type, dataOf(vector)));
    case 'text': return textReader(vector);
    case 'values': { const values = vector.values; return (row) => values[row] as Value; }
    case 'constant': { const value = vector.value; return () => value; }
  }
}

/** Whether a row is NULL, without making its value. */
export function nullReader(vector: Vector): ((row: number) => boolean) | null {
  switch (vector.form) {
    case 'flat': case 'text': {
      const validity = vector.validity;
      return validity === null ? null : (row) => !isValid(validity, row);
    }
    case 'values': { const values = vector.values; return (row) => values[row] === null; }
    case 'constant': { const isNull = vector.value === null; return isNull ? () => true : null; }
  }
}
