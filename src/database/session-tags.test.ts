import { expect, test } from 'vitest';
import { must } from '../base/assert.ts';
import { openSystemClock } from '../base/clock.ts';
import { openSystemRandom } from '../base/random.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import { DatabaseSession } from './database-session.ts';
import { openDatabaseOver } from './open-database.ts';

const database = openDatabaseOver('test', openMemoryStorage({ databaseName: 'test' }), openSystemClock(), openSystemRandom());
const session = new DatabaseSession(database, { user: 'test', database: 'test', parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined });

test.each([
  ['DISCARD ALL', 'DISCARD ALL'], ['DISCARD TEMP', 'DISCARD TEMP'], ['CLOSE ALL', 'CLOSE CURSOR ALL'], ['UNLISTEN *', 'UNLISTEN'], ['RESET ALL', 'RESET'],
])('the tag of %s is %s', async (text, tag) => {
  const result = await session.execute(must(session.parse(text)[0], 'one statement'), []);
  expect(result.tag()).toBe(tag);
});
