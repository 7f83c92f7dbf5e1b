/**
 * Objects as files of a local directory.
 *
 *   put:  .tmp/x ─write─▶ fsync ─▶ link to its name (EEXIST: exists) ─▶ fsync of the directory ─▶ unlink .tmp/x
 *
 * A full volume is tried once more after its reserve was given free. A name thus appears at once and whole, exactly once, and durably before `putIfAbsent` answers. Files are opened for each read:
 * a volume that was ill is read again as soon as it is well.
 */
import { constants } from 'node:fs';
import { link, mkdir, open, readdir, rm, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { assert } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { IoGate } from './io-gate.ts';
import { checkObjectName, checkObjectPrefix } from './object-name.ts';
import type { ObjectInfo, ObjectStore, PutOutcome } from './object-store.ts';
import type { SpaceReserve } from './space-reserve.ts';

export interface DirectoryStoreOptions {
  /** Existing or to be made; nobody else writes below it. */
  readonly directory: string;
  readonly random: Random;
  /** Space to give free when there is none. */
  readonly reserve?: SpaceReserve | undefined;
  /** How long a read or write may take before it fails with 58030. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Of the four threads of the pool, hung reads take two and a hung write one. */
const READS_MAX = 2;
const WRITES_MAX = 1;
const TEMPORARY = '.tmp';

/** Makes the directory if need be and removes what an interrupted write left behind. Errors are `io-error` and `disk-full`. */
export async function openDirectoryStore(options: DirectoryStoreOptions): Promise<ObjectStore> {
  const temporary = path.join(options.directory, TEMPORARY);
  try {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    await syncDirectory(options.directory);
  } catch (error) { throw storeError(`opening ${options.directory}`, error); }
  return new DirectoryStore(options);
}

class DirectoryStore implements ObjectStore {
  readonly #root: string;
  readonly #random: Random;
  readonly #reserve: SpaceReserve | undefined;
  readonly #reads: IoGate;
  readonly #writes: IoGate;
  #putCount = 0;
  #reserving: Promise<void> | undefined;

  constructor(options: DirectoryStoreOptions) {
    this.#root = options.directory;
    this.#random = options.random;
    this.#reserve = options.reserve;
    this.#reads = new IoGate(READS_MAX, options.timeoutMs ?? TIMEOUT_MS);
    this.#writes = new IoGate(WRITES_MAX, options.timeoutMs ?? TIMEOUT_MS);
  }

  #path(name: string): string {
    checkObjectName(name);
    return path.join(this.#root, name);
  }

  get(name: string): Promise<Uint8Array | undefined> {
    return this.#read(name, async (file) => readFully(file, 0, (await file.stat()).size));
  }

  getRange(name: string, from: number, to: number): Promise<Uint8Array | undefined> {
    assert(from >= 0 && to >= from && to - from <= 0x7fffffff, 'a range of bytes');
    return this.#read(name, (file) => readFully(file, from, to - from));
  }

  #read(name: string, task: (file: FileHandle) => Promise<Uint8Array>): Promise<Uint8Array | undefined> {
    const place = this.#path(name);
    return this.#reads.run(`reading ${name}`, async () => {
      try {
        const file = await open(place, 'r');
        try { return await task(file); } finally { await file.close(); }
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return undefined;
        throw storeError(`reading ${name}`, error);
      }
    });
  }

  putIfAbsent(name: string, bytes: Uint8Array): Promise<PutOutcome> {
    const place = this.#path(name);
    return this.#writes.run(`writing ${name}`, async () => {
      try {
        const outcome = await this.#put(place, bytes);
        this.#reserveSpace();
        return outcome;
      } catch (error) {
        const failure = storeError(`writing ${name}`, error);
        if (failure.code !== 'disk-full' || this.#reserve === undefined || !await this.#reserve.release()) throw failure;
        return this.#put(place, bytes).catch((second: unknown) => { throw storeError(`writing ${name}`, second); });
      }
    });
  }

  /** Not with the first object: a database that is only being made costs no more than it must. */
  #reserveSpace(): void {
    const reserve = this.#reserve;
    this.#putCount += 1;
    if (this.#putCount < 2 || reserve === undefined || reserve.isThere || this.#reserving !== undefined) return;
    this.#reserving = this.#writes.run('reserving space', () => reserve.ensure()).catch(() => undefined).finally(() => { this.#reserving = undefined; });
  }

  async #put(place: string, bytes: Uint8Array): Promise<PutOutcome> {
    const temporary = path.join(this.#root, TEMPORARY, Buffer.from(this.#random.bytes(12)).toString('hex'));
    try {
      await makeDirectories(this.#root, path.dirname(place));
      await writeDurably(temporary, bytes);
      const outcome = await linkOnce(temporary, place);
      await syncDirectory(path.dirname(place));
      return outcome;
    } finally {
      await unlink(temporary).catch(() => undefined);
    }
  }

  async *list(prefix: string, after = ''): AsyncGenerator<ObjectInfo> {
    checkObjectPrefix(prefix);
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const names = await this.#reads.run(`listing ${prefix}`, () => namesBelow(this.#root, folder));
    for (const name of names.sort()) {
      if (!name.startsWith(prefix) || name <= after) continue;
      const bytes = await this.#reads.run(`listing ${name}`, () => sizeOf(path.join(this.#root, name), name));
      if (bytes !== undefined) yield { name, bytes };
    }
  }

  delete(name: string): Promise<void> {
    const place = this.#path(name);
    return this.#writes.run(`deleting ${name}`, async () => {
      try {
        await unlink(place);
        await syncDirectory(path.dirname(place));
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') throw storeError(`deleting ${name}`, error);
      }
    });
  }

  async close(): Promise<void> { await this.#reserving; }
}

const errnoOf = (error: unknown): string | undefined => (error as { code?: string } | undefined)?.code;

function storeError(what: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const errno = errnoOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return new EngineError('disk-full', `${what}: the volume is full`, { detail: reason, cause: error });
  return new EngineError('io-error', `${what} failed: ${reason}`, { cause: error });
}

/** Bytes from `from` on, fewer than `count` only at the end of the file. */
async function readFully(file: FileHandle, from: number, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let done = 0;
  while (done < count) {
    const { bytesRead } = await file.read(bytes, done, count - done, from + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}

async function writeDurably(place: string, bytes: Uint8Array): Promise<void> {
  const file = await open(place, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
  try {
    let done = 0;
    while (done < bytes.length) done += (await file.write(bytes, done, bytes.length - done, done)).bytesWritten;
    await file.sync();
  } finally { await file.close(); }
}

async function linkOnce(temporary: string, place: string): Promise<PutOutcome> {
  try {
    await link(temporary, place);
    return 'created';
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return 'exists';
    throw error;
  }
}

/** Creates the directories between root and `directory`, each entered durably in its parent. */
async function makeDirectories(root: string, directory: string): Promise<void> {
  if (directory === root) return;
  try {
    await mkdir(directory);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return;
    if (errnoOf(error) !== 'ENOENT') throw error;
    await makeDirectories(root, path.dirname(directory));
    await mkdir(directory);
  }
  await syncDirectory(path.dirname(directory));
}

/** Windows has no such thing and does not need it. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try { await handle.sync(); } finally { await handle.close(); }
}

async function namesBelow(root: string, folder: string): Promise<string[]> {
  try {
    const entries = await readdir(path.join(root, folder), { withFileTypes: true });
    const nested = await Promise.all(entries.filter((entry) => !entry.name.startsWith('.')).map((entry) =>
      (entry.isDirectory() ? namesBelow(root, `${folder}${entry.name}/`) : Promise.resolve([`${folder}${entry.name}`]))));
    return nested.flat();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw storeError(`listing ${folder}`, error);
  }
}

async function sizeOf(place: string, name: string): Promise<number | undefined> {
  try {
    return (await stat(place)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw storeError(`listing ${name}`, error);
  }
}
