/** Expressions that are the same wherever they stand, and those that only look alike. */
import { describe, expect, test } from 'vitest';
import { INT32, INT64, notNull, nullable, TEXT, type Type } from '../../data/types/type.ts';
import type { BoundExpression } from './expression.ts';
import { fingerprint, isSame } from './fingerprint.ts';

const column: BoundExpression = { kind: 'column', id: 3, name: 'a', type: nullable(INT64) };
const call = (name: string, args: readonly BoundExpression[], position?: number): BoundExpression => ({ kind: 'call', name, args, type: nullable(INT64), position });
const literal = (value: bigint | number | string | null): BoundExpression => ({ kind: 'literal', value, type: nullable(TEXT) });

test('positions do not count', () => {
  expect(fingerprint(call('+', [column, literal(1n)], 5))).toBe(fingerprint(call('+', [column, literal(1n)], 50)));
});

const seriesTo = (to: bigint, cast: Type): BoundExpression => ({
  kind: 'subquery', type: nullable(INT64), form: { kind: 'exists' },
  plan: { kind: 'series', input: { kind: 'values', columns: [], rows: [[]] }, inclusive: true, from: literal(1n), to: { kind: 'cast', arg: literal(to), to: { type: cast }, type: nullable(cast) }, step: undefined, output: { id: 4, name: 'n', type: notNull(INT64) }, ordinality: undefined },
});

test('subqueries are written with the bounds of their series', () => {
  expect(fingerprint(seriesTo(5n, INT64))).toBe(fingerprint(seriesTo(5n, INT64)));
});

describe('different are', () => {
  const pairs: readonly (readonly [string, BoundExpression, BoundExpression])[] = [
    ['numbers of different kinds', literal(1n), literal(1)],
    ['zeros of different sign', literal(0), literal(-0)],
    ['texts and what they look like', literal('1'), literal(1n)],
    ['texts and NULL', literal('null'), literal(null)],
    ['casts to different types', { kind: 'cast', arg: column, to: { type: INT32 }, type: nullable(INT32) }, { kind: 'cast', arg: column, to: { type: TEXT }, type: nullable(TEXT) }],
    ['a call and arguments that spell it', call('f', [literal('a'), literal('b')]), call('f', [literal('a,="b"')])],
    ['operands in another order', call('-', [column, literal(1n)]), call('-', [literal(1n), column])],
    ['subqueries over series that end elsewhere', seriesTo(5n, INT64), seriesTo(6n, INT64)],
    ['subqueries that cast to other types', seriesTo(5n, INT64), seriesTo(5n, INT32)],
    ['conditions and their negations', { kind: 'is-null', arg: column, negated: true, type: notNull(INT64) }, { kind: 'is-null', arg: column, negated: false, type: notNull(INT64) }],
  ];
  test.each(pairs)('%s', (_, a, b) => {
    expect(fingerprint(a)).not.toBe(fingerprint(b));
    expect([isSame(a, b), isSame(a, structuredClone(a))]).toEqual([false, true]);
  });
});
