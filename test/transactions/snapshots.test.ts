import { expect, test } from 'vitest';
import { ManualClock } from '../../src/base/clock.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { openNode } from '../../src/database/node.ts';
import { openClient } from './client.ts';

const COUNT = 'SELECT COUNT(*) FROM t';

test('a transaction reads at a time that its snapshot has not reached: what ends between the two has not ended for it', async () => {
  const clock = new ManualClock(1_600_000_000_000_000n);
  const node = await openNode({ clock, random: new SeededRandom(1) });
  const [reader, writer] = [await openClient(node), await openClient(node)];
  await writer.tell('INSERT INTO t (_id, n) VALUES (0, 1), (1, 5), (2, 1), (3, 5)');
  clock.advance(30_000n);
  await reader.tell('BEGIN READ WRITE');
  // Before the reader's own time, after its snapshot.
  await writer.tell("BEGIN READ WRITE WITH (SYSTEM_TIME = TIMESTAMP '2020-09-13T12:26:40.017Z')");
  await writer.tell('UPDATE t SET n = n + 1 WHERE n > 4');
  expect(await writer.tell('COMMIT')).toEqual({ count: 0 });
  // By now the closings of the update are known to whoever reads.
  expect(await writer.tell(COUNT)).toEqual({ rows: ['4'] });
  expect(await reader.tell(COUNT)).toEqual({ rows: ['4'] });
  expect(await reader.tell('UPDATE t SET n = n + 3 WHERE _id = 0')).toEqual({ count: 1 });
  expect(await reader.tell(COUNT)).toEqual({ rows: ['4'] });
  expect(await reader.tell('SELECT SUM(n) FROM t')).toEqual({ rows: ['15'] });
  await reader.tell('ROLLBACK');
  await Promise.all([reader.close(), writer.close()]);
  await node.close();
});
