import { openSystemClock } from '../base/clock.ts';
import { openSystemRandom } from '../base/random.ts';
import { openNode } from '../database/node.ts';
import { readPort } from './arguments.ts';
import type { FlagValues } from './arguments.ts';
import { DEFAULT_PORT } from './flags.ts';
import { serveUntilStopped } from './serving.ts';
import type { Terminal } from './terminal.ts';
import { checkReach } from './users.ts';

/** The name under which each node knows its only database. */
const NODE_DATABASE = 'xtdb';

type Node = Awaited<ReturnType<typeof openNode>>;

/** `varve playground`: each database name that a client connects to is an empty in-memory database of its own. */
export async function playground(values: FlagValues, terminal: Terminal): Promise<number> {
  const host = values.get('host') ?? '127.0.0.1';
  const port = readPort(values, DEFAULT_PORT);
  checkReach(host, false);
  const nodes = new Map<string, Promise<Node>>();
  const nodeOf = (database: string): Promise<Node> => {
    let node = nodes.get(database);
    if (node === undefined) {
      node = openNode({ clock: openSystemClock(), random: openSystemRandom() });
      nodes.set(database, node);
    }
    return node;
  };
  return serveUntilStopped({
    host, port, users: undefined,
    openSession: async (options) => (await nodeOf(options.database)).openSession({ ...options, database: NODE_DATABASE }),
    place: 'in memory, an empty database for every name that a client connects to',
    database: 'anything',
    close: async () => { for (const node of await Promise.all(nodes.values())) await node.close(); },
  }, terminal);
}
