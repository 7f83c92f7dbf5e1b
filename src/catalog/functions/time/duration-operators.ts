/** Durations times and divided by numbers and spans. The result keeps the duration's unit; what is finer is cut off. */
import { EngineError } from '../../../base/errors.ts';
import type { Type } from '../../../data/types/type.ts';
import { INT64, notNull } from '../../../data/types/type.ts';
import { durationAt } from '../../../data/types/time/arithmetic.ts';
import { intervalToNanos } from '../../../data/types/time/cast-interval.ts';
import { finerUnit, rescaleSpan } from '../../../data/types/time/units.ts';
import type { Decimal, Duration, Interval, Value } from '../../../data/types/value.ts';
import type { Overload } from '../../function.ts';

type DurationType = Extract<Type, { kind: 'duration' }>;

const divisionByZero = (): EngineError => new EngineError('division-by-zero', 'data exception - division by zero');

/** Whole units of a double; NaN counts as none, as Java has it. Throws 22008. */
function wholeUnits(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (!Number.isFinite(value)) throw new EngineError('datetime-overflow', 'duration out of range');
  return BigInt(Math.trunc(value));
}

const doubleOf = (value: Value): number => (typeof value === 'number' ? value : (value as { readonly value: number }).value);
const integerOf = (value: Value): bigint => (typeof value === 'bigint' ? value : BigInt((value as { readonly value: number }).value));

type Split = (a: Value, b: Value) => readonly [Duration, Value];

/** duration × number in either order; `split` tells which argument is which. */
export function scaleDuration(type: DurationType, factor: Type, split: Split): Overload | undefined {
  const scaled = (amount: (value: bigint, factor: Value) => bigint): Overload => ({
    result: notNull(type), mayRaise: true,
    call: (_, a, b) => { const [duration, number] = split(a as Value, b as Value); return durationAt(amount(duration.value, number), duration.unit); },
  });
  switch (factor.kind) {
    case 'int': return scaled((value, number) => value * integerOf(number));
    case 'float': return scaled((value, number) => wholeUnits(Number(value) * doubleOf(number)));
    case 'decimal': return scaled((value, number) => { const { unscaled, scale } = number as Decimal; return (value * unscaled) / 10n ** BigInt(scale); });
    default: return undefined;
  }
}

export function divideDuration(type: DurationType, divisor: Type): Overload | undefined {
  const divided = (amount: (value: bigint, divisor: Value) => bigint): Overload => ({
    result: notNull(type), mayRaise: true,
    call: (_, a, b) => durationAt(amount((a as Duration).value, b as Value), (a as Duration).unit),
  });
  switch (divisor.kind) {
    case 'int': return divided((value, number) => quotient(value, integerOf(number)));
    case 'float': return divided((value, number) => divideByDouble(value, doubleOf(number)));
    case 'decimal': return divided((value, number) => { const { unscaled, scale } = number as Decimal; return quotient(value * 10n ** BigInt(scale), unscaled); });
    case 'duration': return ratio((b, unit) => rescaleSpan((b as Duration).value, (b as Duration).unit, unit), finerUnit(type.unit, divisor.unit));
    case 'interval': return ratio((b, unit) => rescaleSpan(intervalToNanos(b as Interval), 'ns', unit), type.unit);
    default: return undefined;
  }
}

function quotient(value: bigint, divisor: bigint): bigint {
  if (divisor === 0n) throw divisionByZero();
  return value / divisor;
}

function divideByDouble(value: bigint, divisor: number): bigint {
  if (divisor === 0) throw divisionByZero();
  if (Number.isNaN(divisor)) throw new EngineError('data-exception', 'a duration cannot be divided by NaN');
  return wholeUnits(Number(value) / divisor);
}

function ratio(spanOf: (divisor: Value, unit: Duration['unit']) => bigint, unit: Duration['unit']): Overload {
  return {
    result: notNull(INT64), mayRaise: true,
    call: (_, a, b) => quotient(rescaleSpan((a as Duration).value, (a as Duration).unit, unit), spanOf(b as Value, unit)),
  };
}
