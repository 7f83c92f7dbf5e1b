/**
 * Intervals in words, as PostgreSQL writes and reads them.
 *
 *   1 year 2 mons -3 days 04:05:06.7      each part with its own sign, a time of day without a unit
 *   @ 1.5 hours ago                       `ago` turns all of it around
 *
 * Fractions go to the next smaller unit: of a year to months, of a month (30 days) and a week to days, of a day to the clock.
 */
import type { Interval } from '../value.ts';
import { intervalOf, negateInterval } from './interval.ts';
import { exactInt32, exactInt64, NANOS_PER_DAY, NANOS_PER_SECOND } from './units.ts';

type Unit = { readonly months: bigint } | { readonly days: bigint } | { readonly nanos: bigint };

const UNITS: ReadonlyMap<string, Unit> = new Map(([
  [{ months: 12_000n }, 'millennium millenniums millennia'], [{ months: 1200n }, 'century centuries'], [{ months: 120n }, 'decade decades'],
  [{ months: 12n }, 'year years yr yrs y'], [{ months: 1n }, 'month months mon mons'], [{ days: 7n }, 'week weeks w'], [{ days: 1n }, 'day days d'],
  [{ nanos: 3600n * NANOS_PER_SECOND }, 'hour hours hr hrs h'], [{ nanos: 60n * NANOS_PER_SECOND }, 'minute minutes min mins m'],
  [{ nanos: NANOS_PER_SECOND }, 'second seconds sec secs s'], [{ nanos: 1_000_000n }, 'millisecond milliseconds msec msecs ms'],
  [{ nanos: 1000n }, 'microsecond microseconds usec usecs us'],
] as const).flatMap(([unit, names]) => names.split(' ').map((name): [string, Unit] => [name, unit])));

/** One part at the beginning of the text: a time of day, or a number and its unit. */
const PART = /^([-+]?)(?:(\d{1,9}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?|(?=\.?\d)(\d{0,18})(?:\.(\d{0,18}))?\s*([a-z]+))(?=$|[\s\d+-])\s*/;

const DAYS_PER_MONTH = 30n;

class Parts {
  months = 0n;
  days = 0n;
  nanos = 0n;

  /** `numerator / denominator` of the unit. */
  add(unit: Unit, numerator: bigint, denominator: bigint): void {
    if ('nanos' in unit) this.nanos += (numerator * unit.nanos) / denominator;
    else if ('days' in unit) this.#addDays(numerator * unit.days, denominator);
    else if (unit.months === 1n) {
      this.months += numerator / denominator;
      this.#addDays((numerator % denominator) * DAYS_PER_MONTH, denominator);
    } else this.months += roundedQuotient(numerator * unit.months, denominator);
  }

  #addDays(numerator: bigint, denominator: bigint): void {
    this.days += numerator / denominator;
    this.nanos += ((numerator % denominator) * NANOS_PER_DAY) / denominator;
  }
}

/** To the nearest integer, halves away from zero. */
const roundedQuotient = (numerator: bigint, denominator: bigint): bigint =>
  (numerator < 0n ? -1n : 1n) * (((numerator < 0n ? -numerator : numerator) * 2n + denominator) / (denominator * 2n));

/** The interval, or undefined where the text is no such list of parts. Throws 22008 where it does not fit. */
export function parseIntervalWords(text: string): Interval | undefined {
  let rest = text.trim().toLowerCase().replace(/^@\s*/, '');
  const isPast = /\sago$/.test(rest);
  if (isPast) rest = rest.slice(0, -'ago'.length).trimEnd();
  if (rest === '') return undefined;
  const parts = new Parts();
  while (rest !== '') {
    const match = PART.exec(rest);
    if (match === null || !addPart(parts, match)) return undefined;
    rest = rest.slice(match[0].length);
  }
  const parsed = intervalOf(exactInt32(parts.months, 'interval'), exactInt32(parts.days, 'interval'), exactInt64(parts.nanos, 'interval'));
  return isPast ? negateInterval(parsed) : parsed;
}

function addPart(parts: Parts, match: RegExpExecArray): boolean {
  const sign = match[1] === '-' ? -1n : 1n;
  if (match[2] !== undefined) {
    const [minutes, seconds] = [BigInt(match[3] ?? 0), BigInt(match[4] ?? 0)];
    if (minutes > 59n || seconds > 59n) return false;
    const whole = BigInt(match[2]) * 3600n + minutes * 60n + seconds;
    parts.nanos += sign * (whole * NANOS_PER_SECOND + BigInt((match[5] ?? '').slice(0, 9).padEnd(9, '0')));
    return true;
  }
  const unit = UNITS.get(match[8] as string);
  if (unit === undefined) return false;
  const fraction = match[7] ?? '';
  parts.add(unit, sign * BigInt(`${match[6] ?? ''}${fraction}` || 0), 10n ** BigInt(fraction.length));
  return true;
}
