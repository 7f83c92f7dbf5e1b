/**
 * The proleptic Gregorian calendar: days since 1970-01-01 and years, months, days.
 *
 *   … 0000-02-29 │ 0000-03-01 ─────── era of 400 years = 146,097 days ─────── 0400-02-29 │ 0400-03-01 …
 *
 * Years begin on the 1st of March inside the algorithm, so that the leap day is the last day of a year. Everything here is
 * in JavaScript numbers: whole numbers far below 2^53 for every day that any unit of the engine can reach.
 */

export interface CivilDate { readonly year: number; readonly month: number; readonly day: number }

const DAYS_PER_ERA = 146_097;
/** From 0000-03-01 to 1970-01-01. */
const EPOCH_SHIFT_DAYS = 719_468;

export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
export const daysInMonth = (year: number, month: number): number => (month === 2 && isLeapYear(year) ? 29 : MONTH_DAYS[month - 1] as number);

/** Days since 1970-01-01 of a date that exists (month 1 to 12; the day may run over, as arithmetic likes it). */
export function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - EPOCH_SHIFT_DAYS;
}

export function civilFromDays(days: number): CivilDate {
  const shifted = days + EPOCH_SHIFT_DAYS;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

export const isCivilDate = (year: number, month: number, day: number): boolean =>
  month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);

/** Monday 1 to Sunday 7. */
export const isoDayOfWeek = (days: number): number => ((days + 3) % 7 + 7) % 7 + 1;

export const dayOfYear = (days: number): number => days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;

/** ISO week 1 to 53: the week that holds the year's first Thursday is the first. */
export function isoWeek(days: number): number {
  const thursday = days + 4 - isoDayOfWeek(days);
  return Math.floor((dayOfYear(thursday) - 1) / 7) + 1;
}

/** The date so many months later; a day that the month does not have becomes its last one. */
export function addMonths(days: number, months: number): number {
  if (months === 0) return days;
  const from = civilFromDays(days);
  const monthIndex = from.year * 12 + from.month - 1 + months;
  const year = Math.floor(monthIndex / 12);
  const month = monthIndex - year * 12 + 1;
  return daysFromCivil(year, month, Math.min(from.day, daysInMonth(year, month)));
}
