/**
 * The time of the statement. All of it comes from `clockMicros`, so it stands still within a statement.
 *
 *   current_timestamp, now         instant in the session's zone
 *   current_date, current_time     in UTC
 *   local_date, local_time, local_timestamp    on the session's clock
 */
import { EngineError } from '../../../base/errors.ts';
import type { Type } from '../../../data/types/type.ts';
import { DATE, notNull, TEXT } from '../../../data/types/type.ts';
import { dateAt, daysOf, instantToLocal, timeAt, timeOf, timestampAt, zonedAt } from '../../../data/types/time/local.ts';
import { keepDigits, rescalePoint, unitOfPrecision } from '../../../data/types/time/units.ts';
import { zoneOf } from '../../../data/types/time/zone.ts';
import type { TimeUnit, Value } from '../../../data/types/value.ts';
import type { ArgumentType, EvaluationContext, FunctionDefinition, Overload } from '../../function.ts';
import { scalar } from '../definition.ts';

const utcMicros = (context: EvaluationContext): bigint => context.clockMicros;
const localMicros = (context: EvaluationContext): bigint => instantToLocal(context.clockMicros, 'us', zoneOf(context.zone));

interface Precision { readonly digits: number; readonly unit: TimeUnit }

/** The precision argument: a literal, brought into 0 to 9; 6 without one. */
function precisionOf(argument: ArgumentType | undefined): Precision {
  if (argument === undefined) return { digits: 6, unit: 'us' };
  const { literal } = argument;
  if (argument.type?.kind !== 'int' || (typeof literal !== 'bigint' && typeof literal !== 'object')) {
    throw new EngineError('invalid-parameter-value', 'The precision of a current time must be an integer literal');
  }
  const given = Number(typeof literal === 'bigint' ? literal : (literal as unknown as { readonly value: number }).value);
  const digits = Math.min(9, Math.max(0, given));
  return { digits, unit: unitOfPrecision(digits) };
}

const fit = (micros: bigint, { unit, digits }: Precision): bigint => keepDigits(rescalePoint(micros, 'us', unit), unit, digits);

interface ClockParts {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly type: (precision: Precision, zone: string) => Type;
  readonly value: (context: EvaluationContext, precision: Precision, zone: string) => Value;
  readonly doc: string;
  readonly isPrecise: boolean;
}

function clock(parts: ClockParts): FunctionDefinition {
  const { name, aliases = [], doc, isPrecise } = parts;
  const resolve = (args: readonly ArgumentType[], zone = 'UTC'): Overload => {
    const precision = precisionOf(args[0]);
    return { result: notNull(parts.type(precision, zone)), call: (context) => parts.value(context, precision, zone), mayRaise: false };
  };
  return scalar('time', { name, aliases, arity: isPrecise ? [0, 1] : 0, volatility: 'stable', resolve, signature: `${name}${isPrecise ? '[(digits)]' : '[()]'}`, doc, example: `${name.toUpperCase()}${name === 'current_timezone' ? '()' : ''}` });
}

export const CURRENT_TIME_FUNCTIONS: readonly FunctionDefinition[] = [
  clock({
    name: 'current_timestamp', aliases: ['now'], isPrecise: true, doc: 'The time of the statement, in the session\'s zone.',
    type: ({ unit }, zone) => ({ kind: 'timestamptz', unit, zone }),
    value: (context, precision, zone) => zonedAt(fit(utcMicros(context), precision), precision.unit, zone),
  }),
  clock({ name: 'current_date', isPrecise: false, doc: 'Today in UTC.', type: () => DATE, value: (context) => dateAt(daysOf(utcMicros(context), 'us')) }),
  clock({
    name: 'current_time', isPrecise: true, doc: 'The time of day in UTC.',
    type: ({ unit }) => ({ kind: 'time', unit }), value: (context, precision) => timeAt(fit(timeOf(utcMicros(context), 'us'), precision), precision.unit),
  }),
  clock({ name: 'local_date', aliases: ['localdate'], isPrecise: false, doc: 'Today in the session\'s zone.', type: () => DATE, value: (context) => dateAt(daysOf(localMicros(context), 'us')) }),
  clock({
    name: 'local_time', aliases: ['localtime'], isPrecise: true, doc: 'The time of day in the session\'s zone.',
    type: ({ unit }) => ({ kind: 'time', unit }), value: (context, precision) => timeAt(fit(timeOf(localMicros(context), 'us'), precision), precision.unit),
  }),
  clock({
    name: 'local_timestamp', aliases: ['localtimestamp'], isPrecise: true, doc: 'Date and time of day in the session\'s zone.',
    type: ({ unit }) => ({ kind: 'timestamp', unit }), value: (context, precision) => timestampAt(fit(localMicros(context), precision), precision.unit),
  }),
  clock({ name: 'current_timezone', isPrecise: false, doc: 'The name of the session\'s zone.', type: () => TEXT, value: (context) => context.zone }),
];
