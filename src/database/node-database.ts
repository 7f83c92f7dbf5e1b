/** A database of a node: open, or the reason why it is not, and tried again until it is. Its sessions end with it. */
import { EngineError, isEngineError } from '../base/errors.ts';
import { sleep } from '../base/timer.ts';
import { DamagedSession } from './damaged-session.ts';
import { DatabaseSession } from './database-session.ts';
import { closeDatabase, type OpenDatabase } from './open-database.ts';
import type { Session, SessionOptions } from './session.ts';

const REOPEN_INTERVAL_MS = 1000;
/** Damage goes away only when somebody mends it, and finding it again may mean reading much. */
const REOPEN_DAMAGED_INTERVAL_MS = 5000;

export class NodeDatabase {
  readonly #open: () => Promise<OpenDatabase>;
  readonly #sessions = new Set<Session>();
  #state: OpenDatabase | EngineError;
  #reopening: Promise<void> | undefined;
  readonly #stop = new AbortController();

  private constructor(open: () => Promise<OpenDatabase>, state: OpenDatabase | EngineError) {
    this.#open = open;
    this.#state = state;
    if (state instanceof EngineError) this.#reopening = this.#reopen();
  }

  /** Throws the errors of `open` that `isFatal`; with others the database is there and damaged. */
  static async open(open: () => Promise<OpenDatabase>, isFatal: (error: EngineError) => boolean): Promise<NodeDatabase> {
    try {
      return new NodeDatabase(open, await open());
    } catch (error) {
      if (!isEngineError(error) || isFatal(error)) throw error;
      return new NodeDatabase(open, error);
    }
  }

  /** Undefined while it is damaged. */
  get database(): OpenDatabase | undefined { return this.#state instanceof EngineError ? undefined : this.#state; }

  session(options: SessionOptions): Session {
    const open = (): Session | EngineError => (this.#state instanceof EngineError ? this.#state : this.#sessionOn(this.#state, options));
    const session = open();
    return session instanceof EngineError ? new DamagedSession(open, options) : session;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#reopening;
    for (const session of [...this.#sessions]) await session.close();
    if (!(this.#state instanceof EngineError)) await closeDatabase(this.#state);
  }

  #sessionOn(database: OpenDatabase, options: SessionOptions): Session {
    const session = new DatabaseSession(database, options, () => { this.#sessions.delete(session); });
    this.#sessions.add(session);
    return session;
  }

  async #reopen(): Promise<void> {
    while (this.#state instanceof EngineError) {
      await sleep(this.#state.code === 'corrupt' ? REOPEN_DAMAGED_INTERVAL_MS : REOPEN_INTERVAL_MS, this.#stop.signal).catch(() => undefined);
      if (this.#stop.signal.aborted) return;
      try {
        this.#state = await this.#open();
      } catch (error) {
        this.#state = isEngineError(error) ? error : new EngineError('internal', 'the database could not be opened', { cause: error });
      }
    }
  }
}
