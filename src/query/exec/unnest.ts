/** Unnest: one row for each item of a list, beside the columns of its row. Several lists go in step, the shorter ones with NULLs at their end. */
import { assert } from '../../base/assert.ts';
import type { ListValue, Value } from '../../data/types/value.ts';
import { type Batch, BATCH_ROWS, selectionOf } from '../../data/vector/batch.ts';
import { gatherVector } from '../../data/vector/column-buffer.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import { packedVector } from '../../data/vector/packed-values.ts';
import type { Vector } from '../../data/vector/vector.ts';
import { itemsOf } from '../expr/structure.ts';
import type { Batches, QueryRun } from './context.ts';
import type { PlanOf } from './operator.ts';

/** Output rows that are being put together: input row, an item of each list, ordinality. */
export class Expansion {
  readonly #rows = new Int32Array(BATCH_ROWS);
  #rowCount = 0;
  #items: readonly Value[][];
  #ordinals: Value[] = [];
  readonly #withOrdinality: boolean;

  constructor(listCount: number, withOrdinality: boolean) {
    this.#items = Array.from({ length: listCount }, () => []);
    this.#withOrdinality = withOrdinality;
  }

  get isFull(): boolean { return this.#rowCount === BATCH_ROWS; }
  get isEmpty(): boolean { return this.#rowCount === 0; }

  /** A row of the only list. */
  push(row: number, item: Value, ordinal: bigint | null): void {
    this.#pushRow(row, ordinal);
    (this.#items[0] as Value[]).push(item);
  }

  /** A row of what the lists have at an index. */
  pushAt(row: number, lists: readonly ListValue[], index: number): void {
    this.#pushRow(row, BigInt(index + 1));
    for (let at = 0; at < lists.length; at++) (this.#items[at] as Value[]).push((lists[at] as ListValue)[index] ?? null);
  }

  /** A row for an input row whose lists are empty. */
  pushNothing(row: number): void {
    this.#pushRow(row, null);
    for (const items of this.#items) items.push(null);
  }

  #pushRow(row: number, ordinal: bigint | null): void {
    assert(this.#rowCount < BATCH_ROWS, 'an expansion is full');
    this.#rows[this.#rowCount++] = row;
    if (this.#withOrdinality) this.#ordinals.push(ordinal);
  }

  /** The rows so far; the next ones start anew. */
  take(input: Batch, scope: Scope): Batch {
    const rows = this.#rows.subarray(0, this.#rowCount);
    const vectors: Vector[] = input.vectors.map((vector) => gatherVector(vector, rows, scope, false));
    for (const items of this.#items) vectors.push(packedVector(items));
    if (this.#withOrdinality) vectors.push(packedVector(this.#ordinals));
    this.#items = this.#items.map(() => []);
    this.#ordinals = [];
    this.#rowCount = 0;
    return { rowCount: rows.length, vectors, selection: null };
  }
}

export async function* unnest(plan: PlanOf<'Unnest'>, run: QueryRun): Batches {
  const evaluators = plan.lists.map((list) => run.evaluator(list));
  const scope = run.scope();
  const listScope = run.scope();
  const expansion = new Expansion(plan.lists.length, plan.ordinality);
  for await (const batch of run.open(plan.input)) {
    const readers = evaluators.map((list) => vectorReader(list.evaluate(batch, listScope)));
    for (const row of selectionOf(batch)) {
      const lists = readers.map((read) => itemsOf(read(row)) ?? []);
      const count = lists.reduce((most, { length }) => Math.max(most, length), 0);
      if (count === 0 && plan.outer) expansion.pushNothing(row);
      for (let index = 0; index < count; index++) {
        expansion.pushAt(row, lists, index);
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
