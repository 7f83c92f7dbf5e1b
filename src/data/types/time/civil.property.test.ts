import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { addMonths, civilFromDays, dayOfYear, daysFromCivil, daysInMonth, isCivilDate, isoDayOfWeek, isoWeek } from './civil.ts';

/** Every day that microseconds in 64 bits can reach, and far beyond. */
const anyDay = fc.integer({ min: -365_000_000, max: 365_000_000 });
/** Days that the oracle knows. */
const oracleDay = fc.oneof(fc.integer({ min: -99_500_000, max: 99_500_000 }), fc.integer({ min: -800_000, max: 800_000 }));
const oracle = (days: number): Temporal.PlainDate => new Temporal.PlainDate(1970, 1, 1).add({ days });

describe('the calendar', () => {
  test('days become dates and back over the whole range', () => {
    fc.assert(fc.property(anyDay, (days) => {
      const { year, month, day } = civilFromDays(days);
      expect(isCivilDate(year, month, day)).toBe(true);
      expect(daysFromCivil(year, month, day)).toBe(days);
    }), { numRuns: 2000 });
  });

  test('dates, weekdays and ISO weeks agree with Temporal', () => {
    fc.assert(fc.property(oracleDay, (days) => {
      const date = oracle(days);
      expect(civilFromDays(days)).toEqual({ year: date.year, month: date.month, day: date.day });
      expect([isoDayOfWeek(days), dayOfYear(days), isoWeek(days), daysInMonth(date.year, date.month)]).toEqual([date.dayOfWeek, date.dayOfYear, date.weekOfYear, date.daysInMonth]);
    }), { numRuns: 500 });
  });

  test('adding months agrees with Temporal', () => {
    fc.assert(fc.property(oracleDay, fc.integer({ min: -5000, max: 5000 }), (days, months) => {
      const date = oracle(days).add({ months });
      expect(civilFromDays(addMonths(days, months))).toEqual({ year: date.year, month: date.month, day: date.day });
    }), { numRuns: 500 });
  });

  test('days follow one another across every month end of 400 years', () => {
    let days = daysFromCivil(1600, 1, 1);
    for (let year = 1600; year < 2000; year++) {
      for (let month = 1; month <= 12; month++) {
        expect(daysFromCivil(year, month, 1)).toBe(days);
        days += daysInMonth(year, month);
      }
    }
  });
});
