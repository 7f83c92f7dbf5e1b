/** Slow readers, many connections, cancels, the end of the server. */
import { describe, expect, test } from 'vitest';
import { bind, cellsOf, execute, int32, parse, printMessage, query, RawClient, startup, sync } from './raw-client.ts';
import type { Message } from './raw-client.ts';
import { openTestServer } from './test-server.ts';

const cancelRequest = (key: Message): Buffer => Buffer.concat([int32(16), int32(80_877_102), key.body]);

async function startWithKey(port: number): Promise<{ client: RawClient; key: Message }> {
  const client = await RawClient.connect(port);
  client.send(startup());
  const key = (await client.until('Z')).find(({ type }) => type === 'K') ?? expect.fail('no key');
  return { client, key };
}

async function sendOnce(port: number, bytes: Buffer): Promise<void> {
  const client = await RawClient.connect(port);
  client.send(bytes);
  await client.until('Z');
  client.close();
}

describe('a slow reader', () => {
  test('holds back its own query and nobody else', async () => {
    const { port, sessions } = await openTestServer();
    const slow = await RawClient.start(port);
    slow.socket.pause();
    slow.send(query('rows 10000000 1000'));
    const session = sessions[0] ?? expect.fail('no session');
    let before = -1;
    await expect.poll(() => { const same = session.pulled > 0 && session.pulled === before; before = session.pulled; return same; }, { timeout: 20_000, interval: 200 }).toBe(true);
    // Batches of 256 kB: what was pulled is in socket buffers, not in this process.
    expect(session.pulled).toBeLessThan(100);
    const other = await RawClient.start(port);
    expect(await other.exchange(query('select 1'))).toHaveLength(4);
    expect(session.pulled).toBe(before);
    slow.close();
    other.close();
    await expect.poll(() => session.closed).toBe(true);
  });

  test('gets every row, in order and undamaged', async () => {
    const { port } = await openTestServer();
    const client = await RawClient.start(port);
    client.send(query('rows 20000 200'));
    let expected = 0;
    for (;;) {
      const found = await client.next() ?? expect.fail('closed');
      if (found.type === 'Z') break;
      if (found.type !== 'D') continue;
      expect(cellsOf(found.body).map(String)).toEqual([String(expected++), 'x'.repeat(200)]);
      if (expected % 5_000 === 0) {
        client.socket.pause();
        await new Promise((resolve) => { setTimeout(resolve, 20); });
        client.socket.resume();
      }
    }
    expect(expected).toBe(20_000);
    client.close();
  });

  test('can be cancelled while it does not read', async () => {
    const { port } = await openTestServer();
    const { client, key } = await startWithKey(port);
    client.socket.pause();
    client.send(query('rows 10000000 1000'));
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    await sendOnce(port, cancelRequest(key));
    client.socket.resume();
    const messages = await client.until('Z');
    expect(messages.slice(-2).map(printMessage)).toEqual(['ErrorResponse S=ERROR | V=ERROR | C=57014 | M=canceling statement due to user request', 'ReadyForQuery I']);
    client.close();
  });

  test('a client that goes away ends its query', async () => {
    const { port, sessions } = await openTestServer();
    const client = await RawClient.start(port);
    client.send(query('rows 100000000 1000'));
    await client.next();
    client.close();
    await expect.poll(() => sessions[0]?.closed, { timeout: 5_000 }).toBe(true);
  });
});

describe('cancel', () => {
  test('ends what runs, with the right key only', async () => {
    const { port } = await openTestServer();
    const { client, key } = await startWithKey(port);
    client.send(query('sleep'));
    const wrong = { type: 'K', body: Buffer.from(key.body) };
    wrong.body.writeInt32BE(key.body.readInt32BE(4) ^ 1, 4);
    await sendOnce(port, cancelRequest(wrong));
    const answer = client.until('Z');
    const early = await Promise.race([answer, new Promise((resolve) => { setTimeout(() => resolve('still running'), 100); })]);
    expect(early).toBe('still running');
    await sendOnce(port, cancelRequest(key));
    expect((await answer).map(printMessage)).toEqual(['ErrorResponse S=ERROR | V=ERROR | C=57014 | M=canceling statement due to user request', 'ReadyForQuery I']);
    expect((await client.exchange(query('select 1'))).at(-1)).toBe('ReadyForQuery I');
    client.close();
  });

  test('ends the sending of a batch of large rows', async () => {
    const { port, sessions } = await openTestServer();
    const client = await RawClient.start(port);
    client.send(query('rows 1000 1000000'));
    while ((await client.next())?.type !== 'D') { /* the first row is coming */ }
    sessions[0]?.cancel();
    const messages = await client.until('Z');
    expect(messages.slice(-2).map(printMessage)).toEqual(['ErrorResponse S=ERROR | V=ERROR | C=57014 | M=canceling statement due to user request', 'ReadyForQuery I']);
    // A batch has 256.
    expect(messages.length).toBeLessThan(128);
    client.close();
  });
});

describe('many connections', () => {
  test('1,000 that say nothing do not disturb the one that does', async () => {
    const { port, connectionCount } = await openTestServer();
    const silent = await Promise.all(Array.from({ length: 1_000 }, () => RawClient.connect(port)));
    await expect.poll(connectionCount).toBe(1_000);
    const client = await RawClient.start(port);
    expect(await client.exchange(query('select 1'))).toHaveLength(4);
    client.close();
    for (const each of silent) each.close();
    await expect.poll(connectionCount).toBe(0);
  });

  test('beyond the limit they are refused with 53300', async () => {
    const { port } = await openTestServer({ limits: { connectionsMax: 1 } });
    const first = await RawClient.start(port);
    const second = await RawClient.connect(port);
    expect((await second.until('Z')).map(printMessage)).toEqual(['ErrorResponse S=FATAL | V=FATAL | C=53300 | M=too many connections']);
    first.close();
    second.close();
  });
});

describe('pipelining', () => {
  test('thousands of messages in one write are answered in order', async () => {
    const { port } = await openTestServer();
    const client = await RawClient.start(port);
    const parts = Array.from({ length: 2_000 }, (_, index) => [parse('', `select ${index}`), bind('', ''), execute(''), sync()]).flat();
    client.send(...parts);
    for (let index = 0; index < 2_000; index++) {
      const lines = (await client.until('Z')).map(printMessage);
      expect(lines[2]).toBe(`DataRow ${index}`);
    }
    client.close();
  });

  test('more input may come while a message waits for an earlier one', async () => {
    const { port } = await openTestServer();
    const client = await RawClient.start(port);
    // The second Parse has the first described; meanwhile its bytes are no longer the newest.
    client.send(parse('a', 'slow'), parse('b', 'select 1'));
    await new Promise((resolve) => { setTimeout(resolve, 10); });
    client.send(bind('', 'b'), execute(''), sync());
    expect((await client.until('Z')).map(printMessage)).toEqual(['ParseComplete', 'ParseComplete', 'BindComplete', 'DataRow 1', 'CommandComplete SELECT 1', 'ReadyForQuery I']);
    client.close();
  });

  test('rows that are there at once are sent in portions too, and as far as the client wants', async () => {
    const { port } = await openTestServer();
    const client = await RawClient.start(port);
    client.send(parse('', 'ready 50000'), bind('p', ''), execute('p', 3), execute('p', 49_990), execute('p', 7), execute('p'), sync());
    const lines = (await client.until('Z')).map(printMessage);
    expect(lines.filter((line) => line.startsWith('DataRow'))).toEqual(Array.from({ length: 50_000 }, (_, row) => `DataRow ${row}`));
    expect(lines.filter((line) => !line.startsWith('DataRow'))).toEqual([
      'ParseComplete', 'BindComplete', 'PortalSuspended', 'PortalSuspended', 'CommandComplete SELECT 50000', 'CommandComplete SELECT 50000', 'ReadyForQuery I',
    ]);
    client.close();
  });

  test('messages may come byte by byte', async () => {
    const { port } = await openTestServer();
    const client = await RawClient.connect(port);
    for (const byte of Buffer.concat([startup(), query('select 1'), query('select 2')])) {
      client.send(Buffer.from([byte]));
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    await client.until('Z');
    expect((await client.until('Z')).map(printMessage)[1]).toBe('DataRow 1');
    expect((await client.until('Z')).map(printMessage)[1]).toBe('DataRow 2');
    client.close();
  });

  test('a statement of megabytes arrives whole', async () => {
    const { port } = await openTestServer();
    const client = await RawClient.start(port);
    const text = 'é'.repeat(4_000_000);
    const lines = await client.exchange(query(`select '${text}'`));
    expect(lines[1]).toBe(`DataRow ${text}`);
    client.close();
  });
});

describe('closing the server', () => {
  test('idle connections are told 57P01; running statements are cancelled after a moment', async () => {
    const server = await openTestServer();
    const idle = await RawClient.start(server.port);
    const running = await RawClient.start(server.port);
    running.send(query('sleep'));
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    const closed = server.close();
    expect((await idle.until('Z')).map(printMessage)).toEqual(['ErrorResponse S=FATAL | V=FATAL | C=57P01 | M=terminating connection because the server is stopping']);
    expect((await running.until('never')).map(printMessage)).toEqual([
      'ErrorResponse S=ERROR | V=ERROR | C=57014 | M=canceling statement due to user request', 'ReadyForQuery I',
      'ErrorResponse S=FATAL | V=FATAL | C=57P01 | M=terminating connection because the server is stopping',
    ]);
    await closed;
    expect(server.sessions.map((session) => session.closed)).toEqual([true, true]);
    await expect(RawClient.connect(server.port)).rejects.toThrow();
  });
});
