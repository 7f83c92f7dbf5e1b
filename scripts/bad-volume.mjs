// A volume with bad days under a running server: reads, writes and syncs that fail for a while, or hang.
//
//   node scripts/with-node.mjs scripts/bad-volume.mjs --badfs PATH [--rounds 30] [--seed N]
//
// PATH is a FUSE pass-through started as `python3 PATH BACKING MOUNTPOINT CONTROL`, whose CONTROL file says what fails (root, fuse3).
// Queries must be answered rightly or with 58030 or XX001; commits with an acknowledgement, 08007, 53100 or 53400. What does not touch
// the volume goes on, and when it is well again so is everything, without a restart. Acknowledged rows are there at the end.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { seededRandom } from './seeded-random.mjs';
import { freePort, startServer } from './server-process.mjs';

const text = (name) => { const i = process.argv.indexOf(`--${name}`); return i < 0 ? undefined : process.argv[i + 1]; };
const rounds = Number(text('rounds') ?? 30);
const seed = Number(text('seed') ?? Date.now() % 1e6);
const random = seededRandom(seed);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const base = mkdtempSync(path.join(os.tmpdir(), 'varve-volume-'));
const [backing, mount, control] = ['backing', 'mount', 'control.json'].map((name) => path.join(base, name));
mkdirSync(backing);
mkdirSync(mount);
const volume = spawn('python3', [text('badfs'), backing, mount, control], { stdio: ['ignore', 'inherit', 'inherit'] });
await pause(1500);
let version = 0;
/** Cached pages hide the fault from readers. */
function command(rule) {
  writeFileSync(control, JSON.stringify({ ...rule, version: ++version }));
  try { writeFileSync('/proc/sys/vm/drop_caches', '3'); } catch { /* readers may be served from memory then */ }
}
command({});

const port = await freePort();
const start = () => startServer({ dataDir: path.join(mount, 'data'), port, env: { VARVE_BLOCK_ROWS: '300', VARVE_CACHE_MB: '0' } });
const connect = async () => {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'varve', database: 'xtdb' });
  client.on('error', () => {});
  await client.connect();
  return client;
};

const QUERY = 'SELECT count(*) AS n, sum(a) AS a, max(t) AS t FROM one';
let expected = '';
const tally = new Map();
const count = (what) => tally.set(what, (tally.get(what) ?? 0) + 1);

async function read(client) {
  let found;
  try { found = JSON.stringify((await client.query(QUERY)).rows); } catch (error) {
    count(`read ${error.code}`);
    if (error.code !== 'XX001' && error.code !== '58030') throw new Error(`${error.code} ${error.message}`, { cause: error });
    return false;
  }
  if (found !== expected) throw new Error(`another answer: ${found} instead of ${expected}`);
  count('read right');
  return true;
}

const acknowledged = new Set();
const unknown = new Set();
let next = 0;
async function write(client) {
  const n = next++;
  try {
    await client.query('INSERT INTO rows RECORDS {_id: $1}', [n]);
    acknowledged.add(n);
    count('write right');
    return true;
  } catch (error) {
    count(`write ${error.code}`);
    if (!['08007', '53100', '53400', '58030', 'XX001'].includes(error.code)) throw new Error(`${error.code} ${error.message}`, { cause: error });
    if (error.code === '08007') unknown.add(n);
    return false;
  }
}

async function until(what, action, timeoutMs = 20_000) {
  const started = performance.now();
  while (!await action()) {
    if (performance.now() - started > timeoutMs) throw new Error(`not well again: ${what}`);
    await pause(50);
  }
  return performance.now() - started;
}

const FAULTS = [
  { read: 'EIO', match: 'data/0' }, { read: 'EIO' }, { read: 'ESTALE', every: 3 }, { short: 100, match: 'data/0' },
  { write: 'EIO' }, { write: 'EIO', match: 'log' }, { write: 'ENOSPC' }, { write: 'ENOSPC', match: 'log' }, { write: 'ENOSPC', match: 'data/0|tmp' }, { write: 'EIO', every: 3 },
  { fsync: 'EIO' }, { fsync: 'EIO', match: 'log' }, { fsync: 'EIO', every: 2 }, { link: 'EIO' }, { unlink: 'EIO' }, { fsync: 'ENOSPC' }, { link: 'ENOSPC' },
];

async function failing() {
  let worstMs = 0;
  const server = await start();
  const [reader, writer, writer2] = [await connect(), await connect(), await connect()];
  for (let round = 0; round < rounds; round++) {
    const fault = FAULTS[round % FAULTS.length];
    for (let i = 0; i < 40; i++) await write(writer);
    command(fault);
    const since = performance.now();
    const [during, after] = [300 + random(900), 0];
    const writing = (async () => { while (performance.now() - since < during + after) { await Promise.all([write(writer), write(writer2)]); await pause(5); } })();
    const reading = (async () => { while (performance.now() - since < during + after) { await read(reader); await pause(5); } })();
    await Promise.all([writing, reading]);
    command({});
    const ms = Math.max(await until('reads', () => read(reader)), await until('writes', () => write(writer)));
    if (ms > worstMs) worstMs = ms;
  }
  console.log(`${rounds} faults:`, Object.fromEntries(tally), `well again after at most ${worstMs.toFixed(0)} ms`);
  await Promise.all([reader, writer, writer2].map((client) => client.end()));
  return server;
}

async function hanging(server) {
  tally.clear();
  const [reader, writer, other] = [await connect(), await connect(), await connect()];
  await other.query('SELECT 1');
  command({ delay_ms: 60_000, match: 'data/0|manifest|tmp' });
  const stuck = Array.from({ length: 6 }, async () => { const client = await connect(); const since = performance.now(); await read(client); await client.end(); return performance.now() - since; });
  await pause(500);
  let slowestMs = 0;
  for (let i = 0; i < 100; i++) {
    const since = performance.now();
    if (!await write(writer)) throw new Error('a commit waits for a volume that hangs for readers');
    await other.query('SELECT 1');
    slowestMs = Math.max(slowestMs, performance.now() - since);
  }
  const waits = await Promise.all(stuck);
  console.log(`hung reads: 6 queries gave up after ${Math.max(...waits).toFixed(0)} ms; 100 commits meanwhile, the slowest ${slowestMs.toFixed(0)} ms`, Object.fromEntries(tally));
  const since = performance.now();
  const { code, signal } = await server.stop();
  console.log(`SIGTERM on a hung volume: ${code ?? signal} after ${(performance.now() - since).toFixed(0)} ms`);
  command({});
  await Promise.all([reader, writer, other].map((client) => client.end().catch(() => undefined)));
}

async function verify() {
  const server = await start();
  const client = await connect();
  await until('the database', () => read(client), 90_000);
  const found = new Set((await client.query('SELECT _id FROM rows')).rows.map((row) => Number(row._id)));
  for (const n of acknowledged) if (!found.has(n)) throw new Error(`acknowledged row ${n} is lost`);
  for (const n of found) if (!acknowledged.has(n) && !unknown.has(n)) throw new Error(`row ${n} was refused and is there`);
  console.log(`${acknowledged.size} acknowledged rows are there, and ${found.size - acknowledged.size} of ${unknown.size} whose commit was not known`);
  await client.end();
  await server.stop();
}

/** The volume is ill while the server starts. */
async function starting() {
  for (const fault of [{ read: 'EIO' }, { read: 'EIO', match: 'manifest' }, { read: 'EIO', match: 'log' }, { write: 'EIO' }, { fsync: 'EIO' }, { short: 50 }, { link: 'EIO' }]) {
    command(fault);
    const server = await start();
    const client = await connect();
    const first = await client.query(QUERY).then(() => 'answered', (error) => `${error.code} ${error.message}`);
    command({});
    const ms = await until('the database', () => read(client));
    await client.end();
    await server.stop();
    console.log(`started with ${JSON.stringify(fault)}: ${first.slice(0, 120)}; well after ${ms.toFixed(0)} ms in the same session`);
  }
}

let running;
try {
  running = await start();
  const client = await connect();
  for (let at = 0; at < 3000; at += 100) await client.query(`INSERT INTO one SELECT i AS _id, i % 7 AS a, CAST(i AS TEXT) AS t FROM generate_series(${at}, ${at + 99}) AS g(i)`);
  expected = JSON.stringify((await client.query(QUERY)).rows);
  await client.end();
  await running.stop();
  running = await failing();
  await hanging(running);
  await verify();
  await starting();
} catch (error) {
  console.error(running?.output());
  throw error;
} finally {
  command({});
  execFileSync('fusermount3', ['-uz', mount]);
  volume.kill('SIGKILL');
  await pause(200);
  rmSync(base, { recursive: true, force: true });
}
