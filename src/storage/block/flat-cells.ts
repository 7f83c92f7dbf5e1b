/**
 * A few rows of a column without the rest of its page: for columns whose rows lie at places that can be computed, and text.
 * What is cut out goes through the same gate (`ArrayReader`) as whole pages do.
 */
import { bitIsSet, bytesOf } from '../../data/arrow/array.ts';
import { fixedBits } from '../../data/arrow/field.ts';
import type { ArrowField } from '../../data/arrow/field.ts';
import type { ArrayNode } from '../../data/arrow/message.ts';
import type { ColumnPage } from './page-directory.ts';

export interface FlatCells { readonly nodes: readonly ArrayNode[]; readonly buffers: readonly Uint8Array[] }

/** Copies bytes [from, to) of a buffer of the column page; undefined when they are not at hand. */
export type CopyBytes = (buffer: number, from: number, to: number) => Uint8Array | undefined;

/** Nodes and buffers of rows [from, to); undefined when the column has another layout, is damaged, or its bytes are not at hand. */
export function flatCells(field: ArrowField, entry: ColumnPage, from: number, to: number, copy: CopyBytes): FlatCells | undefined {
  const [node] = entry.nodes;
  if (node === undefined || entry.nodes.length !== 1 || entry.buffers.length < 2) return undefined;
  const length = to - from;
  const validity = node.nullCount === 0 ? new Uint8Array(0) : copyBits(copy, 0, from, to);
  if (validity === undefined) return undefined;
  const nodes = [{ length, nullCount: node.nullCount === 0 ? 0 : zerosIn(validity, length) }];
  const bits = fixedBits(field.type);
  if (bits !== undefined) {
    const data = bits === 1 ? copyBits(copy, 1, from, to) : copy(1, (from * bits) / 8, (to * bits) / 8);
    return data === undefined ? undefined : { nodes, buffers: [validity, data] };
  }
  if (field.type.kind !== 'utf8' && field.type.kind !== 'binary') return undefined;
  const stored = copy(1, from * 4, (to + 1) * 4);
  if (stored === undefined || stored.length !== (length + 1) * 4) return undefined;
  const offsets = new Int32Array(stored.buffer, stored.byteOffset, length + 1);
  const [first, last] = [offsets[0] as number, offsets[length] as number];
  if (first < 0 || last < first || last > (entry.buffers[2]?.length ?? 0)) return undefined;
  const bytes = copy(2, first, last);
  return bytes === undefined ? undefined : { nodes, buffers: [validity, bytesOf(offsets.map((offset) => offset - first)), bytes] };
}

/** Bits [from, to), moved to begin at bit 0. */
function copyBits(copy: CopyBytes, buffer: number, from: number, to: number): Uint8Array | undefined {
  const bytes = copy(buffer, from >> 3, (to + 7) >> 3);
  if (bytes === undefined || bytes.length * 8 < to - (from & ~7)) return undefined;
  const out = new Uint8Array((to - from + 7) >> 3);
  const shift = from & 7;
  for (let row = 0; row < to - from; row++) if (bitIsSet(bytes, shift + row)) out[row >> 3] = (out[row >> 3] as number) | (1 << (row & 7));
  return out;
}

function zerosIn(bits: Uint8Array, length: number): number {
  let count = 0;
  for (let row = 0; row < length; row++) if (!bitIsSet(bits, row)) count += 1;
  return count;
}
