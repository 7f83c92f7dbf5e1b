/**
 * WITH and WITH RECURSIVE: relations that other parts of the plan read.
 *
 *   With       definition ─▶ rows, once ─▶ body, whose references read them
 *   Recursive  anchor ─▶ working table ─▶ step ─▶ new working table ─▶ step … until a step gives nothing new
 */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { joinAll } from '../../data/types/column-type.ts';
import { type Batch, selectionOf, withSelection } from '../../data/vector/batch.ts';
import { RowBuffer } from '../../data/vector/row-buffer.ts';
import type { Batches, QueryRun, SharedRelation } from './context.ts';
import { materialise } from './join/nested-loop-join.ts';
import { firstRows, KeyTable } from './key-table.ts';
import type { PlanOf } from './operator.ts';

const RECURSION_ROWS_MAX = 10_000_000;

export async function* withDefinition(plan: PlanOf<'With'>, run: QueryRun): Batches {
  const rows = await materialise(run.open(plan.definition), plan.definition.columns.length, run);
  run.relations.set(plan.id, { rows });
  yield* run.open(plan.body);
}

export async function* withReference(plan: PlanOf<'WithReference'>, run: QueryRun): Batches {
  const { rows } = must(run.relations.get(plan.id), 'a reference to a relation that was not evaluated');
  yield* batchesOf(rows, run);
}

/** The rows of a buffer that nobody appends to any more. */
export async function* batchesOf(rows: RowBuffer, run: QueryRun): Batches {
  for (let from = 0; ;) {
    const batch = rows.window(from);
    if (batch === null) return;
    if (run.isDue) await run.pause();
    yield batch;
    from += batch.rowCount;
  }
}

/** Rows of a batch that count: all for UNION ALL, those never seen before for UNION. */
function newRows(seen: KeyTable | undefined, batch: Batch): Batch {
  if (seen === undefined) return batch;
  const rows = selectionOf(batch);
  const known = seen.size;
  return withSelection(batch, firstRows(seen.assign(batch.vectors, rows), rows, known));
}

async function collect(input: Batches, seen: KeyTable | undefined, columnCount: number, run: QueryRun): Promise<RowBuffer> {
  const rows = new RowBuffer(columnCount);
  for await (const batch of input) {
    rows.append(newRows(seen, batch));
    if (run.isDue) await run.pause();
    checkSize(rows.rowCount, run);
  }
  return rows;
}

function checkSize(rowCount: number, run: QueryRun): void {
  const most = run.context.recursionRowsMax ?? RECURSION_ROWS_MAX;
  if (rowCount <= most) return;
  throw new EngineError('out-of-memory', `a recursive query has produced more than ${most} rows`, { hint: 'Does the recursion end? UNION instead of UNION ALL stops at rows that were there before.' });
}

export async function* recursive(plan: PlanOf<'Recursive'>, run: QueryRun): Batches {
  const columnCount = plan.columns.length;
  const types = plan.anchor.columns.map((column, index) => joinAll([column.type, plan.step.columns[index]?.type ?? column.type]));
  const seen = plan.all ? undefined : new KeyTable(types, 'grouping');
  const outer = run.relations.get(plan.id);
  const working: SharedRelation = { rows: await collect(run.open(plan.anchor), seen, columnCount, run) };
  run.hold({ get byteCount(): number { return working.rows.byteCount + (seen?.byteCount ?? 0); } });
  let total = 0;
  while (working.rows.rowCount > 0) {
    total += working.rows.rowCount;
    checkSize(total, run);
    yield* batchesOf(working.rows, run);
    run.relations.set(plan.id, working);
    working.rows = await collect(run.open(plan.step), seen, columnCount, run);
    if (run.isDue) await run.pause();
  }
  if (outer !== undefined) run.relations.set(plan.id, outer);
}
