// kill -9 in a loop under concurrent writers: no acknowledged write may be lost, none may be there by half.
//
//   node scripts/with-node.mjs scripts/kill-loop.mjs [--rounds 10] [--writers 4] [--block-rows 102400] [--seed N]
//
// Every writer inserts pairs of rows in one transaction, (w-n-a) and (w-n-b), and updates a counter in the same transaction. After
// each kill the server is started again and every acknowledged n must be there, as a pair, once; unacknowledged ones as a pair or not at all;
// and the counter must equal the number of pairs.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { seededRandom } from './seeded-random.mjs';
import { freePort, startServer } from './server-process.mjs';

const option = (name, fallback) => { const i = process.argv.indexOf(`--${name}`); return i < 0 ? fallback : Number(process.argv[i + 1]); };
const rounds = option('rounds', 10);
const writers = option('writers', 4);
const blockRows = option('block-rows', 102_400);
const seed = option('seed', Date.now() % 1e6);
const random = seededRandom(seed);
console.log(`seed ${seed}, ${rounds} rounds, ${writers} writers, blocks of ${blockRows} rows`);

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'varve-kill-'));
const port = await freePort();
const acknowledged = Array.from({ length: writers }, () => -1);
const next = Array.from({ length: writers }, () => 0);
const readyMs = [];
let conflicts = 0;

const connect = async () => {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'varve', database: 'xtdb' });
  client.on('error', () => {});
  await client.connect();
  return client;
};

async function write(writer, isStopped) {
  let client;
  try { client = await connect(); } catch { return; }
  while (!isStopped()) {
    const n = next[writer];
    try {
      await client.query('BEGIN');
      await client.query(`INSERT INTO pairs RECORDS {_id: '${writer}-${n}-a', w: ${writer}, n: ${n}}`);
      await client.query(`INSERT INTO pairs RECORDS {_id: '${writer}-${n}-b', w: ${writer}, n: ${n}}`);
      await client.query(`INSERT INTO counters RECORDS {_id: ${writer}, n: ${n}}`);
      await client.query('COMMIT');
      acknowledged[writer] = n;
      next[writer] = n + 1;
    } catch (error) {
      if (error.code === '40001') { conflicts += 1; continue; }
      next[writer] = n + 1;
      break;
    }
  }
  await client.end().catch(() => {});
}

async function check(round) {
  const client = await connect();
  if (acknowledged.every((n) => n < 0)) {
    // Nothing was acknowledged yet, so the tables may not be there.
    await client.query('CREATE TABLE pairs (_id, w, n)');
    await client.query('CREATE TABLE counters (_id, n)');
  }
  const { rows } = await client.query('SELECT w, n, count(*) AS c FROM pairs GROUP BY w, n ORDER BY w, n');
  const counters = new Map((await client.query('SELECT _id, n FROM counters')).rows.map((row) => [Number(row._id), Number(row.n)]));
  await client.end();
  const found = Array.from({ length: writers }, () => new Set());
  for (const { w, n, c } of rows) {
    if (Number(c) !== 2) throw new Error(`round ${round}: pair ${w}-${n} is there by half (${c} rows)`);
    found[Number(w)].add(Number(n));
  }
  for (let w = 0; w < writers; w++) {
    for (let n = 0; n <= acknowledged[w]; n++) if (!found[w].has(n) && wasAcknowledged(w, n)) throw new Error(`round ${round}: acknowledged write ${w}-${n} is lost`);
    const highest = Math.max(-1, ...found[w]);
    if (highest >= 0 && counters.get(w) !== highest) throw new Error(`round ${round}: counter ${w} says ${counters.get(w)}, the highest pair is ${highest}`);
  }
  return rows.length;
}

// Numbers that were given up (the answer never came) may be missing; those acknowledged may not.
const givenUp = Array.from({ length: writers }, () => new Set());
const wasAcknowledged = (w, n) => !givenUp[w].has(n);

let total = 0;
try {
  for (let round = 1; round <= rounds; round++) {
    const server = await startServer({ dataDir, port, env: { VARVE_BLOCK_ROWS: String(blockRows) } });
    readyMs.push(server.readyMs);
    if (round > 1) total = await check(round);
    let stopped = false;
    const before = [...next];
    const running = Array.from({ length: writers }, (_, w) => write(w, () => stopped));
    await new Promise((resolve) => setTimeout(resolve, 100 + random() * 700));
    await server.kill();
    stopped = true;
    await Promise.all(running);
    for (let w = 0; w < writers; w++) for (let n = before[w]; n < next[w]; n++) if (n > acknowledged[w]) givenUp[w].add(n);
  }
  const server = await startServer({ dataDir, port, env: { VARVE_BLOCK_ROWS: String(blockRows) } });
  readyMs.push(server.readyMs);
  total = await check(rounds + 1);
  const { code, signal } = await server.stop();
  if (code !== 0) throw new Error(`SIGTERM ended the server with ${code ?? signal}`);
} finally { rmSync(dataDir, { recursive: true, force: true }); }
readyMs.sort((a, b) => a - b);
if (total === 0) throw new Error('nothing was ever written: the loop proves nothing');
console.log(`${rounds} kills: ${total} pairs, every acknowledged one whole; ${conflicts} conflicts run again; ready again in ${readyMs[readyMs.length >> 1].toFixed(0)} ms (median), ${readyMs.at(-1).toFixed(0)} ms (worst)`);
