/**
 * One node: the databases it has open, and sessions on them.
 *
 * A database that is damaged where everything depends on it (manifest, acknowledged log) does not keep the node from starting: its sessions
 * answer with the error. It is tried again and again, so that it is there when the volume, or what was damaged, is well.
 */
import type { Clock } from '../base/clock.ts';
import { EngineError } from '../base/errors.ts';
import { besideQueries, besideQueriesForBlock, MemoryBudget } from '../base/memory-budget.ts';
import type { Random } from '../base/random.ts';
import { CACHE_BYTES } from '../storage/block/manifest-blocks.ts';
import { BLOCK_LIMITS, type BlockLimits, BlockThresholds } from '../storage/block-thresholds.ts';
import type { LogPort } from '../storage/log/log-host.ts';
import { openDirectoryStorage } from '../storage/open-directory.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { autocommit, type Committed } from '../tx/write-transaction.ts';
import { type AttachPlace, readAttachConfig } from './attach-config.ts';
import { type Attachment, AttachmentStatement, readAttachments } from './attachments.ts';
import { NodeDatabase } from './node-database.ts';
import { type OpenDatabase, openDatabaseOver, type Siblings } from './open-database.ts';
import type { Session, SessionOptions } from './session.ts';

/** The database that is always there. It answers to `postgres` and to the user's name too, which clients ask for by default. */
export const DEFAULT_DATABASE = 'xtdb';

export interface NodeOptions {
  /** Where data is kept; undefined: in memory. */
  readonly dataDir?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** When a block is cut, where it is not to be as usual. */
  readonly blockLimits?: Partial<BlockLimits> | undefined;
  /** Memory for verified pages of files, in bytes. */
  readonly cacheBytes?: number | undefined;
  /** Memory that running queries may hold together, in bytes. Default: what the process and the machine can bear. */
  readonly queryBytes?: number | undefined;
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
/** Of the primary database: what is not the data's fault. */
const isFatal = (error: EngineError): boolean => KEEPS_FROM_STARTING.has(error.code) || !['corrupt', 'unavailable', 'busy'].includes(error.category);
/** How far ahead of the clock an explicit SYSTEM_TIME may be in a directory, µs. */
const SYSTEM_TIME_AHEAD_MAX = 3_600_000_000n;
/** Names become directories. */
const DATABASE_NAME = /^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/;

async function openDatabase(name: string, place: AttachPlace, options: NodeOptions, siblings: Siblings, budget: MemoryBudget | undefined): Promise<OpenDatabase> {
  const { clock, random, blockLimits, cacheBytes, openLogPort } = options;
  const dataDirectory = place.kind === 'default' ? options.dataDir : place.kind === 'directory' ? place.path : undefined;
  const storage: Storage = dataDirectory === undefined
    ? openMemoryStorage({ databaseName: name, random })
    : await openDirectoryStorage({
      databaseName: name, dataDirectory, clock, random, openLogPort,
      cacheBytes: cacheBytes ?? besideQueries(CACHE_BYTES),
      thresholds: new BlockThresholds(clock, { ...BLOCK_LIMITS, bytesMax: besideQueriesForBlock(BLOCK_LIMITS.bytesMax), ...blockLimits }),
    });
  // What is kept must not be pushed into the future: every later transaction would have to follow. In memory it may: that is for trying things.
  return openDatabaseOver(name, storage, clock, random, undefined, siblings, dataDirectory === undefined ? undefined : SYSTEM_TIME_AHEAD_MAX, budget);
}

class OpenNode implements Node, Siblings {
  readonly primaryName = DEFAULT_DATABASE;
  readonly #options: NodeOptions;
  readonly #budget: MemoryBudget | undefined;
  readonly #databases = new Map<string, NodeDatabase>();
  /** Databases come and go one after the other. */
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(options: NodeOptions) {
    this.#options = options;
    this.#budget = options.queryBytes === undefined ? undefined : new MemoryBudget(options.queryBytes);
  }

  static async open(options: NodeOptions): Promise<OpenNode> {
    const node = new OpenNode(options);
    node.#databases.set(DEFAULT_DATABASE, await NodeDatabase.open(() => node.#openPrimary(), isFatal));
    return node;
  }

  openSession(options: SessionOptions): Promise<Session> {
    const isAlias = options.database === 'postgres' || options.database === options.user || options.database === '';
    const database = this.#databases.get(options.database) ?? (isAlias ? this.#databases.get(DEFAULT_DATABASE) : undefined);
    if (database === undefined) return Promise.reject(unknownDatabase(options.database));
    return Promise.resolve(database.session(options));
  }

  databaseNames(): string[] { return [...this.#databases.keys()]; }
  names(): readonly string[] { return this.databaseNames(); }
  find(name: string): OpenDatabase | undefined { return this.#databases.get(name)?.database; }

  attach(name: string, config: string | undefined): Promise<Committed> {
    return this.#change(async () => {
      if (this.#databases.has(name)) throw new EngineError('duplicate-database', `Database already exists: ${name}`);
      if (!DATABASE_NAME.test(name)) throw new EngineError('invalid-parameter-value', `"${name}" cannot name a database`, { hint: 'Letters, digits, _, $ and -, beginning with a letter, at most 63.' });
      const place = readAttachConfig(config);
      const opened = await NodeDatabase.open(() => openDatabase(name, place, this.#options, this, this.#budget), () => true);
      try {
        const committed = await this.#record('attach', { name, config });
        this.#databases.set(name, opened);
        return committed;
      } catch (error) {
        await opened.close();
        throw error;
      }
    });
  }

  detach(name: string): Promise<Committed> {
    return this.#change(async () => {
      if (name === DEFAULT_DATABASE) throw new EngineError('semantic-error', `Cannot detach the primary '${name}' database`);
      const database = this.#databases.get(name);
      if (database === undefined) throw new EngineError('undefined-database', 'Database does not exist', { detail: name });
      const committed = await this.#record('detach', { name, config: undefined });
      this.#databases.delete(name);
      await database.close();
      return committed;
    });
  }

  async close(): Promise<void> {
    await this.#changing;
    for (const database of [...this.#databases.values()].reverse()) await database.close();
  }

  /** With it come the databases that were attached to it. */
  async #openPrimary(): Promise<OpenDatabase> {
    const primary = await openDatabase(DEFAULT_DATABASE, { kind: 'default' }, this.#options, this, this.#budget);
    for (const { name, config } of await readAttachments(primary.storage)) {
      if (this.#databases.has(name)) continue;
      const open = (): Promise<OpenDatabase> => openDatabase(name, readAttachConfig(config), this.#options, this, this.#budget);
      this.#databases.set(name, await NodeDatabase.open(open, () => false));
    }
    return primary;
  }

  async #record(action: 'attach' | 'detach', attachment: Attachment): Promise<Committed> {
    const primary = this.find(DEFAULT_DATABASE);
    if (primary === undefined) throw new EngineError('not-ready', `the ${DEFAULT_DATABASE} database, which lists the others, cannot be written`);
    return (await autocommit(primary.queue, new AttachmentStatement(action, attachment))).committed;
  }

  #change<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#changing.then(change);
    this.#changing = done.catch(() => undefined);
    return done;
  }
}

const unknownDatabase = (name: string): EngineError => new EngineError('undefined-database', `database '${name}' does not exist`);

/** Throws `directory-in-use` and `incompatible-format`; other trouble with the data is told by its sessions. */
export const openNode = (options: NodeOptions): Promise<Node> => OpenNode.open(options);
