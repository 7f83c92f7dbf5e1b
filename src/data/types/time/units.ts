/**
 * Units of points in time, times of day and durations, and the integer arithmetic on them.
 *
 *   s ── ×1000 ── ms ── ×1000 ── us ── ×1000 ── ns        every amount is an int64 held in a bigint
 */
import { EngineError } from '../../../base/errors.ts';
import type { TimeUnit } from '../value.ts';

export const UNITS_PER_SECOND: Readonly<Record<TimeUnit, bigint>> = { s: 1n, ms: 1_000n, us: 1_000_000n, ns: 1_000_000_000n };
export const UNITS_PER_DAY: Readonly<Record<TimeUnit, bigint>> = { s: 86_400n, ms: 86_400_000n, us: 86_400_000_000n, ns: 86_400_000_000_000n };
export const NANOS_PER_SECOND = 1_000_000_000n;
export const NANOS_PER_DAY = 86_400_000_000_000n;

const FINENESS: Readonly<Record<TimeUnit, number>> = { s: 0, ms: 1, us: 2, ns: 3 };

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;

/** The finer of two units. */
export const finerUnit = (a: TimeUnit, b: TimeUnit): TimeUnit => (FINENESS[a] >= FINENESS[b] ? a : b);

/** Unit that holds `digits` (0 to 9) fractional digits of a second, where only s, ms, us and ns exist. */
export const unitOfPrecision = (digits: number): TimeUnit => (digits <= 0 ? 's' : digits <= 3 ? 'ms' : digits <= 6 ? 'us' : 'ns');

/** Quotient towards the past. The divisor is positive. */
export const floorDiv = (value: bigint, divisor: bigint): bigint => {
  const quotient = value / divisor;
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient;
};

/** The remainder that goes with `floorDiv`: never negative for a positive divisor. */
export const floorMod = (value: bigint, divisor: bigint): bigint => {
  const rest = value % divisor;
  return rest < 0n ? rest + divisor : rest;
};

/** The value itself, or 22008 when it does not fit an int64. */
export function exactInt64(value: bigint, what: string): bigint {
  if (value < INT64_MIN || value > INT64_MAX) throw new EngineError('datetime-overflow', `${what} out of range: it does not fit 64 bits in its unit`);
  return value;
}

/** An int32 as number, or 22003. */
export function exactInt32(value: bigint, what: string): number {
  if (BigInt.asIntN(32, value) !== value) throw new EngineError('numeric-out-of-range', `${what} out of range: ${value} does not fit 32 bits`);
  return Number(value);
}

/** A point in time in another unit. Towards coarser units the fraction is cut off (to the past). Not checked for overflow. */
export function rescalePoint(value: bigint, from: TimeUnit, to: TimeUnit): bigint {
  if (from === to) return value;
  if (FINENESS[to] > FINENESS[from]) return value * (UNITS_PER_SECOND[to] / UNITS_PER_SECOND[from]);
  return floorDiv(value, UNITS_PER_SECOND[from] / UNITS_PER_SECOND[to]);
}

/** A span in another unit. Towards coarser units the fraction is cut off (to zero). Not checked for overflow. */
export function rescaleSpan(value: bigint, from: TimeUnit, to: TimeUnit): bigint {
  if (from === to) return value;
  if (FINENESS[to] > FINENESS[from]) return value * (UNITS_PER_SECOND[to] / UNITS_PER_SECOND[from]);
  return value / (UNITS_PER_SECOND[from] / UNITS_PER_SECOND[to]);
}

/** Keeps `digits` fractional digits of a second of a point or span in `unit`; what is cut off goes to the past. */
export function keepDigits(value: bigint, unit: TimeUnit, digits: number): bigint {
  const step = UNITS_PER_SECOND[unit] / 10n ** BigInt(Math.min(digits, FINENESS[unit] * 3));
  return step <= 1n ? value : value - floorMod(value, step);
}
