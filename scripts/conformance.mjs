// Runs the conformance material that lies beside a checkout (../shared/conformance), if it is there, against `varve playground`, and
// holds the results against what passed before (test/cases/expected.json): what passed once may not fail.
//
//   npm run conformance              all of it, then the ratchet
//   npm run conformance -- --update  and write what passes now as the new expectation (it never falls by itself)
//   npm run conformance -- --only matrix,history,slt
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const MATERIAL = path.resolve(ROOT, '../shared/conformance');
const EXPECTED = path.join(ROOT, 'test/cases/expected.json');
const OUT = path.join(ROOT, 'tmp/conformance');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1].split(',') : undefined;

if (!existsSync(MATERIAL)) {
  console.log('conformance: no material beside this checkout, nothing to run');
  process.exit(0);
}
mkdirSync(OUT, { recursive: true });
// However this ends, no server stays behind.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const freePort = () => new Promise((resolve) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

/** A playground of its own for each part, so that none sees what another left. */
async function withPlayground(use) {
  const port = await freePort();
  const server = spawn(process.execPath, [path.join(ROOT, 'bin/varve'), 'playground', '--port', String(port)], { cwd: OUT, stdio: ['ignore', 'ignore', 'inherit'] });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  try {
    for (let i = 0; ; i++) {
      const up = await new Promise((resolve) => { const s = net.connect(port, '127.0.0.1', () => { s.destroy(); resolve(true); }); s.once('error', () => resolve(false)); });
      if (up) break;
      if (i > 200) throw new Error('the playground did not open its port');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return await use(port);
  } finally {
    process.off('exit', kill);
    kill();
    await new Promise((resolve) => server.once('exit', resolve));
  }
}

function run(name, script, args) {
  return withPlayground((port) => {
    const out = path.join(OUT, `${name}.json`);
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [path.join(MATERIAL, script), '--port', String(port), '--out', out, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 1_200_000 });
      let text = '';
      child.stdout.on('data', (data) => { text += data; });
      child.stderr.on('data', (data) => { text += data; });
      child.on('exit', () => {
        writeFileSync(path.join(OUT, `${name}.log`), text);
        resolve(existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')) : []);
      });
    });
  });
}

const tests = (dir) => readdirSync(path.join(MATERIAL, 'slt', dir), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.test')).sort().map((f) => path.join(MATERIAL, 'slt', dir, f));
const cases = (file) => path.join(MATERIAL, 'cases', file);

/** name → promise of { key: checks that passed } and { key: checks that failed } */
const PARTS = {
  cases: async () => casesOf(await run('cases', 'run_cases.mjs', ['--fresh-db', cases('public.jsonl')])),
  history: async () => casesOf(await run('history', 'run_cases.mjs', ['--fresh-db', cases('histories.public.jsonl')])),
  matrix: async () => casesOf(await run('matrix', 'run_cases.mjs', ['--db', 'xtdb', cases('matrix.public.jsonl')])),
  documents: async () => casesOf(await run('documents', 'run_cases.mjs', ['--db', 'xtdb', cases('documents.public.jsonl')])),
  slt: async () => sltOf(await run('slt', 'run_slt.mjs', ['--fresh-db', ...tests('xtdb-direct-sql')])),
  sqlite: async () => sltOf([...await run('sqlite', 'run_slt.mjs', ['--fresh-db', '--emulate', ...tests('sqlite')]), ...await run('emulated', 'run_slt.mjs', ['--fresh-db', '--emulate', ...tests('xtdb-emulated')])]),
  tpch: async () => (await run('tpch', 'run_tpch.mjs', ['--db', 'xtdb', '--runs', '1'])).map(({ q, ok }) => ({ topic: 'tpch', key: `tpch/${q}`, pass: ok ? 1 : 0, fail: ok ? 0 : 1 })),
  clients: async () => {
    await withPlayground(async (port) => {
      const { stdout, stderr } = spawnSync(process.execPath, [path.join(MATERIAL, 'run_client_queries.mjs'), '--port', String(port), '--setup', '--verbose', cases('client-queries.public.jsonl')], { encoding: 'utf8', timeout: 120_000 });
      writeFileSync(path.join(OUT, 'clients.log'), stdout + stderr);
    });
    return [];
  },
};
const casesOf = (results) => results.map(({ topic, id, pass, fail }) => ({ topic, key: id, pass, fail }));
const sltOf = (results) => results.map((r) => {
  const file = path.relative(path.join(MATERIAL, 'slt'), r.file ?? r.name);
  return { topic: `slt/${file.split(path.sep).slice(0, file.startsWith('sqlite') ? 2 : 1).join('/')}`, key: `slt/${file}`, pass: r.success, fail: r.failure + r.error };
});

const expected = existsSync(EXPECTED) ? JSON.parse(readFileSync(EXPECTED, 'utf8')) : {};
const results = [];
for (const [name, part] of Object.entries(PARTS)) if (only === undefined || only.includes(name)) results.push(...await part());

const topics = new Map();
for (const { topic, pass, fail } of results) {
  const entry = topics.get(topic) ?? { passed: 0, failed: 0 };
  entry.passed += pass;
  entry.failed += fail;
  topics.set(topic, entry);
}
console.table(Object.fromEntries([...topics].map(([topic, { passed, failed }]) => [topic, { passed, failed, 'per cent': Number((100 * passed / Math.max(1, passed + failed)).toFixed(2)) }])));

// A case is a group of checks: it may pass more of them than before, never fewer.
const ran = new Map(results.map(({ key, pass }) => [key, pass]));
const regressions = Object.entries(expected).filter(([key, pass]) => ran.has(key) && ran.get(key) < pass);
for (const [key, pass] of regressions) console.log(`regression: ${key} passed ${pass} checks before, ${ran.get(key)} now`);
if (process.argv.includes('--update')) {
  for (const [key, pass] of ran) expected[key] = Math.max(pass, 0);
  writeFileSync(EXPECTED, `${JSON.stringify(Object.fromEntries(Object.entries(expected).filter(([, pass]) => pass > 0).sort(([a], [b]) => (a < b ? -1 : 1))), null, 0).replaceAll(',"', ',\n"')}\n`);
}
const held = [...ran].filter(([key, pass]) => expected[key] !== undefined && pass >= expected[key]).length;
writeFileSync(path.join(OUT, 'summary.json'), JSON.stringify({ held, regressions: regressions.length, topics: Object.fromEntries(topics) }));
console.log(`conformance: ${held} cases hold, ${regressions.length} regressions`);
process.exit(regressions.length > 0 && !process.argv.includes('--update') ? 1 : 0);
