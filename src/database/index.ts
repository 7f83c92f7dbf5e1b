/**
 * Varve inside a program.
 *
 *     import { open } from 'varve';
 *     await using db = await open({ path: './data' });
 *     await db.sql`INSERT INTO prices RECORDS ${{ _id: 'tea', amount: 4n }}`;
 *     const rows = await db.sql`SELECT amount, _valid_from FROM prices WHERE _id = ${'tea'}`;
 */
import { openSystemClock } from '../base/clock.ts';
import { openSystemRandom } from '../base/random.ts';
import { type Database, embed } from './embedded.ts';
import type { TemporalNamespace } from './js-values.ts';
import { openNode } from './node.ts';

export { EngineError, type ErrorCode } from '../base/errors.ts';
export type { Database, Row, Rows, SqlRunner, TransactionOptions } from './embedded.ts';

export interface OpenOptions {
  /** Directory of the data, made if it is not there. Without it the database lives in memory, as long as the process. */
  readonly path?: string;
}

/** Opens a database: in memory, or in a directory that no other process has open (else `directory-in-use`). */
export async function open(options: OpenOptions = {}): Promise<Database> {
  const native = (globalThis as { Temporal?: TemporalNamespace }).Temporal;
  const temporal = native ?? (await import('temporal-polyfill')).Temporal;
  const node = await openNode({ dataDir: options.path, clock: openSystemClock(), random: openSystemRandom() });
  return embed(node, temporal);
}
