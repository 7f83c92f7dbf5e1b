/**
 * Semi and anti joins whose left side is the smaller one: it is built, the right side streams past and marks what it matches.
 *
 *   left (built)   ─▶ rows by key number        a row with a match: semi gives it, anti does not
 *   right (streams)─▶ key numbers ─▶ candidates that have no match yet ─residual─▶ matched
 *
 * Rows come out in the left side's order, at the end. `plan` has its sides exchanged: its right side is the join's left one.
 */
import { type Batch, BATCH_ROWS, selectionOf } from '../../../data/vector/batch.ts';
import type { RowBuffer } from '../../../data/vector/row-buffer.ts';
import type { Vector } from '../../../data/vector/vector.ts';
import type { Batches, QueryRun } from '../context.ts';
import type { PlanOf } from '../operator.ts';
import { BuildSide, type Keys, keysOf } from './build-side.ts';
import { JoinOutput } from './join-output.ts';
import { type CandidateSource, END, type Pairs } from './pairs.ts';

/** Candidates of one batch, without the built rows that have their match. What a scan of a key's rows passes over is not there for the next one. */
class UnmatchedCandidates implements CandidateSource {
  readonly #rows: Int32Array;
  readonly #numbers: Int32Array;
  readonly #side: BuildSide;
  readonly #ends: Int32Array;
  readonly #matched: Uint8Array;
  #row = 0;
  #at = -1;
  #kept = 0;

  constructor(rows: Int32Array, numbers: Int32Array, side: BuildSide, ends: Int32Array, matched: Uint8Array) {
    this.#rows = rows;
    this.#numbers = numbers;
    this.#side = side;
    this.#ends = ends;
    this.#matched = matched;
  }

  fill(pairs: Pairs): boolean {
    for (; this.#row < this.#rows.length; this.#row++) {
      const number = this.#numbers[this.#row] as number;
      if (number < 0) continue;
      if (!this.#fillRow(pairs, this.#rows[this.#row] as number, number)) return true;
    }
    return false;
  }

  /** False if the pairs are full before the row is done. */
  #fillRow(pairs: Pairs, row: number, number: number): boolean {
    const { list, starts } = this.#side;
    const end = this.#ends[number] as number;
    if (this.#at < 0) this.#at = this.#kept = starts[number] as number;
    for (; this.#at < end; this.#at++) {
      const built = list[this.#at] as number;
      if (this.#matched[built] === 1) continue;
      if (pairs.isFull) return false;
      list[this.#kept++] = built;
      pairs.push(row, built);
    }
    if (pairs.isFull) return false;
    pairs.push(row, END);
    this.#ends[number] = this.#kept;
    this.#at = -1;
    return true;
  }

  skipRow(): void { /* every built row wants its own match */ }
}

export async function* joinBuiltLeft(plan: PlanOf<'HashJoin'>, build: RowBuffer, probe: Batches, run: QueryRun): Batches {
  if (build.rowCount === 0) return;
  const keys = keysOf(plan);
  const tables = run.scope();
  const side = new BuildSide(plan, keys, build, tables);
  await side.build(run);
  const matched = new Uint8Array(build.rowCount);
  if (keys.residual === undefined) await markKeys(side, keys, matched, probe, run);
  else await markPairs(plan, side, keys, matched, probe, run);
  const scope = run.scope();
  const wanted = plan.join === 'semi' ? 1 : 0;
  const rows = new Int32Array(BATCH_ROWS);
  for (let row = 0; row < build.rowCount;) {
    let count = 0;
    for (; row < build.rowCount && count < BATCH_ROWS; row++) if (matched[row] === wanted) rows[count++] = row;
    if (run.isDue) await run.pause();
    if (count > 0) yield build.gather(rows.slice(0, count), scope);
    scope.release();
  }
  run.closeScope(scope);
  run.closeScope(tables);
}

async function eachBatch(keys: Keys, probe: Batches, run: QueryRun, visit: (batch: Batch, vectors: readonly Vector[]) => Promise<void> | void): Promise<void> {
  const evaluators = keys.left.map((key) => run.evaluator(key));
  const scope = run.scope();
  for await (const batch of probe) {
    await visit(batch, evaluators.map((evaluator) => evaluator.evaluate(batch, scope)));
    if (run.isDue) await run.pause();
    scope.release();
  }
  run.closeScope(scope);
}

/** Without a residual all rows of a key match together. */
async function markKeys(side: BuildSide, keys: Keys, matched: Uint8Array, probe: Batches, run: QueryRun): Promise<void> {
  const isKeyMatched = new Uint8Array(side.table.size);
  await eachBatch(keys, probe, run, (batch, vectors) => {
    const numbers = side.table.find(vectors, selectionOf(batch));
    for (let k = 0; k < numbers.length; k++) if ((numbers[k] as number) >= 0) isKeyMatched[numbers[k] as number] = 1;
  });
  for (let number = 0; number < isKeyMatched.length; number++) {
    if (isKeyMatched[number] !== 1) continue;
    for (let at = side.starts[number] as number; at < (side.starts[number + 1] as number); at++) matched[side.list[at] as number] = 1;
  }
}

async function markPairs(plan: PlanOf<'HashJoin'>, side: BuildSide, keys: Keys, matched: Uint8Array, probe: Batches, run: QueryRun): Promise<void> {
  const output = new JoinOutput({ join: 'matched', leftCount: plan.left.columns.length, rightCount: plan.right.columns.length, residual: keys.residual, markType: undefined, rightMatched: matched }, run);
  const ends = side.starts.slice(1);
  const scope = run.scope();
  await eachBatch(keys, probe, run, async (batch, vectors) => {
    const rows = selectionOf(batch);
    const source = new UnmatchedCandidates(rows, side.table.find(vectors, rows), side, ends, matched);
    for await (const nothing of output.batches(batch, side.rows, source, scope)) void nothing;
  });
  run.closeScope(scope);
}
