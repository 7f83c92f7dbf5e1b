import { expect, test } from 'vitest';
import { ManualClock } from '../base/clock.ts';
import { SeededRandom } from '../base/random.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import { CommitQueue } from './commit-queue.ts';

test('a request is run however soon after an answer it comes', async () => {
  for (let steps = 0; steps < 20; steps++) {
    const queue = new CommitQueue(openMemoryStorage({ databaseName: 'd', random: new SeededRandom(1) }), new ManualClock(0n));
    const submit = (): Promise<string> => queue.submit(() => Promise.resolve({ transaction: undefined, answer: { kind: 'value', value: 'done' } }));
    await submit();
    for (let step = 0; step < steps; step++) await Promise.resolve();
    let answer: string | undefined;
    void submit().then((value) => { answer = value; });
    await new Promise((resolve) => { setImmediate(resolve); });
    expect(answer, `${steps} steps after the answer`).toBe('done');
    await queue.close();
  }
});
