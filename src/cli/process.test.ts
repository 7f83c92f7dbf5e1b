/** The program as a process: started by `bin/varve`, stopped by signals. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../bin/varve', import.meta.url));

interface Ended { readonly status: number | null; readonly out: string }

/** Runs the program; at the first output that matches, `signal` is sent. */
function launch(argv: readonly string[], when?: RegExp, signal?: NodeJS.Signals): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, VARVE_FROM_SOURCE: '1' } });
    let out = '';
    let isSignalled = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (when?.test(out) !== true || isSignalled) return;
      isSignalled = true;
      child.kill(signal);
    });
    child.on('exit', (status) => resolve({ status, out }));
  });
}

type HeapFlags = (env: Record<string, string>, execArgv: readonly string[], limitBytes: number) => string[];

test('in a small container the heap leaves room for the rest, unless somebody has decided otherwise', async () => {
  const { heapFlags } = await import(new URL('../../bin/heap-flags.mjs', import.meta.url).href) as { readonly heapFlags: HeapFlags };
  expect(heapFlags({}, [], 256 * 2 ** 20)).toEqual(['--max-old-space-size=115', '--max-semi-space-size=7']);
  expect(heapFlags({}, [], 16 * 2 ** 30)).toEqual([]);
  expect(heapFlags({ NODE_OPTIONS: '--max-old-space-size=200' }, [], 256 * 2 ** 20)).toEqual([]);
  expect(heapFlags({}, ['--max-old-space-size=115'], 256 * 2 ** 20)).toEqual([]);
});

test('in a tight container freed memory goes back to the system, unless somebody has decided otherwise', async () => {
  const { mallocSettings } = await import(new URL('../../bin/heap-flags.mjs', import.meta.url).href) as { readonly mallocSettings: (env: Record<string, string>, limitBytes: number) => Record<string, string> };
  expect(mallocSettings({}, 256 * 2 ** 20)).toEqual({ MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_TRIM_THRESHOLD_: '262144' });
  expect(mallocSettings({}, 2 ** 30)).toEqual({});
  expect(mallocSettings({ MALLOC_ARENA_MAX: '4' }, 256 * 2 ** 20)).toEqual({});
});

describe('bin/varve', () => {
  test('runs the command line and passes its exit status on', async () => {
    expect((await launch(['version'])).out).toMatch(/^varve \d/);
    expect((await launch(['version'])).status).toBe(0);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('stops cleanly at %s', async (signal) => {
    const { status, out } = await launch(['serve', '--memory', '--port', '0'], /connect with.*\n/, signal);
    expect(out).toContain(`${signal}: stopping`);
    expect(status).toBe(0);
  });
});
