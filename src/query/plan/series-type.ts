/** The type of GENERATE_SERIES and RANGE as rows: that of the values that the series of the arguments' legs make. */
import { EngineError } from '../../base/errors.ts';
import { seriesOverload } from '../../catalog/functions/time/series.ts';
import { joinAll } from '../../data/types/column-type.ts';
import { INT64, notNull } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import { typeName } from '../../data/types/type-names.ts';
import type { BoundExpression } from './expression.ts';

/** Throws 42883 if no legs of the arguments make a series. Arguments that are NULL, or parameters of no type yet, make one of integers. */
export function seriesType(from: BoundExpression, to: BoundExpression, step: BoundExpression | undefined, position: number): ColumnType {
  const steps: readonly (Type | undefined)[] = step === undefined ? [undefined] : step.type.legs;
  const found = from.type.legs.flatMap((first) => to.type.legs.flatMap((last) => steps.map((by) => seriesOverload(first, last, by)?.result)))
    .filter((result) => result !== undefined);
  if (found.length > 0) return joinAll(found);
  const [first, last] = [from.type.legs[0], to.type.legs[0]];
  if (first === undefined || last === undefined || steps.length === 0) return notNull(INT64);
  const message = step === undefined ? `A series of ${typeName(first)} needs a step` : `there is no series from ${typeName(first)} to ${typeName(last)} by ${typeName(steps[0])}`;
  throw new EngineError('undefined-function', message, { position });
}
