// One of SQLite's query files over the wire: how many small queries a connection gets through in a second, parsing and planning included.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SQLITE_TESTS } from './tpch-data.mjs';

/** `{ queries, varve, postgres }`, per second. The answers are checked elsewhere (`npm run conformance`). */
export async function sqliteQueriesPerSecond(name, varve, postgres) {
  const records = readFileSync(path.join(SQLITE_TESTS, name), 'utf8').split(/\n\s*\n/).map((record) => record.split('\n').filter((line) => !line.startsWith('#')));
  const statements = records.filter(([head]) => head === 'statement ok').map((lines) => lines.slice(1).join('\n'));
  const queries = records.filter(([head]) => head?.startsWith('query ')).map((lines) => lines.slice(1, lines.indexOf('----')).join('\n'));
  return {
    queries: queries.length,
    varve: await rate(varve, statements.flatMap(withId), queries),
    postgres: postgres && await rate(postgres, statements, queries),
  };
}

let nextId = 0;
/** Tables need no CREATE here, rows need an `_id`. */
function withId(statement) {
  if (!statement.startsWith('INSERT')) return [];
  return [statement.replace(/\((?=[a-z])/, '(_id, ').replace(/VALUES\s*\(/, () => `VALUES (${nextId++}, `)];
}

async function rate(rows, statements, queries) {
  for (const statement of statements) await rows(statement);
  for (const query of queries.slice(0, 200)) await rows(query);
  const started = performance.now();
  for (const query of queries) await rows(query);
  return queries.length / ((performance.now() - started) / 1000);
}
