/**
 * Scanning raw files together with live generations.
 *
 *   1  page by page: rows that are not marked are resolved within their page
 *        page without marks in which every row is current ──▶ its columns as they are
 *   2  live entities that no file holds: a live scan
 *   3  marked rows and live entities that files hold, by key, from the newest source to the oldest: the entity's events, resolved
 *
 * Marked are rows whose entity is in another file (`file-marks.ts`) or in a live generation (`live-marks.ts`); both are kept.
 * Of a page whose rows are all current only the columns asked for are read.
 */
import type { CancelFlag } from '../../base/cancel.ts';
import { must } from '../../base/assert.ts';
import { MICROS_MAX } from '../../catalog/table-source.ts';
import { CHUNK_ROWS_MAX, type ColumnChunk, type RowChunk } from '../../data/vector/chunk.ts';
import type { Value } from '../../data/types/value.ts';
import { mapKey } from '../key.ts';
import { chunkSlice } from '../../data/vector/chunk-slice.ts';
import type { SortedRows } from '../live/sorted-rows.ts';
import { OP_PUT, type TemporalBounds } from '../temporal/resolve.ts';
import { chunkOfKey, compareRows, endOfKey } from './compare-rows.ts';
import { marksOf } from './file-marks.ts';
import { liveMarksOf } from './live-marks.ts';
import { scanLive } from './live-scan.ts';
import type { LiveSource } from './live-source.ts';
import { FileCursor, inKeyOrder, LiveCursor, pushRows, reorderFirst, type MergeCursor } from './merge-cursor.ts';
import type { RawFile, RawPage, RawPageInfo } from './raw-file.ts';
import { isMarked, type RowBits } from './row-bits.ts';
import { instantColumn, unboundedColumn, type OutputPlan } from './row-collector.ts';
import type { ScanContext } from './scan-context.ts';

/** Entities resolved between two looks at the cancel flag. */
const ENTITIES_A_STEP = 1024;

export async function* scanDelta(context: ScanContext, cancel: CancelFlag): AsyncGenerator<RowChunk | undefined, void, undefined> {
  const { files } = context;
  if (files.length === 0) { yield* scanLive(context); return; }
  const pages = await Promise.all(files.map((file) => file.pages()));
  let marks = await marksOf(files, cancel);
  const shared: LiveCursor[] = [];
  for (const [index, source] of context.sources.entries()) {
    if (!pages.some((list) => overlaps(source, list))) continue;
    const live = await liveMarksOf(source.generation, files, pages, cancel);
    marks = marks.map((bits, file) => bits.union(live.marks[file] as RowBits));
    shared.push(openLiveCursor(source, live.found, files.length + index));
  }
  for (let index = 0; index < files.length; index++) yield* scanFile(context, files[index] as RawFile, pages[index] ?? [], marks[index] as RowBits, cancel);
  const cursors: MergeCursor[] = [...shared, ...files.map((file, age) => new FileCursor(file, pages[age] ?? [], context.plan.documents, marks[age], age))];
  yield* scanLive(context);
  yield* mergeMarked(context, cursors.filter((cursor) => !cursor.isAtEnd).sort(inKeyOrder), cancel);
}

/** Takes the entities that files hold too out of the live scan. */
function openLiveCursor(source: LiveSource, found: SortedRows, age: number): LiveCursor {
  const indexes = Array.from(found.ids.keys()).filter((index) => source.share(mapKey(found.ids[index] as Value)));
  return new LiveCursor(source, found, indexes, age);
}

/** Whether any entity of the generation could be in a file with these pages. */
function overlaps({ generation }: LiveSource, pages: readonly RawPageInfo[]): boolean {
  const range = generation.idRange;
  const first = pages[0];
  const last = pages[pages.length - 1];
  if (range === undefined || first === undefined || last === undefined) return false;
  return compareRows({ form: 'constant', value: range[0] }, 0, chunkOfKey(last.lastKey), 0) <= 0
    && compareRows({ form: 'constant', value: range[1] }, 0, chunkOfKey(first.firstKey), 0) >= 0;
}

/** Step 1 for one file. */
async function* scanFile(context: ScanContext, file: RawFile, pages: readonly RawPageInfo[], marks: RowBits, cancel: CancelFlag): AsyncGenerator<RowChunk | undefined, void, undefined> {
  const { plan, bounds, collector } = context;
  const isWhole = (at: number): boolean => marks.page(at) === undefined && isCurrent(pages[at] as RawPageInfo, bounds);
  const read = readAhead(pages.length, (at) => (isWhole(at) && !plan.needsTimes ? file.readColumns(at, plan.documents) : file.readPage(at, plan.documents)));
  for (let at = 0; at < pages.length; at++) {
    cancel.check();
    const { rowCount, isPlain } = pages[at] as RawPageInfo;
    const page = await read(at);
    if (isWhole(at)) yield* pageChunks('seq' in page ? page.columns : page, rowCount, plan, 'seq' in page ? page : undefined);
    else scanPage(context, page as RawPage, isPlain, marks.page(at));
    for (let ready = collector.takeReady(); ready !== undefined; ready = collector.takeReady()) yield ready;
    yield undefined;
  }
}

type PageRead = RawPage | readonly ColumnChunk[];

/** Pages 0, 1, … one after the other; the next one is under way while one is worked on. */
function readAhead(pageCount: number, read: (page: number) => Promise<PageRead>): (page: number) => Promise<PageRead> {
  let next: Promise<PageRead> | undefined;
  return async (page) => {
    const current = await (next ?? read(page));
    next = page + 1 < pageCount ? read(page + 1) : undefined;
    // A scan that ends early does not ask for it: its failure is nobody's then.
    next?.catch(() => undefined);
    return current;
  };
}

/** Whether every row of the page is visible as it stands, as far as its own file goes. */
const isCurrent = (info: RawPageInfo, bounds: TemporalBounds): boolean =>
  info.isPlain && !bounds.clamp && info.maxValidFrom < bounds.validTo && info.maxSystemFrom < bounds.systemTo;

/** `page` is there if the plan asks for times. */
function* pageChunks(documents: readonly ColumnChunk[], rowCount: number, plan: OutputPlan, page: RawPage | undefined): Generator<RowChunk> {
  for (let from = 0; from < rowCount; from += CHUNK_ROWS_MAX) {
    const to = Math.min(rowCount, from + CHUNK_ROWS_MAX);
    const columns = plan.columns.map((column): ColumnChunk => {
      if (column.kind === 'document') return chunkSlice(documents[column.index] as ColumnChunk, from, to);
      const { validFrom, systemFrom } = must(page, 'a page whose times are asked for is read with them');
      switch (column.slot) {
        case 'validFrom': return instantColumn(validFrom.subarray(from, to), 'validFrom');
        case 'systemFrom': return instantColumn(systemFrom.subarray(from, to), 'systemFrom');
        default: return unboundedColumn(to - from);
      }
    });
    yield { rowCount: to - from, columns };
  }
}

/** The rows that are not marked. On a plain page each is an entity of its own. */
function scanPage(context: ScanContext, page: RawPage, isPlain: boolean, bits: Uint8Array | undefined): void {
  const { bounds, collector, entity } = context;
  for (let row = 0; row < page.rowCount;) {
    if (bits !== undefined && isMarked(bits, row)) { row += 1; continue; }
    const end = isPlain ? row + 1 : endOfKey(page.ids, row, page.rowCount);
    if (end > row + 1) {
      pushRows(entity, page, row, end);
      entity.orderBySeq();
      entity.resolve(bounds);
    } else if (page.op[row] === OP_PUT) {
      const from = page.validFrom[row] as bigint;
      const to = page.validTo[row] as bigint;
      const system = page.systemFrom[row] as bigint;
      if (system < bounds.systemTo && from < bounds.validTo && to > bounds.validFrom) {
        collector.add(page, row, bounds.clamp && from < bounds.validFrom ? bounds.validFrom : from, bounds.clamp && to > bounds.validTo ? bounds.validTo : to, system, MICROS_MAX);
      }
    }
    row = end;
  }
}

/** Step 2. `cursors` are in key order. */
async function* mergeMarked(context: ScanContext, cursors: MergeCursor[], cancel: CancelFlag): AsyncGenerator<RowChunk | undefined, void, undefined> {
  const { collector, entity, bounds } = context;
  /** The key of the events that were collected; a page of one of them, since cursors move on. */
  let ids: ColumnChunk | undefined;
  let row = 0;
  let entityCount = 0;
  while (cursors.length > 0) {
    const first = cursors[0] as MergeCursor;
    if (!first.isReady) {
      await first.prepare();
      reorderFirst(cursors);
      continue;
    }
    if (ids !== undefined && compareRows(ids, row, first.ids, first.row) !== 0) {
      entity.orderBySeq();
      entity.resolve(bounds);
      entityCount += 1;
      for (let ready = collector.takeReady(); ready !== undefined; ready = collector.takeReady()) yield ready;
      if (entityCount % ENTITIES_A_STEP === 0) { cancel.check(); yield undefined; }
    }
    ids = first.ids;
    row = first.row;
    first.take(entity);
    reorderFirst(cursors);
  }
  entity.orderBySeq();
  entity.resolve(bounds);
}
