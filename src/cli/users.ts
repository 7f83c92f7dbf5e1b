/** Who may connect: anybody from this machine, or users with passwords. */
import { readFileSync } from 'node:fs';
import type { Random } from '../base/random.ts';
import type { Authenticate } from '../server/pgwire/handshake.ts';
import { makeVerifier, parseVerifier } from '../server/pgwire/scram.ts';
import type { ScramVerifier } from '../server/pgwire/scram.ts';
import { UsageError } from './arguments.ts';

const DEFAULT_USER = 'xtdb';

export interface PasswordSource {
  /** Of VARVE_PASSWORD, or of a file that holds nothing but a password. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly file: string | undefined;
}

/** Verifiers by user; undefined when no password is configured. Throws UsageError for a file that cannot be read. */
export async function readUsers(source: PasswordSource, random: Random): Promise<ReadonlyMap<string, ScramVerifier> | undefined> {
  if (source.file === undefined && source.password === undefined) {
    if (source.user !== undefined) throw new UsageError(`the user "${source.user}" needs a password: set VARVE_PASSWORD, or give --password-file FILE`);
    return undefined;
  }
  const user = source.user ?? DEFAULT_USER;
  const entries = source.file === undefined ? [[user, source.password as string] as const] : readPasswordFile(source.file, user);
  const users = new Map<string, ScramVerifier>();
  for (const [name, secret] of entries) users.set(name, parseVerifier(secret) ?? await makeVerifier(secret, random));
  return users;
}

/** Lines `user:password` or `user:SCRAM-SHA-256$…`; blank lines and lines with # at the start say nothing. A single line without a colon is a password. */
function readPasswordFile(file: string, user: string): readonly (readonly [string, string])[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the password file cannot be read: ${(error as Error).message}`);
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw new UsageError(`the password file ${file} is empty; a line "user:password" expected`);
  if (lines.length === 1 && !(lines[0] as string).includes(':')) return [[user, lines[0] as string]];
  return lines.map((line, index) => {
    const colon = line.indexOf(':');
    if (colon < 1 || colon === line.length - 1) throw new UsageError(`line ${index + 1} of the password file ${file} is not of the form user:password`);
    return [line.slice(0, colon), line.slice(colon + 1)] as const;
  });
}

/** Without users everybody is let in. */
export function authenticateBy(users: ReadonlyMap<string, ScramVerifier> | undefined): Authenticate {
  return (user) => (users === undefined ? { kind: 'trust' } : { kind: 'password', verifier: users.get(user) });
}

export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

/** Refuses to let strangers in without a password. */
export function checkReach(host: string, hasUsers: boolean): void {
  if (hasUsers || isLoopback(host)) return;
  throw new UsageError(`--host ${host} would let everybody who reaches this machine read and write without a password.
Set VARVE_PASSWORD (and VARVE_USER), or give --password-file FILE with lines "user:password"; or listen on 127.0.0.1.`);
}
