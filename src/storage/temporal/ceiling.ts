/**
 * Ceiling: for each valid instant, when the events swept so far ended what lies below them.
 *
 *   sweep from the newest event to the oldest; each event's pieces are the ceiling's segments within its valid range,
 *   then the event lays its own system time over that range.
 *
 *        valid ─▶   0     2     4        9                  event put#1@3 [2,4), then put#0@1 [0,9):
 *   start           │────────── ∞ ───────────               one segment, open
 *   after put#1     │─ ∞ ─│─ 3 ─│── ∞ ──────                pieces of put#0: [0,2) to ∞, [2,4) to 3, [4,9) to ∞
 *
 * Neighbours with equal ends are not joined: an event's pieces are those of the raw sweep (STORAGE.md 5).
 */
import { assert } from '../../base/assert.ts';
import { MICROS_MAX, MICROS_MIN } from '../../catalog/table-source.ts';

export class Ceiling {
  /** Segment i is [starts[i], starts[i + 1]) with end ends[i]; the last reaches to MICROS_MAX. */
  readonly starts: bigint[] = [MICROS_MIN];
  readonly ends: bigint[] = [MICROS_MAX];

  reset(): void {
    this.starts.length = 1;
    this.ends.length = 1;
    this.starts[0] = MICROS_MIN;
    this.ends[0] = MICROS_MAX;
  }

  /** Index of the segment that holds the instant. */
  segmentAt(instant: bigint): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.starts[middle] as bigint) <= instant) low = middle; else high = middle - 1;
    }
    return low;
  }

  startOf(segment: number): bigint { return this.starts[segment] as bigint; }
  /** Exclusive. */
  stopOf(segment: number): bigint { return segment + 1 < this.starts.length ? (this.starts[segment + 1] as bigint) : MICROS_MAX; }
  endOf(segment: number): bigint { return this.ends[segment] as bigint; }

  /** What lies below [from, to) ends at `systemTime` from now on: an older event is looked at next. */
  overlay(from: bigint, to: bigint, systemTime: bigint): void {
    assert(from < to, 'an event has a valid range');
    const first = this.segmentAt(from);
    let last = first;
    while (this.stopOf(last) < to) last += 1;
    const startsInside = this.startOf(first) < from;
    const endsInside = this.stopOf(last) > to;
    const lastEnd = this.endOf(last);
    const at = startsInside ? first + 1 : first;
    const removed = last + 1 - at;
    if (endsInside) {
      this.starts.splice(at, removed, from, to);
      this.ends.splice(at, removed, systemTime, lastEnd);
    } else {
      this.starts.splice(at, removed, from);
      this.ends.splice(at, removed, systemTime);
    }
    assert(this.starts.length === this.ends.length, 'a ceiling has an end for each segment');
  }
}
