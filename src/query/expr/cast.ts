/** Casts: the conversion is chosen from the argument's legs, once where there is one leg, else by the leg of each value. */
import { EngineError } from '../../base/errors.ts';
import { type Cast, resolveCast } from '../../data/types/cast.ts';
import { familyKeyOfValue, typeOfValue } from '../../data/types/column-type.ts';
import type { CastTarget } from '../../data/types/cast-target.ts';
import { typeName } from '../../data/types/type-names.ts';
import { singleLeg, type Type } from '../../data/types/type.ts';
import type { ScalarCall } from '../../catalog/function.ts';
import type { Value } from '../../data/types/value.ts';
import type { Vector } from '../../data/vector/vector.ts';
import type { BoundExpression } from '../plan/expression.ts';
import type { Evaluator, ExpressionContext } from './evaluator.ts';
import { type LiftedCall, liftCall } from './lift.ts';

function castOf(from: Type, to: CastTarget): Cast {
  const resolved = resolveCast(from, to);
  if (resolved === undefined) throw new EngineError('cannot-coerce', `${typeName(from)} cannot be cast to ${typeName(to.type)}`);
  return resolved;
}

/** The conversion for values of any leg. */
function castByValue(to: CastTarget): ScalarCall {
  const byFamily = new Map<string, Cast>();
  return (context, value) => {
    const present = value as Exclude<Value, null>;
    const family = familyKeyOfValue(present);
    let resolved = byFamily.get(family);
    if (resolved === undefined) {
      resolved = castOf(typeOfValue(present), to);
      byFamily.set(family, resolved);
    }
    return resolved.call(context, present);
  };
}

export function compileCast(expression: Extract<BoundExpression, { kind: 'cast' }>, arg: Evaluator, context: ExpressionContext): Evaluator {
  const { to, position } = expression;
  const leg = singleLeg(expression.arg.type);
  const resolved = leg === undefined ? undefined : resolveCast(leg, to);
  const call: ScalarCall = resolved === undefined ? castByValue(to) : (inner, value) => resolved.call(inner, value as Exclude<Value, null>);
  const lifted: LiftedCall = { call, propagatesNull: true, volatile: false, position };
  return {
    type: expression.type,
    evaluate(batch, scope): Vector {
      return liftCall(lifted, context.evaluation, [arg.evaluate(batch, scope)], batch);
    },
  };
}
