/** How much a transaction is, before anybody has encoded it. */
import { valuesBytes } from '../data/types/value-bytes.ts';
import type { ResolvedTransaction } from './event.ts';

/** `bytes`: about what its documents take in the log. Right to a small factor for what can be large, texts and bytes. */
export interface TransactionSize { readonly events: number; readonly bytes: number }

/** Groups and blocks ask one after the other. */
const known = new WeakMap<ResolvedTransaction, TransactionSize>();

export function sizeOf(transaction: ResolvedTransaction): TransactionSize {
  const size = known.get(transaction) ?? measure(transaction);
  known.set(transaction, size);
  return size;
}

function measure(transaction: ResolvedTransaction): TransactionSize {
  let events = 0;
  let bytes = 0;
  for (const change of transaction.changes) {
    if (change.kind !== 'events') continue;
    events += change.events.length;
    for (const { document } of change.events) if (document !== null) bytes += valuesBytes(document.values());
  }
  return { events, bytes };
}

/** Of all of them together. */
export function sizeOfAll(transactions: readonly ResolvedTransaction[]): TransactionSize {
  let events = 0;
  let bytes = 0;
  for (const transaction of transactions) {
    const size = sizeOf(transaction);
    events += size.events;
    bytes += size.bytes;
  }
  return { events, bytes };
}
