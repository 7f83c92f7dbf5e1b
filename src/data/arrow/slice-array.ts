/** Rows of a checked array without decoding the others: what a point read takes out of a page. */
import { bitIsSet, bytesOf, NO_BYTES, viewAs } from './array.ts';
import type { ArrowArray } from './array.ts';
import { fixedBits } from './field.ts';

/** The rows [from, to) as an array of their own. Buffers are views where that is possible. */
export function sliceArray(array: ArrowArray, from: number, to: number): ArrowArray {
  const length = to - from;
  if (length === array.length) return array;
  const { field } = array;
  if (field.type.kind === 'null') return { ...array, length, nullCount: length };
  if (field.type.kind === 'union') return sliceUnion(array, from, to);
  const validity = array.nullCount === 0 ? NO_BYTES : sliceBits(array.buffers[0] as Uint8Array, from, to);
  const nullCount = array.nullCount === 0 ? 0 : countZeros(validity, length);
  const rest = { ...array, length, nullCount };
  if (array.dictionary !== undefined) return { ...rest, buffers: [validity, (array.buffers[1] as Uint8Array).subarray(from * 4, to * 4)] };
  const bits = fixedBits(field.type);
  if (bits !== undefined) {
    const data = array.buffers[1] as Uint8Array;
    return { ...rest, buffers: [validity, bits === 1 ? sliceBits(data, from, to) : data.subarray((from * bits) / 8, (to * bits) / 8)] };
  }
  switch (field.type.kind) {
    case 'list': case 'large-list': case 'map': return { ...rest, ...sliceList(array, validity, from, to) };
    case 'struct': return { ...rest, buffers: [validity], children: array.children.map((child) => sliceArray(child, from, to)) };
    case 'fixed-list': {
      const { size } = field.type;
      return { ...rest, buffers: [validity], children: array.children.map((child) => sliceArray(child, from * size, to * size)) };
    }
    // Offsets of text and bytes count from the start of their data, which stays whole.
    default: return { ...rest, buffers: [validity, (array.buffers[1] as Uint8Array).subarray(from * 4, (to + 1) * 4), array.buffers[2] as Uint8Array] };
  }
}

function sliceBits(bits: Uint8Array, from: number, to: number): Uint8Array {
  const out = new Uint8Array((to - from + 7) >> 3);
  for (let row = from; row < to; row++) if (bitIsSet(bits, row)) out[(row - from) >> 3] = (out[(row - from) >> 3] as number) | (1 << ((row - from) & 7));
  return out;
}

function countZeros(bits: Uint8Array, length: number): number {
  let count = 0;
  for (let row = 0; row < length; row++) if (!bitIsSet(bits, row)) count += 1;
  return count;
}

function sliceList(array: ArrowArray, validity: Uint8Array, from: number, to: number): Pick<ArrowArray, 'buffers' | 'children'> {
  const offsets = viewAs(Int32Array, array.buffers[1] as Uint8Array, array.length + 1);
  const base = offsets[from] as number;
  const rebased = offsets.slice(from, to + 1).map((offset) => offset - base);
  return { buffers: [validity, bytesOf(rebased)], children: [sliceArray(array.children[0] as ArrowArray, base, offsets[to] as number)] };
}

/** Each leg keeps the stretch of values that the rows refer to. */
function sliceUnion(array: ArrowArray, from: number, to: number): ArrowArray {
  const types = (array.buffers[0] as Uint8Array).subarray(from, to);
  const rest = { ...array, length: to - from };
  if (array.buffers[1] === undefined) return { ...rest, buffers: [types], children: array.children.map((child) => sliceArray(child, from, to)) };
  const offsets = viewAs(Int32Array, array.buffers[1], array.length).slice(from, to);
  const lows = array.children.map(() => Infinity);
  const highs = array.children.map(() => 0);
  offsets.forEach((offset, row) => {
    const child = types[row] as number;
    lows[child] = Math.min(lows[child] as number, offset);
    highs[child] = Math.max(highs[child] as number, offset + 1);
  });
  offsets.forEach((offset, row) => { offsets[row] = offset - (lows[types[row] as number] as number); });
  const children = array.children.map((child, i) => sliceArray(child, Math.min(lows[i] as number, highs[i] as number), highs[i] as number));
  return { ...rest, buffers: [types, bytesOf(offsets)], children };
}
