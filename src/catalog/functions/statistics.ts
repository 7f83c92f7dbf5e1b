/** Variances, deviations and percentiles. */
import { EngineError } from '../../base/errors.ts';
import { isNumeric, joinAll } from '../../data/types/column-type.ts';
import { asDouble } from '../../data/types/numeric.ts';
import { ednOfColumnType } from '../../data/types/edn.ts';
import { FLOAT64, NULL_TYPE, nullable } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { Accumulator, AggregateDefinition, AggregateOverload } from '../function.ts';
import { alwaysNull } from './aggregates.ts';
import { aggregate } from './definition.ts';

function checkNumeric(name: string, type: ColumnType): void {
  if (!type.legs.every(isNumeric)) throw new EngineError('datatype-mismatch', `Cannot compute ${name.toUpperCase()} over type ${ednOfColumnType(type)}`);
}

/** Mean and squared deviations kept up row by row (Welford), which does not lose digits as Σx² does. */
class Variance implements Accumulator {
  readonly #isSample: boolean;
  readonly #isDeviation: boolean;
  #count = 0;
  #mean = 0;
  #squares = 0;
  constructor(isSample: boolean, isDeviation: boolean) { this.#isSample = isSample; this.#isDeviation = isDeviation; }
  add(value: Value): void {
    if (value === null) return;
    const x = asDouble(value);
    this.#count += 1;
    const before = x - this.#mean;
    this.#mean += before / this.#count;
    this.#squares += before * (x - this.#mean);
  }
  result(): Value {
    const divisor = this.#isSample ? this.#count - 1 : this.#count;
    if (divisor < 1) return null;
    const variance = this.#squares / divisor;
    return this.#isDeviation ? Math.sqrt(variance) : variance;
  }
}

const variance = (name: string, aliases: readonly string[], isSample: boolean, isDeviation: boolean): AggregateDefinition => aggregate({
  name, aliases, signature: `${name.toUpperCase()}(x) → double`, example: `${name.toUpperCase()}(x)`,
  doc: `${isDeviation ? 'Standard deviation' : 'Variance'} of ${isSample ? 'a sample; NULL for fewer than two values' : 'the whole population'}.`,
  resolve: ([type = NULL_TYPE]) => {
    if (type.legs.length === 0) return alwaysNull;
    checkNumeric(name, type);
    return { result: nullable(FLOAT64), create: () => new Variance(isSample, isDeviation) };
  },
});

/** `literals[0]` is the fraction where it is a literal; else it comes with the rows. */
function fractionOf(value: Value): number {
  const fraction = asDouble(value);
  if (!(fraction >= 0 && fraction <= 1)) throw new EngineError('invalid-parameter-value', `A percentile fraction must be between 0 and 1, found ${fraction}`);
  return fraction;
}

/** Rows arrive in the order of WITHIN GROUP; NULLs do not count. */
class Percentile implements Accumulator {
  readonly #isContinuous: boolean;
  #fraction: number | undefined;
  readonly #values: Value[] = [];
  constructor(isContinuous: boolean) { this.#isContinuous = isContinuous; }
  add(fraction: Value, value: Value): void {
    if (fraction !== null) this.#fraction ??= fractionOf(fraction);
    if (value !== null && value !== undefined) this.#values.push(value);
  }
  result(): Value {
    const values = this.#values;
    if (this.#fraction === undefined || values.length === 0) return null;
    if (!this.#isContinuous) return values[Math.max(Math.ceil(this.#fraction * values.length) - 1, 0)] ?? null;
    const position = this.#fraction * (values.length - 1);
    const low = asDouble(values[Math.floor(position)] as Value);
    const high = asDouble(values[Math.ceil(position)] as Value);
    return low + (high - low) * (position - Math.floor(position));
  }
}

const percentile = (name: string, isContinuous: boolean, doc: string): AggregateDefinition => aggregate({
  name, arity: [2, 2], signature: `${name.toUpperCase()}(fraction) WITHIN GROUP (ORDER BY x)`, doc, example: `${name.toUpperCase()}(0.5) WITHIN GROUP (ORDER BY x)`,
  resolve: ([fraction = NULL_TYPE, type = NULL_TYPE], literals): AggregateOverload => {
    if (!fraction.legs.every(isNumeric)) throw new EngineError('datatype-mismatch', `The fraction of ${name.toUpperCase()} must be a number, found ${ednOfColumnType(fraction)}`);
    const [literal] = literals;
    if (literal !== undefined && literal !== null) fractionOf(literal);
    if (isContinuous) checkNumeric(name, type);
    return { result: isContinuous ? nullable(FLOAT64) : joinAll([type, NULL_TYPE]), create: () => new Percentile(isContinuous), keepsRows: true };
  },
});

export const STATISTICAL_AGGREGATES: readonly AggregateDefinition[] = [
  variance('var_pop', [], false, false),
  variance('var_samp', ['variance'], true, false),
  variance('stddev_pop', [], false, true),
  variance('stddev_samp', ['stddev'], true, true),
  percentile('percentile_cont', true, 'The value below which this fraction lies, interpolated between the two nearest.'),
  percentile('percentile_disc', false, 'The first value at which this fraction of the rows is reached.'),
];
