/**
 * + - * over typed arrays.
 *
 *   float64 (an int64 operand is rounded to a double first, as the scalar functions do)      x ∘ y
 *   int64, both operands and the result below 2^53                                           x ∘ y in doubles, exactly
 *   int64 otherwise                                                                          x ∘ y in bigints; overflow: the closure raises
 */
import { FLOAT64, INT64 } from '../../data/types/type.ts';
import { type Batch, selectionOf } from '../../data/vector/batch.ts';
import { isValid, type Validity } from '../../data/vector/chunk.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import { allocateFlat, dataOf, type FlatVector, NULL_VECTOR, type Vector } from '../../data/vector/vector.ts';

export type Arithmetic = '+' | '-' | '*';

const TWO_32 = 4294967296;
const EXACT_MAX = Number.MAX_SAFE_INTEGER;

/** An operand as doubles: an array indexed by row, or one number. `halves` are an int64 column's words, for what doubles cannot hold. */
interface Operand { readonly data: Float64Array | null; readonly halves: Int32Array | null; readonly constant: number; readonly exact: bigint | null; readonly validity: Validity }

function operandOf(vector: Vector): Operand | 'null' | undefined {
  if (vector.form === 'constant') {
    if (vector.value === null) return 'null';
    if (typeof vector.value === 'number') return { data: null, halves: null, constant: vector.value, exact: null, validity: null };
    return typeof vector.value === 'bigint' ? { data: null, halves: null, constant: Number(vector.value), exact: vector.value, validity: null } : undefined;
  }
  if (vector.form !== 'flat') return undefined;
  const data = dataOf(vector);
  if (data instanceof Float64Array) return { data, halves: null, constant: 0, exact: null, validity: vector.validity };
  if (!(data instanceof BigInt64Array) || vector.type.kind !== 'int') return undefined;
  return { data: null, halves: new Int32Array(data.buffer, data.byteOffset, data.length * 2), constant: 0, exact: null, validity: vector.validity };
}

const doubleOfHalves = (halves: Int32Array, row: number): number => (halves[row * 2 + 1] as number) * TWO_32 + ((halves[row * 2] as number) >>> 0);

/** The operand's doubles by row, so that the loops know one kind of array. */
function doublesOf(operand: Operand, rows: Int32Array, rowCount: number): Float64Array {
  if (operand.data !== null) return operand.data;
  const out = new Float64Array(rowCount);
  const { halves } = operand;
  if (halves === null) return out.fill(operand.constant);
  for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; out[row] = doubleOfHalves(halves, row); }
  return out;
}

/** Marks the rows that are valid in both; `out` starts as all NULL. */
function joinValidity(a: Validity, b: Validity, rows: Int32Array, out: Uint8Array): void {
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    if (isValid(a, row) && isValid(b, row)) out[row >> 3] = (out[row >> 3] as number) | (1 << (row & 7));
  }
}

function operands(left: Vector, right: Vector): readonly [Operand, Operand] | 'null' | undefined {
  const a = operandOf(left);
  const b = operandOf(right);
  if (a === undefined || b === undefined || (left.form === 'constant' && right.form === 'constant')) return undefined;
  return a === 'null' || b === 'null' ? 'null' : [a, b];
}

export function float64Arithmetic(operator: Arithmetic, left: Vector, right: Vector, batch: Batch, scope: Scope | null): Vector | undefined {
  const both = operands(left, right);
  if (both === undefined) return undefined;
  if (both === 'null') return NULL_VECTOR;
  const [a, b] = both;
  const rows = selectionOf(batch);
  const out = allocateFlat(scope, FLOAT64, 'f64', batch.rowCount, a.validity !== null || b.validity !== null);
  if (out.validity !== null) joinValidity(a.validity, b.validity, rows, out.validity);
  loop(operator, doublesOf(a, rows, batch.rowCount), doublesOf(b, rows, batch.rowCount), rows, out.data as Float64Array);
  return out;
}

function loop(operator: Arithmetic, a: Float64Array, b: Float64Array, rows: Int32Array, out: Float64Array): void {
  switch (operator) {
    case '+': for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; out[row] = (a[row] as number) + (b[row] as number); } return;
    case '-': for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; out[row] = (a[row] as number) - (b[row] as number); } return;
    case '*': for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; out[row] = (a[row] as number) * (b[row] as number); } return;
  }
}

const apply = (operator: Arithmetic, a: number, b: number): number => (operator === '+' ? a + b : operator === '-' ? a - b : a * b);
const applyExactly = (operator: Arithmetic, a: bigint, b: bigint): bigint => (operator === '+' ? a + b : operator === '-' ? a - b : a * b);

const isExact = (value: number): boolean => value <= EXACT_MAX && value >= -EXACT_MAX;

/** `undefined` also for an overflow: the closure then raises it for the first row that has it. */
export function int64Arithmetic(operator: Arithmetic, left: Vector, right: Vector, batch: Batch, scope: Scope | null): Vector | undefined {
  const both = operands(left, right);
  if (both === undefined) return undefined;
  if (both === 'null') return NULL_VECTOR;
  const [a, b] = both;
  const rows = selectionOf(batch);
  const out = allocateFlat(scope, INT64, 'i64', batch.rowCount, a.validity !== null || b.validity !== null);
  if (out.validity !== null) joinValidity(a.validity, b.validity, rows, out.validity);
  return int64Loop(operator, a, b, rows, out) ? out : undefined;
}

/** False when a row overflows. */
function int64Loop(operator: Arithmetic, a: Operand, b: Operand, rows: Int32Array, out: FlatVector): boolean {
  const longs = out.data as BigInt64Array;
  const words = new Int32Array(longs.buffer, longs.byteOffset, longs.length * 2);
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    const x = a.halves === null ? a.constant : doubleOfHalves(a.halves, row);
    const y = b.halves === null ? b.constant : doubleOfHalves(b.halves, row);
    const result = apply(operator, x, y);
    if (isExact(x) && isExact(y) && isExact(result)) {
      const high = Math.floor(result / TWO_32);
      words[row * 2 + 1] = high;
      words[row * 2] = result - high * TWO_32;
      continue;
    }
    if (!isValid(out.validity, row)) continue;
    const exact = applyExactly(operator, exactOf(a, row), exactOf(b, row));
    if (BigInt.asIntN(64, exact) !== exact) return false;
    longs[row] = exact;
  }
  return true;
}

function exactOf(operand: Operand, row: number): bigint {
  if (operand.halves === null) return operand.exact ?? 0n;
  return (BigInt(operand.halves[row * 2 + 1] as number) << 32n) | BigInt((operand.halves[row * 2] as number) >>> 0);
}
