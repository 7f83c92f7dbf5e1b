/**
 * Filter and Project, fused: a chain of them is one operator, whose steps run synchronously on each batch.
 *
 *   source ─batch─▶ step ─▶ step ─▶ step ─▶ out        (one scope for all of it, released when the next batch is asked for)
 */
import { type Batch, selectedCount, withSelection } from '../../data/vector/batch.ts';
import { gatherVector } from '../../data/vector/column-buffer.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import { constantVector } from '../../data/vector/vector.ts';
import type { PhysicalPlan } from '../plan/physical-plan.ts';
import type { Batches, QueryRun } from './context.ts';
import type { PlanOf } from './operator.ts';

type Step = (batch: Batch, scope: Scope) => Batch;

/** Below this share of rows left, a filter copies them together: what follows then costs by rows left, not by rows read. */
const COMPACT_BELOW = 1 / 8;

/** The batch with its selected rows moved together. */
export function compact(batch: Batch, scope: Scope | null): Batch {
  if (batch.selection === null) return batch;
  const rows = batch.selection;
  return { rowCount: rows.length, vectors: batch.vectors.map((vector) => gatherVector(vector, rows, scope, false)), selection: null };
}

function filterStep(plan: PlanOf<'Filter'>, run: QueryRun): Step {
  const predicate = run.predicate(plan.predicate);
  return (batch, scope) => {
    const selected = predicate.select(batch, scope);
    if (selected.length === selectedCount(batch)) return batch;
    const filtered = withSelection(batch, selected);
    return selected.length < batch.rowCount * COMPACT_BELOW ? compact(filtered, scope) : filtered;
  };
}

function projectStep(plan: PlanOf<'Project'>, run: QueryRun): Step {
  const evaluators = plan.expressions.map((expression) => run.evaluator(expression));
  return (batch, scope) => ({
    rowCount: batch.rowCount,
    vectors: evaluators.map((evaluator) => evaluator.evaluate(batch, scope)),
    selection: batch.selection,
  });
}

export async function* overSteps(plan: PlanOf<'Filter' | 'Project'>, run: QueryRun, rowsNeeded: number): Batches {
  const steps: Step[] = [];
  let input: PhysicalPlan = plan;
  let passesAll = true;
  do {
    if (input.kind === 'Filter') passesAll = false;
    steps.unshift(input.kind === 'Filter' ? filterStep(input, run) : projectStep(input, run));
    input = input.input;
  } while ((input.kind === 'Filter' || input.kind === 'Project') && run.context.measures === undefined);
  const scope = run.scope();
  for await (const batch of run.open(input, passesAll ? rowsNeeded : Infinity)) {
    const result = runSteps(steps, batch, scope);
    if (run.isDue) await run.pause();
    if (selectedCount(result) > 0) yield result;
    scope.release();
  }
  run.closeScope(scope);
}

function runSteps(steps: readonly Step[], batch: Batch, scope: Scope): Batch {
  let result = batch;
  for (const step of steps) {
    if (selectedCount(result) === 0) return result;
    result = step(result, scope);
  }
  return result;
}

/** A batch with one more column, the same in every row. */
export const withConstant = (batch: Batch, value: Parameters<typeof constantVector>[0]): Batch =>
  ({ rowCount: batch.rowCount, vectors: [...batch.vectors, constantVector(value)], selection: batch.selection });

