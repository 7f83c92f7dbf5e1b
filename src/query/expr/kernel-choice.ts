/**
 * The one place where a kernel is put in a closure's stead.
 *
 * At compile time a call's name and static types say whether there is a kernel at all; for each batch the vectors' forms say whether it
 * applies: compiled kernel (flat in kernel memory) or loop over typed arrays (flat anywhere). Where neither applies the answer is `undefined`,
 * and the closure does the batch. Nobody else knows which of them ran.
 */
import { type ColumnType, FLOAT64, INT64, singleLeg, type Type } from '../../data/types/type.ts';
import type { Batch } from '../../data/vector/batch.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import type { Vector } from '../../data/vector/vector.ts';
import { arithmeticByKernel } from './arithmetic-kernels.ts';
import { type Arithmetic, float64Arithmetic, int64Arithmetic } from './arithmetic-loops.ts';
import { selectByKernel } from './compare-kernels.ts';
import { type Comparison, MIRRORED, selectFlat, selectTextEqual } from './compare-loops.ts';

/** Rows for which the call is TRUE. */
export type SelectKernel = (args: readonly Vector[], batch: Batch, scope: Scope | null) => Int32Array | undefined;
/** The call's results. */
export type VectorKernel = (args: readonly Vector[], batch: Batch, scope: Scope | null) => Vector | undefined;

const COMPARISONS: ReadonlySet<string> = new Set(Object.keys(MIRRORED));
const isNumber = (type: Type): type is Extract<Type, { kind: 'int' | 'float' }> => type.kind === 'int' || type.kind === 'float';

/** Types whose flat data compare as plain numbers, with each other or with a constant: numbers, or the same kind in the same unit. */
function comparableAs(left: Type, right: Type): 'flat' | 'text' | undefined {
  if (isNumber(left) && isNumber(right)) return 'flat';
  if (left.kind !== right.kind) return undefined;
  switch (left.kind) {
    case 'date': return 'flat';
    case 'timestamp': case 'timestamptz': return left.unit === (right as typeof left).unit ? 'flat' : undefined;
    case 'text': return 'text';
    default: return undefined;
  }
}

export function chooseSelectKernel(name: string, args: readonly ColumnType[]): SelectKernel | undefined {
  if (!COMPARISONS.has(name) || args.length !== 2) return undefined;
  const left = singleLeg(args[0] as ColumnType);
  const right = singleLeg(args[1] as ColumnType);
  if (left === undefined || right === undefined) return undefined;
  const comparison = name as Comparison;
  switch (comparableAs(left, right)) {
    case 'flat': return ([a, b], batch, scope) => selectByKernel(comparison, a as Vector, b as Vector, batch, scope) ?? selectFlat(comparison, a as Vector, b as Vector, batch);
    case 'text': return comparison === '=' ? ([a, b], batch) => selectTextEqual(a as Vector, b as Vector, batch) : undefined;
    default: return undefined;
  }
}

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*']);

export function chooseVectorKernel(name: string, args: readonly ColumnType[]): VectorKernel | undefined {
  if (!ARITHMETIC.has(name) || args.length !== 2) return undefined;
  const left = singleLeg(args[0] as ColumnType);
  const right = singleLeg(args[1] as ColumnType);
  if (left === undefined || right === undefined || !isNumber(left) || !isNumber(right)) return undefined;
  const operator = name as Arithmetic;
  if (left.bits !== 64 || right.bits !== 64) return chooseNarrow(operator, left, right);
  const isFloat = left.kind === 'float' || right.kind === 'float';
  const target = isFloat ? { type: FLOAT64, physical: 'f64' as const } : { type: INT64, physical: 'i64' as const };
  const loop = isFloat ? float64Arithmetic : int64Arithmetic;
  return ([a, b], batch, scope) => arithmeticByKernel(operator, target, a as Vector, b as Vector, batch, scope) ?? loop(operator, a as Vector, b as Vector, batch, scope);
}

/** Integers of one width below 64 bits. */
function chooseNarrow(operator: Arithmetic, left: Type, right: Type): VectorKernel | undefined {
  if (left.kind !== 'int' || right.kind !== 'int' || left.bits !== right.bits) return undefined;
  const target = { type: left, physical: 'i32' as const };
  return ([a, b], batch, scope) => arithmeticByKernel(operator, target, a as Vector, b as Vector, batch, scope);
}
