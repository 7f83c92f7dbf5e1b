/** What serve and playground have in common: the port, what is printed, the end. */
import { openSystemRandom } from '../base/random.ts';
import { openServer } from '../server/open-server.ts';
import type { OpenSession } from '../server/pgwire/server-options.ts';
import type { ScramVerifier } from '../server/pgwire/scram.ts';
import { STATUS_NOT_CLOSED, type Terminal } from './terminal.ts';
import { authenticateBy } from './users.ts';
import { VERSION } from '../base/version.ts';

/** A clean stop takes at most this long; what is not done by then is left to the next start. */
const STOP_MS = 4_800;

export interface Serving {
  readonly host: string;
  readonly port: number;
  readonly users: ReadonlyMap<string, ScramVerifier> | undefined;
  readonly openSession: OpenSession;
  /** Where data is kept, for people. */
  readonly place: string;
  readonly database: string;
  readonly close: () => Promise<void>;
}

/** Serves until a signal comes. Exit status. */
export async function serveUntilStopped(serving: Serving, terminal: Terminal): Promise<number> {
  const { host, port, users, openSession } = serving;
  const server = await openServer({
    host, port, openSession, authenticate: authenticateBy(users), random: openSystemRandom(),
    onFault: (error) => terminal.error(`internal error: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`),
  });
  terminal.out(greeting(serving, server.address));
  const signal = await terminal.stopped;
  terminal.out(`${signal}: stopping\n`);
  const isClean = await within(STOP_MS, (async () => { await server.close(); await serving.close(); })());
  if (isClean) return 0;
  terminal.error('not everything was closed in time; the next start puts it right\n');
  return STATUS_NOT_CLOSED;
}

function greeting(serving: Serving, address: { readonly host: string; readonly port: number }): string {
  const reachable = address.host === '0.0.0.0' || address.host === '::' ? 'localhost' : address.host;
  const user = serving.users?.keys().next().value ?? 'xtdb';
  const who = serving.users === undefined ? 'anybody on this machine, without a password' : `${[...serving.users.keys()].join(', ')} (by password)`;
  return `Varve ${VERSION}
  listening on   ${address.host} port ${address.port}
  data           ${serving.place}
  users          ${who}
  connect with   psql -h ${reachable} -p ${address.port} -U ${user} ${serving.database}
`;
}

/** Whether the work was done in time. Its errors are thrown. */
async function within(timeoutMs: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => { timer = setTimeout(() => resolve(false), timeoutMs); });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
