/**
 * Sorting the rows of a block by key, newest first. A prefix that never contradicts the order of keys, and the row's number counted from
 * the newest, are packed into 64 bits and sorted as numbers; only rows of equal prefix are compared by their ids.
 *
 *   ┌──────────────── 64 ────────────────┐
 *   │ prefix of the key   │ n − 1 − row  │      int → distance from the least · text, keyword → six bytes after what all ids
 *   └─────────────────────┴──────────────┘      begin with · UUID → first six bytes · ids of several kinds → nothing
 */
import { isTagged } from '../../data/types/value.ts';
import type { Value } from '../../data/types/value.ts';
import { compareIds } from '../key.ts';

/** Bits of a prefix before it is cut to what the row's number leaves. */
const PREFIX_BITS = 48;

/** Row numbers in file order. `ids` are in the order of their numbers. */
export function sortRows(ids: readonly Value[]): Int32Array {
  if (isRising(ids)) return Int32Array.from(ids, (_, row) => row);
  const rowBits = Math.max(16, Math.ceil(Math.log2(ids.length)));
  const rowScale = 2 ** rowBits;
  const prefixes = prefixesOf(ids);
  const packed = new BigUint64Array(ids.length);
  const halves = new Uint32Array(packed.buffer);
  for (let row = 0; row < ids.length; row++) {
    // prefix × 2^rowBits + number, in two halves of 32 bits.
    const prefix = Math.floor((prefixes[row] as number) / (rowScale / 2 ** (64 - PREFIX_BITS)));
    const high = Math.floor(prefix / 2 ** (32 - rowBits));
    halves[2 * row + 1] = high;
    halves[2 * row] = (prefix - high * 2 ** (32 - rowBits)) * rowScale + (ids.length - 1 - row);
  }
  packed.sort();
  const order = new Int32Array(ids.length);
  const mask = rowScale - 1;
  for (let at = 0; at < ids.length; at++) order[at] = ids.length - 1 - ((halves[2 * at] as number) & mask);
  orderTies(ids, order, halves, mask);
  return order;
}

/** Ids that come in order, as they often do, need no sorting. */
function isRising(ids: readonly Value[]): boolean {
  for (let row = 1; row < ids.length; row++) if (compareIds(ids[row - 1] as Value, ids[row] as Value) >= 0) return false;
  return true;
}

/** Puts runs of rows with the same prefix into the order of their ids. Most are of one entity, newest first already. */
function orderTies(ids: readonly Value[], order: Int32Array, halves: Uint32Array, mask: number): void {
  const isTie = (at: number): boolean => halves[2 * at + 1] === halves[2 * at - 1] && ((halves[2 * at] as number) & ~mask) === ((halves[2 * at - 2] as number) & ~mask);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    let isOrdered = true;
    while (to < order.length && isTie(to)) {
      if (isOrdered) isOrdered = compareIds(ids[order[to - 1] as number] as Value, ids[order[to] as number] as Value) <= 0;
      to += 1;
    }
    if (!isOrdered) order.subarray(from, to).sort((a, b) => compareIds(ids[a] as Value, ids[b] as Value) || b - a);
    from = to;
  }
}

type IdKind = 'int' | 'text' | 'keyword' | 'uuid';

function kindOf(id: Value): IdKind {
  if (typeof id === 'bigint') return 'int';
  if (isTagged(id)) return id.kind as IdKind;
  return 'text';
}

/** Whole numbers below 2^48. */
function prefixesOf(ids: readonly Value[]): Float64Array {
  const prefixes = new Float64Array(ids.length);
  const kind = kindOf(ids[0] as Value);
  if (ids.some((id) => kindOf(id) !== kind)) return prefixes;
  if (kind === 'int') fillIntegers(prefixes, ids);
  else if (kind === 'uuid') ids.forEach((id, row) => { const { text } = id as { text: string }; prefixes[row] = Number.parseInt(text.slice(0, 8) + text.slice(9, 13), 16); });
  else fillTexts(prefixes, kind === 'text' ? (ids as readonly string[]) : ids.map((id) => (id as { name: string }).name));
  return prefixes;
}

function fillIntegers(prefixes: Float64Array, ids: readonly Value[]): void {
  const values = BigInt64Array.from(ids, (id) => (typeof id === 'bigint' ? id : BigInt((id as { value: number }).value)));
  let min = values[0] as bigint;
  let max = min;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  let shift = 0n;
  while ((max - min) >> shift >= 2n ** BigInt(PREFIX_BITS)) shift += 1n;
  for (let row = 0; row < values.length; row++) prefixes[row] = Number(((values[row] as bigint) - min) >> shift);
}

function fillTexts(prefixes: Float64Array, texts: readonly string[]): void {
  const first = texts[0] as string;
  let shared = first.length;
  for (const text of texts) {
    let length = 0;
    while (length < shared && text.charCodeAt(length) === first.charCodeAt(length)) length += 1;
    shared = length;
  }
  texts.forEach((text, row) => { prefixes[row] = textPrefix(text, shared); });
}

/** Six characters from `from` on while they are ASCII; the first that is not counts as the largest and ends the prefix. */
function textPrefix(text: string, from: number): number {
  let prefix = 0;
  let at = 0;
  for (; at < 6 && from + at < text.length; at++) {
    const unit = text.charCodeAt(from + at);
    if (unit > 127) { prefix = prefix * 256 + 255; at += 1; break; }
    prefix = prefix * 256 + unit;
  }
  for (; at < 6; at++) prefix *= 256;
  return prefix;
}
