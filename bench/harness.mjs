// What the benchmarks share: connections, processes, answers compared cell by cell, figures and where they are written down.
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, createReadStream, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import pg from 'pg';

export const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];
/** Three significant digits, as text for tables; nothing for undefined. */
export const three = (n) => (n === undefined ? '' : Number(n.toPrecision(3)));
export function geometricMean(xs) {
  const positive = xs.filter((x) => typeof x === 'number' && x > 0);
  return positive.length === 0 ? undefined : Math.exp(positive.reduce((sum, x) => sum + Math.log(x), 0) / positive.length);
}

/** A connection; `types` may say how cells are read. */
export async function connect(port, types) {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'varve', database: 'postgres', ...(types === undefined ? {} : { types }) });
  await client.connect();
  return client;
}
/** Every cell as the wire's text. */
export const AS_TEXT = { getTypeParser: () => (text) => text };
export const wireRows = (client) => async (sql) => (await client.query({ text: sql, rowMode: 'array' })).rows;

/** Runs one command in psql; `file` is its input. */
export async function psql(port, sql, file) {
  const stream = file === undefined ? undefined : createReadStream(file);
  if (stream !== undefined) await new Promise((resolve) => stream.once('open', resolve));
  execFileSync('psql', ['-q', '-h', '127.0.0.1', '-p', String(port), '-U', 'varve', '-d', 'postgres', '-v', 'ON_ERROR_STOP=1', '-c', sql], { stdio: [stream?.fd ?? 'ignore', 'ignore', 'inherit'] });
  stream?.destroy();
}

const statusMb = (pid, field) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
/** Most that a process has been resident with, MB. */
export const peakMb = (pid) => statusMb(pid, 'VmHWM');
/** Resident memory of a process and its children, MB. */
export function residentMb(pid) {
  const children = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout.trim().split('\n').filter(Boolean).map(Number);
  return [pid, ...children].reduce((sum, id) => {
    try { return sum + statusMb(id, 'VmRSS'); } catch { return sum; }
  }, 0);
}
/** Milliseconds of CPU that all threads of a process have used so far, those that ended excepted. */
export function cpuMs(pid) {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try { nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]); } catch { /* It has ended. */ }
  }
  return nanoseconds / 1e6;
}

const NUMBER = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;
const DATE = /^\d{4}-\d\d-\d\d/;
const hasTime = (text) => text.length > 10;
function sameCell(a, b) {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (NUMBER.test(a) && NUMBER.test(b)) return Math.abs(Number(a) - Number(b)) <= 1e-6 * Math.max(1, Math.abs(Number(b)));
  if (!DATE.test(a) || !DATE.test(b)) return false;
  return hasTime(a) && hasTime(b) ? instantOf(a) === instantOf(b) : a.slice(0, 10) === b.slice(0, 10);
}
/** Milliseconds; a zone of whole hours may lack its minutes, a text without a zone is UTC. */
const instantOf = (text) => Date.parse(`${text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')}${/([+-]\d\d(:\d\d)?|Z)$/.test(text.slice(10)) ? '' : 'Z'}`);

/** What differs between two answers, as a person reads it, or undefined. */
export function difference(got, expected, peer) {
  if (got.length !== expected.length) return `${got.length} rows, ${peer} has ${expected.length}`;
  const at = got.findIndex((row, i) => row.length !== expected[i].length || !row.every((cell, k) => sameCell(cell, expected[i][k])));
  return at < 0 ? undefined : `row ${at} is ${JSON.stringify(got[at])}, ${peer} has ${JSON.stringify(expected[at])}`;
}

/** "2026-01-31, 0123abc, 2 cores, Node 24.0.0": what figures belong to. */
export function occasion() {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const isChanged = spawnSync('git', ['diff', '--quiet', 'HEAD', '--', 'src']).status !== 0;
  return `${new Date().toISOString().slice(0, 10)}, ${commit}${isChanged ? ' with changes' : ''}, ${os.cpus().length} cores, Node ${process.versions.node}`;
}

/** Appends a section to RESULTS.md. `rows` are lists of cells, one for each heading. */
export function writeResults(title, note, headings, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
  const table = [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
  appendFileSync(new URL('./RESULTS.md', import.meta.url), `\n## ${title}\n\n${note === '' ? '' : `${note}\n\n`}${table}\n`);
}
