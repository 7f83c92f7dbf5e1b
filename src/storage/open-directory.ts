/**
 * A database in a local directory. The order matters: nobody reads or collects anything before the directory is ours.
 *
 *   directories, format ─▶ OS lock ─▶ manifest (what blocks cover) ─▶ log from there, owner epoch ─▶ tail applied ─▶ serve
 */
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { openManifestBlocks } from './block/manifest-blocks.ts';
import type { BlockStore } from './block-store.ts';
import type { BlockThresholds } from './block-thresholds.ts';
import { lockDirectory } from './log/directory-lock.ts';
import type { LogPort } from './log/log-host.ts';
import { openLocalLog } from './log/local-log.ts';
import type { Log } from './log/log.ts';
import { openStorage } from './open-storage.ts';
import type { Storage } from './storage.ts';
import { prepareDatabaseDirectory } from './store/data-directory.ts';
import { openDirectoryStore } from './store/directory-store.ts';

export interface DirectoryStorageOptions {
  readonly databaseName: string;
  /** Holds all databases of a node; made if need be. */
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Memory for verified pages of files. */
  readonly cacheBytes?: number | undefined;
  readonly thresholds?: BlockThresholds | undefined;
  /** Where the log's files are written; a thread of its own by default. */
  readonly logPort?: LogPort | undefined;
}

/**
 * Throws `directory-in-use`, `incompatible-format`, XX001 for damage to what was acknowledged, 58030 and 53100 from the volume. Damaged data
 * files do not keep it from opening.
 */
export async function openDirectoryStorage(options: DirectoryStorageOptions): Promise<Storage> {
  const { databaseName, dataDirectory, clock, random, cacheBytes, thresholds, logPort } = options;
  const { root, log: logDirectory, owner: ownerDirectory } = await prepareDatabaseDirectory(dataDirectory, databaseName, random);
  const lock = lockDirectory(root);
  let blocks: BlockStore | undefined;
  let log: Log | undefined;
  try {
    const store = await openDirectoryStore({ directory: root, random });
    const opened = await openManifestBlocks({ store, random, ...(cacheBytes === undefined ? {} : { cacheBytes }) });
    blocks = opened.blocks;
    const { incarnation, from, startId } = opened;
    log = await openLocalLog({ logDirectory, ownerDirectory, incarnation, from, startId }, logPort);
    return await openStorage({ databaseName, log, blocks, clock, random, incarnation, thresholds, onClosed: () => { lock.release(); } });
  } catch (error) {
    await log?.close();
    await blocks?.close();
    lock.release();
    throw error;
  }
}
