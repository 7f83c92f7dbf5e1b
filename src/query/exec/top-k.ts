/**
 * TopK: the first LIMIT + OFFSET rows of an order, without keeping the others.
 *
 *   rows ─▶ buffer ──full (k + slack)──▶ sort, keep k ─▶ buffer …          at the end: sort, skip OFFSET
 */
import { RowBuffer } from '../../data/vector/row-buffer.ts';
import type { Batches, QueryRun } from './context.ts';
import { rowCountOf } from './limit.ts';
import type { PlanOf } from './operator.ts';
import { sortByKeys } from './sort.ts';
import { openSortKeys } from './sort-order.ts';
import { BATCH_ROWS } from '../../data/vector/batch.ts';

/** Rows above k before the buffer is cut: large enough that cutting is rare. */
const SLACK_ROWS_MIN = 8192;

export async function* topK(plan: PlanOf<'TopK'>, run: QueryRun): Batches {
  const offset = rowCountOf(plan.offset, run, 'OFFSET', 0);
  const limit = rowCountOf(plan.limit, run, 'LIMIT', Infinity);
  if (limit === 0) return;
  const keep = offset + limit;
  let rows = new RowBuffer(plan.input.columns.length);
  let keys = openSortKeys(plan.keys, run);
  const scope = run.scope();
  run.hold({ get byteCount() { return rows.byteCount + keys.byteCount; } });
  for await (const batch of run.open(plan.input)) {
    rows.append(batch);
    keys.append(batch, scope);
    scope.release();
    if (rows.rowCount >= keep + Math.max(keep, SLACK_ROWS_MIN)) {
      const best = (await sortByKeys(rows.rowCount, keys, run)).subarray(0, keep);
      const kept = new RowBuffer(plan.input.columns.length);
      kept.appendRows(rows.vectors(), best);
      keys = keys.keep(best);
      rows = kept;
    }
    if (run.isDue) await run.pause();
  }
  const sorted = (await sortByKeys(rows.rowCount, keys, run)).subarray(offset, keep);
  for (let from = 0; from < sorted.length; from += BATCH_ROWS) {
    yield rows.gather(sorted.subarray(from, from + BATCH_ROWS), scope);
    scope.release();
  }
  run.closeScope(scope);
}
