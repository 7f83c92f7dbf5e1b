// A million rows of ten columns over the wire in batches of 1,000, then grouped; then a restart on them. What it takes in memory and time.
//
//   node scripts/with-node.mjs scripts/million-rows.mjs [--rows 1000000] [--heap-mb N] [--prof DIR]
//
// Peak memory is the server's VmHWM (Linux). --heap-mb limits the old space; --prof writes a CPU profile of the load.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort, startServer } from './server-process.mjs';

const text = (name) => { const i = process.argv.indexOf(`--${name}`); return i < 0 ? undefined : process.argv[i + 1]; };
const rows = Number(text('rows') ?? 1_000_000);
const nodeArgs = [
  ...(text('heap-mb') === undefined ? [] : [`--max-old-space-size=${text('heap-mb')}`]),
  ...(text('prof') === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', text('prof'), '--cpu-prof-interval', '2000']),
];
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'varve-million-'));
const port = await freePort();
const connect = async () => {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'varve', database: 'xtdb' });
  await client.connect();
  return client;
};
const memory = (server, name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
const seconds = (since) => ((performance.now() - since) / 1000).toFixed(2);

const batch = (from) => Array.from({ length: 1000 }, (_, k) => {
  const i = from + k;
  return `(${i}, ${i % 100}, ${i}, ${k}, ${i / 3}, 'text ${i}', 'name ${i % 1000}', ${k % 2 === 0}, DATE '2026-01-01', ${i * 7})`;
}).join(', ');
const GROUPED = 'SELECT k, count(*) AS n, sum(a) AS a, avg(c) AS c, max(d) AS d FROM million GROUP BY k ORDER BY k';

async function grouped(client) {
  const started = performance.now();
  const { rows: found } = await client.query(GROUPED);
  if (found.length !== 100 || found.some((row) => Number(row.n) !== rows / 100)) throw new Error('wrong groups');
  return seconds(started);
}

try {
  let server = await startServer({ dataDir, port, nodeArgs });
  console.log(`idle ${memory(server, 'VmRSS').toFixed(0)} MB`);
  let client = await connect();
  let started = performance.now();
  const latencies = [];
  for (let i = 0; i < rows; i += 1000) {
    const since = performance.now();
    await client.query(`INSERT INTO million (_id, k, a, b, c, d, e, f, g, h) VALUES ${batch(i)}`);
    latencies.push(performance.now() - since);
    if (i % 100_000 === 0 && i > 0) console.log(`${i} rows after ${seconds(started)} s, ${memory(server, 'VmRSS').toFixed(0)} MB now, ${memory(server, 'VmHWM').toFixed(0)} MB at most`);
  }
  latencies.sort((a, b) => a - b);
  console.log(`loaded in ${seconds(started)} s, ${(rows / ((performance.now() - started) / 1000)).toFixed(0)} rows/s; a batch ${latencies[latencies.length >> 1].toFixed(1)} ms in the middle, ${latencies.at(-1).toFixed(0)} ms at worst; peak ${memory(server, 'VmHWM').toFixed(0)} MB`);
  console.log(`grouped in ${await grouped(client)} s, again in ${await grouped(client)} s, again in ${await grouped(client)} s; peak ${memory(server, 'VmHWM').toFixed(0)} MB`);
  await client.end();
  await server.stop();
  const files = readdirSync(path.join(dataDir, 'databases/xtdb/data'));
  const bytes = files.reduce((sum, name) => sum + statSync(path.join(dataDir, 'databases/xtdb/data', name)).size, 0);
  console.log(`${files.length} files of ${(bytes / 1048576).toFixed(0)} MB`);
  server = await startServer({ dataDir, port, nodeArgs });
  started = performance.now();
  client = await connect();
  await client.query('SELECT _id FROM million WHERE _id = 4711');
  console.log(`restarted: port after ${server.readyMs.toFixed(0)} ms, a first row ${seconds(started)} s later, ${memory(server, 'VmRSS').toFixed(0)} MB`);
  console.log(`grouped in ${await grouped(client)} s, again in ${await grouped(client)} s; peak ${memory(server, 'VmHWM').toFixed(0)} MB`);
  await client.end();
  await server.stop();
} finally { rmSync(dataDir, { recursive: true, force: true }); }
