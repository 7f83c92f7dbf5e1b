/** Writes that are ended by statement_timeout or by the memory limit: nothing is written, the session goes on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSystemClock } from '../base/clock.ts';
import { SeededRandom } from '../base/random.ts';
import { type Node, openNode } from './node.ts';
import type { Session } from './session.ts';

const ROWS = 60_000;
let node: Node;
let session: Session;

beforeAll(async () => {
  node = await openNode({ clock: openSystemClock(), random: new SeededRandom(3), queryBytes: 48 * 2 ** 20 });
  session = await node.openSession({ user: 'xtdb', database: 'xtdb', parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined });
  await run(`INSERT INTO big SELECT x AS _id, 'old' AS state FROM generate_series(1, ${ROWS}) AS g(x)`);
});
afterAll(async () => { await session.close(); await node.close(); });

async function run(sql: string): Promise<unknown[]> {
  const cells: unknown[] = [];
  for (const statement of session.parse(sql)) {
    const result = await session.execute(statement, []);
    for await (const batch of result.batches) for (let row = 0; row < batch.rowCount; row++) cells.push(batch.cell(row, 0));
  }
  return cells;
}

describe('a write that is ended', () => {
  test.each([
    "UPDATE big SET state = 'new'",
    'DELETE FROM big',
    "INSERT INTO big SELECT x AS _id, 'new' AS state FROM generate_series(1, 10000000) AS g(x)",
  ])('by statement_timeout writes nothing: %s', async (sql) => {
    for (const timeoutMs of [1, 5, 15]) {
      await run(`SET statement_timeout = ${timeoutMs}`);
      const ending = await run(sql).catch((error: unknown) => error);
      await run('SET statement_timeout = 0');
      expect(ending).toMatchObject({ sqlState: '57014' });
      expect(await run("SELECT COUNT(*) FROM big WHERE state = 'old'")).toEqual([BigInt(ROWS)]);
    }
  });

  test('by the memory limit writes nothing', async () => {
    await expect(run("INSERT INTO big SELECT x AS _id, 'new' AS state FROM generate_series(1, 10000000) AS g(x)")).rejects.toMatchObject({ sqlState: '53200' });
    expect(await run('SELECT COUNT(*) FROM big')).toEqual([BigInt(ROWS)]);
  });

  test('by the memory limit for the text alone writes nothing', async () => {
    const insert = (count: number): string => `INSERT INTO listed RECORDS ${Array.from({ length: count }, (_, id) => `{_id: ${id}, p: 1, q: 'ab'}`).join(', ')}`;
    expect(() => session.parse(insert(40_000))).toThrow(expect.objectContaining({ sqlState: '53200' }));
    await run(insert(10_000));
    expect(await run('SELECT COUNT(*) FROM listed')).toEqual([10_000n]);
  });

  test('by the memory limit ends its transaction, and the next one has the memory', async () => {
    for (let times = 0; times < 3; times++) {
      await run('BEGIN');
      const fill = async (): Promise<void> => { for (let i = 0; i < 20; i++) await run(`INSERT INTO filled SELECT x AS _id, ${i} AS i FROM generate_series(1, 10000) AS g(x)`); };
      await expect(fill()).rejects.toMatchObject({ sqlState: '53200' });
      session.fail();
      await expect(run('SELECT 1')).rejects.toMatchObject({ sqlState: '25P02' });
      await run('ROLLBACK');
    }
    for (let times = 0; times < 3; times++) {
      await run('BEGIN');
      for (let i = 0; i < 3; i++) await run(`INSERT INTO filled SELECT x AS _id, ${i} AS i FROM generate_series(1, 10000) AS g(x)`);
      await run('COMMIT');
    }
    expect(await run('SELECT COUNT(*) FROM filled')).toEqual([10_000n]);
  });
});
