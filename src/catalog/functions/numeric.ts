/** Functions of one or two numbers: magnitude, rounding, roots, logarithms, trigonometry, bits. */
import { asBigInt, asDouble, floatOf, intOf, isNumericType } from '../../data/types/numeric.ts';
import { FLOAT64 } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { Decimal, Value } from '../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition, Overload } from '../function.ts';
import { returning, scalar } from './definition.ts';
import type { Resolver } from './definition.ts';
import { resolveRound } from './round.ts';
import { timeOperator } from './time/operators.ts';

function resolveAbs(args: readonly ArgumentType[]): Overload | undefined {
  const type = args[0]?.type;
  if (!isNumericType(type)) return timeOperator('abs', args);
  switch (type.kind) {
    case 'int': return returning(type, (_, x) => { const value = asBigInt(x as Value); return intOf(value < 0n ? -value : value, type.bits); }, { mayRaise: true });
    case 'float': return returning(type, (_, x) => floatOf(Math.abs(asDouble(x as Value)), type.bits));
    case 'decimal': return returning(type, (_, x) => { const value = x as Decimal; return value.unscaled < 0n ? { ...value, unscaled: -value.unscaled } : value; });
  }
}

function resolveNegate(args: readonly ArgumentType[]): Overload | undefined {
  const type = args[0]?.type;
  if (!isNumericType(type)) return timeOperator('-x', args);
  switch (type.kind) {
    case 'int': return returning(type, (_, x) => intOf(-asBigInt(x as Value), type.bits), { mayRaise: true });
    case 'float': return returning(type, (_, x) => floatOf(-asDouble(x as Value), type.bits));
    case 'decimal': return returning(type, (_, x) => ({ ...(x as Decimal), unscaled: -(x as Decimal).unscaled }));
  }
}

/** A sign that changes nothing, whatever it stands before. */
const resolvePlus: Resolver = ([arg]) => (arg?.type === undefined ? undefined : returning(arg.type, (_, x) => x as Value));

/** A function of doubles, for numbers of any type. */
const ofDoubles = (arity: number, operation: (a: number, b: number) => number): Resolver => (args) => {
  if (!args.every((arg) => isNumericType(arg.type))) return undefined;
  if (arity === 1) return returning(FLOAT64, (_, x) => operation(asDouble(x as Value), 0));
  return returning(FLOAT64, (_, x, y) => operation(asDouble(x as Value), asDouble(y as Value)));
};

interface MathParts { readonly aliases?: readonly string[]; readonly signature?: string; readonly doc: string; readonly example: string }
const math = (name: string, operation: (a: number) => number, parts: MathParts): FunctionDefinition =>
  scalar('numeric', { name, arity: 1, resolve: ofDoubles(1, operation), signature: `${name.toUpperCase()}(x) → double`, ...parts });

const BITS_OPERATIONS: Readonly<Record<string, (a: bigint, b: bigint, bits: number) => bigint>> = {
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '#': (a, b) => a ^ b,
  '<<': (a, b, bits) => BigInt.asIntN(bits, a << (b & BigInt(bits - 1))),
  '>>': (a, b, bits) => a >> (b & BigInt(bits - 1)),
};

/** Of the wider type; a shift keeps the left one's. */
const resolveBits = (operator: string): Resolver => ([left, right]) => {
  const a = left?.type;
  const b = right?.type;
  if (a?.kind !== 'int' || b?.kind !== 'int') return undefined;
  const operation = BITS_OPERATIONS[operator] as (a: bigint, b: bigint, bits: number) => bigint;
  const result: Type = operator === '<<' || operator === '>>' || a.bits >= b.bits ? a : b;
  return returning(result, (_, x, y) => intOf(operation(asBigInt(x as Value), asBigInt(y as Value), result.bits), result.bits));
};

const bits = (name: string, doc: string, example: string): FunctionDefinition =>
  scalar('numeric', { name, arity: 2, resolve: resolveBits(name), signature: `int ${name} int`, doc, example });

const resolveComplement: Resolver = ([arg]) => {
  const type = arg?.type;
  return type?.kind === 'int' ? returning(type, (_, x) => intOf(~asBigInt(x as Value), type.bits)) : undefined;
};

export const NUMERIC_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('arithmetic', { name: '-x', arity: 1, resolve: resolveNegate, signature: '-x', doc: 'Negation of a number, duration or interval.', example: '-(3)' }),
  scalar('arithmetic', { name: '+x', arity: 1, resolve: resolvePlus, signature: '+x', doc: 'The value itself, of whatever type.', example: '+(3)' }),
  scalar('numeric', { name: 'abs', arity: 1, resolve: resolveAbs, signature: 'ABS(x)', doc: 'Magnitude of a number, duration or interval.', example: 'ABS(-3)' }),
  math('ceil', Math.ceil, { aliases: ['ceiling'], doc: 'Least integer not below x.', example: 'CEIL(1.2)' }),
  math('floor', Math.floor, { doc: 'Greatest integer not above x.', example: 'FLOOR(1.8)' }),
  scalar('numeric', {
    name: 'round', arity: [1, 2], resolve: resolveRound, signature: 'ROUND(x [, scale])',
    doc: 'Nearest number with scale fractional digits (0 unless given), halves away from zero. Integers and decimals need a literal scale and give decimals.', example: 'ROUND(42.438, 2)',
  }),
  math('exp', Math.exp, { doc: 'e to the power of x.', example: 'EXP(1)' }),
  math('ln', Math.log, { doc: 'Natural logarithm; NaN below 0.', example: 'LN(2.5)' }),
  math('log10', Math.log10, { doc: 'Decimal logarithm.', example: 'LOG10(100)' }),
  scalar('numeric', { name: 'log', arity: 2, resolve: ofDoubles(2, (base, x) => Math.log(x) / Math.log(base)), signature: 'LOG(base, x) → double', doc: 'Logarithm of x to a base.', example: 'LOG(2, 16)' }),
  math('sqrt', Math.sqrt, { doc: 'Square root; NaN below 0.', example: 'SQRT(2)' }),
  scalar('numeric', { name: 'power', arity: 2, resolve: ofDoubles(2, (x, y) => x ** y), signature: 'POWER(x, y) → double', doc: 'x to the power of y.', example: 'POWER(2, 10)' }),
  math('sin', Math.sin, { doc: 'Sine of an angle in radians.', example: 'SIN(0.5)' }),
  math('cos', Math.cos, { doc: 'Cosine of an angle in radians.', example: 'COS(0.5)' }),
  math('tan', Math.tan, { doc: 'Tangent of an angle in radians.', example: 'TAN(0.5)' }),
  math('asin', Math.asin, { doc: 'Angle of this sine, in radians.', example: 'ASIN(0.5)' }),
  math('acos', Math.acos, { doc: 'Angle of this cosine, in radians.', example: 'ACOS(0.5)' }),
  math('atan', Math.atan, { doc: 'Angle of this tangent, in radians.', example: 'ATAN(0.5)' }),
  math('sinh', Math.sinh, { doc: 'Hyperbolic sine.', example: 'SINH(0.5)' }),
  math('cosh', Math.cosh, { doc: 'Hyperbolic cosine.', example: 'COSH(0.5)' }),
  math('tanh', Math.tanh, { doc: 'Hyperbolic tangent.', example: 'TANH(0.5)' }),
  bits('&', 'Bitwise AND.', '6 & 3'),
  bits('|', 'Bitwise OR.', '6 | 3'),
  bits('#', 'Bitwise exclusive OR.', '6 # 3'),
  bits('<<', 'Shift left.', '1 << 4'),
  bits('>>', 'Shift right, keeping the sign.', '16 >> 2'),
  scalar('numeric', { name: '~x', arity: 1, resolve: resolveComplement, signature: '~int', doc: 'Bitwise complement.', example: '~(5)' }),
  scalar('numeric', {
    name: 'random', arity: 0, volatility: 'volatile', resolve: () => returning(FLOAT64, (context) => context.random.unit()),
    signature: 'RANDOM() → double', doc: 'A number from 0 up to 1, another for each row.', example: 'RANDOM()',
  }),
];
