/**
 * Window: all rows are kept, each call's results are computed partition by partition and put beside the rows, in their old order.
 *
 *   rows ─▶ RowBuffer, argument columns, Ordering (one for calls with the same PARTITION BY and ORDER BY)
 *   Ordering ─▶ partitions ─▶ results by row number ─▶ rows + results
 */
import { must } from '../../../base/assert.ts';
import { INT64 } from '../../../data/types/type.ts';
import type { Value } from '../../../data/types/value.ts';
import { type Batch, selectionOf } from '../../../data/vector/batch.ts';
import { ColumnBuffer } from '../../../data/vector/column-buffer.ts';
import type { Scope } from '../../../data/vector/kernel-memory.ts';
import { type Reader, vectorReader } from '../../../data/vector/reader.ts';
import { RowBuffer } from '../../../data/vector/row-buffer.ts';
import { heapVector, type Vector, valuesVector } from '../../../data/vector/vector.ts';
import type { PhysicalWindow } from '../../plan/physical-plan.ts';
import { aggregateOverload } from '../aggregate/aggregate-call.ts';
import type { Batches, QueryRun } from '../context.ts';
import type { PlanOf } from '../operator.ts';
import { FrameFinder } from './frame.ts';
import { FrameAggregate } from './frame-aggregate.ts';
import { Ordering, orderingKey, type Partition } from './ordering.ts';
import { numberingFunction, windowFunction, type WindowInput } from './window-function.ts';

/** Rows between two looks at the cancel flag; aggregates over wide frames look more often. */
const SLICE_ROWS = 1024;
const NUMBERS_SLICE = 65_536;
/** What one result is taken to cost. */
const RESULT_BYTES = 32;
const NUMBERING: ReadonlySet<string> = new Set(['row_number', 'rank', 'dense_rank']);

/** One call: its argument columns, and the ordering it shares. */
class WindowRun {
  readonly call: PhysicalWindow;
  readonly #ordering: Ordering;
  readonly #args: readonly ColumnBuffer[];
  readonly #filter: ColumnBuffer | undefined;
  readonly #orderValues: ColumnBuffer | undefined;
  readonly #run: QueryRun;
  #results: Value[] = [];
  /** In place of `#results` for functions that number rows: int64s as words. */
  #numbers: Int32Array | undefined;

  constructor(call: PhysicalWindow, ordering: Ordering, run: QueryRun) {
    this.call = call;
    this.#ordering = ordering;
    this.#run = run;
    this.#args = call.args.map(() => new ColumnBuffer());
    this.#filter = call.filter === undefined ? undefined : new ColumnBuffer();
    this.#orderValues = call.frame?.unit === 'range' && call.orderBy.length === 1 ? new ColumnBuffer() : undefined;
  }

  /** Argument columns and results, roughly. */
  get byteCount(): number {
    const columns = [...this.#args, this.#filter, this.#orderValues];
    return columns.reduce((sum, column) => sum + (column?.byteCount ?? 0), (this.#numbers?.byteLength ?? 0) + this.#results.length * RESULT_BYTES);
  }

  append(batch: Batch, scope: Scope): void {
    const rows = selectionOf(batch);
    this.#args.forEach((buffer, index) => buffer.append(this.#run.evaluator(this.call.args[index] as PhysicalWindow['args'][number]).evaluate(batch, scope), rows));
    if (this.call.filter !== undefined) this.#filter?.append(this.#run.evaluator(this.call.filter).evaluate(batch, scope), rows);
    const [key] = this.call.orderBy;
    if (key !== undefined) this.#orderValues?.append(this.#run.evaluator(key.expression).evaluate(batch, scope), rows);
  }

  async compute(partitions: ReadonlyMap<Ordering, readonly Partition[]>, rowCount: number): Promise<void> {
    const args = this.#args.map((buffer) => vectorReader(buffer.asVector()));
    const orderValues = this.#orderValues === undefined ? undefined : vectorReader(this.#orderValues.asVector());
    if (NUMBERING.has(this.call.name)) this.#numbers = new Int32Array(rowCount * 2);
    else this.#results = new Array<Value>(rowCount);
    for (const partition of partitions.get(this.#ordering) ?? []) {
      if (this.#numbers !== undefined) { await this.#numberPartition(partition, this.#numbers); continue; }
      const frames = new FrameFinder(this.call, partition, orderValues, this.#run);
      await this.#computePartition({ call: this.call, partition, frames, args });
    }
  }

  async #numberPartition(partition: Partition, words: Int32Array): Promise<void> {
    const numberOf = must(numberingFunction(this.call.name, partition), 'a numbering function without an implementation');
    const { from, to, permutation } = partition;
    for (let start = from; start < to; start += NUMBERS_SLICE) {
      const end = Math.min(start + NUMBERS_SLICE, to);
      for (let position = start; position < end; position++) words[(permutation[position] as number) * 2] = numberOf(position);
      if (this.#run.isDue) await this.#run.pause();
    }
  }

  /** Results of rows [from, from + count). */
  vector(from: number, count: number): Vector {
    if (this.#numbers === undefined) return valuesVector(this.#results.slice(from, from + count));
    return heapVector(INT64, 'i64', new BigInt64Array(this.#numbers.buffer, from * 8, count), null);
  }

  async #computePartition(input: WindowInput): Promise<void> {
    const { from, to, permutation } = input.partition;
    const plain = windowFunction(input);
    const aggregate = plain === undefined ? this.#aggregate(input) : undefined;
    let budget = SLICE_ROWS;
    for (let position = from; position < to; position++) {
      this.#results[permutation[position] as number] = plain === undefined ? (aggregate as FrameAggregate).at(position) : plain(position);
      budget -= 1 + (aggregate?.work ?? 0) / 4;
      if (aggregate !== undefined) aggregate.work = 0;
      if (budget > 0) continue;
      if (this.#run.isDue) await this.#run.pause();
      budget = SLICE_ROWS;
    }
  }

  #aggregate(input: WindowInput): FrameAggregate {
    const filter: Reader | undefined = this.#filter === undefined ? undefined : vectorReader(this.#filter.asVector());
    return new FrameAggregate(input, aggregateOverload(this.call, this.#run), this.#run.expressions.evaluation, (row) => filter === undefined || filter(row) === true);
  }
}

export async function* window(plan: PlanOf<'Window'>, run: QueryRun): Batches {
  const rows = run.hold(new RowBuffer(plan.input.columns.length));
  const orderings = new Map<string, Ordering>();
  const calls = plan.calls.map((call) => {
    const key = orderingKey(call);
    const ordering = orderings.get(key) ?? run.hold(new Ordering(call, run));
    orderings.set(key, ordering);
    return run.hold(new WindowRun(call, ordering, run));
  });
  const scope = run.scope();
  for await (const batch of run.open(plan.input)) {
    rows.append(batch);
    for (const ordering of orderings.values()) ordering.append(batch, scope);
    for (const call of calls) call.append(batch, scope);
    scope.release();
    if (run.isDue) await run.pause();
  }
  run.closeScope(scope);
  const partitions = new Map<Ordering, Partition[]>();
  for (const ordering of orderings.values()) partitions.set(ordering, await ordering.partitions(run));
  for (const call of calls) await call.compute(partitions, rows.rowCount);
  for (let from = 0; from < rows.rowCount;) {
    const batch = rows.window(from) as Batch;
    const results = calls.map((call) => call.vector(from, batch.rowCount));
    yield { rowCount: batch.rowCount, vectors: [...batch.vectors, ...results], selection: null };
    from += batch.rowCount;
  }
}
