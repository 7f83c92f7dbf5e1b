/** One node: the databases it has open, and sessions on them. */
import type { Clock } from '../base/clock.ts';
import { EngineError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { openMemoryStorage } from '../storage/open-storage.ts';
import { DatabaseSession } from './database-session.ts';
import { closeDatabase, type OpenDatabase, openDatabaseOver } from './open-database.ts';
import type { Session, SessionOptions } from './session.ts';

/** The database that is always there. It answers to `postgres` and to the user's name too, which clients ask for by default. */
export const DEFAULT_DATABASE = 'xtdb';

export interface NodeOptions {
  /** Where data is kept; undefined: in memory. */
  readonly dataDir?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Node {
  /** Throws `undefined-database` for a name it does not have. */
  openSession(options: SessionOptions): Promise<Session>;
  databaseNames(): string[];
  close(): Promise<void>;
}

class OpenNode implements Node {
  readonly #databases: Map<string, OpenDatabase>;

  constructor(databases: Map<string, OpenDatabase>) { this.#databases = databases; }

  openSession(options: SessionOptions): Promise<Session> {
    const alias = options.database === 'postgres' || options.database === options.user || options.database === '';
    const database = this.#databases.get(options.database) ?? (alias ? this.#databases.get(DEFAULT_DATABASE) : undefined);
    if (database === undefined) return Promise.reject(new EngineError('undefined-database', `database "${options.database}" does not exist`));
    return Promise.resolve(new DatabaseSession(database, options));
  }

  databaseNames(): string[] { return [...this.#databases.keys()]; }

  async close(): Promise<void> {
    for (const database of this.#databases.values()) await closeDatabase(database);
  }
}

export function openNode(options: NodeOptions): Promise<Node> {
  const storage = openMemoryStorage({ databaseName: DEFAULT_DATABASE, random: options.random });
  const database = openDatabaseOver(DEFAULT_DATABASE, storage, options.clock, options.random);
  return Promise.resolve(new OpenNode(new Map([[database.name, database]])));
}
