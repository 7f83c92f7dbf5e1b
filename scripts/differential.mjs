// Generated queries in Varve and in a PostgreSQL 15 of its own: `node scripts/with-node.mjs scripts/differential.mjs`.
//
//   --queries N   how many (5,000)      --seed N   where to begin (1)      --stop N   give up after so many disagreements (10)
//   --port N      a PostgreSQL that runs already, without password for user `varve`, instead of one started for the run
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { hasPostgres, startPostgres } from '../bench/postgres.mjs';
import { runDifferential } from '../test/differential/run.ts';

const option = (name, otherwise) => (process.argv.includes(`--${name}`) ? Number(process.argv[process.argv.indexOf(`--${name}`) + 1]) : otherwise);
const freePort = () => new Promise((resolve) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

const given = option('port', undefined);
if (given === undefined && !hasPostgres()) {
  console.log('differential: SKIPPED, PostgreSQL 15 is not installed (Debian: apt-get install postgresql-15)');
  process.exit(0);
}
const port = given ?? await freePort();
const postgres = given === undefined ? await startPostgres(port, { locale: 'C.UTF-8', isDurable: false }) : undefined;
const startMs = performance.now();
let summary;
try {
  summary = await runDifferential({ port, seed: option('seed', 1), queryCount: option('queries', 5000), disagreementCountMax: option('stop', 10), log: (line) => console.log(`${line}\n`) });
} finally { await postgres?.stop(); }
const seconds = (performance.now() - startMs) / 1000;
const out = path.resolve(import.meta.dirname, '../tmp/differential.json');
mkdirSync(path.dirname(out), { recursive: true });
writeFileSync(out, JSON.stringify(summary));
console.log(`differential: ${summary.queryCount} queries, ${summary.rowCount} rows, ${summary.writeCount} writes, ${summary.bothFailed} refused by both, ${summary.unjudged} raised in one plan only, ${summary.disagreements} disagreements, ${seconds.toFixed(1)} s`);
process.exit(summary.disagreements > 0 ? 1 : 0);
