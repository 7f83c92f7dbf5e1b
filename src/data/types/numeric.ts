/**
 * Numbers of every width as one: reading a value as bigint or double, writing it back with a range check, promotion.
 *
 *     int8 < int16 < int32 < int64 < decimal < float32 < float64
 */
import { assert } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { decimalToNumber } from './decimal.ts';
import { FLOAT32, FLOAT64 } from './type.ts';
import type { Type } from './type.ts';
import type { Decimal, Float32, SmallInt, Value } from './value.ts';

export type NumericType = Extract<Type, { kind: 'int' | 'float' | 'decimal' }>;
export type NumericValue = bigint | number | SmallInt | Float32 | Decimal;

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;

export const isNumericType = (type: Type | undefined): type is NumericType =>
  type !== undefined && (type.kind === 'int' || type.kind === 'float' || type.kind === 'decimal');

export const overflowError = (): EngineError => new EngineError('numeric-out-of-range', 'data exception - overflow error');
export const divisionByZeroError = (): EngineError => new EngineError('division-by-zero', 'data exception - division by zero');

/** The value as an exact integer; it must be of an integer type. */
export function asBigInt(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  assert(typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'int', 'an integer');
  return BigInt(value.value);
}

/** The value as a double, rounded if need be; it must be a number of any type. */
export function asDouble(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  assert(typeof value === 'object' && value !== null && 'kind' in value, 'a number');
  if (value.kind === 'int' || value.kind === 'float32') return value.value;
  assert(value.kind === 'decimal', 'a number');
  return decimalToNumber(value);
}

/** An integer of `bits`. Throws 22003 if it does not fit. */
export function intOf(value: bigint, bits: 8 | 16 | 32 | 64): bigint | SmallInt {
  if (bits === 64) {
    if (BigInt.asIntN(64, value) !== value) throw overflowError();
    return value;
  }
  if (BigInt.asIntN(bits, value) !== value) throw overflowError();
  return { kind: 'int', bits, value: Number(value) };
}

/** A float of `bits`; float32 rounds to the nearest single. */
export const floatOf = (value: number, bits: 32 | 64): number | Float32 =>
  (bits === 64 ? value : { kind: 'float32', value: Math.fround(value) });

/** The least type that holds both. Decimals of different shape keep the wider precision class and the larger scale. */
export function promote(a: NumericType, b: NumericType): NumericType {
  if (a.kind === 'float' || b.kind === 'float') {
    const isDouble = (a.kind === 'float' && a.bits === 64) || (b.kind === 'float' && b.bits === 64);
    return (isDouble ? FLOAT64 : FLOAT32) as NumericType;
  }
  if (a.kind === 'decimal' && b.kind === 'decimal') return { kind: 'decimal', precision: Math.max(a.precision, b.precision), scale: Math.max(a.scale, b.scale) };
  if (a.kind === 'decimal') return a;
  if (b.kind === 'decimal') return b;
  return a.bits >= b.bits ? a : b;
}
