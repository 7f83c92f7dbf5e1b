/** Typed literals: `DATE '2024-01-01'`, `TIMESTAMP '…Z'`, `INTERVAL '1' DAY`: read once, here. */
import { EngineError, isEngineError } from '../../base/errors.ts';
import { parseUuid, resolveCast } from '../../data/types/cast.ts';
import { parseDurationLiteral, parseIntervalLiteral } from '../../data/types/time/parse-interval.ts';
import { parseTimeLiteral, parseTimestamp } from '../../data/types/time/parse.ts';
import { TEXT } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { TypedLiteral } from '../sql/ast-expression.ts';
import { bindTypeName } from './bind-type.ts';
import type { Binder } from './binder.ts';
import type { BoundExpression } from './expression.ts';
import { literalType } from './literal-type.ts';

export function bindTypedLiteral(binder: Binder, literal: TypedLiteral): BoundExpression {
  try {
    const value = literalValue(binder, literal);
    return { kind: 'literal', value, type: literalType(value) };
  } catch (error) {
    if (isEngineError(error)) throw error.at(literal.textStart);
    throw error;
  }
}

/** What `parse` says, with what was being read in front. */
function explained<T>(what: string, parse: () => T): T {
  try { return parse(); } catch (error) {
    if (!isEngineError(error)) throw error;
    throw new EngineError(error.code, `${what} - failed with message ${error.message}`, { hint: error.hint });
  }
}

/** Literals of times have rules of their own; the others read their text as a cast does. */
function literalValue(binder: Binder, literal: TypedLiteral): Value {
  const { type, text } = literal;
  switch (type.name) {
    case 'time': if (type.timeZone === undefined && type.args.length === 0) return parseTimeLiteral(text); break;
    // An offset or zone in the text makes it zoned, even where WITHOUT TIME ZONE is written.
    case 'timestamp': if (type.timeZone !== 'with' && type.args.length === 0) return parseTimestamp(text); break;
    case 'interval': return parseIntervalLiteral(text, type.qualifier);
    case 'duration': return parseDurationLiteral(text);
    case 'uuid': return { kind: 'uuid', text: explained(`Cannot parse UUID: ${text}`, () => parseUuid(text)) };
    default:
  }
  const target = bindTypeName(type);
  const zoned = target.type.kind === 'timestamptz' ? parseTimestamp(text) : undefined;
  if (zoned?.kind === 'timestamptz') return zoned;
  const value = zoned ?? text;
  const cast = resolveCast(zoned === undefined ? TEXT : { kind: 'timestamp', unit: zoned.unit }, target);
  if (cast === undefined) throw new EngineError('cannot-coerce', `No literal of type ${type.name}`, { position: literal.start });
  return cast.call(binder.context.evaluation, value);
}
