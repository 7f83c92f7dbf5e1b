/**
 * The one place where a kernel is put in a closure's stead.
 *
 * At compile time a call's name and static types say whether there is a kernel at all; for each batch the vectors' forms say whether it
 * applies. A kernel that does not apply answers `undefined`, and the closure does the batch. Nobody else knows which of them ran.
 */
import { singleLeg, type ColumnType, type Type } from '../../data/types/type.ts';
import type { Batch } from '../../data/vector/batch.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import type { Vector } from '../../data/vector/vector.ts';
import { type Arithmetic, float64Arithmetic, int64Arithmetic } from './arithmetic-loops.ts';
import { type Comparison, MIRRORED, selectFloat64, selectInt32, selectInt64, selectTextEqual } from './compare-loops.ts';

/** Rows for which the call is TRUE. */
export type SelectKernel = (args: readonly Vector[], batch: Batch) => Int32Array | undefined;
/** The call's results. */
export type VectorKernel = (args: readonly Vector[], batch: Batch, scope: Scope | null) => Vector | undefined;

const COMPARISONS: ReadonlySet<string> = new Set(Object.keys(MIRRORED));

/** Types whose flat data compare as plain integers with each other: the same kind, the same unit. */
function comparableAs(left: Type, right: Type): 'i32' | 'i64' | 'f64' | 'text' | undefined {
  if (left.kind !== right.kind) return undefined;
  switch (left.kind) {
    case 'int': return left.bits === 64 && (right as typeof left).bits === 64 ? 'i64' : undefined;
    case 'float': return left.bits === 64 && (right as typeof left).bits === 64 ? 'f64' : undefined;
    case 'date': return 'i32';
    case 'timestamp': case 'timestamptz': return left.unit === (right as typeof left).unit ? 'i64' : undefined;
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
    case 'i64': return (vectors, batch) => selectInt64(comparison, vectors[0] as Vector, vectors[1] as Vector, batch);
    case 'i32': return (vectors, batch) => selectInt32(comparison, vectors[0] as Vector, vectors[1] as Vector, batch);
    case 'f64': return (vectors, batch) => selectFloat64(comparison, vectors[0] as Vector, vectors[1] as Vector, batch);
    case 'text': return comparison === '=' ? (vectors, batch) => selectTextEqual(vectors[0] as Vector, vectors[1] as Vector, batch) : undefined;
    default: return undefined;
  }
}

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*']);
const isWide = (type: Type, kind: 'int' | 'float'): boolean => type.kind === kind && type.bits === 64;

export function chooseVectorKernel(name: string, args: readonly ColumnType[]): VectorKernel | undefined {
  if (!ARITHMETIC.has(name) || args.length !== 2) return undefined;
  const left = singleLeg(args[0] as ColumnType);
  const right = singleLeg(args[1] as ColumnType);
  if (left === undefined || right === undefined) return undefined;
  const operator = name as Arithmetic;
  const isFloat = (type: Type): boolean => isWide(type, 'float');
  const isNumber = (type: Type): boolean => isFloat(type) || isWide(type, 'int');
  if (!isNumber(left) || !isNumber(right)) return undefined;
  if (isFloat(left) || isFloat(right)) return (vectors, batch, scope) => float64Arithmetic(operator, vectors[0] as Vector, vectors[1] as Vector, batch, scope);
  return (vectors, batch, scope) => int64Arithmetic(operator, vectors[0] as Vector, vectors[1] as Vector, batch, scope);
}
