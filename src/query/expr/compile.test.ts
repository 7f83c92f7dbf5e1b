import { describe, expect, test } from 'vitest';
import { batchOfValues, rowsOf, withSelection } from '../../data/vector/batch.ts';
import { BOOL, FLOAT64, INT64, notNull, nullable, TEXT } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import type { BoundExpression } from '../plan/expression.ts';
import { EVALUATION } from '../exec/test-support.ts';
import { call, input, literal } from '../exec/test-support.ts';
import { compileExpression, compilePredicate, inputsOf } from './compile.ts';

const INT = nullable(INT64);
const B = nullable(BOOL);
const context = { evaluation: EVALUATION, parameters: [5n, null] as Value[], correlation: { values: [] as Value[] } };
const TRUTHS = [true, false, null] as const;

function evaluate(expression: BoundExpression, ...columns: Value[][]): Value[] {
  const batch = batchOfValues(columns, columns[0]?.length ?? 1);
  const vector = compileExpression(expression, context).evaluate(batch, null);
  return Array.from({ length: batch.rowCount }, (_, row) => vectorReader(vector)(row));
}
const select = (expression: BoundExpression, ...columns: Value[][]): number[] => [...compilePredicate(expression, context).select(batchOfValues(columns, columns[0]?.length ?? 1), null)];
const divides = (by: BoundExpression): BoundExpression => call('>', [call('/', [literal(10n), by], INT), literal(1n)]);

describe('three-valued logic', () => {
  const pairs = TRUTHS.flatMap((a) => TRUTHS.map((b) => [a, b] as const));
  const [left, right] = [pairs.map(([a]) => a as Value), pairs.map(([, b]) => b as Value)];
  const args = [input(0, B), input(1, B)];
  const both = { kind: 'and', args, type: B } as const;
  const either = { kind: 'or', args, type: B } as const;

  test('AND and OR follow Kleene', () => {
    expect(evaluate(both, left, right)).toEqual(pairs.map(([a, b]) => (a === false || b === false ? false : a === null || b === null ? null : true)));
    expect(evaluate(either, left, right)).toEqual(pairs.map(([a, b]) => (a === true || b === true ? true : a === null || b === null ? null : false)));
  });

  test('predicates select the rows where the value is TRUE', () => {
    for (const expression of [both, either, { kind: 'not', arg: both, type: B }, { kind: 'not', arg: either, type: B }] as const) {
      const values = evaluate(expression, left, right);
      expect(select(expression, left, right)).toEqual([...values.keys()].filter((row) => values[row] === true));
    }
  });

  test('IS tests are never NULL', () => {
    const truth = (kind: 'true' | 'false' | 'unknown', negated = false): BoundExpression => ({ kind: 'is-truth', arg: input(0, B), truth: kind, negated, type: B });
    expect(evaluate(truth('true'), [...TRUTHS])).toEqual([true, false, false]);
    expect(evaluate(truth('false', true), [...TRUTHS])).toEqual([true, false, true]);
    expect(evaluate(truth('unknown'), [...TRUTHS])).toEqual([false, false, true]);
    expect(evaluate({ kind: 'is-null', arg: input(0, B), negated: true, type: B }, [...TRUTHS])).toEqual([true, true, false]);
  });

  test('IN is TRUE on a match, else NULL when a NULL might have matched', () => {
    const within = (items: readonly Value[], negated = false): BoundExpression => ({ kind: 'in-list', arg: input(0, INT), items: items.map(literal), negated, type: B });
    expect(evaluate(within([1n, 2n]), [1n, 3n, null])).toEqual([true, false, null]);
    expect(evaluate(within([1n, null]), [1n, 3n, null])).toEqual([true, null, null]);
    expect(evaluate(within([1n, null], true), [1n, 3n, null])).toEqual([false, null, null]);
    expect(evaluate(within([1, 2.5]), [1n, 2n])).toEqual([true, false]);
  });
});

describe('conditional evaluation', () => {
  const x = input(0, INT);
  const isZero = call('=', [x, literal(0n)]);

  test('a row that a conjunct rejected is never shown to the next', () => {
    expect(select({ kind: 'and', args: [call('<>', [x, literal(0n)]), divides(x)], type: B }, [0n, 2n, 20n])).toEqual([1]);
    expect(evaluate({ kind: 'and', args: [call('<>', [x, literal(0n)]), divides(x)], type: B }, [0n, 2n, 20n])).toEqual([false, true, false]);
    expect(() => select(divides(x), [0n, 2n])).toThrow('division by zero');
  });

  test('OR does not evaluate what is decided', () => {
    expect(select({ kind: 'or', args: [isZero, divides(x)], type: B }, [0n, 2n, 20n])).toEqual([0, 1]);
  });

  test('CASE evaluates each branch for its rows only', () => {
    const expression: BoundExpression = { kind: 'case', branches: [{ when: isZero, then: literal(-1n) }, { when: call('>', [x, literal(5n)]), then: literal(null) }], otherwise: call('/', [literal(10n), x], INT), type: INT };
    expect(evaluate(expression, [0n, 2n, 7n, 5n])).toEqual([-1n, 5n, null, 2n]);
  });

  test('COALESCE evaluates later arguments for NULLs only', () => {
    const expression: BoundExpression = { kind: 'coalesce', args: [x, call('/', [literal(1n), literal(0n)], INT)], type: INT };
    expect(evaluate(expression, [1n, 2n])).toEqual([1n, 2n]);
    expect(() => evaluate(expression, [1n, null])).toThrow('division by zero');
  });

  test('rows outside the selection are not evaluated', () => {
    const batch = withSelection(batchOfValues([[0n, 2n]], 2), Int32Array.of(1));
    const vector = compileExpression(call('/', [literal(4n), x], INT), context).evaluate(batch, null);
    expect(rowsOf({ rowCount: 2, vectors: [vector], selection: batch.selection })).toEqual([[2n]]);
    expect(compilePredicate(call('=', [call('/', [literal(4n), x], INT), literal(2n)]), context).select(batch, null)).toEqual(Int32Array.of(1));
  });
});

describe('other expressions', () => {
  test('parameters are those of the execution', () => {
    const parameter = (index: number): BoundExpression => ({ kind: 'parameter', index, type: INT });
    expect(evaluate(call('+', [input(0, INT), parameter(0)], INT), [1n, null])).toEqual([6n, null]);
    expect(evaluate(parameter(1))).toEqual([null]);
    expect(() => evaluate(parameter(2))).toThrow('there is no parameter $3');
  });

  test('lists, structs, fields and quantified comparisons', () => {
    const struct: BoundExpression = { kind: 'struct', fields: [{ name: 'a', value: input(0, INT) }], type: INT };
    expect(evaluate(struct, [1n])).toEqual([new Map([['a', 1n]])]);
    expect(evaluate({ kind: 'field', arg: struct, name: 'a', type: INT }, [1n])).toEqual([1n]);
    expect(evaluate({ kind: 'field', arg: struct, name: 'b', type: INT }, [1n])).toEqual([null]);
    const list = (items: readonly Value[]): BoundExpression => ({ kind: 'list', items: items.map(literal), type: nullable({ kind: 'list', element: INT }) });
    const quantified = (quantifier: 'any' | 'all', items: BoundExpression): BoundExpression => ({ kind: 'quantified-list', comparison: '>', quantifier, arg: input(0, INT), list: items, type: B });
    expect(evaluate(quantified('any', list([1n, null])), [0n, 2n, null])).toEqual([null, true, null]);
    expect(evaluate(quantified('all', list([1n, null])), [0n, 2n])).toEqual([false, null]);
    expect(evaluate(quantified('all', list([])), [0n, null])).toEqual([true, true]);
    expect(evaluate(quantified('any', { ...list([]), kind: 'literal', value: null } as BoundExpression), [0n])).toEqual([null]);
  });

  test('casts choose by the leg of each value', () => {
    const mixed = { legs: [INT64, TEXT], nullable: true };
    const cast: BoundExpression = { kind: 'cast', arg: input(0, mixed), to: { type: INT64 }, type: INT, position: 12 };
    expect(evaluate(cast, [1n, '2', null])).toEqual([1n, 2n, null]);
    expect(() => evaluate(cast, ['x'])).toThrow(expect.objectContaining({ position: 12 }));
  });

  test('an error of a call has the place of the call', () => {
    const division: BoundExpression = { kind: 'call', name: '/', args: [literal(1n), input(0, INT)], type: INT, position: 7 };
    expect(() => evaluate(division, [0n])).toThrow(expect.objectContaining({ position: 7, code: 'division-by-zero' }));
  });

  test('the operand of CASE is computed once for a row, whatever it is compared with', () => {
    let last = 0;
    const counting = { ...EVALUATION, random: { ...EVALUATION.random, unit: () => ++last } };
    const float = notNull(FLOAT64);
    const operand = (): BoundExpression => call('+', [call('random', [], float), literal(0)], float);
    const is = (value: number): BoundExpression => call('=', [operand(), literal(value)]);
    const expression: BoundExpression = {
      kind: 'case', branches: [{ when: is(1), then: literal('a') }, { when: { kind: 'or', args: [is(2), is(3)], type: B }, then: literal('b') }, { when: is(5), then: literal('c') }],
      otherwise: operand(), type: { legs: [TEXT, FLOAT64], nullable: false },
    };
    const evaluator = compileExpression(expression, { ...context, evaluation: counting });
    const values = (): Value[] => Array.from({ length: 5 }, (_, row) => row).map(vectorReader(evaluator.evaluate(batchOfValues([[0n, 0n, 0n, 0n, 0n]], 5), null)));
    expect(values()).toEqual(['a', 'b', 'b', 4, 'c']);
    // Another batch, other values.
    expect(values()).toEqual([6, 7, 8, 9, 10]);
  });

  test('the inputs of an expression are all found', () => {
    const expression: BoundExpression = { kind: 'case', branches: [{ when: call('=', [input(3, INT), literal(1n)]), then: input(1, INT) }], otherwise: { kind: 'list', items: [input(2, INT)], type: INT }, type: INT };
    expect([...inputsOf(expression)].sort()).toEqual([1, 2, 3]);
  });
});
