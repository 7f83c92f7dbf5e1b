/**
 * Space held back on a volume, so that on a full one a block can still be cut, which lets the log shrink, and a database can be opened.
 *
 *   no space ─▶ release: the file goes ─▶ once more          later writes ─▶ ensure: the file is made again, if it fits well
 */
import { constants } from 'node:fs';
import { open, stat, statfs, unlink } from 'node:fs/promises';
import path from 'node:path';

export const RESERVE_BYTES = 16 * 1024 * 1024;
/** A volume with less free space than so many reserves keeps it. */
const FREE_RESERVES_MIN = 4;
const PIECE_BYTES = 1024 * 1024;

/** Never throws: without a reserve everything is as it would be without one. */
export class SpaceReserve {
  readonly #place: string;
  readonly #bytes: number;
  #isThere: boolean | undefined;

  constructor(directory: string, bytes: number = RESERVE_BYTES) {
    this.#place = path.join(directory, 'reserve');
    this.#bytes = bytes;
  }

  /** Gives the space free. Whether there was any. */
  async release(): Promise<boolean> {
    this.#isThere = false;
    return unlink(this.#place).then(() => true, () => false);
  }

  get isThere(): boolean { return this.#isThere === true; }

  async ensure(): Promise<void> {
    if (this.isThere) return;
    try {
      const size = await stat(this.#place).then((found) => found.size, () => 0);
      this.#isThere = size >= this.#bytes || await this.#make();
    } catch {
      await this.release();
    }
  }

  async #make(): Promise<boolean> {
    const { bavail, bsize } = await statfs(path.dirname(this.#place));
    if (bavail * bsize < FREE_RESERVES_MIN * this.#bytes) return false;
    // Zeros are written: a hole would reserve nothing.
    const piece = new Uint8Array(Math.min(PIECE_BYTES, this.#bytes));
    const file = await open(this.#place, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o644);
    try {
      for (let at = 0; at < this.#bytes; at += piece.length) await file.write(piece, 0, piece.length, at);
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  }
}
