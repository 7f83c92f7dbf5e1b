/** Names of types: as error messages say them, and as SQL writes them. */
import { EngineError } from '../../base/errors.ts';
import type { CastTarget } from './cast-target.ts';
import { DECIMAL_PRECISION_MAX } from './decimal.ts';
import { BOOL, BYTES, DATE, FLOAT32, FLOAT64, INT16, INT32, INT64, INT8, KEYWORD, TEXT, URI, UUID } from './type.ts';
import type { Type } from './type.ts';

/** The name of a leg without parameters: `i64`, `utf8`, `timestamp-tz`. */
export function typeName(type: Type | undefined): string {
  if (type === undefined) return 'null';
  switch (type.kind) {
    case 'int': return `i${type.bits}`;
    case 'float': return `f${type.bits}`;
    case 'text': return 'utf8';
    case 'bytes': return 'varbinary';
    case 'time': return 'time-local';
    case 'timestamp': return 'timestamp-local';
    case 'timestamptz': return 'timestamp-tz';
    case 'period': return 'tstz-range';
    case 'error': return 'transit';
    default: return type.kind;
  }
}

const target = (type: Type): (() => CastTarget) => () => ({ type });

const TARGETS: Readonly<Record<string, (args: readonly number[]) => CastTarget>> = {
  boolean: target(BOOL), bool: target(BOOL),
  tinyint: target(INT8), smallint: target(INT16), int2: target(INT16), int: target(INT32), integer: target(INT32), int4: target(INT32), bigint: target(INT64), int8: target(INT64),
  real: target(FLOAT32), float4: target(FLOAT32), 'double precision': target(FLOAT64), double: target(FLOAT64), float8: target(FLOAT64),
  float: ([digits]) => ({ type: digits !== undefined && digits <= 24 || digits === undefined ? FLOAT32 : FLOAT64 }),
  decimal: decimalTarget, numeric: decimalTarget, dec: decimalTarget,
  text: textTarget, varchar: textTarget, char: textTarget, character: textTarget, 'character varying': textTarget,
  varbinary: target(BYTES), bytea: target(BYTES), 'binary varying': target(BYTES),
  uuid: target(UUID), uri: target(URI), keyword: target(KEYWORD), date: target(DATE),
  time: ([precision]) => ({ type: { kind: 'time', unit: 'us' }, precision }),
  'time without time zone': ([precision]) => ({ type: { kind: 'time', unit: 'us' }, precision }),
  'time with time zone': ([precision]) => ({ type: { kind: 'timestamptz', unit: 'us', zone: 'UTC' }, precision }),
  timestamp: ([precision]) => ({ type: { kind: 'timestamp', unit: 'us' }, precision }),
  'timestamp without time zone': ([precision]) => ({ type: { kind: 'timestamp', unit: 'us' }, precision }),
  'timestamp with time zone': ([precision]) => ({ type: { kind: 'timestamptz', unit: 'us', zone: 'UTC' }, precision }),
  timestamptz: ([precision]) => ({ type: { kind: 'timestamptz', unit: 'us', zone: 'UTC' }, precision }),
  duration: ([precision]) => ({ type: { kind: 'duration', unit: 'us' }, precision }),
  interval: target({ kind: 'interval', form: 'month-day-micro' }),
  oid: target({ kind: 'oid' }), regclass: target({ kind: 'regclass' }), regproc: target({ kind: 'regproc' }),
};

/** Text has no length. */
function textTarget(args: readonly number[]): CastTarget {
  if (args.length > 0) throw new EngineError('unsupported', 'Text types have no length', { hint: 'Write TEXT; use SUBSTRING to shorten a text.' });
  return { type: TEXT };
}

/** Without (p): 64 digits, 9 of them fractional, and an existing decimal keeps its own. */
function decimalTarget([precision, scale]: readonly number[]): CastTarget {
  if (precision === undefined) return { type: { kind: 'decimal', precision: 64, scale: 9 }, bare: true };
  if (precision < 1 || precision > DECIMAL_PRECISION_MAX) throw new EngineError('invalid-parameter-value', `DECIMAL has 1 to ${DECIMAL_PRECISION_MAX} digits, found ${precision}`);
  if ((scale ?? 0) > precision) throw new EngineError('invalid-parameter-value', `DECIMAL(${precision}, ${scale}) has more fractional digits than digits`);
  return { type: { kind: 'decimal', precision, scale: scale ?? 0 } };
}

/** The cast target of a SQL type name in lower case with single spaces; undefined for unknown names. The interval's qualifier is the parser's. */
export const castTargetOf = (name: string, args: readonly number[]): CastTarget | undefined =>
  (Object.hasOwn(TARGETS, name) ? TARGETS[name]?.(args) : undefined);
