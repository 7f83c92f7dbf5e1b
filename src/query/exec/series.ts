/** Series: GENERATE_SERIES and RANGE as rows, made one by one. */
import { EngineError } from '../../base/errors.ts';
import { seriesOverload } from '../../catalog/functions/time/series.ts';
import { typeOfValue } from '../../data/types/column-type.ts';
import { typeName } from '../../data/types/type-names.ts';
import type { Value } from '../../data/types/value.ts';
import { selectionOf } from '../../data/vector/batch.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import type { Batches, QueryRun } from './context.ts';
import type { PlanOf } from './operator.ts';
import { Expansion } from './unnest.ts';

/** The values from `from` to `to`; none if a bound or the step is NULL. `step` is undefined where none was given. */
function seriesOf(from: Value, to: Value, step: Value | undefined, inclusive: boolean): Iterator<Value> {
  if (from === null || to === null || step === null) return [][Symbol.iterator]();
  const types = [typeOfValue(from), typeOfValue(to), step === undefined ? undefined : typeOfValue(step)] as const;
  const overload = seriesOverload(...types);
  if (overload === undefined) {
    const names = types.filter((type) => type !== undefined).map(typeName);
    throw new EngineError('undefined-function', `there is no series from ${names[0]} to ${names[1]}${names[2] === undefined ? '' : ` by ${names[2]}`}`);
  }
  return overload.iterate(from, to, step, inclusive)[Symbol.iterator]();
}

export async function* series(plan: PlanOf<'Series'>, run: QueryRun): Batches {
  const [from, to] = [run.evaluator(plan.from), run.evaluator(plan.to)];
  const step = plan.step === undefined ? undefined : run.evaluator(plan.step);
  const scope = run.scope();
  const expansion = new Expansion(1, plan.ordinality);
  for await (const batch of run.open(plan.input)) {
    const [readFrom, readTo] = [vectorReader(from.evaluate(batch, null)), vectorReader(to.evaluate(batch, null))];
    const readStep = step === undefined ? undefined : vectorReader(step.evaluate(batch, null));
    for (const row of selectionOf(batch)) {
      const items = seriesOf(readFrom(row), readTo(row), readStep?.(row), plan.inclusive);
      let ordinal = 1n;
      for (let item = items.next(); item.done !== true; item = items.next()) {
        expansion.push(row, item.value, ordinal++);
        if (!expansion.isFull) continue;
        if (run.isDue) await run.pause();
        yield expansion.take(batch, scope);
        scope.release();
      }
    }
    if (run.isDue) await run.pause();
    if (!expansion.isEmpty) yield expansion.take(batch, scope);
    scope.release();
  }
  run.closeScope(scope);
}
