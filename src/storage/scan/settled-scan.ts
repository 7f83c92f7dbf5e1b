/**
 * Settled rows in a scan. Their polygons are stored, so rows that the delta does not touch need no resolving; the others are
 * closed by the delta's events. The delta's own rows are resolved elsewhere (`delta-scan.ts`): settled events never close them.
 */
import type { CancelFlag } from '../../base/cancel.ts';
import type { RowChunk } from '../../data/vector/chunk.ts';
import { MICROS_MAX } from '../../catalog/table-source.ts';
import { mapKey } from '../key.ts';
import { chunkValue } from '../../data/vector/chunk-value.ts';
import type { EntityEvents } from '../temporal/resolve.ts';
import { resolveSettledRow } from '../temporal/settled-row.ts';
import { indexDelta } from './delta-events.ts';
import { scanDelta } from './delta-scan.ts';
import type { ScanContext } from './scan-context.ts';
import type { SettledPage, SettledSource } from './settled-source.ts';

const NO_EVENTS: EntityEvents = { count: 0, seq: [], systemFrom: [], validFrom: [], validTo: [], op: [] };

/** Settled rows, then the delta's. */
export async function* scanMerged(context: ScanContext, cancel: CancelFlag): AsyncGenerator<RowChunk | undefined, void, undefined> {
  if (context.settled !== undefined) yield* scanSettled(context, context.settled, cancel);
  yield* scanDelta(context, cancel);
}

async function* scanSettled(context: ScanContext, settled: SettledSource, cancel: CancelFlag): AsyncGenerator<RowChunk | undefined, void, undefined> {
  const delta = await indexDelta(context);
  for await (const page of settled.pages(context.plan.documents, context.bounds)) {
    cancel.check();
    for (let row = 0; row < page.rowCount; row++) {
      const events = delta.size === 0 ? undefined : delta.get(mapKey(chunkValue(page.ids, row)));
      emitSettledRow(context, page, row, events ?? NO_EVENTS);
    }
    for (let ready = context.collector.takeReady(); ready !== undefined; ready = context.collector.takeReady()) yield ready;
    yield undefined;
  }
}

/** `delta` are the entity's later events. */
export function emitSettledRow(context: ScanContext, page: SettledPage, row: number, delta: EntityEvents): void {
  const { bounds, collector } = context;
  const systemFrom = page.systemFrom[row] as bigint;
  const validFrom = page.validFrom[row] as bigint;
  const validTo = page.validTo[row] as bigint;
  const closings = page.closings.get(row);
  if (closings === undefined && delta.count === 0) {
    if (systemFrom >= bounds.systemTo || validFrom >= bounds.validTo || validTo <= bounds.validFrom) return;
    collector.add(page, row, bounds.clamp && validFrom < bounds.validFrom ? bounds.validFrom : validFrom, bounds.clamp && validTo > bounds.validTo ? bounds.validTo : validTo, systemFrom, MICROS_MAX);
    return;
  }
  resolveSettledRow({ seq: page.seq[row] as number, systemFrom, validFrom, validTo }, closings ?? [], delta, bounds,
    (from, to, systemTo) => { collector.add(page, row, from, to, systemFrom, systemTo); });
}
