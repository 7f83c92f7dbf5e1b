/**
 * The file operations of the local log, synchronous: they run on the log's own thread. A seam so that tests can fail any of them.
 */
import * as fs from 'node:fs';
import path from 'node:path';

export interface LogFiles {
  /** Creates an empty file for positional writes; throws EEXIST. */
  create(name: string): number;
  /** Opens or creates a file that is overwritten in place. */
  open(name: string): number;
  write(file: number, bytes: Uint8Array, offset: number): void;
  truncate(file: number, bytes: number): void;
  /** Data and the metadata needed to read it are durable when this returns. */
  sync(file: number): void;
  syncDirectory(): void;
  close(file: number): void;
  exists(name: string): boolean;
  list(): string[];
  read(name: string): Uint8Array;
  remove(name: string): void;
}

export function openLogFiles(directory: string): LogFiles {
  const at = (name: string): string => path.join(directory, name);
  return {
    create: (name) => fs.openSync(at(name), 'wx+'),
    open: (name) => fs.openSync(at(name), fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644),
    write: (file, bytes, offset) => {
      let done = 0;
      while (done < bytes.length) {
        const written = fs.writeSync(file, bytes, done, bytes.length - done, offset + done);
        if (written === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' });
        done += written;
      }
    },
    truncate: (file, bytes) => { fs.ftruncateSync(file, bytes); },
    sync: (file) => { fs.fdatasyncSync(file); },
    syncDirectory: () => {
      const file = fs.openSync(directory, 'r');
      try { fs.fsyncSync(file); } finally { fs.closeSync(file); }
    },
    close: (file) => { fs.closeSync(file); },
    exists: (name) => fs.existsSync(at(name)),
    list: () => fs.readdirSync(directory),
    read: (name) => fs.readFileSync(at(name)),
    remove: (name) => { fs.rmSync(at(name), { force: true }); },
  };
}
