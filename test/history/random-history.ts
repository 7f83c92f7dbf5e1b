/** Random histories and queries on a small grid, so that events collide. The same seed gives the same history. */
import type { SeededRandom } from '../../src/base/random.ts';
import type { CellEvent, CellQuery, CellOp } from './oracle.ts';

export const CELLS = 6;
export const TIMES = 6;

const OP_MIXES: readonly (readonly CellOp[])[] = [
  ['put'], ['put', 'put', 'delete'], ['put', 'put', 'put', 'delete', 'delete', 'erase'], ['put', 'delete'], ['put', 'put', 'put', 'put', 'put', 'put', 'erase'],
];

/** Up to ten events of up to `keyCount` keys; several events may be of one transaction. */
export function randomHistory(random: SeededRandom, keyCount: number): CellEvent[] {
  const mix = random.pick(OP_MIXES);
  const sameTransaction = random.pick([0, 0.2, 0.6]);
  const reachesEnd = random.pick([0.1, 0.5, 0.9]);
  const events: CellEvent[] = [];
  let time = 1;
  const count = 1 + random.integer(10);
  for (let i = 0; i < count; i++) {
    if (i > 0 && random.unit() >= sameTransaction && time < TIMES) time += 1;
    const op = i === 0 ? 'put' : random.pick(mix);
    const from = op === 'erase' ? 0 : random.integer(CELLS);
    const to = op === 'erase' || random.unit() < reachesEnd ? CELLS : from + 1 + random.integer(CELLS - from);
    events.push({ key: random.integer(keyCount), op, from, to, time, matches: random.unit() < 0.6 });
  }
  return events;
}

/** AS OF, FROM TO, BETWEEN and ALL on both axes; the basis is at most the newest time. */
export function randomQuery(random: SeededRandom, events: readonly CellEvent[]): CellQuery {
  const newest = events[events.length - 1]?.time ?? 0;
  const [validFrom, validTo] = randomRange(random, 0, CELLS);
  const [systemFrom, systemTo] = randomRange(random, 0, newest + 1);
  return { validFrom, validTo, systemFrom, systemTo: Math.min(systemTo, newest + 1), clamp: random.unit() < 0.25, onlyMatching: random.unit() < 0.3 };
}

function randomRange(random: SeededRandom, low: number, high: number): [number, number] {
  const from = low + random.integer(high - low);
  switch (random.integer(3)) {
    case 0: return [from, from + 1];
    case 1: return [low, high];
    default: return [from, from + 1 + random.integer(high - from)];
  }
}
