/** Values: rows of constant expressions, in batches. */
import { BATCH_ROWS, batchOfValues } from '../../data/vector/batch.ts';
import type { Value } from '../../data/types/value.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import type { Batches, QueryRun } from './context.ts';
import type { PlanOf } from './operator.ts';
import type { BoundExpression } from '../plan/expression.ts';

const ONE_EMPTY_ROW = { rowCount: 1, vectors: [], selection: null };

export async function* values(plan: PlanOf<'Values'>, run: QueryRun): Batches {
  for (let from = 0; from < plan.rows.length; from += BATCH_ROWS) {
    const rows = plan.rows.slice(from, from + BATCH_ROWS);
    const columns: Value[][] = plan.columns.map((_, column) => rows.map((row) => constantOf(row[column] as BoundExpression, run)));
    if (run.isDue) await run.pause();
    yield batchOfValues(columns, rows.length);
  }
}

/**
 * The value of an expression that reads no columns. Literals, parameters and what is built of them are put together at once: a bulk
 * insert has one such expression a row, and none of them is worth compiling.
 */
export function constantOf(expression: BoundExpression, run: QueryRun): Value {
  switch (expression.kind) {
    case 'literal': return expression.value;
    case 'parameter': {
      const value = run.expressions.parameters[expression.index];
      if (value !== undefined) return value;
      break;
    }
    case 'struct': return new Map(expression.fields.map(({ name, value }) => [name, constantOf(value, run)]));
    case 'list': return expression.items.map((item) => constantOf(item, run));
    default:
  }
  return vectorReader(run.evaluator(expression).evaluate(ONE_EMPTY_ROW, null))(0);
}
