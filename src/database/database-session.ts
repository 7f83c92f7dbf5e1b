/**
 * A session: settings, at most one open transaction, one statement at a time.
 *
 *   parse ─▶ describe / execute ─┬─ query     bind ─▶ plan ─▶ run on a snapshot, or on what the transaction sees
 *                                ├─ DML, DDL  a statement of the open transaction, or a transaction of its own
 *                                ├─ BEGIN … COMMIT
 *                                └─ SET, SHOW, PREPARE, EXECUTE
 */
import { must, unreachable } from '../base/assert.ts';
import { CancelFlag } from '../base/cancel.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import { limitError } from '../base/limit-error.ts';
import { startTimer } from '../base/timer.ts';
import { zoneOf } from '../data/types/time/zone.ts';
import { typeOfValue } from '../data/types/column-type.ts';
import type { Type } from '../data/types/type.ts';
import type { Value } from '../data/types/value.ts';
import { bindDml } from '../query/plan/bind-dml.ts';
import type { Begin, Execute, Prepare, SetVariable, Statement } from '../query/sql/ast.ts';
import { bindContext } from '../tx/binding.ts';
import { CreateTableStatement, type DmlStatement, DmlWriteStatement, readViewOf, returningColumns } from '../tx/dml-statement.ts';
import { declaredTypes, type ParameterInput, parameterValues } from '../tx/parameters.ts';
import { evaluateExpression } from '../tx/planning.ts';
import { relationNames } from '../tx/relation-names.ts';
import { RoleMembershipStatement } from '../tx/role-membership.ts';
import { evaluationContext, type ReadView, type StatementEnvironment } from '../tx/statement-environment.ts';
import { encodeAwaitToken } from '../tx/tokens.ts';
import type { WriteResult, WriteStatement } from '../tx/write-statement.ts';
import { autocommit, type Committed, NO_OPTIONS, WriteTransaction } from '../tx/write-transaction.ts';
import { awaitToken, headsOf, viewOptions } from './basis.ts';
import type { OpenDatabase } from './open-database.ts';
import { ownStatement, parseText, type SessionStatement } from './parsed.ts';
import { describeQuery, explainQuery, lookUpQuery, QueryStatementInTransaction, runSessionQuery } from './query.ts';
import { PeerSnapshots, readView, transactionView, withoutPeers } from './read-view.ts';
import { rowsResult, tagOnly } from './result.ts';
import type { ExecutionResult, ParsedStatement, Session, SessionOptions, StatementDescription } from './session.ts';
import { beginOptions, type SessionTransaction } from './session-transaction.ts';
import { SessionSettings, settingText } from './settings.ts';
import { showResult, SHOW_COLUMNS } from './show.ts';

interface PreparedText { readonly statement: SessionStatement; readonly types: readonly (Type | undefined)[] }

const checkZone = (zone: string): string => { zoneOf(zone); return zone; };

export class DatabaseSession implements Session {
  readonly #database: OpenDatabase;
  readonly #options: SessionOptions;
  readonly #settings: SessionSettings;
  readonly #prepared = new Map<string, PreparedText>();
  #transaction: SessionTransaction | undefined;
  #hasFailed = false;
  #defaultAccess: 'read-only' | 'read-write' | undefined;
  #awaitToken: string | undefined;
  #latest: (Committed & { readonly error: unknown }) | undefined;
  /** An asynchronous commit that is under way. */
  #pending: Promise<unknown> | undefined;
  #running: CancelFlag | undefined;
  #isClosed = false;
  readonly #onClose: () => void;

  constructor(database: OpenDatabase, options: SessionOptions, onClose: () => void = () => undefined) {
    this.#database = database;
    this.#onClose = onClose;
    this.#options = options;
    this.#settings = new SessionSettings(options.parameters, checkZone, options.onParameter);
  }

  get transactionStatus(): 'idle' | 'open' | 'failed' { return this.#hasFailed ? 'failed' : this.#transaction === undefined ? 'idle' : 'open'; }
  setting(name: string): string | undefined { return this.#settings.get(name); }
  reportedSettings(): (readonly [string, string])[] { return this.#settings.reported(); }
  parse(text: string): readonly ParsedStatement[] {
    try { return parseText(text, this.#database.plans.texts); } catch (error) { throw limitError(error); }
  }
  cancel(): void { this.#running?.cancel('user'); }

  fail(): void {
    if (this.#transaction !== undefined) this.#hasFailed = true;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#onClose();
    this.#running?.cancel('shutdown');
    this.#endTransaction();
    return Promise.resolve();
  }

  async describe(parsed: ParsedStatement, declared: readonly (Type | undefined)[]): Promise<StatementDescription> {
    const statement = ownStatement(parsed);
    try {
      return await this.#describe(statement, declared);
    } catch (error) {
      this.fail();
      throw limitError(error);
    }
  }

  async execute(parsed: ParsedStatement, parameters: readonly ParameterInput[]): Promise<ExecutionResult> {
    const statement = ownStatement(parsed);
    if (this.#isClosed) throw new EngineError('shutting-down', 'the session is closed');
    const flag = new CancelFlag();
    const timeoutMs = this.#settings.statementTimeoutMs;
    const timer = timeoutMs > 0 ? startTimer(timeoutMs, () => { flag.cancel('timeout'); }) : undefined;
    this.#running = flag;
    const finish = (): void => {
      timer?.stop();
      if (this.#running === flag) this.#running = undefined;
    };
    try {
      const result = await this.#run(statement, parameters, flag, finish);
      if (result.columns === undefined || statement.kind !== 'query') finish();
      return result;
    } catch (error) {
      finish();
      this.fail();
      throw limitError(error);
    }
  }

  async #run(statement: SessionStatement, parameters: readonly ParameterInput[], flag: CancelFlag, finish: () => void): Promise<ExecutionResult> {
    // A query that is known is not parsed: nobody may ask for its tree before.
    if (statement.kind === 'query' && !this.#hasFailed) return this.#query(statement, parameters, this.#environment(flag), finish);
    const tree = statement.tree;
    if (tree === undefined) return tagOnly('');
    if (this.#hasFailed && tree.kind !== 'rollback' && tree.kind !== 'commit') {
      throw new EngineError('transaction-failed', 'current transaction is aborted, commands ignored until ROLLBACK is received');
    }
    const environment = this.#environment(flag);
    switch (tree.kind) {
      case 'query': return this.#query(statement, parameters, environment, finish);
      case 'insert': case 'update': case 'delete': case 'erase': case 'patch': case 'assert':
        return this.#write(tree.kind, new DmlWriteStatement(tree, statement.text, parameters, environment, this.#database.plans.writes), () => this.#returning(tree, parameters, environment, statement.text));
      case 'create-table': return this.#write('create-table', new CreateTableStatement(tree, statement.text), () => undefined);
      case 'begin': return this.#begin(tree, parameters, environment);
      case 'commit': return this.#commit(tree.mode);
      case 'rollback': return this.#rollback();
      case 'set-transaction': return tagOnly('SET TRANSACTION');
      case 'set-session-characteristics': this.#defaultAccess = tree.modes.access; return tagOnly('SET');
      case 'set': return this.#set(tree, parameters, environment);
      case 'set-role': return tagOnly('SET ROLE');
      case 'reset': this.#settings.reset(tree.name); return tagOnly('RESET');
      case 'discard': if (tree.what === 'all') { this.#settings.reset(); this.#prepared.clear(); } return tagOnly(`DISCARD ${tree.what.toUpperCase()}`);
      case 'show': return showResult(tree.name, this.#showFacts());
      case 'prepare': return this.#prepare(tree, statement);
      case 'execute': return this.#executePrepared(tree, parameters, environment, flag, finish);
      case 'deallocate': if (tree.name === undefined) this.#prepared.clear(); else this.#prepared.delete(tree.name.text); return tagOnly('DEALLOCATE');
      case 'copy': throw new EngineError('unsupported', 'COPY is not available', { position: tree.start, hint: 'Use INSERT … RECORDS, with many rows in one statement.' });
      case 'grant': case 'revoke':
        this.#requirePrimary(tree, (primary) => `Role membership can only be managed on the primary '${primary}' database.`);
        return this.#write(tree.kind, new RoleMembershipStatement(tree, statement.text, environment), () => undefined);
      case 'attach-database': case 'detach-database': return this.#changeDatabases(tree, environment);
      default: return unreachable(tree, 'statement');
    }
  }

  #environment(flag: CancelFlag, zone: string = this.#settings.zone): StatementEnvironment {
    return {
      databaseName: this.#database.name,
      user: this.#options.user,
      zone,
      searchPath: this.#settings.get('search_path') ?? 'public',
      random: this.#database.random,
      memory: this.#database.memory,
      budget: this.#database.budget,
      worker: this.#database.worker,
      facts: this.#database.facts,
      cancel: flag,
      awaitToken: () => this.#ownAwaitToken() ?? '',
      onNotice: ({ message, hint }) => { this.#options.onNotice({ severity: 'NOTICE', sqlState: '00000', message, hint }); },
    };
  }

  /** Undefined while there is nothing to wait for. */
  #ownAwaitToken(): string | undefined {
    const txId = this.#latest?.txId ?? this.#database.storage.head().txId;
    return this.#awaitToken ?? (txId < 0n ? undefined : encodeAwaitToken(new Map([[this.#database.name, txId]])));
  }

  // ── Reading ──

  /** Everything this session has committed, and what its token names, is visible from here on. */
  async #catchUp(flag: CancelFlag, token = this.#awaitToken): Promise<void> {
    await this.#pending;
    if (token !== undefined) await awaitToken(this.#database, token, flag.signal);
  }

  async #query(statement: SessionStatement, parameters: readonly ParameterInput[], environment: StatementEnvironment, finish: () => void): Promise<ExecutionResult> {
    const transaction = this.#transaction;
    const source = { statement, parameters, environment, database: this.#database, peers: transaction?.peers };
    if (transaction === undefined && this.#pending === undefined && this.#awaitToken === undefined) {
      const found = lookUpQuery(source);
      if (found !== undefined) { finish(); return found; }
    }
    await this.#catchUp(environment.cancel);
    if (statement.kind === 'explain') return explainQuery(source, transaction?.view);
    const query = new QueryStatementInTransaction(source);
    return runSessionQuery(source, transaction?.view, {
      onClose: finish,
      onError: (error) => { this.fail(); return limitError(error); },
      remember: transaction?.write === undefined ? undefined : (told, reads) => transaction.write?.remember(query, told, reads),
      systemTime: transaction?.view.systemMicros,
    });
  }

  async #describe(statement: SessionStatement, declared: readonly (Type | undefined)[]): Promise<StatementDescription> {
    const none = { parameters: declared, columns: undefined };
    if (statement.kind === 'empty') return none;
    // The tree of a query is not needed for what is known of it.
    const tree = statement.kind === 'query' || statement.kind === 'explain' ? undefined : statement.tree;
    if (tree?.kind === 'show') return { parameters: [], columns: SHOW_COLUMNS(tree.name, this.#showFacts()) };
    if (tree?.kind === 'execute') {
      const prepared = this.#preparedStatement(tree);
      return { parameters: declared, columns: (await this.#describe(prepared.statement, prepared.types)).columns };
    }
    if (tree !== undefined && !isBindable(tree)) return none;
    if (this.#hasFailed) throw new EngineError('transaction-failed', 'current transaction is aborted, commands ignored until ROLLBACK is received');
    const flag = new CancelFlag();
    await this.#catchUp(flag);
    const environment = this.#environment(flag);
    if (tree === undefined) return describeQuery({ statement, declared, environment, database: this.#database }, this.#transaction?.view);
    return this.#withView(this.#transaction?.view, (view) => {
      const evaluation = evaluationContext(environment, view, relationNames(view.catalog));
      try {
        const dml = bindDml(tree, bindContext(withoutPeers(view), environment, evaluation, declared, statement.text));
        return { parameters: dml.source.parameters, columns: returningColumns(dml) };
      } catch (error) {
        // The state that counts is the one it will run in: there it fails, if it still does, as a transaction.
        if (isEngineError(error) && error.ofState) return none;
        throw error;
      }
    });
  }

  #withView<T>(view: ReadView | undefined, use: (view: ReadView) => T): T {
    if (view !== undefined) return use(view);
    const snapshot = this.#database.storage.snapshot();
    const own = readView(this.#database, snapshot);
    try { return use(own); } finally { own.release?.(); snapshot.close(); }
  }

  // ── Writing ──

  #returning(tree: DmlStatement, parameters: readonly ParameterInput[], environment: StatementEnvironment, text: string): ReturnType<typeof returningColumns> {
    if (tree.kind === 'assert' || tree.returning.length === 0) return undefined;
    return this.#withView(this.#transaction?.view, (view) => {
      const evaluation = evaluationContext(environment, view, relationNames(view.catalog));
      return returningColumns(bindDml(tree, bindContext(withoutPeers(view), environment, evaluation, declaredTypes(parameters), text)));
    });
  }

  async #write(kind: Statement['kind'], statement: WriteStatement, columns: () => ReturnType<typeof returningColumns>): Promise<ExecutionResult> {
    if (this.#options.readOnly) throw new EngineError('read-only-transaction', 'DML is not allowed on a read-only server');
    const transaction = this.#transaction;
    if (transaction !== undefined) {
      if (transaction.write === undefined) throw new EngineError('read-only-transaction', 'DML is not allowed in a READ ONLY transaction');
      return writeResult(kind, await transaction.write.run(statement), columns());
    }
    if (this.#defaultAccess === 'read-only') throw new EngineError('read-only-transaction', 'DML is not allowed in a READ ONLY transaction');
    await this.#pending;
    const { committed, result } = await this.#record(autocommit(this.#database.queue, statement, NO_OPTIONS).then((done) => ({ ...done.committed, ...done })));
    this.#latest = { ...committed, error: undefined };
    return writeResult(kind, result, columns());
  }

  /** Keeps what SHOW LATEST_SUBMITTED_TX tells. */
  async #record<T extends Committed>(commit: Promise<T>): Promise<T> {
    try {
      const done = await commit;
      this.#latest = { txId: done.txId, systemTime: done.systemTime, error: undefined };
      return done;
    } catch (error) {
      const head = this.#database.storage.head();
      this.#latest = { txId: head.txId, systemTime: head.systemTime, error };
      throw error;
    }
  }

  // ── Transactions ──

  async #begin(tree: Begin, parameters: readonly ParameterInput[], environment: StatementEnvironment): Promise<ExecutionResult> {
    if (this.#transaction !== undefined) throw new EngineError('transaction-open', 'Transaction already open', { position: tree.start });
    await this.#catchUp(environment.cancel);
    const access = tree.modes.access ?? this.#defaultAccess;
    const evaluation = this.#withView(undefined, (view) => evaluationContext(environment, view, relationNames(view.catalog)));
    const values = parameterValues(parameters, [], evaluation);
    const options = beginOptions({ ...tree.modes, access }, values, declaredTypes(parameters), evaluation);
    if (options.zone !== undefined) checkZone(options.zone);
    if (access === 'read-write' && this.#options.readOnly) throw new EngineError('read-only-transaction', 'READ WRITE transactions are not allowed on a read-only server');
    if (options.awaitToken !== undefined) await this.#catchUp(environment.cancel, options.awaitToken);
    const bounds = viewOptions(this.#database, options);
    const outerZone = this.#settings.zone;
    if (options.zone !== undefined) this.#settings.set('timezone', options.zone);
    const snapshot = this.#database.storage.snapshot();
    if (access === 'read-only' || this.#options.readOnly) {
      const view = readView(this.#database, snapshot, bounds);
      view.snapshotTimes();
      this.#transaction = { access: 'read-only', options, snapshot, view, peers: undefined, write: undefined, outerZone };
      return tagOnly('BEGIN');
    }
    // Provisional: a SYSTEM_TIME that is not above the head's is refused, or moved by a microsecond, at COMMIT.
    const wanted = options.systemMicros ?? this.#database.clock.nowMicros();
    const systemTime = wanted > snapshot.head.systemTime ? wanted : snapshot.head.systemTime + 1n;
    const write = new WriteTransaction(this.#database.storage, this.#database.queue, snapshot, systemTime, { systemTime: options.systemMicros, metadata: options.metadata });
    const peers = new PeerSnapshots(this.#database, bounds.peerMicrosMax);
    const view = transactionView(readViewOf(write.view, environment), this.#database, snapshot, peers);
    this.#transaction = { access: access ?? 'undecided', options, snapshot, view, peers, write, outerZone };
    return tagOnly('BEGIN');
  }

  async #commit(mode: 'sync' | 'async' | undefined): Promise<ExecutionResult> {
    const transaction = this.#transaction;
    if (transaction === undefined) {
      this.#options.onNotice({ severity: 'WARNING', sqlState: '25P01', message: 'there is no transaction in progress' });
      return tagOnly('COMMIT');
    }
    if (this.#hasFailed || transaction.write === undefined) {
      const tag = this.#hasFailed ? 'ROLLBACK' : 'COMMIT';
      this.#endTransaction();
      return tagOnly(tag);
    }
    const { write } = transaction;
    this.#transaction = undefined;
    this.#restoreZone(transaction);
    const isAsync = mode === undefined ? transaction.options.isAsync : mode === 'async';
    const commit = write.commit().finally(() => { transaction.view.release?.(); });
    if (isAsync) {
      const pending = this.#recordOptional(commit).catch(() => undefined).finally(() => { if (this.#pending === pending) this.#pending = undefined; });
      this.#pending = pending;
      return tagOnly('COMMIT');
    }
    await this.#recordOptional(commit);
    return tagOnly('COMMIT');
  }

  async #recordOptional(commit: Promise<Committed | undefined>): Promise<void> {
    const done = await commit.catch((error: unknown) => { return this.#record(Promise.reject<Committed>(error)); });
    if (done !== undefined) await this.#record(Promise.resolve(done));
  }

  #rollback(): ExecutionResult {
    if (this.#transaction === undefined) this.#options.onNotice({ severity: 'WARNING', sqlState: '25P01', message: 'there is no transaction in progress' });
    this.#endTransaction();
    return tagOnly('ROLLBACK');
  }

  #endTransaction(): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    this.#hasFailed = false;
    if (transaction === undefined) return;
    transaction.view.release?.();
    if (transaction.write === undefined) transaction.snapshot.close();
    else transaction.write.rollback();
    if (!this.#isClosed) this.#restoreZone(transaction);
  }

  #restoreZone(transaction: SessionTransaction): void {
    if (transaction.options.zone !== undefined) this.#settings.set('timezone', transaction.outerZone);
  }

  /** ATTACH and DETACH DATABASE: transactions of the primary database, each of its own. */
  async #changeDatabases(tree: Extract<Statement, { kind: 'attach-database' | 'detach-database' }>, { user, facts }: StatementEnvironment): Promise<ExecutionResult> {
    const { siblings } = this.#database;
    const verb = tree.kind === 'attach-database' ? 'attach' : 'detach';
    if (this.#transaction !== undefined) throw new EngineError('transaction-open', `Cannot ${verb} a database in a transaction.`, { position: tree.start });
    if (this.#options.readOnly) throw new EngineError('read-only-transaction', `Cannot ${verb} a database on a read-only server`);
    this.#requirePrimary(tree, (primary) => `Can only ${verb} databases when connected to the primary '${primary}' database.`);
    if (tree.kind === 'detach-database') await this.#record(siblings.detach(tree.name.text));
    else {
      const isSuperuser = facts.users.some((known) => known.name === user && known.isSuperuser);
      if (tree.config !== undefined && !isSuperuser) throw new EngineError('insufficient-privilege', `ATTACH DATABASE … WITH is open to superusers only, and ${user} is none`, { position: tree.start });
      await this.#record(siblings.attach(tree.name.text, tree.config));
    }
    return tagOnly(`${verb.toUpperCase()} DATABASE`);
  }

  /** The list of databases and the roles of users are the primary's. */
  #requirePrimary(tree: { readonly start: number }, message: (primary: string) => string): void {
    const { name, siblings } = this.#database;
    if (name !== siblings.primaryName) throw new EngineError('semantic-error', message(siblings.primaryName), { position: tree.start });
  }

  // ── Settings and prepared statements ──

  #set(tree: SetVariable, parameters: readonly ParameterInput[], environment: StatementEnvironment): ExecutionResult {
    if (tree.values.length === 0) { this.#settings.reset(tree.name); return tagOnly('SET'); }
    const evaluation = this.#withView(undefined, (view) => evaluationContext(environment, view, relationNames(view.catalog)));
    const values = tree.values.map((value) => evaluateExpression(value, parameterValues(parameters, [], evaluation), declaredTypes(parameters), evaluation));
    const text = values.map((value) => settingText(tree.name, value)).join(', ');
    if (tree.name === 'await_token') { this.#awaitToken = text; return tagOnly('SET AWAIT_TOKEN'); }
    if (tree.name === 'timezone' && this.#transaction?.write?.hasWrites === true) throw new EngineError('transaction-open', 'the time zone cannot be changed in a transaction that has written');
    this.#settings.set(tree.name, text);
    return tagOnly(tree.name === 'timezone' ? 'SET TIME ZONE' : 'SET');
  }

  #showFacts(): Parameters<typeof showResult>[1] {
    const head = this.#database.storage.head();
    return {
      database: this.#database.name, settings: this.#settings, head, latest: this.#latest, awaitToken: () => this.#ownAwaitToken(),
      clockMicros: this.#transaction?.view.clockMicros ?? this.#withView(undefined, (view) => view.clockMicros),
      snapshotTimes: () => this.#withView(this.#transaction?.view, (view) => view.snapshotTimes()),
      heads: () => headsOf(this.#database),
    };
  }

  #prepare(tree: Prepare, outer: SessionStatement): ExecutionResult {
    if (this.#prepared.has(tree.name.text)) throw new EngineError('duplicate-statement', `prepared statement "${tree.name.text}" already exists`, { position: tree.name.start });
    const { start, end } = tree.statement;
    const text = outer.text.slice(start - outer.position, end - outer.position);
    const [statement] = parseText(text);
    this.#prepared.set(tree.name.text, { statement: must(statement, 'PREPARE has a statement'), types: [] });
    return tagOnly('PREPARE');
  }

  #preparedStatement(tree: Execute): PreparedText {
    const prepared = this.#prepared.get(tree.name.text);
    if (prepared === undefined) throw new EngineError('undefined-statement', `prepared statement "${tree.name.text}" does not exist`, { position: tree.name.start });
    return prepared;
  }

  async #executePrepared(tree: Execute, parameters: readonly ParameterInput[], environment: StatementEnvironment, flag: CancelFlag, finish: () => void): Promise<ExecutionResult> {
    const { statement } = this.#preparedStatement(tree);
    const evaluation = this.#withView(undefined, (view) => evaluationContext(environment, view, relationNames(view.catalog)));
    const outer = parameterValues(parameters, [], evaluation);
    if (tree.args.length !== statement.parameterCount) {
      throw new EngineError('undefined-parameter', `wrong number of parameters for prepared statement "${tree.name.text}"`, { detail: `Expected ${statement.parameterCount} parameters but got ${tree.args.length}.`, position: tree.start });
    }
    const inputs = tree.args.map((arg): ParameterInput => {
      const value: Value = evaluateExpression(arg, outer, declaredTypes(parameters), evaluation);
      return value === null ? { kind: 'untyped', text: null } : { kind: 'typed', type: typeOfValue(value), value };
    });
    return this.#run(statement, inputs, flag, finish);
  }
}

const BINDABLE = new Set<Statement['kind']>(['insert', 'update', 'delete', 'erase', 'patch', 'assert']);
const isBindable = (tree: Statement): tree is DmlStatement => BINDABLE.has(tree.kind);

const TAGS: Partial<Record<Statement['kind'], (count: number) => string>> = {
  insert: (count) => `INSERT 0 ${count}`, update: (count) => `UPDATE ${count}`, delete: (count) => `DELETE ${count}`,
  erase: (count) => `ERASE ${count}`, patch: (count) => `PATCH ${count}`, assert: () => 'ASSERT', 'create-table': () => 'CREATE TABLE', grant: () => 'GRANT', revoke: () => 'REVOKE',
};

function writeResult(kind: Statement['kind'], result: WriteResult, columns: ReturnType<typeof returningColumns>): ExecutionResult {
  const tag = must(TAGS[kind], 'every write has a tag')(result.told.rowCount);
  return columns === undefined ? tagOnly(tag) : rowsResult(columns, result.returned, tag);
}
