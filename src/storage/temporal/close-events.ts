/**
 * What later events closed of each event of one entity, whatever is asked: settling, for events whose closings are not stored.
 *
 *   put#2@5      [6 ─────── ∞)
 *   put#1@3   [4 ────────── ∞)          closed from 6 on at 5
 *   put#0@1 [0 ──────────── ∞)          closed from 4 on at 3
 *
 * Mostly an event is closed from some instant on, by one later event, as here; this needs no ceiling. All others are swept.
 * A query cuts closings to its basis (`clip` in `polygon.ts`).
 */
import { MICROS_MAX } from '../../catalog/table-source.ts';
import { Ceiling } from './ceiling.ts';
import type { Closing } from './polygon.ts';
import { OP_PUT } from './resolve.ts';

/** The events of one entity, the newest first, by column. */
export interface NewestFirst {
  readonly count: number;
  readonly systemFrom: readonly bigint[];
  readonly validFrom: readonly bigint[];
  readonly validTo: readonly bigint[];
  readonly op: readonly number[];
}

/** Told of each event of which anything is closed, the newest first; `event` is its index. */
export interface ClosedSink {
  /** Nothing of it is ever seen: it is no put. An erase covers everything before it, and is told before what it erased. */
  hidden(event: number): void;
  /** From `cut` to the end of its valid range it ended at `end`, before that nothing ended. */
  closedFrom(event: number, cut: bigint, end: bigint): void;
  /** Any other closings: disjoint and in valid order. */
  closedIn(event: number, closings: readonly Closing[]): void;
}

const ceiling = new Ceiling();

export function closeEvents(events: NewestFirst, sink: ClosedSink): void {
  let cut = MICROS_MAX;
  let end = MICROS_MAX;
  for (let event = 0; event < events.count; event++) {
    const from = events.validFrom[event] as bigint;
    if (events.validTo[event] !== MICROS_MAX || from > cut) {
      sweep(events, event, cut, end, sink);
      return;
    }
    if (events.op[event] !== OP_PUT) sink.hidden(event);
    else if (cut < MICROS_MAX) sink.closedFrom(event, cut, end);
    cut = from;
    end = events.systemFrom[event] as bigint;
  }
}

/** From event `first` on; what is newer closed everything from `cut` on at `end`. */
function sweep(events: NewestFirst, first: number, cut: bigint, end: bigint, sink: ClosedSink): void {
  ceiling.reset();
  if (cut < MICROS_MAX) ceiling.overlay(cut, MICROS_MAX, end);
  for (let event = first; event < events.count; event++) {
    const from = events.validFrom[event] as bigint;
    const to = events.validTo[event] as bigint;
    if (events.op[event] === OP_PUT) tell(event, closingsUnder(from, to), to, sink); else sink.hidden(event);
    ceiling.overlay(from, to, events.systemFrom[event] as bigint);
  }
}

function closingsUnder(from: bigint, to: bigint): Closing[] {
  const closings: Closing[] = [];
  for (let segment = ceiling.segmentAt(from); segment < ceiling.starts.length && ceiling.startOf(segment) < to; segment++) {
    const systemTo = ceiling.endOf(segment);
    if (systemTo === MICROS_MAX) continue;
    const start = ceiling.startOf(segment);
    const stop = ceiling.stopOf(segment);
    closings.push({ validFrom: start > from ? start : from, validTo: stop < to ? stop : to, systemTo });
  }
  return closings;
}

function tell(event: number, closings: readonly Closing[], to: bigint, sink: ClosedSink): void {
  const [only] = closings;
  if (only === undefined) return;
  if (closings.length === 1 && only.validTo === to) sink.closedFrom(event, only.validFrom, only.systemTo);
  else sink.closedIn(event, closings);
}
