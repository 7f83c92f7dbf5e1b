/** A client that sends exactly the bytes it is told, and prints what comes back. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface Message { readonly type: string; readonly body: Buffer }

const int16 = (value: number): Buffer => { const bytes = Buffer.alloc(2); bytes.writeInt16BE(value); return bytes; };
export const int32 = (value: number): Buffer => { const bytes = Buffer.alloc(4); bytes.writeInt32BE(value | 0); return bytes; };
export const cstring = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf8');

export function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body]);
}

export function startup(parameters: Readonly<Record<string, string>> = { user: 'ada', database: 'xtdb' }, version = 196_608): Buffer {
  const body = Buffer.concat([int32(version), ...Object.entries(parameters).flatMap(([name, value]) => [cstring(name), cstring(value)]), Buffer.from([0])]);
  return Buffer.concat([int32(body.length + 4), body]);
}

export const query = (text: string): Buffer => message('Q', cstring(text));
export const parse = (name: string, text: string, oids: readonly number[] = []): Buffer => message('P', cstring(name), cstring(text), int16(oids.length), ...oids.map(int32));
export const describe = (kind: 'S' | 'P', name: string): Buffer => message('D', Buffer.from(kind), cstring(name));
export const execute = (portal: string, limit = 0): Buffer => message('E', cstring(portal), int32(limit));
export const closeTarget = (kind: 'S' | 'P', name: string): Buffer => message('C', Buffer.from(kind), cstring(name));
export const sync = (): Buffer => message('S');
export const flush = (): Buffer => message('H');
export const terminate = (): Buffer => message('X');

/** Parameters are text, bytes (binary) or null; `resultFormats` as in Bind. */
export function bind(portal: string, statement: string, parameters: readonly (string | Buffer | null)[] = [], resultFormats: readonly number[] = []): Buffer {
  return message('B', cstring(portal), cstring(statement),
    int16(parameters.length), ...parameters.map((parameter) => int16(Buffer.isBuffer(parameter) ? 1 : 0)),
    int16(parameters.length), ...parameters.flatMap((parameter) => {
      if (parameter === null) return [int32(-1)];
      const bytes = Buffer.isBuffer(parameter) ? parameter : Buffer.from(parameter, 'utf8');
      return [int32(bytes.length), bytes];
    }),
    int16(resultFormats.length), ...resultFormats.map(int16));
}

export class RawClient {
  readonly socket: Socket;
  #bytes = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  isClosed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => { this.#bytes = Buffer.concat([this.#bytes, chunk]); this.#wake?.(); });
    socket.on('error', () => { this.isClosed = true; this.#wake?.(); });
    socket.on('close', () => { this.isClosed = true; this.#wake?.(); });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await new Promise<void>((resolve, reject) => { socket.once('connect', resolve); socket.once('error', reject); });
    return new RawClient(socket);
  }

  /** Connected and let in. */
  static async start(port: number, parameters?: Readonly<Record<string, string>>): Promise<RawClient> {
    const client = await RawClient.connect(port);
    client.send(startup(parameters));
    await client.until('Z');
    return client;
  }

  send(...parts: readonly Buffer[]): void { this.socket.write(Buffer.concat(parts)); }

  /** One raw byte: the answer to a request for encryption. */
  async byte(): Promise<string> {
    while (this.#bytes.length < 1 && !this.isClosed) await this.#more();
    const byte = this.#bytes.toString('latin1', 0, 1);
    this.#bytes = this.#bytes.subarray(1);
    return byte;
  }

  /** The next message; undefined at the end of the connection. */
  async next(): Promise<Message | undefined> {
    for (;;) {
      if (this.#bytes.length >= 5) {
        const length = this.#bytes.readInt32BE(1);
        if (this.#bytes.length > length) {
          const found = { type: this.#bytes.toString('latin1', 0, 1), body: this.#bytes.subarray(5, length + 1) };
          this.#bytes = this.#bytes.subarray(length + 1);
          return found;
        }
      }
      if (this.isClosed) return undefined;
      await this.#more();
    }
  }

  /** Messages up to the first of the type, or to the end of the connection. */
  async until(type: string): Promise<Message[]> {
    const messages: Message[] = [];
    for (;;) {
      const found = await this.next();
      if (found === undefined) return messages;
      messages.push(found);
      if (found.type === type) return messages;
    }
  }

  /** Sends, and prints what comes up to ReadyForQuery or the end. */
  async exchange(...parts: readonly Buffer[]): Promise<string[]> {
    this.send(...parts);
    return (await this.until('Z')).map(printMessage);
  }

  close(): void { this.socket.destroy(); }

  #more(): Promise<void> { return new Promise((resolve) => { this.#wake = () => { this.#wake = undefined; resolve(); }; }); }
}

const NAMES: Readonly<Record<string, string>> = {
  R: 'Authentication', S: 'ParameterStatus', K: 'BackendKeyData', Z: 'ReadyForQuery', T: 'RowDescription', D: 'DataRow', C: 'CommandComplete',
  E: 'ErrorResponse', N: 'NoticeResponse', I: 'EmptyQueryResponse', 1: 'ParseComplete', 2: 'BindComplete', 3: 'CloseComplete', n: 'NoData',
  s: 'PortalSuspended', t: 'ParameterDescription', v: 'NegotiateProtocolVersion',
};

/** `DataRow 1 null 0x0001`: one readable line. */
export function printMessage({ type, body }: Message): string {
  const name = NAMES[type] ?? type;
  switch (type) {
    case 'Z': return `${name} ${body.toString('latin1')}`;
    case 'C': return `${name} ${body.toString('utf8', 0, body.length - 1)}`;
    case 'S': return `${name} ${body.toString('utf8').split('\0').slice(0, 2).join('=')}`;
    case 'E': case 'N': return `${name} ${[...fieldsOf(body)].map(([letter, value]) => `${letter}=${value}`).join(' | ')}`;
    case 't': return `${name} ${Array.from({ length: body.readInt16BE(0) }, (_, index) => body.readInt32BE(2 + index * 4)).join(' ')}`;
    case 'T': return `${name} ${columnsOf(body).map((column) => `${column.name}:${column.oid}${column.format === 1 ? ':binary' : ''}`).join(' ')}`;
    case 'D': return `${name} ${cellsOf(body).map(printCell).join(' ')}`;
    case 'R': return `${name} ${body.readInt32BE(0)}`;
    default: return name;
  }
}

export function fieldsOf(body: Buffer): Map<string, string> {
  return new Map(body.toString('utf8').split('\0').filter((field) => field !== '').map((field) => [field.slice(0, 1), field.slice(1)]));
}

export function cellsOf(body: Buffer): (Buffer | null)[] {
  const cells: (Buffer | null)[] = [];
  let at = 2;
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    at += 4;
    cells.push(length < 0 ? null : body.subarray(at, at + length));
    at += Math.max(length, 0);
  }
  return cells;
}

function columnsOf(body: Buffer): { name: string; oid: number; format: number }[] {
  const columns: { name: string; oid: number; format: number }[] = [];
  let at = 2;
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const end = body.indexOf(0, at);
    columns.push({ name: body.toString('utf8', at, end), oid: body.readInt32BE(end + 7), format: body.readInt16BE(end + 17) });
    at = end + 19;
  }
  return columns;
}

const printCell = (cell: Buffer | null): string => (cell === null ? 'null' : cell.some((byte) => byte < 0x20) ? `0x${cell.toString('hex')}` : cell.toString('utf8'));
