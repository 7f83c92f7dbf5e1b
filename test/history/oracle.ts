/**
 * The oracle: bitemporal histories by brute force, cell by cell. It shares no code with the engine and knows no intervals.
 *
 *   valid cells 0…5 × system times 1…6; a row of the answer is a run of cells with the same closer
 *
 * Meaning: an event is ended, at a valid cell, by the first later event that covers the cell, as far as the query's basis knows
 * of it. A put's rows are its runs of neighbouring cells that the same event ends (or none). An erase takes everything before it.
 */

export type CellOp = 'put' | 'delete' | 'erase';

/** Cells [from, to); `time` is the system time. `matches`: whether a content predicate holds for the document. */
export interface CellEvent { readonly key: number; readonly op: CellOp; readonly from: number; readonly to: number; readonly time: number; readonly matches: boolean }

/** Half-open in cells and system times. `systemTo` is at most one above the newest time. */
export interface CellQuery {
  readonly validFrom: number; readonly validTo: number;
  readonly systemFrom: number; readonly systemTo: number;
  readonly clamp: boolean;
  readonly onlyMatching: boolean;
}

export const NEVER = 99;

/** `event` by index; `ended` is a system time or NEVER. */
export interface CellRow { readonly event: number; readonly from: number; readonly to: number; readonly ended: number }

const NOBODY = -1;

/** Which later event ends the event at the cell. */
function closerAt(events: readonly CellEvent[], index: number, cell: number, basis: number): number {
  const { key } = events[index] as CellEvent;
  for (let later = index + 1; later < events.length; later++) {
    const event = events[later] as CellEvent;
    if (event.key === key && event.op !== 'erase' && event.time < basis && event.from <= cell && cell < event.to) return later;
  }
  return NOBODY;
}

const isErased = (events: readonly CellEvent[], index: number): boolean =>
  events.some((event, later) => later > index && event.op === 'erase' && event.key === events[index]?.key);

/** Rows by event, then by valid time. */
export function answer(events: readonly CellEvent[], query: CellQuery): CellRow[] {
  const rows: CellRow[] = [];
  events.forEach((event, index) => {
    if (event.op !== 'put' || event.time >= query.systemTo || isErased(events, index)) return;
    if (query.onlyMatching && !event.matches) return;
    for (let from = event.from; from < event.to;) {
      const closer = closerAt(events, index, from, query.systemTo);
      let to = from + 1;
      while (to < event.to && closerAt(events, index, to, query.systemTo) === closer) to += 1;
      const ended = closer === NOBODY ? NEVER : (events[closer] as CellEvent).time;
      addRow(rows, { event: index, from, to, ended }, event.time, query);
      from = to;
    }
  });
  return rows;
}

function addRow(rows: CellRow[], row: CellRow, born: number, query: CellQuery): void {
  if (row.ended === born) return;
  const seenValid = Array.from({ length: row.to - row.from }, (_, i) => row.from + i).some((cell) => cell >= query.validFrom && cell < query.validTo);
  const seenSystem = Array.from({ length: NEVER - born }, (_, i) => born + i).some((time) => time < row.ended && time >= query.systemFrom && time < query.systemTo);
  if (!seenValid || !seenSystem) return;
  rows.push(query.clamp ? { ...row, from: Math.max(row.from, query.validFrom), to: Math.min(row.to, query.validTo) } : row);
}

export const showRows = (rows: readonly CellRow[]): string[] =>
  rows.map((row) => `#${row.event} [${row.from},${row.to}) to ${row.ended === NEVER ? '∞' : row.ended}`).sort();
