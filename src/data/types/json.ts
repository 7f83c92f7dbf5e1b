/**
 * Values as plain JSON text: the default form of documents on the wire.
 *
 *     int8…int64    number, exact          bytes          "\x00ff"          list, set     array
 *     float         number with a fraction decimal, uuid, uri, times        string        struct       object (NULL fields included)
 *     NaN, ±∞       string                 keyword        string, bare      error         {category, code, message, data}
 */
import { formatDecimal } from './decimal.ts';
import { formatDouble, formatFloat32, formatHex, formatValue } from './format.ts';
import { formatOffsetTimestamp } from './time/format.ts';
import type { ErrorValue, StructValue, Tagged, Value } from './value.ts';

/** JSON text of a value. */
export function toJson(value: Value): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string': return JSON.stringify(value);
    case 'bigint': return value.toString();
    case 'number': return jsonNumber(value, formatDouble(value));
    case 'boolean': return value ? 'true' : 'false';
  }
  if (Array.isArray(value)) return jsonArray(value as readonly Value[]);
  if (value instanceof Map) return jsonObject(value as StructValue);
  if (value instanceof Uint8Array) return JSON.stringify(`\\x${formatHex(value)}`);
  return jsonTagged(value as Tagged);
}

const jsonArray = (items: readonly Value[]): string => `[${items.map(toJson).join(',')}]`;
const jsonObject = (struct: StructValue): string => `{${Array.from(struct, ([name, item]) => `${JSON.stringify(name)}:${toJson(item)}`).join(',')}}`;

/** JSON has no NaN and no infinities. */
const jsonNumber = (value: number, text: string): string => (Number.isFinite(value) ? text : JSON.stringify(text));

function jsonTagged(value: Tagged): string {
  switch (value.kind) {
    case 'int': case 'oid': return value.value.toString();
    case 'float32': return jsonNumber(value.value, formatFloat32(value.value));
    case 'decimal': return JSON.stringify(formatDecimal(value));
    case 'keyword': return JSON.stringify(value.name);
    case 'timestamptz': return JSON.stringify(formatOffsetTimestamp(value));
    case 'set': return jsonArray(value.items);
    case 'error': return jsonError(value);
    default: return JSON.stringify(formatValue(value));
  }
}

const jsonError = (error: ErrorValue): string =>
  `{"category":${JSON.stringify(error.category)},"code":${JSON.stringify(error.code)},"message":${JSON.stringify(error.message)},"data":${toJson(error.data)}}`;
