// Two histories for the benchmark of time: as statements for Varve, and as rectangles (valid time × system time) for a peer.
//
//   prices   each id is written again in every round: ten versions in system time, each closing the one before from its own time on
//   stock    rounds take turns: written again (even), or corrected for ten days of the past (odd), which cuts a rectangle in three
//
// Rounds are 73 days apart and cover 2024 and 2025. A batch is a transaction with a system time of its own, a second after the one before.
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

export const ROUNDS = 10;
const START = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;
const ROUND_DAYS = 73;
const INSERT_ROWS = 1000;
const CORRECTED_ROWS = 5000;

/** `{ name: { ids, columns: [[name, type]] } }`. Scale 1: a million versions of prices. */
export const tablesOf = (scale) => ({
  prices: { ids: Math.round(100_000 * scale), columns: [['_id', 'bigint'], ['k', 'bigint'], ['amount', 'bigint'], ['price', 'double precision'], ['name', 'text']] },
  stock: { ids: Math.round(50_000 * scale), columns: [['_id', 'bigint'], ['site', 'bigint'], ['qty', 'bigint'], ['lot', 'text']] },
});

const isCorrection = (table, round) => table === 'stock' && round % 2 === 1;
const batchRows = (table, round) => (isCorrection(table, round) ? CORRECTED_ROWS : INSERT_ROWS);
/** Milliseconds. Prices come a day before stock in each round. */
const systemTime = (table, round, id) => START + round * ROUND_DAYS * DAY + (table === 'stock' ? DAY : 0) + Math.floor(id / batchRows(table, round)) * 1000;
/** What a correction is about: ten days in the middle of the round before. */
const corrected = (round) => [START + (round - 1) * ROUND_DAYS * DAY + 10 * DAY, START + (round - 1) * ROUND_DAYS * DAY + 20 * DAY];
const documentOf = {
  prices: (id, round) => [id, id % 100, (id * 31 + round * 17) % 1000, ((id + round) % 800) / 8 + 0.5, `item ${id % 1000}`],
  stock: (id, round) => [id, id % 50, (id * 7 + round * 13) % 500, `lot ${id % 300}.${round}`],
};
const QTY = 2;
const CORRECTION = 7;

const timestamp = (ms) => `TIMESTAMP '${new Date(ms).toISOString()}'`;
const literal = (cell) => (typeof cell === 'string' ? `'${cell}'` : String(cell));

/** The transactions of one table and round: lists of statements, with how many rows they write. */
export function* transactions(table, { ids, columns }, round) {
  const rowCount = batchRows(table, round);
  for (let from = 0; from < ids; from += rowCount) {
    const to = Math.min(ids, from + rowCount);
    const values = () => Array.from({ length: to - from }, (_, i) => {
      const cells = documentOf[table](from + i, round).map(literal);
      // A float without a fraction is written as one all the same.
      return `(${cells.map((cell, at) => (columns[at][1] === 'double precision' && !cell.includes('.') ? `${cell}.0` : cell)).join(', ')})`;
    });
    const [validFrom, validTo] = corrected(round).map(timestamp);
    const statement = isCorrection(table, round)
      ? `UPDATE ${table} FOR PORTION OF VALID_TIME FROM ${validFrom} TO ${validTo} SET qty = qty + ${CORRECTION} WHERE _id >= ${from} AND _id < ${to}`
      : `INSERT INTO ${table} (${columns.map(([name]) => name).join(', ')}) VALUES ${values().join(', ')}`;
    yield { rowCount: to - from, statements: [`BEGIN READ WRITE WITH (SYSTEM_TIME = ${timestamp(systemTime(table, round, from))})`, statement, 'COMMIT'] };
  }
}

/** The rectangles of one entity: a later event closes what it covers of an earlier one, whose rest stays as it is. */
function rectanglesOf(table, id) {
  const closed = [];
  let open = [];
  const write = (cells, from, to, at) => {
    const rest = [];
    for (const piece of open) {
      if (piece.from >= to || piece.to <= from) { rest.push(piece); continue; }
      if (piece.from < from) rest.push({ ...piece, to: from });
      closed.push({ ...piece, from: Math.max(piece.from, from), to: Math.min(piece.to, to), ended: at });
      if (piece.to > to) rest.push({ ...piece, from: to });
    }
    open = [...rest, { cells, from, to, at }];
  };
  for (let round = 0; round < ROUNDS; round++) {
    const at = systemTime(table, round, id);
    if (!isCorrection(table, round)) { write(documentOf[table](id, round), at, Infinity, at); continue; }
    const [from, to] = corrected(round);
    for (const piece of open.filter((each) => each.from < to && each.to > from)) {
      write(piece.cells.with(QTY, piece.cells[QTY] + CORRECTION), Math.max(from, piece.from), Math.min(to, piece.to), at);
    }
  }
  return [...closed, ...open];
}

const range = (from, to) => `[${new Date(from).toISOString()},${to === undefined || to === Infinity ? '' : new Date(to).toISOString()})`;

/** Writes the table's rectangles, columns and then `valid` and `system`, in the order in which a peer would have got them. How many. */
export async function writeRectangles(table, { ids }, file) {
  const rows = [];
  for (let id = 0; id < ids; id++) for (const piece of rectanglesOf(table, id)) rows.push({ at: piece.at, line: [...piece.cells, range(piece.from, piece.to), range(piece.at, piece.ended)].join('\t') });
  rows.sort((a, b) => a.at - b.at);
  const out = createWriteStream(file);
  for (let i = 0; i < rows.length; i += 10_000) if (!out.write(`${rows.slice(i, i + 10_000).map(({ line }) => line).join('\n')}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
  return rows.length;
}
