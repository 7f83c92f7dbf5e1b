/**
 * Merging raw files and live generations by key.
 *
 *   file 1   a────────f            page of one file, no other source within its keys, all rows current: its columns as they are
 *   file 2        d──────────k     stretch of one page below every other source's key: rows as in a single source
 *   live            e   g          same key in several: the entity's events from the newest source to the oldest, resolved
 */
import type { CancelFlag } from '../../base/cancel.ts';
import type { Value } from '../../data/types/value.ts';
import type { ColumnChunk, RowChunk } from '../../data/vector/chunk.ts';
import { CHUNK_ROWS_MAX } from '../../data/vector/chunk.ts';
import { MICROS_MAX } from '../../catalog/table-source.ts';
import { compareIds, compareKeys, encodeKey } from '../key.ts';
import { chunkSlice, chunkValue } from '../live/chunk-value.ts';
import { OP_PUT, type TemporalBounds } from '../temporal/resolve.ts';
import { scanLive } from './live-scan.ts';
import type { LiveSource } from './live-source.ts';
import { FileCursor, LiveCursor, type MergeCursor } from './merge-cursor.ts';
import type { RawFile, RawPage, RawPageInfo } from './raw-file.ts';
import { instantColumn, unboundedColumn, type OutputPlan } from './row-collector.ts';
import type { ScanContext } from './scan-context.ts';

/** Entities resolved between two looks at the cancel flag. */
const ENTITIES_A_STEP = 4096;

export async function* scanDelta(context: ScanContext, cancel: CancelFlag): AsyncGenerator<RowChunk | undefined, void, undefined> {
  if (context.files.length === 0) { yield* scanLive(context); return; }
  const overlapping = await overlapsFiles(context.sources, context.files);
  if (!overlapping) yield* scanLive(context);
  const cursors: MergeCursor[] = await Promise.all(context.files.map((file, age) => FileCursor.open(file, context.plan.documents, age)));
  if (overlapping) context.sources.forEach((source, index) => cursors.push(new LiveCursor(source, context.files.length + index)));
  yield* mergeCursors(context, cursors.filter((cursor) => cursor.id !== null).sort(inOrder), cancel);
}

/** Whether any live entity could be in a file. */
async function overlapsFiles(sources: readonly LiveSource[], files: readonly RawFile[]): Promise<boolean> {
  for (const file of files) {
    const pages = await file.pages();
    const first = pages[0];
    const last = pages[pages.length - 1];
    if (first === undefined || last === undefined) continue;
    for (const { generation } of sources) {
      const range = generation.idRange;
      if (range === undefined) continue;
      if (compareKeys(encodeKey(range[0]), last.lastKey) <= 0 && compareKeys(encodeKey(range[1]), first.firstKey) >= 0) return true;
    }
  }
  return false;
}

/** By key; at the same key the newest source first, since entities are collected from the newest event on. */
function inOrder(a: MergeCursor, b: MergeCursor): number {
  return compareIds(a.id, b.id) || b.age - a.age;
}

/** Puts the first cursor, which has moved, where it belongs; drops it at its end. */
function settleFirst(cursors: MergeCursor[]): void {
  const moved = cursors.shift() as MergeCursor;
  if (moved.id === null) return;
  let at = 0;
  while (at < cursors.length && inOrder(cursors[at] as MergeCursor, moved) < 0) at += 1;
  cursors.splice(at, 0, moved);
}

/** `cursors` in order. */
async function* mergeCursors(context: ScanContext, cursors: MergeCursor[], cancel: CancelFlag): AsyncGenerator<RowChunk | undefined, void, undefined> {
  const { collector, entity } = context;
  let entityCount = 0;
  while (cursors.length > 0) {
    const first = cursors[0] as MergeCursor;
    const bound = cursors[1]?.id;
    const isAlone = bound === undefined || compareIds(first.id, bound) < 0;
    if (isAlone && first instanceof FileCursor) {
      const page = first.loaded ?? await first.page();
      cancel.check();
      const info = first.untouchedPage;
      if (info !== undefined && isWholePage(context.bounds, first, info, bound)) {
        yield* pageChunks(page, context.plan);
        first.skipPage();
      } else if (!scanStretch(context, first, page, bound)) {
        await first.take(entity);
        entity.orderBySeq();
        entity.resolve(context.bounds);
      }
      settleFirst(cursors);
    } else {
      const reading = takeEntity(context, cursors);
      if (reading !== undefined) await reading;
    }
    for (let ready = collector.takeReady(); ready !== undefined; ready = collector.takeReady()) yield ready;
    if (++entityCount % ENTITIES_A_STEP === 0) { cancel.check(); yield undefined; }
  }
}

/** Resolves the entity at which the first cursor, and maybe others, stand. */
function takeEntity(context: ScanContext, cursors: MergeCursor[]): Promise<void> | undefined {
  const { id } = cursors[0] as MergeCursor;
  do {
    const waiting = (cursors[0] as MergeCursor).take(context.entity);
    if (waiting !== undefined) return takeRest(context, cursors, id, waiting);
    settleFirst(cursors);
  } while (cursors.length > 0 && compareIds((cursors[0] as MergeCursor).id, id) === 0);
  context.entity.orderBySeq();
  context.entity.resolve(context.bounds);
  return undefined;
}

/** The same, once a page has to be read. */
async function takeRest(context: ScanContext, cursors: MergeCursor[], id: Value, reading: Promise<void>): Promise<void> {
  await reading;
  settleFirst(cursors);
  while (cursors.length > 0 && compareIds((cursors[0] as MergeCursor).id, id) === 0) {
    await (cursors[0] as MergeCursor).take(context.entity);
    settleFirst(cursors);
  }
  context.entity.orderBySeq();
  context.entity.resolve(context.bounds);
}

/** Whether every row of the page is visible as it stands, and no other source has an entity within its keys. */
function isWholePage(bounds: TemporalBounds, cursor: FileCursor, info: RawPageInfo, bound: Value | undefined): boolean {
  return info.isPlain && !bounds.clamp && info.maxValidFrom < bounds.validTo && info.maxSystemFrom < bounds.systemTo
    && !cursor.isContinued && (bound === undefined || compareKeys(info.lastKey, encodeKey(bound)) < 0);
}

function* pageChunks(page: RawPage, plan: OutputPlan): Generator<RowChunk> {
  for (let from = 0; from < page.rowCount; from += CHUNK_ROWS_MAX) {
    const to = Math.min(page.rowCount, from + CHUNK_ROWS_MAX);
    const columns = plan.columns.map((column): ColumnChunk => {
      if (column.kind === 'document') return chunkSlice(page.columns[column.index] as ColumnChunk, from, to);
      switch (column.slot) {
        case 'validFrom': return instantColumn(page.validFrom.subarray(from, to), 'validFrom');
        case 'systemFrom': return instantColumn(page.systemFrom.subarray(from, to), 'systemFrom');
        default: return unboundedColumn(to - from);
      }
    });
    yield { rowCount: to - from, columns };
  }
}

/**
 * The rows of the loaded page from the cursor to `bound`, but for an entity that goes on in the next page. False when there
 * are none: the entity at which the cursor stands is taken by itself.
 */
function scanStretch(context: ScanContext, cursor: FileCursor, page: RawPage, bound: Value | undefined): boolean {
  const { bounds, collector, entity } = context;
  let end = bound === undefined ? page.rowCount : cursor.rowsBelow(bound);
  if (end === page.rowCount && cursor.isContinued) end = startOfEntity(page, end - 1, cursor.row);
  if (end <= cursor.row) return false;
  for (let row = cursor.row; row < end;) {
    const next = endOfEntity(page, row, end);
    if (next > row + 1) {
      for (let at = row; at < next; at++) entity.push(page, at, page.seq[at] as number, page.systemFrom[at] as bigint, page.validFrom[at] as bigint, page.validTo[at] as bigint, page.op[at] as number);
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
    row = next;
  }
  cursor.moveTo(end);
  return true;
}

function endOfEntity(page: RawPage, row: number, end: number): number {
  let next = row + 1;
  if (next >= end) return next;
  const { ids } = page;
  if (ids.form === 'fixed' && ids.data instanceof BigInt64Array) {
    while (next < end && ids.data[next] === ids.data[row]) next += 1;
    return next;
  }
  const id = chunkValue(ids, row);
  while (next < end && compareIds(chunkValue(ids, next), id) === 0) next += 1;
  return next;
}

function startOfEntity(page: RawPage, row: number, least: number): number {
  const id = chunkValue(page.ids, row);
  let start = row;
  while (start > least && compareIds(chunkValue(page.ids, start - 1), id) === 0) start -= 1;
  return start;
}
