import { describe, expect, test } from 'vitest';
import { columnTypeOfValue, equalColumnTypes } from '../../data/types/column-type.ts';
import type { Value } from '../../data/types/value.ts';
import { literalType, typeInterner } from './literal-type.ts';
import { makeList, makeStruct } from './struct-expression.ts';
import type { BoundExpression } from './expression.ts';

const literal = (value: Value): BoundExpression => ({ kind: 'literal', value, type: literalType(value) });
const struct = (fields: Record<string, BoundExpression>): BoundExpression => makeStruct(Object.entries(fields).map(([text, value]) => ({ name: { text, start: 0 }, value })));

describe('interned types', () => {
  test('of records that are built alike are one object, however deep', () => {
    const intern = typeInterner();
    const record = (id: bigint, city: string): BoundExpression => struct({ _id: literal(id), tags: makeList([literal('a'), literal(city)]), address: struct({ city: literal(city) }) });
    expect(intern(record(1n, 'x').type)).toBe(intern(record(2n, 'y').type));
  });
  test('keep apart what differs in a name, in a type, in NULL or in nesting', () => {
    const intern = typeInterner();
    const different = [
      struct({ a: literal(1n) }), struct({ b: literal(1n) }), struct({ a: literal('1') }), struct({ a: literal(null) }), struct({ a: struct({ a: literal(1n) }) }),
      struct({ a: makeList([literal(1n)]) }), struct({ a: makeList([makeList([literal(1n)])]) }), makeList([literal(1n)]), struct({}), makeList([]),
    ];
    expect(new Set(different.map(({ type }) => intern(type))).size).toBe(different.length);
    for (const { type } of different) expect(equalColumnTypes(intern(type), type)).toBe(true);
    expect(equalColumnTypes(intern(struct({ a: literal(1n) }).type), columnTypeOfValue(new Map([['a', 1n]])))).toBe(true);
  });
});
