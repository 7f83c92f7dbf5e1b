/**
 * Marks of raw files: rows whose entity has events in another file, or on two pages. All other rows are resolved within their page.
 *
 *   file 1   a  b  [c] d           [ ] marked: c is in both files
 *   file 2     [c] e  f
 *
 * They never change for a list of files, and are kept for as long as the list: the first scan pays for the merge, later ones do not.
 */
import type { CancelFlag } from '../../base/cancel.ts';
import { TimeSlice } from '../../base/turn.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import { chunkOfKey, compareRows, endOfKey, lowerBound, startOfKey } from './compare-rows.ts';
import { FileCursor, inKeyOrder, reorderFirst } from './merge-cursor.ts';
import type { RawFile } from './raw-file.ts';
import { RowBits } from './row-bits.ts';

/** By file, in the order of the list. */
export type FileMarks = readonly RowBits[];

const known = new WeakMap<readonly RawFile[], FileMarks>();

export async function marksOf(files: readonly RawFile[], cancel: CancelFlag): Promise<FileMarks> {
  const kept = known.get(files);
  if (kept !== undefined) return kept;
  const marks = await markShared(files, cancel);
  known.set(files, marks);
  return marks;
}

/** Rows of the key that was passed last. The same key may come again: in another file, or on the next page of the same one. */
interface Passed { readonly cursor: FileCursor; readonly pageIndex: number; readonly rowCount: number; readonly ids: ColumnChunk; readonly from: number; readonly to: number }

async function markShared(files: readonly RawFile[], cancel: CancelFlag): Promise<FileMarks> {
  const marks = files.map(() => new RowBits());
  const slice = new TimeSlice();
  const opened = await Promise.all(files.map(async (file, age) => new FileCursor(file, await file.pages(), [], undefined, age)));
  const cursors = opened.filter((cursor) => !cursor.isAtEnd).sort(inKeyOrder);
  let last: Passed | undefined;
  while (cursors.length > 0) {
    const first = cursors[0] as FileCursor;
    const second = cursors[1];
    if (first.isReady) {
      last = passRows(first, second, last, marks);
    } else if (isApart(first, second, last)) {
      first.skipPage();
      last = undefined;
    } else {
      cancel.check();
      await slice.pause();
      await first.prepare();
    }
    reorderFirst(cursors);
  }
  return marks;
}

/** Whether no key of the page that `first` has not read is anywhere else. */
function isApart(first: FileCursor, second: FileCursor | undefined, last: Passed | undefined): boolean {
  if (first.isContinued) return false;
  if (last !== undefined && compareRows(last.ids, last.from, first.ids, first.row) >= 0) return false;
  return second === undefined || compareRows(chunkOfKey(first.info.lastKey), 0, second.ids, second.row) < 0;
}

/** Moves over the key at which the cursor stands, and all that are below the next source's. */
function passRows(first: FileCursor, second: FileCursor | undefined, last: Passed | undefined, marks: FileMarks): Passed {
  const { page: { ids, rowCount }, pageIndex, row } = first;
  const end = endOfKey(ids, row, rowCount);
  if (last !== undefined && compareRows(last.ids, last.from, ids, row) === 0) {
    marks[last.cursor.age]?.mark(last.pageIndex, last.rowCount, last.from, last.to);
    marks[first.age]?.mark(pageIndex, rowCount, row, end);
  }
  const to = second === undefined ? rowCount : Math.max(end, lowerBound(ids, end, rowCount, second.ids, second.row));
  first.moveTo(to);
  return { cursor: first, pageIndex, rowCount, ids, from: to === end ? row : startOfKey(ids, to - 1), to };
}
