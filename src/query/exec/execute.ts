/** The executor's entry: a physical plan as a stream of batches. */
import { type Batch, detachBatch } from '../../data/vector/batch.ts';
import type { PhysicalPlan } from '../plan/physical-plan.ts';
import { build } from './build.ts';
import { type ExecutionContext, QueryRun } from './context.ts';

/**
 * Runs the plan. Nothing happens before the first batch is asked for. Batches own their memory; their `selection` says which rows
 * count, in which order. Errors of execution (EngineError) are thrown from the iterator; leaving it early frees everything.
 */
export function executePlan(plan: PhysicalPlan, context: ExecutionContext): AsyncGenerator<Batch, void, undefined> {
  return context.worker === undefined || context.measures !== undefined ? executeHere(plan, context) : context.worker.execute(plan, context);
}

async function* executeHere(plan: PhysicalPlan, context: ExecutionContext): AsyncGenerator<Batch, void, undefined> {
  const run = new QueryRun(context, context.measures?.around(build) ?? build);
  try {
    context.cancel.check();
    for await (const batch of run.open(plan)) yield detachBatch(batch);
  } finally {
    run.close();
  }
}
