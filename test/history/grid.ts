/** From cells to the engine's microseconds and back. */
import { MICROS_MAX, MICROS_MIN } from '../../src/catalog/table-source.ts';
import type { EntityEvents, TemporalBounds } from '../../src/storage/temporal/resolve.ts';
import { OP_DELETE, OP_ERASE, OP_PUT } from '../../src/storage/temporal/resolve.ts';
import { NEVER, type CellEvent, type CellQuery, type CellRow } from './oracle.ts';
import { CELLS } from './random-history.ts';

/** Valid instants of the cells' edges: finite inside, infinite at either end. */
export const EDGES: readonly bigint[] = [MICROS_MIN, ...Array.from({ length: CELLS - 1 }, (_, i) => BigInt(i) * 7n - 3n), MICROS_MAX];
const OPS = { put: OP_PUT, delete: OP_DELETE, erase: OP_ERASE } as const;

export const instantOf = (cell: number): bigint => EDGES[cell] as bigint;
export const cellOf = (instant: bigint): number => EDGES.indexOf(instant);
/** System times far enough apart that an off-by-one shows. */
export const systemTimeOf = (time: number): bigint => BigInt(time) * 10n;

/** The events with the given indexes, as the engine takes one entity. */
export function entityOf(events: readonly CellEvent[], indexes: readonly number[]): EntityEvents {
  const picked = indexes.map((index) => events[index] as CellEvent);
  return {
    count: picked.length, seq: [...indexes],
    systemFrom: picked.map((event) => systemTimeOf(event.time)),
    validFrom: picked.map((event) => instantOf(event.from)), validTo: picked.map((event) => instantOf(event.to)),
    op: picked.map((event) => OPS[event.op]),
  };
}

/** A one-cell range becomes one instant inside the cell where nothing is cut to it: what AS OF asks for. */
export function boundsOf(query: CellQuery): TemporalBounds {
  const isInstant = query.validTo === query.validFrom + 1 && !query.clamp;
  const from = instantOf(query.validFrom);
  return {
    validFrom: from, validTo: isInstant ? from + 1n : instantOf(query.validTo),
    systemFrom: systemTimeOf(query.systemFrom),
    systemTo: query.systemTo === query.systemFrom + 1 ? systemTimeOf(query.systemFrom) + 1n : systemTimeOf(query.systemTo),
    clamp: query.clamp,
  };
}

export function cellRow(event: number, validFrom: bigint, validTo: bigint, systemTo: bigint): CellRow {
  return { event, from: cellOf(validFrom), to: cellOf(validTo), ended: systemTo === MICROS_MAX ? NEVER : Number(systemTo / 10n) };
}
