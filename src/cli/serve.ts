import path from 'node:path';
import { openSystemClock } from '../base/clock.ts';
import { openSystemRandom } from '../base/random.ts';
import { openNode } from '../database/node.ts';
import { readCount, readPort, UsageError } from './arguments.ts';
import type { FlagValues } from './arguments.ts';
import { DEFAULT_DATA, DEFAULT_PORT } from './flags.ts';
import { serveUntilStopped } from './serving.ts';
import type { Terminal } from './terminal.ts';
import { checkReach, readUsers } from './users.ts';

/** `varve serve`. */
export async function serve(values: FlagValues, terminal: Terminal): Promise<number> {
  const host = values.get('host') ?? '127.0.0.1';
  const port = readPort(values, DEFAULT_PORT);
  const dataDir = readPlace(values, terminal);
  const random = openSystemRandom();
  const users = await readUsers({ user: values.get('user'), password: terminal.env['VARVE_PASSWORD'] || undefined, file: values.get('password-file') }, random);
  checkReach(host, users !== undefined);
  const blockRows = readCount(values, 'block-rows', 1);
  const cacheMiB = readCount(values, 'cache-mb', 0);
  const queryMiB = readCount(values, 'query-mb', 1);
  const node = await openNode({
    clock: openSystemClock(), random, dataDir, blockLimits: blockRows === undefined ? undefined : { eventsMax: blockRows },
    cacheBytes: cacheMiB === undefined ? undefined : cacheMiB * 1024 * 1024,
    queryBytes: queryMiB === undefined ? undefined : queryMiB * 1024 * 1024,
  });
  try {
    return await serveUntilStopped({
      host, port, users,
      openSession: (options) => node.openSession(options),
      place: dataDir === undefined ? 'in memory: nothing is left when the server stops' : `in ${dataDir}`,
      database: 'xtdb',
      close: () => node.close(),
    }, terminal);
  } catch (error) {
    await node.close();
    throw error;
  }
}

/** Absolute path of the data directory; undefined for memory. A flag beats what the environment says. */
function readPlace(values: FlagValues, terminal: Terminal): string | undefined {
  const [data, memory] = [values.get('data'), values.has('memory')];
  if (!memory) return path.resolve(data ?? DEFAULT_DATA);
  if (data === undefined) return undefined;
  const isMemoryByEnv = /^(?:1|true|yes|on)$/i.test(terminal.env['VARVE_MEMORY'] ?? '');
  const isDataByEnv = data === terminal.env['VARVE_DATA'];
  if (isMemoryByEnv === isDataByEnv) throw new UsageError('--data and --memory (VARVE_DATA and VARVE_MEMORY) exclude each other: say where data is kept, or that it is not');
  return isMemoryByEnv ? path.resolve(data) : undefined;
}
