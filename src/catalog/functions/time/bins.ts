/**
 * Bins of equal width from an origin.
 *
 *   DATE_BIN(INTERVAL 'PT15M', 12:34)                12:30
 *   RANGE_BINS(INTERVAL 'PT1H', [12:30, 14:00))      [12:00, 13:00) weight 1/3, [13:00, 14:00) weight 2/3
 *
 * DATE_BIN is origin + stride × ((value − origin) ÷ stride), with the operators' own typing; the division is towards zero,
 * so what lies before the origin is moved up to the end of its bin, as in XTDB.
 */
import { EngineError } from '../../../base/errors.ts';
import { must } from '../../../base/assert.ts';
import { intervalToNanos } from '../../../data/types/time/cast-interval.ts';
import type { TimePoint } from '../../../data/types/time/local.ts';
import { toInstant } from '../../../data/types/time/local.ts';
import { instantAt } from '../../../data/types/time/period.ts';
import { isPointType } from '../../../data/types/time/type-join.ts';
import { floorDiv } from '../../../data/types/time/units.ts';
import type { ColumnType, Type } from '../../../data/types/type.ts';
import { FLOAT64, INSTANT, INT64, notNull, singleLeg } from '../../../data/types/type.ts';
import type { Interval, PeriodValue, StructValue, Value } from '../../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition, Overload } from '../../function.ts';
import { scalar } from '../definition.ts';
import { timeOperator } from './operators.ts';

const EPOCH = instantAt(0n);

const operator = (name: string, a: Type, b: Type): Overload | undefined => timeOperator(name, [{ type: a }, { type: b }]);
const legOf = (type: ColumnType): Type => must(singleLeg(type), 'an operator on points has one leg');

function resolveDateBin(args: readonly ArgumentType[]): Overload | undefined {
  const [stride, source, origin] = [args[0]?.type, args[1]?.type, args.length > 2 ? args[2]?.type : INSTANT];
  if (stride?.kind !== 'interval' || source === undefined || !isPointType(source) || origin === undefined || !isPointType(origin)) return undefined;
  if (stride.form === 'year-month') throw new EngineError('data-exception', 'Cannot cast a year-month interval to a duration', { hint: 'The bins of DATE_BIN are of days and times.' });
  if (source.kind === 'date' && origin.kind === 'date') return dateBinOfDates(stride, source);
  const minus = operator('-', source, origin);
  const divide = minus && operator('/', legOf(minus.result), stride);
  const times = operator('*', stride, INT64);
  const plus = times && operator('+', origin, legOf(times.result));
  if (minus === undefined || divide === undefined || times === undefined || plus === undefined) return undefined;
  return {
    result: plus.result, mayRaise: true,
    call: (context, width, value, from = EPOCH) =>
      plus.call(context, from, times.call(context, width as Value, divide.call(context, minus.call(context, value as Value, from), width as Value))),
  };
}

/** Two dates differ by days, not by a duration: both are taken as their midnights. */
function dateBinOfDates(stride: Type, source: Type): Overload | undefined {
  const local: Type = { kind: 'timestamp', unit: 'us' };
  const overload = resolveDateBin([{ type: stride }, { type: source }, { type: local }]);
  return overload && {
    ...overload,
    call: (context, width, value, origin) =>
      overload.call(context, width as Value, value as Value, { kind: 'timestamp', unit: 'us', value: BigInt((origin as { readonly days: number }).days) * 86_400_000_000n }),
  };
}

const BIN: Type = { kind: 'struct', fields: [{ name: '_from', type: notNull(INSTANT) }, { name: '_to', type: notNull(INSTANT) }, { name: '_weight', type: notNull(FLOAT64) }] };

/** Width of a bin in µs, which must be positive. */
function strideMicros(stride: Interval): bigint {
  const micros = intervalToNanos(stride) / 1000n;
  if (micros <= 0n) throw new EngineError('data-exception', 'The stride of bins must be at least a microsecond');
  return micros;
}

/** More bins than this in one value are refused. */
const BIN_COUNT_MAX = 1_000_000n;

function rangeBins(stride: bigint, from: bigint, to: bigint, origin: bigint): Value {
  const first = floorDiv(from - origin, stride) * stride + origin;
  const last = (floorDiv(to - origin - 1n, stride) + 1n) * stride + origin;
  if ((last - first) / stride > BIN_COUNT_MAX) throw new EngineError('value-too-large', `RANGE_BINS makes at most ${BIN_COUNT_MAX} bins`);
  const size = Number(to - from);
  const bins: StructValue[] = [];
  for (let start = first; start < last; start += stride) {
    const end = start + stride;
    const covered = (end < to ? end : to) - (start > from ? start : from);
    bins.push(new Map<string, Value>([['_from', instantAt(start)], ['_to', instantAt(end)], ['_weight', Number(covered) / size]]));
  }
  return bins;
}

function resolveRangeBins(args: readonly ArgumentType[]): Overload | undefined {
  const [stride, period, origin] = [args[0]?.type, args[1]?.type, args.length > 2 ? args[2]?.type : INSTANT];
  if (stride?.kind !== 'interval' || period?.kind !== 'period' || origin === undefined || !isPointType(origin)) return undefined;
  return {
    result: { legs: [{ kind: 'list', element: notNull(BIN) }], nullable: true }, mayRaise: true,
    call: (context, width, value, at = EPOCH) => {
      const { from, to } = value as PeriodValue;
      if (from === null || to === null) return null;
      return rangeBins(strideMicros(width as Interval), from, to, toInstant(at as TimePoint, 'us', context.zone));
    },
  };
}

export const BIN_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('time', {
    name: 'date_bin', arity: [2, 3], resolve: resolveDateBin, signature: 'DATE_BIN(stride, point[, origin])',
    doc: 'Start of the bin that a point lies in; bins are of the stride\'s width and begin at the origin (1970-01-01).', example: "DATE_BIN(INTERVAL 'PT15M', TIMESTAMP '2020-01-01T12:34:00Z')",
  }),
  scalar('time', {
    name: 'range_bins', arity: [2, 3], resolve: resolveRangeBins, signature: 'RANGE_BINS(stride, period[, origin]) → list of {_from, _to, _weight}',
    doc: 'The bins that a period touches, each with the fraction of the period that lies in it. NULL for an open period.',
    example: "RANGE_BINS(INTERVAL 'PT1H', PERIOD(TIMESTAMP '2020-01-01T12:30:00Z', TIMESTAMP '2020-01-01T14:00:00Z'))",
  }),
];
