/** Distinct: the first row of each tuple (of all columns, or of the ON expressions) passes at once. */
import { selectionOf, withSelection } from '../../data/vector/batch.ts';
import type { Batches, QueryRun } from './context.ts';
import { firstRows, KeyTable } from './key-table.ts';
import type { PlanOf } from './operator.ts';

export async function* distinct(plan: PlanOf<'Distinct'>, run: QueryRun): Batches {
  const on = plan.on?.map((expression) => run.evaluator(expression));
  const tables = run.scope();
  const seen = run.hold(new KeyTable(on?.map((evaluator) => evaluator.type) ?? plan.input.columns.map((column) => column.type), 'grouping', undefined, tables));
  const scope = run.scope();
  for await (const batch of run.open(plan.input)) {
    const rows = selectionOf(batch);
    const keys = on?.map((evaluator) => evaluator.evaluate(batch, scope)) ?? batch.vectors;
    const known = seen.size;
    const first = keys.length === 0 ? rows.subarray(0, 1) : firstRows(seen.assign(keys, rows), rows, known);
    if (run.isDue) await run.pause();
    if (first.length > 0) yield withSelection(batch, first);
    scope.release();
    if (keys.length === 0) break;
  }
  run.closeScope(scope);
  run.closeScope(tables);
}
