import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nullable, FLOAT64, INT64, type Type } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { admitColumn } from '../../data/vector/admit.ts';
import type { Batch } from '../../data/vector/batch.ts';
import { KernelMemory, Reservation, Scope } from '../../data/vector/kernel-memory.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import { valuesVector, type Vector } from '../../data/vector/vector.ts';
import { EVALUATION, call, input, literal } from '../exec/test-support.ts';
import type { BoundExpression } from '../plan/expression.ts';
import { compileExpression, compilePredicate } from './compile.ts';

const scope = new Scope(new Reservation(new KernelMemory({ blocks: 8, poison: true, rowsMin: 0 }), 8));
const context = { evaluation: EVALUATION, parameters: [], correlation: { values: [] } };
const comparison = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');

const edges = [0n, 1n, -1n, 2n ** 31n, 2n ** 32n, -(2n ** 32n), 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
const int64 = fc.oneof(fc.constantFrom(...edges), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n));
const double = fc.oneof(fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1.5), fc.double());

function flat(type: Type, values: readonly Value[]): Vector {
  const validity = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, row) => { if (value !== null) validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7)); });
  const data = type.kind === 'float' ? Float64Array.from(values, (value) => (value as number | null) ?? 0) : BigInt64Array.from(values, (value) => (value as bigint | null) ?? 0n);
  return admitColumn({ form: 'fixed', type, data, validity: values.includes(null) ? validity : null }, values.length, scope);
}

/** The flat form goes through a kernel, the other form through closures: both must select the same rows. */
function expectSame(type: Type, columns: readonly (readonly Value[])[], expression: ReturnType<typeof call>, selection: Int32Array | null): void {
  const batch = (vectors: readonly Vector[]): Batch => ({ rowCount: columns[0]?.length ?? 0, vectors, selection });
  const predicate = compilePredicate(expression, context);
  expect([...predicate.select(batch(columns.map((column) => flat(type, column))), scope)]).toEqual([...predicate.select(batch(columns.map((column) => valuesVector(column))), scope)]);
  scope.release();
}

describe.each([['int64', INT64, int64], ['float64', FLOAT64, double]] as const)('%s kernels select what closures select', (_, type, value) => {
  const column = fc.array(fc.option(value as fc.Arbitrary<Value>), { maxLength: 50 });
  test('against a constant, on either side', () => {
    fc.assert(fc.property(column, fc.option(value as fc.Arbitrary<Value>), comparison, fc.boolean(), fc.boolean(), (values, constant, name, constantFirst, dense) => {
      const args = [input(0, nullable(type)), { ...literal(constant), type: nullable(type) }];
      const selection = dense ? null : Int32Array.from(values.keys()).filter((row) => row % 3 !== 1);
      expectSame(type, [values], call(name, constantFirst ? args.toReversed() : args), selection);
    }));
  });

  test('between two columns', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.option(value as fc.Arbitrary<Value>), fc.option(value as fc.Arbitrary<Value>)), { maxLength: 50 }), comparison, (pairs, name) => {
      expectSame(type, [pairs.map(([a]) => a), pairs.map(([, b]) => b)], call(name, [input(0, nullable(type)), input(1, nullable(type))]), null);
    }));
  });
});

describe('arithmetic kernels', () => {
  const nearby = fc.oneof(int64, fc.bigInt(-(2n ** 53n) - 4n, -(2n ** 53n) + 4n), fc.bigInt(2n ** 53n - 4n, 2n ** 53n + 4n), fc.bigInt(-(2n ** 27n), 2n ** 27n));
  const values = fc.array(fc.tuple(fc.option(nearby), fc.option(nearby), fc.option(double)), { minLength: 1, maxLength: 30 });
  const operator = fc.constantFrom('+', '-', '*');

  /** All rows one by one, so that an overflow in one does not hide the others. */
  function expectSameResults(columns: readonly (readonly [Type, readonly Value[]])[], name: string, constant: Value | undefined): void {
    const rowCount = columns[0]?.[1].length ?? 0;
    const args = columns.map(([type], index) => input(index, nullable(type)));
    const [first, second] = args as [BoundExpression, BoundExpression];
    const type = columns.some(([one]) => one.kind === 'float') ? FLOAT64 : INT64;
    const expression = call(name, [first, constant === undefined ? second : { ...literal(constant), type: nullable(INT64) }], nullable(constant === undefined ? type : (columns[0] as readonly [Type, readonly Value[]])[0]));
    const evaluator = compileExpression(expression, context);
    for (let row = 0; row < rowCount; row++) {
      const attempt = (vectors: readonly Vector[]): Value | string => {
        try { return vectorReader(evaluator.evaluate({ rowCount, vectors, selection: Int32Array.of(row) }, scope))(row); } catch (error) { return (error as Error).message; }
      };
      expect(attempt(columns.map(([one, column]) => flat(one, column)))).toEqual(attempt(columns.map(([, column]) => valuesVector(column))));
    }
    scope.release();
  }

  test('give what the scalar functions give, overflow included', () => {
    fc.assert(fc.property(values, operator, fc.option(nearby), (rows, name, constant) => {
      const [a, b, f] = [rows.map((row) => row[0]), rows.map((row) => row[1]), rows.map((row) => row[2])];
      expectSameResults([[INT64, a], [INT64, b]], name, undefined);
      expectSameResults([[FLOAT64, f], [FLOAT64, f.toReversed()]], name, undefined);
      expectSameResults([[INT64, a], [FLOAT64, f]], name, undefined);
      expectSameResults([[INT64, a]], name, constant);
      expectSameResults([[FLOAT64, f]], name, constant);
    }));
  });
});
