// `npm start -- FLAGS`: builds what is missing or older than the source, then serves 127.0.0.1:5432 with ./data.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagedNode } from '../bin/packaged-node.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const built = path.join(root, 'dist/bundle/main.js');

const isStale = () => {
  if (!existsSync(built)) return true;
  const builtMs = statSync(built).mtimeMs;
  return readdirSync(path.join(root, 'src'), { recursive: true }).some((name) =>
    name.endsWith('.ts') && !name.endsWith('.test.ts') && statSync(path.join(root, 'src', name)).mtimeMs > builtMs);
};

if (isStale()) {
  process.stdout.write('building …\n');
  const { status } = spawnSync(process.execPath, [path.join(root, 'scripts/with-node.mjs'), path.join(root, 'scripts/build.mjs')], { stdio: 'inherit', cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}
const child = spawn(packagedNode(), [path.join(root, 'bin/varve'), 'serve', ...process.argv.slice(2)], { stdio: 'inherit', cwd: root });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
