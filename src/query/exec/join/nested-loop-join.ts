/** NestedLoopJoin: every left row against every right row, in blocks of candidate pairs, so that any size can be cancelled. */
import { selectionOf } from '../../../data/vector/batch.ts';
import { RowBuffer } from '../../../data/vector/row-buffer.ts';
import type { Batches, QueryRun } from '../context.ts';
import type { PlanOf } from '../operator.ts';
import { JoinOutput } from './join-output.ts';
import { RangeCandidates } from './pairs.ts';

/** All rows of an input. */
export async function materialise(input: Batches, columnCount: number, run: QueryRun): Promise<RowBuffer> {
  const rows = run.hold(new RowBuffer(columnCount));
  for await (const batch of input) {
    rows.append(batch);
    if (run.isDue) await run.pause();
  }
  return rows;
}

export async function* nestedLoopJoin(plan: PlanOf<'NestedLoopJoin'>, run: QueryRun): Batches {
  const right = await materialise(run.open(plan.right), plan.right.columns.length, run);
  if (right.rowCount === 0 && (plan.join === 'inner' || plan.join === 'semi')) return;
  const markType = plan.join === 'mark' ? plan.columns.at(-1)?.type : undefined;
  const output = new JoinOutput({ join: plan.join, leftCount: plan.left.columns.length, rightCount: plan.right.columns.length, residual: plan.condition, markType }, run);
  const reach = output.needsOneMatch && plan.condition === undefined ? Math.min(1, right.rowCount) : right.rowCount;
  const scope = run.scope();
  for await (const batch of run.open(plan.left)) {
    const rows = selectionOf(batch);
    const source = new RangeCandidates(rows, new Int32Array(rows.length), new Int32Array(rows.length).fill(reach), null);
    yield* output.batches(batch, right, source, scope);
  }
  yield* output.unmatchedRight(right, scope);
  run.closeScope(scope);
}
