/** Numbers to numbers, and text to numbers. */
import { EngineError } from '../../base/errors.ts';
import { checkPrecision, decimalOf, decimalOfNumber, parseDecimal, powerOfTen, rescale } from './decimal.ts';
import { asDouble, floatOf, intOf } from './numeric.ts';
import type { NumericType } from './numeric.ts';
import type { Decimal, Tagged, Value } from './value.ts';

const INT_NAMES = { 8: 'byte', 16: 'short', 32: 'int', 64: 'long' } as const;

/** The number as one of type `to`. Throws 22003 if it does not fit. */
export function castNumber(value: Value, to: NumericType): Value {
  switch (to.kind) {
    case 'float': return floatOf(asDouble(value), to.bits);
    case 'int': return intOfExact(truncated(value, to.bits), to.bits);
    case 'decimal': return decimalIn(exact(value), to);
  }
}

function intOfExact(value: bigint, bits: 8 | 16 | 32 | 64): Value {
  if (BigInt.asIntN(bits, value) !== value) throw outOfRange(value.toString(), bits);
  return intOf(value, bits);
}

const outOfRange = (text: string, bits: 8 | 16 | 32 | 64): EngineError =>
  new EngineError('numeric-out-of-range', `Value out of range for ${INT_NAMES[bits]}: ${text}`);

/** The integer part; NaN counts as 0. */
function truncated(value: Value, bits: 8 | 16 | 32 | 64): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'decimal') {
    return value.scale >= 0 ? value.unscaled / powerOfTen(value.scale) : value.unscaled * powerOfTen(-value.scale);
  }
  const double = asDouble(value);
  if (Number.isNaN(double)) return 0n;
  if (!Number.isFinite(double)) throw outOfRange(String(double), bits);
  return BigInt(Math.trunc(double));
}

type Exact = Pick<Decimal, 'unscaled' | 'scale'>;

function exact(value: Value): Exact {
  if (typeof value === 'bigint') return { unscaled: value, scale: 0 };
  const tagged = value as Tagged;
  if (typeof value === 'object' && tagged.kind === 'decimal') return tagged;
  return decimalOfNumber(asDouble(value));
}

/** At the type's scale, rounded half away from zero. Throws 22003 if there are more digits than the type has. */
function decimalIn({ unscaled, scale }: Exact, to: { readonly precision: number; readonly scale: number }): Decimal {
  const rescaled = rescale(unscaled, scale, to.scale);
  checkPrecision(rescaled, to.precision);
  return decimalOf(rescaled, to.scale, to.precision);
}

const INTEGER_TEXT = /^[+-]?\d+$/;
const FLOAT_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const FLOAT_WORDS: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Infinity, '+Infinity': Infinity, '-Infinity': -Infinity };

/** The number of type `to` that a text states. Throws 22P02, or 22003 if it does not fit. */
export function parseNumber(text: string, to: NumericType): Value {
  if (to.kind === 'float') return floatOf(parseFloat64(text), to.bits);
  if (to.kind === 'int') {
    if (!INTEGER_TEXT.test(text)) throw notANumber(text, to);
    return intOfExact(BigInt(text), to.bits);
  }
  const parsed = parseDecimal(text);
  if (parsed === undefined) throw notANumber(text, to);
  return decimalIn(parsed, to);
}

/** Blanks around a float are ignored. */
function parseFloat64(text: string): number {
  const trimmed = text.trim();
  if (FLOAT_TEXT.test(trimmed)) return Number(trimmed);
  if (Object.hasOwn(FLOAT_WORDS, trimmed)) return FLOAT_WORDS[trimmed] as number;
  throw notANumber(text, { kind: 'float', bits: 64 });
}

const notANumber = (text: string, to: NumericType): EngineError =>
  new EngineError('invalid-text-representation', `Cannot read '${text}' as ${to.kind === 'int' ? 'an integer' : to.kind === 'float' ? 'a floating-point number' : 'a decimal'}`);
