/** Typed literals: `DATE '2024-01-01'`, `TIMESTAMP '…Z'`, `INTERVAL '1' DAY`: read once, here. */
import { EngineError, isEngineError } from '../../base/errors.ts';
import { columnTypeOfValue } from '../../data/types/column-type.ts';
import { resolveCast } from '../../data/types/cast.ts';
import { TEXT } from '../../data/types/type.ts';
import type { TypedLiteral } from '../sql/ast-expression.ts';
import { bindTypeName } from './bind-type.ts';
import type { Binder } from './binder.ts';
import type { BoundExpression } from './expression.ts';

/** TIMESTAMP '…' with an offset or zone is zoned, whatever the name says, unless WITHOUT TIME ZONE is written. */
const ZONED = /(?:[Zz]|[+-]\d{2}(?::?\d{2}){0,2}|\])\s*$/u;

export function bindTypedLiteral(binder: Binder, literal: TypedLiteral): BoundExpression {
  const { type: typeName } = literal;
  const isZoned = typeName.name === 'timestamp' && typeName.timeZone === undefined && ZONED.test(literal.text) && /\d[T ]\d/u.test(literal.text);
  const to = bindTypeName(isZoned ? { ...typeName, timeZone: 'with' } : typeName);
  const cast = resolveCast(TEXT, to);
  if (cast === undefined) throw new EngineError('cannot-coerce', `No literal of type ${typeName.name}`, { position: literal.start });
  try {
    const value = cast.call(binder.context.evaluation, literal.text);
    return { kind: 'literal', value, type: columnTypeOfValue(value) };
  } catch (error) {
    if (isEngineError(error)) throw error.at(literal.textStart);
    throw error;
  }
}
