/**
 * Aggregates over frames.
 *
 *   frame begins with the partition   one accumulator, fed as the frame's end moves on
 *   same frame as the row before      the same result
 *   otherwise                         accumulated anew for the row
 */
import type { Accumulator, AggregateOverload, EvaluationContext } from '../../../catalog/function.ts';
import type { Value } from '../../../data/types/value.ts';
import type { Span } from './ordering.ts';
import type { WindowInput } from './window-function.ts';

const sameSpans = (a: readonly Span[], b: readonly Span[]): boolean =>
  a.length === b.length && a.every((span, index) => span.from === b[index]?.from && span.to === b[index]?.to);

export class FrameAggregate {
  readonly #input: WindowInput;
  readonly #create: () => Accumulator;
  readonly #passes: (row: number) => boolean;
  #running: Accumulator;
  /** Positions below this one are in `#running`. */
  #fedTo: number;
  #spans: readonly Span[] = [];
  #result: Value = null;
  #isFresh = true;
  /** Rows accumulated since the caller last looked: how much work was done. */
  work = 0;

  constructor(input: WindowInput, overload: AggregateOverload, context: EvaluationContext, passes: (row: number) => boolean) {
    this.#input = input;
    this.#create = () => overload.create(context);
    this.#passes = passes;
    this.#running = this.#create();
    this.#fedTo = input.partition.from;
  }

  at(position: number): Value {
    return this.#input.frames.isRunning ? this.#runTo(this.#input.frames.span(position).to) : this.#over(this.#input.frames.spans(position));
  }

  #runTo(end: number): Value {
    if (!this.#isFresh && end === this.#fedTo) return this.#result;
    if (end < this.#fedTo) { this.#running = this.#create(); this.#fedTo = this.#input.partition.from; }
    this.#feed(this.#running, { from: this.#fedTo, to: end });
    this.#fedTo = end;
    this.#isFresh = false;
    this.#result = this.#running.result();
    return this.#result;
  }

  #over(spans: readonly Span[]): Value {
    if (!this.#isFresh && sameSpans(spans, this.#spans)) return this.#result;
    const accumulator = this.#create();
    for (const span of spans) this.#feed(accumulator, span);
    this.#spans = spans;
    this.#isFresh = false;
    this.#result = accumulator.result();
    return this.#result;
  }

  #feed(accumulator: Accumulator, span: Span): void {
    const { permutation } = this.#input.partition;
    const { args } = this.#input;
    this.work += span.to - span.from;
    for (let position = span.from; position < span.to; position++) {
      const row = permutation[position] as number;
      if (this.#passes(row)) accumulator.add(...args.map((read) => read(row)));
    }
  }
}
