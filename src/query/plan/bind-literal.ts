/** Typed literals: `DATE '2024-01-01'`, `TIMESTAMP '…Z'`, `INTERVAL '1' DAY`: read once, here. */
import { EngineError, isEngineError } from '../../base/errors.ts';
import { resolveCast } from '../../data/types/cast.ts';
import type { CastTarget } from '../../data/types/cast-target.ts';
import { columnTypeOfValue, typeOfValue } from '../../data/types/column-type.ts';
import { isLiteralKind, parseTypedLiteral } from '../../data/types/time/literal.ts';
import { TEXT } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { TypedLiteral } from '../sql/ast-expression.ts';
import { bindTypeName } from './bind-type.ts';
import type { Binder } from './binder.ts';
import type { BoundExpression } from './expression.ts';

export function bindTypedLiteral(binder: Binder, literal: TypedLiteral): BoundExpression {
  const to = bindTypeName(literal.type);
  try {
    const value = valueOf(binder, literal, to);
    return { kind: 'literal', value, type: columnTypeOfValue(value) };
  } catch (error) {
    if (isEngineError(error)) throw error.at(literal.textStart);
    throw error;
  }
}

/** The text of a timestamp says whether it has a zone; WITH TIME ZONE gives the session's to one that has none. */
function valueOf(binder: Binder, literal: TypedLiteral, to: CastTarget): Value {
  const { name, timeZone, args, qualifier } = literal.type;
  const kind = name === 'timestamptz' ? 'timestamp' : name;
  if (!isLiteralKind(kind)) return castTo(binder, literal, literal.text, to);
  const value = parseTypedLiteral(kind, literal.text, qualifier);
  const needsZone = kind === 'timestamp' && (timeZone === 'with' || name === 'timestamptz') && value.kind === 'timestamp';
  return needsZone || args.length > 0 ? castTo(binder, literal, value, to) : value;
}

function castTo(binder: Binder, literal: TypedLiteral, value: Exclude<Value, null>, to: CastTarget): Value {
  const cast = resolveCast(typeof value === 'string' ? TEXT : typeOfValue(value), to);
  if (cast === undefined) throw new EngineError('cannot-coerce', `No literal of type ${literal.type.name}`, { position: literal.start });
  try { return cast.call(binder.context.evaluation, value); } catch (error) {
    if (!isEngineError(error)) throw error;
    const message = `Cannot parse ${literal.type.name.toUpperCase()}: ${literal.text} - failed with message ${error.message}`;
    throw new EngineError(error.code, message, { position: literal.textStart, hint: error.hint, detail: error.detail });
  }
}
