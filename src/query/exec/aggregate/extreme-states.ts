/** MIN and MAX of int64 and float64 in typed arrays: the best so far, and how many rows it was chosen from. */
import type { Value } from '../../../data/types/value.ts';
import { type Batch, selectionOf } from '../../../data/vector/batch.ts';
import { isValid, type Validity } from '../../../data/vector/chunk.ts';
import type { Scope } from '../../../data/vector/kernel-memory.ts';
import { vectorReader } from '../../../data/vector/reader.ts';
import type { Vector } from '../../../data/vector/vector.ts';
import type { AggregateState } from './aggregate-state.ts';
import { foldByKernel } from './fold-kernels.ts';
import { doubleReader, flatInt64, halvesOf, highOf, lowOf, StateColumn } from './state-columns.ts';

/** Bests as words: high signed, low unsigned. */
interface Bests { readonly words: Int32Array; readonly counts: Float64Array; readonly sign: 1 | -1 }

function offerInt64({ words, counts, sign }: Bests, group: number, high: number, low: number): void {
  const best = words[group * 2 + 1] as number;
  const difference = high === best ? low - ((words[group * 2] as number) >>> 0) : high - best;
  const isFirst = counts[group] === 0;
  counts[group] = (counts[group] as number) + 1;
  if (!isFirst && difference * sign <= 0) return;
  words[group * 2 + 1] = high;
  words[group * 2] = low;
}

function offerHalves(bests: Bests, halves: Int32Array, validity: Validity, groups: Int32Array, rows: Int32Array): void {
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    if (isValid(validity, row)) offerInt64(bests, groups[row] as number, halves[row * 2 + 1] as number, (halves[row * 2] as number) >>> 0);
  }
}

export class ExtremeInt64State implements AggregateState {
  readonly #best = new StateColumn();
  readonly #counts = new StateColumn();
  readonly #form: 'min' | 'max';

  constructor(form: 'min' | 'max') { this.#form = form; }

  update(groups: Int32Array, batch: Batch, [arg]: readonly Vector[], groupCount: number, scope: Scope | null): void {
    const best = this.#best.reserve(groupCount);
    const counts = this.#counts.reserve(groupCount);
    if (foldByKernel(`${this.#form}_i64`, arg, batch, { groups, groupCount, states: [best, counts] }, scope)) return;
    const bests: Bests = { words: this.#best.words, counts, sign: this.#form === 'max' ? 1 : -1 };
    const rows = selectionOf(batch);
    const flat = flatInt64(arg as Vector);
    if (flat !== null) { offerHalves(bests, halvesOf(flat), flat.validity, groups, rows); return; }
    const read = vectorReader(arg as Vector);
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      const value = read(row) as bigint | null;
      if (value !== null) offerInt64(bests, groups[row] as number, highOf(value), lowOf(value));
    }
  }

  result(group: number): Value { return this.#counts.at(group) === 0 ? null : this.#best.int64At(group); }
}

/** NaN is above everything. */
export class ExtremeFloat64State implements AggregateState {
  readonly #best = new StateColumn();
  readonly #counts = new StateColumn();
  readonly #form: 'min' | 'max';

  constructor(form: 'min' | 'max') { this.#form = form; }

  update(groups: Int32Array, batch: Batch, [arg]: readonly Vector[], groupCount: number, scope: Scope | null): void {
    const best = this.#best.reserve(groupCount);
    const counts = this.#counts.reserve(groupCount);
    if (foldByKernel(`${this.#form}_f64`, arg, batch, { groups, groupCount, states: [best, counts] }, scope)) return;
    const isMax = this.#form === 'max';
    const { read, isNull } = doubleReader(arg as Vector);
    const rows = selectionOf(batch);
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
  }

  result(group: number): Value { return this.#counts.at(group) === 0 ? null : this.#best.at(group); }
}
