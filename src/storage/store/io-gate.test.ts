import { expect, test } from 'vitest';
import { IoGate } from './io-gate.ts';

const never = (): Promise<string> => new Promise(() => undefined);

test('calls that hang fail in time, hold their permits, and fail those behind them in time', async () => {
  const gate = new IoGate(2, 30);
  let ran = 0;
  const results = await Promise.allSettled([gate.run('a', never), gate.run('b', never), gate.run('c', async () => { ran += 1; })]);
  expect(results.map((result) => result.status === 'rejected' && (result.reason as { code: string }).code)).toEqual(['io-error', 'io-error', 'io-error']);
  expect(ran).toBe(0);
  expect(gate.waiting).toBe(0);
});

test('a permit comes back when a hung call ends at last', async () => {
  const gate = new IoGate(1, 30);
  let end: (value: string) => void = () => undefined;
  const hung = gate.run('a', () => new Promise<string>((resolve) => { end = resolve; }));
  await expect(hung).rejects.toMatchObject({ code: 'io-error', message: 'a: no answer from the volume within 30 ms' });
  end('late');
  expect(await gate.run('b', async () => 'well again')).toBe('well again');
});

test('no more calls run at a time than there are permits, and each gets its own result', async () => {
  const gate = new IoGate(2, 10_000);
  let running = 0;
  let runningMax = 0;
  const results = await Promise.all(Array.from({ length: 20 }, (_, i) => gate.run(`${i}`, async () => {
    running += 1;
    runningMax = Math.max(runningMax, running);
    await new Promise((resolve) => { setImmediate(resolve); });
    running -= 1;
    return i;
  })));
  expect(results).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(runningMax).toBe(2);
});
