/** Generators of values of every kind, for property tests. */
import fc from 'fast-check';
import type { Value } from '../../src/data/types/value.ts';

const INT64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
const unit = fc.constantFrom('s', 'ms', 'us', 'ns' as const);
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const text = fc.string({ unit: 'grapheme', maxLength: 12 });

export const scalarValue: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null), fc.boolean(), INT64, fc.bigInt(-100n, 100n), fc.double(), text, fc.uint8Array({ maxLength: 12 }),
  fc.record({ kind: fc.constant('int' as const), bits: fc.constantFrom(8 as const, 16 as const, 32 as const), value: fc.integer({ min: -128, max: 127 }) }),
  fc.float().map((value) => ({ kind: 'float32' as const, value })),
  fc.record({ kind: fc.constant('decimal' as const), unscaled: fc.bigInt(-(10n ** 40n), 10n ** 40n), scale: fc.nat(20), precision: fc.constantFrom(32, 64) }),
  fc.uuid().map((uuid) => ({ kind: 'uuid' as const, text: uuid })),
  text.map((name) => ({ kind: 'keyword' as const, name })),
  fc.webUrl().map((url) => ({ kind: 'uri' as const, text: url })),
  int32.map((days) => ({ kind: 'date' as const, days })),
  fc.record({ kind: fc.constantFrom('time' as const, 'timestamp' as const, 'duration' as const), unit, value: INT64 }),
  fc.record({ kind: fc.constant('timestamptz' as const), unit, value: INT64, zone: fc.constantFrom('UTC', 'Europe/Oslo', '+02:00') }),
  fc.record({ kind: fc.constant('interval' as const), form: fc.constantFrom('year-month' as const, 'month-day-nano' as const, 'month-day-micro' as const), months: int32, days: int32, nanos: INT64 }),
  fc.record({ kind: fc.constant('period' as const), from: fc.option(INT64), to: fc.option(INT64) }),
);

export const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalarValue,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => ({ kind: 'set' as const, items })),
  ),
})).value;
