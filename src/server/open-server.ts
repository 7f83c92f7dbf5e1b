/** The Postgres port: listening, the connections, an orderly end. */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { EngineError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { errorResponse } from './pgwire/backend-messages.ts';
import { CancelKeys } from './pgwire/cancel-keys.ts';
import { Connection } from './pgwire/connection.ts';
import type { ConnectionContext } from './pgwire/connection.ts';
import { errorFields } from './pgwire/error-fields.ts';
import type { Authenticate } from './pgwire/handshake.ts';
import { BufferPool } from './pgwire/message-writer.ts';
import { Output } from './pgwire/output.ts';
import { DEFAULT_LIMITS } from './pgwire/server-options.ts';
import type { OpenSession, WireLimits } from './pgwire/server-options.ts';

/** Running statements may end by themselves for this long, and are then cancelled. */
const GRACE_MS = 1_000;
/** After this long connections are cut, whatever they do. */
const CLOSE_MS = 4_000;
const BACKLOG = 1_024;

export interface ServerOptions {
  /** Address to listen on; `*` is all of them. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly authenticate: Authenticate;
  readonly openSession: OpenSession;
  /** Secrets and nonces come from here: the operating system's, outside tests. */
  readonly random: Random;
  readonly readOnly?: boolean;
  readonly limits?: Partial<WireLimits>;
  /** Faults of the server itself, for its log. */
  readonly onFault?: (error: unknown) => void;
}

export interface RunningServer {
  readonly address: { readonly host: string; readonly port: number };
  readonly connectionCount: () => number;
  /** Stops listening, ends idle connections with 57P01, gives running statements a second. At most five seconds. */
  close(): Promise<void>;
}

/** Resolves when the port is open; throws 58030 with the reason when it cannot be. */
export async function openServer(options: ServerOptions): Promise<RunningServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const context: ConnectionContext = {
    authenticate: options.authenticate,
    openSession: options.openSession,
    random: options.random,
    mockSecret: options.random.bytes(32),
    limits,
    readOnly: options.readOnly ?? false,
    pool: new BufferPool(),
    cancelKeys: new CancelKeys(options.random),
    onFault: options.onFault ?? (() => {}),
  };
  const connections = new Set<Connection>();
  const server = createServer({ noDelay: true }, (socket) => {
    if (connections.size >= limits.connectionsMax) return refuse(socket, context.pool);
    const connection = new Connection(socket, context);
    connections.add(connection);
    void connection.closed.then(() => connections.delete(connection));
  });
  const address = await listen(server, options.host, options.port);
  let closing: Promise<void> | undefined;
  return {
    address,
    connectionCount: () => connections.size,
    close: () => (closing ??= closeAll(server, connections)),
  };
}

function refuse(socket: Socket, pool: BufferPool): void {
  socket.on('error', () => { /* it is refused in any case */ });
  const output = new Output(socket, pool);
  errorResponse(output.writer, errorFields(new EngineError('too-many-connections', 'too many connections'), 'FATAL'));
  output.send();
  socket.destroySoon();
}

async function listen(server: Server, host: string, port: number): Promise<{ host: string; port: number }> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => reject(new EngineError('io-error', explain(error, host, port), { cause: error }));
    server.once('error', onError);
    server.listen({ port, backlog: BACKLOG, ...(host === '*' ? {} : { host }) }, () => {
      server.off('error', onError);
      // Later errors are of single connections (no file descriptors left): the next one is accepted again.
      server.on('error', () => {});
      resolve();
    });
  });
  const bound = server.address() as AddressInfo;
  return { host: bound.address, port: bound.port };
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `port ${port} on ${host} is in use by another process; choose another one or stop that process`;
  if (error.code === 'EACCES') return `port ${port} on ${host} may not be opened by this user; choose one above 1023`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') return `${host} is not an address of this machine`;
  return `cannot listen on ${host} port ${port}: ${error.message}`;
}

async function closeAll(server: Server, connections: ReadonlySet<Connection>): Promise<void> {
  const stopped = new Promise<void>((resolve) => { server.close(() => resolve()); });
  for (const connection of connections) connection.stop();
  const cancelTimer = setTimeout(() => { for (const connection of connections) connection.cancel(); }, GRACE_MS);
  const destroyTimer = setTimeout(() => { for (const connection of connections) connection.destroy(); }, CLOSE_MS);
  const released = Promise.all([...connections].map(({ closed }) => closed));
  // A session that does not come back must not keep the process: the caller closes the database next.
  const giveUp = new Promise<void>((resolve) => { setTimeout(resolve, CLOSE_MS + 500).unref(); });
  await Promise.race([Promise.all([released, stopped]), giveUp]);
  clearTimeout(cancelTimer);
  clearTimeout(destroyTimer);
}
