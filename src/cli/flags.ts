/** The flags of serve and playground. Apart from the commands, so that help needs no database. */
import type { Flag } from './arguments.ts';

export const DEFAULT_PORT = 5432;
export const DEFAULT_DATA = 'data';

export const SERVE_FLAGS: readonly Flag[] = [
  { name: 'host', value: 'HOST', env: 'VARVE_HOST', help: 'address to listen on, * for all (127.0.0.1)' },
  { name: 'port', value: 'PORT', env: 'VARVE_PORT', help: `port to listen on, 0 for any free one (${DEFAULT_PORT})` },
  { name: 'data', value: 'DIR', env: 'VARVE_DATA', help: `directory in which data is kept, made if missing (./${DEFAULT_DATA})` },
  { name: 'memory', env: 'VARVE_MEMORY', help: 'keep everything in memory: nothing is left when the server stops' },
  { name: 'cache-mb', value: 'MIB', env: 'VARVE_CACHE_MB', help: 'memory for pages of files, in MiB (64, or a sixteenth of a small machine)' },
  { name: 'query-mb', value: 'MIB', env: 'VARVE_QUERY_MB', help: 'memory for rows of running queries, in MiB (half of the heap or a fifth of the machine)' },
  { name: 'block-rows', value: 'ROWS', env: 'VARVE_BLOCK_ROWS', help: 'rows after which a block is written to files (102400)' },
  { name: 'user', value: 'NAME', env: 'VARVE_USER', help: 'user of the password in VARVE_PASSWORD or in the file (xtdb)' },
  { name: 'password-file', value: 'FILE', env: 'VARVE_PASSWORD_FILE', help: 'lines user:password, or user:verifier as hash-password prints it' },
];

export const PLAYGROUND_FLAGS: readonly Flag[] = [
  { name: 'host', value: 'HOST', env: 'VARVE_HOST', help: 'address to listen on (127.0.0.1); only addresses of this machine itself' },
  { name: 'port', value: 'PORT', env: 'VARVE_PORT', help: `port to listen on, 0 for any free one (${DEFAULT_PORT})` },
];
