/** Aggregates over numbers and over anything: COUNT, SUM, AVG, MIN, MAX. */
import { EngineError } from '../../base/errors.ts';
import { isNumeric, joinAll } from '../../data/types/column-type.ts';
import { compareValues } from '../../data/types/compare.ts';
import { ednOfColumnType } from '../../data/types/type-names.ts';
import { asDouble, isNumericType, promote } from '../../data/types/numeric.ts';
import type { NumericType } from '../../data/types/numeric.ts';
import { FLOAT64, INT64, notNull, nullable } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { Accumulator, AggregateDefinition, AggregateOverload, EvaluationContext, ScalarCall } from '../function.ts';
import { numericOperator } from './arithmetic.ts';

const countRows: AggregateOverload = {
  result: notNull(INT64), kernel: 'count_rows',
  create: () => { let count = 0; return { add: () => { count += 1; }, result: () => BigInt(count) }; },
};

const countValues: AggregateOverload = {
  result: notNull(INT64), kernel: 'count',
  create: () => { let count = 0; return { add: (value) => { if (value !== null) count += 1; }, result: () => BigInt(count) }; },
};

/** The one numeric type that all legs promote to; undefined if a leg is no number. */
function commonNumericType(type: ColumnType): NumericType | undefined {
  let result: NumericType | undefined;
  for (const leg of type.legs) {
    if (!isNumericType(leg)) return undefined;
    result = result === undefined ? leg : promote(result, leg);
  }
  return result;
}

/** Folds with `+`, NULLs left out; NULL when nothing was added. */
class Sum implements Accumulator {
  readonly #context: EvaluationContext;
  readonly #plus: ScalarCall;
  #total: Value = null;
  constructor(context: EvaluationContext, plus: ScalarCall) { this.#context = context; this.#plus = plus; }
  add(value: Value): void {
    if (value === null) return;
    this.#total = this.#total === null ? value : this.#plus(this.#context, this.#total, value);
  }
  result(): Value { return this.#total; }
}

function resolveSum(args: readonly ColumnType[]): AggregateOverload {
  const type = args[0] as ColumnType;
  const common = commonNumericType(type);
  if (common === undefined && type.legs.length > 0) throw new EngineError('datatype-mismatch', `Cannot compute SUM over type ${ednOfColumnType(type)}`);
  if (common === undefined) return { result: nullable(INT64), create: () => ({ add: () => undefined, result: () => null }) };
  const plus = numericOperator('+', [{ type: common }, { type: common }]);
  return { result: nullable(common), create: (context) => new Sum(context, (plus as { call: ScalarCall }).call), kernel: type.legs.length === 1 ? `sum_${common.kind === 'decimal' ? 'decimal' : `${common.kind[0]}${common.bits}`}` : undefined };
}

class Average implements Accumulator {
  #total = 0;
  #count = 0;
  add(value: Value): void { if (value !== null) { this.#total += asDouble(value); this.#count += 1; } }
  result(): Value { return this.#count === 0 ? null : this.#total / this.#count; }
}

function resolveAverage(args: readonly ColumnType[]): AggregateOverload {
  const type = args[0] as ColumnType;
  if (!type.legs.every(isNumeric)) throw new EngineError('datatype-mismatch', `Cannot compute AVERAGE over type ${ednOfColumnType(type)}`);
  return { result: nullable(FLOAT64), create: () => new Average() };
}

const EXTREME_KINDS: ReadonlySet<Type['kind']> = new Set(['int', 'float', 'decimal', 'date', 'time', 'timestamp', 'timestamptz', 'duration', 'text', 'bytes', 'keyword', 'uri']);

class Extreme implements Accumulator {
  readonly #sign: 1 | -1;
  #best: Value = null;
  constructor(sign: 1 | -1) { this.#sign = sign; }
  add(value: Value): void {
    if (value === null) return;
    if (this.#best === null || compareValues(value, this.#best) * this.#sign > 0) this.#best = value;
  }
  result(): Value { return this.#best; }
}

const resolveExtreme = (name: string, sign: 1 | -1) => (args: readonly ColumnType[]): AggregateOverload => {
  const type = args[0] as ColumnType;
  for (const leg of type.legs) {
    if (!EXTREME_KINDS.has(leg.kind)) throw new EngineError('datatype-mismatch', `Unsupported type in min/max aggregate: ${ednOfColumnType(notNull(leg))}`);
  }
  return { result: joinAll([type, { legs: [], nullable: true }]), create: () => new Extreme(sign), kernel: type.legs.length === 1 ? name : undefined };
};

interface AggregateParts { readonly name: string; readonly aliases?: readonly string[]; readonly arity?: readonly [number, number]; readonly resolve: AggregateDefinition['resolve']; readonly signature: string; readonly doc: string; readonly example: string }
export const aggregate = (parts: AggregateParts): AggregateDefinition => ({ kind: 'aggregate', aliases: [], arity: [1, 1], ...parts });

export const BASIC_AGGREGATES: readonly AggregateDefinition[] = [
  aggregate({ name: 'count', arity: [0, 1], resolve: (args) => (args.length === 0 ? countRows : countValues), signature: 'COUNT(*) | COUNT([DISTINCT] x) → bigint', doc: 'Number of rows, or of values that are not NULL.', example: 'COUNT(*)' }),
  aggregate({ name: 'sum', resolve: resolveSum, signature: 'SUM([DISTINCT] x)', doc: 'Sum in the least type that holds all of the column\'s; NULL without values.', example: 'SUM(x)' }),
  aggregate({ name: 'avg', resolve: resolveAverage, signature: 'AVG([DISTINCT] x) → double', doc: 'Mean as a double, for decimals too.', example: 'AVG(x)' }),
  aggregate({ name: 'min', resolve: resolveExtreme('min', -1), signature: 'MIN(x)', doc: 'Least value.', example: 'MIN(x)' }),
  aggregate({ name: 'max', resolve: resolveExtreme('max', 1), signature: 'MAX(x)', doc: 'Greatest value.', example: 'MAX(x)' }),
];
