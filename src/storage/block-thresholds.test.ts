import { expect, test } from 'vitest';
import { ManualClock } from '../base/clock.ts';
import { MICROS_MAX } from '../catalog/table-source.ts';
import type { Value } from '../data/types/value.ts';
import { BlockThresholds } from './block-thresholds.ts';
import { DatabaseState } from './database-state.ts';
import type { ResolvedTransaction } from './event.ts';
import type { LogRecord } from './log/log.ts';

const transaction = (value: Value): ResolvedTransaction => ({
  txId: 0n, systemTime: 1n,
  changes: [{ kind: 'events', schema: 'public', table: 't', events: [{ op: 'put', id: 1n, validFrom: 1n, validTo: MICROS_MAX, document: new Map<string, Value>([['_id', 1n], ['a', value]]) }] }],
});

test.each<[string, Value]>([
  ['texts', 'x'.repeat(1000)],
  ['bytes', new Uint8Array(1000)],
  ['lists', ['x'.repeat(500), 'x'.repeat(500)]],
  ['what is nested', new Map([['a', { kind: 'set', items: [new Map([['b', 'x'.repeat(1000)]])] }]])],
])('a block ends when large %s have come, however few they are', (_, value) => {
  const thresholds = new BlockThresholds(new ManualClock(0n), { eventsMax: 100, bytesMax: 3000, ageMsMax: 1e9 });
  const state = new DatabaseState(undefined);
  for (let block = 0; block < 2; block++) {
    for (let i = 0; i < 2; i++) {
      expect(thresholds.isReachedWith([transaction(value)], state)).toBe(false);
      thresholds.add({ transactions: [transaction(value)] } as unknown as LogRecord);
    }
    expect(thresholds.isReachedWith([transaction(null)], state)).toBe(false);
    expect(thresholds.isReachedWith([transaction(value)], state)).toBe(true);
    thresholds.reset();
  }
});
