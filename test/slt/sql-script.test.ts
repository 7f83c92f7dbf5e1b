/** Every script of this folder under every configuration: the answers must be the same. `UPDATE=1` writes them (from the first one). */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ManualClock } from '../../src/base/clock.ts';
import { isEngineError } from '../../src/base/errors.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { formatValue } from '../../src/data/types/format.ts';
import { DatabaseSession } from '../../src/database/database-session.ts';
import { closeDatabase, type OpenDatabase, openDatabaseOver } from '../../src/database/open-database.ts';
import { QueryWorker } from '../../src/query/exec/worker/query-worker.ts';
import { openDirectoryStorage } from '../../src/storage/open-directory.ts';
import { openMemoryStorage } from '../../src/storage/open-storage.ts';
import { readScript, rewriteScript, type ScriptRecord } from './sql-script.ts';

/** 2026-06-01T00:00:00Z; every statement is a second later. */
const START_MICROS = 1_780_272_000_000_000n;
const SECOND = 1_000_000n;

interface Configuration {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly worker?: QueryWorker;
  /** Between statements outside transactions. */
  readonly between?: 'flush' | 'restart';
}

const worker = QueryWorker.open({ blocks: 16 });
afterAll(() => worker.close());

const CONFIGURATIONS: readonly Configuration[] = [
  { name: 'in memory', isDirectory: false },
  { name: 'in memory, queries in a worker thread', isDirectory: false, worker },
  { name: 'a block cut after every statement', isDirectory: true, between: 'flush' },
  { name: 'a restart after every statement', isDirectory: true, between: 'restart' },
];

class Runner {
  readonly #configuration: Configuration;
  readonly #clock = new ManualClock(START_MICROS);
  readonly #random = new SeededRandom(1);
  readonly #directory: string | undefined;
  #database!: OpenDatabase;
  #session!: DatabaseSession;

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
    this.#directory = configuration.isDirectory ? mkdtempSync(path.join(os.tmpdir(), 'varve-slt-')) : undefined;
  }

  async open(): Promise<void> {
    const storage = this.#directory === undefined
      ? openMemoryStorage({ databaseName: 'xtdb', random: this.#random, clock: this.#clock })
      : await openDirectoryStorage({ databaseName: 'xtdb', dataDirectory: this.#directory, clock: this.#clock, random: this.#random });
    this.#database = openDatabaseOver('xtdb', storage, this.#clock, this.#random, this.#configuration.worker, undefined, 3_600_000_000n);
    this.#session = new DatabaseSession(this.#database, { user: 'xtdb', database: 'xtdb', parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined });
  }

  async close(): Promise<void> {
    await this.#session.close();
    await closeDatabase(this.#database);
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Column names, then rows; or the error. */
  async run(sql: string): Promise<string[] | { readonly sqlState: string; readonly message: string }> {
    this.#clock.advance(SECOND);
    await this.#between();
    try {
      const lines: string[] = [];
      for (const statement of this.#session.parse(sql)) {
        const result = await this.#session.execute(statement, []);
        const columns = result.columns ?? [];
        if (columns.length > 0) lines.push(columns.map(({ name }) => name).join(' | '));
        for await (const batch of result.batches) {
          for (let row = 0; row < batch.rowCount; row++) {
            lines.push(columns.map((_, column) => { const value = batch.cell(row, column); return value === null ? 'NULL' : formatValue(value); }).join(' | '));
          }
        }
      }
      return lines;
    } catch (error) {
      if (!isEngineError(error)) throw error;
      if (this.#session.transactionStatus !== 'idle') await this.#session.execute(this.#session.parse('ROLLBACK')[0] as never, []);
      return { sqlState: error.sqlState, message: error.message };
    }
  }

  async #between(): Promise<void> {
    if (this.#session.transactionStatus !== 'idle') return;
    if (this.#configuration.between === 'flush') await this.#database.storage.flushBlock();
    if (this.#configuration.between === 'restart') {
      await this.#session.close();
      await closeDatabase(this.#database);
      await this.open();
    }
  }
}

const sorted = (record: ScriptRecord, lines: readonly string[]): readonly string[] => (record.isSorted ? [...lines.slice(0, 1), ...lines.slice(1).sort()] : lines);

async function check(runner: Runner, record: ScriptRecord): Promise<readonly string[] | undefined> {
  const answer = await runner.run(record.sql);
  const where = `line ${record.line}: ${record.sql}`;
  if (record.kind === 'error') {
    expect(Array.isArray(answer) ? { answer } : answer, where).toMatchObject({ sqlState: record.error?.sqlState, message: expect.stringContaining(record.error?.message ?? '') as string });
    return undefined;
  }
  if (!Array.isArray(answer)) throw new Error(`${where}\n${answer.sqlState} ${answer.message}`);
  if (record.kind === 'ok') return undefined;
  if (process.env.UPDATE === '1') return sorted(record, answer);
  expect(sorted(record, answer), where).toEqual(sorted(record, record.expected));
  return undefined;
}

const scripts = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.slt')).sort();

describe.each(CONFIGURATIONS)('$name', (configuration) => {
  test.each(scripts)('%s', async (name) => {
    const file = path.join(import.meta.dirname, name);
    const records = readScript(file);
    const answers = new Map<ScriptRecord, readonly string[]>();
    const runner = new Runner(configuration);
    await runner.open();
    try {
      for (const record of records) {
        const answer = await check(runner, record);
        if (answer !== undefined) answers.set(record, answer);
      }
    } finally { await runner.close(); }
    if (answers.size > 0 && configuration === CONFIGURATIONS[0]) rewriteScript(file, records, answers);
  });
});
