/** MIN and MAX of int64 and float64 in typed arrays: the best so far, and how many rows it was chosen from. */
import type { Value } from '../../../data/types/value.ts';
import { type Batch, selectionOf } from '../../../data/vector/batch.ts';
import { isValid } from '../../../data/vector/chunk.ts';
import type { Scope } from '../../../data/vector/kernel-memory.ts';
import { vectorReader } from '../../../data/vector/reader.ts';
import type { Vector } from '../../../data/vector/vector.ts';
import type { AggregateState } from './aggregate-state.ts';
import { foldByKernel } from './fold-kernels.ts';
import { doubleReader, flatInt64, halvesOf, highOf, lowOf, StateColumn } from './state-columns.ts';

/** The bests and how many rows each was chosen from, with room for every group of the batch. */
interface Bests { readonly best: StateColumn; readonly counts: Float64Array; readonly isMax: boolean }

/** What the two widths differ in. */
interface Extremes {
  readonly kernel: 'i64' | 'f64';
  readonly offer: (bests: Bests, arg: Vector, groups: Int32Array, rows: Int32Array) => void;
  readonly at: (best: StateColumn, group: number) => Value;
}

/** Bests as words: high signed, low unsigned. */
function offerInt64({ best: { words }, counts, isMax }: Bests, group: number, high: number, low: number): void {
  const best = words[group * 2 + 1] as number;
  const difference = high === best ? low - ((words[group * 2] as number) >>> 0) : high - best;
  const isFirst = counts[group] === 0;
  counts[group] = (counts[group] as number) + 1;
  if (!isFirst && (isMax ? difference <= 0 : difference >= 0)) return;
  words[group * 2 + 1] = high;
  words[group * 2] = low;
}

const INT64: Extremes = {
  kernel: 'i64',
  at: (best, group) => best.int64At(group),
  offer(bests, arg, groups, rows) {
    const flat = flatInt64(arg);
    if (flat !== null) {
      const halves = halvesOf(flat);
      for (let k = 0; k < rows.length; k++) {
        const row = rows[k] as number;
        if (isValid(flat.validity, row)) offerInt64(bests, groups[row] as number, halves[row * 2 + 1] as number, (halves[row * 2] as number) >>> 0);
      }
      return;
    }
    const read = vectorReader(arg);
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      const value = read(row) as bigint | null;
      if (value !== null) offerInt64(bests, groups[row] as number, highOf(value), lowOf(value));
    }
  },
};

/** NaN is above everything. */
const FLOAT64: Extremes = {
  kernel: 'f64',
  at: (best, group) => best.at(group),
  offer({ best: { data: best }, counts, isMax }, arg, groups, rows) {
    const { read, isNull } = doubleReader(arg);
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      if (isNull !== null && isNull(row)) continue;
      const group = groups[row] as number;
      const value = read(row);
      const old = best[group] as number;
      const wins = isMax ? value > old || (value !== value && old === old) : value < old || (old !== old && value === value);
      const isFirst = counts[group] === 0;
      counts[group] = (counts[group] as number) + 1;
      if (isFirst || wins) best[group] = value;
    }
  },
};

class ExtremeState implements AggregateState {
  readonly #best = new StateColumn();
  readonly #counts = new StateColumn();
  readonly #form: 'min' | 'max';
  readonly #extremes: Extremes;

  constructor(form: 'min' | 'max', extremes: Extremes) {
    this.#form = form;
    this.#extremes = extremes;
  }

  update(groups: Int32Array, batch: Batch, [arg]: readonly Vector[], groupCount: number, scope: Scope | null): void {
    const best = this.#best.reserve(groupCount);
    const counts = this.#counts.reserve(groupCount);
    if (foldByKernel(`${this.#form}_${this.#extremes.kernel}`, arg, batch, { groups, groupCount, states: [best, counts] }, scope)) return;
    this.#extremes.offer({ best: this.#best, counts, isMax: this.#form === 'max' }, arg as Vector, groups, selectionOf(batch));
  }

  result(group: number): Value { return this.#counts.at(group) === 0 ? null : this.#extremes.at(this.#best, group); }
}

export const extremeInt64State = (form: 'min' | 'max'): AggregateState => new ExtremeState(form, INT64);
export const extremeFloat64State = (form: 'min' | 'max'): AggregateState => new ExtremeState(form, FLOAT64);
