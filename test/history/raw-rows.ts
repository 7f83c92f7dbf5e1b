/**
 * A generation's events in the order of raw files: by key, newest first within a key, in pages.
 *
 *   events by seq    a/1 b/2 a/4 c/5        ─▶        page 0  a/4 a/1      page 1  b/2 c/5
 */
import { assert } from '../../src/base/assert.ts';
import { MICROS_MAX, MICROS_MIN } from '../../src/catalog/table-source.ts';
import type { ColumnChunk } from '../../src/data/vector/chunk.ts';
import { compareIds, encodeKey, mapKey } from '../../src/storage/key.ts';
import { gatherColumn } from '../../src/storage/scan/gather.ts';
import type { RawPage, RawPageInfo } from '../../src/storage/scan/raw-file.ts';
import { OP_PUT } from '../../src/storage/temporal/resolve.ts';
import { rowInChunk, type LiveGeneration } from '../../src/storage/live/live-generation.ts';

export interface RawRows { readonly info: RawPageInfo; readonly page: RawPage }

/** All rows of the generation, by key, newest first. */
export function rawOrder(generation: LiveGeneration): Int32Array {
  const order = new Int32Array(generation.rowCount);
  let at = 0;
  const ids = new Map(Array.from({ length: generation.rowCount }, (_, row) => [mapKey(generation.idOf(row)), generation.idOf(row)]));
  for (const id of [...ids.values()].sort(compareIds)) {
    for (let row = generation.find(mapKey(id), Infinity); row >= 0; row = generation.previousOf(row)) order[at++] = row;
  }
  assert(at === generation.rowCount, 'each event is on its entity\'s chain');
  return order;
}

/** Document columns that any row of the generation has, `_id` not among them, by name. */
export function documentColumns(generation: LiveGeneration): string[] {
  const names = new Set<string>();
  for (const chunk of generation.chunks) for (const name of chunk.columns.keys()) names.add(name);
  names.delete('_id');
  return [...names].sort();
}

/** The generation must not grow while this is read. `columns` are document columns; `_id` is always in `ids`. */
export function* rawPages(generation: LiveGeneration, columns: readonly string[], pageRowsMax: number): Generator<RawRows> {
  const order = rawOrder(generation);
  for (let from = 0; from < order.length; from += pageRowsMax) {
    const page = gatherPage(generation, order.subarray(from, Math.min(order.length, from + pageRowsMax)), columns);
    yield { page, info: infoOf(generation, order, from, page) };
  }
}

function gatherPage(generation: LiveGeneration, rows: Int32Array, columns: readonly string[]): RawPage {
  const count = rows.length;
  const refs = { pages: rows.map((row) => row >> 12), rows: rows.map(rowInChunk), count };
  const gather = (name: string): ColumnChunk => gatherColumn(generation.chunks.map((chunk) => chunk.column(name, chunk.rowCount)), refs);
  const page = {
    rowCount: count, seq: new Float64Array(count), systemFrom: new BigInt64Array(count), validFrom: new BigInt64Array(count),
    validTo: new BigInt64Array(count), op: new Uint8Array(count), ids: gather('_id'), columns: columns.map(gather),
  };
  rows.forEach((row, at) => {
    const chunk = generation.chunkOf(row);
    const from = rowInChunk(row);
    page.seq[at] = chunk.seq[from] as number;
    page.systemFrom[at] = chunk.systemFrom[from] as bigint;
    page.validFrom[at] = chunk.validFrom[from] as bigint;
    page.validTo[at] = chunk.validTo[from] as bigint;
    page.op[at] = chunk.op[from] as number;
  });
  return page;
}

function infoOf(generation: LiveGeneration, order: Int32Array, from: number, page: RawPage): RawPageInfo {
  let isPlain = true;
  let maxValidFrom = MICROS_MIN;
  let maxSystemFrom = MICROS_MIN;
  for (let at = 0; at < page.rowCount; at++) {
    const row = order[from + at] as number;
    if (page.op[at] !== OP_PUT || page.validTo[at] !== MICROS_MAX || generation.previousOf(row) >= 0) isPlain = false;
    if ((page.validFrom[at] as bigint) > maxValidFrom) maxValidFrom = page.validFrom[at] as bigint;
    if ((page.systemFrom[at] as bigint) > maxSystemFrom) maxSystemFrom = page.systemFrom[at] as bigint;
  }
  const first = order[from] as number;
  // The oldest event of an entity that began on the page before has no older one of its own, but the entity has two events.
  if (from > 0 && generation.previousOf(order[from - 1] as number) === first) isPlain = false;
  return {
    rowCount: page.rowCount, firstKey: encodeKey(generation.idOf(first)), lastKey: encodeKey(generation.idOf(order[from + page.rowCount - 1] as number)),
    isPlain, maxValidFrom, maxSystemFrom,
  };
}
