import { openSystemRandom } from '../base/random.ts';
import { makeVerifier, printVerifier } from '../server/pgwire/scram.ts';
import { UsageError } from './arguments.ts';
import type { FlagValues } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** `varve hash-password`: a password on standard input becomes a verifier, from which it cannot be had back. */
export async function hashPassword(_values: FlagValues, terminal: Terminal): Promise<number> {
  const password = (await terminal.input()).replace(/\r?\n$/, '');
  if (password === '') throw new UsageError('a password was expected on standard input');
  terminal.out(`${printVerifier(await makeVerifier(password, openSystemRandom()))}\n`);
  return 0;
}
