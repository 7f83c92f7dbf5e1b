// `npm run bench:time`: questions about valid and system time, beside PostgreSQL 15 with the same history; every answer is compared.
//
//   npm run bench:time                      a million versions of 100,000 ids, and half a million of a table with corrections
//   npm run bench:time -- --scale 0.05      a twentieth of the ids
//   npm run bench:time -- --only history    questions whose name has the text; loads are always measured
//   npm run bench:time -- --profile DIR     Varve's CPU profile (from its start to its end) goes there
//   npm run bench:time -- --write           and append the table to bench/RESULTS.md
//
// PostgreSQL has what a careful user gives bitemporal data: one table with the columns and two tstzrange, an index on the id, one on the ids of
// rows that stand now, GiST on both ranges, statistics; one thread, no JIT. It is given the finished rectangles, Varve works them out.
// A figure is the median of several runs; both take turns. CPU is that of all threads of the server, a question.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, startServer } from '../scripts/server-process.mjs';
import { AS_TEXT, connect, cpuMs, difference, geometricMean, median, occasion, peakMb, psql, three, wireRows, writeResults } from './harness.mjs';
import { hasPostgres, startPostgres } from './postgres.mjs';
import { questions } from './time-questions.mjs';
import { ROUNDS, tablesOf, transactions, writeRectangles } from './time-data.mjs';

const { values: options } = parseArgs({
  options: { scale: { type: 'string', default: '1' }, only: { type: 'string' }, profile: { type: 'string' }, port: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const work = mkdtempSync(path.join(os.tmpdir(), 'varve-time-'));
const dataDir = path.join(work, 'data');
const tables = tablesOf(Number(options.scale));
/** Runs of a question take at least this long together, within these numbers. */
const RUN_MS_MIN = 400;
const RUNS = [3, 25];

const results = [];
let differences = 0;
/** `figures`: { varve, postgres, xtdb }, less is better unless `isRate`. */
function report(name, unit, { varve, postgres, xtdb, varveCpu, postgresCpu, answer }, isRate = false) {
  const ratio = postgres === undefined ? undefined : isRate ? postgres / varve : varve / postgres;
  results.push({ question: name, unit, varve: three(varve), postgres: three(postgres), ratio: three(ratio), 'varve CPU': three(varveCpu), 'postgres CPU': three(postgresCpu), xtdb: xtdb ?? '', answer: answer ?? '' });
  console.log(`${name}: varve ${three(varve)} ${unit}, postgres ${three(postgres)}${varveCpu === undefined ? '' : `; CPU ${three(varveCpu)} and ${three(postgresCpu)} ms`}${xtdb === undefined ? '' : `; xtdb ${xtdb}`}${answer === undefined || answer === 'same' ? '' : `; ${answer}`}`);
}

async function loadVarve(client) {
  const spent = {};
  for (const [name, table] of Object.entries(tables)) spent[name] = { ms: 0, rowCount: 0, table };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, { table }] of Object.entries(spent)) {
      const started = performance.now();
      for (const { statements, rowCount } of transactions(name, table, round)) {
        for (const statement of statements) await client.query(statement);
        spent[name].rowCount += rowCount;
      }
      spent[name].ms += performance.now() - started;
    }
  }
  return spent;
}

/** By table: how long COPY, indexes and statistics took, and how many rectangles there are. */
async function loadPostgres(port) {
  const spent = {};
  for (const [name, table] of Object.entries(tables)) {
    const file = path.join(work, `${name}.tsv`);
    const rectangleCount = await writeRectangles(name, table, file);
    const started = performance.now();
    await psql(port, `CREATE TABLE ${name} (${table.columns.map(([column, type]) => `${column} ${type} NOT NULL`).join(', ')}, valid tstzrange NOT NULL, system tstzrange NOT NULL)`);
    await psql(port, `COPY ${name} FROM STDIN`, file);
    await psql(port, `CREATE INDEX ON ${name} (_id)`);
    await psql(port, `CREATE INDEX ON ${name} (_id) WHERE upper_inf(system)`);
    await psql(port, `CREATE INDEX ON ${name} USING gist (valid)`);
    await psql(port, `CREATE INDEX ON ${name} USING gist (system)`);
    await psql(port, `VACUUM ANALYZE ${name}`);
    rmSync(file);
    spent[name] = { ms: performance.now() - started, rectangleCount };
  }
  return spent;
}

/** Runs a question on each engine in turn. Median milliseconds and mean CPU of each, and the first answers. */
async function measure(engines) {
  const measured = engines.map(() => ({ times: [], cpu: 0, answer: undefined }));
  for (const [i, { rows, sql }] of engines.entries()) measured[i].answer = await rows(sql);
  let runCount = 0;
  for (const started = performance.now(); runCount < RUNS[0] || (runCount < RUNS[1] && performance.now() - started < RUN_MS_MIN * engines.length); runCount++) {
    for (const [i, { rows, sql, pid }] of engines.entries()) {
      const [cpuBefore, before] = [cpuMs(pid), performance.now()];
      await rows(sql);
      measured[i].times.push(performance.now() - before);
      measured[i].cpu += cpuMs(pid) - cpuBefore;
    }
  }
  return measured.map(({ times, cpu, answer }) => ({ ms: median(times), cpu: cpu / runCount, answer }));
}

async function ask({ name, varve, postgres, xtdb }, { mine, peer }) {
  const [own, other] = await measure([{ ...mine, sql: varve }, ...(peer === undefined ? [] : [{ ...peer, sql: postgres }])]);
  const wrong = other && difference(own.answer, other.answer, 'PostgreSQL');
  if (wrong !== undefined) differences++;
  report(name, 'ms', { varve: own.ms, postgres: other?.ms, varveCpu: own.cpu, postgresCpu: other?.cpu, xtdb, answer: wrong ?? (other && 'same') });
}

/** Milliseconds until a first COUNT(*) is answered, on a connection of its own. */
async function firstAnswer(port) {
  const started = performance.now();
  const client = await connect(port, AS_TEXT);
  await client.query('SELECT COUNT(*) FROM prices');
  await client.end();
  return performance.now() - started;
}

const diskMb = (directory) => Number(execFileSync('du', ['-sk', directory], { encoding: 'utf8' }).split('\t')[0]) / 1024;

const port = options.port === undefined ? await freePort() : Number(options.port);
const nodeArgs = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];
let server = await startServer({ dataDir, port, nodeArgs });
const postgresPort = await freePort();
const postgres = hasPostgres() ? await startPostgres(postgresPort) : undefined;
if (postgres === undefined) console.log('PostgreSQL 15 is not installed: figures without a peer, answers not compared');
const clients = [];
try {
  const client = await connect(port, AS_TEXT);
  clients.push(client);
  const own = await loadVarve(client);
  const other = postgres && await loadPostgres(postgresPort);
  for (const [name, { ms, rowCount }] of Object.entries(own)) report(`load of ${name}, ${rowCount} versions`, 'versions/s', { varve: rowCount / ms * 1000, postgres: other && rowCount / other[name].ms * 1000, xtdb: name === 'prices' ? 42_000 : undefined }, true);
  const peer = postgres && await connect(postgresPort, AS_TEXT);
  if (peer) clients.push(peer);
  const backend = peer && Number((await peer.query('SELECT pg_backend_pid() AS pid')).rows[0].pid);
  if (other) console.log(`rectangles: ${Object.entries(other).map(([name, { rectangleCount }]) => `${name} ${rectangleCount}`).join(', ')}`);
  const engines = { mine: { rows: wireRows(client), pid: server.child.pid }, peer: peer && { rows: wireRows(peer), pid: backend } };
  const before = results.length;
  for (const question of questions(tables.prices.ids)) if (options.only === undefined || question.name.includes(options.only)) await ask(question, engines);
  const mean = (key) => geometricMean(results.slice(before).map((r) => r[key]));
  report('geometric mean of the questions', 'ms', { varve: mean('varve'), postgres: mean('postgres'), varveCpu: mean('varve CPU'), postgresCpu: mean('postgres CPU') });
  report('peak memory', 'MB', { varve: peakMb(server.child.pid), postgres: backend && peakMb(backend) });
  const size = peer && Number((await peer.query(`SELECT ${Object.keys(tables).map((name) => `pg_total_relation_size('${name}')`).join(' + ')} AS size`)).rows[0].size) / 2 ** 20;
  report('on disk (PostgreSQL: tables and indexes, without its log)', 'MB', { varve: diskMb(dataDir), postgres: size });
  await Promise.all(clients.splice(0).map((each) => each.end()));
  await server.stop();
  server = await startServer({ dataDir, port });
  await postgres?.restart();
  report('restart, to open port', 'ms', { varve: server.readyMs, postgres: postgres?.readyMs });
  report('first COUNT(*) now after it', 'ms', { varve: await firstAnswer(port), postgres: postgres && await firstAnswer(postgresPort) });
} finally {
  await Promise.all(clients.map((client) => client.end().catch(() => {})));
  await server.kill();
  await postgres?.stop();
  rmSync(work, { recursive: true, force: true });
}
console.table(results);
if (options.write) {
  const headings = ['question', 'unit', 'Varve', 'PostgreSQL 15', 'Varve / PostgreSQL', 'Varve CPU, ms', 'PostgreSQL CPU, ms', 'XTDB 2.2', 'answer'];
  writeResults(`Time, scale ${options.scale}, ${occasion()}`, 'Median over the wire; ratios below 1: Varve is ahead. XTDB: its own run on such a machine, warm.', headings, results.map(Object.values));
}
process.exitCode = differences === 0 ? 0 : 1;
