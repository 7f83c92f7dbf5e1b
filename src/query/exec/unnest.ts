/** Unnest: one row for each item of a list, beside the columns of its row. */
import { assert } from '../../base/assert.ts';
import type { Value } from '../../data/types/value.ts';
import { type Batch, BATCH_ROWS, selectionOf } from '../../data/vector/batch.ts';
import { gatherVector } from '../../data/vector/column-buffer.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import { type Vector, valuesVector } from '../../data/vector/vector.ts';
import { itemsOf } from '../expr/structure.ts';
import type { Batches, QueryRun } from './context.ts';
import type { PlanOf } from './operator.ts';

/** Output rows that are being put together: input row, item, ordinality. */
export class Expansion {
  readonly #rows = new Int32Array(BATCH_ROWS);
  #items: Value[] = [];
  #ordinals: Value[] = [];
  readonly #withOrdinality: boolean;

  constructor(withOrdinality: boolean) { this.#withOrdinality = withOrdinality; }

  get isFull(): boolean { return this.#items.length === BATCH_ROWS; }
  get isEmpty(): boolean { return this.#items.length === 0; }

  push(row: number, item: Value, ordinal: bigint | null): void {
    assert(this.#items.length < BATCH_ROWS, 'an expansion is full');
    this.#rows[this.#items.length] = row;
    this.#items.push(item);
    if (this.#withOrdinality) this.#ordinals.push(ordinal);
  }

  /** The rows so far; the next ones start anew. */
  take(input: Batch, scope: Scope): Batch {
    const rows = this.#rows.subarray(0, this.#items.length);
    const vectors: Vector[] = input.vectors.map((vector) => gatherVector(vector, rows, scope, false));
    vectors.push(valuesVector(this.#items));
    if (this.#withOrdinality) vectors.push(valuesVector(this.#ordinals));
    this.#items = [];
    this.#ordinals = [];
    return { rowCount: rows.length, vectors, selection: null };
  }
}

export async function* unnest(plan: PlanOf<'Unnest'>, run: QueryRun): Batches {
  const list = run.evaluator(plan.list);
  const scope = run.scope();
  const listScope = run.scope();
  const expansion = new Expansion(plan.ordinality);
  for await (const batch of run.open(plan.input)) {
    const read = vectorReader(list.evaluate(batch, listScope));
    for (const row of selectionOf(batch)) {
      const items = itemsOf(read(row)) ?? [];
      if (items.length === 0 && plan.outer) expansion.push(row, null, null);
      for (let at = 0; at < items.length; at++) {
        expansion.push(row, items[at] as Value, BigInt(at + 1));
        if (!expansion.isFull) continue;
        if (run.isDue) await run.pause();
        yield expansion.take(batch, scope);
        scope.release();
      }
      if (!expansion.isFull) continue;
      yield expansion.take(batch, scope);
      scope.release();
    }
    if (run.isDue) await run.pause();
    if (!expansion.isEmpty) yield expansion.take(batch, scope);
    scope.release();
    listScope.release();
  }
  run.closeScope(scope);
  run.closeScope(listScope);
}
