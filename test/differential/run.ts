/**
 * A differential run: the same tables and queries in Varve and in PostgreSQL, and each disagreement shrunk and printed.
 *
 *   tables (seed) → create and insert in both → queries → answers → disagreement? → shrink → report
 */
import { SeededRandom } from '../../src/base/random.ts';
import { type Answer, disagreement, type Disagreement, show } from './answer.ts';
import { type Database, openPostgres, openVarve } from './peers.ts';
import { type GeneratedQuery, randomQuery } from './queries.ts';
import { shrink } from './shrink.ts';
import { createTable, insertRows, randomTables, type Table } from './tables.ts';
import { hasSort, type Node, type Peer, print } from './tree.ts';
import { contents, randomWrite } from './writes.ts';

export interface RunOptions {
  readonly port: number;
  readonly seed: number;
  readonly queryCount: number;
  /** Stop after so many. */
  readonly disagreementCountMax: number;
  readonly log: (line: string) => void;
}

export interface RunSummary { readonly queryCount: number; readonly writeCount: number; readonly bothFailed: number; readonly unjudged: number; readonly disagreements: number; readonly rowCount: number }

const QUERIES_A_DATABASE = 150;
/** Each so many databases one has a table of more rows than a batch; queries on it are slower. */
const LARGE_EVERY = 5;
const QUERIES_A_LARGE_DATABASE = 40;
const WRITES_A_DATABASE = 25;
const ZONES = ['UTC', 'Europe/London', 'America/New_York', 'Asia/Kolkata'];
/** Out of range, division by zero: whether a row gets to raise them is up to the plan, unless the query is strict. */
const DEPENDS_ON_PLAN = /^22/;
const TIMED_OUT = '57014';

interface Pair { readonly varve: Database; readonly postgres: Database }
interface Judged { readonly varve: Answer; readonly postgres: Answer; readonly what: Disagreement | undefined }

async function both(pair: Pair, tree: Node, isOrdered: boolean): Promise<Judged> {
  const ask = (peer: Peer): Promise<Answer> => pair[peer].ask(print(tree, peer));
  const [varve, postgres] = [await ask('varve'), await ask('postgres')];
  return { varve, postgres, what: disagreement(varve, postgres, isOrdered) };
}

function isUnjudged({ varve, postgres, what }: Judged, { isStrict }: GeneratedQuery): boolean {
  if (what === 'only postgres fails' && postgres.kind === 'error') return DEPENDS_ON_PLAN.test(postgres.sqlState) || postgres.sqlState === TIMED_OUT;
  return !isStrict && what === 'only varve fails' && varve.kind === 'error' && DEPENDS_ON_PLAN.test(varve.sqlState);
}

async function create(pair: Pair, tables: readonly Table[], zone: string): Promise<void> {
  const statements: Node[] = tables.flatMap((table) => [createTable(table), insertRows(table)]).filter((statement) => statement !== undefined);
  for (const peer of ['varve', 'postgres'] as const) {
    const texts = [`SET TIME ZONE '${zone}'`, ...statements.map((statement) => print(statement, peer))];
    for (const text of texts) {
      const answer = await pair[peer].ask(text);
      if (answer.kind === 'error') throw new Error(`${peer} refuses ${text.slice(0, 400)}: ${answer.message}`);
    }
  }
}

async function report(pair: Pair, query: GeneratedQuery, judged: Judged, where: string, log: RunOptions['log']): Promise<void> {
  const sqlState = judged.varve.kind === 'error' ? judged.varve.sqlState : '';
  const small = await shrink(query.tree, async (tree) => {
    const again = await both(pair, tree, query.isOrdered);
    return again.what === judged.what && (again.what !== 'order' || hasSort(tree, 'order')) && (again.varve.kind !== 'error' || again.varve.sqlState === sqlState) && !isUnjudged(again, query);
  });
  const { varve, postgres } = await both(pair, small, query.isOrdered);
  log(`── ${where}: ${judged.what ?? ''}\n${print(small, 'varve')}\nvarve:\n${show(varve)}\npostgres:\n${show(postgres)}`);
}

/**
 * Writes, and after each what the table holds. Where one side alone raises what depends on the plan the two go apart, and the rest says
 * nothing.
 */
async function runWrites(pair: Pair, seed: number, tables: readonly Table[], options: RunOptions): Promise<{ readonly writeCount: number; readonly disagreements: number }> {
  for (let i = 0; i < WRITES_A_DATABASE; i++) {
    const { tree, table } = randomWrite(new SeededRandom(seed * 1000 + 500 + i), tables, i + 1);
    const written = await both(pair, tree, false);
    const failure = [written.varve, written.postgres].find((answer) => answer.kind === 'error');
    if (written.what !== undefined && failure?.kind === 'error' && (DEPENDS_ON_PLAN.test(failure.sqlState) || failure.sqlState === TIMED_OUT)) return { writeCount: i + 1, disagreements: 0 };
    const judged = written.what === undefined ? await both(pair, contents(table), true) : written;
    if (judged.what === undefined) continue;
    options.log(`── seed ${seed}, write ${i}: ${judged.what}\n${print(tree, 'varve')}\nvarve:\n${show(judged.varve)}\npostgres:\n${show(judged.postgres)}`);
    return { writeCount: i + 1, disagreements: 1 };
  }
  return { writeCount: WRITES_A_DATABASE, disagreements: 0 };
}

/** Queries over one set of tables, then writes to them. */
async function runTables(port: number, seed: number, count: number, options: RunOptions): Promise<RunSummary> {
  const random = new SeededRandom(seed);
  const isLarge = seed % LARGE_EVERY === 0;
  const tables = randomTables(random, isLarge ? 'large' : 'small', isLarge ? 2 : 4);
  const zone = random.pick(ZONES);
  const pair: Pair = { varve: await openVarve(), postgres: await openPostgres(port) };
  const sums = { queryCount: 0, writeCount: 0, bothFailed: 0, unjudged: 0, disagreements: 0, rowCount: 0 };
  try {
    await create(pair, tables, zone);
    const queryCount = isLarge ? Math.min(count, QUERIES_A_LARGE_DATABASE) : count;
    for (let i = 0; i < queryCount && sums.disagreements < options.disagreementCountMax; i++) {
      const query = randomQuery(new SeededRandom(seed * 1000 + i), tables);
      const judged = await both(pair, query.tree, query.isOrdered);
      sums.queryCount++;
      if (judged.varve.kind === 'rows') sums.rowCount += judged.varve.rows.length;
      if (judged.what === undefined) { if (judged.varve.kind === 'error') sums.bothFailed++; }
      else if (isUnjudged(judged, query)) sums.unjudged++;
      else { sums.disagreements++; await report(pair, query, judged, `seed ${seed}, query ${i}, zone ${zone}`, options.log); }
    }
    const writes = await runWrites(pair, seed, tables, options);
    sums.writeCount += writes.writeCount;
    sums.disagreements += writes.disagreements;
  } finally { await pair.varve.close(); await pair.postgres.close(); }
  return sums;
}

export async function runDifferential(options: RunOptions): Promise<RunSummary> {
  const total = { queryCount: 0, writeCount: 0, bothFailed: 0, unjudged: 0, disagreements: 0, rowCount: 0 };
  for (let seed = options.seed; total.queryCount < options.queryCount; seed++) {
    const one = await runTables(options.port, seed, Math.min(QUERIES_A_DATABASE, options.queryCount - total.queryCount), { ...options, disagreementCountMax: options.disagreementCountMax - total.disagreements });
    for (const key of Object.keys(total) as (keyof RunSummary)[]) total[key] += one[key];
    if (total.disagreements >= options.disagreementCountMax) break;
  }
  return total;
}
