/**
 * HashAggregate: groups by a key table, one for each grouping set; states by group number.
 *
 *   batch ─keys─▶ KeyTable ─▶ group of each row ─▶ AggregateRun.update …        end ─▶ keys and results, in order of first appearance
 */
import type { Value } from '../../../data/types/value.ts';
import { type Batch, BATCH_ROWS, selectionOf } from '../../../data/vector/batch.ts';
import type { Scope } from '../../../data/vector/kernel-memory.ts';
import { RowBuffer } from '../../../data/vector/row-buffer.ts';
import { NULL_VECTOR, type Vector, valuesVector } from '../../../data/vector/vector.ts';
import type { Evaluator } from '../../expr/evaluator.ts';
import type { Batches, QueryRun } from '../context.ts';
import { firstRows, KeyTable } from '../key-table.ts';
import type { PlanOf } from '../operator.ts';
import { AggregateRun } from './aggregate-call.ts';

/** What the state of one aggregate for one group is taken to cost. */
const STATE_BYTES = 64;

/** Groups of one grouping set. */
class Grouping {
  readonly #set: readonly number[];
  readonly #keyCount: number;
  readonly #table: KeyTable;
  readonly #keys: RowBuffer;
  readonly #aggregates: readonly AggregateRun[];

  constructor(plan: PlanOf<'HashAggregate'>, set: readonly number[], evaluators: readonly Evaluator[], run: QueryRun, tables: Scope) {
    this.#set = set;
    this.#keyCount = plan.groupBy.length;
    this.#table = new KeyTable(set.map((index) => (evaluators[index] as Evaluator).type), 'grouping', undefined, tables);
    this.#keys = new RowBuffer(set.length);
    this.#aggregates = plan.aggregates.map((call) => new AggregateRun(call, run, tables));
  }

  /** Roughly: keys, and what a table entry and a state take. */
  get byteCount(): number {
    return this.#keys.byteCount + this.#table.byteCount + this.#aggregates.reduce((sum, aggregate) => sum + aggregate.byteCount + this.groupCount * STATE_BYTES, 0);
  }

  /** Without keys there is one group, whether or not rows come. */
  get groupCount(): number { return this.#set.length === 0 ? 1 : this.#table.size; }

  update(batch: Batch, keys: readonly Vector[], scope: Scope): void {
    const groups = this.#groupsOf(batch, this.#set.map((index) => keys[index] as Vector));
    for (const aggregate of this.#aggregates) aggregate.update(groups, batch, scope, this.groupCount);
  }

  /** The group of each row, by row. */
  #groupsOf(batch: Batch, keys: readonly Vector[]): Int32Array {
    if (keys.length === 0) return new Int32Array(batch.rowCount);
    const rows = selectionOf(batch);
    const known = this.#table.size;
    const numbers = this.#table.assign(keys, rows);
    if (this.#table.size > known) this.#keys.appendRows(keys, firstRows(numbers, rows, known));
    if (batch.selection === null) return numbers;
    const groups = new Int32Array(batch.rowCount);
    for (let k = 0; k < rows.length; k++) groups[rows[k] as number] = numbers[k] as number;
    return groups;
  }

  async finish(run: QueryRun): Promise<void> {
    for (const aggregate of this.#aggregates) await aggregate.finish(this.groupCount, run);
  }

  /** Groups [from, from + count) with all keys of the plan; those outside the set are NULL. */
  batch(from: number, count: number, scope: Scope): Batch {
    const numbers = Int32Array.from({ length: count }, (_, k) => from + k);
    const found = this.#keys.gather(numbers, scope);
    const vectors: Vector[] = Array.from({ length: this.#keyCount }, (_, index) => {
      const at = this.#set.indexOf(index);
      return at < 0 ? NULL_VECTOR : found.vectors[at] as Vector;
    });
    for (const aggregate of this.#aggregates) {
      const results: Value[] = [];
      for (let group = from; group < from + count; group++) results.push(aggregate.result(group));
      vectors.push(valuesVector(results));
    }
    return { rowCount: count, vectors, selection: null };
  }
}

export async function* hashAggregate(plan: PlanOf<'HashAggregate'>, run: QueryRun): Batches {
  const evaluators = plan.groupBy.map((expression) => run.evaluator(expression));
  const sets = plan.groupingSets ?? [plan.groupBy.map((_, index) => index)];
  const tables = run.scope();
  const groupings = sets.map((set) => run.hold(new Grouping(plan, set, evaluators, run, tables)));
  const scope = run.scope();
  for await (const batch of run.open(plan.input)) {
    const keys = evaluators.map((evaluator) => evaluator.evaluate(batch, scope));
    for (const grouping of groupings) grouping.update(batch, keys, scope);
    scope.release();
    if (run.isDue) await run.pause();
  }
  for (const grouping of groupings) {
    await grouping.finish(run);
    for (let from = 0; from < grouping.groupCount; from += BATCH_ROWS) {
      yield grouping.batch(from, Math.min(BATCH_ROWS, grouping.groupCount - from), scope);
      scope.release();
      if (run.isDue) await run.pause();
    }
  }
  run.closeScope(scope);
  run.closeScope(tables);
}
