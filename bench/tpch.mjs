// `npm run bench:tpch`: the 22 queries of TPC-H over the wire, beside PostgreSQL 15 and DuckDB on the same rows; every answer is compared.
//
//   npm run bench:tpch -- --scale 0.1       how much data (0.1: 866,000 rows)
//   npm run bench:tpch -- --dir DIR         keep tables and Varve's data there, and use what is there already
//   npm run bench:tpch -- --only 9,21       some queries; `exists` and `select3` are the other parts
//   npm run bench:tpch -- --runs 5          measured runs of a query, after one that is not measured
//   npm run bench:tpch -- --write           and append the table to bench/RESULTS.md
//
// Varve runs from its source and reads its own files (a data directory, loaded over the wire); PostgreSQL has primary keys, an index on each
// foreign key (without them some of its plans take minutes) and statistics, one thread, no JIT;
// DuckDB has its tables in memory and one thread. A number is the median.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, startServer } from '../scripts/server-process.mjs';
import { openDuckdb } from './duckdb.mjs';
import { AS_TEXT, connect, difference, geometricMean, median, occasion, psql, three, wireRows, writeResults } from './harness.mjs';
import { peerSql } from './peer-sql.mjs';
import { hasPostgres, startPostgres } from './postgres.mjs';
import { sqliteQueriesPerSecond } from './sqlite-select.mjs';
import { QUERIES, TABLES, inserts, makeTables, missing } from './tpch-data.mjs';

const { values: options } = parseArgs({
  options: { scale: { type: 'string', default: '0.1' }, dir: { type: 'string' }, only: { type: 'string' }, runs: { type: 'string', default: '3' }, batch: { type: 'string', default: '1000' }, write: { type: 'boolean', default: false } },
});
const reason = missing();
if (reason !== undefined) {
  console.log(`bench:tpch: ${reason}`);
  process.exit(0);
}
const EXISTS = `SELECT count(*) AS n FROM customer AS c WHERE c._id IN (SELECT _id FROM customer ORDER BY _id FETCH FIRST 8000 ROWS ONLY)
  AND EXISTS (SELECT 1 FROM (SELECT o.o_custkey, o.o_totalprice FROM orders AS o ORDER BY o._id FETCH FIRST 120000 ROWS ONLY) AS o WHERE o.o_custkey = c._id AND o.o_totalprice > c.c_acctbal)`;
const wants = (part) => options.only === undefined || options.only.split(',').includes(String(part));
const directory = options.dir ?? mkdtempSync(path.join(os.tmpdir(), 'varve-tpch-'));

async function loadVarve(client, tables) {
  const started = performance.now();
  let rowCount = 0;
  for (const table of TABLES) {
    for await (const statement of inserts(table, tables[table], Number(options.batch))) await client.query(statement);
    rowCount += tables[table].rowCount;
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(`Varve: ${rowCount} rows loaded in ${seconds.toFixed(1)} s, ${Math.round(rowCount / seconds)} rows/s`);
}

async function loadPostgres(port, tables) {
  for (const table of TABLES) {
    const { file, columns } = tables[table];
    await psql(port, `CREATE TABLE ${table} (${columns.map(([name, type]) => `${name} ${type}${name === '_id' ? ' PRIMARY KEY' : ''}`).join(', ')})`);
    await psql(port, `COPY ${table} FROM STDIN`, file);
    for (const [name, type] of columns) if (type === 'uuid' && name !== '_id') await psql(port, `CREATE INDEX ON ${table} (${name})`);
  }
  await psql(port, 'VACUUM ANALYZE');
}

async function measure(rows, sql) {
  const answer = await rows(sql);
  const times = [];
  for (let i = 0; i < Number(options.runs); i++) {
    const started = performance.now();
    await rows(sql);
    times.push(performance.now() - started);
  }
  return { answer, ms: median(times) };
}

const results = [];
let differences = 0;
async function compare(name, sql, { varve, postgres, duckdb }) {
  const mine = await measure(varve, sql).catch((error) => ({ error }));
  const oracle = await measure(duckdb, peerSql(sql));
  const peer = postgres && await measure(postgres, peerSql(sql));
  const wrong = mine.error === undefined ? difference(mine.answer, oracle.answer, 'DuckDB') : `failed: ${mine.error.message}`;
  const peerWrong = peer && difference(peer.answer, oracle.answer, 'DuckDB');
  if (wrong !== undefined) { differences++; console.log(`${name}: ${wrong}`); }
  if (peerWrong !== undefined) console.log(`${name}: PostgreSQL and DuckDB differ: ${peerWrong}`);
  results.push({ query: name, rows: oracle.answer.length, varve: three(mine.ms), postgres: three(peer?.ms), duckdb: three(oracle.ms), 'varve/postgres': three(peer && mine.ms / peer.ms), 'varve/duckdb': three(mine.ms / oracle.ms), answer: wrong === undefined ? 'same' : 'DIFFERS' });
  console.log(`${name}: varve ${three(mine.ms)} ms, postgres ${three(peer?.ms)}, duckdb ${three(oracle.ms)}`);
}
const mean = (key) => three(geometricMean(results.map((r) => r[key])));

const tables = makeTables(options.scale, directory);
const dataDir = path.join(directory, 'varve');
const isLoaded = existsSync(path.join(directory, 'loaded'));
if (!isLoaded) rmSync(dataDir, { recursive: true, force: true });
const port = await freePort();
const server = await startServer({ dataDir, port, env: { VARVE_FROM_SOURCE: '1' } });
const postgresPort = await freePort();
const postgres = hasPostgres() ? await startPostgres(postgresPort, { isDurable: false }) : undefined;
if (postgres === undefined) console.log('PostgreSQL 15 is not installed: figures without it');
const duckdb = await openDuckdb();
const clients = [];
try {
  const client = await connect(port, AS_TEXT);
  clients.push(client);
  if (!isLoaded) {
    await loadVarve(client, tables);
    writeFileSync(path.join(directory, 'loaded'), options.scale);
  }
  for (const table of TABLES) await duckdb.load(table, tables[table]);
  if (postgres) await loadPostgres(postgresPort, tables);
  const peer = postgres && await connect(postgresPort, AS_TEXT);
  if (peer) clients.push(peer);
  const engines = { varve: wireRows(client), postgres: peer && wireRows(peer), duckdb: duckdb.rows };
  for (let q = 1; q <= 22; q++) {
    if (wants(q)) await compare(`Q${q}`, readFileSync(path.join(QUERIES, `q${String(q).padStart(2, '0')}.sql`), 'utf8'), engines);
  }
  if (wants('exists')) await compare('EXISTS 8,000 × 120,000', EXISTS, engines);
  results.push({ query: 'geometric mean', varve: mean('varve'), postgres: mean('postgres'), duckdb: mean('duckdb'), 'varve/postgres': mean('varve/postgres'), 'varve/duckdb': mean('varve/duckdb') });
  if (wants('select3')) {
    const rate = await sqliteQueriesPerSecond('select3.test', engines.varve, peer && engines.postgres);
    console.log(`select3: varve ${Math.round(rate.varve)} queries/s, postgres ${Math.round(rate.postgres ?? 0)}`);
    results.push({ query: 'SQLite select3, queries/s', rows: rate.queries, varve: Math.round(rate.varve), postgres: rate.postgres && Math.round(rate.postgres) });
  }
} finally {
  await Promise.all(clients.map((client) => client.end().catch(() => {})));
  duckdb.close();
  await server.stop();
  await postgres?.stop();
  if (options.dir === undefined) rmSync(directory, { recursive: true, force: true });
}
console.table(results);
if (options.write) write();
process.exitCode = differences === 0 ? 0 : 1;

function write() {
  const headings = ['query', 'rows', 'Varve', 'PostgreSQL 15', 'DuckDB', 'Varve / PostgreSQL', 'Varve / DuckDB', 'answer'];
  const rows = results.map((r) => [r.query, r.rows, r.varve, r.postgres, r.duckdb, r['varve/postgres'], r['varve/duckdb'], r.answer]);
  writeResults(`TPC-H ${options.scale}, ${occasion()}`, 'Median ms over the wire (DuckDB in the process); ratios below 1: Varve is ahead.', headings, rows);
}
