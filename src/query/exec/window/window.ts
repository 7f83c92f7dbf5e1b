import { EngineError } from '../../../base/errors.ts';
import type { Batches, QueryRun } from '../context.ts';
import type { PlanOf } from '../operator.ts';

export async function* window(plan: PlanOf<'Window'>, run: QueryRun): Batches {
  run.cancel.check();
  throw new EngineError('unsupported', `window functions are not available (${plan.calls.length} called)`);
}
