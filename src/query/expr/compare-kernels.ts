/** Comparison → selection by compiled kernels, for flat data in kernel memory. `undefined`: not these vectors, or no kernels here. */
import { KERNEL_ROWS_MAX, type Kernels, loadKernels } from '../../data/kernels/load-kernels.ts';
import { type Batch } from '../../data/vector/batch.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import { addressOf, type FlatVector, type Vector } from '../../data/vector/vector.ts';
import { comparandOf, type Comparison, oriented } from './compare-loops.ts';

const NAMES: Readonly<Record<Comparison, string>> = { '=': 'eq', '<>': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' };

/** The kernels that can work on this batch; null if there are none. */
export function kernelsFor(batch: Batch, scope: Scope | null): Kernels | null {
  return scope === null || batch.rowCount > KERNEL_ROWS_MAX || (batch.selection?.length ?? 0) > KERNEL_ROWS_MAX ? null : loadKernels(scope.memory);
}

/** Where kernels find the vector's data; 0 where they do not reach it. */
export const kernelAddress = (vector: FlatVector, scope: Scope): number => (vector.scope?.memory === scope.memory ? addressOf(vector) : 0);

export function selectByKernel(comparison: Comparison, left: Vector, right: Vector, batch: Batch, scope: Scope | null): Int32Array | undefined {
  const kernels = kernelsFor(batch, scope);
  if (kernels === null || scope === null) return undefined;
  if (left.form === 'flat' && right.form === 'flat') return selectPairs(kernels, comparison, left, right, batch, scope);
  const sides = oriented(comparison, left, right);
  if (sides === undefined || sides.constant === null) return undefined;
  const { flat } = sides;
  const address = kernelAddress(flat, scope);
  const constant = comparandOf(flat, sides.constant);
  if (address === 0 || constant === undefined) return undefined;
  const nulls = flat.validity !== null;
  const kernel = kernels.named(`select_${NAMES[sides.comparison]}_${flat.physical}_const${suffix(nulls, batch)}`);
  if (kernel === undefined) return undefined;
  const args: (number | bigint)[] = nulls ? [address, kernels.placeBits(flat.validity, flat.validityAddress, 0), constant] : [address, constant];
  return run(kernels, kernel, args, batch);
}

const suffix = (nulls: boolean, batch: Batch): string => `${nulls ? '_nulls' : ''}${batch.selection === null ? '' : '_sel'}`;

function run(kernels: Kernels, kernel: (...args: readonly (number | bigint)[]) => number, args: (number | bigint)[], batch: Batch): Int32Array {
  if (batch.selection === null) args.push(batch.rowCount, kernels.outAddress);
  else args.push(kernels.placeRows(batch.selection), batch.selection.length, kernels.outAddress);
  return kernels.takeOut(kernel(...args));
}

function selectPairs(kernels: Kernels, comparison: Comparison, left: FlatVector, right: FlatVector, batch: Batch, scope: Scope): Int32Array | undefined {
  if (left.physical !== right.physical) return undefined;
  const a = kernelAddress(left, scope);
  const b = kernelAddress(right, scope);
  if (a === 0 || b === 0) return undefined;
  const nulls = left.validity !== null || right.validity !== null;
  const kernel = kernels.named(`select_${NAMES[comparison]}_${left.physical}_vector${suffix(nulls, batch)}`);
  if (kernel === undefined) return undefined;
  const args = nulls ? [a, kernels.placeBits(left.validity, left.validityAddress, 0), b, kernels.placeBits(right.validity, right.validityAddress, 1)] : [a, b];
  return run(kernels, kernel, args, batch);
}
