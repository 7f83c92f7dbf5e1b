/**
 * Scanning live generations: rows in the order of their events, but each entity at its newest event.
 *
 *   row   superseded in this snapshot  → skipped: its entity is resolved at its newest event
 *         only event of its entity     → one piece, compared with the bounds
 *         newest of several            → the entity is resolved
 *         entity that files hold too   → skipped: it is merged with them
 *   chunk in which every row is a current put without other events → its columns as they are
 */
import { MICROS_MAX } from '../../catalog/table-source.ts';
import type { ColumnChunk, RowChunk } from '../../data/vector/chunk.ts';
import { mapKey } from '../key.ts';
import { NO_OLDER, type LiveChunk } from '../live/live-chunk.ts';
import { isInstant, OP_PUT, type TemporalBounds } from '../temporal/resolve.ts';
import type { LiveSource } from './live-source.ts';
import { instantColumn, unboundedColumn, type OutputPlan } from './row-collector.ts';
import { isMarked } from './row-bits.ts';
import type { ScanContext } from './scan-context.ts';

/** Yields chunks as they fill; `undefined` after each chunk of input, so that the caller can pause. */
export function* scanLive(context: ScanContext): Generator<RowChunk | undefined, void, undefined> {
  for (const source of context.sources) {
    const { chunks } = source.generation;
    for (let index = 0; index < chunks.length; index++) {
      const chunk = chunks[index] as LiveChunk;
      const count = chunk.countUpTo(source.seq);
      if (count === 0) break;
      if (source.shared.page(index) === undefined && isWhole(chunk, source, context.bounds)) yield wholeChunk(chunk, count, context.plan);
      else scanChunk(context, source, index, chunk, count);
      for (let ready = context.collector.takeReady(); ready !== undefined; ready = context.collector.takeReady()) yield ready;
      yield undefined;
    }
  }
}

/** Whether every row of the chunk is visible as it stands. */
function isWhole(chunk: LiveChunk, source: LiveSource, bounds: TemporalBounds): boolean {
  return chunk.isPlain && !source.hasMarks && !bounds.clamp && chunk.maxValidFrom < bounds.validTo && chunk.maxSystemFrom < bounds.systemTo;
}

function wholeChunk(chunk: LiveChunk, count: number, plan: OutputPlan): RowChunk {
  const columns = plan.columns.map((column): ColumnChunk => {
    if (column.kind === 'document') return chunk.column(plan.documents[column.index] as string, count);
    switch (column.slot) {
      case 'validFrom': return instantColumn(chunk.validFrom.subarray(0, count), 'validFrom');
      case 'systemFrom': return instantColumn(chunk.systemFrom.subarray(0, count), 'systemFrom');
      default: return unboundedColumn(count);
    }
  });
  return { rowCount: count, columns };
}

function scanChunk(context: ScanContext, source: LiveSource, index: number, chunk: LiveChunk, count: number): void {
  const { bounds, collector } = context;
  const { seq, hasMarks } = source;
  const page = source.page(index);
  const shared = source.shared.page(index);
  const atInstant = isInstant(bounds);
  const { died, previous, op, validFrom, validTo, systemFrom } = chunk;
  for (let row = 0; row < count; row++) {
    if ((died[row] as number) <= seq || (hasMarks && source.isMarked(index * 4096 + row))) continue;
    if (shared !== undefined && isMarked(shared, row)) continue;
    const from = validFrom[row] as bigint;
    const to = validTo[row] as bigint;
    const system = systemFrom[row] as bigint;
    if (previous[row] === NO_OLDER) {
      if (op[row] !== OP_PUT || system >= bounds.systemTo || from >= bounds.validTo || to <= bounds.validFrom) continue;
    } else if (!atInstant || op[row] !== OP_PUT || system >= bounds.systemTo || from > bounds.validFrom || to <= bounds.validFrom) {
      resolveEntity(context, source, index * 4096 + row);
      continue;
    }
    if (bounds.clamp) {
      collector.add(page, row, from > bounds.validFrom ? from : bounds.validFrom, to < bounds.validTo ? to : bounds.validTo, system, MICROS_MAX);
    } else {
      collector.add(page, row, from, to, system, MICROS_MAX);
    }
  }
}

function resolveEntity(context: ScanContext, source: LiveSource, row: number): void {
  const key = mapKey(source.generation.idOf(row));
  const { sources, entity } = context;
  for (let i = sources.length - 1; i >= 0; i--) (sources[i] as LiveSource).collect(key, entity);
  entity.orderBySeq();
  entity.resolve(context.bounds);
}
