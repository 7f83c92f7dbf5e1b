/** How much a transaction is, before anybody has encoded it. */
import { writtenBytes } from '../data/types/written-bytes.ts';
import type { ResolvedTransaction, TableChange } from './event.ts';

/** `values`: of all documents, as they stand there. `bytes`: about what its documents take in the log. Right to a small factor for what can be large, texts and bytes. */
export interface TransactionSize { readonly events: number; readonly values: number; readonly bytes: number }

/** Groups and blocks ask one after the other. */
const known = new WeakMap<ResolvedTransaction, TransactionSize>();

export function sizeOf(transaction: ResolvedTransaction): TransactionSize {
  const size = known.get(transaction) ?? sizeOfChanges(transaction.changes);
  known.set(transaction, size);
  return size;
}

export function sizeOfChanges(changes: readonly TableChange[]): TransactionSize {
  let events = 0;
  let values = 0;
  let bytes = 0;
  for (const change of changes) {
    if (change.kind !== 'events') continue;
    events += change.events.length;
    for (const { document } of change.events) {
      if (document === null) continue;
      values += document.size;
      bytes += writtenBytes(document.values());
    }
  }
  return { events, values, bytes };
}

/** Of all of them together. */
export function sizeOfAll(transactions: readonly ResolvedTransaction[]): TransactionSize {
  return transactions.map(sizeOf).reduce((a, b) => ({ events: a.events + b.events, values: a.values + b.values, bytes: a.bytes + b.bytes }), { events: 0, values: 0, bytes: 0 });
}
