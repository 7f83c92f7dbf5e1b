/** How much a transaction is, before anybody has encoded it. */
import type { Value } from '../data/types/value.ts';
import type { ResolvedTransaction } from './event.ts';

/** `bytes`: about what its documents take in the log. Right to a small factor for what can be large, texts and bytes. */
export interface TransactionSize { readonly events: number; readonly bytes: number }

/** Of a value that is neither text nor bytes, and of what stands around those. */
const VALUE_BYTES = 8;

export function sizeOf(transaction: ResolvedTransaction): TransactionSize {
  let events = 0;
  let bytes = 0;
  for (const change of transaction.changes) {
    if (change.kind !== 'events') continue;
    events += change.events.length;
    for (const { document } of change.events) if (document !== null) for (const value of document.values()) bytes += valueBytes(value);
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

function valueBytes(value: Value): number {
  if (typeof value === 'string') return VALUE_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return VALUE_BYTES;
  if (value instanceof Uint8Array) return VALUE_BYTES + value.length;
  if (value instanceof Map) return itemsBytes((value as ReadonlyMap<string, Value>).values());
  if (Array.isArray(value)) return itemsBytes(value as readonly Value[]);
  return 'items' in value ? itemsBytes(value.items) : VALUE_BYTES;
}

function itemsBytes(items: Iterable<Value>): number {
  let bytes = VALUE_BYTES;
  for (const item of items) bytes += valueBytes(item);
  return bytes;
}
