/**
 * Where data lies on a local volume.
 *
 *   DIR/format                        the version of what is below, with its CRC-32: `1 83dcefb7`; a newer one is refused
 *   DIR/databases/<name>/lock         one process a database
 *                       /owner/ /log/ the log
 *                       /manifest/ /data/   objects
 */
import { constants } from 'node:fs';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from '../../base/bytes.ts';
import { EngineError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';

/** Raised when older versions of the program could not read what is written any more. */
export const FORMAT_VERSION = 1;

export interface DatabaseDirectory {
  readonly root: string;
  readonly log: string;
  readonly owner: string;
}

const errnoOf = (error: unknown): string | undefined => (error as { code?: string } | undefined)?.code;

function directoryError(what: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new EngineError(errnoOf(error) === 'ENOSPC' ? 'disk-full' : 'io-error', `${what}: ${reason}`, { cause: error });
}

/** Makes what is missing, durably. Throws `incompatible-format`, `io-error`, `disk-full`. */
export async function prepareDatabaseDirectory(dataDirectory: string, databaseName: string, random: Random): Promise<DatabaseDirectory> {
  const root = path.join(dataDirectory, 'databases', databaseName);
  const paths = { root, log: path.join(root, 'log'), owner: path.join(root, 'owner') };
  try {
    await makeDirectory(dataDirectory);
    await checkFormat(dataDirectory, random);
    for (const directory of [path.join(dataDirectory, 'databases'), paths.root, paths.log, paths.owner]) await makeDirectory(directory);
  } catch (error) {
    throw directoryError(`preparing ${root}`, error);
  }
  return paths;
}

async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  if (first !== undefined) await syncDirectory(path.dirname(first));
}

/** Windows has no such thing and does not need it. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try { await handle.sync(); } finally { await handle.close(); }
}

async function checkFormat(dataDirectory: string, random: Random): Promise<void> {
  const place = path.join(dataDirectory, 'format');
  const text = await readFile(place, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) { await writeFormat(dataDirectory, place, random); return; }
  const version = /^([1-9][0-9]{0,8}) [0-9a-f]{8}\n$/.exec(text)?.[1];
  if (version === undefined || text !== formatText(version)) {
    throw new EngineError('corrupt', `${place} is damaged at offset 0: a version number and its checksum expected, found ${JSON.stringify(text.slice(0, 20))}`);
  }
  if (Number(version) <= FORMAT_VERSION) return;
  throw new EngineError('incompatible-format', `${dataDirectory} was written by a newer version (format ${version}, this one reads ${FORMAT_VERSION})`, { hint: 'Use the version that wrote it, or a newer one.' });
}

const formatText = (version: string): string => `${version} ${crc32(new TextEncoder().encode(version)).toString(16).padStart(8, '0')}\n`;

/** Whole or not at all, also when two processes do it. */
async function writeFormat(dataDirectory: string, place: string, random: Random): Promise<void> {
  const temporary = `${place}.${Buffer.from(random.bytes(8)).toString('hex')}`;
  const file = await open(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY);
  try {
    await file.writeFile(formatText(String(FORMAT_VERSION)));
    await file.sync();
  } finally {
    await file.close();
  }
  await link(temporary, place).catch((error: unknown) => { if (errnoOf(error) !== 'EEXIST') throw error; });
  await unlink(temporary);
  await syncDirectory(dataDirectory);
}
