/**
 * A database in a local directory. The order matters: nobody reads or collects anything before the directory is ours.
 *
 *   directories, format ─▶ OS lock ─▶ manifest (what blocks cover) ─▶ log from there, owner epoch ─▶ tail applied ─▶ serve
 */
import type { Clock } from '../base/clock.ts';
import { isEngineError } from '../base/errors.ts';
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
import { SpaceReserve } from './store/space-reserve.ts';

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
  readonly openLogPort?: (() => LogPort) | undefined;
}

/**
 * Throws `directory-in-use`, `incompatible-format`, XX001 for damage to what was acknowledged, 58030 and 53100 from the volume. Damaged data
 * files do not keep it from opening.
 */
export async function openDirectoryStorage(options: DirectoryStorageOptions): Promise<Storage> {
  const { databaseName, dataDirectory, random } = options;
  const { root, log: logDirectory, owner: ownerDirectory } = await prepareDatabaseDirectory(dataDirectory, databaseName, random);
  const lock = lockDirectory(root);
  const reserve = new SpaceReserve(root);
  const open = (): Promise<Storage> => openLocked(options, root, { logDirectory, ownerDirectory }, reserve, () => { lock.release(); });
  try {
    return await open().catch(async (error: unknown) => {
      if (isEngineError(error) && error.code === 'disk-full' && await reserve.release()) return open();
      throw error;
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openLocked(
  options: DirectoryStorageOptions, root: string, directories: { readonly logDirectory: string; readonly ownerDirectory: string }, reserve: SpaceReserve, onClosed: () => void,
): Promise<Storage> {
  const { databaseName, clock, random, cacheBytes, thresholds, openLogPort } = options;
  let blocks: BlockStore | undefined;
  let log: Log | undefined;
  try {
    const store = await openDirectoryStore({ directory: root, random, reserve });
    const opened = await openManifestBlocks({ store, random, ...(cacheBytes === undefined ? {} : { cacheBytes }) });
    blocks = opened.blocks;
    const { incarnation, from, startId } = opened;
    log = await openLocalLog({ ...directories, incarnation, from, startId }, openLogPort?.());
    return await openStorage({ databaseName, log, blocks, clock, random, incarnation, thresholds, onClosed });
  } catch (error) {
    await log?.close();
    await blocks?.close();
    throw error;
  }
}
