/** AGE and the sleeping functions. */
import { EngineError } from '../../../base/errors.ts';
import { ageBetween } from '../../../data/types/time/arithmetic.ts';
import { resolveTimeCast } from '../../../data/types/time/cast.ts';
import type { TimePoint } from '../../../data/types/time/local.ts';
import { toLocal } from '../../../data/types/time/local.ts';
import { isPointType } from '../../../data/types/time/type-join.ts';
import type { PointType } from '../../../data/types/time/type-join.ts';
import { NULL_TYPE, FLOAT64, notNull } from '../../../data/types/type.ts';
import type { Type } from '../../../data/types/type.ts';
import type { Decimal, Duration, Value } from '../../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition, Overload } from '../../function.ts';
import { scalar } from '../definition.ts';

const hasNanos = (type: PointType): boolean => type.kind !== 'date' && type.unit === 'ns';

function resolveAge(args: readonly ArgumentType[]): Overload | undefined {
  const [end, start] = [args[0]?.type, args[1]?.type];
  if (end === undefined || start === undefined || !isPointType(end) || !isPointType(start)) return undefined;
  const form = hasNanos(end) || hasNanos(start) ? 'month-day-nano' : 'month-day-micro';
  return {
    result: notNull({ kind: 'interval', form }), mayRaise: false,
    call: (context, a, b) => ageBetween(toLocal(a as TimePoint, context.zone), toLocal(b as TimePoint, context.zone)),
  };
}

const MILLIS: Type = { kind: 'duration', unit: 'ms' };

/** Seconds as a double, from any number. */
function secondsOf(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  const number = value as { readonly kind: string; readonly value: number } | Decimal;
  return number.kind === 'decimal' ? Number((number as Decimal).unscaled) / 10 ** (number as Decimal).scale : (number as { readonly value: number }).value;
}

/** How long a value tells to sleep; text, intervals, times and durations through their casts to DURATION. */
function resolveSleep(args: readonly ArgumentType[]): Overload | undefined {
  const type = args[0]?.type;
  if (type === undefined) return undefined;
  const isNumber = type.kind === 'int' || type.kind === 'float' || type.kind === 'decimal';
  const cast = resolveTimeCast(isNumber ? FLOAT64 : type, { type: MILLIS });
  if (cast === undefined) return undefined;
  return {
    result: NULL_TYPE, mayRaise: true,
    call: (context, value) => {
      const duration = cast.call(context, isNumber ? secondsOf(value as Value) : value as Value) as Duration;
      if (duration.value < 0n) throw new EngineError('invalid-parameter-value', 'cannot sleep for a negative time');
      context.sleep(duration.value * 1000n);
      return null;
    },
  };
}

export const TIME_SPAN_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('time', {
    name: 'age', arity: 2, resolve: resolveAge, signature: 'AGE(end, start) → interval',
    doc: 'From start to end in months, days and the time that is left; both on the session\'s clock.', example: "AGE(DATE '2024-02-01', DATE '2023-01-01')",
  }),
  scalar('time', { name: 'pg_sleep', arity: 1, volatility: 'volatile', resolve: resolveSleep, signature: 'PG_SLEEP(seconds) → NULL', doc: 'Waits so many seconds.', example: 'PG_SLEEP(0.1)' }),
  scalar('time', { name: 'pg_sleep_for', arity: 1, volatility: 'volatile', resolve: resolveSleep, signature: 'PG_SLEEP_FOR(duration) → NULL', doc: 'Waits for a duration, interval or text such as \'5 minutes\'.', example: "PG_SLEEP_FOR('100 milliseconds')" }),
];
