// Builds dist/: the type-checked JavaScript of src/, project by project, the kernels, and the program in a few files.
import { spawnSync } from 'node:child_process';

const run = (args) => {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
run(['node_modules/typescript/bin/tsc', '-b', 'src/cli']);
run(['scripts/build-kernels.mjs']);
run(['scripts/build-bundle.mjs']);
