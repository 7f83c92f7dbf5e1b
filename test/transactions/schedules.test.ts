import { expect, test } from 'vitest';
import { playSchedule, type ScheduleCounts } from './schedule.ts';

const SCHEDULE_COUNT = 2000;

test('whatever interleaving clients choose, what they were told is that of some serial order', async () => {
  const total: ScheduleCounts = { committed: 0, conflicts: 0, aborted: 0, rolledBack: 0, statements: 0 };
  for (let seed = 1; seed <= SCHEDULE_COUNT; seed++) {
    const counts = await playSchedule(seed);
    for (const key of Object.keys(total) as (keyof ScheduleCounts)[]) total[key] += counts[key];
  }
  // Every kind of end was met often.
  expect(total.committed).toBeGreaterThan(SCHEDULE_COUNT * 5);
  expect(Math.min(total.conflicts, total.aborted, total.rolledBack)).toBeGreaterThan(SCHEDULE_COUNT / 10);
}, 900_000);
