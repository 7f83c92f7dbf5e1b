/** Casts with their static types. */
import { EngineError } from '../../base/errors.ts';
import type { CastTarget } from '../../data/types/cast-target.ts';
import { resolveCast } from '../../data/types/cast.ts';
import { equalTypes, joinAll } from '../../data/types/column-type.ts';
import { NULL_TYPE, nullable, singleLeg } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import { typeName } from '../../data/types/type-names.ts';
import { readsColumn } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';

/** What the cast gives. Throws 42846 when none of the legs has a cast. */
function castType(arg: BoundExpression, to: CastTarget, position: number | undefined): ColumnType {
  const from = arg.type;
  if (from.legs.length === 0) return { legs: [to.type], nullable: true };
  const results: ColumnType[] = [];
  let refused: Type | undefined;
  for (const leg of from.legs) {
    const cast = resolveCast(leg, to);
    if (cast === undefined) refused = leg; else results.push(cast.result);
  }
  if (results.length === 0) {
    throw new EngineError('cannot-coerce', `Unsupported cast: '${typeName(refused)}' -> '${typeName(to.type)}'`, { position, ofState: readsColumn(arg) });
  }
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
  return from.legs.some((leg) => resolveCast(leg, to)?.mayRaise ?? true);
}
