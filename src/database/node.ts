/**
 * One node: the databases it has open, and sessions on them.
 *
 * A database that is damaged where everything depends on it (manifest, acknowledged log) does not keep the node from starting: its sessions
 * answer with the error. It is tried again and again, so that it is there when the volume, or what was damaged, is well.
 */
import type { Clock } from '../base/clock.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { sleep } from '../base/timer.ts';
import { BLOCK_LIMITS, type BlockLimits, BlockThresholds } from '../storage/block-thresholds.ts';
import type { LogPort } from '../storage/log/log-host.ts';
import { openDirectoryStorage } from '../storage/open-directory.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { DamagedSession } from './damaged-session.ts';
import { DatabaseSession } from './database-session.ts';
import { closeDatabase, type OpenDatabase, openDatabaseOver } from './open-database.ts';
import type { Session, SessionOptions } from './session.ts';

/** The database that is always there. It answers to `postgres` and to the user's name too, which clients ask for by default. */
export const DEFAULT_DATABASE = 'xtdb';
const REOPEN_INTERVAL_MS = 1000;
/** Damage goes away only when somebody mends it, and finding it again may mean reading much. */
const REOPEN_DAMAGED_INTERVAL_MS = 5000;

export interface NodeOptions {
  /** Where data is kept; undefined: in memory. */
  readonly dataDir?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** When a block is cut, where it is not to be as usual. */
  readonly blockLimits?: Partial<BlockLimits> | undefined;
  /** Memory for verified pages of files, in bytes. */
  readonly cacheBytes?: number | undefined;
  /** A place for the log other than a thread of its own. */
  readonly openLogPort?: (() => LogPort) | undefined;
}

export interface Node {
  /** Throws `undefined-database` for a name it does not have. */
  openSession(options: SessionOptions): Promise<Session>;
  databaseNames(): string[];
  close(): Promise<void>;
}

/** What stands in the way of the whole process, not of one database. */
const KEEPS_FROM_STARTING = new Set(['directory-in-use', 'incompatible-format']);

/** A database of a node: open, or the reason why it is not. */
class NodeDatabase {
  readonly name: string;
  readonly #options: NodeOptions;
  #state: OpenDatabase | EngineError;
  #reopening: Promise<void> | undefined;
  readonly #stop = new AbortController();

  private constructor(name: string, options: NodeOptions, state: OpenDatabase | EngineError) {
    this.name = name;
    this.#options = options;
    this.#state = state;
    if (state instanceof EngineError) this.#reopening = this.#reopen();
  }

  static async open(name: string, options: NodeOptions): Promise<NodeDatabase> {
    try {
      return new NodeDatabase(name, options, await openDatabase(name, options));
    } catch (error) {
      if (!isEngineError(error) || KEEPS_FROM_STARTING.has(error.code) || !['corrupt', 'unavailable', 'busy'].includes(error.category)) throw error;
      return new NodeDatabase(name, options, error);
    }
  }

  session(options: SessionOptions): Session {
    const open = (): Session | EngineError => (this.#state instanceof EngineError ? this.#state : new DatabaseSession(this.#state, options));
    const session = open();
    return session instanceof EngineError ? new DamagedSession(open, options) : session;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#reopening;
    if (!(this.#state instanceof EngineError)) await closeDatabase(this.#state);
  }

  async #reopen(): Promise<void> {
    while (this.#state instanceof EngineError) {
      await sleep(this.#state.code === 'corrupt' ? REOPEN_DAMAGED_INTERVAL_MS : REOPEN_INTERVAL_MS, this.#stop.signal).catch(() => undefined);
      if (this.#stop.signal.aborted) return;
      try {
        this.#state = await openDatabase(this.name, this.#options);
      } catch (error) {
        this.#state = isEngineError(error) ? error : new EngineError('internal', 'the database could not be opened', { cause: error });
      }
    }
  }
}

async function openDatabase(name: string, options: NodeOptions): Promise<OpenDatabase> {
  const { dataDir, clock, random, blockLimits, cacheBytes, openLogPort } = options;
  const storage: Storage = dataDir === undefined
    ? openMemoryStorage({ databaseName: name, random })
    : await openDirectoryStorage({
      databaseName: name, dataDirectory: dataDir, clock, random, cacheBytes, openLogPort,
      thresholds: new BlockThresholds(clock, { ...BLOCK_LIMITS, ...blockLimits }),
    });
  return openDatabaseOver(name, storage, clock, random);
}

class OpenNode implements Node {
  readonly #databases: ReadonlyMap<string, NodeDatabase>;

  constructor(databases: readonly NodeDatabase[]) { this.#databases = new Map(databases.map((database) => [database.name, database])); }

  openSession(options: SessionOptions): Promise<Session> {
    const isAlias = options.database === 'postgres' || options.database === options.user || options.database === '';
    const database = this.#databases.get(options.database) ?? (isAlias ? this.#databases.get(DEFAULT_DATABASE) : undefined);
    if (database === undefined) return Promise.reject(new EngineError('undefined-database', `database "${options.database}" does not exist`));
    return Promise.resolve(database.session(options));
  }

  databaseNames(): string[] { return [...this.#databases.keys()]; }

  async close(): Promise<void> {
    for (const database of this.#databases.values()) await database.close();
  }
}

/** Throws `directory-in-use` and `incompatible-format`; other trouble with the data is told by its sessions. */
export async function openNode(options: NodeOptions): Promise<Node> {
  return new OpenNode([await NodeDatabase.open(DEFAULT_DATABASE, options)]);
}
