// Puts the modules of dist/ that the program runs on together into a few files in dist/bundle: starting is mostly the loading of modules.
//
//   dist/cli/main.js, dist/**/*-thread.js ─▶ dist/bundle/main.js, …-thread.js + what they share     kernels.wasm beside them
//
// All lie in one folder, because a module finds its threads and its kernels by their place beside it.
import { copyFileSync, globSync, rmSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const folder = path.join(dist, 'bundle');

const threads = globSync('**/*-thread.js', { cwd: dist }).filter((file) => !file.startsWith('bundle'));
const input = Object.fromEntries(['cli/main.js', ...threads].map((file) => [path.basename(file, '.js'), path.join(dist, file)]));
if (Object.keys(input).length !== threads.length + 1) throw new Error(`two threads of one name: ${threads.join(', ')}`);

rmSync(folder, { recursive: true, force: true });
const bundle = await rolldown({ input, platform: 'node', external: ['temporal-polyfill'], onLog: (level, log) => { if (level === 'warn') throw new Error(log.message); } });
await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' });
await bundle.close();
copyFileSync(path.join(dist, 'data/kernels/kernels.wasm'), path.join(folder, 'kernels.wasm'));
