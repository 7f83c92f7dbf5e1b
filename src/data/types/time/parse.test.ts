import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { formatDate, formatDuration, formatInterval, formatOffsetTimestamp, formatPeriod, formatTime, formatTimestamp, formatZonedTimestamp, wireTimestamp, wireZonedTimestamp } from './format.ts';
import { intervalOf } from './interval.ts';
import { parseTypedLiteral } from './literal.ts';
import { parseDate, parseLocalTimestamp, parseTime, parseTimestamp, parseZonedTimestamp } from './parse.ts';
import { parsePeriod } from './period.ts';
import { parseCastInterval, parseDuration, parseIntervalLiteral } from './parse-interval.ts';

const unit = fc.constantFrom('s' as const, 'ms' as const, 'us' as const, 'ns' as const);
const micros = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe('points in time', () => {
  test.each([
    ['2020-02-29', '2020-02-29'], ['-0044-03-15', '-0044-03-15'], ['+10000-01-01', '+10000-01-01'], ['0000-12-31', '0000-12-31'],
  ])('date %s', (text, shown) => { expect(formatDate(parseDate(text))).toBe(shown); });

  test('a date is at most 2^31 days away', () => {
    expect(formatDate(parseDate('+5881580-07-11'))).toBe('+5881580-07-11');
    expect(() => parseDate('+5881580-07-12')).toThrow('date out of range');
    expect(() => parseDate('-9999999999-01-01')).toThrow('date out of range');
  });

  test.each(['2020-2-29', '2021-02-29', '2020-13-01', '10000-01-01', '2022-08-01T00:00:00Z', '', 'abc'])('no date: %j', (text) => {
    expect(() => parseDate(text)).toThrow(`String '${text}' has invalid format for type date`);
  });

  test.each([
    ['2020-02-29', '2020-02-29T00:00', '2020-02-29 00:00:00'],
    ['2020-02-29 12:34', '2020-02-29T12:34', '2020-02-29 12:34:00'],
    ['2020-02-29T12:34:56.7', '2020-02-29T12:34:56.700', '2020-02-29 12:34:56.7'],
    ['2020-02-29T12:34:56.123456789', '2020-02-29T12:34:56.123456', '2020-02-29 12:34:56.123456'],
    ['1969-12-31T23:59:59.999999', '1969-12-31T23:59:59.999999', '1969-12-31 23:59:59.999999'],
    ['10000-01-01T24:00:00', '+10000-01-02T00:00', '+10000-01-02 00:00:00'],
  ])('timestamp %s', (text, shown, wire) => {
    const value = parseLocalTimestamp(text);
    expect([formatTimestamp(value), wireTimestamp(value)]).toEqual([shown, wire]);
  });

  test.each([
    ['2020-02-29T12:34:56Z', '2020-02-29T12:34:56Z', '2020-02-29 12:34:56+00:00'],
    ['2020-02-29 12:34:56+02:00', '2020-02-29T12:34:56+02:00', '2020-02-29 12:34:56+02:00'],
    ['2020-02-29T12:34:56+02', '2020-02-29T12:34:56+02:00', '2020-02-29 12:34:56+02:00'],
    ['2020-07-01T12:00:00[Europe/London]', '2020-07-01T12:00+01:00[Europe/London]', '2020-07-01 12:00:00+01:00'],
    ['2020-07-01T12:00:00Z[Europe/London]', '2020-07-01T13:00+01:00[Europe/London]', '2020-07-01 13:00:00+01:00'],
    ['2020-07-01Z[UTC]', '2020-07-01T00:00Z[UTC]', '2020-07-01 00:00:00+00:00'],
    ['1840-01-01T00:00:00-00:01:15', '1840-01-01T00:00-00:01:15', '1840-01-01 00:00:00-00:01:15'],
    ['2020-03-29T01:30:00[Europe/London]', '2020-03-29T02:30+01:00[Europe/London]', '2020-03-29 02:30:00+01:00'],
  ])('zoned timestamp %s', (text, shown, wire) => {
    const value = parseZonedTimestamp(text);
    expect([formatZonedTimestamp(value), wireZonedTimestamp(value)]).toEqual([shown, wire]);
  });

  test('a local timestamp takes the wall clock of a text with an offset', () => {
    expect(formatTimestamp(parseLocalTimestamp('2020-02-29T12:34:56+02:00'))).toBe('2020-02-29T12:34:56');
  });

  test('a zoned timestamp needs an offset or a zone', () => {
    expect(() => parseZonedTimestamp('2020-02-29T12:34:56')).toThrow("String '2020-02-29T12:34:56' has invalid format for type timestamp with timezone");
  });

  test.each(['2020-02-30', '2020-02-29T25:00', '2020-02-29T12:34:56+0200', '10', '2020-02-29T12'])('no timestamp: %s', (text) => {
    expect(() => parseTimestamp(text)).toThrow('could not be parsed');
  });

  test('a timestamp beyond 64 bits of its unit is refused', () => {
    expect(() => parseTimestamp('2263-01-01T00:00:00', 'ns')).toThrow('timestamp out of range');
    expect(() => parseTimestamp('+999999999-01-01T00:00:00')).toThrow('timestamp out of range');
  });

  test('every timestamp is read back from its text', () => {
    fc.assert(fc.property(micros, unit, (value, inUnit) => {
      const point = { kind: 'timestamp', unit: inUnit, value: inUnit === 's' ? value / 1000n : value } as const;
      expect(parseLocalTimestamp(formatTimestamp(point), inUnit)).toEqual(point);
    }), { numRuns: 500 });
  });

  test('every zoned timestamp is read back from its text', () => {
    fc.assert(fc.property(micros, fc.constantFrom('UTC', 'Z', '+05:30', 'Europe/Berlin', 'America/New_York'), (value, zone) => {
      const point = { kind: 'timestamptz', unit: 'us', value: value / 2n, zone } as const;
      expect(parseZonedTimestamp(formatZonedTimestamp(point))).toEqual(point);
      expect(parseZonedTimestamp(formatOffsetTimestamp(point)).value).toBe(point.value);
    }), { numRuns: 300 });
  });

  test('times of day are read back and cut to their digits', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 86_399_999_999_999n }), (value) => {
      expect(parseTime(formatTime({ kind: 'time', unit: 'ns', value }), 'ns')).toEqual({ kind: 'time', unit: 'ns', value });
    }));
    expect(formatTime(parseTime('05:34:56.123456789', 'ns', 7))).toBe('05:34:56.123456700');
    expect(formatTime(parseTime('05:34', 'us'))).toBe('05:34');
  });
});

describe('spans', () => {
  test.each([
    ['P1Y2M3DT4H5M6.5S', 'P14M3DT4H5M6.5S'], ['P1W', 'P7D'], ['-P1Y2M', 'P-14M'], ['P3M2DT-3S', 'P3M2DT-3S'], ['PT0S', 'P'], ['PT-0.001S', 'PT-0.001S'],
    ['30 days 4 hours', 'P30DT4H'], ['-30 day', 'P-30D'], ['1 year 2 months', 'P14M'], ['2 weeks', 'P14D'], ['PT36H', 'PT36H'],
    ['1 years 2 mons 3 days 4 hours 5 mins 6.7 secs', 'P14M3DT4H5M6.7S'], ['1 year -3 days +04:05:06.7', 'P12M-3DT4H5M6.7S'], ['-04:05', 'PT-4H-5M'], ['3 days 14400.000007s', 'P3DT4H0.000007S'],
    ['@ 2 hours 3 mins ago', 'PT-2H-3M'], ['1.5 years 1.5 mons', 'P19M15D'], ['1.5 weeks 0.5 days', 'P10DT24H'], ['2 decades 1 century', 'P1440M'], ['5ms 7us', 'PT0.005007S'],
  ])('interval %s', (text, shown) => { expect(formatInterval(parseIntervalLiteral(text))).toBe(shown); });

  test.each([
    ['3-4', 'year', 'month', 'P40M'], ['-1-10', 'year', 'month', 'P-22M'], ['3 04:20:34.245', 'day', 'second', 'P3DT4H20M34.245S'], ['-3 04', 'day', 'hour', 'P-3DT-4H'],
    ['163 12:39:59', 'day', 'second', 'P163DT12H39M59S'], ['04:20', 'hour', 'minute', 'PT4H20M'], ['20:34', 'minute', 'second', 'PT20M34S'], ['10:10.123456789', 'minute', 'second', 'PT10M10.123456S'],
  ] as const)('interval %s as %s to %s', (text, from, to, shown) => { expect(formatInterval(parseIntervalLiteral(text, { from, to }))).toBe(shown); });

  test.each([
    ['3', 'year', 'P36M'], ['-3', 'month', 'P-3M'], ['30', 'day', 'P30D'], ['3', 'hour', 'PT3H'], ['3.14', 'second', 'PT3.14S'], ['-0.5', 'second', 'PT-0.5S'],
  ] as const)('interval %s %s', (text, from, shown) => { expect(formatInterval(parseIntervalLiteral(text, { from }))).toBe(shown); });

  test('the form of an interval follows from its parts or its qualifier', () => {
    expect(['P1Y', 'P1D', 'PT1S', 'PT0.000000001S', 'PT0S'].map((text) => parseIntervalLiteral(text).form)).toEqual(['year-month', 'month-day-micro', 'month-day-micro', 'month-day-nano', 'year-month']);
    expect(parseIntervalLiteral('10:10.1', { from: 'minute', to: 'second', fractionalPrecision: 9 }).form).toBe('month-day-nano');
  });

  test.each([
    ['1 year 2 mons 3 days 04:05:06.789', 'P14M3DT4H5M6.789S'], ['-1 days +02:03:04', 'P-1DT2H3M4S'], ['@ 1 day 2 hours ago', 'P-1DT-2H'], ['1.5 hours', 'PT1H30M'],
    ['1.5 days', 'P1DT12H'], ['1.5 months', 'P1M15D'], ['1.5 years', 'P18M'], ['0.5 weeks', 'P3DT12H'], ['-0.25 days', 'PT-6H'], ['1y2mon3d', 'P14M3D'], ['10 ms 5 us', 'PT0.010005S'],
    ['1 century', 'P1200M'], ['00:00:01', 'PT1S'], ['-00:30', 'PT-30M'], ['1 years 2 mons 3 days 4 hours 5 mins 6.7 secs', 'P14M3DT4H5M6.7S'], ['3 HOURS', 'PT3H'],
  ])('interval in words %s', (text, shown) => { expect(formatInterval(parseIntervalLiteral(text))).toBe(shown); });

  test.each(['5 days bar', 'foo 5 days', '5 fortnights', '1 day 2', 'ago', '1 day ago ago', '00:61', '. days', '1.2.3 days', '--1 day'])('no interval in words: %j', (text) => {
    expect(() => parseIntervalLiteral(text)).toThrow(`Cannot parse interval: ${text}`);
    expect(formatInterval(parseCastInterval(text))).toBe('P');
  });

  test.each(['', 'abc', 'P1X', '1-2', 'PT', 'P1DT1D'])('no interval: %j', (text) => { expect(() => parseIntervalLiteral(text)).toThrow(`Cannot parse interval: ${text}`); });

  test('qualifiers that SQL does not know are refused', () => {
    expect(() => parseIntervalLiteral('11:10', { from: 'minute', to: 'hour' })).toThrow('Interval end field must have less significance than the start field.');
    expect(() => parseIntervalLiteral('1-2', { from: 'year', to: 'day' })).toThrow('MONTH must be the end field');
    expect(() => parseIntervalLiteral('1.1', { from: 'second', fractionalPrecision: 10 })).toThrow('The maximum fractional seconds precision is 9.');
    expect(() => parseIntervalLiteral('1.5', { from: 'day' })).toThrow('Parse error. Single field INTERVAL string');
  });

  test('text cast to an interval is cut to µs and may have anything around it', () => {
    expect(['P1M1DT1H1M1.11111111S', 'PT-1H-1M', 'nothing', '5 minutes'].map((text) => formatInterval(parseCastInterval(text)))).toEqual(['P1M1DT1H1M1.111111S', 'PT-1H-1M', 'P', 'PT5M']);
  });

  test('intervals are read back from their text', () => {
    const part = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(fc.property(part, part, fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (months, days, nanos) => {
      const interval = intervalOf(months, days, nanos);
      expect(parseIntervalLiteral(formatInterval(interval))).toEqual(interval);
    }));
  });

  test('durations agree with Temporal and are read back', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }), (value) => {
      const text = formatDuration({ kind: 'duration', unit: 'us', value });
      expect(parseDuration(text)).toEqual({ kind: 'duration', unit: 'us', value });
      const sign = value < 0n ? -1 : 1;
      const oracle = Temporal.Duration.from(text.replaceAll('-', '')).total('microseconds') * sign;
      expect(oracle).toBeCloseTo(Number(value), 0);
    }));
  });

  test.each([
    ['P1D', 'PT24H'], ['P-1DT2H', 'PT-22H'], ['-PT1H30M', 'PT-1H-30M'], ['0.99 second', 'PT0.99S'], ['5 minutes', 'PT5M'], ['1 week', 'PT168H'], ['pt1h', 'PT1H'],
  ])('duration %s', (text, shown) => { expect(formatDuration(parseDuration(text))).toBe(shown); });

  test.each(['P1Y', 'P', 'PT', 'abc', '', '2022-08-01T00:00:00Z'])('no duration: %j', (text) => { expect(() => parseDuration(text)).toThrow(`String '${text}' has invalid format for type duration`); });
});

describe('literals', () => {
  test('a timestamp literal is zoned exactly when its text says so', () => {
    expect(['2020-01-01', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00[Asia/Tokyo]'].map((text) => parseTypedLiteral('timestamp', text).kind)).toEqual(['timestamp', 'timestamptz', 'timestamptz']);
  });

  test('a time literal may have fields of one digit', () => {
    expect(parseTypedLiteral('time', '1:2:3.5')).toEqual({ kind: 'time', unit: 'ns', value: 3_723_500_000_000n });
  });

  test('what cannot be read is named', () => {
    expect(() => parseTypedLiteral('date', '2021-02-29')).toThrow("Cannot parse date: 2021-02-29 - failed with message String '2021-02-29' has invalid format for type date");
    expect(() => parseTypedLiteral('time', '25:00:00')).toThrow('Cannot parse time: 25:00:00');
  });

  test('periods are read back from their text', () => {
    for (const text of ['[2020-01-01 00:00:00+00:00,)', '[,2020-01-01 00:00:00.5+00:00)', '[,)', '[2020-01-01 00:00:00+00:00,2020-02-01 00:00:00+00:00)']) expect(formatPeriod(parsePeriod(text))).toBe(text);
    expect(() => parsePeriod('(a,b]')).toThrow("String '(a,b]' has invalid format for type period");
    expect(() => parsePeriod('[2020-01-01Z,2020-01-01Z)')).toThrow("'from' must be earlier than 'to'");
  });

  test('periods are shown half open, in UTC', () => {
    expect(formatPeriod({ kind: 'period', from: 1_577_836_800_000_000n, to: null })).toBe('[2020-01-01 00:00:00+00:00,)');
    expect(formatPeriod({ kind: 'period', from: null, to: 1_577_836_800_500_000n })).toBe('[,2020-01-01 00:00:00.5+00:00)');
  });
});
