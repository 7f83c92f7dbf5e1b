import { expect, test } from 'vitest';
import { MICROS_MAX } from '../catalog/table-source.ts';
import type { ResolvedTransaction } from '../storage/event.ts';
import type { Storage } from '../storage/storage.ts';
import { ManualClock } from '../base/clock.ts';
import { SeededRandom } from '../base/random.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import { type CommitTurn, CommitQueue, type Decision } from './commit-queue.ts';

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

const MIB = 2 ** 20;

/** A storage whose log refuses records of more than 64 MiB, and what was appended: MiB by transaction, by record. */
function limitedStorage(): { readonly storage: Storage; readonly records: number[][]; isFull: boolean } {
  const memory = openMemoryStorage({ databaseName: 'd', random: new SeededRandom(1) });
  const mebibytes = ({ changes }: ResolvedTransaction): number => changes.reduce((sum, change) => sum + (change.kind === 'events' ? String(change.events[0]?.document?.get('a')).length : 0), 0) / MIB;
  const limited = {
    records: [] as number[][],
    isFull: false,
    storage: {
      head: () => memory.head(),
      stagedSnapshot: memory.stagedSnapshot.bind(memory),
      append(transactions: readonly ResolvedTransaction[]): Promise<void> {
        const sizes = transactions.map(mebibytes);
        if (limited.isFull) return Promise.reject(new Error('full'));
        if (sizes.reduce((a, b) => a + b, 0) > 64) return Promise.reject(new Error('too large'));
        limited.records.push(sizes);
        return memory.append(transactions);
      },
    } as unknown as Storage,
  };
  return limited;
}

const large = (id: number, size: number) => (turn: CommitTurn): Promise<Decision<number>> => Promise.resolve({
  transaction: {
    txId: turn.txId, systemTime: turn.nextSystemTime,
    changes: [{ kind: 'events', schema: 'public', table: 't', events: [{ op: 'put', id: BigInt(id), validFrom: 0n, validTo: MICROS_MAX, document: new Map([['_id', String(id)], ['a', 'x'.repeat(size * MIB)]]) }] }],
  },
  answer: { kind: 'value', value: id },
});

test('what fits a record alone is not refused for what others write at the same time', async () => {
  const { storage, records } = limitedStorage();
  const queue = new CommitQueue(storage, new ManualClock(0n));
  const sizes = [1, 5, 5, 0.5, 60, 1, 70, 1, 1, 63, 63];
  const answers = await Promise.allSettled(sizes.map((size, id) => queue.submit(large(id, size))));
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : String(answer.reason)))).toEqual([0, 1, 2, 3, 4, 5, 'Error: too large', 7, 8, 9, 10]);
  expect(records).toEqual([[1], [5], [5], [0.5], [60], [1], [1, 1], [63], [63]]);
  await queue.close();
});

test('what was decided on top of a record that was not written is not written either', async () => {
  const limited = limitedStorage();
  const queue = new CommitQueue(limited.storage, new ManualClock(0n));
  const answers = await Promise.allSettled([queue.submit(large(0, 1)), queue.submit((turn) => { limited.isFull = true; return large(1, 5)(turn); }), queue.submit(large(2, 9))]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  limited.isFull = false;
  await queue.submit(large(3, 2));
  expect(limited.records).toEqual([[1], [2]]);
  await queue.close();
});
