/**
 * Operators on time kinds. `timeOperator` is asked by the definitions of + - * / = <> < <= > >= and of the prefix operators.
 *
 *   +   point + duration, interval or time of day (either order) · duration + duration · interval + interval
 *   -   the same, and point - point → duration, date - date → days
 *   *   duration × number · interval × integer · period × period → what both share
 *   /   duration ÷ number · duration ÷ duration or interval → ratio · interval ÷ integer
 *   <   points in any mix (a string literal is read as the other side's kind) · equal kinds
 */
import type { Type } from '../../../data/types/type.ts';
import { BOOL, notNull } from '../../../data/types/type.ts';
import { compareTimes, timesEqual } from '../../../data/types/time/compare.ts';
import type { ComparableTime } from '../../../data/types/time/compare.ts';
import { absInterval, divideInterval, negateInterval, scaleInterval } from '../../../data/types/time/interval.ts';
import { isPointType, isTimeType } from '../../../data/types/time/type-join.ts';
import type { Duration, Interval, PeriodValue, Value } from '../../../data/types/value.ts';
import type { ArgumentType, Overload, ScalarCall } from '../../function.ts';
import { durationAt } from '../../../data/types/time/arithmetic.ts';
import { divideDuration, scaleDuration } from './duration-operators.ts';
import { literalComparison } from './literal-comparison.ts';
import { addition, subtraction } from './point-operators.ts';
import { intersection } from '../../../data/types/time/period.ts';

const raising = (result: Type, call: ScalarCall): Overload => ({ result: notNull(result), call, mayRaise: true });

/** The overload of an operator for these legs, where at least one is a time kind; undefined if there is none. */
export function timeOperator(name: string, args: readonly ArgumentType[]): Overload | undefined {
  const [first, second] = args;
  if (first?.type === undefined) return undefined;
  if (second === undefined) return prefixOperator(name, first.type);
  if (second.type === undefined || (!isTimeType(first.type) && !isTimeType(second.type))) return undefined;
  switch (name) {
    case '+': return addition(first.type, second.type);
    case '-': return subtraction(first.type, second.type);
    case '*': return multiplication(first.type, second.type);
    case '/': return division(first.type, second.type);
    case '=': case '<>': case '!=': case '<': case '<=': case '>': case '>=': return comparison(name, first, second);
    default: return undefined;
  }
}

function prefixOperator(name: string, type: Type): Overload | undefined {
  if (type.kind === 'interval') {
    if (name === '-x' || name === '-') return raising(type, (_, a) => negateInterval(a as Interval));
    if (name === 'abs') return raising(type, (_, a) => absInterval(a as Interval));
  }
  if (type.kind === 'duration' && name === 'abs') {
    return raising(type, (_, a) => { const { value, unit } = a as Duration; return durationAt(value < 0n ? -value : value, unit); });
  }
  return undefined;
}

function multiplication(a: Type, b: Type): Overload | undefined {
  if (a.kind === 'duration') return scaleDuration(a, b, (left, right) => [left as Duration, right]);
  if (b.kind === 'duration') return scaleDuration(b, a, (left, right) => [right as Duration, left]);
  if (a.kind === 'interval' && b.kind === 'int') return raising(a, (_, x, factor) => scaleInterval(x as Interval, integerOf(factor as Value)));
  if (a.kind === 'int' && b.kind === 'interval') return raising(b, (_, factor, x) => scaleInterval(x as Interval, integerOf(factor as Value)));
  if (a.kind === 'period' && b.kind === 'period') {
    return { result: { legs: [a], nullable: true }, call: (_, x, y) => intersection(x as PeriodValue, y as PeriodValue), mayRaise: false };
  }
  return undefined;
}

function division(a: Type, b: Type): Overload | undefined {
  if (a.kind === 'duration') return divideDuration(a, b);
  if (a.kind === 'interval' && b.kind === 'int') return raising(a, (_, x, divisor) => divideInterval(x as Interval, integerOf(divisor as Value)));
  return undefined;
}

const integerOf = (value: Value): bigint => (typeof value === 'bigint' ? value : BigInt((value as { readonly value: number }).value));

type Comparison = '=' | '<>' | '!=' | '<' | '<=' | '>' | '>=';

const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': (order) => order === 0, '<>': (order) => order !== 0, '!=': (order) => order !== 0,
  '<': (order) => order < 0, '<=': (order) => order <= 0, '>': (order) => order > 0, '>=': (order) => order >= 0,
};

function comparison(name: Comparison, a: ArgumentType, b: ArgumentType): Overload | undefined {
  const [left, right] = [a.type as Type, b.type as Type];
  const prepared = literalComparison(a, b, HOLDS[name]);
  if (prepared !== undefined) return prepared;
  const bothPoints = isPointType(left) && isPointType(right);
  const isComparable = bothPoints || (left.kind === right.kind && left.kind !== 'period');
  return isComparable ? { result: notNull(BOOL), call: comparisonCall(name), mayRaise: left.kind === 'interval' } : undefined;
}

function comparisonCall(name: Comparison): ScalarCall {
  if (name === '=') return (context, x, y) => timesEqual(x as ComparableTime, y as ComparableTime, context.zone);
  if (name === '<>' || name === '!=') return (context, x, y) => !timesEqual(x as ComparableTime, y as ComparableTime, context.zone);
  const holds = HOLDS[name];
  return (context, x, y) => holds(compareTimes(x as ComparableTime, y as ComparableTime, context.zone));
}
