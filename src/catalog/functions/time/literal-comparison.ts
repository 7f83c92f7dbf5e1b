/**
 * Comparison of a point in time with a literal, prepared once:
 *
 *   timestamptz '…' beside a string     the string is read as that kind of point
 *   date < timestamp literal            by days: the literal's day and whether anything of that day has passed
 *   timestamp < date literal            by int64: the date's midnight in the column's unit
 */
import { EngineError } from '../../../base/errors.ts';
import { compareAmounts, comparePoints } from '../../../data/types/time/compare.ts';
import type { TimePoint } from '../../../data/types/time/local.ts';
import { daysOf, midnightOf, timeOf } from '../../../data/types/time/local.ts';
import { parseDate, parseLocalTimestamp, parseZonedTimestamp } from '../../../data/types/time/parse.ts';
import { isPointType } from '../../../data/types/time/type-join.ts';
import type { PointType } from '../../../data/types/time/type-join.ts';
import { BOOL, notNull } from '../../../data/types/type.ts';
import { isTagged } from '../../../data/types/value.ts';
import type { DateValue, Timestamp } from '../../../data/types/value.ts';
import type { ArgumentType, EvaluationContext, Overload } from '../../function.ts';

/** Sign of value − literal. */
type Order = (value: TimePoint, context: EvaluationContext) => number;

/** The comparison if one side is a literal that can be prepared; `holds` says what the sign of left − right must be. */
export function literalComparison(left: ArgumentType, right: ArgumentType, holds: (order: number) => boolean): Overload | undefined {
  const forward = orderAgainst(left, right);
  if (forward !== undefined) return overloadOf(forward, (order) => (context, a) => holds(order(a as TimePoint, context)));
  const backward = orderAgainst(right, left);
  if (backward === undefined) return undefined;
  return overloadOf(backward, (order) => (context, _, b) => holds(-order(b as TimePoint, context)));
}

const result = notNull(BOOL);

function overloadOf(order: Order | EngineError, call: (order: Order) => Overload['call']): Overload {
  return order instanceof EngineError ? { result, mayRaise: true, call: () => { throw order; } } : { result, mayRaise: false, call: call(order) };
}

/** An error stands for a string that cannot be read; it is raised where a row needs the comparison. */
function orderAgainst(column: ArgumentType, { type, literal }: ArgumentType): Order | EngineError | undefined {
  if (column.type === undefined || !isPointType(column.type) || literal === undefined) return undefined;
  if (type?.kind === 'text' && typeof literal === 'string') return orderAgainstText(column.type, literal);
  if (!isTagged(literal)) return undefined;
  if (column.type.kind === 'date' && literal.kind === 'timestamp') return orderOfDates(literal);
  if (column.type.kind === 'timestamp' && literal.kind === 'date') {
    const { unit } = column.type;
    const midnight: Timestamp = { kind: 'timestamp', unit, value: midnightOf(literal.days, unit) };
    return (value) => compareAmounts(value as Timestamp, midnight);
  }
  return undefined;
}

function orderAgainstText(type: PointType, text: string): Order | EngineError {
  try {
    const point = parsePoint(text, type);
    return (value, context) => comparePoints(value, point, context.zone);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
}

function parsePoint(text: string, type: PointType): TimePoint {
  switch (type.kind) {
    case 'date': return parseDate(text);
    case 'timestamp': return parseLocalTimestamp(text, type.unit);
    case 'timestamptz': return parseZonedTimestamp(text, type.unit);
  }
}

function orderOfDates(literal: Timestamp): Order {
  const day = daysOf(literal.value, literal.unit);
  const onTheDay = timeOf(literal.value, literal.unit) === 0n ? 0 : -1;
  return (value) => { const { days } = value as DateValue; return days < day ? -1 : days > day ? 1 : onTheDay; };
}
