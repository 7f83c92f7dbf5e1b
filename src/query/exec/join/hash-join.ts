/**
 * HashJoin: one side is built (the right one; in inner, semi and anti joins the smaller one, see `sides.ts`), the other streams.
 *
 *   built    ─▶ RowBuffer + KeyTable ─▶ rows by key number (starts, list)
 *   streamed ─▶ key numbers ─▶ ranges of the list ─▶ JoinOutput
 */
import type { Batches, QueryRun } from '../context.ts';
import type { PlanOf } from '../operator.ts';
import { BuildSide, candidatesOf, keysOf } from './build-side.ts';
import { joinBuiltLeft } from './built-left.ts';
import { JoinOutput } from './join-output.ts';
import { openSides, type Sides } from './sides.ts';

export async function* hashJoin(plan: PlanOf<'HashJoin'>, run: QueryRun): Batches {
  const sides = await openSides(plan, run);
  try {
    const isLeftBuilt = sides.isExchanged && plan.join !== 'inner';
    for await (const batch of isLeftBuilt ? joinBuiltLeft(sides.plan, sides.build, sides.probe, run) : joined(sides, run)) yield sides.restore(batch);
  } finally {
    await sides.close();
  }
}

async function* joined({ plan, build, probe }: Sides, run: QueryRun): Batches {
  if (build.rowCount === 0 && (plan.join === 'inner' || plan.join === 'semi')) return;
  const keys = keysOf(plan);
  const tables = run.scope();
  const side = new BuildSide(plan, keys, build, tables);
  await side.build(run);
  const markType = plan.join === 'mark' ? plan.columns.at(-1)?.type : undefined;
  const output = new JoinOutput({ join: plan.join, leftCount: plan.left.columns.length, rightCount: plan.right.columns.length, residual: keys.residual, markType }, run);
  const oneIsEnough = output.needsOneMatch && keys.residual === undefined;
  const evaluators = keys.left.map((key) => run.evaluator(key));
  const keyScope = run.scope();
  const scope = run.scope();
  for await (const batch of probe) {
    const vectors = evaluators.map((evaluator) => evaluator.evaluate(batch, keyScope));
    yield* output.batches(batch, side.rows, candidatesOf(side, batch, vectors, oneIsEnough), scope);
    keyScope.release();
  }
  yield* output.unmatchedRight(side.rows, scope);
  run.closeScope(scope);
  run.closeScope(keyScope);
  run.closeScope(tables);
}
