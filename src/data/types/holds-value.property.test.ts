import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnTypeOfValue, equalColumnTypes, join, joinAll } from './column-type.ts';
import { holdsValue } from './holds-value.ts';
import type { Value } from './value.ts';

const scalar = fc.oneof<fc.Arbitrary<Value>[]>(
  fc.constant(null), fc.bigInt({ min: -9n, max: 9n }), fc.constantFrom('a', 'b'), fc.boolean(), fc.constant(0.5),
  fc.constantFrom<Value[]>({ kind: 'int', bits: 32, value: 1 }, { kind: 'date', days: 1 }, { kind: 'timestamp', unit: 'us', value: 1n }, { kind: 'timestamp', unit: 'ns', value: 1n }, { kind: 'keyword', name: 'k' }),
);
const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof({ maxDepth: 2, withCrossShrink: true }, scalar,
    fc.array(tie('value'), { maxLength: 2 }),
    fc.array(tie('value'), { maxLength: 2 }).map((items): Value => ({ kind: 'set', items })),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }).map((fields): Value => new Map(Object.entries(fields)))),
})).value;

describe('a column type', () => {
  test('holds a value exactly when joining the type of the value changes nothing', () => {
    fc.assert(fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), values, (seen, value) => {
      const type = joinAll(seen.map(columnTypeOfValue));
      expect(holdsValue(type, value)).toBe(equalColumnTypes(join(type, columnTypeOfValue(value)), type));
      for (const one of seen) expect(holdsValue(type, one)).toBe(true);
    }), { numRuns: 500 });
  });
});
