// Files damaged, cut short, deleted and exchanged under a running server with querying clients, then put right.
//
//   node scripts/with-node.mjs scripts/bad-files.mjs [--rounds 200] [--clients 4] [--seed N]
//
// Every answer must be the one that was given before any damage, or XX001 or 58030 from the database; the server must stay up, commits
// must go on, and when the files are right again every query must be answered, without a restart. Then the same at rest: damage, start,
// ask, stop.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { seededRandom } from './seeded-random.mjs';
import { freePort, startServer } from './server-process.mjs';

const option = (name, fallback) => { const i = process.argv.indexOf(`--${name}`); return i < 0 ? fallback : Number(process.argv[i + 1]); };
const rounds = option('rounds', 200);
const clients = option('clients', 4);
const seed = option('seed', Date.now() % 1e6);
const random = seededRandom(seed);
console.log(`seed ${seed}, ${rounds} rounds, ${clients} clients`);

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'varve-files-'));
const root = path.join(dataDir, 'databases', 'xtdb');
const port = await freePort();
const start = () => startServer({ dataDir, port, env: { VARVE_BLOCK_ROWS: '500', VARVE_CACHE_MB: '0' } });
const connect = async () => {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'varve', database: 'xtdb' });
  client.on('error', () => {});
  await client.connect();
  return client;
};

const QUERIES = [
  'SELECT count(*) AS n, sum(a) AS a, max(t) AS t FROM one',
  'SELECT count(*) AS n, sum(a) AS a, max(t) AS t FROM two',
  'SELECT a, t FROM one WHERE _id = 777',
  'SELECT count(*) AS n FROM two FOR ALL SYSTEM_TIME FOR ALL VALID_TIME',
  'SELECT o.a, count(*) AS n FROM one o JOIN two w ON o._id = w._id GROUP BY o.a ORDER BY o.a LIMIT 20',
];
const answers = [];
const counts = new Map();
const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1);

async function ask(client, index) {
  let found;
  try { found = JSON.stringify((await client.query(QUERIES[index])).rows); } catch (error) {
    if (error.code !== 'XX001' && error.code !== '58030') throw new Error(`${QUERIES[index]}: ${error.code} ${error.message}`, { cause: error });
    if (error.code === 'XX001' && !/offset \d+/.test(error.message)) throw new Error(`no offset in: ${error.message}`);
    count(error.code);
    return false;
  }
  if (found !== answers[index]) throw new Error(`another answer to ${QUERIES[index]}:\n${found}\n${answers[index]}`);
  count('right');
  return true;
}

/** Damages one file; returns what puts it right. */
function damage() {
  const names = readdirSync(path.join(root, 'data'));
  const place = path.join(root, 'data', names[random(names.length)]);
  const whole = readFileSync(place);
  const restore = () => writeFileSync(place, whole);
  switch (random(5)) {
    case 0: truncateSync(place, random(whole.length)); return ['truncated', restore];
    case 1: unlinkSync(place); return ['deleted', restore];
    case 2: copyFileSync(path.join(root, 'data', names[random(names.length)]), place); return ['exchanged', restore];
    case 3: writeFileSync(place, new Uint8Array(whole.length)); return ['zeroed', restore];
    default: {
      const copy = Uint8Array.from(whole);
      for (let i = 0; i < 40; i++) copy[random(copy.length)] ^= 1 << random(8);
      writeFileSync(place, copy);
      return ['flipped', restore];
    }
  }
}

async function underQueries() {
  const server = await start();
  const writer = await connect();
  const readers = await Promise.all(Array.from({ length: clients }, connect));
  let isDone = false;
  let written = 0;
  const writing = (async () => { for (; !isDone; written++) { await writer.query(`INSERT INTO three RECORDS {_id: ${written}}`); await new Promise((r) => setTimeout(r, 2)); } })();
  const reading = readers.map(async (client, i) => { for (let at = i; !isDone; at++) await ask(client, at % QUERIES.length); });
  const failed = Promise.all([writing, ...reading]);
  failed.catch(() => { isDone = true; });
  for (let round = 0; round < rounds && !isDone; round++) {
    const [what, restore] = damage();
    count(what);
    await new Promise((resolve) => setTimeout(resolve, 10 + random(40)));
    restore();
    if (round % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  isDone = true;
  await failed;
  for (let i = 0; i < QUERIES.length; i++) if (!await ask(readers[0], i)) throw new Error(`not well after everything was put right: ${QUERIES[i]}`);
  const { rows: [{ n }] } = await writer.query('SELECT count(*) AS n FROM three');
  if (Number(n) !== written) throw new Error(`${written} rows were acknowledged, ${n} are there`);
  await Promise.all([writer, ...readers].map((client) => client.end()));
  const { code } = await server.stop();
  if (code !== 0 || /internal error/.test(server.output())) throw new Error(server.output());
  console.log(`under queries: ${written} commits meanwhile`, Object.fromEntries(counts));
}

async function atRest() {
  counts.clear();
  for (let round = 0; round < Math.ceil(rounds / 10); round++) {
    const restores = Array.from({ length: 3 }, damage).reverse();
    const server = await start();
    const client = await connect();
    for (let i = 0; i < QUERIES.length; i++) await ask(client, i);
    await client.query(`INSERT INTO three RECORDS {_id: ${1e6 + round}}`);
    for (const [, restore] of restores) restore();
    for (let i = 0; i < QUERIES.length; i++) if (!await ask(client, i)) throw new Error(`not well after everything was put right: ${QUERIES[i]}`);
    await client.end();
    await server.stop();
  }
  console.log('at rest:', Object.fromEntries(counts));
}

try {
  const server = await start();
  const client = await connect();
  for (let at = 0; at < 3000; at += 100) {
    for (const table of ['one', 'two']) await client.query(`INSERT INTO ${table} SELECT i AS _id, i % 7 AS a, 'text ' || CAST(i AS TEXT) AS t FROM generate_series(${at}, ${at + 99}) AS g(i)`);
  }
  await client.query('UPDATE two SET a = a + 1 WHERE _id < 100');
  await client.query("INSERT INTO three RECORDS {_id: -1}");
  await client.query('DELETE FROM three WHERE _id = -1');
  await client.end();
  await server.stop();
  const again = await start();
  const reader = await connect();
  for (const query of QUERIES) answers.push(JSON.stringify((await reader.query(query)).rows));
  await reader.end();
  await again.kill();
  console.log(`${readdirSync(path.join(root, 'data')).length} files`, answers.map((answer) => answer.slice(0, 60)));
  await underQueries();
  await atRest();
} finally { rmSync(dataDir, { recursive: true, force: true }); }
