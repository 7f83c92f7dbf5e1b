// A `varve serve` in a process of its own, for scripts that load it, kill it and look at what is left.
import { spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');

export const freePort = () => new Promise((resolve) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

const isOpen = (port) => new Promise((resolve) => {
  const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
  socket.once('error', () => resolve(false));
});

/** Starts the server and resolves when it takes connections. `readyMs` is how long that took. */
export async function startServer({ dataDir, port, args = [], env = {}, nodeArgs = [] }) {
  const started = performance.now();
  const child = spawn(process.execPath, [...nodeArgs, path.join(ROOT, 'bin/varve'), 'serve', '--port', String(port), ...(dataDir === undefined ? ['--memory'] : ['--data', dataDir]), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env },
  });
  let output = '';
  child.stdout.on('data', (data) => { output += data; });
  child.stderr.on('data', (data) => { output += data; });
  // A script that fails leaves no server behind.
  process.once('exit', () => child.kill('SIGKILL'));
  const exited = new Promise((resolve) => { child.once('exit', (code, signal) => resolve({ code, signal })); });
  let hasExited = false;
  void exited.then(() => { hasExited = true; });
  while (!await isOpen(port)) {
    if (hasExited) throw new Error(`the server ended while starting:\n${output}`);
    if (performance.now() - started > 60_000) throw new Error(`the server did not open its port:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    child,
    readyMs: performance.now() - started,
    output: () => output,
    exited,
    async kill() { child.kill('SIGKILL'); await exited; },
    async stop() { child.kill('SIGTERM'); return exited; },
  };
}
