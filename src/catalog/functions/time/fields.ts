/** EXTRACT and DATE_TRUNC. Fields and units are text literals in any case; the binder passes bare words so. */
import { EngineError } from '../../../base/errors.ts';
import { EXTRACT_FIELDS, extractFieldOf, extractor } from '../../../data/types/time/extract.ts';
import { TRUNCATE_UNITS, truncateUnitOf, truncator } from '../../../data/types/time/truncate.ts';
import { INT32, notNull } from '../../../data/types/type.ts';
import type { Value } from '../../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition, Overload } from '../../function.ts';
import { scalar } from '../definition.ts';

function literalText(argument: ArgumentType | undefined, what: string, known: readonly string[]): string {
  if (typeof argument?.literal === 'string') return argument.literal;
  throw new EngineError('invalid-parameter-value', `${what} must be a literal`, { hint: `One of ${known.join(', ')}.` });
}

function resolveExtract(args: readonly ArgumentType[]): Overload | undefined {
  const name = literalText(args[0], 'The field of EXTRACT', EXTRACT_FIELDS);
  const field = extractFieldOf(name);
  if (field === undefined) throw new EngineError('invalid-parameter-value', `EXTRACT has no field ${name}`, { hint: `One of ${EXTRACT_FIELDS.join(', ')}.` });
  const type = args[1]?.type;
  const extract = type === undefined ? undefined : extractor(field, type);
  if (extract === undefined) return undefined;
  return { result: notNull(INT32), call: (_, __, value) => ({ kind: 'int', bits: 32, value: extract(value as Value) }), mayRaise: field === 'EPOCH' };
}

function resolveDateTrunc(args: readonly ArgumentType[]): Overload | undefined {
  const name = literalText(args[0], 'The unit of DATE_TRUNC', TRUNCATE_UNITS);
  const unit = truncateUnitOf(name);
  if (unit === undefined) throw new EngineError('invalid-parameter-value', `DATE_TRUNC has no unit ${name}`, { hint: `One of ${TRUNCATE_UNITS.join(', ')}.` });
  const type = args[1]?.type;
  if (type === undefined || (args.length > 2 && args[2]?.type?.kind !== 'text')) return undefined;
  const zone = args.length > 2 ? literalText(args[2], 'The zone of DATE_TRUNC', ['an IANA name', 'an offset']) : undefined;
  const truncate = truncator(unit, type, zone);
  return truncate && { result: notNull(type), call: (_, __, value) => truncate(value as Value), mayRaise: type.kind !== 'date' && type.kind !== 'interval' };
}

export const TIME_FIELD_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('time', {
    name: 'extract', arity: 2, resolve: resolveExtract, signature: 'EXTRACT(field FROM value) → int',
    doc: `One field of a date, time, timestamp or interval: ${EXTRACT_FIELDS.join(', ')}.`, example: "EXTRACT(YEAR FROM DATE '2020-02-29')",
  }),
  scalar('time', {
    name: 'date_trunc', arity: [2, 3], resolve: resolveDateTrunc, signature: 'DATE_TRUNC(unit, value[, zone])',
    doc: 'A date, timestamp or interval cut down to a unit; a zoned timestamp on the clock of its own zone or of the one given. Weeks begin on Monday.',
    example: "DATE_TRUNC(MONTH, TIMESTAMP '2020-02-29T12:34:56')",
  }),
];
