// A PostgreSQL 15 of its own for a benchmark run: made, started and removed again. Debian's package `postgresql-15` has the programs.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';

const BIN = '/usr/lib/postgresql/15/bin';

export const hasPostgres = () => existsSync(path.join(BIN, 'initdb'));

/** Durable settings as they come, one thread a query, no JIT: what a single-threaded engine is compared with. */
const SETTINGS = ['max_parallel_workers_per_gather=0', 'jit=off', 'shared_buffers=512MB', 'work_mem=256MB', 'max_connections=50', 'unix_socket_directories='];

/** The port opens before the server takes queries. */
async function answers(port) {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'varve', database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** `isDurable: false` for runs that only compare answers. */
export async function startPostgres(port, { locale = 'C', isDurable = true } = {}) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'varve-pg-'));
  const isRoot = process.getuid?.() === 0;
  const identity = isRoot ? { uid: Number(execFileSync('id', ['-u', 'postgres'])), gid: Number(execFileSync('id', ['-g', 'postgres'])) } : {};
  if (isRoot) chownSync(directory, identity.uid, identity.gid);
  const data = path.join(directory, 'data');
  execFileSync(path.join(BIN, 'initdb'), ['-D', data, '-U', 'varve', '-A', 'trust', '-E', 'UTF8', `--locale=${locale}`], { ...identity, stdio: 'ignore', cwd: directory });
  const start = async () => {
    const startMs = performance.now();
    const server = spawn(path.join(BIN, 'postgres'), ['-D', data, '-p', String(port), '-h', '127.0.0.1', ...[...SETTINGS, ...(isDurable ? [] : ['fsync=off', 'synchronous_commit=off'])].flatMap((s) => ['-c', s])], { ...identity, stdio: 'ignore', cwd: directory });
    while (!await answers(port)) await new Promise((resolve) => setTimeout(resolve, 5));
    return { server, readyMs: performance.now() - startMs };
  };
  let { server, readyMs } = await start();
  const end = async () => {
    server.kill('SIGINT');
    await new Promise((resolve) => server.once('exit', resolve));
  };
  return {
    get pid() { return server.pid; },
    get readyMs() { return readyMs; },
    async restart() {
      await end();
      ({ server, readyMs } = await start());
    },
    async stop() {
      await end();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
