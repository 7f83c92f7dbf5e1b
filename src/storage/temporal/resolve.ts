/**
 * Resolving one entity: which parts of its events a query sees. The delta's half of STORAGE.md 5 (`scan`), for events without
 * stored closings; `polygon.ts` has the half for settled rows.
 *
 *   events by seq   put#0 [0,9)   put#1 [2,4)   delete#2 [5,6)        erase: everything before it is gone
 *                        ◀──────────── sweep ─────────────┘           one ceiling, each event looked at once
 */
import { MICROS_MAX } from '../../catalog/table-source.ts';
import { Ceiling } from './ceiling.ts';

export const OP_PUT = 0;
export const OP_DELETE = 1;
export const OP_ERASE = 2;

/** The events of one entity in rising `seq`, by column; reused from entity to entity. */
export interface EntityEvents {
  readonly count: number;
  readonly seq: number[];
  readonly systemFrom: bigint[];
  readonly validFrom: bigint[];
  readonly validTo: bigint[];
  readonly op: number[];
}

/** What a scan asks for; half-open, µs. */
export interface TemporalBounds {
  readonly validFrom: bigint;
  readonly validTo: bigint;
  readonly systemFrom: bigint;
  /** Never above the snapshot's system time + 1. */
  readonly systemTo: bigint;
  /** Cut valid periods to the bounds. */
  readonly clamp: boolean;
}

export interface PieceSink {
  /** `event` is an index into the entity's events; systemFrom is the event's. */
  piece(event: number, validFrom: bigint, validTo: bigint, systemTo: bigint): void;
}

/** One instant on both axes: at most one piece, and nothing has to be swept. */
export const isInstant = (bounds: TemporalBounds): boolean =>
  bounds.validTo === bounds.validFrom + 1n && bounds.systemTo <= bounds.systemFrom + 1n;

/** Index of the first event that no erase hides. Erases count at every basis. */
export function firstAfterErase(events: EntityEvents): number {
  for (let i = events.count - 1; i >= 0; i--) if (events.op[i] === OP_ERASE) return i + 1;
  return 0;
}

const sharedCeiling = new Ceiling();

/** Emits the visible pieces: by event, newest first, each event's pieces in valid order. */
export function resolveEvents(events: EntityEvents, bounds: TemporalBounds, sink: PieceSink): void {
  const first = firstAfterErase(events);
  let newest = events.count - 1;
  while (newest >= first && (events.systemFrom[newest] as bigint) >= bounds.systemTo) newest -= 1;
  if (newest < first) return;
  if (isInstant(bounds)) resolveInstant(events, first, newest, bounds, sink);
  else if (newest === first) resolveSingle(events, first, bounds, sink);
  else sweep(events, first, newest, bounds, sink);
}

function resolveSingle(events: EntityEvents, event: number, bounds: TemporalBounds, sink: PieceSink): void {
  if (events.op[event] !== OP_PUT) return;
  emit(event, events.validFrom[event] as bigint, events.validTo[event] as bigint, MICROS_MAX, bounds, sink);
}

/** The newest event that covers the instant decides; the later ones that do not cover it bound its piece. */
function resolveInstant(events: EntityEvents, first: number, newest: number, bounds: TemporalBounds, sink: PieceSink): void {
  const instant = bounds.validFrom;
  let low: bigint | undefined;
  let high: bigint | undefined;
  for (let i = newest; i >= first; i--) {
    const from = events.validFrom[i] as bigint;
    const to = events.validTo[i] as bigint;
    if (to <= instant) {
      if (low === undefined || to > low) low = to;
    } else if (from > instant) {
      if (high === undefined || from < high) high = from;
    } else {
      if (events.op[i] === OP_PUT) {
        emit(i, low !== undefined && low > from ? low : from, high !== undefined && high < to ? high : to, MICROS_MAX, bounds, sink);
      }
      return;
    }
  }
}

function sweep(events: EntityEvents, first: number, newest: number, bounds: TemporalBounds, sink: PieceSink): void {
  const ceiling = sharedCeiling;
  ceiling.reset();
  for (let i = newest; i >= first; i--) {
    const from = events.validFrom[i] as bigint;
    const to = events.validTo[i] as bigint;
    const systemFrom = events.systemFrom[i] as bigint;
    if (events.op[i] === OP_PUT) {
      for (let segment = ceiling.segmentAt(from); segment < ceiling.starts.length && ceiling.startOf(segment) < to; segment++) {
        const end = ceiling.endOf(segment);
        if (end === systemFrom) continue;
        const start = ceiling.startOf(segment);
        const stop = ceiling.stopOf(segment);
        emit(i, start > from ? start : from, stop < to ? stop : to, end, bounds, sink);
      }
    }
    ceiling.overlay(from, to, systemFrom);
  }
}

function emit(event: number, from: bigint, to: bigint, systemTo: bigint, bounds: TemporalBounds, sink: PieceSink): void {
  if (from >= bounds.validTo || to <= bounds.validFrom || systemTo <= bounds.systemFrom) return;
  if (!bounds.clamp) {
    sink.piece(event, from, to, systemTo);
    return;
  }
  sink.piece(event, from > bounds.validFrom ? from : bounds.validFrom, to < bounds.validTo ? to : bounds.validTo, systemTo);
}
