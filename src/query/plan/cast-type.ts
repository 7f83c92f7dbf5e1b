/** Casts with their static types. */
import { EngineError, isEngineError } from '../../base/errors.ts';
import type { CastTarget } from '../../data/types/cast-target.ts';
import { type Cast, resolveCast } from '../../data/types/cast.ts';
import { equalTypes, joinAll } from '../../data/types/column-type.ts';
import { NULL_TYPE, nullable, singleLeg } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import { typeName } from '../../data/types/type-names.ts';
import { readsColumn } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';

const unsupportedCast = (from: Type, to: CastTarget): EngineError =>
  new EngineError('cannot-coerce', `Unsupported cast: '${typeName(from)}' -> '${typeName(to.type)}'`);

/** The cast of a leg, or why there is none. */
function castOrRefusal(from: Type, to: CastTarget): Cast | EngineError {
  try {
    return resolveCast(from, to) ?? unsupportedCast(from, to);
  } catch (error) {
    if (isEngineError(error)) return error;
    throw error;
  }
}

/** What a cast of these legs gives. A leg without a cast raises only for a row that has it; throws when none of the legs has one. */
function castType(arg: BoundExpression, to: CastTarget, position: number | undefined): ColumnType {
  const from = arg.type;
  if (from.legs.length === 0) return { legs: [to.type], nullable: true };
  const results: ColumnType[] = [];
  let refusal: EngineError | undefined;
  for (const leg of from.legs) {
    const cast = castOrRefusal(leg, to);
    if (isEngineError(cast)) refusal = cast; else results.push(cast.result);
  }
  if (results.length === 0 && refusal !== undefined) throw readsColumn(arg) ? refusal.at(position).asOfState() : refusal.at(position);
  const joined = joinAll(results);
  return from.nullable ? { legs: joined.legs, nullable: true } : joined;
}

export function makeCast(arg: BoundExpression, to: CastTarget, position?: number): BoundExpression {
  return { kind: 'cast', arg, to, type: castType(arg, to, position), position };
}

/** The expression itself if it has that one type already, else a cast. */
export function castTo(arg: BoundExpression, type: Type, position?: number): BoundExpression {
  const leg = singleLeg(arg.type);
  if (leg !== undefined && equalTypes(leg, type)) return arg;
  if (arg.kind === 'literal' && arg.value === null) return { kind: 'literal', value: null, type: nullable(type) };
  return makeCast(arg, { type }, position);
}

export const NULL_LITERAL: BoundExpression = { kind: 'literal', value: null, type: NULL_TYPE };

/** Whether a cast of these legs may raise for some values. */
export function castMayRaise(from: ColumnType, to: CastTarget): boolean {
  return from.legs.some((leg) => { const cast = castOrRefusal(leg, to); return isEngineError(cast) || cast.mayRaise; });
}
