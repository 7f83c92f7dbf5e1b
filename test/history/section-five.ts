/**
 * STORAGE.md 5 word by word on the pieces of `storage/temporal/polygon.ts`, with a switch for each tempting shortcut.
 * Without a switch it must give the oracle's answer; with one, the random test must notice.
 */
import { MICROS_MAX } from '../../src/catalog/table-source.ts';
import { clip, close, closePieces, piecesOf, type Closing, type Piece } from '../../src/storage/temporal/polygon.ts';
import { boundsOf, cellRow, instantOf, systemTimeOf } from './grid.ts';
import type { CellEvent, CellQuery, CellRow } from './oracle.ts';

export const SHORTCUTS = [
  'filter pieces, then coalesce', 'clip without coalescing', 'clip only above the upper bound', 'coalesce equal closed pieces', 'erase limited by basis',
  'only puts close', 'closers filtered by predicate', 'closers filtered by valid range', 'order by systemFrom only',
  'pieces of one event in two files', 'drop zero-height closings', 'keep zero-height pieces', 'closings change when covered again', 'lower system bound inclusive',
] as const;
export type Shortcut = (typeof SHORTCUTS)[number];

interface Row { readonly index: number; readonly event: CellEvent; closings: readonly Closing[] }

const spanOf = (event: CellEvent): { validFrom: bigint; validTo: bigint } => ({ validFrom: instantOf(event.from), validTo: instantOf(event.to) });

/** Settles the first `settledCount` events, keeps the rest as the delta, and scans. */
export function scanSectionFive(events: readonly CellEvent[], settledCount: number, query: CellQuery, shortcut?: Shortcut): CellRow[] {
  const bounds = boundsOf(query);
  const rows: Row[] = settle(events.slice(0, settledCount), shortcut);
  const settledRows = rows.length;
  events.forEach((event, index) => { if (index >= settledCount && event.op === 'put') rows.push({ index, event, closings: [] }); });
  const found: CellRow[] = [];
  rows.forEach((row, at) => {
    const { event, index } = row;
    const delta = events.map((later, laterIndex) => ({ later, laterIndex })).filter(({ later, laterIndex }) => laterIndex >= settledCount && later.key === event.key);
    const erases = delta.filter(({ later }) => later.op === 'erase' && (shortcut !== 'erase limited by basis' || later.time < query.systemTo));
    if (event.time >= query.systemTo || erases.some(({ laterIndex }) => laterIndex > index)) return;
    if (query.onlyMatching && !event.matches) return;
    const closers = delta.filter(({ later, laterIndex }) => later.op !== 'erase' && later.time < query.systemTo && isLater(later, laterIndex, row, at < settledRows, shortcut))
      .filter(({ later }) => isCloser(later, query, shortcut)).map(({ later }) => later);
    for (const piece of visiblePieces(row, closers, query, shortcut)) {
      const from = bounds.clamp && piece.validFrom < bounds.validFrom ? bounds.validFrom : piece.validFrom;
      const to = bounds.clamp && piece.validTo > bounds.validTo ? bounds.validTo : piece.validTo;
      found.push(cellRow(index, from, to, piece.systemTo));
    }
  });
  return found;
}

function isLater(later: CellEvent, laterIndex: number, row: Row, isSettled: boolean, shortcut: Shortcut | undefined): boolean {
  if (isSettled) return true;
  return shortcut === 'order by systemFrom only' ? later.time > row.event.time : laterIndex > row.index;
}

function isCloser(later: CellEvent, query: CellQuery, shortcut: Shortcut | undefined): boolean {
  if (shortcut === 'only puts close') return later.op === 'put';
  if (shortcut === 'closers filtered by predicate') return !query.onlyMatching || later.op === 'delete' || later.matches;
  if (shortcut === 'closers filtered by valid range') return later.from < query.validTo && later.to > query.validFrom;
  return true;
}

function settle(events: readonly CellEvent[], shortcut: Shortcut | undefined): Row[] {
  let rows: Row[] = [];
  events.forEach((event, index) => {
    if (event.op === 'erase') { rows = rows.filter((row) => row.event.key !== event.key); return; }
    for (const row of rows) {
      if (row.event.key !== event.key) continue;
      const isZeroHeight = row.event.time === event.time;
      if (shortcut === 'order by systemFrom only' && isZeroHeight) continue;
      if (shortcut === 'drop zero-height closings' && isZeroHeight) continue;
      if (shortcut === 'closings change when covered again') {
        row.closings = reclose(row, event);
      } else {
        row.closings = close(spanOf(row.event), row.closings, spanOf(event), systemTimeOf(event.time));
      }
    }
    if (event.op === 'put') rows.push({ index, event, closings: [] });
  });
  return rows;
}

/** Wrong on purpose: a later event overwrites the end of parts that are closed. */
function reclose(row: Row, event: CellEvent): readonly Closing[] {
  const open = piecesOf(spanOf(row.event), row.closings).map((piece) => ({ ...piece, systemTo: MICROS_MAX }));
  const after = closePieces(open, spanOf(event), systemTimeOf(event.time)).filter((piece) => piece.systemTo !== MICROS_MAX);
  const kept = closePieces(open, spanOf(event), 0n).flatMap((piece) => (piece.systemTo === 0n ? [] : row.closings.filter((closing) => closing.validFrom < piece.validTo && closing.validTo > piece.validFrom)
    .map((closing) => ({ ...closing, validFrom: max(closing.validFrom, piece.validFrom), validTo: min(closing.validTo, piece.validTo) }))));
  return [...after, ...kept].sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

function visiblePieces(row: Row, closers: readonly CellEvent[], query: CellQuery, shortcut: Shortcut | undefined): readonly Piece[] {
  const bounds = boundsOf(query);
  const born = systemTimeOf(row.event.time);
  const touches = (piece: Piece): boolean => piece.validFrom < bounds.validTo && piece.validTo > bounds.validFrom;
  let pieces: readonly Piece[] = piecesOf(spanOf(row.event), row.closings);
  if (shortcut === 'filter pieces, then coalesce') pieces = pieces.filter(touches);
  pieces = clipBy(pieces, bounds.systemTo, shortcut);
  for (const closer of closers) pieces = closePieces(pieces, spanOf(closer), systemTimeOf(closer.time));
  if (shortcut === 'coalesce equal closed pieces') pieces = joinEqual(pieces);
  return pieces.filter((piece) => (shortcut === 'keep zero-height pieces' || piece.systemTo !== born) && touches(piece)
    && (shortcut === 'lower system bound inclusive' ? piece.systemTo >= bounds.systemFrom : piece.systemTo > bounds.systemFrom));
}

function clipBy(pieces: readonly Piece[], systemTo: bigint, shortcut: Shortcut | undefined): readonly Piece[] {
  if (shortcut === 'clip without coalescing') return pieces.map((piece) => (piece.systemTo >= systemTo ? { ...piece, systemTo: MICROS_MAX } : piece));
  if (shortcut === 'clip only above the upper bound') return clip(pieces, systemTo + 1n);
  if (shortcut === 'pieces of one event in two files') {
    const current = clip(pieces.filter((piece) => piece.systemTo === MICROS_MAX), systemTo);
    const historical = clip(pieces.filter((piece) => piece.systemTo !== MICROS_MAX), systemTo);
    return [...current, ...historical];
  }
  return clip(pieces, systemTo);
}

/** Wrong on purpose. */
function joinEqual(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined[joined.length - 1];
    if (last !== undefined && last.systemTo === piece.systemTo && last.validTo === piece.validFrom) joined[joined.length - 1] = { ...last, validTo: piece.validTo };
    else joined.push(piece);
  }
  return joined;
}
