/** Type names and typed literals: `DATE '2024-01-01'`, `INTERVAL '1' DAY`, `x::text[]`. */
import { EngineError } from '../../base/errors.ts';
import type { CastTarget } from '../../data/types/cast-target.ts';
import { INSTANT, nullable } from '../../data/types/type.ts';
import { castTargetOf } from '../../data/types/type-names.ts';
import type { TypeName } from '../sql/ast-expression.ts';
import { makeCall } from './call-type.ts';
import { NULL_LITERAL } from './cast-type.ts';
import type { BoundExpression } from './expression.ts';
import { nearestName } from './near-name.ts';

const TIME_NAMES = new Set(['time', 'timestamp']);
/** Names of PostgreSQL's that mean a type of ours. */
const SYNONYMS: Readonly<Record<string, string>> = { name: 'text', '"char"': 'text', bpchar: 'text', json: 'text', jsonb: 'text', regnamespace: 'text', regrole: 'text', xid: 'integer', cstring: 'text', unknown: 'text' };
const SOME_NAMES = ['boolean', 'smallint', 'integer', 'bigint', 'real', 'double precision', 'float', 'decimal', 'numeric', 'text', 'varchar', 'bytea', 'uuid', 'uri', 'keyword', 'date', 'time', 'timestamp', 'timestamptz', 'duration', 'interval', 'regclass', 'oid'];

function unknownType(type: TypeName): EngineError {
  const near = nearestName(type.name, SOME_NAMES);
  return new EngineError('undefined-object', `Unknown type: ${type.name}`, { position: type.start, hint: near === undefined ? undefined : `Perhaps you meant ${near}.` });
}

function elementTarget(type: TypeName): CastTarget {
  if (type.name === 'char' && type.args.length > 0) {
    throw new EngineError('syntax-error', `mismatched input '(': char has no length`, { position: type.start, hint: 'Text has no length limit: write char or text.' });
  }
  const withZone = TIME_NAMES.has(type.name) && type.timeZone !== undefined ? `${type.name} ${type.timeZone} time zone` : type.name;
  const target = castTargetOf(withZone, type.args) ?? castTargetOf(SYNONYMS[type.name] ?? type.name, type.args);
  if (target === undefined) throw unknownType(type);
  return type.qualifier === undefined ? target : { ...target, intervalQualifier: type.qualifier };
}

/** What a cast to this type name aims at. Throws 42704 for unknown names. */
export function bindTypeName(type: TypeName): CastTarget {
  if (type.fields.length > 0) throw new EngineError('unsupported', 'ROW types cannot be cast to', { position: type.start, hint: 'Write the fields as a struct: {a: x::int, b: y::text}.' });
  let target = elementTarget(type);
  for (let dimension = 0; dimension < type.arrayDimensions; dimension++) target = { type: { kind: 'list', element: nullable(target.type) } };
  return target;
}

/** `x::regtype`: the type's name where x is an OID, and its OID where x is a name; so that it compares with OIDs and reads as a name. */
export function bindRegType(arg: BoundExpression, position: number): BoundExpression {
  const isName = arg.type.legs.some((leg) => leg.kind === 'text');
  return isName ? makeCall('to_regtype', [arg], position) : makeCall('format_type', [arg, NULL_LITERAL], position);
}

/** `x::regtype::text`: the type's SQL name, whichever x is. */
export function bindRegTypeText(arg: BoundExpression, position: number): BoundExpression {
  const isName = arg.type.legs.some((leg) => leg.kind === 'text');
  return makeCall('format_type', [isName ? makeCall('to_regtype', [arg], position) : arg, NULL_LITERAL], position);
}

export const INSTANT_TARGET: CastTarget = { type: INSTANT };
