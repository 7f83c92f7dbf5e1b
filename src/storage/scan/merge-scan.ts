/** Merge of files and live generations. */
import type { CancelFlag } from '../../base/cancel.ts';
import { assert } from '../../base/assert.ts';
import type { RowChunk } from '../../data/vector/chunk.ts';
import type { ScanContext } from './scan-context.ts';

export async function* scanMerged(context: ScanContext, cancel: CancelFlag): AsyncGenerator<RowChunk | undefined, void, undefined> {
  cancel.check();
  assert(context.files.length === 0, 'no files yet');
  yield undefined;
}
