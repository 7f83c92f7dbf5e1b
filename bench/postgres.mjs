// A PostgreSQL 15 of its own for a benchmark run: made, started and removed again. Debian's package `postgresql-15` has the programs.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const BIN = '/usr/lib/postgresql/15/bin';

export const hasPostgres = () => existsSync(path.join(BIN, 'initdb'));

/** Durable settings as they come, one thread a query, no JIT: what a single-threaded engine is compared with. */
const SETTINGS = ['max_parallel_workers_per_gather=0', 'jit=off', 'shared_buffers=512MB', 'work_mem=256MB', 'max_connections=50', 'unix_socket_directories='];

/** `isDurable: false` for runs that only compare answers. */
export async function startPostgres(port, { locale = 'C', isDurable = true } = {}) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'varve-pg-'));
  const isRoot = process.getuid?.() === 0;
  const identity = isRoot ? { uid: Number(execFileSync('id', ['-u', 'postgres'])), gid: Number(execFileSync('id', ['-g', 'postgres'])) } : {};
  if (isRoot) chownSync(directory, identity.uid, identity.gid);
  const data = path.join(directory, 'data');
  execFileSync(path.join(BIN, 'initdb'), ['-D', data, '-U', 'varve', '-A', 'trust', '-E', 'UTF8', `--locale=${locale}`], { ...identity, stdio: 'ignore', cwd: directory });
  const startMs = performance.now();
  const server = spawn(path.join(BIN, 'postgres'), ['-D', data, '-p', String(port), '-h', '127.0.0.1', ...[...SETTINGS, ...(isDurable ? [] : ['fsync=off', 'synchronous_commit=off'])].flatMap((s) => ['-c', s])], { ...identity, stdio: 'ignore', cwd: directory });
  const isOpen = () => new Promise((resolve) => { const s = net.connect(port, '127.0.0.1', () => { s.destroy(); resolve(true); }); s.once('error', () => resolve(false)); });
  while (!await isOpen()) await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    pid: server.pid,
    readyMs: performance.now() - startMs,
    async stop() {
      server.kill('SIGINT');
      await new Promise((resolve) => server.once('exit', resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
