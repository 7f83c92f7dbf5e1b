/**
 * Decimals: unscaled × 10^-scale, computed exactly on bigints.
 *
 * A decimal has a precision class: up to 32 digits, or up to 64. A result is of the wider class of its operands and must fit it.
 */
import { EngineError } from '../../base/errors.ts';
import type { Decimal } from './value.ts';

export const DECIMAL_PRECISION_MAX = 64;
/** Digits of the narrow class. */
export const DECIMAL_PRECISION_NARROW = 32;

const POWERS: bigint[] = Array.from({ length: 130 }, (_, exponent) => 10n ** BigInt(exponent));
/** 10^exponent, exponent ≥ 0. */
export const powerOfTen = (exponent: number): bigint => POWERS[exponent] ?? 10n ** BigInt(exponent);

export const decimalOf = (unscaled: bigint, scale: number, precision: number): Decimal => ({ kind: 'decimal', unscaled, scale, precision });

/** Number of decimal digits of |value|; 1 for 0. */
export function digitCount(value: bigint): number {
  return (value < 0n ? -value : value).toString().length;
}

/** Throws 22003 unless the digits fit the precision. */
export function checkPrecision(unscaled: bigint, precision: number): void {
  const limit = powerOfTen(precision);
  if (unscaled >= limit || unscaled <= -limit) throw new EngineError('numeric-out-of-range', 'data exception - overflow error');
}

/** Quotient rounded half away from zero. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (twice < (denominator < 0n ? -denominator : denominator)) return quotient;
  return (numerator < 0n) === (denominator < 0n) ? quotient + 1n : quotient - 1n;
}

/** The unscaled value at another scale, rounded half away from zero. */
export function rescale(unscaled: bigint, from: number, to: number): bigint {
  if (to >= from) return unscaled * powerOfTen(to - from);
  return divideRounded(unscaled, powerOfTen(from - to));
}

/** -1, 0 or 1 by numeric value, whatever the scales. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const left = a.scale === scale ? a.unscaled : rescale(a.unscaled, a.scale, scale);
  const right = b.scale === scale ? b.unscaled : rescale(b.unscaled, b.scale, scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Plain notation with exactly `scale` fractional digits; a negative scale fills up with zeros. */
export function formatDecimal({ unscaled, scale }: Pick<Decimal, 'unscaled' | 'scale'>): string {
  if (scale <= 0) return (unscaled * powerOfTen(-scale)).toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The nearest double. */
export const decimalToNumber = (value: Decimal): number =>
  (value.scale === 0 ? Number(value.unscaled) : Number(`${value.unscaled}e${-value.scale}`));

/** Without trailing fractional zeros: equal values become equal pairs. */
export function normalizeDecimal(unscaled: bigint, scale: number): { readonly unscaled: bigint; readonly scale: number } {
  if (unscaled === 0n) return { unscaled: 0n, scale: 0 };
  let value = unscaled;
  let rest = scale;
  while (rest > 0 && value % 10n === 0n) { value /= 10n; rest -= 1; }
  return { unscaled: value, scale: rest };
}

const DECIMAL_TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/** The decimal that a text states, digit for digit; undefined if it states none. The scale may be negative (`1e3`). */
export function parseDecimal(text: string): { readonly unscaled: bigint; readonly scale: number } | undefined {
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const magnitude = BigInt(whole + fraction);
  return { unscaled: sign === '-' ? -magnitude : magnitude, scale: fraction.length - Number(exponent) };
}

/**
 * The exact number that a finite double stands for when it meets exact numbers: an integer as it is, a fraction as the shortest decimal
 * that reads back as it (0.1 is one tenth). Strictly increasing, so that comparing through it is a total order.
 */
export function exactDecimalOfNumber(value: number): { readonly unscaled: bigint; readonly scale: number } {
  return Number.isInteger(value) ? { unscaled: BigInt(value), scale: 0 } : decimalOfNumber(value);
}

/** The shortest decimal that reads back as this finite double. */
export function decimalOfNumber(value: number): { readonly unscaled: bigint; readonly scale: number } {
  const parsed = parseDecimal(String(value));
  if (parsed === undefined) throw new EngineError('numeric-out-of-range', `Infinite or NaN: ${String(value)}`);
  return parsed;
}
