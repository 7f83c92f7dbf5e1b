/** The entities of a live generation in key order: for merging with files, and for writing one. */
import { INT64 } from '../../data/types/type.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import { isTagged, type Uuid, type Value } from '../../data/types/value.ts';
import { UUID_BYTES, writeUuid } from '../../data/vector/uuid-cells.ts';
import { compareIds } from '../key.ts';

/** Rows of entities in key order. `ids[i]` belongs to `rows[i]`; `keys` are the ids as a chunk, for comparing with those of files. */
export interface SortedRows { readonly ids: readonly Value[]; readonly rows: Int32Array; readonly keys: ColumnChunk }

export const NO_ROWS: SortedRows = { ids: [], rows: new Int32Array(0), keys: { form: 'values', values: [] } };

const encoder = new TextEncoder();

const isUuid = (id: Value): id is Uuid => isTagged(id) && id.kind === 'uuid';

function uuidChunk(ids: readonly Uuid[]): ColumnChunk {
  const data = new Uint8Array(ids.length * UUID_BYTES);
  ids.forEach((id, row) => { writeUuid(id.text, data, row * UUID_BYTES); });
  return { form: 'uuid', data, validity: null };
}

function chunkOf(ids: readonly Value[]): ColumnChunk {
  if (ids.every((id) => typeof id === 'bigint')) return { form: 'fixed', type: INT64, data: BigInt64Array.from(ids), validity: null };
  if (ids.every(isUuid)) return uuidChunk(ids);
  if (!ids.every((id) => typeof id === 'string')) return { form: 'values', values: ids };
  const texts = ids.map((id) => encoder.encode(id));
  const offsets = new Int32Array(ids.length + 1);
  texts.forEach((text, at) => { offsets[at + 1] = (offsets[at] as number) + text.length; });
  const bytes = new Uint8Array(offsets[ids.length] as number);
  texts.forEach((text, at) => { bytes.set(text, offsets[at]); });
  return { form: 'text', offsets, bytes, validity: null };
}

/** `known` with more entities added; all of them different. */
export function addSorted(known: SortedRows, ids: readonly Value[], rows: readonly number[]): SortedRows {
  if (ids.length === 0) return known;
  const added = sort(ids, rows);
  return known.ids.length === 0 ? added : merge(known, added);
}

function sort(ids: readonly Value[], rows: readonly number[]): SortedRows {
  if (isAscending(ids)) return { ids, rows: Int32Array.from(rows), keys: chunkOf(ids) };
  const order = Array.from(ids.keys()).sort((a, b) => compareIds(ids[a] as Value, ids[b] as Value));
  const sorted = order.map((at) => ids[at] as Value);
  return { ids: sorted, rows: Int32Array.from(order, (at) => rows[at] as number), keys: chunkOf(sorted) };
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
  return { ids, rows, keys: chunkOf(ids) };
}
