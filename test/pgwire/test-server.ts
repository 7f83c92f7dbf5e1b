/** A server over scripted sessions, on a free port. */
import { afterAll } from 'vitest';
import { SeededRandom } from '../../src/base/random.ts';
import { openServer } from '../../src/server/open-server.ts';
import type { RunningServer, ServerOptions } from '../../src/server/open-server.ts';
import { ScriptedSession } from './scripted-session.ts';

export interface TestServer extends RunningServer {
  readonly port: number;
  readonly sessions: ScriptedSession[];
  readonly faults: unknown[];
}

/** Closed when the test file ends, if it was not before. */
export async function openTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const sessions: ScriptedSession[] = [];
  const faults: unknown[] = [];
  const server = await openServer({
    host: '127.0.0.1', port: 0, authenticate: () => ({ kind: 'trust' }), random: new SeededRandom(7),
    openSession: (sessionOptions) => {
      const session = new ScriptedSession(sessionOptions);
      sessions.push(session);
      return session;
    },
    onFault: (fault) => faults.push(fault),
    ...options,
  });
  afterAll(() => server.close());
  return { ...server, port: server.address.port, sessions, faults };
}
