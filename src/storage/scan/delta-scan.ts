/**
 * Scanning raw files and live generations: page by page, chunk by chunk, each row by itself (`table-overlay.ts`).
 *
 *   page   nothing of it can be in the bounds        ──▶ is not read
 *          every row is visible as it was written    ──▶ its columns as they are; times only if they are asked for
 *          else                                      ──▶ times, the pieces within the bounds, then the columns if there are any
 */
import type { CancelFlag } from '../../base/cancel.ts';
import { must } from '../../base/assert.ts';
import { CHUNK_ROWS_MAX, type ColumnChunk, type RowChunk } from '../../data/vector/chunk.ts';
import { chunkSlice } from '../../data/vector/chunk-slice.ts';
import type { LiveChunk } from '../live/live-chunk.ts';
import { overlayOf, type ViewOverlay } from './complete-overlay.ts';
import type { LiveSource } from './live-source.ts';
import { PieceSelection, type ClippedOverlay } from './piece-selection.ts';
import type { PageTimeBounds, RawFile, RawPageInfo, RawTimes } from './raw-file.ts';
import { instantColumn, unboundedColumn, type OutputPlan } from './row-collector.ts';
import type { ScanContext } from './scan-context.ts';
import type { OverlaySource } from './table-overlay.ts';

/** Yields chunks as they fill; `undefined` after each page or chunk of input, so that the caller can pause. */
export async function* scanDelta(context: ScanContext, cancel: CancelFlag): AsyncGenerator<RowChunk | undefined, void, undefined> {
  const { view, plan, bounds } = context;
  const { files } = view.version;
  const pages = await Promise.all(files.map((file) => file.pages()));
  const overlay = await overlayOf(view, pages, cancel);
  const selection = new PieceSelection(bounds, plan.needsTimes);
  for (const [index, file] of files.entries()) yield* scanFile(context, file, pages[index] ?? [], overlay, selection, cancel);
  for (const source of context.sources) yield* scanLive(context, source, overlay, selection);
}

/** What a scan does with a page. */
type PageRead = { readonly kind: 'whole'; readonly columns: readonly ColumnChunk[]; readonly times: RawTimes | undefined } | { readonly kind: 'chosen'; readonly times: RawTimes };

async function* scanFile(context: ScanContext, file: RawFile, infos: readonly RawPageInfo[], overlay: ViewOverlay, selection: PieceSelection, cancel: CancelFlag): AsyncGenerator<RowChunk | undefined, void, undefined> {
  const { plan, collector } = context;
  const times = await file.timeBounds();
  const wanted = Array.from(infos.keys()).filter((at) => mayBeSeen(context, times[at] as PageTimeBounds, clippedOverlay(context, overlay, file, at)));
  const read = readAhead(wanted, async (at): Promise<PageRead> => {
    if (!isWhole(context, infos[at] as RawPageInfo, times[at] as PageTimeBounds, clippedOverlay(context, overlay, file, at))) return { kind: 'chosen', times: await file.readTimes(at) };
    return { kind: 'whole', columns: await file.readColumns(at, plan.documents), times: plan.needsTimes ? await file.readTimes(at) : undefined };
  });
  for (const [turn, at] of wanted.entries()) {
    cancel.check();
    const page = await read(turn);
    const { rowCount } = infos[at] as RawPageInfo;
    if (page.kind === 'whole') {
      yield* wholeChunks(page.columns, rowCount, plan, page.times);
    } else {
      selection.choose(rowCount, page.times, clippedOverlay(context, overlay, file, at));
      if (selection.count > 0) collector.addChosen({ columns: plan.documents.length === 0 ? [] : await file.readColumns(at, plan.documents) }, rowCount, selection);
    }
    for (let ready = collector.takeReady(); ready !== undefined; ready = collector.takeReady()) yield ready;
    yield undefined;
  }
}

/** The overlay of a page as the query reads it. */
function clippedOverlay({ bounds }: ScanContext, overlay: ViewOverlay, source: OverlaySource, index: number): ClippedOverlay | undefined {
  const page = overlay.page(source, index);
  if (page === undefined) return undefined;
  const known = overlay.clipTo(source, index);
  const clipTo = bounds.systemTo < known ? bounds.systemTo : known;
  return { page, clipTo, seq: overlay.seq(source, index), pastTo: bounds.systemFrom < clipTo ? bounds.systemFrom : clipTo - 1n };
}

/** Whether any piece of the page may be within the bounds. */
function mayBeSeen({ bounds }: ScanContext, times: PageTimeBounds, overlay: ClippedOverlay | undefined): boolean {
  if (times.minSystemFrom >= bounds.systemTo || times.minValidFrom >= bounds.validTo || times.maxValidTo <= bounds.validFrom) return false;
  return overlay === undefined || overlay.page.mayReach(bounds.validFrom, overlay.pastTo);
}

/** Whether every row of the page is visible as it was written. */
function isWhole({ bounds }: ScanContext, info: RawPageInfo, times: PageTimeBounds, overlay: ClippedOverlay | undefined): boolean {
  return times.isUnbounded && !bounds.clamp && info.maxValidFrom < bounds.validTo && info.maxSystemFrom < bounds.systemTo && isOpen(overlay);
}

/** Whether nothing has ended for the query. */
const isOpen = (overlay: ClippedOverlay | undefined): boolean => overlay === undefined || overlay.page.minEnd >= overlay.clipTo;

/** Pages of the list one after the other, by place; the next one is under way while one is worked on. */
function readAhead<T>(pages: readonly number[], read: (page: number) => Promise<T>): (place: number) => Promise<T> {
  let next: Promise<T> | undefined;
  return async (place) => {
    const current = await (next ?? read(pages[place] as number));
    const after = pages[place + 1];
    next = after === undefined ? undefined : read(after);
    // A scan that ends early does not ask for it: its failure is nobody's then.
    next?.catch(() => undefined);
    return current;
  };
}

/** `times` are there if the plan asks for them. */
function* wholeChunks(documents: readonly ColumnChunk[], rowCount: number, plan: OutputPlan, times: RawTimes | undefined): Generator<RowChunk> {
  for (let from = 0; from < rowCount; from += CHUNK_ROWS_MAX) {
    const to = Math.min(rowCount, from + CHUNK_ROWS_MAX);
    const columns = plan.columns.map((column): ColumnChunk => {
      if (column.kind === 'document') return chunkSlice(documents[column.index] as ColumnChunk, from, to);
      const { validFrom, systemFrom } = must(times, 'times that are asked for are read');
      switch (column.slot) {
        case 'validFrom': return instantColumn(validFrom.subarray(from, to), 'validFrom');
        case 'systemFrom': return instantColumn(systemFrom.subarray(from, to), 'systemFrom');
        default: return unboundedColumn(to - from);
      }
    });
    yield { rowCount: to - from, columns };
  }
}

function* scanLive(context: ScanContext, source: LiveSource, overlay: ViewOverlay, selection: PieceSelection): Generator<RowChunk | undefined, void, undefined> {
  const { collector, plan, bounds } = context;
  const { chunks } = source.generation;
  for (let index = 0; index < chunks.length; index++) {
    const chunk = chunks[index] as LiveChunk;
    const count = chunk.countUpTo(source.seq);
    if (count === 0) break;
    const clipped = clippedOverlay(context, overlay, source.generation, index);
    if (chunk.isUnbounded && !bounds.clamp && chunk.maxValidFrom < bounds.validTo && chunk.maxSystemFrom < bounds.systemTo && isOpen(clipped)) {
      yield* wholeChunks(plan.documents.map((name) => chunk.column(name, count)), count, plan, chunk);
    } else {
      selection.choose(count, chunk, clipped);
      if (selection.count > 0) collector.addChosen(source.page(index), count, selection);
    }
    for (let ready = collector.takeReady(); ready !== undefined; ready = collector.takeReady()) yield ready;
    yield undefined;
  }
}
