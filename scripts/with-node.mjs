// Runs `node ARGS…` on a Node that is new enough: `node scripts/with-node.mjs FILE [ARGS…]`.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { packagedNode } from '../bin/packaged-node.mjs';

const node = packagedNode();
const child = spawn(node, process.argv.slice(2), {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => { process.exitCode = signal ? 1 : (code ?? 1); });
