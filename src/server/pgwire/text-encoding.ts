/** Cells in text format. What clients parse most (integers, text, instants) is written without strings in between where possible. */
import { must } from '../../base/assert.ts';
import { formatDecimal } from '../../data/types/decimal.ts';
import { formatDouble, formatValue } from '../../data/types/format.ts';
import { toJsonLd } from '../../data/types/json-ld.ts';
import { toJson } from '../../data/types/json.ts';
import { PG_TRANSIT, pgTypeByOid } from '../../data/types/pg-types.ts';
import type { FallbackFormat, PgType } from '../../data/types/pg-types.ts';
import { formatDays, wireTimeValue } from '../../data/types/time/format.ts';
import type { TimeKindValue } from '../../data/types/time/format.ts';
import { toTransit } from '../../data/types/transit.ts';
import { isBytes, isTagged } from '../../data/types/value.ts';
import type { Value } from '../../data/types/value.ts';
import type { CellEncoder } from './cell-encoder.ts';
import type { MessageWriter } from './message-writer.ts';
import type { OutputStyle } from './output-style.ts';

type Present = Exclude<Value, null>;

/** The integer that a value is; undefined for everything else. */
export function integerOf(value: Present): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return isTagged(value) && value.kind === 'int' ? BigInt(value.value) : undefined;
}

/** A value of any type in the session's fallback format: always text, in both formats. */
export function fallbackEncoder(wire: PgType, style: OutputStyle): CellEncoder {
  const print = PRINTERS[wire.oid === PG_TRANSIT.oid ? 'transit' : style.fallback];
  return (writer, value) => writer.textCell(print(value));
}

const PRINTERS: Readonly<Record<FallbackFormat, (value: Value) => string>> = { json: toJson, 'json-ld': toJsonLd, transit: toTransit };

/** Canonical text; documents as JSON. Serves as well for a value that is not of its column's type. */
function anyText(writer: MessageWriter, value: Present): void {
  writer.textCell(typeof value === 'string' ? value : textOf(value));
}

function textOf(value: Present): string {
  if (Array.isArray(value) || value instanceof Map) return toJson(value);
  if (isBytes(value)) return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (isTagged(value) && value.kind === 'keyword') return value.name;
  return formatValue(value);
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

function integerText(writer: MessageWriter, value: Present): void {
  const cell = writer.beginCell();
  if (typeof value === 'bigint') {
    if (value <= SAFE && value >= -SAFE) writer.integerText(Number(value));
    else writer.text(value.toString());
  } else if (isTagged(value) && value.kind === 'int') writer.integerText(value.value);
  else writer.text(textOf(value));
  writer.endCell(cell);
}

/** Where the canonical text has no exponent, it is what the runtime prints, with a fraction. */
function floatText(writer: MessageWriter, value: Present): void {
  if (typeof value !== 'number') return anyText(writer, value);
  const size = Math.abs(value);
  if (!(size >= 1e-3 && size < 1e7)) return writer.textCell(formatDouble(value));
  const text = String(value);
  writer.textCell(Number.isInteger(value) ? `${text}.0` : text);
}

function decimalText(writer: MessageWriter, value: Present): void {
  writer.textCell(isTagged(value) && value.kind === 'decimal' ? formatDecimal(value) : textOf(value));
}

/** Object ids print as numbers, names of tables and functions as names where they are known. */
function objectIdText(writer: MessageWriter, value: Present): void {
  if (!isTagged(value)) return integerText(writer, value);
  if (value.kind === 'regclass' || value.kind === 'regproc') writer.textCell(value.name ?? String(value.value));
  else if (value.kind === 'oid') writer.textCell(String(value.value));
  else integerText(writer, value);
}

const isTime = (value: Present): value is TimeKindValue => isTagged(value) && TIME_KINDS.has(value.kind);
const TIME_KINDS: ReadonlySet<string> = new Set(['date', 'time', 'timestamp', 'timestamptz', 'duration', 'interval', 'period']);

const timeEncoder = (style: OutputStyle): CellEncoder => (writer, value) =>
  writer.textCell(isTime(value) ? wireTimeValue(value, style.dateStyle) : textOf(value));

const DAY_MICROS = 86_400_000_000;

/**
 * Points in time within ±2^53 µs, local or in UTC, which nearly all are, are taken apart as doubles, exactly. Rows next to each
 * other often share the day.
 */
function pointEncoder(style: OutputStyle): CellEncoder {
  const general = timeEncoder(style);
  if (style.dateStyle !== 'iso') return general;
  let lastDays = NaN;
  let lastText = '';
  return (writer, value) => {
    if (!isTagged(value) || (value.kind !== 'timestamptz' && value.kind !== 'timestamp') || value.unit !== 'us') return general(writer, value);
    const isZoned = value.kind === 'timestamptz';
    const micros = Number(value.value);
    if (!Number.isSafeInteger(micros) || (isZoned && value.zone !== 'UTC' && value.zone !== 'Z')) return general(writer, value);
    const days = Math.floor(micros / DAY_MICROS);
    if (days !== lastDays) {
      lastDays = days;
      lastText = `${formatDays(days)} `;
    }
    const rest = micros - days * DAY_MICROS;
    const seconds = Math.floor(rest / 1_000_000);
    const cell = writer.beginCell();
    writer.text(lastText);
    writer.clockText(seconds, rest - seconds * 1_000_000);
    if (isZoned) writer.text('+00:00');
    writer.endCell(cell);
  };
}

/** `{1,NULL,"a, b"}`. */
function arrayEncoder(element: PgType): CellEncoder {
  const isText = element.category === 'S';
  return (writer, value) => {
    if (!Array.isArray(value)) return anyText(writer, value);
    const items = (value as readonly Value[]).map((item) => {
      if (item === null) return 'NULL';
      const text = typeof item === 'string' ? item : textOf(item);
      return isText ? quoteItem(text) : text;
    });
    writer.textCell(`{${items.join(',')}}`);
  };
}

function quoteItem(text: string): string {
  if (text !== '' && !/[{}",\\\s]/.test(text) && text.toUpperCase() !== 'NULL') return text;
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

const ENCODERS = new Map<number, CellEncoder>([
  [20, integerText], [21, integerText], [23, integerText], [1700, decimalText], [26, objectIdText], [24, objectIdText], [2205, objectIdText],
  [16, anyText], [17, anyText], [25, anyText], [700, anyText], [701, floatText], [2950, anyText], [11_111, anyText],
]);
const TIME_OIDS: ReadonlySet<number> = new Set([1082, 1083, 1186, 11_112, 3910]);

export function textEncoderFor(wire: PgType, style: OutputStyle): CellEncoder {
  if (wire.elementOid !== 0) return arrayEncoder(must(pgTypeByOid(wire.elementOid), 'an array type has an element type'));
  if (wire.oid === 1184 || wire.oid === 1114) return pointEncoder(style);
  if (TIME_OIDS.has(wire.oid)) return timeEncoder(style);
  return ENCODERS.get(wire.oid) ?? fallbackEncoder(wire, style);
}
