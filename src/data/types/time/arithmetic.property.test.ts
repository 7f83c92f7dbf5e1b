import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { addInterval, addSpan, ageBetween, subtractPoints } from './arithmetic.ts';
import { comparePoints, orderTimes } from './compare.ts';
import { formatInterval, formatTimestamp, formatZonedTimestamp } from './format.ts';
import { intervalOf } from './interval.ts';
import { parseTimestamp } from './parse.ts';
import { parseIntervalLiteral } from './parse-interval.ts';
import { TRUNCATE_UNITS, truncator } from './truncate.ts';
import type { Timestamp, ZonedTimestamp } from '../value.ts';

const ZONES = ['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Santiago', 'UTC'];
/** µs since 1970, from 1900 to 2100. */
const micros = fc.bigInt({ min: -2_208_988_800_000_000n, max: 4_102_444_800_000_000n });
const months = fc.integer({ min: -500, max: 500 });
const days = fc.integer({ min: -500, max: 500 });
const spanMicros = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n });

const instantOf = (value: bigint): Temporal.Instant => Temporal.Instant.fromEpochNanoseconds(value * 1000n);
const local = (value: bigint): Timestamp => ({ kind: 'timestamp', unit: 'us', value });
const zoned = (value: bigint, zone: string): ZonedTimestamp => ({ kind: 'timestamptz', unit: 'us', value, zone });
const spanOf = (span: bigint): Temporal.Duration => new Temporal.Duration(0, 0, 0, 0, 0, 0, Number(span / 1_000_000n), 0, Number(span % 1_000_000n));

/** Whether the wall-clock time of the oracle's value exists once: then no rule about overlaps plays a part. */
function isUnambiguous(value: Temporal.ZonedDateTime): boolean {
  const plain = value.toPlainDateTime();
  const [earlier, later] = (['earlier', 'later'] as const).map((disambiguation) => plain.toZonedDateTime(value.timeZoneId, { disambiguation }));
  return earlier?.epochNanoseconds === later?.epochNanoseconds;
}

describe('sums', () => {
  test('timestamp plus interval agrees with Temporal, part by part', () => {
    fc.assert(fc.property(micros, months, days, spanMicros, (value, m, d, span) => {
      const expected = instantOf(value).toZonedDateTimeISO('UTC').add({ months: m }).add({ days: d }).add(spanOf(span)).epochNanoseconds / 1000n;
      expect(addInterval(local(value), intervalOf(m, d, span * 1000n), 1, 'us')).toEqual(local(expected));
    }), { numRuns: 300 });
  });

  test('zoned timestamp plus interval agrees with Temporal on the calendar of its zone', () => {
    fc.assert(fc.property(micros, fc.constantFrom(...ZONES), months, days, spanMicros, (value, zone, m, d, span) => {
      const first = instantOf(value).toZonedDateTimeISO(zone).add({ months: m });
      const second = first.add({ days: d });
      if (!isUnambiguous(first) || !isUnambiguous(second)) return;
      expect(addInterval(zoned(value, zone), intervalOf(m, d, span * 1000n), 1, 'us')).toEqual(zoned(second.add(spanOf(span)).epochNanoseconds / 1000n, zone));
    }), { numRuns: 300 });
  });

  test('subtracting an interval of days and time undoes adding it in UTC', () => {
    fc.assert(fc.property(micros, days, spanMicros, (value, d, span) => {
      const interval = intervalOf(0, d, span * 1000n);
      expect(addInterval(addInterval(zoned(value, 'UTC'), interval, 1, 'us'), interval, -1, 'us')).toEqual(zoned(value, 'UTC'));
    }));
  });

  test('a difference added to the subtrahend gives the minuend', () => {
    fc.assert(fc.property(micros, micros, (a, b) => {
      expect(addSpan(zoned(b, 'Z'), subtractPoints(zoned(a, 'Europe/London'), zoned(b, 'Z'), 'UTC'), 1, 'us')).toEqual(zoned(a, 'Z'));
    }));
  });

  test.each([
    ['2020-03-28T12:00:00[Europe/London]', 'P1D', '2020-03-29T12:00+01:00[Europe/London]'],
    ['2020-03-28T12:00:00[Europe/London]', 'PT24H', '2020-03-29T13:00+01:00[Europe/London]'],
    ['2020-03-28T01:30:00[Europe/London]', 'P1D', '2020-03-29T02:30+01:00[Europe/London]'],
    ['2020-10-24T01:30:00[Europe/London]', 'P1D', '2020-10-25T01:30+01:00[Europe/London]'],
    ['2020-10-26T01:30:00[Europe/London]', 'P-1D', '2020-10-25T01:30Z[Europe/London]'],
    ['2020-01-31T00:00:00Z', 'P1M', '2020-02-29T00:00Z'],
    ['2020-01-31T00:00:00Z', 'P1M1D', '2020-03-01T00:00Z'],
  ])('%s + %s', (text, interval, shown) => {
    expect(formatZonedTimestamp(addInterval(parseTimestamp(text), parseIntervalLiteral(interval), 1, 'us') as ZonedTimestamp)).toBe(shown);
  });

  test('what leaves the range of its unit is refused', () => {
    expect(() => addInterval(local(2n ** 63n - 1n), parseIntervalLiteral('PT1S'), 1, 'us')).toThrow('timestamp out of range');
    expect(() => subtractPoints(local(2n ** 63n - 1n), local(-(2n ** 63n)), 'UTC')).toThrow('duration out of range');
  });
});

describe('age', () => {
  test.each([
    ['2020-03-01T12:00', '2020-02-28T12:00', 'P2D'], ['2021-02-02', '2021-01-01', 'P1M1D'], ['2020-01-01', '2021-01-01', 'P-12M'], ['2023-02-01T12:00', '2023-01-02', 'P30DT12H'],
    ['2022-05-02T01:00', '2022-05-01T23:00', 'PT2H'], ['2023-01-01T01:00', '2023-01-02', 'PT-23H'], ['2023-01-01', '2027-01-01T00:06', 'P-48MT-6M'], ['2025-02-04T18:06:07.007', '2023-01-01T14:01:01', 'P25M3DT4H5M6.007S'],
    ['2023-02-28T23:00', '2023-01-30', 'P29DT23H'], ['2023-07-01T12:00:30.499', '2023-07-01T12:00:30.5', 'PT-0.001S'], ['2023-01-01', '2023-01-01', 'P'],
  ])('from %s back to %s', (end, start, shown) => {
    expect(formatInterval(ageBetween(parseTimestamp(end) as Timestamp, parseTimestamp(start) as Timestamp))).toBe(shown);
  });

  test('between midnights it agrees with Temporal in months and days', () => {
    const midnight = fc.integer({ min: -40_000, max: 60_000 });
    fc.assert(fc.property(midnight, midnight, (from, to) => {
      const [start, end] = [from, to].map((day) => new Temporal.PlainDate(1970, 1, 1).add({ days: day })) as [Temporal.PlainDate, Temporal.PlainDate];
      const age = ageBetween(local(BigInt(to) * 86_400_000_000n), local(BigInt(from) * 86_400_000_000n));
      expect(age.nanos).toBe(0n);
      if (to >= from) {
        const expected = start.until(end, { largestUnit: 'months' });
        expect([age.months, age.days]).toEqual([expected.months, expected.days]);
      }
      expect(Math.sign(age.months) * Math.sign(age.days)).toBeGreaterThanOrEqual(0);
    }), { numRuns: 300 });
  });
});

describe('truncation', () => {
  const UNITS = { HOUR: 'hour', MINUTE: 'minute', SECOND: 'second', MILLISECOND: 'millisecond', MICROSECOND: 'microsecond' } as const;

  test('on the clock it agrees with Temporal', () => {
    fc.assert(fc.property(micros, fc.constantFrom(...Object.keys(UNITS) as (keyof typeof UNITS)[]), (value, unit) => {
      const expected = instantOf(value).toZonedDateTimeISO('UTC').round({ smallestUnit: UNITS[unit], roundingMode: 'floor' }).epochNanoseconds / 1000n;
      expect(truncator(unit, { kind: 'timestamp', unit: 'us' })?.(local(value))).toEqual(local(expected));
    }), { numRuns: 300 });
  });

  test('it is idempotent and never goes forward', () => {
    const units = TRUNCATE_UNITS.filter((unit) => unit !== 'NANOSECOND');
    fc.assert(fc.property(micros, fc.constantFrom(...units), fc.constantFrom('Europe/London', 'UTC', '+05:30'), (value, unit, zone) => {
      const truncate = truncator(unit, { kind: 'timestamptz', unit: 'us', zone });
      const once = truncate?.(zoned(value, zone)) as ZonedTimestamp;
      expect(once.value <= value).toBe(true);
      expect(truncate?.(once)).toEqual(once);
    }), { numRuns: 300 });
  });

  test.each([
    ['WEEK', '2022-03-28T00:00'], ['MONTH', '2022-04-01T00:00'], ['QUARTER', '2022-04-01T00:00'], ['YEAR', '2022-01-01T00:00'], ['DECADE', '2020-01-01T00:00'], ['CENTURY', '2000-01-01T00:00'], ['DAY', '2022-04-03T00:00'],
  ] as const)('to %s', (unit, shown) => {
    expect(formatTimestamp(truncator(unit, { kind: 'timestamp', unit: 'us' })?.(parseTimestamp('2022-04-03T12:34:56.789')) as Timestamp)).toBe(shown);
  });

  test('a zoned timestamp may be cut on the clock of another zone', () => {
    const truncate = truncator('DAY', { kind: 'timestamptz', unit: 'us', zone: '-05:00' }, 'Australia/Sydney');
    expect(formatZonedTimestamp(truncate?.(parseTimestamp('2001-02-16 15:38:11-05:00')) as ZonedTimestamp)).toBe('2001-02-16T08:00-05:00');
  });
});

describe('order', () => {
  const point = fc.oneof(
    fc.integer({ min: -1000, max: 1000 }).map((d) => ({ kind: 'date', days: d }) as const),
    fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }).map(local),
    fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }).map((value) => zoned(value, 'Asia/Tokyo')),
    fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }).map((value) => ({ kind: 'timestamp', unit: 'ns', value }) as const),
    fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -90, max: 90 })).map(([m, d]) => intervalOf(m, d, 0n)),
    fc.bigInt({ min: -5n, max: 5n }).map((value) => ({ kind: 'period', from: value, to: value > 0n ? null : value + 1n }) as const),
  );

  test('of all time values is total, in a session of any zone', () => {
    fc.assert(fc.property(point, point, point, fc.constantFrom('UTC', '+09:00'), (a, b, c, zone) => {
      expect(orderTimes(a, b, zone) + orderTimes(b, a, zone)).toBe(0);
      if (orderTimes(a, b, zone) <= 0 && orderTimes(b, c, zone) <= 0) expect(orderTimes(a, c, zone)).toBeLessThanOrEqual(0);
    }), { numRuns: 500 });
  });

  test('reads local points on the session\'s clock', () => {
    const noon = parseTimestamp('2020-01-01T12:00:00') as Timestamp;
    const tokyo = parseTimestamp('2020-01-01T12:00:00[Asia/Tokyo]') as ZonedTimestamp;
    expect([comparePoints(noon, tokyo, 'Asia/Tokyo'), comparePoints(noon, tokyo, 'UTC'), comparePoints({ kind: 'date', days: 18_262 }, noon, 'UTC')]).toEqual([0, 1, -1]);
  });
});
