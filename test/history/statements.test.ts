/** Histories written by SQL and asked for by SQL, in every form of the temporal clauses, against the oracle. */
import { expect, test } from 'vitest';
import { ManualClock } from '../../src/base/clock.ts';
import { SeededRandom } from '../../src/base/random.ts';
import type { Value } from '../../src/data/types/value.ts';
import { openNode } from '../../src/database/node.ts';
import { openClient, type Client } from '../transactions/client.ts';
import { answer, type CellEvent, type CellQuery, type CellRow, NEVER, showRows } from './oracle.ts';
import { CELLS, randomHistory, randomQuery } from './random-history.ts';

const HISTORIES = 400;
const QUERIES = 8;
const DAY = 86_400_000_000n;
const VALID_START = 1_577_836_800_000_000n;
const SYSTEM_START = 1_590_969_600_000_000n;
const CLOCK = 1_609_459_200_000_000n;

const literal = (micros: bigint): string => `TIMESTAMP '${new Date(Number(micros / 1000n)).toISOString().slice(0, -1)}${String(micros % 1000n).padStart(3, '0')}Z'`;
const edge = (cell: number): bigint => VALID_START + BigInt(cell) * DAY;
const systemTime = (time: number): bigint => SYSTEM_START + BigInt(time) * 10_000_000n;
/** The last edge is the end of time. */
const validLiteral = (cell: number): string => (cell === CELLS ? 'NULL' : literal(edge(cell)));
const tableOf = (key: number): string => `h${key % 2}`;

function statement(event: CellEvent, index: number): string {
  const [table, from, to] = [tableOf(event.key), validLiteral(event.from), validLiteral(event.to)];
  if (event.op === 'erase') return `ERASE FROM ${table} WHERE _id = ${event.key}`;
  if (event.op === 'delete') return `DELETE FROM ${table} FOR PORTION OF VALID_TIME FROM ${from} TO ${to} WHERE _id = ${event.key}`;
  return `INSERT INTO ${table} (_id, n, m, _valid_from, _valid_to) VALUES (${event.key}, ${index}, ${String(event.matches).toUpperCase()}, ${from}, ${to})`;
}

async function write(client: Client, events: readonly CellEvent[]): Promise<void> {
  const run = async (text: string): Promise<void> => { expect(await client.tell(text), text).toHaveProperty('count'); };
  const transaction = async (time: number, texts: readonly string[]): Promise<void> => {
    await run(`BEGIN READ WRITE WITH (SYSTEM_TIME = ${literal(systemTime(time))})`);
    for (const text of texts) await run(text);
    await run('COMMIT');
  };
  await transaction(0, ['CREATE TABLE h0 (_id, n, m)']);
  await transaction(0, ['CREATE TABLE h1 (_id, n, m)']);
  for (const time of new Set(events.map((event) => event.time))) {
    await transaction(time, events.flatMap((event, index) => (event.time === time ? [statement(event, index)] : [])));
  }
}

function validClause(random: SeededRandom, { validFrom, validTo, clamp }: CellQuery): string {
  if (clamp) return `FOR VALID_TIME ONLY FROM ${literal(edge(validFrom))} TO ${validLiteral(validTo)}`;
  if (validTo === validFrom + 1 && random.unit() < 0.7) return `FOR VALID_TIME AS OF ${literal(edge(validFrom) + BigInt(random.integer(1000)))}`;
  if (validFrom === 0 && validTo === CELLS && random.unit() < 0.7) return random.pick(['FOR VALID_TIME ALL', 'FOR ALL VALID_TIME']);
  if (validTo < CELLS && random.unit() < 0.4) return `FOR VALID_TIME BETWEEN ${literal(edge(validFrom))} AND ${literal(edge(validTo) - 1n)}`;
  return `FOR VALID_TIME FROM ${literal(edge(validFrom))} TO ${validLiteral(validTo)}`;
}

function systemClause(random: SeededRandom, { systemFrom, systemTo }: CellQuery, newest: number): string {
  if (systemTo === systemFrom + 1) return `FOR SYSTEM_TIME AS OF ${literal(systemTime(systemFrom) + BigInt(random.integer(1000)))}`;
  if (systemFrom === 0 && systemTo === newest + 1) return 'FOR SYSTEM_TIME ALL';
  if (random.unit() < 0.5) return `FOR SYSTEM_TIME BETWEEN ${literal(systemTime(systemFrom))} AND ${literal(systemTime(systemTo) - 1n)}`;
  return `FOR SYSTEM_TIME FROM ${literal(systemTime(systemFrom))} TO ${literal(systemTime(systemTo))}`;
}

const micros = (value: Value): bigint | null => (value === null ? null : (value as { readonly value: bigint }).value);
const cellOf = (value: Value): number => { const at = micros(value); return at === null ? CELLS : Number((at - VALID_START) / DAY); };
const endOf = (value: Value): number => { const at = micros(value); return at === null ? NEVER : Number((at - SYSTEM_START) / 10_000_000n); };
const rowOf = ([n, from, to, ended]: readonly Value[]): CellRow => ({ event: Number(n), from: cellOf(from as Value), to: cellOf(to as Value), ended: endOf(ended as Value) });

interface Asked { readonly clauses: string; readonly setting: string; readonly expected: (table: number) => CellRow[] }

function ask(random: SeededRandom, events: readonly CellEvent[], newest: number): Asked {
  const query = randomQuery(random, events);
  const [valid, system] = [validClause(random, query), systemClause(random, query, newest)];
  const isSetting = !query.clamp && random.unit() < 0.2 && !valid.startsWith('FOR ALL');
  return {
    clauses: isSetting ? '' : random.pick([`${valid} ${system}`, `${system} ${valid}`]),
    setting: isSetting ? `SETTING DEFAULT ${valid.slice(4)}, DEFAULT ${system.slice(4)} ` : '',
    expected: (table) => answer(events, { ...query, onlyMatching: false }).filter(({ event }) => (events[event]?.key ?? 0) % 2 === table),
  };
}

const COLUMNS = 'n, _valid_from, _valid_to, _system_to';

async function compare(client: Client, random: SeededRandom, events: readonly CellEvent[], newest: number): Promise<void> {
  const one = ask(random, events, newest);
  const table = random.integer(2);
  const scan = `SELECT ${COLUMNS} FROM h${table} ${one.clauses}`;
  const plain = random.pick([`${one.setting}${scan}`, `${one.setting}SELECT ${COLUMNS} FROM (${scan}) AS q`, `${one.setting}WITH w AS (${scan}) SELECT * FROM w`]);
  expect(showRows((await client.rows(plain)).map(rowOf)), plain).toEqual(showRows(one.expected(table)));

  const other = ask(random, events, newest);
  if (one.setting !== '' || other.setting !== '') return;
  const keyOf = ({ event }: CellRow): number => events[event]?.key ?? -1;
  const partners = other.expected(table);
  const join = `SELECT a.n, b.n AS other FROM h${table} ${one.clauses} AS a JOIN h${table} ${other.clauses} AS b ON a._id = b._id`;
  const pairs = one.expected(table).flatMap((a) => partners.filter((b) => keyOf(a) === keyOf(b)).map((b) => `${a.event},${b.event}`)).sort();
  expect((await client.rows(join)).map((row) => row.map(String).join()).sort(), join).toEqual(pairs);
  const exists = `SELECT a.n FROM h${table} ${one.clauses} AS a WHERE NOT EXISTS (SELECT 1 FROM h${table} ${other.clauses} AS b WHERE b._id = a._id AND b.m)`;
  const left = one.expected(table).filter((a) => !partners.some((b) => keyOf(a) === keyOf(b) && events[b.event]?.matches === true)).map(({ event }) => String(event)).sort();
  expect((await client.rows(exists)).map(([n]) => String(n)).sort(), exists).toEqual(left);
}

test(`${HISTORIES} histories written by statements answer as the oracle does, alone, joined and in subqueries`, async () => {
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const random = new SeededRandom(seed);
    const node = await openNode({ clock: new ManualClock(CLOCK), random: new SeededRandom(seed) });
    const client = await openClient(node);
    const events = randomHistory(random, 1 + random.integer(4));
    await write(client, events);
    for (let i = 0; i < QUERIES; i++) await compare(client, random, events, events.at(-1)?.time ?? 0);
    await client.close();
    await node.close();
  }
});
