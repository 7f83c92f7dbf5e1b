/**
 * One process a directory. A lock file would not do: every container's process is PID 1, and volumes get attached twice. The lock is the
 * operating system's, taken through SQLite's exclusive mode, and ends with the process however it ends.
 */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EngineError } from '../../base/errors.ts';

export interface DirectoryLock { release(): void }

/** Throws `directory-in-use` (55006) when another process, or another part of this one, holds it. */
export function lockDirectory(directory: string): DirectoryLock {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path.join(directory, 'lock'), { timeout: 0 });
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    const message = error instanceof Error ? error.message : String(error);
    if (/locked|busy/i.test(message)) {
      throw new EngineError('directory-in-use', `another process has ${directory} open`, { hint: 'Stop it first; two servers cannot share a local directory.', cause: error });
    }
    throw new EngineError('io-error', `cannot lock ${directory}: ${message}`, { cause: error });
  }
  const held = lock;
  return { release: () => { held.close(); } };
}
