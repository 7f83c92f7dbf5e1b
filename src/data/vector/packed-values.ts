/** Values that were made one by one, as the vector that costs least to compute with. */
import { INT64, type Type } from '../types/type.ts';
import { isTagged, type Value } from '../types/value.ts';
import { heapVector, type Vector, valuesVector } from './vector.ts';

/** A type that is eight bytes wide, and the value in them; undefined for anything else. */
function wordOf(value: Value): { readonly type: Type; readonly word: bigint } | undefined {
  if (typeof value === 'bigint') return { type: INT64, word: value };
  if (!isTagged(value)) return undefined;
  if (value.kind === 'timestamp') return { type: { kind: 'timestamp', unit: value.unit }, word: value.value };
  return value.kind === 'timestamptz' ? { type: { kind: 'timestamptz', unit: value.unit, zone: value.zone }, word: value.value } : undefined;
}

const sameType = (a: Type, b: Type): boolean => {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'timestamptz' && b.kind === 'timestamptz') return a.unit === b.unit && a.zone === b.zone;
  return a.kind !== 'timestamp' || b.kind !== 'timestamp' || a.unit === b.unit;
};

/** Flat where all are int64 or points in time of one type, and none is NULL. */
export function packedVector(values: readonly Value[]): Vector {
  const first = values[0] === undefined ? undefined : wordOf(values[0]);
  if (first === undefined) return valuesVector(values);
  const data = new BigInt64Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const packed = wordOf(values[row] as Value);
    if (packed === undefined || !sameType(packed.type, first.type)) return valuesVector(values);
    data[row] = packed.word;
  }
  return heapVector(first.type, 'i64', data, null);
}
