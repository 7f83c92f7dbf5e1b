/** The database inside a program: `open`, tagged SQL, transactions. */
import { EngineError } from '../base/errors.ts';
import { limitError } from '../base/limit-error.ts';
import type { ParameterInput } from '../tx/parameters.ts';
import { jsOf, parameterOf, type TemporalNamespace } from './js-values.ts';
import type { Node } from './node.ts';
import type { ExecutionResult, ParsedStatement, ResultBatch, Session } from './session.ts';

/** One row: column name → JavaScript value (see `js-values.ts`, or the README's table). */
export type Row = Record<string, unknown>;

/** The rows of a statement, with what its command tag said. */
export interface Rows<R extends Row = Row> extends ReadonlyArray<R> {
  /** As in `INSERT 0 3`, `SELECT 7`. */
  readonly command: string;
  /** Rows returned, or rows written for DML without RETURNING. */
  readonly rowCount: number;
}

export interface TransactionOptions {
  readonly readOnly?: boolean;
  /** Back-filling: the system time of the transaction. Must not be older than the newest one. */
  readonly systemTime?: Date | object;
  /** Kept in `xt.txs.user_metadata`. */
  readonly metadata?: Row;
}

/** Where SQL can be run: the database, or an open transaction. */
export interface SqlRunner {
  /**
   * Runs one statement; `${values}` become parameters, typed exactly as they are in JavaScript. Throws an `EngineError` with `code`,
   * `sqlState` and, for SQL, `position` and `hint`.
   */
  sql<R extends Row = Row>(strings: TemplateStringsArray, ...values: readonly unknown[]): Promise<Rows<R>>;
  /** The same with `$1`, `$2`, … in the text. */
  query<R extends Row = Row>(text: string, values?: readonly unknown[]): Promise<Rows<R>>;
  /** Rows as they come, in bounded memory. Leaving the loop ends the query. */
  stream<R extends Row = Row>(text: string, values?: readonly unknown[]): AsyncIterable<R>;
}

export interface Database extends SqlRunner, AsyncDisposable {
  /**
   * Runs `body` between BEGIN and COMMIT; an error in it rolls back and is thrown on. A transaction whose statements would say something
   * else at its commit throws 40001 and can simply be run again.
   */
  transaction<T>(body: (tx: SqlRunner) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Ends what runs and closes files. */
  close(): Promise<void>;
}

class SessionRunner implements SqlRunner {
  readonly #session: () => Promise<Session>;
  readonly #temporal: TemporalNamespace;
  readonly #isOwned: boolean;

  /** `isOwned`: the session is this runner's for one statement and closed after it. */
  constructor(session: () => Promise<Session>, temporal: TemporalNamespace, isOwned: boolean) {
    this.#session = session;
    this.#temporal = temporal;
    this.#isOwned = isOwned;
  }

  sql<R extends Row = Row>(strings: TemplateStringsArray, ...values: readonly unknown[]): Promise<Rows<R>> {
    return this.query<R>(strings.reduce((text, part, i) => `${text}$${i}${part}`), values);
  }

  async query<R extends Row = Row>(text: string, values: readonly unknown[] = []): Promise<Rows<R>> {
    const rows: R[] = [];
    const session = await this.#session();
    try {
      const result = await start(session, text, parametersOf(values));
      for await (const batch of result.batches) for (let row = 0; row < batch.rowCount; row++) rows.push(this.#row<R>(result, batch, row));
      const command = result.tag();
      const count = /(\d+)$/.exec(command)?.[1];
      return Object.assign(rows, { command, rowCount: result.columns === undefined && count !== undefined ? Number(count) : rows.length });
    } finally { if (this.#isOwned) await session.close(); }
  }

  async *stream<R extends Row = Row>(text: string, values: readonly unknown[] = []): AsyncIterable<R> {
    const session = await this.#session();
    try {
      const result = await start(session, text, parametersOf(values));
      for await (const batch of result.batches) for (let row = 0; row < batch.rowCount; row++) yield this.#row<R>(result, batch, row);
    } finally { if (this.#isOwned) await session.close(); }
  }

  #row<R extends Row>(result: ExecutionResult, batch: ResultBatch, row: number): R {
    const object: Row = {};
    for (const [i, { name }] of (result.columns ?? []).entries()) object[name] = jsOf(batch.cell(row, i), this.#temporal);
    return object as R;
  }
}

/** Throws 42804 for what has no SQL type, 54001 for objects that are nested too deeply or hold themselves. */
function parametersOf(values: readonly unknown[]): ParameterInput[] {
  try { return values.map(parameterOf); } catch (error) { throw limitError(error); }
}

async function start(session: Session, text: string, parameters: readonly ParameterInput[]): Promise<ExecutionResult> {
  const statements = session.parse(text).filter(({ kind }) => kind !== 'empty');
  const statement: ParsedStatement | undefined = statements[0];
  if (statement === undefined || statements.length > 1) throw new EngineError('syntax-error', 'exactly one statement is expected');
  if (statement.parameterCount !== parameters.length) throw new EngineError('undefined-parameter', `the statement has ${statement.parameterCount} parameters, ${parameters.length} values were given`);
  return session.execute(statement, parameters);
}

class EmbeddedDatabase implements Database {
  readonly #node: Node;
  readonly #temporal: TemporalNamespace;
  readonly #runner: SessionRunner;

  constructor(node: Node, temporal: TemporalNamespace) {
    this.#node = node;
    this.#temporal = temporal;
    this.#runner = new SessionRunner(() => this.#openSession(), temporal, true);
  }

  sql<R extends Row = Row>(strings: TemplateStringsArray, ...values: readonly unknown[]): Promise<Rows<R>> { return this.#runner.sql<R>(strings, ...values); }
  query<R extends Row = Row>(text: string, values?: readonly unknown[]): Promise<Rows<R>> { return this.#runner.query<R>(text, values); }
  stream<R extends Row = Row>(text: string, values?: readonly unknown[]): AsyncIterable<R> { return this.#runner.stream<R>(text, values); }

  async transaction<T>(body: (tx: SqlRunner) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const session = await this.#openSession();
    const runner = new SessionRunner(() => Promise.resolve(session), this.#temporal, false);
    try {
      await begin(runner, options);
      const value = await body(runner);
      if (session.transactionStatus === 'failed') throw new EngineError('transaction-failed', 'a statement of the transaction failed: it was rolled back');
      await runner.query('COMMIT');
      return value;
    } catch (error) {
      if (session.transactionStatus !== 'idle') await runner.query('ROLLBACK');
      throw error;
    } finally { await session.close(); }
  }

  close(): Promise<void> { return this.#node.close(); }
  [Symbol.asyncDispose](): Promise<void> { return this.close(); }

  async #openSession(): Promise<Session> {
    return this.#node.openSession({ user: 'varve', database: 'xtdb', parameters: new Map(), readOnly: false, onNotice: () => undefined, onParameter: () => undefined });
  }
}

async function begin(runner: SqlRunner, options: TransactionOptions): Promise<void> {
  if (options.readOnly === true) { await runner.query('BEGIN READ ONLY'); return; }
  const settings: string[] = [];
  const values: unknown[] = [];
  if (options.systemTime !== undefined) settings.push(`SYSTEM_TIME = $${values.push(options.systemTime)}`);
  if (options.metadata !== undefined) settings.push(`METADATA = $${values.push(options.metadata)}`);
  await runner.query(`BEGIN READ WRITE${settings.length === 0 ? '' : ` WITH (${settings.join(', ')})`}`, values);
}

export const embed = (node: Node, temporal: TemporalNamespace): Database => new EmbeddedDatabase(node, temporal);
