// Clients that mean no good, against a server in a process of its own: silence, half messages, lengths that cannot be, noise, vanishing.
//
//   node scripts/with-node.mjs scripts/bad-clients.mjs [--silent 1000] [--noise 2000] [--seed N]
//
// Beside all of them a well-behaved client must be answered quickly; memory is reported before, at the worst and after.
import { readFileSync } from 'node:fs';
import net from 'node:net';
import pg from 'pg';
import { seededRandom } from './seeded-random.mjs';
import { freePort, startServer } from './server-process.mjs';

const option = (name, fallback) => { const i = process.argv.indexOf(`--${name}`); return i < 0 ? fallback : Number(process.argv[i + 1]); };
const seed = option('seed', Date.now() % 1e6);
const random = seededRandom(seed);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const port = await freePort();
const server = await startServer({ port });
const memoryMb = () => (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1]) / 1024).toFixed(0);

const open = () => new Promise((resolve) => {
  const socket = net.connect(port, '127.0.0.1', () => resolve(socket));
  socket.on('error', () => resolve(socket));
  socket.resume();
});
const int32 = (value) => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value >>> 0); return bytes; };
const message = (type, body, length = body.length + 4) => Buffer.concat([Buffer.from(type), int32(length), body]);
const startUp = () => { const body = Buffer.concat([int32(196608), Buffer.from('user\0x\0database\0xtdb\0\0')]); return Buffer.concat([int32(body.length + 4), body]); };
const noise = (count) => Buffer.from(Array.from({ length: count }, () => random(256)));

const good = new pg.Client({ host: '127.0.0.1', port, user: 'xtdb', database: 'xtdb' });
await good.connect();
await good.query('INSERT INTO t RECORDS {_id: 1}');
/** The slowest of some answers to a well-behaved client, and of a new one's first. */
async function slowestMs() {
  let worst = 0;
  for (let i = 0; i < 10; i++) { const since = performance.now(); await good.query('SELECT _id FROM t'); worst = Math.max(worst, performance.now() - since); }
  const since = performance.now();
  const fresh = new pg.Client({ host: '127.0.0.1', port, user: 'xtdb', database: 'xtdb' });
  await fresh.connect();
  await fresh.query('SELECT _id FROM t');
  await fresh.end();
  return `${worst.toFixed(0)} ms, a new client ${(performance.now() - since).toFixed(0)} ms`;
}

console.log(`before: ${memoryMb()} MB, answers within ${await slowestMs()}`);
const silent = await Promise.all(Array.from({ length: option('silent', 1000) }, open));
await pause(300);
console.log(`${silent.length} connections that say nothing: ${memoryMb()} MB, answers within ${await slowestMs()}`);
const KINDS = {
  'half of a start-up': () => startUp().subarray(0, 1 + random(20)),
  'a start-up of 2 GB': () => int32(0x7fffffff),
  'a start-up of length 0': () => int32(0),
  'an unknown protocol': () => Buffer.concat([int32(8), int32(99 << 16)]),
  'half of a query': () => Buffer.concat([startUp(), message('Q', Buffer.from('SELECT 1'), 4000)]),
  'a query of 4 GB': () => Buffer.concat([startUp(), message('Q', Buffer.from('SELECT'), 0xffffffff)]),
  'a query of 1 GB': () => Buffer.concat([startUp(), message('Q', Buffer.from('SELECT'), 0x40000000)]),
  'a message of length 1': () => Buffer.concat([startUp(), message('P', Buffer.alloc(0), 1)]),
  'a message of no such type': () => Buffer.concat([startUp(), message('\x01', noise(20))]),
  'noise from the start': () => noise(1 + random(200)),
  'noise after the start': () => Buffer.concat([startUp(), noise(1 + random(400))]),
  'a bind of nothing': () => Buffer.concat([startUp(), message('B', noise(30)), message('S', Buffer.alloc(0))]),
};
const counts = {};
const names = Object.keys(KINDS);
const sockets = [];
for (let i = 0; i < option('noise', 2000); i++) {
  const name = names[i % names.length];
  const socket = await open();
  socket.write(KINDS[name]());
  counts[name] = (counts[name] ?? 0) + 1;
  if (random(2) === 0) sockets.push(socket); else setTimeout(() => (random(2) === 0 ? socket.destroy() : socket.resetAndDestroy()), random(20));
  if (i % 200 === 199) console.log(`${i + 1} bad clients: ${memoryMb()} MB, answers within ${await slowestMs()}`);
}
console.log(counts);
for (const socket of [...silent, ...sockets]) socket.destroy();
await pause(1000);
console.log(`after all have gone: ${memoryMb()} MB, answers within ${await slowestMs()}`);
await good.end();
const stopped = performance.now();
const { code } = await server.stop();
if (code !== 0) throw new Error(`the server ended with ${code}:\n${server.output()}`);
console.log(`stopped in ${(performance.now() - stopped).toFixed(0)} ms`, /internal error/.test(server.output()) ? server.output() : '');
