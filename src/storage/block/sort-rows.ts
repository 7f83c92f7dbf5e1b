/**
 * Sorting the rows of a block by key, newest first. A number that never contradicts the key's order decides nearly every
 * comparison; ties are decided by the ids. Merge sort on typed arrays, from runs of one row up; stable, so that rows that begin newest
 * first stay so within a key.
 *
 *   prefix: int → the double nearest to it · text, keyword, UUID → first six bytes · of several kinds → none
 */
import { TimeSlice } from '../../base/turn.ts';
import { isTagged } from '../../data/types/value.ts';
import type { Value } from '../../data/types/value.ts';
import { compareIds } from '../key.ts';

/** Row numbers in file order. `ids` are in the order of their numbers. Yields to the event loop in between. */
export async function sortRows(ids: readonly Value[]): Promise<Int32Array> {
  const prefixes = prefixesOf(ids);
  if (isRising(ids, prefixes)) return Int32Array.from(ids, (_, row) => row);
  const slice = new TimeSlice();
  let from = Int32Array.from(ids, (_, i) => ids.length - 1 - i);
  let to = new Int32Array(ids.length);
  for (let width = 1; width < ids.length; width *= 2) {
    for (let low = 0; low < ids.length; low += 2 * width) {
      mergeRuns(from, to, low, Math.min(low + width, ids.length), Math.min(low + 2 * width, ids.length), prefixes, ids);
      if ((low & 8191) === 0) await slice.pause();
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Ids that come in order, as they often do, need no sorting. */
function isRising(ids: readonly Value[], prefixes: Float64Array): boolean {
  for (let row = 1; row < ids.length; row++) {
    const difference = (prefixes[row - 1] as number) - (prefixes[row] as number);
    if (difference > 0 || (difference === 0 && compareIds(ids[row - 1] as Value, ids[row] as Value) >= 0)) return false;
  }
  return true;
}

function mergeRuns(from: Int32Array, to: Int32Array, low: number, middle: number, high: number, prefixes: Float64Array, ids: readonly Value[]): void {
  let left = low;
  let right = middle;
  for (let at = low; at < high; at++) {
    if (left === middle) { to[at] = from[right++] as number; continue; }
    if (right === high) { to[at] = from[left++] as number; continue; }
    const a = from[left] as number;
    const b = from[right] as number;
    const difference = (prefixes[a] as number) - (prefixes[b] as number);
    const isLeft = difference < 0 || (difference === 0 && compareIds(ids[a] as Value, ids[b] as Value) <= 0);
    if (isLeft) { to[at] = a; left += 1; } else { to[at] = b; right += 1; }
  }
}

type IdKind = 'int' | 'text' | 'keyword' | 'uuid';

function kindOf(id: Value): IdKind {
  if (typeof id === 'bigint') return 'int';
  if (isTagged(id)) return id.kind as IdKind;
  return 'text';
}

function prefixesOf(ids: readonly Value[]): Float64Array {
  const prefixes = new Float64Array(ids.length);
  const kind = kindOf(ids[0] ?? '');
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] as Value;
    if (kindOf(id) !== kind) return new Float64Array(ids.length);
    prefixes[row] = prefixOf(id);
  }
  return prefixes;
}

function prefixOf(id: Value): number {
  if (typeof id === 'bigint') return Number(id);
  if (typeof id === 'string') return textPrefix(id);
  if (isTagged(id) && id.kind === 'int') return id.value;
  if (isTagged(id) && id.kind === 'keyword') return textPrefix(id.name);
  return isTagged(id) && id.kind === 'uuid' ? Number.parseInt(id.text.slice(0, 8) + id.text.slice(9, 13), 16) : 0;
}

/** The first six characters while they are ASCII; what follows the first that is not counts as the largest, and ends the prefix. */
function textPrefix(text: string): number {
  let prefix = 0;
  let at = 0;
  for (; at < 6 && at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 127) { prefix = prefix * 256 + 255; at += 1; break; }
    prefix = prefix * 256 + unit;
  }
  for (; at < 6; at++) prefix *= 256;
  return prefix;
}
