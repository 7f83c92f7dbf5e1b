/**
 * Values of the embedded API: JavaScript in, JavaScript out.
 *
 *   in    bigint → BIGINT    number → BIGINT when it is a safe integer, else DOUBLE    string, boolean, null/undefined → as they are
 *         Uint8Array → BYTEA    Date, Temporal.Instant → TIMESTAMPTZ    Temporal.ZonedDateTime, PlainDateTime, PlainDate, PlainTime → theirs
 *         Temporal.Duration → INTERVAL    Array → list    Map, plain object → struct (keys that are undefined are left out)
 *   out   BIGINT → bigint    smaller integers, DOUBLE, REAL → number    NUMERIC → string    TEXT, UUID, KEYWORD, URI → string
 *         times → Temporal    period → { from, to } (null: unbounded)    list, set → Array    struct → plain object
 */
import { EngineError } from '../base/errors.ts';
import { typeOfValue } from '../data/types/column-type.ts';
import { formatValue } from '../data/types/format.ts';
import { isStruct, isTagged, type Tagged, type Value } from '../data/types/value.ts';
import { UNITS_PER_SECOND } from '../data/types/time/units.ts';
import type { ParameterInput } from '../tx/parameters.ts';
import type { Temporal as TemporalTypes } from 'temporal-polyfill';

/** The Temporal that this Node has, or the polyfill's. */
export type TemporalNamespace = typeof TemporalTypes;

const tagOf = (value: object): string => (value as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? '';
const nanosToMicros = (nanos: bigint): bigint => (nanos >= 0n ? nanos / 1000n : -((-nanos + 999n) / 1000n));

/** Throws `datatype-mismatch` for what has no counterpart: functions, symbols, class instances. */
export function valueOf(input: unknown): Value {
  switch (typeof input) {
    case 'undefined': return null;
    case 'boolean': case 'bigint': case 'string': return typeof input === 'bigint' ? int64(input) : input;
    case 'number': return Number.isSafeInteger(input) && !Object.is(input, -0) ? BigInt(input) : input;
    case 'object': return input === null ? null : valueOfObject(input);
    default: throw new EngineError('datatype-mismatch', `a ${typeof input} cannot be bound`);
  }
}

function int64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new EngineError('numeric-out-of-range', `${value} does not fit BIGINT`, { hint: 'Bind it as text and cast it to NUMERIC.' });
  return value;
}

function valueOfObject(input: object): Value {
  if (input instanceof Uint8Array) return Uint8Array.from(input);
  if (input instanceof Date) return { kind: 'timestamptz', unit: 'us', value: BigInt(input.getTime()) * 1000n, zone: 'UTC' };
  if (Array.isArray(input)) return input.map(valueOf);
  if (input instanceof Map) return new Map([...(input as Map<unknown, unknown>)].map(([name, value]) => [String(name), valueOf(value)]));
  const temporal = valueOfTemporal(input);
  if (temporal !== undefined) return temporal;
  const prototype: unknown = Object.getPrototypeOf(input);
  if (prototype !== null && prototype !== Object.prototype) throw new EngineError('datatype-mismatch', `a ${input.constructor.name} cannot be bound`, { hint: 'Bind a plain object, or one of the types in the documentation.' });
  return new Map(Object.entries(input).filter(([, value]) => value !== undefined).map(([name, value]) => [name, valueOf(value)]));
}

/** Recognised by tag, so that a native Temporal and any polyfill serve. */
function valueOfTemporal(input: object): Value | undefined {
  switch (tagOf(input)) {
    case 'Temporal.Instant': return { kind: 'timestamptz', unit: 'us', value: nanosToMicros((input as TemporalTypes.Instant).epochNanoseconds), zone: 'UTC' };
    case 'Temporal.ZonedDateTime': {
      const zoned = input as TemporalTypes.ZonedDateTime;
      return { kind: 'timestamptz', unit: 'us', value: nanosToMicros(zoned.epochNanoseconds), zone: zoned.timeZoneId };
    }
    case 'Temporal.PlainDateTime': return { kind: 'timestamp', unit: 'us', value: nanosToMicros((input as TemporalTypes.PlainDateTime).toZonedDateTime('UTC').epochNanoseconds) };
    case 'Temporal.PlainDate': return { kind: 'date', days: Number((input as TemporalTypes.PlainDate).toZonedDateTime('UTC').epochNanoseconds / 86_400_000_000_000n) };
    case 'Temporal.PlainTime': {
      const time = input as TemporalTypes.PlainTime;
      const micros = ((time.hour * 60 + time.minute) * 60 + time.second) * 1_000_000 + time.millisecond * 1000 + time.microsecond;
      return { kind: 'time', unit: 'us', value: BigInt(micros) };
    }
    case 'Temporal.Duration': {
      const duration = input as TemporalTypes.Duration;
      const seconds = BigInt(duration.hours) * 3600n + BigInt(duration.minutes) * 60n + BigInt(duration.seconds);
      const nanos = seconds * 1_000_000_000n + BigInt(duration.milliseconds) * 1_000_000n + BigInt(duration.microseconds) * 1000n + BigInt(duration.nanoseconds);
      return { kind: 'interval', form: 'month-day-nano', months: duration.years * 12 + duration.months, days: duration.weeks * 7 + duration.days, nanos };
    }
    default: return undefined;
  }
}

export function parameterOf(input: unknown): ParameterInput {
  const value = valueOf(input);
  return value === null ? { kind: 'untyped', text: null } : { kind: 'typed', type: typeOfValue(value), value };
}

/** A value as JavaScript. Points in time beyond Temporal's range come as their text. */
export function jsOf(value: Value, temporal: TemporalNamespace): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return value.slice();
  if (isStruct(value)) return Object.fromEntries([...value].map(([name, item]) => [name, jsOf(item, temporal)]));
  if (isTagged(value)) return jsOfTagged(value, temporal);
  return value.map((item) => jsOf(item, temporal));
}

function jsOfTagged(value: Tagged, temporal: TemporalNamespace): unknown {
  switch (value.kind) {
    case 'int': case 'float32': case 'oid': case 'regproc': return value.value;
    case 'regclass': return value.name ?? value.value;
    case 'uuid': case 'uri': return value.text;
    case 'keyword': return value.name;
    case 'set': return value.items.map((item) => jsOf(item, temporal));
    case 'period': return { from: instant(value.from, temporal), to: instant(value.to, temporal) };
    case 'error': return { category: value.category, code: value.code, message: value.message, data: jsOf(value.data, temporal) };
    case 'decimal': return formatValue(value);
    default: return momentOf(value, temporal) ?? formatValue(value);
  }
}

const instant = (micros: bigint | null, temporal: TemporalNamespace): unknown => (micros === null ? null : attempt(() => temporal.Instant.fromEpochNanoseconds(micros * 1000n)) ?? micros);

function attempt<T>(make: () => T): T | undefined {
  try { return make(); } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function momentOf(value: Exclude<Tagged, { kind: 'int' | 'float32' | 'oid' | 'regproc' | 'regclass' | 'uuid' | 'uri' | 'keyword' | 'set' | 'period' | 'error' | 'decimal' }>, temporal: TemporalNamespace): unknown {
  const nanosOf = (amount: bigint, unit: keyof typeof UNITS_PER_SECOND): bigint => amount * (1_000_000_000n / UNITS_PER_SECOND[unit]);
  const utc = (nanos: bigint): TemporalTypes.ZonedDateTime => temporal.Instant.fromEpochNanoseconds(nanos).toZonedDateTimeISO('UTC');
  switch (value.kind) {
    case 'date': return attempt(() => utc(BigInt(value.days) * 86_400_000_000_000n).toPlainDate());
    case 'time': return attempt(() => utc(nanosOf(value.value, value.unit)).toPlainTime());
    case 'timestamp': return attempt(() => utc(nanosOf(value.value, value.unit)).toPlainDateTime());
    case 'timestamptz': return attempt(() => temporal.Instant.fromEpochNanoseconds(nanosOf(value.value, value.unit)).toZonedDateTimeISO(value.zone === 'Z' ? 'UTC' : value.zone));
    case 'duration': return attempt(() => temporal.Duration.from({ nanoseconds: 0 }).add(durationOf(nanosOf(value.value, value.unit))));
    case 'interval': return attempt(() => temporal.Duration.from({ months: value.months, days: value.days, ...durationOf(value.nanos) }));
  }
}

function durationOf(nanos: bigint): { seconds: number; milliseconds: number; microseconds: number; nanoseconds: number } {
  return {
    seconds: Number(nanos / 1_000_000_000n), milliseconds: Number((nanos / 1_000_000n) % 1000n),
    microseconds: Number((nanos / 1000n) % 1000n), nanoseconds: Number(nanos % 1000n),
  };
}
