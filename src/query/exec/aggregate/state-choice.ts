/** The one place where typed states are put in accumulators' stead. */
import type { AggregateOverload, EvaluationContext } from '../../../catalog/function.ts';
import { type ColumnType, singleLeg } from '../../../data/types/type.ts';
import { AccumulatorState, type AggregateState } from './aggregate-state.ts';
import { extremeFloat64State, extremeInt64State } from './extreme-states.ts';
import { CountState, SumDoubleState, SumInt64State } from './sum-states.ts';

function typedState(name: string, overload: AggregateOverload, argument: ColumnType | undefined): AggregateState | undefined {
  if (overload.kernel === 'count_rows' || overload.kernel === 'count') return new CountState();
  const leg = argument === undefined ? undefined : singleLeg(argument);
  if (leg === undefined) return undefined;
  const isInt64 = leg.kind === 'int' && leg.bits === 64;
  const isFloat64 = leg.kind === 'float' && leg.bits === 64;
  switch (name) {
    case 'sum': return isInt64 ? new SumInt64State() : isFloat64 ? new SumDoubleState('sum') : undefined;
    case 'avg': return isInt64 || isFloat64 ? new SumDoubleState('mean') : undefined;
    case 'min': case 'max': return isInt64 ? extremeInt64State(name) : isFloat64 ? extremeFloat64State(name) : undefined;
    default: return undefined;
  }
}

export function chooseState(name: string, overload: AggregateOverload, args: readonly ColumnType[], context: EvaluationContext): AggregateState {
  return typedState(name, overload, args[0]) ?? new AccumulatorState(overload, context);
}
