/**
 * From scalar functions to vectors: one driver for every call that has no kernel.
 *
 *   for each selected row:  is an argument NULL, and do NULLs propagate?  NULL : call(context, a, b, …)
 *
 * What can be decided once for a batch (forms, types, whether NULLs occur, arity) is decided before the loop.
 */
import { isEngineError } from '../../base/errors.ts';
import type { EvaluationContext, ScalarCall } from '../../catalog/function.ts';
import type { Value } from '../../data/types/value.ts';
import { type Batch, selectedCount, selectionOf } from '../../data/vector/batch.ts';
import { type Reader, vectorReader } from '../../data/vector/reader.ts';
import { constantVector, type Vector, valuesVector } from '../../data/vector/vector.ts';

export interface LiftedCall {
  readonly call: ScalarCall;
  readonly propagatesNull: boolean;
  readonly volatile: boolean;
  readonly position: number | undefined;
}

/** Adds the place in the statement to an error of the user; passes everything else on as it is. */
export function positioned(error: unknown, position: number | undefined): unknown {
  return isEngineError(error) ? error.at(position) : error;
}

/** The call over the batch's selected rows. */
export function liftCall(lifted: LiftedCall, context: EvaluationContext, args: readonly Vector[], batch: Batch): Vector {
  try {
    if (!lifted.volatile && args.every((arg) => arg.form === 'constant')) return liftConstant(lifted, context, args, batch);
    const out = new Array<Value>(batch.rowCount);
    runCalls(lifted, context, args.map(vectorReader), selectionOf(batch), (row, value) => { out[row] = value; });
    return valuesVector(out);
  } catch (error) {
    throw positioned(error, lifted.position);
  }
}

function liftConstant(lifted: LiftedCall, context: EvaluationContext, args: readonly Vector[], batch: Batch): Vector {
  if (selectedCount(batch) === 0) return constantVector(null);
  const values = args.map((arg) => (arg as { readonly value: Value }).value);
  if (lifted.propagatesNull && values.includes(null)) return constantVector(null);
  return constantVector(lifted.call(context, ...values));
}

type Put = (row: number, value: Value) => void;

function runCalls(lifted: LiftedCall, context: EvaluationContext, readers: readonly Reader[], rows: Int32Array, put: Put): void {
  const { call, propagatesNull } = lifted;
  switch (readers.length) {
    case 0: for (let k = 0; k < rows.length; k++) put(rows[k] as number, call(context)); return;
    case 1: return runUnary(call, propagatesNull, context, readers[0] as Reader, rows, put);
    case 2: return runBinary(call, propagatesNull, context, readers as readonly [Reader, Reader], rows, put);
    default: return runMany(call, propagatesNull, context, readers, rows, put);
  }
}

function runUnary(call: ScalarCall, propagates: boolean, context: EvaluationContext, read: Reader, rows: Int32Array, put: Put): void {
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    const value = read(row);
    put(row, value === null && propagates ? null : call(context, value));
  }
}

function runBinary(call: ScalarCall, propagates: boolean, context: EvaluationContext, [left, right]: readonly [Reader, Reader], rows: Int32Array, put: Put): void {
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    const a = left(row);
    const b = right(row);
    put(row, propagates && (a === null || b === null) ? null : call(context, a, b));
  }
}

function runMany(call: ScalarCall, propagates: boolean, context: EvaluationContext, readers: readonly Reader[], rows: Int32Array, put: Put): void {
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    const values = readers.map((read) => read(row));
    put(row, propagates && values.includes(null) ? null : call(context, ...values));
  }
}

/** The rows for which a two-argument call gives TRUE, without making a vector of booleans. */
export function selectByCall(lifted: LiftedCall, context: EvaluationContext, left: Vector, right: Vector, batch: Batch): Int32Array {
  const { call } = lifted;
  const rows = selectionOf(batch);
  const out = new Int32Array(rows.length);
  const readLeft = vectorReader(left);
  const readRight = vectorReader(right);
  let count = 0;
  try {
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      const a = readLeft(row);
      const b = readRight(row);
      if (lifted.propagatesNull && (a === null || b === null)) continue;
      if (call(context, a, b) === true) out[count++] = row;
    }
  } catch (error) {
    throw positioned(error, lifted.position);
  }
  return out.subarray(0, count);
}
