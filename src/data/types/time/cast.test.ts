import { describe, expect, test } from 'vitest';
import type { CastTarget, IntervalQualifier } from '../cast-target.ts';
import type { Type } from '../type.ts';
import { FLOAT64, INT64, TEXT } from '../type.ts';
import type { Value } from '../value.ts';
import { resolveTimeCast } from './cast.ts';
import { formatTimeValue } from './format.ts';
import type { TimeKindValue } from './format.ts';
import { parseTypedLiteral } from './literal.ts';

/** 2026-11-24T23:00Z, which is the 25th in Tokyo. */
const CLOCK_MICROS = 1_795_561_200_000_000n;
const DATE: CastTarget = { type: { kind: 'date' } };
const TIME: CastTarget = { type: { kind: 'time', unit: 'us' } };
const LOCAL: CastTarget = { type: { kind: 'timestamp', unit: 'us' } };
const DURATION: CastTarget = { type: { kind: 'duration', unit: 'us' } };
const zonedIn = (zone: string): CastTarget => ({ type: { kind: 'timestamptz', unit: 'us', zone } });
const intervalOf = (intervalQualifier?: IntervalQualifier): CastTarget => ({ type: { kind: 'interval', form: 'month-day-micro' }, intervalQualifier });

/** Casts and shows the result. The type of the source is that of the value, which must be a time kind, text or a number. */
function castText(value: Value, to: CastTarget, zone = 'UTC'): string {
  const from: Type = typeof value === 'string' ? TEXT : typeof value === 'bigint' ? INT64 : typeof value === 'number' ? FLOAT64 : value as unknown as Type;
  const cast = resolveTimeCast(from, to);
  return cast === undefined ? 'no cast' : formatTimeValue(cast.call({ clockMicros: CLOCK_MICROS, zone }, value) as TimeKindValue);
}

const ts = (text: string): Value => parseTypedLiteral('timestamp', text);

describe('points', () => {
  test('local kinds are read and shown in the session\'s zone', () => {
    const instant = ts('2020-08-01T20:00:00Z');
    expect([castText(instant, LOCAL, 'Asia/Tokyo'), castText(instant, DATE, 'Asia/Tokyo'), castText(instant, TIME, 'Asia/Tokyo')]).toEqual(['2020-08-02T05:00', '2020-08-02', '05:00']);
    expect(castText({ kind: 'date', days: 18_475 }, zonedIn('Europe/London'), 'Europe/London')).toBe('2020-08-01T00:00+01:00[Europe/London]');
    expect(castText(ts('2020-08-01T12:00:00'), zonedIn('Asia/Tokyo'), 'Asia/Tokyo')).toBe('2020-08-01T12:00+09:00[Asia/Tokyo]');
  });

  test('text is read with its own offset and shown in the target\'s zone', () => {
    expect(castText('2021-10-21 12:34:00+01:00', zonedIn('Asia/Tokyo'), 'Asia/Tokyo')).toBe('2021-10-21T20:34+09:00[Asia/Tokyo]');
  });

  test('a time of day is taken as of today in the session\'s zone', () => {
    const noon = parseTypedLiteral('time', '12:00:00');
    expect([castText(noon, LOCAL), castText(noon, LOCAL, 'Asia/Tokyo'), castText(noon, zonedIn('UTC'))]).toEqual(['2026-11-24T12:00', '2026-11-25T12:00', '2026-11-24T12:00Z[UTC]']);
  });

  test('a precision cuts digits off and more than six need nanoseconds', () => {
    expect(castText('2022-08-01T05:34:56.123456', { ...LOCAL, precision: 4 })).toBe('2022-08-01T05:34:56.123400');
    expect(castText('2022-08-01T05:34:56.123456789', { ...LOCAL, precision: 0 })).toBe('2022-08-01T05:34:56');
    expect(castText('05:34:56.123456789', { ...TIME, precision: 7 })).toBe('05:34:56.123456700');
    expect(() => castText('05:34:56', { ...TIME, precision: 11 })).toThrow('The maximum fractional seconds precision is 9.');
  });

  test('casts that there are not', () => {
    expect([castText(7n, DATE), castText({ kind: 'date', days: 0 }, TIME), castText({ kind: 'duration', unit: 'us', value: 1n }, LOCAL), castText(7n, DURATION), castText(7n, intervalOf())]).toEqual(Array(5).fill('no cast'));
  });
});

describe('spans', () => {
  const duration = (text: string): Value => parseTypedLiteral('duration', text);
  const interval = (text: string, qualifier?: IntervalQualifier): Value => parseTypedLiteral('interval', text, qualifier);

  test.each([
    ['PT36H', undefined, 'PT36H'], ['PT36H', { from: 'day' }, 'P1D'], ['PT36H10M10S', { from: 'day', to: 'hour' }, 'P1DT12H'], ['PT36H10M10.111111S', { from: 'day', to: 'second', fractionalPrecision: 4 }, 'P1DT12H10M10.1111S'],
    ['PT3H1M1.111S', { from: 'minute' }, 'PT3H1M'], ['PT3H1M1.111S', { from: 'second', fractionalPrecision: 0 }, 'PT3H1M1S'], ['PT26H13M56.111111S', { from: 'day', to: 'minute' }, 'P1DT2H13M'],
  ] as const)('duration %s as interval %j', (text, qualifier, shown) => { expect(castText(duration(text), intervalOf(qualifier))).toBe(shown); });

  test.each([
    ['1 11:11:11.111', { from: 'day', to: 'second' }, { from: 'hour' }, 'PT35H'], ['1 11:11:11.111', { from: 'day', to: 'second' }, { from: 'day', to: 'minute' }, 'P1DT11H11M'], ['1-10', { from: 'year', to: 'month' }, { from: 'year' }, 'P12M'],
  ] as const)('interval %s %j as %j', (text, from, to, shown) => { expect(castText(interval(text, from), intervalOf(to))).toBe(shown); });

  test('days are 24 hours of a duration, months are none', () => {
    expect(castText(interval('P1DT1H1.111111S'), DURATION)).toBe('PT25H1.111111S');
    expect(() => castText(interval('P4M8D'), DURATION)).toThrow('Cannot cast month-day-micro/nano intervals when month component is non-zero.');
    expect(() => castText(interval('P12M'), DURATION)).toThrow('Cannot cast a year-month interval to a duration');
    expect(() => castText(duration('PT1H'), intervalOf({ from: 'year', to: 'month' }))).toThrow('Cannot cast a duration to a year-month interval');
  });

  test('integers become one field, floats seconds', () => {
    expect([castText(-3n, intervalOf({ from: 'day' })), castText(2n, intervalOf({ from: 'year' })), castText(0.5, DURATION)]).toEqual(['P-3D', 'P24M', 'PT0.5S']);
    expect(() => castText(7n, intervalOf({ from: 'year', to: 'month' }))).toThrow('Cannot cast integer to a multi field interval');
    expect(() => castText(2n ** 40n, intervalOf({ from: 'day' }))).toThrow('interval out of range');
  });
});
