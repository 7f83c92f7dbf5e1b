/** What must be a condition. */
import { EngineError } from '../../base/errors.ts';
import type { Type } from '../../data/types/type.ts';
import { makeCall } from './call-type.ts';
import { readsColumn } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';

/** Legs other than BOOLEAN cannot be a condition: alone they are refused, beside BOOLEAN they raise for a row that has one. */
export function requireBoolean(expression: BoundExpression, source: { readonly start: number }, where: string): BoundExpression {
  const wrong = expression.type.legs.find((leg) => leg.kind !== 'bool');
  if (wrong === undefined) return expression;
  if (expression.type.legs.every((leg) => leg.kind !== 'bool')) {
    throw new EngineError('datatype-mismatch', `The argument of ${where} must be a condition (boolean), found ${describeType(wrong)}`, { position: source.start, ofState: readsColumn(expression) });
  }
  return makeCall('condition', [expression], source.start);
}

const describeType = (type: Type): string => (type.kind === 'int' ? `i${type.bits}` : type.kind === 'text' ? 'utf8' : type.kind);
