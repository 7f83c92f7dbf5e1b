/**
 * + - * by compiled kernels, for flat data in kernel memory. `undefined`: not these vectors, no kernels here, or a row overflows, which the
 * closure then raises for the first row that does.
 */
import { type KernelFunction, type Kernels } from '../../data/kernels/load-kernels.ts';
import { FLOAT64, type Type } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { Batch } from '../../data/vector/batch.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import { allocateFlat, type FlatVector, type Physical, type Vector } from '../../data/vector/vector.ts';
import type { Arithmetic } from './arithmetic-loops.ts';
import { kernelAddress, kernelsFor } from './compare-kernels.ts';

const NAMES: Readonly<Record<Arithmetic, string>> = { '+': 'add', '-': 'subtract', '*': 'multiply' };

/** Type and form of the result; integers of less than 64 bits are all i32. */
interface Target { readonly type: Type; readonly physical: Physical }

/** A call with one operator, in the order in which the kernel takes its operands. */
interface Form { readonly shape: 'vector' | 'const' | 'mirrored'; readonly flats: readonly FlatVector[]; readonly constant: bigint | number | undefined }

const isMoment = (type: Type): boolean => type.kind !== 'int' && type.kind !== 'float';

function constantOf(value: Value, target: Target): bigint | number | undefined {
  if (typeof value === 'bigint') return target.physical === 'i64' ? value : target.physical === 'f64' ? Number(value) : undefined;
  if (typeof value === 'number') return target.physical === 'f64' ? value : undefined;
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'int' && target.physical === 'i32' ? value.value : undefined;
}

function formOf(operator: Arithmetic, left: Vector, right: Vector, target: Target): Form | undefined {
  const flats = [left, right].filter((vector): vector is FlatVector => vector.form === 'flat');
  if (flats.some((flat) => isMoment(flat.type) || (flat.physical !== target.physical && !(flat.physical === 'i64' && target.physical === 'f64')))) return undefined;
  if (flats.length === 2) return { shape: 'vector', flats, constant: undefined };
  const other = left.form === 'constant' ? left : right;
  if (flats.length !== 1 || other.form !== 'constant') return undefined;
  const constant = constantOf(other.value, target);
  if (constant === undefined) return undefined;
  return { shape: operator === '-' && other === left ? 'mirrored' : 'const', flats, constant };
}

/** Address of the operand in the target's form: int64 beside a double is made doubles first. */
function operandAddress(kernels: Kernels, flat: FlatVector, target: Target, batch: Batch, scope: Scope): number {
  const address = kernelAddress(flat, scope);
  if (address === 0 || flat.physical === target.physical) return address;
  const widened = allocateFlat(scope, FLOAT64, 'f64', batch.rowCount, false);
  if (widened.address !== 0) kernels.named('widen_i64')?.(address, batch.rowCount, widened.address);
  return widened.address;
}

export function arithmeticByKernel(operator: Arithmetic, target: Target, left: Vector, right: Vector, batch: Batch, scope: Scope | null): Vector | undefined {
  const kernels = kernelsFor(batch, scope);
  if (kernels === null || scope === null) return undefined;
  const form = formOf(operator, left, right, target);
  if (form === undefined) return undefined;
  const { shape, flats, constant } = form;
  const nulls = flats.some((flat) => flat.validity !== null);
  const checksNulls = nulls && target.physical !== 'f64';
  const kernel = kernels.named(`${NAMES[operator]}_${target.physical}_${shape}${checksNulls ? '_nulls' : ''}${batch.selection === null ? '' : '_sel'}`);
  if (kernel === undefined) return undefined;
  const args: (number | bigint)[] = flats.map((flat) => operandAddress(kernels, flat, target, batch, scope));
  if (args.includes(0)) return undefined;
  const out = allocateFlat(scope, target.type, target.physical, batch.rowCount, nulls);
  if (out.address === 0) return undefined;
  if (constant !== undefined) args.push(constant);
  if (nulls) writeValidity(flats, out);
  if (checksNulls) args.push(kernels.placeBits(out.validity, out.validityAddress, 0));
  return run(kernels, kernel, args, target, batch, out.address) ? out : undefined;
}

/** False when a row overflows. */
function run(kernels: Kernels, kernel: KernelFunction, args: (number | bigint)[], target: Target, batch: Batch, out: number): boolean {
  if (batch.selection !== null) args.push(kernels.placeRows(batch.selection));
  if (target.type.kind === 'int' && target.physical === 'i32') args.push(-(1n << BigInt(target.type.bits - 1)), (1n << BigInt(target.type.bits - 1)) - 1n);
  args.push(batch.selection === null ? batch.rowCount : batch.selection.length, out);
  return kernel(...args) < 0;
}

/** A row is valid where it is in every operand. */
function writeValidity(flats: readonly FlatVector[], { validity }: FlatVector): void {
  if (validity === null) return;
  const [a, b] = flats.flatMap((flat) => (flat.validity === null ? [] : [flat.validity]));
  if (a === undefined) return;
  for (let at = 0; at < validity.length; at++) validity[at] = b === undefined ? a[at] as number : (a[at] as number) & (b[at] as number);
}
