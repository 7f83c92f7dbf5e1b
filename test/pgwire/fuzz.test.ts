/** 50,000 mutated conversations: whatever a client sends, the server answers or closes, and serves the next one. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../src/base/random.ts';
import { makeVerifier } from '../../src/server/pgwire/scram.ts';
import { bind, closeTarget, cstring, describe as describeMessage, execute, fieldsOf, flush, int32, message, parse, query, RawClient, startup, sync, terminate } from './raw-client.ts';
import { openTestServer } from './test-server.ts';

const INPUTS = 50_000;
/** Conversations that share a connection, so that states after errors are reached too. */
const CONNECTIONS_AT_ONCE = 16;
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_124);

const SEQUENCES: readonly (readonly Buffer[])[] = [
  [query('select 1')],
  [query('select 1; select fail; select 2'), query('begin'), query('rows 3 5')],
  [parse('', 'select $1, $2', [20, 25]), bind('', '', ['1', 'x']), describeMessage('P', ''), execute(''), sync()],
  [parse('', 'select $1', [1016]), bind('', '', ['{1,2,NULL}'], [1]), execute(''), sync()],
  [parse('', 'select $1', [1700]), bind('', '', [Buffer.from('0003000140000004007b11d701f4', 'hex')], [0]), execute(''), sync()],
  [parse('', 'select $1', [114]), bind('', '', ['{"a": [1, 2.5, {"b": null}]}']), describeMessage('P', ''), execute(''), sync()],
  [parse('', 'select $1, $2', [1184, 1186]), bind('', '', ['2020-01-01T00:00:00+01:00', 'P1M2DT3H'], [1]), execute(''), sync()],
  [parse('', 'select $1', [1007]), bind('', '', [Buffer.concat([int32(1), int32(0), int32(23), int32(2), int32(1), int32(4), int32(7), int32(-1)])]), execute(''), sync()],
  [parse('s', 'rows 20 3'), describeMessage('S', 's'), bind('p', 's'), execute('p', 7), execute('p', 7), flush(), closeTarget('P', 'p'), closeTarget('S', 's'), sync()],
  [parse('', 'select $1', [3910]), bind('', '', ['[2020-01-01 00:00:00+00:00,)'], [1]), execute(''), sync()],
  [startup(), query('select 1'), terminate()],
];

/** Bytes that break anything: the framing too. The connection may end here. */
function mangle(random: SeededRandom): Buffer {
  const parts = random.pick(SEQUENCES).map((part) => Buffer.from(part));
  const bytes = Buffer.concat(parts);
  switch (random.integer(4)) {
    case 0: return Buffer.from(random.bytes(1 + random.integer(64)));
    case 1: return bytes.subarray(0, random.integer(bytes.length));
    case 2: bytes.writeUInt32BE(random.integer(2 ** 31), 1); return bytes;
    default: for (let count = 1 + random.integer(4); count > 0; count--) bytes[random.integer(bytes.length)] = oddByte(random); return bytes;
  }
}

/** Whole messages in a wrong order, or with wrong fields: the framing stays. */
function distort(random: SeededRandom): Buffer {
  let parts: Buffer[] = random.pick(SEQUENCES).filter((part) => part[0] !== 0 && part[0] !== 0x58).map((part) => Buffer.from(part));
  if (random.integer(4) === 0) parts.splice(random.integer(parts.length), 1);
  if (random.integer(4) === 0) parts.splice(random.integer(parts.length + 1), 0, Buffer.from(random.pick(SEQUENCES[8] ?? [])));
  if (random.integer(8) === 0) parts.reverse();
  parts = parts.map((part) => (random.integer(2) === 0 ? distortBody(random, part) : part));
  return Buffer.concat([...parts, sync()]);
}

function distortBody(random: SeededRandom, part: Buffer): Buffer {
  let body = part.subarray(5);
  if (random.integer(6) === 0) body = body.subarray(0, random.integer(body.length + 1));
  if (random.integer(12) === 0) body = Buffer.concat([body, random.bytes(1 + random.integer(8))]);
  for (let count = random.integer(4); count > 0 && body.length > 0; count--) body[random.integer(body.length)] = oddByte(random);
  return Buffer.concat([part.subarray(0, 1), int32(body.length + 4), body]);
}

const oddByte = (random: SeededRandom): number => random.pick([0, 1, 2, 4, 8, 0x7f, 0x80, 0xff, random.integer(256)]);

describe('mutated input', () => {
  test(`${INPUTS} conversations do not stop the server`, async () => {
    const server = await openTestServer({ limits: { messageBytesMax: 1 << 20 } });
    const sqlStates = new Map<string, number>();
    let left = INPUTS;
    let answered = 0;
    const converse = async (client: RawClient, random: SeededRandom): Promise<void> => {
      for (let round = 1 + random.integer(100); round > 0 && left > 0 && !client.isClosed; round--) {
        left--;
        if (random.integer(20) === 0) {
          client.send(mangle(random));
          return;
        }
        client.send(distort(random));
        for (const { type, body } of await client.until('Z')) {
          if (type === 'Z') answered++;
          const sqlState = type === 'E' ? fieldsOf(body).get('C') ?? 'none' : 'none';
          sqlStates.set(sqlState, (sqlStates.get(sqlState) ?? 0) + 1);
        }
      }
    };
    const worker = async (seed: number): Promise<void> => {
      const random = new SeededRandom(seed);
      while (left > 0) {
        const client = random.integer(20) === 0 ? await RawClient.connect(server.port) : await RawClient.start(server.port);
        await converse(client, random);
        client.send(terminate());
        client.socket.destroySoon();
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS_AT_ONCE }, (_, index) => worker(SEED + index)));
    const client = await RawClient.start(server.port);
    expect((await client.exchange(query('select 1')))[1]).toBe('DataRow 1');
    client.close();
    expect(server.faults).toEqual([]);
    // The mutations reach what lies behind the framing.
    expect(answered).toBeGreaterThan(INPUTS / 2);
    expect([...sqlStates.keys()]).toEqual(expect.arrayContaining(['08P01', '22P02', '22P03', '22003', '22007', '22021', '26000', '34000', '42704']));
    await expect.poll(server.connectionCount, { timeout: 10_000 }).toBe(0);
    expect(server.sessions.filter((session) => !session.closed)).toEqual([]);
  });

  test('2,000 forged logins let nobody in', async () => {
    const verifier = await makeVerifier('sesame', new SeededRandom(3));
    const server = await openTestServer({ authenticate: () => ({ kind: 'password', verifier }) });
    const random = new SeededRandom(SEED);
    const first = (text: string): Buffer => message('p', cstring('SCRAM-SHA-256'), int32(text.length), Buffer.from(text));
    const forge = (nonce: string): Buffer => random.pick([
      message('p', Buffer.from(`c=biws,r=${nonce},p=${Buffer.from(random.bytes(32)).toString('base64')}`)),
      message('p', Buffer.from(`c=biws,r=${nonce},p=`)),
      message('p', Buffer.from(`c=biws,r=,p=${'A'.repeat(43)}=`)),
      message('p', cstring('sesame')),
      message('p', Buffer.alloc(0)),
      sync(), query('select 1'), first('n,,n=,r=again'),
    ]);
    for (let round = 0; round < 2_000; round++) {
      const client = await RawClient.connect(server.port);
      client.send(startup({ user: random.pick(['ada', 'eve']) }));
      await client.until('R');
      client.send(random.integer(4) === 0 ? distortBody(random, first('n,,n=,r=nonce')) : first('n,,n=,r=nonce'));
      const answer = await client.next();
      const nonce = /r=([^,]*)/.exec(answer?.body.toString('latin1') ?? '')?.[1] ?? 'nonce';
      if (answer?.type === 'R') client.send(random.integer(3) === 0 ? distortBody(random, forge(nonce)) : forge(nonce), query('select 1'));
      const rest = [answer, ...await client.until('Z')].filter((found) => found !== undefined);
      expect(rest.filter(({ type, body }) => type === 'Z' || (type === 'R' && body.readInt32BE(0) === 0))).toEqual([]);
      client.close();
    }
    expect(server.sessions).toEqual([]);
    expect(server.faults).toEqual([]);
  });
});
