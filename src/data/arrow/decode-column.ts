/** Checked Arrow arrays to chunks: typed buffers where the chunk has a form for them, values for the rest. */
import { viewAs } from './array.ts';
import type { ArrowArray } from './array.ts';
import { fixedData } from './decode-fixed.ts';
import { decodeValues } from './decode-values.ts';
import type { ColumnChunk } from '../vector/chunk.ts';
import type { Type } from '../types/type.ts';
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
  if (leg.kind === 'uuid') return { form: 'uuid', data: array.buffers[1] as Uint8Array, validity };
  const data = fixedData(array);
  if (data !== undefined) return { form: 'fixed', type: leg as Type, data, validity };
  return { form: 'values', values: decodeValues(array).map((value) => value ?? null) };
}

function decodeDictionary(array: ArrowArray, dictionary: ArrowArray): ColumnChunk {
  const validity = array.nullCount === 0 ? null : (array.buffers[0] as Uint8Array);
  const isPlainText = legOf(dictionary.field).kind === 'text' && dictionary.dictionary === undefined && dictionary.nullCount === 0;
  const indices = viewAs(Int32Array, array.buffers[1] as Uint8Array, array.length);
  const text = isPlainText && dictionary.length > 0 ? expandText(indices, dictionary, validity) : undefined;
  return text ?? { form: 'values', values: decodeValues(array).map((value) => value ?? null) };
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
