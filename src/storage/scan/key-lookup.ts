/**
 * Looking up entities by key: the live hash maps, then, from the newest file to the oldest, the rows that they hold.
 */
import type { Value } from '../../data/types/value.ts';
import type { RowChunk } from '../../data/vector/chunk.ts';
import { compareIds, encodeKey, mapKey } from '../key.ts';
import { chunkValue } from '../../data/vector/chunk-value.ts';
import type { EntityRows } from './entity-rows.ts';
import type { RawFile, RawPage } from './raw-file.ts';
import type { ScanContext } from './scan-context.ts';
import { emitSettledRow } from './settled-scan.ts';
import type { SettledSource } from './settled-source.ts';

/** Without files: at once. */
export function lookUpLive(context: ScanContext, ids: readonly Value[]): RowChunk[] {
  const { entity, collector } = context;
  for (const id of ids) {
    collectLive(context, id);
    entity.orderBySeq();
    entity.resolve(context.bounds);
  }
  collector.finish();
  const chunks: RowChunk[] = [];
  for (let ready = collector.takeReady(); ready !== undefined; ready = collector.takeReady()) chunks.push(ready);
  return chunks;
}

function collectLive(context: ScanContext, id: Value): void {
  const key = mapKey(id);
  for (let i = context.sources.length - 1; i >= 0; i--) context.sources[i]?.collect(key, context.entity);
}

export async function* lookUpKeys(context: ScanContext, ids: readonly Value[]): AsyncGenerator<RowChunk | undefined, void, undefined> {
  const { entity, collector, files, settled } = context;
  for (const id of ids) {
    collectLive(context, id);
    for (let i = files.length - 1; i >= 0; i--) await collectFromFile(context, files[i] as RawFile, id);
    entity.orderBySeq();
    if (settled !== undefined) await emitSettled(context, settled, id);
    entity.resolve(context.bounds);
    for (let ready = collector.takeReady(); ready !== undefined; ready = collector.takeReady()) yield ready;
  }
}

async function collectFromFile(context: ScanContext, file: RawFile, id: Value): Promise<void> {
  for (const page of await file.readEntity(id, context.plan.documents)) pushRows(context.entity, page);
}

/** Rows of a page that are all of one entity, newest first. */
function pushRows(entity: EntityRows, page: RawPage): void {
  for (let row = 0; row < page.rowCount; row++) {
    entity.push(page, row, page.seq[row] as number, page.systemFrom[row] as bigint, page.validFrom[row] as bigint, page.validTo[row] as bigint, page.op[row] as number);
  }
}

async function emitSettled(context: ScanContext, settled: SettledSource, id: Value): Promise<void> {
  for await (const page of settled.pagesWithKey(encodeKey(id), context.plan.documents)) {
    for (let row = 0; row < page.rowCount; row++) {
      if (compareIds(chunkValue(page.ids, row), id) === 0) emitSettledRow(context, page, row, context.entity);
    }
  }
}
