/** The first packet of a connection: a request for encryption, a cancel, or the start-up parameters of a session. */
import { EngineError } from '../../base/errors.ts';
import { checkEncoding } from '../../database/settings.ts';
import type { FrameReader } from './frame-reader.ts';

const SSL_REQUEST = 80_877_103;
const GSSENC_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
const PROTOCOL_MAJOR = 3;
export const PROTOCOL_3_0 = 196_608;

export type StartupPacket =
  | { readonly kind: 'ssl' }
  | { readonly kind: 'gssenc' }
  | { readonly kind: 'cancel'; readonly processId: number; readonly secret: number }
  | {
    readonly kind: 'start';
    readonly user: string;
    readonly database: string;
    /** By lower-case name; without user and database; `options` taken apart. */
    readonly parameters: ReadonlyMap<string, string>;
    /** Whether the client must be told that only version 3.0 without options is spoken. */
    readonly negotiate: boolean;
    readonly unknownOptions: readonly string[];
  };

/** Reads the packet that `reader.nextStartup` has taken. Throws 08P01, 28000 or 0A000. */
export function readStartup(reader: FrameReader): StartupPacket {
  const code = reader.uint32();
  if (code === SSL_REQUEST) return { kind: 'ssl' };
  if (code === GSSENC_REQUEST) return { kind: 'gssenc' };
  if (code === CANCEL_REQUEST) return { kind: 'cancel', processId: reader.int32(), secret: reader.int32() };
  if (code >>> 16 !== PROTOCOL_MAJOR) {
    throw new EngineError('protocol-violation', `unsupported frontend protocol ${code >>> 16}.${code & 0xffff}: this server speaks 3.0`);
  }
  return readStart(reader, code & 0xffff);
}

function readStart(reader: FrameReader, minor: number): StartupPacket {
  const parameters = new Map<string, string>();
  const unknownOptions: string[] = [];
  for (;;) {
    const name = reader.text();
    if (name === '') break;
    const value = reader.text();
    if (name.startsWith('_pq_.')) unknownOptions.push(name);
    else parameters.set(name.toLowerCase(), value);
  }
  reader.end();
  const user = parameters.get('user') ?? '';
  if (user === '') throw new EngineError('invalid-authorization', 'no user name was given in the start-up packet');
  const database = parameters.get('database') || user;
  checkReplication(parameters.get('replication'));
  checkEncoding(parameters.get('client_encoding') ?? '');
  const options = parameters.get('options');
  for (const name of ['user', 'database', 'options', 'replication']) parameters.delete(name);
  if (options !== undefined) for (const [name, value] of readOptions(options)) parameters.set(name, value);
  return { kind: 'start', user, database, parameters, negotiate: minor > 0 || unknownOptions.length > 0, unknownOptions };
}

function checkReplication(value: string | undefined): void {
  if (value === undefined || /^(?:false|off|no|0)?$/i.test(value)) return;
  throw new EngineError('unsupported', 'replication connections are not supported');
}

/** `-c name=value --name=value …`; a backslash keeps a blank. */
export function readOptions(options: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  const words = [...options.matchAll(/(?:\\.|[^\s\\])+/gs)].map(([word]) => word.replaceAll(/\\(.)/gs, '$1'));
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    let setting: string;
    if (word === '-c') setting = words[++index] ?? '';
    else if (word.startsWith('-c')) setting = word.slice(2);
    else if (word.startsWith('--')) setting = word.slice(2);
    else throw new EngineError('invalid-parameter-value', `cannot read the start-up option "${word}": "-c name=value" expected`);
    const equals = setting.indexOf('=');
    if (equals < 1) throw new EngineError('invalid-parameter-value', `cannot read the start-up option "${setting}": "name=value" expected`);
    const name = setting.slice(0, equals).replaceAll('-', '_').toLowerCase();
    settings.set(name, setting.slice(equals + 1));
  }
  return settings;
}
