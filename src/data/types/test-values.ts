/** Generators of values for property tests. */
import fc from 'fast-check';
import type { Value } from './value.ts';

export const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
/** Small numbers collide often, edges break things. */
export const mixedInt64 = fc.oneof(fc.bigInt({ min: -3n, max: 3n }), int64, fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n));
const mixedDouble = fc.oneof(fc.constantFrom(0, -0, 1, 0.5, 0.1, 2 ** 53, 2 ** 63, Number.NaN, Infinity, -Infinity), fc.double());
const smallInt = fc.oneof(
  fc.record({ kind: fc.constant('int' as const), bits: fc.constant(8 as const), value: fc.integer({ min: -128, max: 127 }) }),
  fc.record({ kind: fc.constant('int' as const), bits: fc.constant(32 as const), value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) }),
);
export const decimal = fc.record({
  kind: fc.constant('decimal' as const), unscaled: fc.oneof(fc.bigInt({ min: -20n, max: 20n }), fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })),
  scale: fc.integer({ min: 0, max: 9 }), precision: fc.constant(32),
});
export const number: fc.Arbitrary<Value> = fc.oneof(mixedInt64, mixedDouble, smallInt, decimal, mixedDouble.map((value) => ({ kind: 'float32' as const, value: Math.fround(value) })));

const micros = fc.oneof(fc.constantFrom(0n, 1n, 86_400_000_000n), fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }));
const time: fc.Arbitrary<Value> = fc.oneof(
  fc.record({ kind: fc.constant('date' as const), days: fc.oneof(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -100_000, max: 100_000 })) }),
  fc.record({ kind: fc.constant('time' as const), unit: fc.constant('us' as const), value: fc.bigInt({ min: 0n, max: 86_399_999_999n }) }),
  fc.record({ kind: fc.constant('timestamp' as const), unit: fc.constant('us' as const), value: micros }),
  fc.record({ kind: fc.constant('timestamptz' as const), unit: fc.constant('us' as const), value: micros, zone: fc.constantFrom('UTC', '+02:00') }),
  fc.record({ kind: fc.constant('duration' as const), unit: fc.constant('us' as const), value: micros }),
);
const text = fc.oneof(fc.constantFrom('', 'a', '\u0000', '\u0000n1', 'é', '\u{1f600}'), fc.string({ unit: 'binary', maxLength: 8 }));
const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 3, arbitrary: number }, text, fc.boolean(), fc.constant(null), time,
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Uint8Array.from(bytes)),
  fc.uuid().map((uuid) => ({ kind: 'uuid' as const, text: uuid })),
  fc.constantFrom('a', 'b/c').map((name) => ({ kind: 'keyword' as const, name })),
);

/** Any value, nested up to three levels. */
export const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 }, scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')).map((fields) => new Map(Object.entries(fields))),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => ({ kind: 'set' as const, items })),
  ),
})).value;
