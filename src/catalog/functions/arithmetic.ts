/**
 * + - * / % and unary minus on numbers.
 *
 *     int ∘ int      → the wider int, overflow raises        1 + 2::smallint = 3 (int64)
 *     decimal ∘ …    → decimal of the wider class            scale: + - max, * sum, / max(6, s1 + s2 + 1), / with an int: exact
 *     float ∘ …      → the wider float                       division by zero raises, also here
 */
import { assert } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { checkPrecision, DECIMAL_PRECISION_MAX, DECIMAL_PRECISION_NARROW, decimalOf, divideRounded, rescale } from '../../data/types/decimal.ts';
import { asBigInt, asDouble, divisionByZeroError, floatOf, intOf, isNumericType, promote } from '../../data/types/numeric.ts';
import type { NumericType } from '../../data/types/numeric.ts';
import type { Decimal, Value } from '../../data/types/value.ts';
import type { ArgumentType, Overload } from '../function.ts';
import { returning } from './definition.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
const KERNEL_NAMES: Readonly<Record<ArithmeticOperator, string>> = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'modulo' };

/** The overload of an arithmetic operator for two numbers; undefined if one is none. */
export function numericOperator(operator: string, args: readonly ArgumentType[]): Overload | undefined {
  if (!Object.hasOwn(KERNEL_NAMES, operator) || args.length !== 2) return undefined;
  const left = args[0]?.type;
  const right = args[1]?.type;
  if (!isNumericType(left) || !isNumericType(right)) return undefined;
  return arithmetic(operator as ArithmeticOperator, left, right);
}

function arithmetic(operator: ArithmeticOperator, left: NumericType, right: NumericType): Overload {
  const result = promote(left, right);
  switch (result.kind) {
    case 'int': return integerOverload(operator, result.bits, left.kind === 'int' && right.kind === 'int' && left.bits === right.bits);
    case 'float': return floatOverload(operator, result.bits, left, right);
    case 'decimal': return decimalOverload(operator, left, right);
  }
}

const floorModulo = (a: bigint, b: bigint): bigint => {
  const rest = a % b;
  return rest !== 0n && (rest < 0n) !== (b < 0n) ? rest + b : rest;
};

const INTEGER_OPERATIONS: Readonly<Record<ArithmeticOperator, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => { if (b === 0n) throw divisionByZeroError(); return a / b; },
  '%': (a, b) => { if (b === 0n) throw divisionByZeroError(); return floorModulo(a, b); },
};

function integerOverload(operator: ArithmeticOperator, bits: 8 | 16 | 32 | 64, sameWidth: boolean): Overload {
  const operation = INTEGER_OPERATIONS[operator];
  return returning({ kind: 'int', bits }, (_, a, b) => intOf(operation(asBigInt(a as Value), asBigInt(b as Value)), bits),
    { mayRaise: true, kernel: sameWidth ? `${KERNEL_NAMES[operator]}_i${bits}` : undefined });
}

const FLOAT_OPERATIONS: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => { if (b === 0) throw divisionByZeroError(); return a / b; },
  '%': floatModulo,
};

/** n - d · trunc(n / d), made to have the sign of the divisor. There is no modulus of NaN or of an infinity. */
function floatModulo(n: number, d: number): number {
  if (d === 0) throw divisionByZeroError();
  const quotient = n / d;
  if (!Number.isFinite(quotient)) throw new EngineError('numeric-out-of-range', `${n} % ${d} has no value: Infinite or NaN`);
  const rest = n - (Math.trunc(quotient) + 0) * d;
  return rest !== 0 && (rest < 0) !== (d < 0) ? rest + d : rest;
}

function floatOverload(operator: ArithmeticOperator, bits: 32 | 64, left: NumericType, right: NumericType): Overload {
  const operation = FLOAT_OPERATIONS[operator];
  const sameWidth = left.kind === 'float' && right.kind === 'float' && left.bits === right.bits;
  return returning({ kind: 'float', bits }, (_, a, b) => floatOf(operation(asDouble(a as Value), asDouble(b as Value)), bits),
    { mayRaise: operator === '/' || operator === '%', kernel: sameWidth ? `${KERNEL_NAMES[operator]}_f${bits}` : undefined });
}

interface Shape { readonly precision: number; readonly scale: number }
const shapeOf = (type: NumericType): Shape => (type.kind === 'decimal' ? type : { precision: 1, scale: 0 });

function decimalOverload(operator: ArithmeticOperator, left: NumericType, right: NumericType): Overload {
  if (operator === '/' && (left.kind === 'int' || right.kind === 'int')) return exactDivision(left, right);
  const a = shapeOf(left);
  const b = shapeOf(right);
  const precision = a.precision <= DECIMAL_PRECISION_NARROW && b.precision <= DECIMAL_PRECISION_NARROW ? DECIMAL_PRECISION_NARROW : DECIMAL_PRECISION_MAX;
  const scale = decimalScale(operator, a.scale, b.scale);
  return returning({ kind: 'decimal', precision, scale }, (_, x, y) => {
    const unscaled = decimalOperation(operator, asDecimal(x as Value), asDecimal(y as Value), scale);
    checkPrecision(unscaled, precision);
    return decimalOf(unscaled, scale, precision);
  }, { mayRaise: true });
}

function decimalScale(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '*': return a + b;
    case '/': return Math.max(6, a + b + 1);
    default: return Math.max(a, b);
  }
}

/**
 * A decimal by an integer or the other way round: the type is the decimal's, so the quotient must be exact in it. (A quotient of two
 * decimals is rounded.)
 */
function exactDivision(left: NumericType, right: NumericType): Overload {
  const { precision, scale } = shapeOf(left.kind === 'decimal' ? left : right);
  return returning({ kind: 'decimal', precision, scale }, (_, x, y) => {
    const a = asDecimal(x as Value);
    const b = asDecimal(y as Value);
    if (b.unscaled === 0n) throw divisionByZeroError();
    const numerator = rescale(a.unscaled, a.scale, scale + b.scale + a.scale);
    const denominator = b.unscaled * 10n ** BigInt(a.scale);
    if (numerator % denominator !== 0n) {
      throw new EngineError('numeric-out-of-range', `data exception - arithmetic exception: the quotient is not exact with ${scale} fractional digits`,
        { hint: 'Cast the integer to DECIMAL(p, s) or one side to DOUBLE PRECISION to have it rounded.' });
    }
    const unscaled = numerator / denominator;
    checkPrecision(unscaled, precision);
    return decimalOf(unscaled, scale, precision);
  }, { mayRaise: true });
}

function asDecimal(value: Value): Pick<Decimal, 'unscaled' | 'scale'> {
  if (typeof value === 'bigint') return { unscaled: value, scale: 0 };
  assert(typeof value === 'object' && value !== null && 'kind' in value, 'an exact number');
  if (value.kind === 'decimal') return value;
  return { unscaled: asBigInt(value), scale: 0 };
}

type Exact = Pick<Decimal, 'unscaled' | 'scale'>;

function decimalOperation(operator: ArithmeticOperator, a: Exact, b: Exact, scale: number): bigint {
  if (operator === '*') return rescale(a.unscaled * b.unscaled, a.scale + b.scale, scale);
  if (operator === '/') {
    if (b.unscaled === 0n) throw divisionByZeroError();
    return divideRounded(rescale(a.unscaled, a.scale, Math.max(a.scale, scale + b.scale)), b.unscaled * 10n ** BigInt(Math.max(0, a.scale - scale - b.scale)));
  }
  const left = rescale(a.unscaled, a.scale, scale);
  const right = rescale(b.unscaled, b.scale, scale);
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (right === 0n) throw divisionByZeroError();
  return floorModulo(left, right);
}
