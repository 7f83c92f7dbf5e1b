/** The entities of a live generation in key order: for merging with files, and for writing one. */
import type { Value } from '../../data/types/value.ts';
import { compareIds } from '../key.ts';

/** Rows of entities in key order. `ids[i]` belongs to `rows[i]`. */
export interface SortedRows { readonly ids: readonly Value[]; readonly rows: Int32Array }

export const NO_ROWS: SortedRows = { ids: [], rows: new Int32Array(0) };

/** `known` with more entities added; all of them different. */
export function addSorted(known: SortedRows, ids: readonly Value[], rows: readonly number[]): SortedRows {
  if (ids.length === 0) return known;
  const added = sort(ids, rows);
  return known.ids.length === 0 ? added : merge(known, added);
}

function sort(ids: readonly Value[], rows: readonly number[]): SortedRows {
  if (isAscending(ids)) return { ids, rows: Int32Array.from(rows) };
  const order = Array.from(ids.keys()).sort((a, b) => compareIds(ids[a] as Value, ids[b] as Value));
  return { ids: order.map((at) => ids[at] as Value), rows: Int32Array.from(order, (at) => rows[at] as number) };
}

function isAscending(ids: readonly Value[]): boolean {
  for (let i = 1; i < ids.length; i++) if (compareIds(ids[i - 1] as Value, ids[i] as Value) >= 0) return false;
  return true;
}

function merge(a: SortedRows, b: SortedRows): SortedRows {
  const count = a.ids.length + b.ids.length;
  const ids: Value[] = new Array<Value>(count);
  const rows = new Int32Array(count);
  let i = 0;
  let j = 0;
  for (let at = 0; at < count; at++) {
    const takesA = j === b.ids.length || (i < a.ids.length && compareIds(a.ids[i] as Value, b.ids[j] as Value) < 0);
    ids[at] = (takesA ? a.ids[i] : b.ids[j]) as Value;
    rows[at] = (takesA ? a.rows[i] : b.rows[j]) as number;
    if (takesA) i += 1; else j += 1;
  }
  return { ids, rows };
}
