/** The two databases of a differential run behind one interface. */
import pg from 'pg';
import { openSystemClock } from '../../src/base/clock.ts';
import { isEngineError } from '../../src/base/errors.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { sleep } from '../../src/base/timer.ts';
import { ednOfColumnType } from '../../src/data/types/edn.ts';
import { holdsValue } from '../../src/data/types/holds-value.ts';
import type { Value } from '../../src/data/types/value.ts';
import { openNode } from '../../src/database/node.ts';
import type { OutputColumn } from '../../src/database/session.ts';
import { type Answer, cellOfText, cellOfValue } from './answer.ts';

export interface Database {
  ask(sql: string): Promise<Answer>;
  close(): Promise<void>;
}

/** The value, which must be of the type that the column was said to have. */
function typed({ name, type }: OutputColumn, value: Value): Value {
  if (!holdsValue(type, value)) throw new Error(`${name} is ${ednOfColumnType(type)}, and ${JSON.stringify(cellOfValue(value))} is not`);
  return value;
}

/** A fresh database in memory. */
export async function openVarve(): Promise<Database> {
  const node = await openNode({ clock: openSystemClock(), random: new SeededRandom(1) });
  const session = await node.openSession({
    user: 'varve', database: 'xtdb', parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined,
  });
  const run = async (sql: string): Promise<Answer> => {
    let answer: Answer = { kind: 'rows', names: [], rows: [] };
    for (const statement of session.parse(sql)) {
      const result = await session.execute(statement, []);
      const columns = result.columns ?? [];
      const names = columns.map(({ name }) => name);
      const rows: ReturnType<typeof cellOfValue>[][] = [];
      for await (const batch of result.batches) {
        for (let row = 0; row < batch.rowCount; row++) rows.push(columns.map((column, at) => cellOfValue(typed(column, batch.cell(row, at)))));
      }
      answer = { kind: 'rows', names, rows };
    }
    return answer;
  };
  return {
    ask: (sql) => run(sql).catch((error: unknown): Answer => {
      if (!isEngineError(error)) return { kind: 'error', sqlState: 'BUG', message: error instanceof Error ? String(error.stack) : String(error) };
      return { kind: 'error', sqlState: error.sqlState, message: error.message };
    }),
    close: async () => { await session.close(); await node.close(); },
  };
}

/** A server that has just opened its port refuses for a moment. */
async function connect(port: number, attempts = 100): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'varve', database: 'postgres' });
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (attempts === 0) throw error;
    await sleep(50);
    return connect(port, attempts - 1);
  }
}

/** A schema of its own, that replaces the one of the run before. */
export async function openPostgres(port: number): Promise<Database> {
  const client = await connect(port);
  await client.query("DROP SCHEMA IF EXISTS differential CASCADE; CREATE SCHEMA differential; SET search_path = differential; SET statement_timeout = '10s'; SET datestyle = 'ISO'");
  await client.query("CREATE FUNCTION hide(value anyelement) RETURNS anyelement LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN value; END'");
  return {
    ask: async (sql) => {
      try {
        const result = await client.query({ text: sql, rowMode: 'array', types: { getTypeParser: () => (text: unknown) => text } });
        return { kind: 'rows', names: result.fields.map(({ name }) => name), rows: result.rows.map((row) => (row as unknown as (string | null)[]).map((text, i) => cellOfText(text, result.fields[i]?.dataTypeID ?? 25))) };
      } catch (error) {
        const { code, message } = error as Error & { code?: string };
        return { kind: 'error', sqlState: code ?? '', message };
      }
    },
    close: () => client.end(),
  };
}
