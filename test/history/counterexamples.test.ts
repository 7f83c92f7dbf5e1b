/**
 * The counterexamples of the tempting shortcuts, one by one: each history is swept as a delta, and settled at every possible point.
 * Written as in the design: `put#0@1[1,7)` is event 0 of system time 1.
 */
import { describe, expect, test } from 'vitest';
import { MICROS_MAX, MICROS_MIN } from '../../src/catalog/table-source.ts';
import { close, isDead, type Closing } from '../../src/storage/temporal/polygon.ts';
import { OP_DELETE, OP_ERASE, OP_PUT, resolveEvents, type EntityEvents, type TemporalBounds } from '../../src/storage/temporal/resolve.ts';
import { resolveSettledRow } from '../../src/storage/temporal/settled-row.ts';

interface Event { readonly op: number; readonly time: bigint; readonly from: bigint; readonly to: bigint }

const put = (time: bigint, from: bigint, to = MICROS_MAX): Event => ({ op: OP_PUT, time, from, to });
const remove = (time: bigint, from = MICROS_MIN, to = MICROS_MAX): Event => ({ op: OP_DELETE, time, from, to });
const erase = (time: bigint): Event => ({ op: OP_ERASE, time, from: MICROS_MIN, to: MICROS_MAX });

const ALL = { from: MICROS_MIN, to: MICROS_MAX };
const asOf = (instant: bigint): typeof ALL => ({ from: instant, to: instant + 1n });
const fromTo = (from: bigint, to: bigint): typeof ALL => ({ from, to });

function entity(events: readonly Event[], firstSeq: number): EntityEvents {
  return {
    count: events.length, seq: events.map((_, index) => firstSeq + index), systemFrom: events.map((event) => event.time),
    validFrom: events.map((event) => event.from), validTo: events.map((event) => event.to), op: events.map((event) => event.op),
  };
}

const show = (instant: bigint): string => (instant === MICROS_MAX ? '∞' : instant === MICROS_MIN ? '-∞' : String(instant));
const row = (event: number, from: bigint, to: bigint, systemTo: bigint): string => `#${event} [${show(from)},${show(to)}) to ${show(systemTo)}`;

function scan(events: readonly Event[], settledCount: number, bounds: TemporalBounds): string[] {
  const rows: string[] = [];
  const delta = entity(events.slice(settledCount), settledCount);
  for (let index = 0; index < settledCount; index++) {
    const event = events[index] as Event;
    const later = events.slice(index + 1, settledCount);
    if (event.op !== OP_PUT || later.some((other) => other.op === OP_ERASE)) continue;
    const span = { validFrom: event.from, validTo: event.to };
    let closings: readonly Closing[] = [];
    for (const other of later) closings = close(span, closings, { validFrom: other.from, validTo: other.to }, other.time);
    resolveSettledRow({ ...span, seq: index, systemFrom: event.time }, closings, delta, bounds, (from, to, systemTo) => { rows.push(row(index, from, to, systemTo)); });
  }
  resolveEvents(delta, bounds, { piece: (at, from, to, systemTo) => { rows.push(row(settledCount + at, from, to, systemTo)); } });
  return rows.sort();
}

/** The same answer wherever the history is settled. */
function rowsOf(events: readonly Event[], valid: typeof ALL, system: typeof ALL): string[] {
  const bounds: TemporalBounds = { validFrom: valid.from, validTo: valid.to, systemFrom: system.from, systemTo: system.to, clamp: false };
  const answers = Array.from({ length: events.length + 1 }, (_, settledCount) => scan(events, settledCount, bounds));
  for (const other of answers) expect(other).toEqual(answers[0]);
  return answers[0] as string[];
}

describe('counterexamples of the tempting shortcuts', () => {
  test('a closing above the basis is undone before pieces are filtered and joined', () => {
    expect(rowsOf([put(1n, 1n, 7n), remove(2n, 1n, 5n)], asOf(5n), asOf(1n))).toEqual(['#0 [1,7) to ∞']);
  });
  test('a closing at the exclusive upper bound has not happened', () => {
    expect(rowsOf([put(1n, 4n, 7n), remove(2n)], ALL, fromTo(1n, 2n))).toEqual(['#0 [4,7) to ∞']);
  });
  test('closed pieces with equal ends stay apart', () => {
    expect(rowsOf([put(1n, 5n), remove(2n, 6n, 8n), put(2n, 4n)], ALL, ALL)).toEqual(['#0 [5,6) to 2', '#0 [6,8) to 2', '#0 [8,∞) to 2', '#2 [4,∞) to ∞']);
  });
  test('an erase counts at every basis', () => {
    expect(rowsOf([put(1n, 0n), erase(2n)], ALL, asOf(1n))).toEqual([]);
  });
  test('a put after an erase is seen, what the erase took is not', () => {
    expect(rowsOf([put(1n, 0n), erase(2n), put(3n, 2n)], ALL, ALL)).toEqual(['#2 [2,∞) to ∞']);
  });
  test('deletes close as puts do', () => {
    expect(rowsOf([put(1n, 4n), remove(3n, 0n, 6n)], ALL, ALL)).toEqual(['#0 [4,6) to 3', '#0 [6,∞) to ∞']);
  });
  test('a row is closed by events that a predicate would not show', () => {
    expect(rowsOf([put(1n, 7n, 10n), put(1n, 5n)], ALL, ALL)).toEqual(['#1 [5,∞) to ∞']);
  });
  test('a row is cut by events outside the valid range that is asked for', () => {
    expect(rowsOf([put(1n, MICROS_MIN, 5n), put(3n, 4n)], asOf(3n), ALL)).toEqual(['#0 [-∞,4) to ∞']);
  });
  test('an older basis sees one row where a later event split it', () => {
    const events = [put(1n, 0n), remove(2n, 0n, 5n)];
    expect(rowsOf(events, ALL, asOf(1n))).toEqual(['#0 [0,∞) to ∞']);
    expect(rowsOf(events, ALL, asOf(2n))).toEqual(['#0 [5,∞) to ∞']);
  });
  test('parts that were closed in the transaction that wrote them are never seen, and stay closed', () => {
    expect(rowsOf([put(1n, 0n, 9n), put(1n, 2n, 4n)], ALL, ALL)).toEqual(['#0 [0,2) to ∞', '#0 [4,9) to ∞', '#1 [2,4) to ∞']);
    expect(rowsOf([put(1n, 0n, 9n), put(1n, 2n, 4n), remove(2n)], ALL, ALL)).toEqual(['#0 [0,2) to 2', '#0 [4,9) to 2', '#1 [2,4) to 2']);
  });
  test('a closed part keeps its end when it is covered again', () => {
    expect(rowsOf([put(1n, 0n, 9n), remove(2n, 2n, 4n), remove(3n)], ALL, ALL)).toEqual(['#0 [0,2) to 3', '#0 [2,4) to 2', '#0 [4,9) to 3']);
  });
  test('valid periods are cut to the bounds only when asked', () => {
    const events = [put(1n, 0n, 9n)];
    const bounds = { validFrom: 2n, validTo: 5n, systemFrom: MICROS_MIN, systemTo: MICROS_MAX };
    for (const settledCount of [0, 1]) {
      expect(scan(events, settledCount, { ...bounds, clamp: false })).toEqual(['#0 [0,9) to ∞']);
      expect(scan(events, settledCount, { ...bounds, clamp: true })).toEqual(['#0 [2,5) to ∞']);
    }
  });
  test('a row all of which ended in its own transaction is dead, one with a part left is not', () => {
    const span = { validFrom: 0n, validTo: 9n, systemFrom: 1n };
    const whole = close(span, [], { validFrom: 0n, validTo: 9n }, 1n);
    expect(isDead(span, whole)).toBe(true);
    expect(isDead(span, close(span, [], { validFrom: 0n, validTo: 8n }, 1n))).toBe(false);
    expect(isDead(span, close(span, [], { validFrom: 0n, validTo: 9n }, 2n))).toBe(false);
  });
});
