// How much of a small machine or container V8's heap may take. The rest is for pages, vectors and the process itself.
import os from 'node:os';

const MIB = 2 ** 20;
/** From here on V8's own choice leaves enough to the others. */
const SMALL_BYTES = 4096 * MIB;
const HEAP_SHARE = 0.45;
const HEAP_MIB_MIN = 64;

/** Flags for Node; none where the machine is large or somebody has decided already. */
export function heapFlags(env = process.env, execArgv = process.execArgv, limitBytes = machineBytes()) {
  if (limitBytes >= SMALL_BYTES) return [];
  if ([env.NODE_OPTIONS ?? '', ...execArgv].some((text) => text.includes('--max-old-space-size') || text.includes('--max_old_space_size'))) return [];
  const heap = Math.max(HEAP_MIB_MIN, Math.floor((limitBytes / MIB) * HEAP_SHARE));
  return [`--max-old-space-size=${heap}`, `--max-semi-space-size=${Math.min(16, Math.max(2, Math.floor(heap / 16)))}`];
}

/** Below it, what the C library keeps of freed memory is a part of the machine that nobody can do without. */
const TIGHT_BYTES = 1024 * MIB;

/**
 * Settings of the C library's memory, as environment. By itself it raises the size from which memory goes back to the system to the largest
 * that was ever freed, and keeps a heap for each thread: 80 MB after some queries over half a million rows.
 */
export function mallocSettings(env = process.env, limitBytes = machineBytes()) {
  if (limitBytes >= TIGHT_BYTES || Object.keys(env).some((name) => name.startsWith('MALLOC_'))) return {};
  return { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_TRIM_THRESHOLD_: '262144' };
}

function machineBytes() {
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(os.totalmem(), constrained) : os.totalmem();
}
