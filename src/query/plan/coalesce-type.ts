/** The type of COALESCE. */
import { joinAll } from '../../data/types/column-type.ts';
import { withNull } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { BoundExpression } from './expression.ts';

/** Legs of the arguments up to the first that is never NULL. */
export function coalesceType(args: readonly BoundExpression[]): ColumnType {
  const reachable: ColumnType[] = [];
  for (const { type } of args) {
    reachable.push({ legs: type.legs, nullable: false });
    if (!type.nullable) return joinAll(reachable);
  }
  return withNull(joinAll(reachable));
}
