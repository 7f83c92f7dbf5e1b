/** Looking up entities by key: live hash maps first, then the pages of files that may hold the key. */
import type { Value } from '../../data/types/value.ts';
import type { RowChunk } from '../../data/vector/chunk.ts';
import { mapKey } from '../key.ts';
import type { ScanContext } from './scan-context.ts';

export async function* lookUpKeys(context: ScanContext, ids: readonly Value[]): AsyncGenerator<RowChunk | undefined, void, undefined> {
  for (const id of ids) {
    const key = mapKey(id);
    for (let i = context.sources.length - 1; i >= 0; i--) context.sources[i]?.collect(key, context.entity);
    context.entity.resolve(context.bounds);
    for (let ready = context.collector.takeReady(); ready !== undefined; ready = context.collector.takeReady()) yield ready;
  }
}
