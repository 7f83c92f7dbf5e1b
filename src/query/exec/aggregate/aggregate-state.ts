/**
 * States of one aggregate over all groups. The base form keeps one accumulator a group; `state-choice.ts` puts typed arrays in its stead
 * where a kernel name says that they compute the same.
 */
import type { Accumulator, AggregateOverload, EvaluationContext } from '../../../catalog/function.ts';
import type { Value } from '../../../data/types/value.ts';
import { type Batch, selectionOf } from '../../../data/vector/batch.ts';
import type { Scope } from '../../../data/vector/kernel-memory.ts';
import { vectorReader } from '../../../data/vector/reader.ts';
import { sampledBytes } from '../../../data/vector/value-bytes.ts';
import type { Vector } from '../../../data/vector/vector.ts';

/** One place in an array. */
const SLOT_BYTES = 8;

export interface AggregateState {
  /** Adds the selected rows. `groups[row]` is the row's group, below `groupCount`; `args` are vectors over the same batch, of `scope` if there is one. */
  update(groups: Int32Array, batch: Batch, args: readonly Vector[], groupCount: number, scope: Scope | null): void;
  /** Result of a group; of one that no row came for, that of no rows. */
  result(group: number): Value;
  /** Bytes of rows that the states keep, roughly; what a state itself takes is not among them. */
  readonly byteCount?: number;
}

export class AccumulatorState implements AggregateState {
  readonly #accumulators: Accumulator[] = [];
  readonly #create: (context: EvaluationContext) => Accumulator;
  readonly #context: EvaluationContext;
  readonly #keepsRows: boolean;
  byteCount = 0;

  constructor({ create, keepsRows }: Pick<AggregateOverload, 'create' | 'keepsRows'>, context: EvaluationContext) {
    this.#create = create;
    this.#keepsRows = keepsRows === true;
    this.#context = context;
  }

  #reserve(groupCount: number): void {
    while (this.#accumulators.length < groupCount) this.#accumulators.push(this.#create(this.#context));
  }

  update(groups: Int32Array, batch: Batch, args: readonly Vector[], groupCount: number): void {
    this.#reserve(groupCount);
    const accumulators = this.#accumulators;
    const rows = selectionOf(batch);
    const readers = args.map(vectorReader);
    const read = readers[0];
    if (this.#keepsRows && read !== undefined) this.byteCount += sampledBytes(read, rows) + rows.length * SLOT_BYTES;
    if (read !== undefined && readers.length === 1) {
      for (let k = 0; k < rows.length; k++) {
        const row = rows[k] as number;
        (accumulators[groups[row] as number] as Accumulator).add(read(row));
      }
      return;
    }
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      (accumulators[groups[row] as number] as Accumulator).add(...readers.map((reader) => reader(row)));
    }
  }

  result(group: number): Value {
    this.#reserve(group + 1);
    return (this.#accumulators[group] as Accumulator).result();
  }
}
