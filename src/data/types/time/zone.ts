/**
 * Time zones: names to offsets, instants to wall-clock time and back.
 *
 *   zone 'Europe/London'
 *     bucket of a year ─→ starts  [1577836800, 1585443600, …]   first second of each offset, UTC
 *                         offsets [         0,       3600, …]   seconds east of UTC
 *
 * The platform's calendar (`Intl.DateTimeFormat`) is asked only to fill a bucket; after that a value costs an array look-up.
 * Rules repeat every 400 years after the last explicit one, and nothing changes before the first: years outside
 * [1800, 2400) are looked up inside.
 */
import { EngineError } from '../../../base/errors.ts';

export interface Zone {
  /** Name as it is shown: an IANA name, `UTC`, `Z` or ±hh:mm[:ss]. */
  readonly id: string;
  /** Offset of a zone that has only one. */
  readonly fixedSeconds: number | undefined;
  /** Seconds east of UTC at an instant (seconds since 1970, UTC). */
  readonly offsetAt: (epochSeconds: number) => number;
}

interface Bucket { readonly starts: readonly number[]; readonly offsets: readonly number[] }

/** Mean Gregorian year. */
const BUCKET_SECONDS = 31_556_952;
const FIRST_BUCKET = -170;
const BUCKET_COUNT = 600;
const PROBE_SECONDS = 8 * 86_400;

const OFFSET_PATTERN = /^([+-])(\d{2})(?::?(\d{2})(?::?(\d{2}))?)?$/;
const PREFIXED_PATTERN = /^(UTC|GMT|UT)([+-])(\d{1,2})(?::?(\d{2}))?$/;

/** Seconds of an offset text (`Z`, ±hh, ±hh:mm, ±hh:mm:ss), or undefined when it is none; at most 18 hours. */
export function parseOffset(text: string): number | undefined {
  if (text === 'Z') return 0;
  const match = OFFSET_PATTERN.exec(text);
  if (match === null) return undefined;
  const minutes = Number(match[3] ?? 0);
  const seconds = Number(match[4] ?? 0);
  const total = Number(match[2]) * 3600 + minutes * 60 + seconds;
  if (minutes > 59 || seconds > 59 || total > 18 * 3600) return undefined;
  return match[1] === '-' ? (total === 0 ? 0 : -total) : total;
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

/** `Z` for zero, else ±hh:mm[:ss]. */
export function formatOffset(seconds: number): string {
  if (seconds === 0) return 'Z';
  const total = Math.abs(seconds);
  const rest = total % 60;
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(total / 3600))}:${two(Math.floor(total / 60) % 60)}${rest === 0 ? '' : `:${two(rest)}`}`;
}

const fixedZone = (id: string, seconds: number): Zone => ({ id, fixedSeconds: seconds, offsetAt: () => seconds });

/** Offset as the platform has it, by taking apart the wall-clock time that it shows for an instant. */
function platformOffset(format: Intl.DateTimeFormat, epochSeconds: number): number {
  let year = 0; let month = 1; let day = 1; let hour = 0; let minute = 0; let second = 0;
  for (const part of format.formatToParts(epochSeconds * 1000)) {
    switch (part.type) {
      case 'year': year = Number(part.value); break;
      case 'month': month = Number(part.value); break;
      case 'day': day = Number(part.value); break;
      case 'hour': hour = Number(part.value) % 24; break;
      case 'minute': minute = Number(part.value); break;
      case 'second': second = Number(part.value); break;
      default: break;
    }
  }
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - epochSeconds;
}

/** First second in (low, high] with the offset of `high`, where `low` has another one. */
function findChange(offsetAt: (seconds: number) => number, low: number, high: number): number {
  const target = offsetAt(high);
  let before = low;
  let after = high;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle) === target) after = middle; else before = middle;
  }
  return after;
}

function fillBucket(offsetAt: (seconds: number) => number, index: number): Bucket {
  const from = index * BUCKET_SECONDS;
  const starts = [from];
  const offsets = [offsetAt(from)];
  for (let at = from; at < from + BUCKET_SECONDS;) {
    const next = Math.min(at + PROBE_SECONDS, from + BUCKET_SECONDS - 1);
    const offset = offsetAt(next);
    if (offset !== offsets.at(-1)) { starts.push(findChange(offsetAt, at, next)); offsets.push(offset); }
    if (next === from + BUCKET_SECONDS - 1) break;
    at = next;
  }
  return { starts, offsets };
}

function regionZone(id: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: id, calendar: 'iso8601', hourCycle: 'h23', numberingSystem: 'latn',
    year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  });
  const buckets: (Bucket | undefined)[] = [];
  const ask = (seconds: number): number => platformOffset(format, seconds);
  const offsetAt = (epochSeconds: number): number => {
    let seconds = epochSeconds;
    let index = Math.floor(seconds / BUCKET_SECONDS);
    if (index < FIRST_BUCKET) { index = FIRST_BUCKET; seconds = index * BUCKET_SECONDS; }
    const past = index - (FIRST_BUCKET + BUCKET_COUNT);
    if (past >= 0) {
      // 400 mean Gregorian years are a whole number of weeks.
      const cycles = Math.floor(past / 400) + 1;
      index -= cycles * 400;
      seconds -= cycles * 400 * BUCKET_SECONDS;
    }
    const bucket = buckets[index - FIRST_BUCKET] ??= fillBucket(ask, index);
    let at = bucket.starts.length - 1;
    while (at > 0 && (bucket.starts[at] as number) > seconds) at--;
    return bucket.offsets[at] as number;
  };
  const known = format.resolvedOptions().timeZone;
  return { id: known.toLowerCase() === id.toLowerCase() ? known : id, fixedSeconds: undefined, offsetAt };
}

const unknownZone = (id: string): EngineError =>
  new EngineError('invalid-time-zone', `Unknown time-zone ID: ${id}`, { hint: 'Zones are IANA names such as Europe/London, UTC, or offsets such as +02:00.' });

function openZone(id: string): Zone {
  const upper = id.toUpperCase();
  if (upper === 'UTC' || upper === 'GMT' || upper === 'UT') return fixedZone(upper, 0);
  const offset = parseOffset(id);
  if (offset !== undefined) return fixedZone(formatOffset(offset), offset);
  const prefixed = PREFIXED_PATTERN.exec(id);
  if (prefixed !== null) {
    const seconds = parseOffset(`${prefixed[2]}${(prefixed[3] as string).padStart(2, '0')}:${prefixed[4] ?? '00'}`);
    if (seconds === undefined) throw unknownZone(id);
    return fixedZone(id, seconds);
  }
  if (!/^[A-Za-z][A-Za-z0-9~/._+-]+$/.test(id)) throw unknownZone(id);
  try { return regionZone(id); } catch (error) {
    if (error instanceof RangeError) throw unknownZone(id);
    throw error;
  }
}

const zones = new Map<string, Zone>();
/** Far more than there are zones; names come from users, in any case. */
const ZONES_MAX = 2000;

/** The zone of that name in any case; its `id` is in the usual one. Throws 22023 `Unknown time-zone ID: …`. */
export function zoneOf(id: string): Zone {
  let zone = zones.get(id);
  if (zone === undefined) {
    const opened = openZone(id);
    if (zones.size >= ZONES_MAX) zones.clear();
    zone = zones.get(opened.id) ?? opened;
    zones.set(zone.id, zone).set(id, zone);
  }
  return zone;
}

/** Longest distance of any zone from UTC, rounded up. */
const OFFSET_SECONDS_MAX = 16 * 3600;

/**
 * Offset for a wall-clock time, seconds since 1970-01-01T00:00:00 on that clock: in an overlap `preferred` where it is
 * one of the two, else the earlier (summer) one; in a gap the one before the gap, which moves the time forward by the gap.
 */
export function offsetOfLocal(zone: Zone, localSeconds: number, preferred?: number): number {
  if (zone.fixedSeconds !== undefined) return zone.fixedSeconds;
  const before = zone.offsetAt(localSeconds - OFFSET_SECONDS_MAX);
  const after = zone.offsetAt(localSeconds + OFFSET_SECONDS_MAX);
  if (before === after) return before;
  if (preferred !== undefined && zone.offsetAt(localSeconds - preferred) === preferred) return preferred;
  if (zone.offsetAt(localSeconds - before) === before) return before;
  return zone.offsetAt(localSeconds - after) === after ? after : before;
}
