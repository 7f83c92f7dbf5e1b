/**
 * Series: GENERATE_SERIES and RANGE, streamed. Integers count; points in time have an interval or duration added, from the last one.
 */
import { EngineError } from '../../base/errors.ts';
import { resolveCall } from '../../catalog/resolve-call.ts';
import { columnTypeOfValue } from '../../data/types/column-type.ts';
import { compareValues } from '../../data/types/compare.ts';
import { asBigInt, intOf } from '../../data/types/numeric.ts';
import { isTagged, type Value } from '../../data/types/value.ts';
import { selectionOf } from '../../data/vector/batch.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import { scalarNamed } from '../expr/functions.ts';
import { build } from './build.ts';
import type { Batches, QueryRun } from './context.ts';
import type { PlanOf } from './operator.ts';
import { Expansion } from './unnest.ts';

interface Bounds { readonly from: Value; readonly to: Value; readonly step: Value }

const isInteger = (value: Value): boolean => typeof value === 'bigint' || (isTagged(value) && value.kind === 'int');
const zeroStep = (): EngineError => new EngineError('invalid-parameter-value', 'the step of a series must not be zero');

const bitsOf = (value: Value): number => (isTagged(value) && value.kind === 'int' ? value.bits : 64);

/** Numbers of a series; of the widest of the types given. */
function* integers({ from, to, step }: Bounds, inclusive: boolean): Generator<Value> {
  const by = asBigInt(step);
  if (by === 0n) throw zeroStep();
  const end = asBigInt(to);
  const bits = Math.max(...[from, to, step].map(bitsOf)) as 8 | 16 | 32 | 64;
  const isInside = (at: bigint): boolean => (at === end ? inclusive : at < end === by > 0n);
  for (let at = asBigInt(from); isInside(at); at += by) yield bits === 64 ? at : intOf(at, bits);
}

function* moments({ from, to, step }: Bounds, inclusive: boolean, run: QueryRun): Generator<Value> {
  const plus = scalarNamed('+');
  const context = run.expressions.evaluation;
  const add = resolveCall(plus, [columnTypeOfValue(from), columnTypeOfValue(step)]).call;
  const first = add(context, from, step);
  const again = resolveCall(plus, [columnTypeOfValue(first), columnTypeOfValue(step)]).call;
  const direction = compareValues(first, from);
  if (direction === 0) throw zeroStep();
  for (let at = from, next = first; ; at = next, next = again(context, at, step)) {
    const order = compareValues(at, to) * (direction > 0 ? 1 : -1);
    if (order > 0 || (order === 0 && !inclusive)) return;
    yield at;
  }
}

function itemsOfSeries(bounds: Bounds, inclusive: boolean, run: QueryRun): Iterator<Value> {
  if (isInteger(bounds.from) && isInteger(bounds.to) && isInteger(bounds.step)) return integers(bounds, inclusive);
  return moments(bounds, inclusive, run);
}

export async function* series(plan: PlanOf<'Series'>, run: QueryRun): Batches {
  const [from, to] = [run.evaluator(plan.from), run.evaluator(plan.to)];
  const step = plan.step === undefined ? undefined : run.evaluator(plan.step);
  const scope = run.scope();
  const expansion = new Expansion(plan.ordinality);
  for await (const batch of build(plan.input, run)) {
    const [readFrom, readTo] = [vectorReader(from.evaluate(batch, null)), vectorReader(to.evaluate(batch, null))];
    const readStep = step === undefined ? (): Value => 1n : vectorReader(step.evaluate(batch, null));
    for (const row of selectionOf(batch)) {
      const bounds: Bounds = { from: readFrom(row), to: readTo(row), step: readStep(row) };
      if (bounds.from === null || bounds.to === null || bounds.step === null) continue;
      const items = itemsOfSeries(bounds, plan.inclusive, run);
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
