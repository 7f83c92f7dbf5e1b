/** Which moment a query reads: tokens, SNAPSHOT_TIME and CLOCK_TIME, from the statement, the transaction or the session. */
import { EngineError } from '../base/errors.ts';
import { sleep } from '../base/timer.ts';
import { MICROS_MIN } from '../catalog/table-source.ts';
import { wireTimestamp } from '../data/types/time/format.ts';
import { decodeAwaitToken, decodeSnapshotToken } from '../tx/tokens.ts';
import type { Head } from '../storage/storage.ts';
import type { OpenDatabase } from './open-database.ts';
import type { ViewOptions } from './read-view.ts';

/** How long a query waits for a transaction that its token names. */
const AWAIT_MS_MAX = 60_000;
const AWAIT_STEP_MS = 5;

export interface BasisOptions { readonly snapshotToken: string | undefined; readonly snapshotMicros: bigint | undefined; readonly clockMicros: bigint | undefined }

/** The bounds those options set. Throws `unindexed-transaction` for a token ahead of the node. */
export function viewOptions(database: OpenDatabase, options: BasisOptions): ViewOptions {
  const token = options.snapshotToken === undefined ? undefined : decodeSnapshotToken(options.snapshotToken);
  for (const [name, micros] of token ?? []) {
    const head = named(database, name)?.storage.head().systemTime;
    // Before the first transaction tokens name 1970.
    if (head !== undefined && micros > head && micros > 0n) throw ahead(micros, head);
  }
  const systemMicrosMax = least(token?.get(database.name), options.snapshotMicros);
  const peerMicrosMax = (peer: string): bigint | undefined => least(token?.get(peer), options.snapshotMicros);
  return { systemMicrosMax, clockMicros: options.clockMicros, peerMicrosMax };
}

/** Undefined for a database that is not there: what a token says of it says nothing. */
const named = (database: OpenDatabase, name: string): OpenDatabase | undefined => (name === database.name ? database : database.siblings.find(name));

/** The newest transaction of each database of the node. */
export const headsOf = (database: OpenDatabase): (readonly [string, Head])[] =>
  database.siblings.names().flatMap((name) => { const found = named(database, name); return found === undefined ? [] : [[name, found.storage.head()] as const]; });

const least = (a: bigint | undefined, b: bigint | undefined): bigint | undefined => (a === undefined ? b : b === undefined || a < b ? a : b);

function ahead(micros: bigint, head: bigint): EngineError {
  const text = (value: bigint): string => `${wireTimestamp({ kind: 'timestamp', unit: 'us', value }).replace(' ', 'T')}Z`;
  return new EngineError('unindexed-transaction', `system-time (${text(micros)}) is after the latest completed tx (${head === MICROS_MIN ? 'nil' : text(head)})`, { hint: 'Await the transaction first (AWAIT_TOKEN).' });
}

/** Waits until the transactions that the token names are applied here. */
export async function awaitToken(database: OpenDatabase, token: string, signal: AbortSignal): Promise<void> {
  const startMs = database.clock.monotonicMs();
  for (const [name, txId] of decodeAwaitToken(token)) {
    for (let storage = named(database, name)?.storage; storage !== undefined && storage.head().txId < txId; storage = named(database, name)?.storage) {
      if (database.clock.monotonicMs() - startMs > AWAIT_MS_MAX) throw new EngineError('unindexed-transaction', `transaction ${txId} has not been applied within ${AWAIT_MS_MAX / 1000} s`);
      await sleep(AWAIT_STEP_MS, signal);
    }
  }
}
