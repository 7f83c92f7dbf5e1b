/** The commands of `varve`, and their help. */
import type { Flag, FlagValues } from './arguments.ts';
import { PLAYGROUND_FLAGS, SERVE_FLAGS } from './flags.ts';
import { hashPassword } from './hash-password.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from '../base/version.ts';

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** Exit status. */
  readonly run: (values: FlagValues, terminal: Terminal) => Promise<number>;
}

export const COMMANDS: readonly Command[] = [
  { name: 'serve', summary: 'serve a database to Postgres clients', flags: SERVE_FLAGS, run: async (values, terminal) => (await import('./serve.ts')).serve(values, terminal) },
  { name: 'playground', summary: 'an empty in-memory database for every database name that a client connects to', flags: PLAYGROUND_FLAGS, run: async (values, terminal) => (await import('./playground.ts')).playground(values, terminal) },
  { name: 'hash-password', summary: 'read a password from standard input, print a verifier for a password file', flags: [], run: hashPassword },
  { name: 'version', summary: 'print the version', flags: [], run: async (_values, terminal) => { terminal.out(`varve ${VERSION}\n`); return 0; } },
];

/** `  left   right` lines with the rights below each other. */
function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}\n`).join('');
}

export function generalHelp(): string {
  return `Varve: an immutable, bitemporal SQL database that speaks the Postgres protocol.

Usage: varve COMMAND [FLAGS]

${table(COMMANDS.map(({ name, summary }) => [name, summary]))}
"varve COMMAND --help" shows the flags of a command.

A first look:
  varve serve                                  in one terminal
  psql -h 127.0.0.1 -U xtdb xtdb               in another
`;
}

export function commandHelp(command: Command): string {
  const usage = command.flags.map(({ name, value }) => ` [--${name}${value === undefined ? '' : ` ${value}`}]`).join('');
  const flags = command.flags.map(({ name, value, help, env }): readonly [string, string] =>
    [`--${name}${value === undefined ? '' : ` ${value}`}`, env === undefined ? help : `${help}; ${env}`]);
  return `Usage: varve ${command.name}${usage}

${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.
${flags.length === 0 ? '' : `\n${table(flags)}`}${command.flags.some(({ env }) => env !== undefined) ? '\nThe names in capitals at the end are environment variables that stand for the flag.\n' : ''}`;
}
