import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { parseVerifier } from '../server/pgwire/scram.ts';
import { runCommandLine } from './main.ts';

interface Run { readonly status: number; readonly out: string; readonly error: string }

interface World { readonly env?: Record<string, string>; readonly input?: string; readonly stopped?: Promise<string>; readonly onOut?: (text: string) => void }

async function run(argv: readonly string[], world: World = {}): Promise<Run> {
  let out = '';
  let error = '';
  const status = await runCommandLine(argv, {
    env: world.env ?? {},
    out: (text) => { out += text; world.onOut?.(text); },
    error: (text) => { error += text; },
    input: () => Promise.resolve(world.input ?? ''),
    stopped: world.stopped ?? Promise.resolve('SIGTERM'),
  });
  return { status, out, error };
}

/** Runs a serving command until `work` has been done with its port. */
async function runWhile(argv: readonly string[], work: (port: number) => Promise<void>, env: Record<string, string> = {}): Promise<Run> {
  const ready = Promise.withResolvers<number>();
  const stop = Promise.withResolvers<string>();
  const finished = run(argv, { env, stopped: stop.promise, onOut: (text) => { const port = /port (\d+)/.exec(text)?.[1]; if (port !== undefined) ready.resolve(Number(port)); } });
  void finished.then(({ error }) => ready.reject(new Error(error)));
  try {
    await work(await ready.promise);
  } finally {
    stop.resolve('SIGTERM');
  }
  return finished;
}

async function connect(port: number, options: { database?: string; user?: string; password?: string } = {}): Promise<Client> {
  const client = new Client({ host: '127.0.0.1', port, user: 'xtdb', database: 'xtdb', ...options });
  await client.connect();
  return client;
}

const folder = mkdtempSync(path.join(tmpdir(), 'varve-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the command line', () => {
  test('without a command, or asked for help, says what there is', async () => {
    for (const argv of [[], ['help'], ['--help'], ['-h']]) {
      const { status, out } = await run(argv);
      expect(status).toBe(0);
      for (const name of ['serve', 'playground', 'version', 'hash-password']) expect(out).toContain(`\n  ${name} `);
    }
  });

  test('shows the flags of a command with the environment variables that stand for them', async () => {
    for (const argv of [['serve', '--help'], ['help', 'serve']]) {
      const { status, out } = await run(argv);
      expect(status).toBe(0);
      for (const text of ['--host HOST', '--port PORT', '--data DIR', '--memory', 'VARVE_HOST', 'VARVE_PORT', 'VARVE_DATA', 'VARVE_MEMORY']) expect(out).toContain(text);
    }
  });

  test('prints the version', async () => {
    expect((await run(['version'])).out).toMatch(/^varve \d+\.\d+\.\d+\n$/);
    expect((await run(['--version'])).out).toMatch(/^varve /);
  });

  test.each([
    [['srve'], 'there is no command "srve"; did you mean serve?'],
    [['serve', '--prot', '1'], 'there is no flag --prot; did you mean --port?'],
    [['serve', '--port'], '--port needs a value: --port PORT'],
    [['serve', '--port', '70000'], 'the port is "70000"; a number from 0 to 65535 expected'],
    [['serve', '--port=1', '--port=2'], '--port is given twice'],
    [['serve', '--memory=yes'], '--memory takes no value'],
    [['serve', 'now'], '"now" was not expected here'],
    [['serve', '--data', 'd', '--memory'], '--data and --memory (VARVE_DATA and VARVE_MEMORY) exclude each other'],
    [['serve', '--memory', '--host', '0.0.0.0'], '--host 0.0.0.0 would let everybody who reaches this machine read and write without a password'],
    [['serve', '--memory', '--user', 'ada'], 'the user "ada" needs a password'],
    [['serve', '--memory', '--password-file', '/nowhere/passwords'], 'the password file cannot be read'],
    [['playground', '--host', '*'], '--host * would let everybody'],
  ])('refuses %j with status 2 and says why', async (argv, text) => {
    const { status, error } = await run(argv);
    expect(error).toContain(`varve: ${text}`);
    expect(status).toBe(2);
  });

  test('refuses environment variables that say nothing', async () => {
    expect((await run(['serve'], { env: { VARVE_MEMORY: 'perhaps' } })).error).toContain('VARVE_MEMORY is "perhaps"; true or false expected');
    expect((await run(['serve'], { env: { VARVE_MEMORY: '1', VARVE_DATA: folder } })).error).toContain('exclude each other');
  });

  test('a flag beats the environment', async () => {
    const env = { VARVE_DATA: folder, VARVE_PORT: '1', VARVE_HOST: '0.0.0.0' };
    const { out, status } = await runWhile(['serve', '--memory', '--port', '0', '--host', '127.0.0.1'], async () => {}, env);
    expect(status).toBe(0);
    expect(out).toMatch(/data {11}in memory/);
  });

  test('makes verifiers from passwords', async () => {
    const { out } = await run(['hash-password'], { input: 'sesame\n' });
    expect(parseVerifier(out.trim())?.iterations).toBe(4096);
    expect((await run(['hash-password'])).status).toBe(2);
  });
});

describe('serving', () => {
  test('prints where it listens, where data is and how to connect, and stops at a signal', async () => {
    const { status, out, error } = await runWhile(['serve', '--memory', '--port', '0'], async (port) => {
      const client = await connect(port);
      expect((await client.query('SELECT 1 AS x')).rows).toEqual([{ x: '1' }]);
      await client.end();
    });
    expect([status, error]).toEqual([0, '']);
    expect(out).toMatch(/listening on {3}127\.0\.0\.1 port \d+\n {2}data {11}in memory/);
    expect(out).toMatch(/connect with {3}psql -h 127\.0\.0\.1 -p \d+ -U xtdb xtdb\n/);
    expect(out).toContain('SIGTERM: stopping');
  });

  test('a port in use is an error with advice, not a stack', async () => {
    await runWhile(['playground', '--port', '0'], async (port) => {
      const second = await run(['playground', '--port', String(port)]);
      expect(second).toEqual({ status: 1, out: '', error: `varve: port ${port} on 127.0.0.1 is in use by another process; choose another one or stop that process\n` });
    });
  });

  test('the playground has an empty database for every name', async () => {
    await runWhile(['playground', '--port', '0'], async (port) => {
      const [first, second, again] = [await connect(port, { database: 'one' }), await connect(port, { database: 'two' }), await connect(port, { database: 'one' })];
      await first.query('INSERT INTO t RECORDS {_id: 1}');
      expect((await again.query('SELECT * FROM t')).rows).toEqual([{ _id: '1' }]);
      await expect(second.query('SELECT * FROM t')).rejects.toMatchObject({ code: '42P01' });
      for (const client of [first, second, again]) await client.end();
    });
  });

  test('users come from the environment or from a file, as passwords or as verifiers', async () => {
    const file = path.join(folder, 'passwords');
    writeFileSync(file, `# who may\nada:sesame\nbob:${(await run(['hash-password'], { input: 'open' })).out}`);
    await runWhile(['serve', '--memory', '--port', '0', '--password-file', file], async (port) => {
      for (const login of [{ user: 'ada', password: 'sesame' }, { user: 'bob', password: 'open' }]) await (await connect(port, login)).end();
      await expect(connect(port, { user: 'ada', password: 'simsim' })).rejects.toMatchObject({ code: '28P01' });
      await expect(connect(port, { user: 'eve', password: 'sesame' })).rejects.toMatchObject({ code: '28P01' });
    });
    await runWhile(['serve', '--memory', '--port', '0'], async (port) => {
      await (await connect(port, { user: 'xtdb', password: 'secret' })).end();
      await expect(connect(port, { user: 'xtdb', password: 'public' })).rejects.toMatchObject({ code: '28P01' });
    }, { VARVE_PASSWORD: 'secret' });
  });
});
