/** The type of GENERATE_SERIES and RANGE. */
import { EngineError } from '../../base/errors.ts';
import { INT64, notNull, singleLeg } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import { typeName } from '../../data/types/type-names.ts';
import type { BoundExpression } from './expression.ts';

export function seriesType(from: BoundExpression, to: BoundExpression, step: BoundExpression | undefined, position: number): ColumnType {
  const first = singleLeg(from.type);
  const last = singleLeg(to.type);
  if (first === undefined || last === undefined) return notNull(INT64);
  if (first.kind === 'int' && last.kind === 'int') return notNull(INT64);
  if (step === undefined && first.kind !== 'int') {
    throw new EngineError('undefined-function', `A series of ${typeName(first)} needs a step`, { position });
  }
  return notNull(first);
}
