/**
 * Canonical text of values: what `x::text`, CONCAT and STR give.
 *
 *     1.0E308  2.50  true  2020-01-01T10:00  P1Y2M  :keyword  00ff        scalars
 *     [1 "a" nil]   {"a" 1, "b" "x"}   #{1 2}                            lists, structs and sets, whose text is quoted
 */
import { formatDecimal } from './decimal.ts';
import { formatTimeValue } from './time/format.ts';
import type { StructValue, Tagged, Value } from './value.ts';

/** The text of a value that is not NULL. */
export function formatValue(value: Exclude<Value, null>): string {
  switch (typeof value) {
    case 'string': return value;
    case 'bigint': return value.toString();
    case 'number': return formatDouble(value);
    case 'boolean': return value ? 'true' : 'false';
  }
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(formatNested).join(' ')}]`;
  if (value instanceof Map) return formatStruct(value as StructValue);
  if (value instanceof Uint8Array) return formatHex(value);
  return formatTagged(value as Tagged);
}

function formatTagged(value: Tagged): string {
  switch (value.kind) {
    case 'int': case 'oid': return value.value.toString();
    case 'float32': return formatFloat32(value.value);
    case 'decimal': return formatDecimal(value);
    case 'uuid': case 'uri': return value.text;
    case 'keyword': return `:${value.name}`;
    case 'set': return `#{${value.items.map(formatNested).join(' ')}}`;
    case 'regclass': case 'regproc': return value.name ?? value.value.toString();
    case 'error': return value.message;
    default: return formatTimeValue(value);
  }
}

function formatNested(value: Value): string {
  if (value === null) return 'nil';
  if (typeof value === 'string') return quoted(value);
  return formatValue(value);
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

const formatStruct = (struct: StructValue): string => `{${Array.from(struct, ([name, item]) => `${quoted(name)} ${formatNested(item)}`).join(', ')}}`;

/** Lower-case hexadecimal. */
export const formatHex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

/** Shortest text that reads back: plain from 10^-3 to 10^7, else with an exponent; always with a fraction. */
export function formatDouble(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '-Infinity' : 'Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  return layOut(value.toExponential());
}

/** As `formatDouble`, with the fewest digits that read back as the same single. */
export function formatFloat32(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatDouble(value);
  for (let digits = 0; digits < 9; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return layOut(text.replace(/\.?0*e/, 'e'));
  }
  return layOut(value.toExponential());
}

/** `-1.25e+3` as `-1250.0`, `1e+308` as `1.0E308`. */
function layOut(exponential: string): string {
  const [mantissa = '', exponentText = '0'] = exponential.split('e');
  const exponent = Number(exponentText);
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < -3 || exponent >= 7) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}
