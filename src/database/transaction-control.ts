/**
 * The transactions of a session: the one that is open, those of single statements, and what the session remembers of the last.
 *
 *   idle ──BEGIN──▶ open ──COMMIT, ROLLBACK──▶ idle          open ──error──▶ failed ──COMMIT, ROLLBACK──▶ idle
 */
import type { CancelFlag } from '../base/cancel.ts';
import { EngineError } from '../base/errors.ts';
import { zoneOf } from '../data/types/time/zone.ts';
import type { ErrorValue } from '../data/types/value.ts';
import type { Begin } from '../query/sql/ast.ts';
import { readViewOf } from '../tx/dml-statement.ts';
import { declaredTypes, type ParameterInput, parameterValues } from '../tx/parameters.ts';
import type { StatementEnvironment } from '../tx/statement-environment.ts';
import { encodeAwaitToken } from '../tx/tokens.ts';
import type { WriteResult, WriteStatement } from '../tx/write-statement.ts';
import { abortedTransaction, autocommit, type Committed, NO_OPTIONS, WriteTransaction } from '../tx/write-transaction.ts';
import { awaitToken, viewOptions } from './basis.ts';
import type { OpenDatabase } from './open-database.ts';
import { PeerSnapshots, readView, sessionContext, transactionView } from './read-view.ts';
import { tagOnly } from './result.ts';
import type { ExecutionResult, SessionOptions } from './session.ts';
import { beginOptions, type SessionTransaction } from './session-transaction.ts';
import type { SessionSettings } from './settings.ts';

/** How the session's newest transaction ended. */
export interface Latest extends Committed { readonly error: ErrorValue | undefined }

export class TransactionControl {
  readonly #database: OpenDatabase;
  readonly #options: SessionOptions;
  readonly #settings: SessionSettings;
  #open: SessionTransaction | undefined;
  #hasFailed = false;
  #latest: Latest | undefined;
  /** An asynchronous commit that is under way. */
  #pending: Promise<unknown> | undefined;
  #isClosed = false;
  /** SET SESSION CHARACTERISTICS. */
  defaultAccess: 'read-only' | 'read-write' | undefined;
  /** SET AWAIT_TOKEN. */
  givenToken: string | undefined;

  constructor(database: OpenDatabase, options: SessionOptions, settings: SessionSettings) {
    this.#database = database;
    this.#options = options;
    this.#settings = settings;
  }

  get status(): 'idle' | 'open' | 'failed' { return this.#hasFailed ? 'failed' : this.#open === undefined ? 'idle' : 'open'; }
  get open(): SessionTransaction | undefined { return this.#open; }
  get latest(): Latest | undefined { return this.#latest; }

  /** Undefined while there is nothing to wait for. */
  awaitToken(): string | undefined {
    const txId = this.#latest?.txId ?? this.#database.storage.head().txId;
    return this.givenToken ?? (txId < 0n ? undefined : encodeAwaitToken(new Map([[this.#database.name, txId]])));
  }

  /** Whether what is published now is what a query of this session sees. */
  get isCaughtUp(): boolean { return this.#open === undefined && this.#pending === undefined && this.givenToken === undefined; }

  /** Everything this session has committed, and what its token names, is visible from here on. */
  async catchUp(flag: CancelFlag, token = this.givenToken): Promise<void> {
    await this.#pending;
    if (token !== undefined) await awaitToken(this.#database, token, flag.signal);
  }

  /** Throws 25P02 in a transaction that has failed. */
  refuseFailed(): void {
    if (this.#hasFailed) throw new EngineError('transaction-failed', 'current transaction is aborted, commands ignored until ROLLBACK is received');
  }

  /** An error fails the transaction that is open. */
  fail(): void {
    if (this.#open !== undefined) this.#hasFailed = true;
  }

  async begin(tree: Begin, parameters: readonly ParameterInput[], environment: StatementEnvironment): Promise<ExecutionResult> {
    if (this.#open !== undefined) throw new EngineError('transaction-open', 'Transaction already open', { position: tree.start });
    await this.catchUp(environment.cancel);
    const access = tree.modes.access ?? this.defaultAccess;
    const evaluation = sessionContext(this.#database, environment);
    const values = parameterValues(parameters, [], evaluation);
    const options = beginOptions({ ...tree.modes, access }, values, declaredTypes(parameters), evaluation);
    if (options.zone !== undefined) zoneOf(options.zone);
    if (access === 'read-write' && this.#options.readOnly) throw new EngineError('read-only-transaction', 'READ WRITE transactions are not allowed on a read-only server');
    if (options.awaitToken !== undefined) await this.catchUp(environment.cancel, options.awaitToken);
    const bounds = viewOptions(this.#database, options);
    const outerZone = this.#settings.zone;
    if (options.zone !== undefined) this.#settings.set('timezone', options.zone);
    const snapshot = this.#database.storage.snapshot();
    if (access === 'read-only' || this.#options.readOnly) {
      const view = readView(this.#database, snapshot, bounds);
      view.snapshotTimes();
      this.#open = { access: 'read-only', options, snapshot, view, peers: undefined, write: undefined, outerZone };
      return tagOnly('BEGIN');
    }
    // Provisional: a SYSTEM_TIME that is not above the head's is refused, or moved by a microsecond, at COMMIT.
    const wanted = options.systemMicros ?? this.#database.clock.nowMicros();
    const systemTime = wanted > snapshot.head.systemTime ? wanted : snapshot.head.systemTime + 1n;
    const write = new WriteTransaction(this.#database.storage, this.#database.queue, snapshot, systemTime, { systemTime: options.systemMicros, metadata: options.metadata }, this.#database.budget);
    const peers = new PeerSnapshots(this.#database, bounds.peerMicrosMax);
    const view = transactionView(readViewOf(write.view, environment), this.#database, snapshot, peers);
    this.#open = { access: access ?? 'undecided', options, snapshot, view, peers, write, outerZone };
    return tagOnly('BEGIN');
  }

  async commit(mode: 'sync' | 'async' | undefined): Promise<ExecutionResult> {
    const transaction = this.#open;
    if (transaction === undefined) {
      this.#warnOfNone();
      return tagOnly('COMMIT');
    }
    if (this.#hasFailed || transaction.write === undefined) {
      const tag = this.#hasFailed ? 'ROLLBACK' : 'COMMIT';
      this.end();
      return tagOnly(tag);
    }
    const { write } = transaction;
    this.#open = undefined;
    this.#restoreZone(transaction);
    const isAsync = mode === undefined ? transaction.options.isAsync : mode === 'async';
    const commit = this.#record(write.commit().finally(() => { transaction.view.release?.(); }));
    if (isAsync) {
      const pending = commit.catch(() => undefined).finally(() => { if (this.#pending === pending) this.#pending = undefined; });
      this.#pending = pending;
    } else await commit;
    return tagOnly('COMMIT');
  }

  rollback(): ExecutionResult {
    if (this.#open === undefined) this.#warnOfNone();
    this.end();
    return tagOnly('ROLLBACK');
  }

  #warnOfNone(): void {
    this.#options.onNotice({ severity: 'WARNING', sqlState: '25P01', message: 'there is no transaction in progress' });
  }

  /** Ends the open transaction, if there is one, without a trace. */
  end(): void {
    const transaction = this.#open;
    this.#open = undefined;
    this.#hasFailed = false;
    if (transaction === undefined) return;
    transaction.view.release?.();
    if (transaction.write === undefined) transaction.snapshot.close();
    else transaction.write.rollback();
    this.#restoreZone(transaction);
  }

  /** The session ends: nobody is to be told of settings any more. */
  close(): void {
    this.#isClosed = true;
    this.end();
  }

  #restoreZone(transaction: SessionTransaction): void {
    if (!this.#isClosed && transaction.options.zone !== undefined) this.#settings.set('timezone', transaction.outerZone);
  }

  /** Runs a statement that writes: in the open transaction, or in one of its own. */
  async write(statement: WriteStatement): Promise<WriteResult> {
    if (this.#options.readOnly) throw new EngineError('read-only-transaction', 'DML is not allowed on a read-only server');
    const transaction = this.#open;
    if (transaction === undefined ? this.defaultAccess === 'read-only' : transaction.write === undefined) {
      throw new EngineError('read-only-transaction', 'DML is not allowed in a READ ONLY transaction');
    }
    if (transaction?.write !== undefined) {
      const result = transaction.write.run(statement);
      await this.#record(result.then(() => undefined));
      return result;
    }
    await this.#pending;
    const done = autocommit(this.#database.queue, statement, NO_OPTIONS);
    await this.#record(done.then(({ committed }) => committed));
    return (await done).result;
  }

  /** A transaction that is committed elsewhere: ATTACH and DETACH DATABASE. */
  async commitElsewhere(commit: Promise<Committed>): Promise<void> { await this.#record(commit); }

  /** Keeps what SHOW LATEST_SUBMITTED_TX tells. Undefined: nothing was committed. */
  async #record(commit: Promise<Committed | undefined>): Promise<void> {
    try {
      const done = await commit;
      if (done !== undefined) this.#latest = { txId: done.txId, systemTime: done.systemTime, error: undefined };
    } catch (error) {
      this.#latest = abortedTransaction(error) ?? this.#latest;
      throw error;
    }
  }
}
