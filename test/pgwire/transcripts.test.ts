/**
 * Conversations as text: `transcripts/*.txt`. `UPDATE=1` writes down what the server says now.
 *
 *   # comment                     > MESSAGE …      sent; consecutive ones in one write
 *   connect NAME=VALUE …          < MESSAGE …      what came back, up to ReadyForQuery
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe as suite, expect, test } from 'vitest';
import { bind, closeTarget, cstring, describe, execute, flush, int32, message, parse, query, RawClient, sync } from './raw-client.ts';
import { openTestServer } from './test-server.ts';

const folder = new URL('./transcripts/', import.meta.url);

/** A word, a 'quoted text', or \x bytes. */
function words(line: string): (string | Buffer | null)[] {
  return [...line.matchAll(/'((?:[^']|'')*)'|(\S+)/g)].map(([, quoted, word]) => {
    if (quoted !== undefined) return quoted.replaceAll("''", "'").replaceAll('\\n', '\n');
    if (word === 'null') return null;
    return (word as string).startsWith('\\x') ? Buffer.from((word as string).slice(2), 'hex') : word as string;
  });
}

const texts = (values: readonly (string | Buffer | null)[]): string[] => values.map(String);
const numbers = (text: string | undefined): number[] => (text ?? '').split(',').filter((part) => part !== '').map(Number);

function encode(line: string): Buffer {
  const [name, ...args] = words(line);
  const [first = '', second = '', third] = texts(args);
  switch (name) {
    case 'Query': return query(first);
    case 'Parse': return parse(first, second, numbers(third));
    case 'Bind': {
      const mark = args.indexOf('formats');
      return bind(first, second, args.slice(2, mark < 0 ? undefined : mark), mark < 0 ? [] : numbers(texts(args)[mark + 1]));
    }
    case 'Describe': return describe(first as 'S' | 'P', second);
    case 'Execute': return execute(first, Number(second || 0));
    case 'Close': return closeTarget(first as 'S' | 'P', second);
    case 'Sync': return sync();
    case 'Flush': return flush();
    case 'CopyFail': return message('f', cstring('no'));
    case 'FunctionCall': return message('F', int32(1), int32(0), int32(0));
    case 'Raw': return message(first, ...args.slice(1).map((part) => (Buffer.isBuffer(part) ? part : cstring(String(part)))));
    default: throw new Error(`transcript: no message ${String(name)}`);
  }
}

async function play(text: string, port: number): Promise<string> {
  const out: string[] = [];
  let pending: Buffer[] = [];
  let client = await RawClient.start(port);
  const settle = async (): Promise<void> => {
    if (pending.length === 0) return;
    for (const line of await client.exchange(...pending)) out.push(`< ${line}`);
    if (client.isClosed) out.push('< (closed)');
    pending = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('<')) continue;
    if (!line.startsWith('>')) await settle();
    if (line.startsWith('>')) pending.push(encode(line.slice(1)));
    if (line.startsWith('connect')) {
      client.close();
      client = await RawClient.start(port, Object.fromEntries([['user', 'ada'], ...line.split(' ').slice(1).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])]) as Record<string, string>);
    }
    out.push(line);
  }
  client.close();
  return out.join('\n');
}

suite('transcripts', async () => {
  const server = await openTestServer();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt')).sort()) {
    test(`the server answers as written in ${file}`, async () => {
      const url = new URL(file, folder);
      const written = readFileSync(url, 'utf8');
      const played = await play(written, server.port);
      if (process.env['UPDATE'] === '1') writeFileSync(url, played);
      else expect(played).toBe(written);
    });
  }
});
