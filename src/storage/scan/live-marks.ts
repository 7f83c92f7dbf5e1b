/**
 * Which rows of files belong to entities that a live generation holds too.
 *
 *   generation   k03 k17 k41 …            page of a file   k02 [k03] k04 … k16 [k17 k17] k18
 *
 * Kept by generation, for as long as the files are the same: a scan looks only for the keys that came since the last one, and reads the keys of
 * only those pages in whose range they fall. What was handed out is never changed, since a scan may be under way on it.
 */
import type { CancelFlag } from '../../base/cancel.ts';
import { TimeSlice } from '../../base/turn.ts';
import type { Value } from '../../data/types/value.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import type { LiveGeneration } from '../live/live-generation.ts';
import { addSorted, NO_ROWS, type SortedRows } from '../live/sorted-rows.ts';
import { chunkOfKey, compareRows, endOfKey, lowerBound } from './compare-rows.ts';
import type { RawFile, RawPageInfo } from './raw-file.ts';
import { RowBits } from './row-bits.ts';

/** `marks` by file, in the order of the list; `found` are the keys that some file holds. Both include keys that an older snapshot does not see. */
export interface LiveMarks { readonly marks: readonly RowBits[]; readonly found: SortedRows }

interface Known extends LiveMarks { readonly files: readonly RawFile[]; readonly keyCount: number }

const known = new WeakMap<LiveGeneration, Known>();

/** `pages[i]` is the page index of `files[i]`. */
export async function liveMarksOf(generation: LiveGeneration, files: readonly RawFile[], pages: readonly (readonly RawPageInfo[])[], cancel: CancelFlag): Promise<LiveMarks> {
  const kept = known.get(generation);
  const before = kept?.files === files ? kept : { files, keyCount: 0, found: NO_ROWS, marks: files.map(() => new RowBits()) };
  const { keyCount } = generation;
  if (keyCount === before.keyCount) return before;
  const added = generation.sortedKeysSince(before.keyCount);
  const marks = before.marks.map((bits) => bits.copy());
  const found = new Set<number>();
  const slice = new TimeSlice();
  for (const [index, file] of files.entries()) {
    for (const [at, info] of (pages[index] ?? []).entries()) {
      const [from, to] = keysWithin(added.keys, added.ids.length, info);
      if (from === to) continue;
      cancel.check();
      await slice.pause();
      const [ids] = await file.readColumns(at, ['_id']);
      markPage(added.keys, from, to, ids as ColumnChunk, info.rowCount, found, (begin, end) => { (marks[index] as RowBits).mark(at, info.rowCount, begin, end); });
    }
  }
  const indexes = [...found].sort((a, b) => a - b);
  const next = { files, keyCount, marks, found: addSorted(before.found, indexes.map((i) => added.ids[i] as Value), indexes.map((i) => added.rows[i] as number)) };
  known.set(generation, next);
  return next;
}

/** Which of the sorted keys lie in the page's range. */
function keysWithin(keys: ColumnChunk, count: number, info: RawPageInfo): readonly [number, number] {
  const from = lowerBound(keys, 0, count, chunkOfKey(info.firstKey), 0);
  const last = chunkOfKey(info.lastKey);
  let to = lowerBound(keys, from, count, last, 0);
  if (to < count && compareRows(keys, to, last, 0) === 0) to += 1;
  return [from, to];
}

function markPage(keys: ColumnChunk, from: number, to: number, ids: ColumnChunk, rowCount: number, found: Set<number>, mark: (begin: number, end: number) => void): void {
  let row = 0;
  for (let key = from; key < to && row < rowCount; key++) {
    row = lowerBound(ids, row, rowCount, keys, key);
    if (row === rowCount || compareRows(ids, row, keys, key) !== 0) continue;
    mark(row, endOfKey(ids, row, rowCount));
    found.add(key);
  }
}
