/**
 * Comparison → selection over typed arrays.
 *
 * int64 is compared as two 32-bit halves (high signed, low unsigned): exact, and no bigint is made.
 *
 *   a < c   ⇔   aHigh < cHigh  or  (aHigh = cHigh and aLow < cLow)
 */
import type { Type } from '../../data/types/type.ts';
import type { DateValue, Tagged, Value } from '../../data/types/value.ts';
import { type Batch, selectionOf } from '../../data/vector/batch.ts';
import { isValid, type Validity } from '../../data/vector/chunk.ts';
import { dataOf, type FlatVector, type Vector } from '../../data/vector/vector.ts';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** The comparison that says the same with its sides exchanged. */
export const MIRRORED: Readonly<Record<Comparison, Comparison>> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

const NOTHING = new Int32Array(0);
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Orders a comparison accepts: below, equal, above. NaN is none of them. */
function accepts(comparison: Comparison): readonly [boolean, boolean, boolean] {
  switch (comparison) {
    case '=': return [false, true, false];
    case '<>': return [true, false, true];
    case '<': return [true, false, false];
    case '<=': return [true, true, false];
    case '>': return [false, false, true];
    case '>=': return [false, true, true];
  }
}

/** An integer constant of any width. */
function integerOf(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'int' ? BigInt(value.value) : undefined;
}

function int64Comparand(type: Type, value: Value): bigint | undefined {
  if (type.kind === 'int') return integerOf(value);
  const tagged = value as Tagged;
  return tagged.kind === 'timestamp' || tagged.kind === 'timestamptz' ? tagged.value : undefined;
}

function int32Comparand(type: Type, value: Value): number | undefined {
  if (type.kind === 'date') return (value as Tagged).kind === 'date' ? (value as DateValue).days : undefined;
  const integer = integerOf(value);
  return integer === undefined || BigInt.asIntN(32, integer) !== integer ? undefined : Number(integer);
}

/** Numbers compare by exact value, so an integer takes part only where it is a double. */
function float64Comparand(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'float32') return value.value;
  const integer = integerOf(value);
  return integer === undefined || integer > MAX_SAFE || integer < -MAX_SAFE ? undefined : Number(integer);
}

/** The constant (not NULL) in the form of the flat data that it is compared with; undefined where only the closure knows. */
export function comparandOf({ physical, type }: FlatVector, value: Value): bigint | number | undefined {
  switch (physical) {
    case 'i64': return int64Comparand(type, value);
    case 'i32': return int32Comparand(type, value);
    case 'f64': return float64Comparand(value);
    case 'bool': case 'uuid': return undefined;
  }
}

/** Drops the rows that are NULL, in place; `rows` belongs to the caller. */
function dropNulls(rows: Int32Array, count: number, validity: Validity): Int32Array {
  if (validity === null) return rows.subarray(0, count);
  let kept = 0;
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number;
    if (isValid(validity, row)) rows[kept++] = row;
  }
  return rows.subarray(0, kept);
}

/** Flat on the left, constant on the right, whichever way they came; undefined for other forms. */
export function oriented(comparison: Comparison, left: Vector, right: Vector): { readonly flat: FlatVector; readonly constant: Value; readonly comparison: Comparison } | undefined {
  if (left.form === 'flat' && right.form === 'constant') return { flat: left, constant: right.value, comparison };
  if (right.form === 'flat' && left.form === 'constant') return { flat: right, constant: left.value, comparison: MIRRORED[comparison] };
  return undefined;
}

const halvesOf = (vector: FlatVector): Int32Array => {
  const data = dataOf(vector) as BigInt64Array;
  return new Int32Array(data.buffer, data.byteOffset, data.length * 2);
};

/** Flat data of numbers, dates or timestamps against a constant; int64 also against int64. Undefined for other forms. */
export function selectFlat(comparison: Comparison, left: Vector, right: Vector, batch: Batch): Int32Array | undefined {
  if (left.form === 'flat' && right.form === 'flat') {
    return left.physical === 'i64' && right.physical === 'i64' ? selectInt64Pairs(comparison, left, right, batch) : undefined;
  }
  const sides = oriented(comparison, left, right);
  if (sides === undefined) return undefined;
  if (sides.constant === null) return NOTHING;
  const constant = comparandOf(sides.flat, sides.constant);
  if (constant === undefined) return undefined;
  if (typeof constant === 'bigint') return selectInt64(sides.comparison, sides.flat, constant, batch);
  return numbersAgainst(dataOf(sides.flat) as Int32Array | Float64Array, constant, sides.comparison, sides.flat.validity, batch);
}

function selectInt64(comparison: Comparison, flat: FlatVector, constant: bigint, batch: Batch): Int32Array {
  const rows = selectionOf(batch);
  const out = new Int32Array(rows.length);
  const count = int64Against(halvesOf(flat), Number(BigInt.asIntN(32, constant >> 32n)), Number(BigInt.asUintN(32, constant)), accepts(comparison), rows, out);
  return dropNulls(out, count, flat.validity);
}

function int64Against(halves: Int32Array, high: number, low: number, [below, equal, above]: readonly [boolean, boolean, boolean], rows: Int32Array, out: Int32Array): number {
  let count = 0;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    const rowHigh = halves[row * 2 + 1] as number;
    const rowLow = (halves[row * 2] as number) >>> 0;
    const isBelow = rowHigh < high || (rowHigh === high && rowLow < low);
    const isEqual = rowHigh === high && rowLow === low;
    if (isBelow ? below : isEqual ? equal : above) out[count++] = row;
  }
  return count;
}

function selectInt64Pairs(comparison: Comparison, left: FlatVector, right: FlatVector, batch: Batch): Int32Array {
  const [below, equal, above] = accepts(comparison);
  const a = halvesOf(left);
  const b = halvesOf(right);
  const rows = selectionOf(batch);
  const out = new Int32Array(rows.length);
  let count = 0;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    const aHigh = a[row * 2 + 1] as number;
    const bHigh = b[row * 2 + 1] as number;
    const aLow = (a[row * 2] as number) >>> 0;
    const bLow = (b[row * 2] as number) >>> 0;
    const isBelow = aHigh < bHigh || (aHigh === bHigh && aLow < bLow);
    const isEqual = aHigh === bHigh && aLow === bLow;
    if (isBelow ? below : isEqual ? equal : above) out[count++] = row;
  }
  const kept = dropNulls(out, count, left.validity);
  return dropNulls(kept, kept.length, right.validity);
}

function numbersAgainst(data: Int32Array | Float64Array, constant: number, comparison: Comparison, validity: Validity, batch: Batch): Int32Array {
  const rows = selectionOf(batch);
  const out = new Int32Array(rows.length);
  let count = 0;
  switch (comparison) {
    case '=': for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; if (data[row] === constant) out[count++] = row; } break;
    case '<>': for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; if (data[row] !== constant) out[count++] = row; } break;
    case '<': for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; if ((data[row] as number) < constant) out[count++] = row; } break;
    case '<=': for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; if ((data[row] as number) <= constant) out[count++] = row; } break;
    case '>': for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; if ((data[row] as number) > constant) out[count++] = row; } break;
    case '>=': for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; if ((data[row] as number) >= constant) out[count++] = row; } break;
  }
  return dropNulls(out, count, validity);
}

const encoder = new TextEncoder();

/** Text against a constant, byte by byte; no string is made. */
export function selectTextEqual(left: Vector, right: Vector, batch: Batch): Int32Array | undefined {
  const [text, constant] = left.form === 'text' ? [left, right] : [right, left];
  if (text.form !== 'text' || constant.form !== 'constant') return undefined;
  if (constant.value === null) return NOTHING;
  if (typeof constant.value !== 'string') return undefined;
  const wanted = encoder.encode(constant.value);
  const { offsets, bytes } = text;
  const rows = selectionOf(batch);
  const out = new Int32Array(rows.length);
  let count = 0;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    const from = offsets[row] as number;
    if ((offsets[row + 1] as number) - from !== wanted.length) continue;
    let i = 0;
    while (i < wanted.length && bytes[from + i] === wanted[i]) i++;
    if (i === wanted.length) out[count++] = row;
  }
  return dropNulls(out, count, text.validity);
}
