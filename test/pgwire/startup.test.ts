import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../src/base/random.ts';
import { makeVerifier } from '../../src/server/pgwire/scram.ts';
import { cstring, fieldsOf, int32, message, printMessage, query, RawClient, startup, terminate } from './raw-client.ts';
import { openTestServer } from './test-server.ts';

const SSL_REQUEST = Buffer.concat([int32(8), int32(80_877_103)]);
const GSSENC_REQUEST = Buffer.concat([int32(8), int32(80_877_104)]);

async function answerTo(port: number, ...bytes: readonly Buffer[]): Promise<string[]> {
  const client = await RawClient.connect(port);
  client.send(...bytes);
  const answer = (await client.until('Z')).map(printMessage);
  client.close();
  return answer;
}

describe('start-up', async () => {
  const { port, sessions } = await openTestServer();

  test('tells the settings that clients track, a key, and readiness', async () => {
    expect(await answerTo(port, startup())).toEqual([
      'Authentication 0',
      'ParameterStatus server_version=16', 'ParameterStatus server_encoding=UTF8', 'ParameterStatus client_encoding=UTF8', 'ParameterStatus search_path=public',
      'ParameterStatus DateStyle=ISO', 'ParameterStatus IntervalStyle=ISO_8601', 'ParameterStatus TimeZone=UTC', 'ParameterStatus integer_datetimes=on',
      'ParameterStatus standard_conforming_strings=on', 'BackendKeyData', 'ReadyForQuery I',
    ]);
  });

  test('refuses encryption in either form and goes on', async () => {
    const client = await RawClient.connect(port);
    client.send(SSL_REQUEST);
    expect(await client.byte()).toBe('N');
    client.send(GSSENC_REQUEST);
    expect(await client.byte()).toBe('N');
    client.send(startup());
    expect((await client.until('Z')).map(printMessage).at(-1)).toBe('ReadyForQuery I');
    client.close();
  });

  test('hands user, database and options to the session, names in lower case', async () => {
    const client = await RawClient.start(port, { user: 'ada', database: 'engines', TimeZone: 'Pacific/Tarawa', options: '-c statement_timeout=5s --x-y=a\\ b -cz=1' });
    const { options } = sessions.at(-1) ?? expect.fail('no session');
    expect([options.user, options.database]).toEqual(['ada', 'engines']);
    expect([...options.parameters]).toEqual([['timezone', 'Pacific/Tarawa'], ['statement_timeout', '5s'], ['x_y', 'a b'], ['z', '1']]);
    client.close();
  });

  test('takes the user for the database where none is named', async () => {
    const client = await RawClient.start(port, { user: 'ada' });
    expect(sessions.at(-1)?.options.database).toBe('ada');
    client.close();
  });

  test('offers version 3.0 to clients of a later minor version', async () => {
    const answer = await answerTo(port, startup({ user: 'ada', '_pq_.moon': '1' }, 196_610));
    expect(answer.slice(0, 2)).toEqual(['NegotiateProtocolVersion', 'Authentication 0']);
  });

  test.each([
    ['another protocol', startup({ user: 'ada' }, 131_072), '08P01', 'unsupported frontend protocol 2.0: this server speaks 3.0'],
    ['no user', startup({ database: 'xtdb' }), '28000', 'no user name was given in the start-up packet'],
    ['another encoding', startup({ user: 'ada', client_encoding: 'LATIN1' }), '22023', 'client_encoding "LATIN1" is not supported: this server speaks UTF8 only'],
    ['replication', startup({ user: 'ada', replication: 'database' }), '0A000', 'replication connections are not supported'],
    ['an oversized packet', Buffer.concat([int32(10_001), int32(196_608)]), '08P01', 'start-up packet of 10001 bytes; between 8 and 10000 are allowed'],
    ['a packet without length', Buffer.concat([int32(3), int32(0)]), '08P01', 'start-up packet of 3 bytes; between 8 and 10000 are allowed'],
    ['an option that is none', startup({ user: 'ada', options: 'moon' }), '22023', 'cannot read the start-up option "moon": "-c name=value" expected'],
  ])('ends with a FATAL error for %s', async (_, bytes, sqlState, text) => {
    const client = await RawClient.connect(port);
    client.send(bytes);
    const messages = await client.until('Z');
    expect(messages.map(({ type }) => type)).toEqual(['E']);
    const fields = fieldsOf(messages[0]?.body ?? Buffer.alloc(0));
    expect([fields.get('S'), fields.get('C'), fields.get('M')]).toEqual(['FATAL', sqlState, text]);
    client.close();
  });

  test('closes the session when the client says goodbye', async () => {
    const client = await RawClient.start(port);
    client.send(terminate());
    expect(await client.until('Z')).toEqual([]);
    await expect.poll(() => sessions.at(-1)?.closed).toBe(true);
  });

  test('closes the session when the client disappears', async () => {
    const client = await RawClient.start(port);
    client.close();
    await expect.poll(() => sessions.at(-1)?.closed).toBe(true);
  });

  test('an oversized or impossible message ends the connection with a FATAL error', async () => {
    for (const bytes of [Buffer.concat([Buffer.from('Q'), int32(0x7fff_ffff)]), Buffer.concat([Buffer.from('Q'), int32(3)]), message('?')]) {
      const client = await RawClient.start(port);
      expect((await client.exchange(bytes)).join()).toMatch(/^ErrorResponse S=FATAL \| V=FATAL \| C=08P01/);
      client.close();
    }
  });

  test('a client that does not authenticate in time is closed', async () => {
    const impatient = await openTestServer({ limits: { authenticationMs: 50 } });
    const client = await RawClient.connect(impatient.port);
    client.send(startup().subarray(0, 10));
    expect((await client.until('Z')).map(printMessage)).toEqual(['ErrorResponse S=FATAL | V=FATAL | C=28000 | M=the client did not authenticate in time']);
    client.close();
  });
});

/** The client's side of SCRAM-SHA-256, written after the RFC. */
async function authenticate(port: number, user: string, password: string, spoil = false): Promise<string[]> {
  const client = await RawClient.connect(port);
  client.send(startup({ user, database: 'xtdb' }));
  expect(printMessage(await client.next() ?? expect.fail('closed'))).toBe('Authentication 10');
  const firstBare = `n=,r=clientnonce`;
  const first = Buffer.from(`n,,${firstBare}`);
  client.send(message('p', cstring('SCRAM-SHA-256'), int32(first.length), first));
  const serverFirst = (await client.next())?.body.subarray(4).toString() ?? '';
  const [, nonce = '', salt = '', iterations = ''] = /^r=(.*),s=(.*),i=(\d+)$/.exec(serverFirst) ?? [];
  expect(nonce.startsWith('clientnonce')).toBe(true);
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const clientKey = hmac(salted, 'Client Key');
  const withoutProof = `c=biws,r=${spoil ? 'x' : ''}${nonce}`;
  const transcript = `${firstBare},${serverFirst},${withoutProof}`;
  const signature = hmac(createHash('sha256').update(clientKey).digest(), transcript);
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
  client.send(message('p', Buffer.from(`${withoutProof},p=${proof.toString('base64')}`)));
  const answer = await client.until('Z');
  const final = answer.find(({ type, body }) => type === 'R' && body.readInt32BE(0) === 12);
  if (final !== undefined) expect(final.body.subarray(4).toString()).toBe(`v=${hmac(hmac(salted, 'Server Key'), transcript).toString('base64')}`);
  client.close();
  return answer.map(printMessage);
}

describe('SCRAM-SHA-256', async () => {
  const verifier = await makeVerifier('sesame', new SeededRandom(3));
  const { port } = await openTestServer({ authenticate: (user) => ({ kind: 'password', verifier: user === 'ada' ? verifier : undefined }) });

  test('lets the user with the right password in and proves itself', async () => {
    expect((await authenticate(port, 'ada', 'sesame')).slice(0, 2)).toEqual(['Authentication 12', 'Authentication 0']);
  });

  test('refuses a wrong password and an unknown user in the same words', async () => {
    expect(await authenticate(port, 'ada', 'simsim')).toEqual(['ErrorResponse S=FATAL | V=FATAL | C=28P01 | M=password authentication failed for user "ada"']);
    expect(await authenticate(port, 'eve', 'sesame')).toEqual(['ErrorResponse S=FATAL | V=FATAL | C=28P01 | M=password authentication failed for user "eve"']);
  });

  test('refuses an exchange whose nonce was changed', async () => {
    expect((await authenticate(port, 'ada', 'sesame', true)).join()).toContain('C=08P01 | M=malformed SCRAM message: the nonce has changed');
  });

  test('says nothing to clients that go on without authenticating', async () => {
    const client = await RawClient.connect(port);
    client.send(startup(), query('select 1'));
    const answer = (await client.until('Z')).map(printMessage);
    expect(answer[1]).toBe('ErrorResponse S=FATAL | V=FATAL | C=08P01 | M=a password message was expected, a message of type "Q" came');
    expect(answer.length).toBe(2);
    client.close();
  });
});
