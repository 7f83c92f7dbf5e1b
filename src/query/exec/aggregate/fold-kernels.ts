/**
 * Folds by compiled kernels. States stay where the loops have them, in JavaScript memory; for one batch they are copied to where kernels reach them
 * and back. That pays while there are few groups, which is where a kernel wins: with many, a miss of the cache costs more than the loop around it.
 */
import { type Kernels, KERNEL_STATES_MAX } from '../../../data/kernels/load-kernels.ts';
import { type Batch, selectedCount } from '../../../data/vector/batch.ts';
import type { Scope } from '../../../data/vector/kernel-memory.ts';
import type { Vector } from '../../../data/vector/vector.ts';
import { kernelAddress, kernelsFor } from '../../expr/compare-kernels.ts';

/** Below this many rows, or this share of the batch, copying costs more than the kernel saves. */
const ROWS_MIN = 64;

/** What a batch is folded into: the states' columns by group, with room for `groupCount`, the counts last. */
export interface FoldTarget { readonly groups: Int32Array; readonly groupCount: number; readonly states: readonly Float64Array[] }

/** Bytes of int64 states seen as doubles, to be copied as they are. */
export function foldByKernel(name: string, arg: Vector | undefined, batch: Batch, target: FoldTarget, scope: Scope | null): boolean {
  const { groups, groupCount, states } = target;
  const rowCount = selectedCount(batch);
  if (groupCount > KERNEL_STATES_MAX || rowCount < ROWS_MIN || rowCount * 8 < batch.rowCount) return false;
  const kernels = kernelsFor(batch, scope);
  if (kernels === null || scope === null) return false;
  const args = argumentsOf(kernels, name, arg, scope);
  if (args === undefined) return false;
  const nulls = args.length > 1 || (name === 'count' && args.length > 0);
  const kernel = kernels.named(`${name}${groupCount > 1 ? '_grouped' : ''}${nulls ? '_nulls' : ''}${batch.selection === null ? '' : '_sel'}`);
  if (kernel === undefined) return false;
  if (batch.selection !== null) args.push(kernels.placeRows(batch.selection));
  args.push(rowCount);
  if (groupCount > 1) args.push(kernels.placeGroups(groups));
  states.forEach((state, at) => {
    const column = kernels.states[at] as Float64Array;
    copyStates(state, column, groupCount);
    args.push(column.byteOffset);
  });
  kernel(...args);
  states.forEach((state, at) => { copyStates(kernels.states[at] as Float64Array, state, groupCount); });
  return true;
}

/** As words: a double that is an int64 in disguise must not be touched as a number. */
function copyStates(from: Float64Array, to: Float64Array, count: number): void {
  new Int32Array(to.buffer, to.byteOffset, count * 2).set(new Int32Array(from.buffer, from.byteOffset, count * 2));
}

/** Addresses of data and validity, as far as the kernel reads them. */
function argumentsOf(kernels: Kernels, name: string, arg: Vector | undefined, scope: Scope): number[] | undefined {
  if (name === 'count') {
    if (arg === undefined) return [];
    if (arg.form !== 'flat' && arg.form !== 'text') return undefined;
    return arg.validity === null ? [] : [kernels.placeBits(arg.validity, 0, 0)];
  }
  if (arg?.form !== 'flat' || arg.physical !== (name.endsWith('i64') ? 'i64' : 'f64')) return undefined;
  const address = kernelAddress(arg, scope);
  if (address === 0) return undefined;
  return arg.validity === null ? [address] : [address, kernels.placeBits(arg.validity, arg.validityAddress, 0)];
}
