/**
 * Apply: the right side is run for each distinct tuple of correlation values, once; equal tuples share its rows.
 *
 *   left rows ─correlation─▶ KeyTable ─▶ number ─▶ memo[number]: rows of the right side ┐
 *                                                                                      └▶ one buffer for a piece of the batch ─▶ JoinOutput
 */
import type { Value } from '../../../data/types/value.ts';
import { type Batch, iota, selectionOf } from '../../../data/vector/batch.ts';
import { vectorReader } from '../../../data/vector/reader.ts';
import { RowBuffer } from '../../../data/vector/row-buffer.ts';
import type { PhysicalPlan } from '../../plan/physical-plan.ts';
import type { Batches, QueryRun } from '../context.ts';
import { KeyTable } from '../key-table.ts';
import type { PlanOf } from '../operator.ts';
import { JoinOutput } from './join-output.ts';
import { materialise } from './nested-loop-join.ts';
import { RangeCandidates } from './pairs.ts';

/** Rows and bytes of results that are remembered; when there are more, all are forgotten. */
const MEMO_ROWS_MAX = 262_144;
const MEMO_BYTES_MAX = 32 * 2 ** 20;
/** Right rows that are put together for one piece of a left batch. */
const PIECE_ROWS = 16_384;

/** Results of the right side by correlation tuple. */
class Memo {
  readonly #plan: PhysicalPlan;
  readonly #run: QueryRun;
  readonly #newTable: () => KeyTable;
  #table: KeyTable;
  #results: RowBuffer[] = [];
  #rowCount = 0;
  #resultBytes = 0;

  constructor(plan: PhysicalPlan, newTable: () => KeyTable, run: QueryRun) {
    this.#plan = plan;
    this.#run = run;
    this.#newTable = newTable;
    this.#table = newTable();
  }

  async rowsFor(batch: Batch, row: number, values: readonly Value[]): Promise<RowBuffer> {
    const number = values.length === 0 ? 0 : this.#table.assign(batch.vectors, Int32Array.of(row))[0] as number;
    const known = this.#results[number];
    if (known !== undefined) return known;
    this.#run.expressions.correlation.values = values;
    const rows = await materialise(this.#run.open(this.#plan), this.#plan.columns.length, this.#run);
    this.#run.forget();
    this.#rowCount += rows.rowCount + 1;
    this.#resultBytes += rows.byteCount;
    if (this.#rowCount > MEMO_ROWS_MAX || this.#resultBytes > MEMO_BYTES_MAX) this.#forgetAll();
    else this.#results[number] = rows;
    return rows;
  }

  get byteCount(): number { return this.#resultBytes + this.#table.byteCount; }

  #forgetAll(): void {
    this.#table = this.#newTable();
    this.#results = [];
    this.#rowCount = 0;
    this.#resultBytes = 0;
  }
}

export async function* apply(plan: PlanOf<'Apply'>, run: QueryRun): Batches {
  const evaluators = plan.correlation.map((expression) => run.evaluator(expression));
  const newTable = (): KeyTable => new KeyTable(plan.correlation.map((expression) => expression.type), 'grouping');
  const memo = run.hold(new Memo(plan.right, newTable, run.child()));
  const markType = plan.join === 'mark' ? plan.columns.at(-1)?.type : undefined;
  const output = new JoinOutput({ join: plan.join, leftCount: plan.left.columns.length, rightCount: plan.right.columns.length, residual: plan.condition, markType }, run);
  const scope = run.scope();
  for await (const batch of run.open(plan.left)) {
    const rows = selectionOf(batch);
    const correlation: Batch = { rowCount: batch.rowCount, vectors: evaluators.map((evaluator) => evaluator.evaluate(batch, null)), selection: batch.selection };
    const readers = correlation.vectors.map(vectorReader);
    for (let from = 0; from < rows.length;) {
      const right = new RowBuffer(plan.right.columns.length);
      const starts: number[] = [];
      const ends: number[] = [];
      let to = from;
      for (; to < rows.length && right.rowCount < PIECE_ROWS; to++) {
        const row = rows[to] as number;
        const found = await memo.rowsFor(correlation, row, readers.map((read) => read(row)));
        starts.push(right.rowCount);
        right.appendRows(found.vectors(), iota(found.rowCount));
        ends.push(right.rowCount);
      }
      yield* output.batches(batch, right, new RangeCandidates(rows.subarray(from, to), starts, ends, null), scope);
      from = to;
    }
  }
  run.closeScope(scope);
}
