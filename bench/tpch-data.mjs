// TPC-H tables for a benchmark: made by the generator that lies beside the checkout, unpacked, without the rows that a later one of the same `_id` replaces.
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import zlib from 'node:zlib';

export const TABLES = ['region', 'nation', 'supplier', 'customer', 'part', 'partsupp', 'orders', 'lineitem'];
const BESIDE = path.resolve(import.meta.dirname, '../../shared');
const GENERATOR = path.join(BESIDE, 'tools/tpch/make-tpch.sh');
export const QUERIES = path.join(BESIDE, 'conformance/tpch/queries');
export const SQLITE_TESTS = path.join(BESIDE, 'conformance/slt/sqlite');

/** Why there is nothing to measure with, or undefined. */
export const missing = () => (existsSync(GENERATOR) && existsSync(QUERIES) ? undefined : `the generator and the queries of TPC-H are not beside this checkout (${GENERATOR})`);

/** `DIR/<table>.tsv` for every table, made if they are not there yet. Returns `{ table: { file, columns: [[name, type]], rowCount } }`. */
export function makeTables(scale, directory) {
  mkdirSync(directory, { recursive: true });
  const made = {};
  for (const table of TABLES) {
    const file = path.join(directory, `${table}.tsv`);
    const head = path.join(directory, `${table}.json`);
    if (!existsSync(head)) {
      if (!existsSync(path.join(directory, 'lineitem.tsv.gz'))) generate(scale, directory);
      unpack(path.join(directory, `${table}.tsv.gz`), file, head);
    }
    made[table] = { file, ...JSON.parse(readFileSync(head, 'utf8')) };
  }
  return made;
}

function generate(scale, directory) {
  const run = spawnSync(GENERATOR, [String(scale), directory], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`the generator failed:\n${run.stderr}`);
}

/** The last row of an `_id` stays, in the place of the first. */
function unpack(packed, file, head) {
  const lines = zlib.gunzipSync(readFileSync(packed)).toString('utf8').trimEnd().split('\n');
  const columns = lines.shift().split('\t').map((column) => column.split(':'));
  const rows = new Map(lines.map((line) => [line.slice(0, line.indexOf('\t')), line]));
  writeFileSync(file, `${[...rows.values()].join('\n')}\n`);
  writeFileSync(head, JSON.stringify({ columns, rowCount: rows.size }));
}

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
function literal(text, type) {
  switch (type) {
    case 'text': return quoted(text);
    case 'uuid': return `UUID '${text}'`;
    case 'date': return `DATE '${text}'`;
    case 'double precision': return /[.eE]/.test(text) ? text : `${text}.0`;
    default: return text;
  }
}

/** INSERT statements of `batchRows` rows each. */
export async function* inserts(table, { file, columns }, batchRows) {
  const statement = (rows) => `INSERT INTO ${table} (${columns.map(([name]) => name).join(', ')}) VALUES ${rows.join(', ')}`;
  let rows = [];
  for await (const line of readline.createInterface({ input: createReadStream(file) })) {
    rows.push(`(${line.split('\t').map((text, i) => literal(text, columns[i][1])).join(', ')})`);
    if (rows.length < batchRows) continue;
    yield statement(rows);
    rows = [];
  }
  if (rows.length > 0) yield statement(rows);
}
