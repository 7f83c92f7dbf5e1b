/** What aggregates say of no rows. */
import { INT64, notNull } from '../../../data/types/type.ts';
import type { BoundExpression } from '../expression.ts';
import type { PlanColumn } from '../logical-plan.ts';

/** What the aggregate says of no rows, where the left join says NULL. */
export function emptyValue(name: string, output: PlanColumn): BoundExpression {
  const value: BoundExpression = { kind: 'column', id: output.id, name: output.name, type: { legs: output.type.legs, nullable: true } };
  if (name !== 'count') return value;
  return { kind: 'coalesce', args: [value, { kind: 'literal', value: 0n, type: notNull(INT64) }], type: notNull(INT64) };
}

