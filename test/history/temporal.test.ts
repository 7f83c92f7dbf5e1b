import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../src/base/random.ts';
import { resolveEvents } from '../../src/storage/temporal/resolve.ts';
import { close, type Closing } from '../../src/storage/temporal/polygon.ts';
import { resolveSettledRow } from '../../src/storage/temporal/settled-row.ts';
import { EntityVersions } from '../../src/storage/scan/entity-versions.ts';
import { PageOverlay } from '../../src/storage/scan/page-overlay.ts';
import { PieceSelection } from '../../src/storage/scan/piece-selection.ts';
import { boundsOf, cellRow, entityOf, instantOf, systemTimeOf } from './grid.ts';
import { answer, showRows, type CellEvent, type CellQuery, type CellRow } from './oracle.ts';
import { randomHistory, randomQuery } from './random-history.ts';
import { scanSectionFive, SHORTCUTS } from './section-five.ts';

const HISTORIES = 100_000;
const QUERIES_EACH = 3;

const keysOf = (events: readonly CellEvent[]): number[] => [...new Set(events.map((event) => event.key))];
const indexesOf = (events: readonly CellEvent[], key: number): number[] => events.flatMap((event, index) => (event.key === key ? [index] : []));

/** All events as the delta: one ceiling sweep for each key. */
function sweepAll(events: readonly CellEvent[], query: CellQuery): CellRow[] {
  const rows: CellRow[] = [];
  for (const key of keysOf(events)) {
    const entity = entityOf(events, indexesOf(events, key));
    resolveEvents(entity, boundsOf(query), {
      piece: (at, validFrom, validTo, systemTo) => { rows.push(cellRow(entity.seq[at] as number, validFrom, validTo, systemTo)); },
    });
  }
  return query.onlyMatching ? rows.filter((row) => events[row.event]?.matches) : rows;
}

/** The first `settledCount` events settled, the others as the delta. */
function settledAndDelta(events: readonly CellEvent[], settledCount: number, query: CellQuery): CellRow[] {
  const rows: CellRow[] = [];
  for (const key of keysOf(events)) {
    const indexes = indexesOf(events, key);
    const delta = entityOf(events, indexes.filter((index) => index >= settledCount));
    for (const index of indexes.filter((at) => at < settledCount)) {
      const event = events[index] as CellEvent;
      const span = { validFrom: instantOf(event.from), validTo: instantOf(event.to) };
      const later = indexes.filter((at) => at > index && at < settledCount).map((at) => events[at] as CellEvent);
      if (event.op !== 'put' || later.some((other) => other.op === 'erase')) continue;
      let closings: readonly Closing[] = [];
      for (const other of later) closings = close(span, closings, { validFrom: instantOf(other.from), validTo: instantOf(other.to) }, systemTimeOf(other.time));
      resolveSettledRow({ ...span, seq: index, systemFrom: systemTimeOf(event.time) }, closings, delta, boundsOf(query),
        (validFrom, validTo, systemTo) => { rows.push(cellRow(index, validFrom, validTo, systemTo)); });
    }
    resolveEvents(delta, boundsOf(query), {
      piece: (at, validFrom, validTo, systemTo) => { rows.push(cellRow(delta.seq[at] as number, validFrom, validTo, systemTo)); },
    });
  }
  return query.onlyMatching ? rows.filter((row) => events[row.event]?.matches) : rows;
}

/** Every event closed by all later ones, as rows of one page, and cut to the query's basis; or to a copy of the page that was cut before. */
function closedAll(events: readonly CellEvent[], query: CellQuery, isCopied: boolean): CellRow[] {
  const bounds = boundsOf(query);
  const written = new PageOverlay(events.length);
  const entity = new EntityVersions();
  for (const key of keysOf(events)) {
    for (const row of indexesOf(events, key).reverse()) {
      const { from, to, time, op } = events[row] as CellEvent;
      entity.push({ writable: () => written }, 0, events.length, row, row, systemTimeOf(time), instantOf(from), instantOf(to), ['put', 'delete', 'erase'].indexOf(op));
    }
    entity.close();
  }
  const page = isCopied ? written.clipped(bounds.systemTo, events.length) : written;
  const column = (of: (event: CellEvent) => bigint): BigInt64Array => BigInt64Array.from(events, of);
  const times = { systemFrom: column(({ time }) => systemTimeOf(time)), validFrom: column(({ from }) => instantOf(from)), validTo: column(({ to }) => instantOf(to)) };
  const selection = new PieceSelection(bounds, true);
  selection.choose(events.length, times, { page, clipTo: bounds.systemTo, seq: events.length, pastTo: bounds.systemFrom });
  const chosen = selection.times;
  const rows = Array.from({ length: selection.count }, (_, at) => (
    cellRow(selection.rows[at] as number, chosen.validFrom[at] as bigint, chosen.validTo[at] as bigint, chosen.systemTo[at] as bigint)));
  if (rows.length > 0) expect(page.mayReach(bounds.validFrom, bounds.systemFrom)).toBe(true);
  return query.onlyMatching ? rows.filter((row) => events[row.event]?.matches) : rows;
}

interface Case { readonly seed: number; readonly events: readonly CellEvent[]; readonly settledCount: number; readonly queries: readonly CellQuery[] }

function* cases(count: number, firstSeed: number): Generator<Case> {
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const random = new SeededRandom(seed);
    const events = randomHistory(random, 1 + random.integer(4));
    const settledCount = random.integer(events.length + 1);
    yield { seed, events, settledCount, queries: Array.from({ length: QUERIES_EACH }, () => randomQuery(random, events)) };
  }
}

describe('bitemporal resolution against the oracle', () => {
  test(`${HISTORIES} random histories resolve to the oracle's rows, swept and settled at any point`, () => {
    let compared = 0;
    for (const { seed, events, settledCount, queries } of cases(HISTORIES, 1)) {
      for (const query of queries) {
        const right = showRows(answer(events, query)).join('\n');
        const swept = showRows(sweepAll(events, query)).join('\n');
        const settled = showRows(settledAndDelta(events, settledCount, query)).join('\n');
        if (swept !== right || settled !== right) expect({ seed, events, query, swept, settled }).toEqual({ seed, events, query, swept: right, settled: right });
        compared += 1;
      }
    }
    expect(compared).toBe(HISTORIES * QUERIES_EACH);
  });

  test(`events closed by all later ones give the oracle's rows when they are cut to a basis`, () => {
    for (const { seed, events, queries } of cases(20_000, 11_000_000)) {
      for (const query of queries) {
        const right = showRows(answer(events, query)).join('\n');
        const closed = showRows(closedAll(events, query, seed % 2 === 0)).join('\n');
        if (closed !== right) expect({ seed, events, query, closed }).toEqual({ seed, events, query, closed: right });
      }
    }
  });

  test('the algorithm as it is written down gives the oracle\'s rows', () => {
    for (const { events, settledCount, queries } of cases(5_000, 7_000_000)) {
      for (const query of queries) expect(showRows(scanSectionFive(events, settledCount, query))).toEqual(showRows(answer(events, query)));
    }
  });

  test.each(SHORTCUTS)('the random histories notice the shortcut: %s', (shortcut) => {
    let wrong = 0;
    for (const { events, settledCount, queries } of cases(1_500, 3_000_000)) {
      for (const query of queries) {
        if (showRows(scanSectionFive(events, settledCount, query, shortcut)).join() !== showRows(answer(events, query)).join()) wrong += 1;
      }
    }
    expect(wrong).toBeGreaterThan(0);
  });
});
