import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { formatOffset, offsetOfLocal, parseOffset, zoneOf } from './zone.ts';

const ZONES = [
  'Europe/London', 'Europe/Berlin', 'Europe/Dublin', 'America/New_York', 'America/Los_Angeles', 'America/St_Johns', 'America/Sao_Paulo', 'America/Santiago',
  'Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Tokyo', 'Asia/Tehran', 'Asia/Gaza', 'Africa/Casablanca', 'Africa/Cairo', 'Australia/Sydney', 'Australia/Lord_Howe',
  'Pacific/Apia', 'Pacific/Chatham', 'Pacific/Kiritimati', 'Antarctica/Troll', 'America/Caracas',
];
const zone = fc.constantFrom(...ZONES);
/** Seconds since 1970, from 1920 to 2100. */
const seconds = fc.integer({ min: -1_577_923_200, max: 4_102_444_800 });

const zonedAt = (at: number, id: string): Temporal.ZonedDateTime => Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(id);
const oracleOffset = (at: number, id: string): number => zonedAt(at, id).offsetNanoseconds / 1e9;

/** Local seconds as a wall-clock time of the oracle. */
const wallClock = (local: number): Temporal.PlainDateTime => Temporal.Instant.fromEpochMilliseconds(local * 1000).toZonedDateTimeISO('UTC').toPlainDateTime();

describe('zones', () => {
  test('offsets agree with the platform at random instants', () => {
    fc.assert(fc.property(zone, seconds, (id, at) => { expect(zoneOf(id).offsetAt(at)).toBe(oracleOffset(at, id)); }), { numRuns: 300 });
  });

  test('offsets change at the very second of a transition', () => {
    fc.assert(fc.property(zone, seconds, (id, at) => {
      const transition = zonedAt(at, id).getTimeZoneTransition('next');
      if (transition === null) return;
      const change = transition.epochMilliseconds / 1000;
      for (const near of [change - 1, change, change + 1]) expect(zoneOf(id).offsetAt(near)).toBe(oracleOffset(near, id));
    }), { numRuns: 60 });
  });

  test('wall-clock times near transitions become the instants that Temporal finds', () => {
    fc.assert(fc.property(zone, seconds, fc.integer({ min: -7200 * 2, max: 7200 * 2 }), (id, at, distance) => {
      const transition = zonedAt(at, id).getTimeZoneTransition('next');
      const around = transition === null ? at : transition.epochMilliseconds / 1000;
      const local = around + oracleOffset(around, id) + distance;
      const expected = wallClock(local).toZonedDateTime(id, { disambiguation: 'compatible' }).epochMilliseconds / 1000;
      expect(local - offsetOfLocal(zoneOf(id), local)).toBe(expected);
    }), { numRuns: 60 });
  });

  test('far years follow the rules of the last ones, early years the first offset', () => {
    for (const id of ['Europe/London', 'America/New_York', 'Australia/Sydney']) {
      for (const year of [2399, 2400, 2401, 3000, 9999, 20_000]) {
        for (const month of [1, 7]) {
          const at = Date.UTC(year, month - 1, 15) / 1000;
          expect(zoneOf(id).offsetAt(at), `${id} ${year}-${month}`).toBe(oracleOffset(at, id));
        }
      }
      const early = new Date(0);
      early.setUTCFullYear(900);
      expect(zoneOf(id).offsetAt(early.getTime() / 1000)).toBe(oracleOffset(early.getTime() / 1000, id));
    }
  });

  test('in an overlap the preferred offset wins, else the earlier one', () => {
    const london = zoneOf('Europe/London');
    const local = Date.UTC(2020, 9, 25, 1, 30) / 1000;
    expect([offsetOfLocal(london, local), offsetOfLocal(london, local, 0), offsetOfLocal(london, local, 3600)]).toEqual([3600, 0, 3600]);
  });

  test('offsets are written and read', () => {
    fc.assert(fc.property(fc.integer({ min: -18 * 3600, max: 18 * 3600 }), (offset) => { expect(parseOffset(formatOffset(offset))).toBe(offset); }));
    expect(['Z', '+02', '+05:30', '-00:01:15'].map(parseOffset)).toEqual([0, 7200, 19_800, -75]);
    expect(['+2', '+25:00', '+02:60', 'CET', ''].map(parseOffset)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test('a zone that does not exist is refused by name', () => {
    expect(() => zoneOf('NotRealRegion')).toThrow('Unknown time-zone ID: NotRealRegion');
    expect(() => zoneOf('+19:00')).toThrow('Unknown time-zone ID: +19:00');
    expect(zoneOf('UTC+02:00').offsetAt(0)).toBe(7200);
  });

  test('names are shown in their usual case', () => {
    expect(['europe/london', 'utc', 'AMERICA/NEW_YORK', '+02', '+00:00'].map((name) => zoneOf(name).id)).toEqual(['Europe/London', 'UTC', 'America/New_York', '+02:00', 'Z']);
  });
});
