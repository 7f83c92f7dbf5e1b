import { describe, expect, test } from 'vitest';
import { columnTypeOfValue } from '../../../data/types/column-type.ts';
import { formatTimeValue } from '../../../data/types/time/format.ts';
import type { TimeKindValue } from '../../../data/types/time/format.ts';
import { parseTypedLiteral } from '../../../data/types/time/literal.ts';
import { periodBetween, PERIOD_PREDICATES } from '../../../data/types/time/period.ts';
import type { PeriodPredicate } from '../../../data/types/time/period.ts';
import type { IntervalQualifier } from '../../../data/types/cast-target.ts';
import { isTagged } from '../../../data/types/value.ts';
import type { PeriodValue, Value } from '../../../data/types/value.ts';
import { SeededRandom } from '../../../base/random.ts';
import type { EvaluationContext } from '../../function.ts';
import { NO_SETTINGS } from '../../test-context.ts';
import { lookupScalar } from '../../registry.ts';
import { resolveCall } from '../../resolve-call.ts';
import { TIME_FUNCTIONS } from './definitions.ts';

/** 2026-11-24T23:00:00.123456Z. */
const CLOCK_MICROS = 1_795_561_200_123_456n;
const slept: bigint[] = [];

const contextIn = (zone: string): EvaluationContext => ({
  clockMicros: CLOCK_MICROS, zone, user: 'u', database: 'd', searchPath: 'public', settings: NO_SETTINGS, snapshotToken: () => '', awaitToken: () => '', random: new SeededRandom(1),
  tableOid: () => undefined, tableName: () => undefined, viewText: () => undefined, sleep: (micros) => { slept.push(micros); },
});

/** An argument as a literal of a statement, or a column's value. */
class Column { readonly value: Value; constructor(value: Value) { this.value = value; } }
type Argument = Value | Column;

function call(name: string, args: readonly Argument[], zone = 'UTC'): Value {
  const definition = lookupScalar(name);
  if (definition === undefined) throw new Error(`no function ${name}`);
  const values = args.map((arg) => (arg instanceof Column ? arg.value : arg));
  const literals = args.map((arg) => (arg instanceof Column ? undefined : arg));
  return resolveCall(definition, values.map(columnTypeOfValue), literals, zone).call(contextIn(zone), ...values);
}

function show(value: Value): Value {
  if (Array.isArray(value)) return value.map(show);
  if (!isTagged(value)) return value;
  if (value.kind === 'int') return BigInt(value.value);
  return formatTimeValue(value as TimeKindValue);
}
const shown = (name: string, args: readonly Argument[], zone?: string): Value => show(call(name, args, zone));

const date = (text: string): Value => parseTypedLiteral('date', text);
const time = (text: string): Value => parseTypedLiteral('time', text);
const ts = (text: string): Value => parseTypedLiteral('timestamp', text);
const dur = (text: string): Value => parseTypedLiteral('duration', text);
const itv = (text: string, from?: IntervalQualifier['from'], to?: IntervalQualifier['from']): Value => parseTypedLiteral('interval', text, from && { from, to });
const period = (from: string | null, to: string | null): PeriodValue => periodBetween(from === null ? null : ts(from) as never, to === null ? null : ts(to) as never, 'UTC');

describe('sums and differences', () => {
  test.each([
    ['+', date('2020-02-29'), time('12:34:56.789'), '2020-02-29T12:34:56.789'],
    ['+', itv('1', 'month'), date('2020-01-31'), '2020-02-29'],
    ['+', date('1969-12-31'), itv('3', 'day'), '1970-01-03T00:00'],
    ['+', dur('PT1H30M'), ts('2020-02-29T12:34:56+02:00'), '2020-02-29T14:04:56+02:00'],
    ['+', itv('1-2', 'year', 'month'), itv('3', 'day'), 'P14M3D'],
    ['-', date('2020-02-29'), date('1969-12-31'), 18_322n],
    ['-', ts('2020-02-29T12:34:56.123456'), ts('2020-02-29T12:34:56+02:00'), 'PT2H0.123456S'],
    ['-', date('2020-02-29'), ts('2020-02-29T12:34:56+02:00'), 'PT-10H-34M-56S'],
    ['-', date('2020-02-29'), itv('P1Y2M3DT4H5M6.5S'), '2018-12-25T19:54:53.500'],
    ['-', time('12:00:00'), time('13:30:00'), 'PT-1H-30M'],
    ['-', itv('3', 'day'), itv('1 10:00:00', 'day', 'second'), 'P2DT-10H'],
    ['*', 7n, dur('PT1H30M'), 'PT10H30M'],
    ['*', dur('PT1H30M'), 0.1, 'PT9M'],
    ['*', itv('1 10:00:00', 'day', 'second'), 2_147_483_647n, 'P-1252698797DT22H'],
    ['*', 9_223_372_036_854_775_807n, itv('1', 'month'), 'P-1M'],
    ['/', dur('PT1H30M'), 1.5, 'PT1H'],
    ['/', dur('PT1H30M'), dur('PT30M'), 3n],
    ['/', dur('PT72H'), itv('1', 'day'), 3n],
    ['/', itv('6', 'month'), 5n, 'P1M'],
  ] as const)('%s %s %s', (name, a, b, expected) => { expect(shown(name, [a, b])).toBe(expected); });

  test.each([
    ['+', date('2020-01-01'), 1n], ['+', date('2020-01-01'), date('2020-01-01')], ['-', itv('1', 'day'), date('2020-01-01')], ['*', date('2020-01-01'), 2n], ['+', time('12:00:00'), itv('1', 'day')], ['*', itv('1', 'day'), 1.5], ['+', dur('PT1H'), itv('1', 'day')],
  ] as const)('%s is refused for %s and %s', (name, a, b) => { expect(() => call(name, [a, b])).toThrow(`${name} not applicable to types`); });

  test('division by zero and of mixed intervals is refused', () => {
    expect(() => call('/', [dur('PT1H'), 0n])).toThrow('division by zero');
    expect(() => call('/', [itv('P1M1D'), 2n])).toThrow('Cannot divide mixed (month, day, time) intervals');
  });

  test('prefix minus and ABS turn intervals and durations', () => {
    expect([shown('-x', [itv('P1M')]), shown('abs', [itv('-1', 'year')]), shown('abs', [dur('PT-1H-30M')])]).toEqual(['P-1M', 'P12M', 'PT1H30M']);
  });
});

describe('comparison', () => {
  test.each([
    ['=', ts('2020-01-01T00:00:00Z'), ts('2020-01-01T01:00:00+01:00'), true], ['<', date('1969-12-31'), ts('2020-02-29T12:34:56'), true], ['<', ts('2020-02-29T12:34:56+02:00'), ts('2020-02-29T12:34:56.1'), true],
    ['=', itv('1', 'year'), itv('P12M'), true], ['=', itv('1', 'month'), itv('30', 'day'), false], ['>', itv('3 4', 'day', 'hour'), itv('3 1', 'day', 'hour'), true], ['=', date('2020-01-01'), 1n, false],
  ] as const)('%s %s %s', (name, a, b, expected) => { expect(call(name, [a, b])).toBe(expected); });

  test('a string literal is read as the point beside it, a string from a column is not', () => {
    expect(call('>=', [new Column(date('2026-03-15')), '2026-03-14'])).toBe(true);
    expect(call('>', ['2026-03-16', new Column(date('2026-03-15'))])).toBe(true);
    expect(call('=', [new Column(date('2026-03-15')), new Column('2026-03-15')])).toBe(false);
    expect(() => call('>=', [new Column(date('2026-03-15')), 'not-a-date'])).toThrow('invalid format for type date');
    expect(() => call('>=', [new Column(ts('2026-03-15T00:00:00Z')), 'not-a-timestamp'])).toThrow('could not be parsed');
  });

  test.each([['2020-01-02', '2020-01-02T00:00:00'], ['2020-01-02', '2020-01-02T00:00:01'], ['2020-01-02', '2020-01-01T23:59:59'], ['1969-12-31', '1969-12-31T12:00:00']])('%s and the literal %s compare as two columns do', (day, stamp) => {
    for (const name of ['=', '<>', '<', '<=', '>', '>=']) {
      const [column, other] = [new Column(date(day)), new Column(ts(stamp))];
      expect(call(name, [column, ts(stamp)]), name).toBe(call(name, [column, other]));
      expect(call(name, [date(day), other]), name).toBe(call(name, [column, other]));
      expect(call(name, [ts(stamp), column]), name).toBe(call(name, [other, column]));
    }
  });

  test('intervals without an order between them are refused', () => {
    expect(() => call('<', [itv('1', 'month'), itv('1', 'day')])).toThrow('Cannot compare intervals with different units');
    expect(() => call('<', [itv('P1M1D'), itv('P1M1D')])).toThrow('when month component is non-zero');
  });
});

describe('current time', () => {
  test('stands still, in UTC or on the session\'s clock, to the digits asked for', () => {
    expect(['current_date', 'local_date', 'current_time', 'local_time', 'local_timestamp', 'current_timestamp', 'current_timezone'].map((name) => shown(name, [], 'Asia/Tokyo'))).toEqual([
      '2026-11-24', '2026-11-25', '23:00:00.123456', '08:00:00.123456', '2026-11-25T08:00:00.123456', '2026-11-25T08:00:00.123456+09:00[Asia/Tokyo]', 'Asia/Tokyo',
    ]);
    expect([0n, 2n, 9n, 20n].map((digits) => shown('now', [digits]))).toEqual(['2026-11-24T23:00Z[UTC]', '2026-11-24T23:00:00.120Z[UTC]', '2026-11-24T23:00:00.123456Z[UTC]', '2026-11-24T23:00:00.123456Z[UTC]']);
  });

  test('sleeping is handed to the context', () => {
    slept.length = 0;
    expect([call('pg_sleep', [0.25]), call('pg_sleep', [1n]), call('pg_sleep_for', ['5 minutes'])]).toEqual([null, null, null]);
    expect(slept).toEqual([250_000n, 1_000_000n, 300_000_000n]);
  });
});

describe('fields and bins', () => {
  test.each([
    ['YEAR', date('2020-02-29'), 2020n], ['dow', date('2025-07-06'), 0n], ['ISODOW', date('2025-07-06'), 7n], ['DOY', ts('2025-07-04T12:00:00'), 185n], ['WEEK', date('2024-12-30'), 1n], ['QUARTER', date('2025-12-31'), 4n],
    ['SECOND', ts('2020-02-29T12:34:56.9'), 56n], ['HOUR', time('12:34:56'), 12n], ['DAY', itv('P1Y2M3DT4H'), 3n], ['MONTH', itv('P1Y2M'), 2n], ['EPOCH', ts('1969-12-31T23:59:59.9Z'), -1n],
    ['TIMEZONE_HOUR', ts('2021-10-21T12:34:56-05:30'), -5n], ['TIMEZONE_MINUTE', ts('2021-10-21T12:34:56-05:30'), -30n],
  ] as const)('EXTRACT(%s FROM %s)', (field, value, expected) => { expect(shown('extract', [field, value])).toBe(expected); });

  test('a field that the type does not have is refused', () => {
    expect(() => call('extract', ['SECOND', date('2022-03-21')])).toThrow('Extract "SECOND" not supported for type date');
    expect(() => call('extract', ['EPOCH', ts('2021-10-21T12:34:56')])).toThrow('Extract "EPOCH" not supported for type timestamp without timezone');
    expect(() => call('extract', ['EPOCH', ts('2100-01-01T00:00:00Z')])).toThrow('EPOCH out of range');
    expect(() => call('extract', ['YEAR', dur('PT1H')])).toThrow('extract not applicable to types utf8 and duration');
  });

  test('DATE_BIN counts from 1970 or the origin', () => {
    expect(shown('date_bin', [itv('PT15M'), ts('2020-02-29T12:34:56.123456')])).toBe('2020-02-29T12:30Z[UTC]');
    expect(shown('date_bin', [itv('P3D'), ts('2020-01-01T12:34:00Z')])).toBe('2019-12-31T00:00Z[UTC]');
    expect(shown('date_bin', [itv('P1D'), ts('2020-01-05T12:34:00Z'), ts('2020-01-01T06:00:00Z')])).toBe('2020-01-05T06:00Z');
    expect(shown('date_bin', [itv('P2D'), date('2020-01-04'), date('2020-01-01')])).toBe('2020-01-03T00:00');
    expect(() => call('date_bin', [itv('P1M'), date('2020-01-04')])).toThrow('Cannot cast a year-month interval to a duration');
  });

  test('the weights of RANGE_BINS are the parts of the period', () => {
    const bins = call('range_bins', [itv('PT1H'), period('2020-01-01T12:30:00Z', '2020-01-01T14:00:00Z')]) as readonly ReadonlyMap<string, Value>[];
    expect(bins.map((bin) => [show(bin.get('_from') ?? null), show(bin.get('_to') ?? null), bin.get('_weight')])).toEqual([
      ['2020-01-01T12:00Z[UTC]', '2020-01-01T13:00Z[UTC]', 1 / 3], ['2020-01-01T13:00Z[UTC]', '2020-01-01T14:00Z[UTC]', 2 / 3],
    ]);
    expect(call('range_bins', [itv('PT1H'), period('2020-01-01T12:30:00Z', null)])).toBe(null);
  });

  test('AT TIME ZONE turns instants into wall clock and back', () => {
    expect(shown('at_time_zone', [ts('2020-07-01T12:00:00Z'), 'Europe/Berlin'])).toBe('2020-07-01T14:00');
    expect(shown('at_time_zone', [ts('2020-07-01T12:00:00'), 'Europe/Berlin'])).toBe('2020-07-01T12:00+02:00[Europe/Berlin]');
  });
});

describe('periods', () => {
  test('are half open and refuse an end that is not after the start', () => {
    expect(shown('period', [date('2020-01-01'), null], 'Asia/Tokyo')).toBe('[2019-12-31 15:00:00+00:00,)');
    expect(() => call('tstzrange', [date('2020-01-01'), date('2020-01-01')])).toThrow("'from' must be earlier than 'to' when constructing a period - 'from': 2020-01-01T00:00Z, 'to': 2020-01-01T00:00Z");
  });

  test('have bounds that are NULL where they are open', () => {
    const open = period('2020-01-15', null);
    expect([shown('lower', [open]), shown('upper', [open]), call('lower_inf', [open]), call('upper_inf', [open])]).toEqual(['2020-01-15T00:00Z[UTC]', null, false, true]);
  });

  /** Where b lies relative to a = [10, 20): every one of Allen's thirteen relations. */
  const RELATIONS: readonly (readonly [string, number, number, readonly PeriodPredicate[]])[] = [
    ['after', 30, 40, ['precedes', 'strictly_precedes', 'leads', 'strictly_leads']],
    ['met', 20, 30, ['precedes', 'immediately_precedes', 'leads', 'strictly_leads']],
    ['overlapped at its end', 15, 30, ['overlaps', 'leads', 'strictly_leads']],
    ['finishing', 15, 20, ['overlaps', 'contains', 'leads', 'immediately_leads']],
    ['within', 12, 15, ['overlaps', 'contains', 'strictly_contains']],
    ['starting', 10, 15, ['overlaps', 'contains', 'lags', 'immediately_lags']],
    ['equal', 10, 20, ['overlaps', 'equals', 'contains']],
    ['started', 10, 30, ['overlaps']],
    ['around', 5, 30, ['overlaps', 'strictly_overlaps']],
    ['finished', 5, 20, ['overlaps']],
    ['overlapped at its start', 5, 15, ['overlaps', 'lags', 'strictly_lags']],
    ['meeting', 5, 10, ['succeeds', 'immediately_succeeds', 'lags', 'strictly_lags']],
    ['before', 1, 5, ['succeeds', 'strictly_succeeds', 'lags', 'strictly_lags']],
  ];

  test.each(RELATIONS)('a period %s: [%i, %i)', (_, from, to, holding) => {
    const a: PeriodValue = { kind: 'period', from: 10n, to: 20n };
    const b: PeriodValue = { kind: 'period', from: BigInt(from), to: BigInt(to) };
    const names = Object.keys(PERIOD_PREDICATES) as PeriodPredicate[];
    expect(names.filter((name) => call(name, [a, b]) === true).sort()).toEqual([...holding].sort());
  });

  test('an open end precedes nothing, so NULL does not either', () => {
    const a = period('2020-01-01', '2020-02-01');
    expect([call('precedes', [null, a]), call('succeeds', [a, null]), call('precedes', [a, null]), call('overlaps', [null, a]), call('equals', [a, null])]).toEqual([false, false, null, null, null]);
  });

  test('contain points and share instants', () => {
    const [a, b] = [period('2020-01-01', '2020-02-01'), period('2020-01-15', null)];
    expect([call('contains', [a, date('2020-01-31')]), call('contains', [a, date('2020-02-01')]), call('overlaps', [a, b, b])]).toEqual([true, false, true]);
    expect([shown('*', [a, b]), call('*', [a, period('2020-02-01', null)])]).toEqual(['[2020-01-15 00:00:00+00:00,2020-02-01 00:00:00+00:00)', null]);
  });
});

describe('series', () => {
  test.each([
    ['range', [5n, 1n, -1n], [5n, 4n, 3n, 2n]], ['generate_series', [5n, 1n, -1n], [5n, 4n, 3n, 2n, 1n]], ['generate_series', [1n, 6n, 2n], [1n, 3n, 5n]], ['range', [1n, 1n], []], ['generate_series', [1n, 1n], [1n]], ['range', [1n, 5n, -1n], []],
    ['range', [date('2020-01-01'), date('2020-04-01'), itv('1', 'month')], ['2020-01-01', '2020-02-01', '2020-03-01']],
    ['generate_series', [date('2020-01-01'), date('2020-01-03'), itv('P1D')], ['2020-01-01T00:00', '2020-01-02T00:00', '2020-01-03T00:00']],
    ['range', [date('2020-01-01'), date('2021-01-01'), itv('P3M2DT-3S')], ['2020-01-01T00:00', '2020-04-02T23:59:57', '2020-07-04T23:59:54', '2020-10-06T23:59:51']],
    ['range', [ts('2020-03-28T00:00:00Z[Europe/London]'), ts('2020-03-31T00:00:00+01:00[Europe/London]'), itv('PT24H')], ['2020-03-28T00:00Z[Europe/London]', '2020-03-29T00:00Z[Europe/London]', '2020-03-30T01:00+01:00[Europe/London]']],
  ] as const)('%s %s', (name, args, expected) => { expect(shown(name, args)).toEqual(expected); });

  test('a step that does not move is refused', () => {
    expect(() => call('range', [1n, 5n, 0n])).toThrow('The step of a series cannot be zero');
    expect(() => call('range', [date('2020-01-01'), date('2020-02-01'), itv('P0D')])).toThrow('The step of a series cannot be zero');
  });
});

test('every function on time kinds is registered with a doc line, a signature and an example', () => {
  for (const definition of TIME_FUNCTIONS) {
    expect(lookupScalar(definition.name), definition.name).toBe(definition);
    expect([definition.doc, definition.signature, definition.example].every((text) => text.length > 3), definition.name).toBe(true);
  }
});
