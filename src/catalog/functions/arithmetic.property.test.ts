import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEngineError } from '../../base/errors.ts';
import { typeOfValue } from '../../data/types/column-type.ts';
import { asBigInt, INT64_MAX, INT64_MIN } from '../../data/types/numeric.ts';
import type { Decimal, Value } from '../../data/types/value.ts';
import { TEST_CONTEXT } from '../test-context.ts';
import { numericOperator } from './arithmetic.ts';

function compute(operator: string, a: Exclude<Value, null>, b: Exclude<Value, null>): Value | string {
  const overload = numericOperator(operator, [{ type: typeOfValue(a) }, { type: typeOfValue(b) }]);
  if (overload === undefined) throw new Error('no overload');
  try {
    const result = overload.call(TEST_CONTEXT, a, b);
    const [declared] = overload.result.legs;
    expect(typeOfValue(result as Exclude<Value, null>)).toEqual(declared);
    return result;
  } catch (error) {
    if (isEngineError(error)) return error.code;
    throw error;
  }
}

const floorDivide = (a: bigint, b: bigint): bigint => { const q = a / b; return a % b !== 0n && (a < 0n) !== (b < 0n) ? q - 1n : q; };
const ORACLE: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a - b * floorDivide(a, b),
};
const edges = [0n, 1n, -1n, 2n ** 31n, 2n ** 53n + 1n, INT64_MAX, INT64_MIN, INT64_MIN + 1n];
const int64 = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: INT64_MIN, max: INT64_MAX }), fc.bigInt({ min: -1000n, max: 1000n }));

describe('integer arithmetic', () => {
  test.each(Object.keys(ORACLE))('%s agrees with unbounded integers, or says that it overflows', (operator) => {
    fc.assert(fc.property(int64, int64, (a, b) => {
      if (b === 0n && (operator === '/' || operator === '%')) { expect(compute(operator, a, b)).toBe('division-by-zero'); return; }
      const exact = (ORACLE[operator] as (x: bigint, y: bigint) => bigint)(a, b);
      expect(compute(operator, a, b)).toBe(exact >= INT64_MIN && exact <= INT64_MAX ? exact : 'numeric-out-of-range');
    }), { numRuns: 500 });
  });

  test('is of the wider type, with the range of that type', () => {
    const small = (bits: 16 | 32, value: number): Value => ({ kind: 'int', bits, value });
    expect(compute('+', small(16, 1) as never, small(32, 2) as never)).toEqual({ kind: 'int', bits: 32, value: 3 });
    expect(compute('+', small(16, 32767) as never, small(16, 1) as never)).toBe('numeric-out-of-range');
    expect(compute('+', small(32, 1) as never, 2n)).toBe(3n);
  });
});

describe('decimal arithmetic', () => {
  const scale = fc.integer({ min: 0, max: 6 });
  const decimal = fc.record({ kind: fc.constant('decimal' as const), unscaled: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), scale, precision: fc.constant(32) });
  /** unscaled at 12 digits more than both. */
  const at = (value: Decimal, digits: number): bigint => value.unscaled * 10n ** BigInt(digits - value.scale);

  test('of + - * is exact', () => {
    fc.assert(fc.property(decimal, decimal, (a, b) => {
      expect(at(compute('+', a, b) as Decimal, 12)).toBe(at(a, 12) + at(b, 12));
      expect(at(compute('-', a, b) as Decimal, 12)).toBe(at(a, 12) - at(b, 12));
      expect(at(compute('*', a, b) as Decimal, 12)).toBe(a.unscaled * b.unscaled * 10n ** BigInt(12 - a.scale - b.scale));
    }));
  });

  test('of / is off by at most half a unit of its last digit', () => {
    fc.assert(fc.property(decimal, decimal, (a, b) => {
      fc.pre(b.unscaled !== 0n);
      const quotient = compute('/', a, b) as Decimal;
      expect(quotient.scale).toBe(Math.max(6, a.scale + b.scale + 1));
      const error = at(quotient, 40) * b.unscaled - a.unscaled * 10n ** BigInt(40 - a.scale + b.scale);
      const half = (b.unscaled < 0n ? -b.unscaled : b.unscaled) * 10n ** BigInt(40 - quotient.scale) / 2n;
      expect((error < 0n ? -error : error) <= half).toBe(true);
    }));
  });

  test('of more digits than the class has is an overflow', () => {
    const wide: Decimal = { kind: 'decimal', unscaled: 10n ** 31n, scale: 0, precision: 32 };
    expect(compute('*', wide, wide)).toBe('numeric-out-of-range');
    expect(compute('+', { ...wide, precision: 64 }, wide)).toMatchObject({ precision: 64 });
  });

  test('by an integer must come out even', () => {
    const price: Decimal = { kind: 'decimal', unscaled: 250n, scale: 2, precision: 10 };
    expect(compute('/', price, 5n)).toMatchObject({ unscaled: 50n, scale: 2 });
    expect(compute('/', price, 7n)).toBe('numeric-out-of-range');
  });
});

describe('float arithmetic', () => {
  test('never divides by zero', () => {
    expect(compute('/', 1.5, 0)).toBe('division-by-zero');
    expect(compute('/', Number.NaN, 0n)).toBe('division-by-zero');
    expect(compute('%', 1.5, -0)).toBe('division-by-zero');
  });
  test('gives the modulus the sign of the divisor', () => {
    fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: -100, max: 100, noNaN: true }), (a, b) => {
      fc.pre(Math.abs(b) > 1e-3);
      const rest = compute('%', a, b) as number;
      expect(rest === 0 || (rest < 0) === (b < 0)).toBe(true);
    }));
  });
  test('of a single and an int64 is a single', () => { expect(compute('+', { kind: 'float32', value: 1.5 }, asBigInt(7n))).toEqual({ kind: 'float32', value: 8.5 }); });
});
