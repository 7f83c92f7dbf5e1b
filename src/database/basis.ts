/** Which moment a query reads: tokens, SNAPSHOT_TIME and CLOCK_TIME, from the statement, the transaction or the session. */
import { EngineError } from '../base/errors.ts';
import { sleep } from '../base/timer.ts';
import { MICROS_MIN } from '../catalog/table-source.ts';
import { wireTimestamp } from '../data/types/time/format.ts';
import { decodeAwaitToken, decodeSnapshotToken } from '../tx/tokens.ts';
import type { OpenDatabase } from './open-database.ts';
import type { ViewOptions } from './read-view.ts';

/** How long a query waits for a transaction that its token names. */
const AWAIT_MS_MAX = 60_000;
const AWAIT_STEP_MS = 5;

export interface BasisOptions { readonly snapshotToken: string | undefined; readonly snapshotMicros: bigint | undefined; readonly clockMicros: bigint | undefined }

/** The bounds those options set. Throws `unindexed-transaction` for a token ahead of the node. */
export function viewOptions(database: OpenDatabase, options: BasisOptions): ViewOptions {
  const head = database.storage.head().systemTime;
  let systemMicrosMax = options.snapshotMicros;
  const token = options.snapshotToken === undefined ? undefined : decodeSnapshotToken(options.snapshotToken);
  if (token !== undefined) {
    const micros = token.get(database.name);
    if (micros !== undefined) {
      if (micros > head) throw ahead(micros, head);
      systemMicrosMax = systemMicrosMax === undefined || micros < systemMicrosMax ? micros : systemMicrosMax;
    }
  }
  const peerMicrosMax = (peer: string): bigint | undefined => least(token?.get(peer), options.snapshotMicros);
  return { systemMicrosMax, clockMicros: options.clockMicros, peerMicrosMax };
}

const least = (a: bigint | undefined, b: bigint | undefined): bigint | undefined => (a === undefined ? b : b === undefined || a < b ? a : b);

function ahead(micros: bigint, head: bigint): EngineError {
  const text = (value: bigint): string => `${wireTimestamp({ kind: 'timestamp', unit: 'us', value }).replace(' ', 'T')}Z`;
  return new EngineError('unindexed-transaction', `system-time (${text(micros)}) is after the latest completed tx (${head === MICROS_MIN ? 'nil' : text(head)})`, { hint: 'Await the transaction first (AWAIT_TOKEN).' });
}

/** Waits until the transactions that the token names are applied here. */
export async function awaitToken(database: OpenDatabase, token: string, signal: AbortSignal): Promise<void> {
  const txId = decodeAwaitToken(token).get(database.name);
  if (txId === undefined) return;
  const startMs = database.clock.monotonicMs();
  while (database.storage.head().txId < txId) {
    if (database.clock.monotonicMs() - startMs > AWAIT_MS_MAX) throw new EngineError('unindexed-transaction', `transaction ${txId} has not been applied within ${AWAIT_MS_MAX / 1000} s`);
    await sleep(AWAIT_STEP_MS, signal);
  }
}
