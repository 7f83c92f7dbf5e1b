/**
 * A session: settings, at most one open transaction, one statement at a time.
 *
 *   parse ─▶ describe / execute ─┬─ query     a key lookup at once; else bind ─▶ plan ─▶ run on a snapshot, or on what the transaction sees
 *                                ├─ DML, DDL  a statement of the open transaction, or a transaction of its own
 *                                ├─ BEGIN … COMMIT
 *                                └─ SET, SHOW, PREPARE, EXECUTE
 */
import { unreachable } from '../base/assert.ts';
import { CancelFlag } from '../base/cancel.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { Eventual } from '../base/eventual.ts';
import { limitError } from '../base/limit-error.ts';
import { startTimer } from '../base/timer.ts';
import { zoneOf } from '../data/types/time/zone.ts';
import type { Type } from '../data/types/type.ts';
import { bindDml } from '../query/plan/bind-dml.ts';
import type { Execute, SetVariable, Statement } from '../query/sql/ast.ts';
import { bindContext } from '../tx/binding.ts';
import { type DmlStatement, DmlWriteStatement, returningColumns } from '../tx/dml-statement.ts';
import { declaredTypes, type ParameterInput, parameterValues } from '../tx/parameters.ts';
import { evaluateExpression } from '../tx/planning.ts';
import { relationNames } from '../tx/relation-names.ts';
import { RoleMembershipStatement } from '../tx/role-membership.ts';
import { evaluationContext, type StatementEnvironment } from '../tx/statement-environment.ts';
import { CreateTableStatement, EndTablesStatement } from '../tx/table-statements.ts';
import { CreateViewStatement, DropViewStatement } from '../tx/view-statements.ts';
import type { WriteStatement } from '../tx/write-statement.ts';
import { headsOf } from './basis.ts';
import { changeDatabases, requirePrimary } from './change-databases.ts';
import { indexNotice, type IndexStatement } from './index-notice.ts';
import type { OpenDatabase } from './open-database.ts';
import { ownStatement, parseText, type SessionStatement } from './parsed.ts';
import { executeArguments, PreparedTexts } from './prepared-texts.ts';
import { describeQuery, explainQuery, lookUpQuery, QueryStatementInTransaction, runSessionQuery } from './query.ts';
import { sessionContext, withoutPeers, withView } from './read-view.ts';
import { tagOnly, writeResult } from './result.ts';
import type { ExecutionResult, ParsedStatement, Session, SessionOptions, StatementDescription } from './session.ts';
import { SessionSettings, settingText } from './settings.ts';
import { showResult, SHOW_COLUMNS } from './show.ts';
import { TransactionControl } from './transaction-control.ts';

const checkZone = (zone: string): string => { zoneOf(zone); return zone; };

/** One execution: how it is cancelled, and what is done when it is over. */
interface Run { readonly flag: CancelFlag; readonly finish: () => void }

export class DatabaseSession implements Session {
  readonly #database: OpenDatabase;
  readonly #options: SessionOptions;
  readonly #settings: SessionSettings;
  readonly #transactions: TransactionControl;
  readonly #prepared = new PreparedTexts();
  #running: CancelFlag | undefined;
  #isClosed = false;
  readonly #onClose: () => void;

  constructor(database: OpenDatabase, options: SessionOptions, onClose: () => void = () => undefined) {
    this.#database = database;
    this.#onClose = onClose;
    this.#options = options;
    this.#settings = new SessionSettings(options.parameters, checkZone, options.onParameter);
    this.#transactions = new TransactionControl(database, options, this.#settings);
  }

  get transactionStatus(): 'idle' | 'open' | 'failed' { return this.#transactions.status; }
  setting(name: string): string | undefined { return this.#settings.get(name); }
  reportedSettings(): (readonly [string, string])[] { return this.#settings.reported(); }
  parse(text: string): readonly ParsedStatement[] {
    try { return parseText(text, this.#database.plans.texts, this.#database.budget); } catch (error) { throw limitError(error); }
  }
  cancel(): void { this.#running?.cancel('user'); }
  fail(): void { this.#transactions.fail(); }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#onClose();
    this.#running?.cancel('shutdown');
    this.#transactions.close();
    return Promise.resolve();
  }

  async describe(parsed: ParsedStatement, declared: readonly (Type | undefined)[]): Promise<StatementDescription> {
    const statement = ownStatement(parsed);
    try {
      return await this.#describe(statement, declared);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  execute(parsed: ParsedStatement, parameters: readonly ParameterInput[]): Eventual<ExecutionResult> {
    const statement = ownStatement(parsed);
    if (this.#isClosed) throw new EngineError('shutting-down', 'the session is closed');
    return this.#lookUp(statement, parameters) ?? this.#execute(statement, parameters);
  }

  /** What an error of a statement is to the client; the open transaction fails. */
  #failed(error: unknown): unknown {
    this.fail();
    return limitError(error);
  }

  async #execute(statement: SessionStatement, parameters: readonly ParameterInput[]): Promise<ExecutionResult> {
    const flag = new CancelFlag();
    const timeoutMs = this.#settings.statementTimeoutMs;
    const timer = timeoutMs > 0 ? startTimer(timeoutMs, () => { flag.cancel('timeout'); }) : undefined;
    this.#running = flag;
    const finish = (): void => {
      timer?.stop();
      if (this.#running === flag) this.#running = undefined;
    };
    try {
      const result = await this.#run(statement, parameters, { flag, finish });
      if (result.columns === undefined || statement.kind !== 'query') finish();
      return result;
    } catch (error) {
      finish();
      throw this.#failed(error);
    }
  }

  async #run(statement: SessionStatement, parameters: readonly ParameterInput[], run: Run): Promise<ExecutionResult> {
    // A query that is known is not parsed: nobody may ask for its tree before.
    if (statement.kind === 'query') {
      this.#transactions.refuseFailed();
      return this.#query(statement, parameters, this.#environment(run.flag), run.finish);
    }
    const { tree, text } = statement;
    if (tree === undefined) return tagOnly('');
    if (tree.kind !== 'rollback' && tree.kind !== 'commit') this.#transactions.refuseFailed();
    const environment = this.#environment(run.flag);
    switch (tree.kind) {
      case 'query': return this.#query(statement, parameters, environment, run.finish);
      case 'insert': case 'update': case 'delete': case 'erase': case 'patch': case 'assert':
        return this.#write(tree.kind, new DmlWriteStatement(tree, text, parameters, environment, this.#database.plans.writes));
      case 'create-table': return this.#write(tree.kind, new CreateTableStatement(tree, text, environment));
      case 'create-view': return this.#write(tree.kind, new CreateViewStatement(tree, text, statement.parameterCount, environment));
      case 'drop-view': return this.#write(tree.kind, new DropViewStatement(tree, text, environment));
      case 'drop-table': case 'truncate': return this.#write(tree.kind, new EndTablesStatement(tree, text, environment, this.#database.plans.writes));
      case 'create-index': case 'drop-index': return this.#takeIndex(tree, environment);
      case 'begin': return this.#transactions.begin(tree, parameters, environment);
      case 'commit': return this.#transactions.commit(tree.mode);
      case 'rollback': return this.#transactions.rollback();
      case 'set-transaction': return tagOnly('SET TRANSACTION');
      case 'set-session-characteristics': this.#transactions.defaultAccess = tree.modes.access; return tagOnly('SET');
      case 'set': return this.#set(tree, parameters, environment);
      case 'set-role': return tagOnly('SET ROLE');
      case 'reset': this.#settings.reset(tree.name); return tagOnly('RESET');
      case 'discard': if (tree.what === 'all') { this.#settings.reset(); this.#prepared.clear(); } return tagOnly(DISCARD_TAGS.get(tree.what) ?? `DISCARD ${tree.what.toUpperCase()}`);
      case 'show': return showResult(tree.name, this.#showFacts());
      case 'prepare': this.#prepared.prepare(tree, statement); return tagOnly('PREPARE');
      case 'execute': return this.#executePrepared(tree, parameters, environment, run);
      case 'deallocate': this.#prepared.deallocate(tree); return tagOnly('DEALLOCATE');
      case 'copy': throw new EngineError('unsupported', 'COPY is not available', { position: tree.start, hint: 'Use INSERT … RECORDS, with many rows in one statement.' });
      case 'grant': case 'revoke':
        requirePrimary(this.#database, tree, (primary) => `Role membership can only be managed on the primary '${primary}' database.`);
        return this.#write(tree.kind, new RoleMembershipStatement(tree, text, environment));
      case 'attach-database': case 'detach-database': return tagOnly(await changeDatabases(tree, this.#database, this.#transactions, this.#options, environment));
      default: return unreachable(tree, 'statement');
    }
  }

  #takeIndex(tree: IndexStatement, { onNotice }: StatementEnvironment): ExecutionResult {
    onNotice(withView(this.#database, this.#transactions.open?.view, ({ catalog }) => indexNotice(tree, catalog)));
    return tagOnly(tree.kind === 'create-index' ? 'CREATE INDEX' : 'DROP INDEX');
  }

  #environment(flag: CancelFlag): StatementEnvironment {
    return {
      databaseName: this.#database.name,
      user: this.#options.user,
      zone: this.#settings.zone,
      searchPath: this.#settings.get('search_path') ?? 'public',
      settings: this.#settings,
      random: this.#database.random,
      memory: this.#database.memory,
      budget: this.#database.budget,
      worker: this.#database.worker,
      facts: this.#database.facts,
      cancel: flag,
      awaitToken: () => this.#transactions.awaitToken() ?? '',
      onNotice: ({ message, hint }) => { this.#options.onNotice({ severity: 'NOTICE', sqlState: '00000', message, hint }); },
    };
  }

  /** A key lookup whose plan is known and that has nothing to wait for; undefined for everything else. */
  #lookUp(statement: SessionStatement, parameters: readonly ParameterInput[]): ExecutionResult | undefined {
    if (statement.shape === undefined || !this.#transactions.isCaughtUp) return undefined;
    try {
      return lookUpQuery(statement, parameters, this.#settings.zone, this.#database);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async #query(statement: SessionStatement, parameters: readonly ParameterInput[], environment: StatementEnvironment, finish: () => void): Promise<ExecutionResult> {
    const transaction = this.#transactions.open;
    const source = { statement, parameters, environment, database: this.#database, peers: transaction?.peers };
    await this.#transactions.catchUp(environment.cancel);
    if (statement.kind === 'explain') return explainQuery(source, transaction?.view);
    const query = new QueryStatementInTransaction(source);
    return runSessionQuery(source, transaction?.view, {
      onClose: finish,
      onError: (error) => this.#failed(error),
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
    if (tree?.kind === 'execute') return { parameters: declared, columns: (await this.#describe(this.#prepared.find(tree), [])).columns };
    if (tree !== undefined && !isBindable(tree)) return none;
    this.#transactions.refuseFailed();
    const flag = new CancelFlag();
    await this.#transactions.catchUp(flag);
    const environment = this.#environment(flag);
    const view = this.#transactions.open?.view;
    if (tree === undefined) return describeQuery({ statement, declared, environment, database: this.#database }, view);
    return withView(this.#database, view, (seen) => {
      const evaluation = evaluationContext(environment, seen, relationNames(seen.catalog));
      try {
        const dml = bindDml(tree, bindContext(withoutPeers(seen), environment, evaluation, declared, statement.text));
        return { parameters: dml.source.parameters, columns: returningColumns(dml) };
      } catch (error) {
        // The state that counts is the one it will run in: there it fails, if it still does, as a transaction.
        if (isEngineError(error) && error.ofState) return none;
        throw error;
      }
    });
  }

  async #write(kind: Statement['kind'], statement: WriteStatement): Promise<ExecutionResult> {
    return writeResult(kind, await this.#transactions.write(statement));
  }

  #set(tree: SetVariable, parameters: readonly ParameterInput[], environment: StatementEnvironment): ExecutionResult {
    if (tree.values.length === 0) { this.#settings.reset(tree.name); return tagOnly('SET'); }
    const evaluation = sessionContext(this.#database, environment);
    const values = tree.values.map((value) => evaluateExpression(value, parameterValues(parameters, [], evaluation), declaredTypes(parameters), evaluation));
    const text = values.map((value) => settingText(tree.name, value)).join(', ');
    if (tree.name === 'await_token') { this.#transactions.givenToken = text; return tagOnly('SET AWAIT_TOKEN'); }
    if (tree.name === 'timezone' && this.#transactions.open?.write?.hasWrites === true) throw new EngineError('transaction-open', 'the time zone cannot be changed in a transaction that has written');
    this.#settings.set(tree.name, text);
    return tagOnly(tree.name === 'timezone' ? 'SET TIME ZONE' : 'SET');
  }

  #showFacts(): Parameters<typeof showResult>[1] {
    const head = this.#database.storage.head();
    const view = this.#transactions.open?.view;
    return {
      database: this.#database.name, settings: this.#settings, head, latest: this.#transactions.latest, awaitToken: () => this.#transactions.awaitToken(),
      clockMicros: withView(this.#database, view, (seen) => seen.clockMicros),
      snapshotTimes: () => withView(this.#database, view, (seen) => seen.snapshotTimes()),
      heads: () => headsOf(this.#database),
    };
  }

  #executePrepared(tree: Execute, parameters: readonly ParameterInput[], environment: StatementEnvironment, run: Run): Promise<ExecutionResult> {
    const statement = this.#prepared.find(tree);
    const inputs = executeArguments(tree, statement, parameters, sessionContext(this.#database, environment));
    return this.#run(statement, inputs, run);
  }
}

/** Tags of what is discarded by a statement of another name. */
const DISCARD_TAGS: ReadonlyMap<string, string> = new Map([['cursors', 'CLOSE CURSOR ALL'], ['listeners', 'UNLISTEN']]);

const BINDABLE = new Set<Statement['kind']>(['insert', 'update', 'delete', 'erase', 'patch', 'assert']);
const isBindable = (tree: Statement): tree is DmlStatement => BINDABLE.has(tree.kind);
