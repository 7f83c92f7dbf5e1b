/** Checked Arrow arrays to chunks: typed buffers where the chunk has a form for them, values for the rest. */
import { bitIsSet, viewAs } from './array.ts';
import type { ArrowArray } from './array.ts';
import { BadValue } from './damage.ts';
import { decodeValues } from './decode-values.ts';
import type { ColumnChunk } from '../vector/chunk.ts';
import type { Type } from '../types/type.ts';
import type { Value } from '../types/value.ts';
import { legOf } from './leg.ts';

/** Dictionary-encoded text is written out into a `text` chunk up to this size, and shares strings above. */
const EXPANDED_BYTES_MAX = 1 << 24;

/** The column as a chunk. Its buffers are views of the array's where that is possible. */
export function decodeColumn(array: ArrowArray): ColumnChunk {
  const { field, length } = array;
  if (array.dictionary !== undefined) return decodeDictionary(array, array.dictionary);
  const leg = legOf(field);
  if (leg.kind === 'null' || leg.kind === 'absent') return { form: 'constant', value: null };
  const validity = array.nullCount === 0 ? null : (array.buffers[0] as Uint8Array);
  if (leg.kind === 'text') {
    const offsets = viewAs(Int32Array, array.buffers[1] as Uint8Array, length + 1);
    return { form: 'text', offsets, bytes: array.buffers[2] as Uint8Array, validity };
  }
  const data = fixedData(array);
  if (data !== undefined) return { form: 'fixed', type: leg as Type, data, validity };
  return { form: 'values', values: decodeValues(array).map((value) => value ?? null) };
}

/** The data of a column that has the `fixed` form; undefined for others. */
function fixedData(array: ArrowArray): Uint8Array | Int32Array | BigInt64Array | Float64Array | undefined {
  const { field, length } = array;
  const { type } = field;
  const leg = legOf(field);
  const data = array.buffers[1] as Uint8Array;
  switch (leg.kind) {
    case 'bool': return Uint8Array.from({ length }, (_, row) => (bitIsSet(data, row) ? 1 : 0));
    case 'int': return type.kind === 'int' ? integers(data, length, type.bits, type.signed) : undefined;
    case 'float': return leg.bits === 64 ? viewAs(Float64Array, data, length) : Float64Array.from(viewAs(Float32Array, data, length));
    case 'date': return viewAs(Int32Array, data, length);
    case 'time': return times(array, leg.unit);
    case 'timestamp': case 'timestamptz': case 'duration': return viewAs(BigInt64Array, data, length);
    default: return undefined;
  }
}

function integers(data: Uint8Array, length: number, bits: 8 | 16 | 32 | 64, signed: boolean): Int32Array | BigInt64Array {
  switch (bits) {
    case 8: return Int32Array.from(signed ? viewAs(Int8Array, data, length) : data.subarray(0, length));
    case 16: return Int32Array.from(signed ? viewAs(Int16Array, data, length) : viewAs(Uint16Array, data, length));
    case 32: return signed ? viewAs(Int32Array, data, length) : BigInt64Array.from(viewAs(Uint32Array, data, length), BigInt);
    case 64: return viewAs(BigInt64Array, data, length);
  }
}

const DAY_LENGTHS = { s: 86_400n, ms: 86_400_000n, us: 86_400_000_000n, ns: 86_400_000_000_000n } as const;

function times(array: ArrowArray, unit: keyof typeof DAY_LENGTHS): BigInt64Array {
  const data = array.buffers[1] as Uint8Array;
  const is32 = unit === 's' || unit === 'ms';
  const times = is32 ? BigInt64Array.from(viewAs(Int32Array, data, array.length), BigInt) : viewAs(BigInt64Array, data, array.length);
  const limit = DAY_LENGTHS[unit];
  for (let row = 0; row < array.length; row++) {
    const time = times[row] as bigint;
    if ((time < 0n || time >= limit) && (array.nullCount === 0 || bitIsSet(array.buffers[0] as Uint8Array, row))) {
      throw new BadValue(`row ${row}: ${time} ${unit} is no time of day`);
    }
  }
  return times;
}

function decodeDictionary(array: ArrowArray, dictionary: ArrowArray): ColumnChunk {
  const indices = viewAs(Int32Array, array.buffers[1] as Uint8Array, array.length);
  const validity = array.nullCount === 0 ? null : (array.buffers[0] as Uint8Array);
  const isPlainText = legOf(dictionary.field).kind === 'text' && dictionary.dictionary === undefined && dictionary.nullCount === 0;
  const text = isPlainText && dictionary.length > 0 ? expandText(indices, dictionary, validity) : undefined;
  if (text !== undefined) return text;
  const values = decodeValues(dictionary);
  const cell = (row: number): Value => (validity === null || bitIsSet(validity, row) ? (values[indices[row] as number] ?? null) : null);
  return { form: 'values', values: Array.from({ length: array.length }, (_, row) => cell(row)) };
}

function expandText(indices: Int32Array, dictionary: ArrowArray, validity: Uint8Array | null): ColumnChunk | undefined {
  const from = viewAs(Int32Array, dictionary.buffers[1] as Uint8Array, dictionary.length + 1);
  const source = dictionary.buffers[2] as Uint8Array;
  const offsets = new Int32Array(indices.length + 1);
  let byteCount = 0;
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row] as number;
    byteCount += (from[index + 1] as number) - (from[index] as number);
    if (byteCount > EXPANDED_BYTES_MAX) return undefined;
    offsets[row + 1] = byteCount;
  }
  const bytes = new Uint8Array(byteCount);
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row] as number;
    bytes.set(source.subarray(from[index], from[index + 1]), offsets[row]);
  }
  return { form: 'text', offsets, bytes, validity };
}
