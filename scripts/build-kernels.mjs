// Compiles the kernel templates of src/data/kernels to dist/data/kernels/kernels.wasm, unless they are what was compiled last.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const folder = path.join(root, 'dist/data/kernels');
const wasm = path.join(folder, 'kernels.wasm');
const digestFile = path.join(folder, 'kernels.sha256');
const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--initialMemory', '1', '--enable', 'bulk-memory'];

const { kernelSource } = await import(path.join(root, 'src/data/kernels/templates.ts'));
const source = kernelSource();
const digest = createHash('sha256').update(source).digest('hex');
if (!existsSync(wasm) || !existsSync(digestFile) || readFileSync(digestFile, 'utf8') !== digest) compile();

function compile() {
  const work = mkdtempSync(path.join(tmpdir(), 'varve-kernels-'));
  try {
    writeFileSync(path.join(work, 'kernels.ts'), source);
    const { status } = spawnSync(process.execPath, [path.join(root, 'node_modules/assemblyscript/bin/asc.js'), 'kernels.ts', '-o', 'kernels.wasm', ...FLAGS], { cwd: work, stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
    mkdirSync(folder, { recursive: true });
    // Beside its place first and then renamed: a process that starts meanwhile finds the old file or the new one, never half of it.
    writeFileSync(`${wasm}.new`, readFileSync(path.join(work, 'kernels.wasm')));
    renameSync(`${wasm}.new`, wasm);
    writeFileSync(digestFile, digest);
  } finally {
    rmSync(work, { recursive: true });
  }
}
