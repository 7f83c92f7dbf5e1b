/** Plan → operators: one case for each kind. */
import { unreachable } from '../../base/assert.ts';
import type { PhysicalPlan } from '../plan/physical-plan.ts';
import { apply } from './join/apply.ts';
import { hashJoin } from './join/hash-join.ts';
import { nestedLoopJoin } from './join/nested-loop-join.ts';
import { hashAggregate } from './aggregate/hash-aggregate.ts';
import type { Batches, QueryRun } from './context.ts';
import { distinct } from './distinct.ts';
import { limit } from './limit.ts';
import { nest } from './nest.ts';
import { recursive, withDefinition, withReference } from './relations.ts';
import { series } from './series.ts';
import { setOperation, unionAll } from './set-operation.ts';
import { sort } from './sort.ts';
import { overSteps } from './steps.ts';
import { tableScan } from './table-scan.ts';
import { topK } from './top-k.ts';
import { unnest } from './unnest.ts';
import { values } from './values.ts';
import { window } from './window/window.ts';

export function build(plan: PhysicalPlan, run: QueryRun, rowsNeeded: number): Batches {
  switch (plan.kind) {
    case 'TableScan': return tableScan(plan, run, rowsNeeded);
    case 'Values': return values(plan, run);
    case 'Filter': case 'Project': return overSteps(plan, run, rowsNeeded);
    case 'HashJoin': return hashJoin(plan, run);
    case 'NestedLoopJoin': return nestedLoopJoin(plan, run);
    case 'Apply': return apply(plan, run);
    case 'HashAggregate': return hashAggregate(plan, run);
    case 'Window': return window(plan, run);
    case 'Distinct': return distinct(plan, run);
    case 'Sort': return sort(plan, run);
    case 'TopK': return topK(plan, run);
    case 'Limit': return limit(plan, run);
    case 'UnionAll': return unionAll(plan, run);
    case 'SetOperation': return setOperation(plan, run);
    case 'Unnest': return unnest(plan, run);
    case 'Series': return series(plan, run);
    case 'Nest': return nest(plan, run);
    case 'With': return withDefinition(plan, run);
    case 'WithReference': return withReference(plan, run);
    case 'Recursive': return recursive(plan, run);
    default: return unreachable(plan);
  }
}
