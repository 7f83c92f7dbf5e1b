/**
 * COUNT, SUM, AVG, MIN and MAX.
 *
 *     COUNT   int64, 0 for no rows            SUM   the least type that holds all legs, overflow raises; durations too
 *     AVG     float64, of durations a duration      MIN, MAX   of one kind, of numbers, or of points in time; several types promote
 */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { resolveCast } from '../../data/types/cast.ts';
import { joinAll, typeOfValue } from '../../data/types/column-type.ts';
import { commonType } from '../../data/types/common-type.ts';
import { compareValues } from '../../data/types/compare.ts';
import { asDouble, isNumericType, promote } from '../../data/types/numeric.ts';
import type { NumericType } from '../../data/types/numeric.ts';
import { joinTimeTypes } from '../../data/types/time/type-join.ts';
import { ednOfColumnType, ednOfType } from '../../data/types/edn.ts';
import { FLOAT64, INT64, notNull, nullable, NULL_TYPE, withNull } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import type { Duration, Value } from '../../data/types/value.ts';
import type { Accumulator, AggregateDefinition, AggregateOverload, EvaluationContext, ScalarCall } from '../function.ts';
import { numericOperator } from './arithmetic.ts';
import { aggregate } from './definition.ts';
import { timeOperator } from './time/operators.ts';

class RowCount implements Accumulator {
  #count = 0;
  add(): void { this.#count += 1; }
  result(): Value { return BigInt(this.#count); }
}

class ValueCount implements Accumulator {
  #count = 0;
  add(value: Value): void { if (value !== null) this.#count += 1; }
  result(): Value { return BigInt(this.#count); }
}

/** For arguments that are always NULL. */
export const alwaysNull: AggregateOverload = { result: NULL_TYPE, create: () => ({ add: () => undefined, result: () => null }) };

/** The one type that all legs promote to: numbers, or durations; undefined if there is none. */
function summableType(type: ColumnType): NumericType | Extract<Type, { kind: 'duration' }> | undefined {
  let result: NumericType | Extract<Type, { kind: 'duration' }> | undefined;
  for (const leg of type.legs) {
    if (result === undefined && (isNumericType(leg) || leg.kind === 'duration')) result = leg;
    else if (isNumericType(leg) && isNumericType(result)) result = promote(result, leg);
    else if (leg.kind === 'duration' && result?.kind === 'duration') result = joinTimeTypes(result, leg) as typeof result;
    else return undefined;
  }
  return result;
}

/** Folds with `+`, NULLs left out; NULL when nothing was added. */
class Sum implements Accumulator {
  readonly #context: EvaluationContext;
  readonly #plus: ScalarCall;
  readonly #zero: Value;
  #total: Value = null;
  constructor(context: EvaluationContext, plus: ScalarCall, zero: Value) { this.#context = context; this.#plus = plus; this.#zero = zero; }
  add(value: Value): void { if (value !== null) this.#total = this.#plus(this.#context, this.#total ?? this.#zero, value); }
  result(): Value { return this.#total; }
}

function zeroOf(type: NumericType | Extract<Type, { kind: 'duration' }>): Value {
  switch (type.kind) {
    case 'int': return type.bits === 64 ? 0n : { kind: 'int', bits: type.bits, value: 0 };
    case 'float': return type.bits === 64 ? 0 : { kind: 'float32', value: 0 };
    case 'decimal': return { kind: 'decimal', unscaled: 0n, scale: type.scale, precision: type.precision };
    case 'duration': return { kind: 'duration', unit: type.unit, value: 0n };
  }
}

function resolveSum([type = NULL_TYPE]: readonly ColumnType[]): AggregateOverload {
  if (type.legs.length === 0) return alwaysNull;
  const common = summableType(type);
  if (common === undefined) throw new EngineError('datatype-mismatch', `Cannot compute SUM over type ${ednOfColumnType(type)}`);
  const args = [{ type: common }, { type: common }];
  const plus = must(numericOperator('+', args) ?? timeOperator('+', args), 'a sum of one type with itself');
  const isSingle = type.legs.length === 1 && (common.kind === 'int' || common.kind === 'float');
  return { result: withNull(plus.result), create: (context) => new Sum(context, plus.call, zeroOf(common)), kernel: isSingle ? `sum_${common.kind[0]}${common.bits}` : undefined };
}

class Mean implements Accumulator {
  #total = 0;
  #count = 0;
  add(value: Value): void { if (value !== null) { this.#total += asDouble(value); this.#count += 1; } }
  result(): Value { return this.#count === 0 ? null : this.#total / this.#count; }
}

class DurationMean implements Accumulator {
  readonly #sum: Accumulator;
  #count = 0n;
  constructor(sum: Accumulator) { this.#sum = sum; }
  add(value: Value): void { if (value !== null) { this.#sum.add(value); this.#count += 1n; } }
  result(): Value {
    const total = this.#sum.result();
    return total === null ? null : { ...(total as Duration), value: (total as Duration).value / this.#count };
  }
}

function resolveAverage(args: readonly ColumnType[]): AggregateOverload {
  const [type = NULL_TYPE] = args;
  if (type.legs.length === 0) return alwaysNull;
  const common = summableType(type);
  if (common === undefined) throw new EngineError('datatype-mismatch', `Cannot compute AVERAGE over type ${ednOfColumnType(type)}`);
  if (common.kind !== 'duration') return { result: nullable(FLOAT64), create: () => new Mean() };
  const sum = resolveSum(args);
  return { result: nullable(common), create: (context) => new DurationMean(sum.create(context)) };
}

/** What may be compared with what: numbers, points in time, and each further kind for itself. */
const EXTREME_CLASSES: Partial<Readonly<Record<Type['kind'], string>>> = {
  int: 'number', float: 'number', decimal: 'number', date: 'point', timestamp: 'point', timestamptz: 'point',
  time: 'time', duration: 'duration', text: 'text', bytes: 'bytes', keyword: 'keyword', uri: 'uri', oid: 'oid',
};

function checkComparable(type: ColumnType): void {
  const classes = new Set<string>();
  for (const leg of type.legs) {
    const found = EXTREME_CLASSES[leg.kind];
    if (found === undefined && type.legs.length === 1) throw new EngineError('datatype-mismatch', `Unsupported type in min/max aggregate: ${ednOfType(leg)}`);
    classes.add(found ?? leg.kind);
    if (found === undefined || classes.size > 1) throw new EngineError('datatype-mismatch', `Incomparable types in min/max aggregate: ${ednOfColumnType(type)}`);
  }
}

class Extreme implements Accumulator {
  readonly #sign: 1 | -1;
  readonly #finish: (winner: Exclude<Value, null>) => Value;
  #best: Value = null;
  constructor(sign: 1 | -1, finish: (winner: Exclude<Value, null>) => Value) { this.#sign = sign; this.#finish = finish; }
  add(value: Value): void {
    if (value === null) return;
    if (this.#best === null || compareValues(value, this.#best) * this.#sign > 0) this.#best = value;
  }
  result(): Value { return this.#best === null ? null : this.#finish(this.#best); }
}

const keep = (winner: Exclude<Value, null>): Value => winner;

const resolveExtreme = (name: 'min' | 'max') => ([type = NULL_TYPE]: readonly ColumnType[]): AggregateOverload => {
  checkComparable(type);
  const sign = name === 'max' ? 1 : -1;
  const common = type.legs.length > 1 ? commonType(type) : undefined;
  if (common === undefined) return { result: joinAll([type, NULL_TYPE]), create: () => new Extreme(sign, keep), kernel: type.legs.length === 1 ? name : undefined };
  return {
    result: nullable(common),
    create: (context) => new Extreme(sign, (winner) => resolveCast(typeOfValue(winner), { type: common })?.call(context, winner) ?? winner),
  };
};

const COUNT_ROWS: AggregateOverload = { result: notNull(INT64), kernel: 'count_rows', create: () => new RowCount() };
const COUNT_VALUES: AggregateOverload = { result: notNull(INT64), kernel: 'count', create: () => new ValueCount() };

export const BASIC_AGGREGATES: readonly AggregateDefinition[] = [
  aggregate({ name: 'count', arity: [0, 1], resolve: (args) => (args.length === 0 ? COUNT_ROWS : COUNT_VALUES), signature: 'COUNT(*) | COUNT([DISTINCT] x) → bigint', doc: 'Number of rows, or of values that are not NULL.', example: 'COUNT(*)' }),
  aggregate({ name: 'sum', resolve: resolveSum, signature: 'SUM([DISTINCT] x)', doc: 'Sum in the least type that holds all of the column\'s: an int stays an int. NULL without values.', example: 'SUM(x)' }),
  aggregate({ name: 'avg', resolve: resolveAverage, signature: 'AVG([DISTINCT] x) → double', doc: 'Mean as a double, of decimals too; of durations a duration.', example: 'AVG(x)' }),
  aggregate({ name: 'min', resolve: resolveExtreme('min'), signature: 'MIN(x)', doc: 'Least value.', example: 'MIN(x)' }),
  aggregate({ name: 'max', resolve: resolveExtreme('max'), signature: 'MAX(x)', doc: 'Greatest value.', example: 'MAX(x)' }),
];
