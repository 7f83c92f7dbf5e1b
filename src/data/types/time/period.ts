/**
 * Periods: half-open spans of instants, [from, to) in µs UTC, either side may be open.
 *
 *            |──── a ────)
 *   precedes                 |── b ──)        a ends before b begins, or where it begins
 *   overlaps         |────── b ──────)        they share an instant
 *   contains    |─ b ─)                       b lies within a
 *   leads       |───────── b ─────────)       a begins first and does not end last
 */
import { EngineError } from '../../../base/errors.ts';
import type { PeriodValue, ZonedTimestamp } from '../value.ts';
import { formatOffsetTimestamp } from './format.ts';
import type { TimePoint } from './local.ts';
import { toInstant } from './local.ts';
import { parseZonedTimestamp } from './parse.ts';
import { INT64_MAX, INT64_MIN } from './units.ts';

/** First µs; an open lower side is below everything. */
const startOf = (period: PeriodValue): bigint => period.from ?? INT64_MIN;
/** µs after the last one; an open upper side is above everything. */
const endOf = (period: PeriodValue): bigint => period.to ?? INT64_MAX;

export const instantAt = (micros: bigint): ZonedTimestamp => ({ kind: 'timestamptz', unit: 'us', value: micros, zone: 'UTC' });

/** [from, to). Throws 22000 unless from is before to. */
export function periodOf(from: bigint | null, to: bigint | null): PeriodValue {
  if (from !== null && to !== null && from >= to) {
    throw new EngineError('invalid-period', `'from' must be earlier than 'to' when constructing a period - 'from': ${formatOffsetTimestamp(instantAt(from))}, 'to': ${formatOffsetTimestamp(instantAt(to))}`);
  }
  return { kind: 'period', from, to };
}

/** PERIOD(from, to): points of any kind, local ones in the session's zone; NULL leaves the side open. */
export const periodBetween = (from: TimePoint | null, to: TimePoint | null, zone: string): PeriodValue =>
  periodOf(from === null ? null : toInstant(from, 'us', zone), to === null ? null : toInstant(to, 'us', zone));

/** Text `[from,to)` of timestamps with offset or zone; an empty side is open. Throws 22007, 22000. */
export function parsePeriod(text: string): PeriodValue {
  const match = /^\[([^,]*),([^)]*)\)$/.exec(text);
  if (match === null) throw new EngineError('invalid-datetime-format', `String '${text}' has invalid format for type period`, { hint: "A period is written as '[2020-01-01T00:00:00Z,2020-02-01T00:00:00Z)'." });
  const [from, to] = [match[1], match[2]].map((bound) => (bound === undefined || bound.trim() === '' ? null : parseZonedTimestamp(bound.trim().replace(/^"|"$/g, '')).value));
  return periodOf(from ?? null, to ?? null);
}

/** What both share; NULL if they are disjoint or merely meet. */
export function intersection(a: PeriodValue, b: PeriodValue): PeriodValue | null {
  const from = startOf(a) > startOf(b) ? a.from : b.from;
  const to = endOf(a) < endOf(b) ? a.to : b.to;
  return from !== null && to !== null && from >= to ? null : { kind: 'period', from, to };
}

/** Whether the instant (µs UTC) lies within. */
export const containsInstant = (period: PeriodValue, micros: bigint): boolean => startOf(period) <= micros && micros < endOf(period);

type PeriodTest = (a: PeriodValue, b: PeriodValue) => boolean;

/** The predicates between two periods by their names in the registry. */
export const PERIOD_PREDICATES = {
  overlaps: (a, b) => startOf(a) < endOf(b) && endOf(a) > startOf(b),
  strictly_overlaps: (a, b) => startOf(a) > startOf(b) && endOf(a) < endOf(b),
  equals: (a, b) => startOf(a) === startOf(b) && endOf(a) === endOf(b),
  contains: (a, b) => startOf(a) <= startOf(b) && endOf(a) >= endOf(b),
  strictly_contains: (a, b) => startOf(a) < startOf(b) && endOf(a) > endOf(b),
  precedes: (a, b) => endOf(a) <= startOf(b),
  strictly_precedes: (a, b) => endOf(a) < startOf(b),
  immediately_precedes: (a, b) => endOf(a) === startOf(b),
  succeeds: (a, b) => startOf(a) >= endOf(b),
  strictly_succeeds: (a, b) => startOf(a) > endOf(b),
  immediately_succeeds: (a, b) => startOf(a) === endOf(b),
  leads: (a, b) => startOf(a) < startOf(b) && endOf(a) <= endOf(b),
  strictly_leads: (a, b) => startOf(a) < startOf(b) && endOf(a) < endOf(b),
  immediately_leads: (a, b) => startOf(a) < startOf(b) && endOf(a) === endOf(b),
  lags: (a, b) => startOf(a) >= startOf(b) && endOf(a) > endOf(b),
  strictly_lags: (a, b) => startOf(a) > startOf(b) && endOf(a) > endOf(b),
  immediately_lags: (a, b) => startOf(a) === startOf(b) && endOf(a) > endOf(b),
} as const satisfies Record<string, PeriodTest>;

export type PeriodPredicate = keyof typeof PERIOD_PREDICATES;

/** Whether all of them share an instant. */
export function allOverlap(periods: readonly PeriodValue[]): boolean {
  let from = INT64_MIN;
  let to = INT64_MAX;
  for (const period of periods) {
    if (startOf(period) > from) from = startOf(period);
    if (endOf(period) < to) to = endOf(period);
  }
  return from < to;
}
