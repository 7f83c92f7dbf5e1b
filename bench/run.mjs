// `npm run bench`: Varve beside PostgreSQL 15 in the same run, over the wire, durable, with ratios.
//
//   npm run bench                      all parts
//   npm run bench -- --only commits    parts: start, points, commits, batches, million
//   npm run bench -- --write           and append the figures to bench/RESULTS.md
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, startServer } from '../scripts/server-process.mjs';
import { connect, cpuMs, median, occasion, peakMb, residentMb, writeResults } from './harness.mjs';
import { hasPostgres, startPostgres } from './postgres.mjs';

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1].split(',') : undefined;
const wants = (part) => only === undefined || only.includes(part);
const work = mkdtempSync(path.join(os.tmpdir(), 'varve-bench-'));
const rows = [];
/** `better`: which direction is good, so that a ratio above 1 always means that Varve is ahead. */
function report(what, varve, postgres, unit, better = 'more') {
  const ratio = postgres === undefined ? undefined : better === 'more' ? varve / postgres : postgres / varve;
  rows.push({ what, varve: Number(varve.toPrecision(4)), postgres: postgres === undefined ? '' : Number(postgres.toPrecision(4)), unit, ratio: ratio === undefined ? '' : Number(ratio.toFixed(2)) });
  console.log(`${what}: varve ${varve.toPrecision(4)} ${unit}${postgres === undefined ? '' : `, postgres ${postgres.toPrecision(4)} ${unit}, ratio ${ratio.toFixed(2)}`}`);
}

function pgbench(port, file, clients, seconds) {
  const out = execFileSync('pgbench', ['-h', '127.0.0.1', '-p', String(port), '-U', 'varve', '-n', '-M', 'prepared', '-c', String(clients), '-j', '1', '-T', String(seconds), '-f', file, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return Number(/tps = ([\d.]+)/.exec(out)?.[1]);
}
const script = (name, text) => { const file = path.join(work, name); writeFileSync(file, text); return file; };

async function loadPoints(port, isVarve) {
  const client = await connect(port);
  if (!isVarve) await client.query('CREATE TABLE points (_id bigint PRIMARY KEY, a bigint, b double precision, c text, d timestamptz)');
  for (let i = 0; i < 100_000; i += 1000) {
    const values = Array.from({ length: 1000 }, (_, k) => `(${i + k}, ${(i + k) % 97}, ${(i + k) / 7}, 'name ${i + k}', TIMESTAMP '2026-01-01T00:00:00Z')`);
    await client.query(`INSERT INTO points (_id, a, b, c, d) VALUES ${values.join(', ')}`);
  }
  await client.end();
}

const dataDir = path.join(work, 'data');
const port = await freePort();
let varve = await startServer({ dataDir, port });
const postgresPort = await freePort();
const postgres = hasPostgres() ? await startPostgres(postgresPort) : undefined;
if (postgres === undefined) console.log('PostgreSQL 15 is not installed: figures without a peer');
try {
  if (wants('start')) {
    const starts = [varve.readyMs];
    for (let i = 0; i < 4; i++) { await varve.kill(); varve = await startServer({ dataDir, port }); starts.push(varve.readyMs); }
    report('start to open port', median(starts), postgres?.readyMs, 'ms', 'less');
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    report('resident, idle', residentMb(varve.child.pid), postgres && residentMb(postgres.pid), 'MB', 'less');
  }
  if (wants('points')) {
    await loadPoints(port, true);
    if (postgres) await loadPoints(postgresPort, false);
    const file = script('point.sql', '\\set id random(0, 99999)\nSELECT _id, a, b, c, d FROM points WHERE _id = :id;\n');
    for (const clients of [1, 8]) {
      const runs = Array.from({ length: 3 }, () => {
        const before = cpuMs(varve.child.pid);
        const tps = pgbench(port, file, clients, 4);
        return { tps, cpu: (cpuMs(varve.child.pid) - before) / (tps * 4) * 1e3, peer: postgres && pgbench(postgresPort, file, clients, 4) };
      });
      report(`point reads by _id, prepared, ${clients} client${clients > 1 ? 's' : ''}`, median(runs.map((r) => r.tps)), postgres && median(runs.map((r) => r.peer)), '/s');
      report(`… server CPU a read, ${clients} client${clients > 1 ? 's' : ''}`, median(runs.map((r) => r.cpu)), undefined, 'µs');
    }
  }
  if (wants('commits')) {
    if (postgres) { const c = await connect(postgresPort); await c.query('CREATE TABLE commits (_id bigint, v bigint)'); await c.end(); }
    const file = script('commit.sql', '\\set id random(0, 1000000000)\nINSERT INTO commits (_id, v) VALUES (:id, 1);\n');
    for (const clients of [1, 8]) {
      const runs = Array.from({ length: 3 }, () => ({ tps: pgbench(port, file, clients, 4), peer: postgres && pgbench(postgresPort, file, clients, 4) }));
      report(`durable one-row commits, ${clients} client${clients > 1 ? 's' : ''}`, median(runs.map((r) => r.tps)), postgres && median(runs.map((r) => r.peer)), '/s');
    }
  }
  const document = (i) => ({ _id: i, customer: `customer ${i % 1000}`, region: ['north', 'south', 'east', 'west'][i % 4], amount: i % 997, price: (i % 1000) / 8, active: i % 3 === 0, note: `note ${i}`, tags: ['a', 'b'], address: { city: `city ${i % 50}`, zip: 10000 + (i % 90000) }, created: '2026-01-01T00:00:00Z' });
  if (wants('batches')) {
    const batch = (from) => JSON.stringify(Array.from({ length: 1000 }, (_, k) => document(from + k)));
    const rate = async (to, text) => {
      const client = await connect(to);
      await client.query(text, [batch(0)]);
      const started = performance.now();
      for (let i = 1; i <= 40; i++) await client.query(text, [batch(i * 1000)]);
      await client.end();
      return 40_000 / ((performance.now() - started) / 1000);
    };
    if (postgres) { const c = await connect(postgresPort); await c.query('CREATE TABLE documents (_id bigint PRIMARY KEY, doc jsonb)'); await c.end(); }
    report('documents in batches of 1000, durable, one connection', await rateOfDocuments(port), postgres && await rate(postgresPort, "INSERT INTO documents SELECT (d->>'_id')::bigint, d FROM jsonb_array_elements($1::jsonb) d"), 'documents/s');
  }
  if (wants('million')) {
    const client = await connect(port);
    const started = performance.now();
    for (let i = 0; i < 1_000_000; i += 1000) await client.query(`INSERT INTO million (_id, k, a, b, c, d, e, f, g, h) VALUES ${Array.from({ length: 1000 }, (_, k) => `(${i + k}, ${(i + k) % 100}, ${i}, ${k}, ${(i + k) / 3}, 'text ${i + k}', 'name ${(i + k) % 1000}', ${k % 2 === 0}, DATE '2026-01-01', ${(i + k) * 7})`).join(', ')}`);
    report('1 M rows of ten columns loaded', 1_000_000 / ((performance.now() - started) / 1000), undefined, 'rows/s');
    const grouped = performance.now();
    const { rows: groups } = await client.query('SELECT k, count(*), sum(a), avg(c) FROM million GROUP BY k');
    if (groups.length !== 100) throw new Error('a wrong number of groups');
    report('1 M rows grouped, first time', performance.now() - grouped, undefined, 'ms');
    const again = performance.now();
    await client.query('SELECT k, count(*), sum(a), avg(c) FROM million GROUP BY k');
    report('1 M rows grouped, again', performance.now() - again, undefined, 'ms');
    report('peak resident memory', peakMb(varve.child.pid), undefined, 'MB');
    await client.end();
    await varve.kill();
    varve = await startServer({ dataDir, port });
    report('restart on them, to open port', varve.readyMs, undefined, 'ms');
    const fresh = await connect(port);
    const first = performance.now();
    await fresh.query('SELECT count(*) FROM million');
    report('first count(*) after it', performance.now() - first, undefined, 'ms');
    await fresh.end();
  }

  /** The same documents as RECORDS parameters, one statement a batch. */
  async function rateOfDocuments(to) {
    const client = await connect(to);
    const text = `INSERT INTO documents RECORDS ${Array.from({ length: 1000 }, (_, k) => `$${k + 1}`).join(', ')}`;
    const values = (from) => Array.from({ length: 1000 }, (_, k) => JSON.stringify(document(from + k)));
    await client.query({ name: 'load', text, values: values(0) });
    const started = performance.now();
    for (let i = 1; i <= 40; i++) await client.query({ name: 'load', text, values: values(i * 1000) });
    await client.end();
    return 40_000 / ((performance.now() - started) / 1000);
  }
} finally {
  await varve.kill();
  await postgres?.stop();
  rmSync(work, { recursive: true, force: true });
}
console.table(rows);
if (process.argv.includes('--write')) {
  writeResults(occasion(), '', ['what', 'Varve', 'PostgreSQL 15', 'unit', 'ratio (above 1: Varve ahead)'], rows.map((r) => [r.what, r.varve, r.postgres, r.unit, r.ratio]));
}
