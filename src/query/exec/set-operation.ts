/**
 * UNION ALL and the multiset operations. Rows are the same when all columns are, NULL equal to NULL.
 *
 *   union      DISTINCT: once each of both                 (ALL is UnionAll)
 *   intersect  ALL: min(left, right) times each            DISTINCT: once if on both sides
 *   except     ALL: left − right times each                DISTINCT: once if on the left only
 */
import { joinAll } from '../../data/types/column-type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import { type Batch, selectionOf, withSelection } from '../../data/vector/batch.ts';
import type { Batches, QueryRun } from './context.ts';
import { firstRows, KeyTable } from './key-table.ts';
import type { PlanOf } from './operator.ts';

export async function* unionAll(plan: PlanOf<'UnionAll'> | PlanOf<'SetOperation'>, run: QueryRun): Batches {
  yield* run.open(plan.left);
  yield* run.open(plan.right);
}

function rowTypes(plan: PlanOf<'SetOperation'>): ColumnType[] {
  return plan.left.columns.map((column, index) => joinAll([column.type, plan.right.columns[index]?.type ?? column.type]));
}

/** Rows whose tuple has no number in the table yet; afterwards it has. */
function newRows(table: KeyTable, batch: Batch, columnCount: number): Int32Array {
  const rows = selectionOf(batch);
  if (columnCount === 0) return rows.subarray(0, 1);
  const known = table.size;
  return firstRows(table.assign(batch.vectors, rows), rows, known);
}

async function* unionDistinct(plan: PlanOf<'SetOperation'>, run: QueryRun): Batches {
  const seen = run.hold(new KeyTable(rowTypes(plan), 'grouping'));
  for await (const batch of unionAll(plan, run)) {
    const rows = newRows(seen, batch, plan.columns.length);
    if (run.isDue) await run.pause();
    if (rows.length > 0) yield withSelection(batch, rows);
    if (plan.columns.length === 0) return;
  }
}

/** How often each tuple of the right side occurs. */
async function countRight(plan: PlanOf<'SetOperation'>, table: KeyTable, run: QueryRun): Promise<number[]> {
  const counts: number[] = [];
  for await (const batch of run.open(plan.right)) {
    const numbers = table.assign(batch.vectors, selectionOf(batch));
    for (const number of numbers) counts[number] = (counts[number] ?? 0) + 1;
    if (run.isDue) await run.pause();
  }
  return counts;
}

/** The left rows that stay, given what is left of the right side; uses `counts` up. */
function passing(plan: PlanOf<'SetOperation'>, rows: Int32Array, numbers: Int32Array, counts: number[]): Int32Array {
  const keepMatched = plan.operation === 'intersect';
  return rows.filter((_, k) => {
    const number = numbers[k] as number;
    const rest = counts[number] ?? 0;
    if (plan.all) {
      if (rest > 0) counts[number] = rest - 1;
      return rest > 0 === keepMatched;
    }
    if (keepMatched) { if (rest > 0) counts[number] = 0; return rest > 0; }
    // Once put out, a tuple counts as if it were on the right.
    if (rest === 0) counts[number] = 1;
    return rest === 0;
  });
}

export async function* setOperation(plan: PlanOf<'SetOperation'>, run: QueryRun): Batches {
  if (plan.operation === 'union') {
    yield* plan.all ? unionAll(plan, run) : unionDistinct(plan, run);
    return;
  }
  const table = run.hold(new KeyTable(rowTypes(plan), 'grouping'));
  const counts = await countRight(plan, table, run);
  for await (const batch of run.open(plan.left)) {
    const rows = selectionOf(batch);
    const kept = passing(plan, rows, table.assign(batch.vectors, rows), counts);
    if (run.isDue) await run.pause();
    if (kept.length > 0) yield withSelection(batch, kept);
  }
}
