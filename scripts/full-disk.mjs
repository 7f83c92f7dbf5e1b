// A volume that is full, again and again: a small tmpfs (so root, on Linux), a server on it, and a file that takes the space away.
//
//   node scripts/with-node.mjs scripts/full-disk.mjs [--rounds 20] [--seed N]
//
// While it is full, writes must be refused with 53100 (or 08007 once, when the system says so only at the sync), reads must go on, and
// when space is back writes must go on too. At the end every acknowledged row is there, once, also after a restart.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { seededRandom } from './seeded-random.mjs';
import { freePort, startServer } from './server-process.mjs';

const option = (name, fallback) => { const i = process.argv.indexOf(`--${name}`); return i < 0 ? fallback : Number(process.argv[i + 1]); };
const rounds = option('rounds', 20);
const seed = option('seed', Date.now() % 1e6);
const random = seededRandom(seed);
const volume = mkdtempSync(path.join(os.tmpdir(), 'varve-full-'));
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', volume]);
const dataDir = path.join(volume, 'data');
const port = await freePort();
const start = () => startServer({ dataDir, port, env: { VARVE_BLOCK_ROWS: '400' } });
const connect = async () => {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'varve', database: 'xtdb' });
  client.on('error', () => {});
  await client.connect();
  return client;
};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const ballasts = [];
/** Takes all but about `leave` bytes. */
function fill(leave) {
  const { bavail, bsize } = statfsSync(volume);
  const ballast = path.join(volume, `ballast-${ballasts.length}`);
  ballasts.push(ballast);
  try { writeFileSync(ballast, new Uint8Array(Math.max(0, bavail * bsize - leave))); } catch (error) { if (error.code !== 'ENOSPC') throw error; }
}

const acknowledged = new Set();
const unknown = new Set();
const codes = new Map();
let refusalMs = 0;
let next = 0;
const PADDING = 'x'.repeat(400);

async function write(client) {
  const n = next++;
  const started = performance.now();
  try {
    await client.query('INSERT INTO rows RECORDS {_id: $1, pad: $2}', [n, PADDING + n]);
    acknowledged.add(n);
    return true;
  } catch (error) {
    codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
    if (!['53100', '08007', '53400'].includes(error.code)) throw new Error(`${error.code} ${error.message}`, { cause: error });
    if (error.code === '08007') unknown.add(n);
    refusalMs = Math.max(refusalMs, performance.now() - started);
    return false;
  }
}

async function check(client) {
  const { rows } = await client.query('SELECT _id, pad FROM rows');
  const found = new Set(rows.map((row) => Number(row._id)));
  if (found.size !== rows.length) throw new Error('a row is there twice');
  for (const n of acknowledged) if (!found.has(n)) throw new Error(`acknowledged row ${n} is lost`);
  for (const n of found) if (!acknowledged.has(n) && !unknown.has(n)) throw new Error(`row ${n} was refused and is there`);
  if (rows.some((row) => row.pad !== PADDING + row._id)) throw new Error('a row has another text');
  return rows.length;
}

try {
  let server = await start();
  let client = await connect();
  let reader = await connect();
  await write(client);
  let worstRecoveryMs = 0;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 150 + random(300); i++) await write(client);
    fill(random(200_000));
    let refused = 0;
    for (let i = 0; i < 3000 && refused < 40; i++) {
      if (!await write(client)) { refused += 1; await pause(5); }
      if (i % 50 === 0) await check(reader);
      // The server has space in reserve, which goes to a block and then to the log.
      if (i % 200 === 199 && refused === 0) fill(random(20_000));
    }
    if (refused === 0) throw new Error('nothing was refused on a full volume');
    await check(reader);
    if (round % 5 === 4) {
      await server.kill();
      server = await start();
      await pause(1500);
      client = await connect();
      reader = await connect();
      await check(reader).catch((error) => { if (error.code !== '53100') throw error; codes.set('not open', 1); });
    }
    for (const ballast of ballasts.splice(0)) { truncateSync(ballast, 0); rmSync(ballast); }
    const freed = performance.now();
    for (;;) {
      try {
        if (await write(client)) break;
      } catch (error) {
        // After a start on a full volume sessions say that it was full; new ones find it open.
        if (performance.now() - freed > 10_000) throw error;
        client = await connect();
        reader = await connect();
      }
      if (performance.now() - freed > 10_000) throw new Error('writes do not go on');
      await pause(20);
    }
    worstRecoveryMs = Math.max(worstRecoveryMs, performance.now() - freed);
  }
  const count = await check(reader);
  const files = readdirSync(path.join(dataDir, 'databases/xtdb/data')).length;
  await server.kill();
  server = await start();
  client = await connect();
  if (await check(client) !== count) throw new Error('other rows after a restart');
  await client.end();
  await server.stop();
  if (/internal error/.test(server.output())) throw new Error(server.output());
  console.log(`${rounds} times full: ${count} rows, every acknowledged one there; refusals ${JSON.stringify(Object.fromEntries(codes))}, the slowest after ${refusalMs.toFixed(0)} ms; writes went on at most ${worstRecoveryMs.toFixed(0)} ms after space was back; ${files} files`);
} finally {
  await pause(200);
  execFileSync('umount', ['-l', volume]);
  rmdirSync(volume);
}
