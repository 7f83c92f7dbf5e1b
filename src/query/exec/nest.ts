/**
 * Nest: all rows of the input as one value.
 *
 *   array      list of the only column; no rows: an empty list
 *   nest-one   struct of the row; no rows: NULL; more than one: 21000
 *   nest-many  list of structs; no rows: NULL
 */
import { EngineError } from '../../base/errors.ts';
import type { Value } from '../../data/types/value.ts';
import { oneRow, rowsOf } from '../../data/vector/batch.ts';
import { valueBytes } from '../../data/vector/value-bytes.ts';
import type { Batches, QueryRun } from './context.ts';
import type { PlanOf } from './operator.ts';

export async function* nest(plan: PlanOf<'Nest'>, run: QueryRun): Batches {
  const names = plan.input.columns.map((column) => column.name);
  const struct = (row: readonly Value[]): Value => new Map(names.map((name, index) => [name, row[index] as Value]));
  const items: Value[] = [];
  const held = run.hold({ byteCount: 0 });
  for await (const batch of run.open(plan.input)) {
    for (const row of rowsOf(batch)) {
      const item = plan.form === 'array' ? row[0] as Value : struct(row);
      items.push(item);
      held.byteCount += valueBytes(item);
    }
    if (plan.form === 'nest-one' && items.length > 1) throw new EngineError('cardinality-violation', 'cardinality violation: NEST_ONE over more than one row');
    if (run.isDue) await run.pause();
  }
  if (plan.form === 'array') yield oneRow([items]);
  else if (plan.form === 'nest-one') yield oneRow([items[0] ?? null]);
  else yield oneRow([items.length === 0 ? null : items]);
}
