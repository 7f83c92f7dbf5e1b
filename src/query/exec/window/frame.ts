/**
 * Frames: for each position of a partition, the positions that a window function looks at.
 *
 *   ROWS     positions counted            RANGE   order values within a distance         GROUPS   peer groups counted
 *   EXCLUDE takes the current row, its peer group, or its peers but itself out of the middle: at most three spans remain
 */
import { EngineError } from '../../../base/errors.ts';
import { resolveCall } from '../../../catalog/resolve-call.ts';
import { columnTypeOfValue } from '../../../data/types/column-type.ts';
import { compareValues } from '../../../data/types/compare.ts';
import { asBigInt } from '../../../data/types/numeric.ts';
import type { Value } from '../../../data/types/value.ts';
import type { Reader } from '../../../data/vector/reader.ts';
import { scalarNamed } from '../../expr/functions.ts';
import type { FrameBound, WindowFrame } from '../../plan/logical-plan.ts';
import type { PhysicalWindow } from '../../plan/physical-plan.ts';
import type { QueryRun } from '../context.ts';
import { constantOf } from '../values.ts';
import type { Partition, Span } from './ordering.ts';

/** From the first row of the partition to the last peer of the current one. */
const DEFAULT_FRAME: WindowFrame = { unit: 'range', from: { kind: 'unbounded-preceding' }, to: { kind: 'current-row' } };

/** The edge of a frame at a position, as a position. */
type Edge = (position: number) => number;

const clamp = (position: number, partition: Partition): number => Math.min(Math.max(position, partition.from), partition.to);

export class FrameFinder {
  readonly #partition: Partition;
  readonly #exclude: WindowFrame['exclude'];
  readonly #from: Edge;
  readonly #to: Edge;
  /** Whether every frame begins with the partition and nothing is excluded. */
  readonly isRunning: boolean;

  constructor(call: PhysicalWindow, partition: Partition, orderValues: Reader | undefined, run: QueryRun) {
    const frame = call.frame ?? DEFAULT_FRAME;
    this.#partition = partition;
    this.#exclude = frame.exclude;
    const edges = new Edges(call, frame, partition, orderValues, run);
    this.#from = edges.edge(frame.from, 'from');
    this.#to = edges.edge(frame.to, 'to');
    this.isRunning = frame.from.kind === 'unbounded-preceding' && frame.exclude === undefined;
  }

  /** The frame before exclusion. */
  span(position: number): Span {
    const from = clamp(this.#from(position), this.#partition);
    return { from, to: Math.max(from, clamp(this.#to(position), this.#partition)) };
  }

  spans(position: number): Span[] {
    const whole = this.span(position);
    if (this.#exclude === undefined) return [whole];
    const { from, peerFrom, peerTo } = this.#partition;
    const first = peerFrom[position - from] as number;
    const last = peerTo[position - from] as number;
    const cut = (a: number, b: number): Span => ({ from: Math.max(whole.from, a), to: Math.min(whole.to, b) });
    const spans = this.#exclude === 'current-row' ? [cut(whole.from, position), cut(position + 1, whole.to)]
      : this.#exclude === 'group' ? [cut(whole.from, first), cut(last, whole.to)]
      : [cut(whole.from, first), cut(position, position + 1), cut(last, whole.to)];
    return spans.filter((span) => span.from < span.to);
  }
}

/** Edges by unit. */
class Edges {
  readonly #call: PhysicalWindow;
  readonly #frame: WindowFrame;
  readonly #partition: Partition;
  readonly #orderValues: Reader | undefined;
  readonly #run: QueryRun;

  constructor(call: PhysicalWindow, frame: WindowFrame, partition: Partition, orderValues: Reader | undefined, run: QueryRun) {
    this.#call = call;
    this.#frame = frame;
    this.#partition = partition;
    this.#orderValues = orderValues;
    this.#run = run;
  }

  edge(bound: FrameBound, side: 'from' | 'to'): Edge {
    const { from, to } = this.#partition;
    switch (bound.kind) {
      case 'unbounded-preceding': return () => from;
      case 'unbounded-following': return () => to;
      case 'current-row': {
        if (this.#frame.unit === 'rows') return side === 'from' ? (position) => position : (position) => position + 1;
        const { peerFrom, peerTo } = this.#partition;
        return side === 'from' ? (position) => peerFrom[position - from] as number : (position) => peerTo[position - from] as number;
      }
    }
    const sign = bound.kind === 'preceding' ? -1 : 1;
    const offset = constantOf(bound.offset, this.#run);
    if (offset === null) throw new EngineError('data-exception', 'the offset of a frame must not be NULL');
    if (this.#frame.unit === 'range') return this.#rangeEdge(offset, sign, side);
    const count = countOf(offset) * sign;
    if (this.#frame.unit === 'rows') return side === 'from' ? (position) => position + count : (position) => position + count + 1;
    return this.#groupsEdge(count, side);
  }

  #groupsEdge(count: number, side: 'from' | 'to'): Edge {
    const { from, to, peerGroup, peerFrom, peerTo } = this.#partition;
    const starts: number[] = [];
    for (let at = 0; at < to - from; at = (peerTo[at] as number) - from) starts.push(peerFrom[at] as number);
    return (position) => {
      const group = (peerGroup[position - from] as number) + count + (side === 'to' ? 1 : 0);
      return group < 0 ? from : group >= starts.length ? to : starts[group] as number;
    };
  }

  /** Rows whose order value is within the distance: found by bisection, since the partition is in order. NULLs are their own peers only. */
  #rangeEdge(offset: Value, sign: 1 | -1, side: 'from' | 'to'): Edge {
    const [key] = this.#call.orderBy;
    const read = this.#orderValues;
    if (key === undefined || read === undefined || this.#call.orderBy.length !== 1) throw new EngineError('windowing-error', 'RANGE with an offset needs exactly one ORDER BY expression');
    checkNotNegative(offset);
    const { from, to, peerFrom, peerTo, permutation } = this.#partition;
    const move = sign * (key.descending ? -1 : 1) < 0 ? '-' : '+';
    const direction = key.descending ? -1 : 1;
    return (position) => {
      const value = read(permutation[position] as number);
      if (value === null) return side === 'from' ? peerFrom[position - from] as number : peerTo[position - from] as number;
      const limit = this.#moved(value, move, offset);
      // The first position whose value is not before (from) or is after (to) the limit.
      const isBeyond = (at: number): boolean => {
        const other = read(permutation[at] as number);
        if (other === null) return !key.nullsFirst;
        const order = compareValues(other, limit) * direction;
        return side === 'from' ? order >= 0 : order > 0;
      };
      return bisect(from, to, isBeyond);
    };
  }

  #moved(value: Value, operator: '+' | '-', offset: Value): Value {
    const call = resolveCall(scalarNamed(operator), [columnTypeOfValue(value), columnTypeOfValue(offset)]).call;
    return call(this.#run.expressions.evaluation, value, offset);
  }
}

/** First position in [from, to) for which a monotonic condition holds; `to` if there is none. */
function bisect(from: number, to: number, holds: (position: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle; else low = middle + 1;
  }
  return low;
}

function countOf(offset: Value): number {
  const isInteger = typeof offset === 'bigint' || (typeof offset === 'object' && offset !== null && 'kind' in offset && offset.kind === 'int');
  if (!isInteger) throw new EngineError('datatype-mismatch', 'the offset of a ROWS or GROUPS frame must be an integer');
  const count = Number(asBigInt(offset));
  if (count < 0) throw negative();
  return count;
}

const negative = (): EngineError => new EngineError('data-exception', 'the offset of a frame must not be negative');

function checkNotNegative(offset: Value): void {
  if (typeof offset === 'bigint' ? offset < 0n : typeof offset === 'number' && offset < 0) throw negative();
}
