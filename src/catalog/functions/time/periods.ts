/**
 * Periods: constructor, bounds, the 17 predicates.
 *
 * A NULL operand of a predicate is a period whose start is unknown and whose end is open: `NULL PRECEDES p` is FALSE, because an
 * open end precedes nothing, while most other predicates are NULL. XTDB defines them so, by LOWER and COALESCE(UPPER, ∞).
 */
import { containsInstant, instantAt, PERIOD_PREDICATES, allOverlap, periodBetween } from '../../../data/types/time/period.ts';
import type { PeriodPredicate } from '../../../data/types/time/period.ts';
import type { TimePoint } from '../../../data/types/time/local.ts';
import { toInstant } from '../../../data/types/time/local.ts';
import { isPointType } from '../../../data/types/time/type-join.ts';
import { BOOL, INSTANT, notNull, nullable, PERIOD } from '../../../data/types/type.ts';
import type { Type } from '../../../data/types/type.ts';
import type { PeriodValue, Value } from '../../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition, Overload, ScalarCall } from '../../function.ts';
import { scalar } from '../definition.ts';

const isBound = (type: Type | undefined): boolean => type === undefined || isPointType(type);

function resolvePeriod(args: readonly ArgumentType[]): Overload | undefined {
  if (args.length !== 2 || !args.every(({ type }) => isBound(type))) return undefined;
  return {
    result: notNull(PERIOD), mayRaise: true,
    call: (context, from, to) => periodBetween(from as TimePoint | null, to as TimePoint | null, context.zone),
  };
}

const isPeriod = (type: Type | undefined): boolean => type === undefined || type.kind === 'period';

/** FALSE where one operand is NULL and the end of the other side decides alone; else NULL. */
function withNullOperand(name: PeriodPredicate, a: Value, b: Value): boolean | null {
  const leftEndDecides = name === 'precedes' || name === 'strictly_precedes' || name === 'immediately_precedes';
  const rightEndDecides = name === 'succeeds' || name === 'strictly_succeeds' || name === 'immediately_succeeds';
  if (leftEndDecides && a === null && b !== null) return false;
  if (rightEndDecides && b === null && a !== null) return false;
  return null;
}

function predicateCall(name: PeriodPredicate): ScalarCall {
  const holds = PERIOD_PREDICATES[name];
  return (_, a, b) => (a === null || b === null ? withNullOperand(name, a as Value, b as Value) : holds(a as PeriodValue, b as PeriodValue));
}

function resolvePredicate(name: PeriodPredicate, args: readonly ArgumentType[]): Overload | undefined {
  const [left, right] = [args[0]?.type, args[1]?.type];
  if (!isPeriod(left)) return undefined;
  if (isPeriod(right)) return { result: nullable(BOOL), call: predicateCall(name), mayRaise: false };
  if (name !== 'contains' || right === undefined || !isPointType(right)) return undefined;
  return {
    result: nullable(BOOL), mayRaise: false,
    call: (context, a, b) => (a === null || b === null ? null : containsInstant(a as PeriodValue, toInstant(b as TimePoint, 'us', context.zone))),
  };
}

/** OVERLAPS(p1, p2, …): whether all share an instant. With two it is the predicate. */
function resolveOverlaps(args: readonly ArgumentType[]): Overload | undefined {
  if (!args.every(({ type }) => isPeriod(type))) return undefined;
  return {
    result: nullable(BOOL), mayRaise: false,
    call: (_, ...periods) => (periods.includes(null) ? null : allOverlap(periods as unknown as readonly PeriodValue[])),
  };
}

const PREDICATE_DOCS: Readonly<Record<PeriodPredicate, string>> = {
  overlaps: 'All periods share an instant.',
  strictly_overlaps: 'a lies within b and touches neither of its ends.',
  equals: 'Both begin and end at the same instants.',
  contains: 'a holds all of the period, or the point in time, b.',
  strictly_contains: 'a begins before b and ends after it.',
  precedes: 'a ends before b begins, or where it begins.',
  strictly_precedes: 'a ends before b begins.',
  immediately_precedes: 'a ends where b begins.',
  succeeds: 'a begins after b ends, or where it ends.',
  strictly_succeeds: 'a begins after b ends.',
  immediately_succeeds: 'a begins where b ends.',
  leads: 'a begins before b and does not end after it.',
  strictly_leads: 'a begins and ends before b.',
  immediately_leads: 'a begins before b and ends where it ends.',
  lags: 'a does not begin before b and ends after it.',
  strictly_lags: 'a begins and ends after b.',
  immediately_lags: 'a begins where b begins and ends after it.',
};

const predicate = (name: PeriodPredicate): FunctionDefinition => scalar('period', {
  name, arity: name === 'overlaps' ? [2, Infinity] : 2, nulls: 'handled',
  resolve: name === 'overlaps' ? resolveOverlaps : (args) => resolvePredicate(name, args),
  signature: `a ${name.toUpperCase().replaceAll('_', ' ')} b → boolean`, doc: PREDICATE_DOCS[name],
  example: `PERIOD(DATE '2020-01-01', DATE '2020-02-01') ${name.toUpperCase().replaceAll('_', ' ')} PERIOD(DATE '2020-01-15', NULL)`,
});

const openSide = (name: 'lower_inf' | 'upper_inf', side: 'from' | 'to'): FunctionDefinition => scalar('period', {
  name, arity: 1, signature: `${name.toUpperCase()}(period) → boolean`, doc: `Whether the period is open at its ${side === 'from' ? 'start' : 'end'}.`,
  resolve: ([argument]) => (argument?.type?.kind === 'period' ? { result: notNull(BOOL), call: (_, period) => (period as PeriodValue)[side] === null, mayRaise: false } : undefined),
  example: `${name.toUpperCase()}(PERIOD(DATE '2020-01-01', NULL))`,
});

/** Overloads of functions that share their name with others: LOWER and UPPER of a period are its bounds, NULL where it is open. DIFFERS: XTDB has the least instant for an open LOWER. */
export function timeOverload(name: string, args: readonly ArgumentType[]): Overload | undefined {
  if (args[0]?.type?.kind !== 'period' || args.length !== 1) return undefined;
  const side = name === 'lower' ? 'from' : name === 'upper' ? 'to' : undefined;
  if (side === undefined) return undefined;
  return {
    result: nullable(INSTANT), mayRaise: false,
    call: (_, period) => { const bound = (period as PeriodValue)[side]; return bound === null ? null : instantAt(bound); },
  };
}

export const PERIOD_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('period', {
    name: 'period', aliases: ['tstzrange'], arity: 2, nulls: 'handled', resolve: resolvePeriod, signature: 'PERIOD(from, to) → period',
    doc: 'The instants from the first on and before the second; NULL leaves a side open. Dates and local timestamps are read in the session\'s zone.',
    example: "PERIOD(DATE '2020-01-01', NULL)",
  }),
  ...(Object.keys(PERIOD_PREDICATES) as PeriodPredicate[]).map(predicate),
  openSide('lower_inf', 'from'),
  openSide('upper_inf', 'to'),
];
