/** The one type that all legs of a column promote to. */
import { isNumericType, promote } from './numeric.ts';
import { joinTimeTypes } from './time/type-join.ts';
import type { ColumnType, Type } from './type.ts';

/** Numbers and times of several types promote; undefined where legs have nothing in common, or where there is none. */
export function commonType(type: ColumnType): Type | undefined {
  const [first, ...rest] = type.legs;
  let result = first;
  for (const leg of rest) {
    if (result === undefined) return undefined;
    result = isNumericType(result) && isNumericType(leg) ? promote(result, leg) : joinTimeTypes(result, leg);
  }
  return result;
}
