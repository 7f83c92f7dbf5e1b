/**
 * Plans that texts of one shape share give what a plan for each text gives.
 *
 *   seed ─▶ query ─▶ variants that differ in plain literals ─┬─ as they are: one plan for several of them ──▶ answer ─┐
 *                                                            └─ behind a `;`: a plan for each ───────────────▶ answer ─┴─ equal, with names, types, errors, positions
 */
import { expect, test } from 'vitest';
import { openSystemClock } from '../../src/base/clock.ts';
import { isEngineError } from '../../src/base/errors.ts';
import { openSystemRandom, SeededRandom } from '../../src/base/random.ts';
import { DatabaseSession } from '../../src/database/database-session.ts';
import { openDatabaseOver } from '../../src/database/open-database.ts';
import { ownStatement } from '../../src/database/parsed.ts';
import { tokenize } from '../../src/query/sql/lexer.ts';
import { shapeOf } from '../../src/query/sql/text-shape.ts';
import { openMemoryStorage } from '../../src/storage/open-storage.ts';
import { cellOfValue } from './answer.ts';
import { randomQuery } from './queries.ts';
import { createTable, insertRows, randomTables } from './tables.ts';
import { print } from './tree.ts';

interface Told { readonly columns: unknown; readonly rows: readonly string[]; readonly error: unknown; readonly wasKnown: boolean }

function openSession(): DatabaseSession {
  const database = openDatabaseOver('test', openMemoryStorage({ databaseName: 'test' }), openSystemClock(), openSystemRandom());
  return new DatabaseSession(database, { user: 'test', database: 'test', parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined });
}

async function ask(session: DatabaseSession, text: string, offset = 0): Promise<Told> {
  const rows: string[] = [];
  let columns: unknown;
  let wasKnown = false;
  try {
    for (const statement of session.parse(text)) {
      wasKnown = ownStatement(statement).known !== undefined;
      // What is described is remembered at once.
      if (statement.kind === 'query') await session.describe(statement, []);
      const result = await session.execute(statement, []);
      columns = result.columns;
      for await (const batch of result.batches) {
        for (let row = 0; row < batch.rowCount; row++) rows.push((result.columns ?? []).map((_, column) => String(cellOfValue(batch.cell(row, column)))).join(' | '));
      }
    }
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return { columns: undefined, rows: [], error: [error.sqlState, error.message, error.hint, error.position === undefined ? undefined : error.position - offset], wasKnown };
  }
  return { columns, rows: rows.sort(), error: undefined, wasKnown };
}

/** Casts that the generator writes for the sake of PostgreSQL's types as plain literals, of which most are. */
const plain = (text: string): string =>
  text.replace(/CAST\('(-?\d{1,9})' AS (?:bigint|int|smallint)\)/g, '$1').replace(/CAST\('(-?\d+\.\d+)' AS double precision\)/g, '$1');

const FLOATS = ['0.25', '1.5', '2.0', '10.75'];
const STRINGS = ["''", "'a'", "'ab'", "'it''s'", "'10'", "'zebra and more'"];

/** The text with other literals in some places. */
function variant(text: string, random: SeededRandom): string {
  const { starts, ends } = shapeOf(text, tokenize(text));
  let changed = '';
  let behind = 0;
  for (const [index, start] of starts.entries()) {
    const end = ends[index] as number;
    const written = text.slice(start, end);
    const before = text.slice(behind, start);
    const isTyped = /(?:DATE|TIMESTAMP|ZONE|INTERVAL|CAST\(|X\()\s*$/i.test(text.slice(0, start));
    const other = written.startsWith("'") ? random.pick(STRINGS) : /^\d+$/.test(written) ? String(random.integer(14)) : random.pick(FLOATS);
    changed += before + (isTyped || random.unit() < 0.4 ? written : other);
    behind = end;
  }
  return changed + text.slice(behind);
}

const DATABASES = 6;
const QUERIES = 25;
const VARIANTS = 6;

test('a plan that texts of one shape share gives what a plan for each gives', { timeout: 120_000 }, async () => {
  let shared = 0;
  for (let seed = 1; seed <= DATABASES; seed++) {
    const tables = randomTables(new SeededRandom(seed));
    const session = openSession();
    for (const table of tables) {
      for (const statement of [createTable(table), insertRows(table)]) if (statement !== undefined) expect(await ask(session, print(statement, 'varve'))).toMatchObject({ error: undefined });
    }
    for (let i = 0; i < QUERIES; i++) {
      const random = new SeededRandom(seed * 1000 + i);
      const text = plain(print(randomQuery(random, tables).tree, 'varve'));
      for (let at = 0; at < VARIANTS; at++) {
        const written = at === 0 ? text : variant(text, random);
        const { wasKnown, ...one } = await ask(session, written);
        const { wasKnown: _, ...own } = await ask(session, `;${written}`, 1);
        expect(one, `seed ${seed}, query ${i}:\n${written}`).toEqual(own);
        if (wasKnown) shared++;
      }
    }
  }
  expect(shared).toBeGreaterThan(DATABASES * QUERIES / 2);
});
