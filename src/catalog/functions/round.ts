/**
 * ROUND: halves away from zero.
 *
 *     int             the same int          int, scale        decimal, literal scale only
 *     float           float64               float, scale      float64
 *     decimal         decimal of scale 0    decimal, scale    decimal, literal scale only
 */
import { EngineError } from '../../base/errors.ts';
import { decimalOf, decimalOfNumber, formatDecimal, rescale } from '../../data/types/decimal.ts';
import { asBigInt, asDouble, isNumericType, overflowError } from '../../data/types/numeric.ts';
import { FLOAT64 } from '../../data/types/type.ts';
import type { Decimal, Value } from '../../data/types/value.ts';
import type { ArgumentType, Overload } from '../function.ts';
import { returning } from './definition.ts';

export function resolveRound(args: readonly ArgumentType[]): Overload | undefined {
  const [subject, scale] = args;
  const type = subject?.type;
  if (!isNumericType(type) || (scale !== undefined && scale.type?.kind !== 'int')) return undefined;
  if (type.kind === 'float') {
    if (scale === undefined) return returning(FLOAT64, (_, x) => roundDouble(asDouble(x as Value)));
    return returning(FLOAT64, (_, x, digits) => roundDoubleAt(asDouble(x as Value), Number(asBigInt(digits as Value))), { mayRaise: true });
  }
  if (type.kind === 'int' && scale === undefined) return returning(type, (_, x) => x as Value);
  const digits = scale === undefined ? 0 : literalScale(scale);
  const precision = type.kind === 'decimal' ? type.precision : 64;
  return returning({ kind: 'decimal', precision, scale: Math.max(digits, 0) }, (_, x) => {
    const { unscaled, scale: from } = exactOf(x as Value);
    return decimalOf(digits >= 0 ? rescale(unscaled, from, digits) : rescale(unscaled, from, digits) * 10n ** BigInt(-digits), Math.max(digits, 0), precision);
  }, { mayRaise: true });
}

/** The scale decides the type of the result, so it must be known when the query is planned. */
function literalScale(scale: ArgumentType): number {
  if (scale.literal === undefined || scale.literal === null) {
    throw new EngineError('unsupported', 'ROUND of an integer or decimal with a non-constant scale', { hint: 'Write the scale as a literal, or cast the number to DOUBLE PRECISION.' });
  }
  const digits = Number(asBigInt(scale.literal));
  if (digits > 64 || digits < -64) throw new EngineError('invalid-parameter-value', `A scale of ${digits} is out of range: -64 to 64`);
  return digits;
}

const exactOf = (value: Value): Pick<Decimal, 'unscaled' | 'scale'> =>
  (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'decimal' ? value : { unscaled: asBigInt(value), scale: 0 });

/** Adding 0 makes -0.0 a 0.0. */
function roundDouble(value: number): number {
  const whole = Math.trunc(value);
  return (Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole) + 0;
}

/** By the decimal digits that the double shows, so that 1.005 rounds to 1.01. Throws 22003 if the scaled number is no double. */
function roundDoubleAt(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  if (!Number.isFinite(value * 10 ** digits)) throw overflowError();
  const { unscaled, scale } = decimalOfNumber(value);
  if (scale <= digits) return value + 0;
  return Number(formatDecimal({ unscaled: rescale(unscaled, scale, digits), scale: digits })) + 0;
}
