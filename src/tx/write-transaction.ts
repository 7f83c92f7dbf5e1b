/**
 * Transactions.
 *
 *   autocommit    one statement, bound and run at its turn in the commit queue: nothing can have changed meanwhile
 *   interactive   statements run on a snapshot plus the transaction's own writes; at COMMIT, in the queue:
 *                   no table it read has changed, and its system time is still above the head's → its events are committed as they are
 *                   otherwise every statement runs again at the head, and everything the client was told is compared:
 *                   equal → the new events are committed; different → 40001, nothing is written
 *
 * What the client saw is therefore true at the commit's place in the log: no phantoms, no write skew, no bookkeeping of predicates.
 */
import { assert } from '../base/assert.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { MemoryBudget, MemoryShare } from '../base/memory-budget.ts';
import type { ErrorValue, StructValue } from '../data/types/value.ts';
import type { ResolvedTransaction, RowEvent, TableChange, TableEvents } from '../storage/event.ts';
import type { Snapshot, StagedSnapshot, Storage } from '../storage/storage.ts';
import { sizeOfChanges } from '../storage/transaction-size.ts';
import type { CommitQueue, CommitTurn, Decision } from './commit-queue.ts';
import { errorValue, transactionRow } from './transaction-row.ts';
import type { BoundStatement, TableName, Told, TransactionView, WriteResult, WriteStatement } from './write-statement.ts';

export interface TransactionOptions {
  /** BEGIN … WITH (SYSTEM_TIME = …), µs. */
  readonly systemTime: bigint | undefined;
  readonly metadata: StructValue | null;
}

export const NO_OPTIONS: TransactionOptions = { systemTime: undefined, metadata: null };

export interface Committed { readonly txId: bigint; readonly systemTime: bigint }

/** Errors that say something about the machine, not about the statement: the transaction leaves no trace. */
const LEAVES_NO_TRACE = new Set(['unavailable', 'busy', 'interrupted', 'corrupt', 'fault']);

/** Catalog tables say something about every table: any commit may change them. */
const COMPUTED_SCHEMAS = new Set(['pg_catalog', 'information_schema']);

const isFact = (error: unknown): error is EngineError => isEngineError(error) && !LEAVES_NO_TRACE.has(error.category);

/** What stands in `xt.txs`: failures of execution, and of binding where the state of the database is to blame. The text's own errors do not. */
const isRecorded = (error: unknown, bound: BoundStatement | undefined): error is EngineError => isFact(error) && (bound !== undefined || error.ofState);

/** What several statements do: the events of a table together, as far as nothing else happens to it in between. */
class ChangeSet {
  readonly changes: TableChange[] = [];
  /** Where the next events of each table go. */
  readonly #open = new Map<string, RowEvent[]>();

  add(result: WriteResult): void {
    for (const change of result.changes) {
      const key = `${change.schema}.${change.table}`;
      if (change.kind === 'events') this.#addEvents(key, change);
      else {
        this.#open.delete(key);
        this.changes.push(change);
      }
    }
  }

  #addEvents(key: string, change: TableEvents): void {
    if (change.events.length === 0) return;
    const open = this.#open.get(key);
    if (open !== undefined) {
      for (const event of change.events) open.push(event);
      return;
    }
    const events = [...change.events];
    this.#open.set(key, events);
    this.changes.push({ ...change, events });
  }

  get isEmpty(): boolean { return this.changes.length === 0; }
}

function viewOf(staged: StagedSnapshot, systemTime: bigint): TransactionView {
  return { catalog: staged.catalog, declaredType: (schema, table, column) => staged.declaredType(schema, table, column), systemTime };
}

function stage(staged: StagedSnapshot, result: WriteResult): void {
  for (const change of result.changes) staged.stage(change);
}

const isFarAhead = (turn: CommitTurn, systemTime: bigint): boolean => turn.systemTimeMax !== undefined && systemTime > turn.systemTimeMax && systemTime > turn.head.systemTime;

/** The system time a transaction gets at its turn. Throws `invalid-system-time` for one older than the head's or far ahead of the clock. */
function systemTimeAt(turn: CommitTurn, explicit: bigint | undefined): bigint {
  if (explicit === undefined) return turn.nextSystemTime;
  if (explicit < turn.head.systemTime) {
    throw new EngineError('invalid-system-time', 'specified system-time older than current tx', { hint: 'SYSTEM_TIME may not go back behind the newest transaction.' });
  }
  if (isFarAhead(turn, explicit)) {
    throw new EngineError('invalid-system-time', 'specified system-time is too far ahead of the clock', { hint: 'All later transactions would have to follow it. SYSTEM_TIME is for back-filling; what will be true later is valid time.' });
  }
  return explicit === turn.head.systemTime ? explicit + 1n : explicit;
}

function committed(turn: CommitTurn, systemTime: bigint, written: ChangeSet, options: TransactionOptions): ResolvedTransaction {
  const row = transactionRow({ txId: turn.txId, systemTime, error: null, metadata: options.metadata });
  return { txId: turn.txId, systemTime, changes: [...written.changes, row] };
}

/** A transaction that was aborted, as `xt.txs` has it. */
export interface Aborted extends Committed { readonly error: ErrorValue }

const abortedBy = new WeakMap<EngineError, Aborted>();

/** The transaction that the error aborted; undefined where it left no row. */
export const abortedTransaction = (error: unknown): Aborted | undefined => (isEngineError(error) ? abortedBy.get(error) : undefined);

/** Its row has the system time that the transaction asked for, unless it could not have had it. */
function aborted<Result>(turn: CommitTurn, error: EngineError, statement: { readonly text: string; readonly index: number }, options: TransactionOptions): Decision<Result> {
  const { systemTime: asked } = options;
  const systemTime = asked === undefined || asked < turn.head.systemTime || isFarAhead(turn, asked) ? turn.nextSystemTime : systemTimeAt(turn, asked);
  const value = errorValue(error, { ...statement, txId: turn.txId, systemTime });
  const row = transactionRow({ txId: turn.txId, systemTime, error: value, metadata: options.metadata });
  abortedBy.set(error, { txId: turn.txId, systemTime, error: value });
  return { transaction: { txId: turn.txId, systemTime, changes: [row] }, answer: { kind: 'error', error } };
}

/** Runs one statement as a transaction of its own. */
export function autocommit(queue: CommitQueue, statement: WriteStatement, options: TransactionOptions = NO_OPTIONS): Promise<{ readonly committed: Committed; readonly result: WriteResult }> {
  return queue.submit(async (turn) => {
    const systemTime = systemTimeAt(turn, options.systemTime);
    const staged = turn.staged(systemTime);
    let bound: BoundStatement | undefined;
    try {
      bound = statement.bind(viewOf(staged, systemTime));
      const result = await bound.run();
      const written = new ChangeSet();
      written.add(result);
      return { transaction: committed(turn, systemTime, written, options), answer: { kind: 'value', value: { committed: { txId: turn.txId, systemTime }, result } } };
    } catch (error) {
      if (!isRecorded(error, bound)) throw error;
      return aborted(turn, error, { text: statement.text, index: 0 }, options);
    } finally { staged.close(); }
  });
}

/** A row that is written, and each of its values, is there as a part of its statement's tree, as an event and as staged data, beside what it says. */
const WRITTEN_ROW_BYTES = 500;
const WRITTEN_VALUE_BYTES = 250;

function bytesHeld(statement: WriteStatement, { changes }: WriteResult): number {
  const { events, values, bytes } = sizeOfChanges(changes);
  return statement.text.length + bytes + WRITTEN_ROW_BYTES * events + WRITTEN_VALUE_BYTES * values;
}

interface RunStatement { readonly statement: WriteStatement; told: Told; readonly reads: readonly TableName[] }

/** One BEGIN … COMMIT. Not used after `commit` or `rollback`. */
export class WriteTransaction {
  readonly options: TransactionOptions;
  readonly #queue: CommitQueue;
  readonly #snapshot: Snapshot;
  readonly #staged: StagedSnapshot;
  readonly #systemTime: bigint;
  readonly #statements: RunStatement[] = [];
  #written = new ChangeSet();
  /** What the statements hold until the transaction ends. */
  readonly #share: MemoryShare;
  #bytes = 0;
  /** Whether anything but queries has run: such a transaction is a fact, also when it matched nothing. */
  #isWrite = false;
  #ended = false;

  /** `snapshot` belongs to the transaction from now on. `systemTime` is provisional: above the snapshot's head. */
  constructor(storage: Storage, queue: CommitQueue, snapshot: Snapshot, systemTime: bigint, options: TransactionOptions, budget: MemoryBudget) {
    this.#queue = queue;
    this.#share = budget.open();
    this.#snapshot = snapshot;
    this.#systemTime = systemTime;
    this.options = options;
    this.#staged = storage.stagedSnapshotAt(snapshot, systemTime);
  }

  get view(): TransactionView { return viewOf(this.#staged, this.#systemTime); }
  get snapshot(): StagedSnapshot { return this.#staged; }
  get hasWrites(): boolean { return !this.#written.isEmpty; }

  /**
   * Runs a statement on what the transaction sees. A failure that says something about the database is recorded in `xt.txs` at once,
   * since the transaction cannot commit any more; the caller ends it. Throws 53200 when it holds too much.
   */
  async run(statement: WriteStatement): Promise<WriteResult> {
    assert(!this.#ended, 'a transaction runs statements only while it is open');
    let bound: BoundStatement | undefined;
    let result: WriteResult;
    try {
      bound = statement.bind(this.view);
      result = await bound.run();
    } catch (error) {
      if (isRecorded(error, bound)) await this.#recordFailure(error, statement);
      throw error;
    }
    this.#hold(statement, result);
    stage(this.#staged, result);
    this.#written.add(result);
    this.#isWrite = true;
    this.#statements.push({ statement, told: result.told, reads: bound.reads });
    return result;
  }

  #hold(statement: WriteStatement, result: WriteResult): void {
    this.#bytes += bytesHeld(statement, result);
    try { this.#share.resize(this.#bytes); } catch (error) {
      // Nothing of it will be committed, and who is told so may wait before ending it.
      this.#statements.length = 0;
      this.#written = new ChangeSet();
      throw error;
    }
  }

  /** Remembers a query that the client has read to its end (or as far as it wanted: then `told` is what it got). */
  remember(statement: WriteStatement, told: Told, reads: readonly TableName[]): void {
    this.#statements.push({ statement, told, reads });
  }

  /** Undefined when there was nothing but queries. Throws 40001 when what the client was told no longer holds. */
  async commit(): Promise<Committed | undefined> {
    assert(!this.#ended, 'a transaction ends once');
    this.#ended = true;
    try {
      if (!this.#isWrite) return undefined;
      return await this.#queue.submit((turn) => this.#decide(turn));
    } finally { this.#close(); }
  }

  rollback(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#close();
  }

  #close(): void {
    this.#share.close();
    this.#staged.close();
    this.#snapshot.close();
  }

  async #decide(turn: CommitTurn): Promise<Decision<Committed>> {
    const explicit = this.options.systemTime;
    let systemTime: bigint;
    try { systemTime = systemTimeAt(turn, explicit); } catch (error) {
      if (!isFact(error)) throw error;
      return aborted(turn, error, { text: this.#statements[0]?.statement.text ?? 'COMMIT', index: 0 }, this.options);
    }
    const keepsTime = explicit === undefined ? this.#systemTime > turn.head.systemTime : this.#systemTime === systemTime;
    if (keepsTime && !this.#hasChanged(turn)) return this.#commitAs(turn, this.#systemTime, this.#written);
    return this.#runAgain(turn, systemTime);
  }

  #commitAs(turn: CommitTurn, systemTime: bigint, written: ChangeSet): Decision<Committed> {
    return { transaction: committed(turn, systemTime, written, this.options), answer: { kind: 'value', value: { txId: turn.txId, systemTime } } };
  }

  #hasChanged(turn: CommitTurn): boolean {
    const current = turn.staged(turn.nextSystemTime);
    try {
      return this.#statements.some(({ reads }) => reads.some(({ schema, table }) =>
        (COMPUTED_SCHEMAS.has(schema) && turn.txId > this.#snapshot.head.txId + 1n)
        || current.tableVersion(schema, table) !== this.#snapshot.tableVersion(schema, table)
        || turn.earlier.some((transaction) => transaction.changes.some((change) => change.schema === schema && change.table === table))));
    } finally { current.close(); }
  }

  async #runAgain(turn: CommitTurn, systemTime: bigint): Promise<Decision<Committed>> {
    const staged = turn.staged(systemTime);
    const view = viewOf(staged, systemTime);
    const written = new ChangeSet();
    try {
      for (const { statement, told } of this.#statements) {
        let result: WriteResult;
        try {
          result = await statement.bind(view).run();
        } catch (error) {
          if (!isFact(error)) throw error;
          throw conflict(error);
        }
        if (result.told.rowCount !== told.rowCount || result.told.rowsHash !== told.rowsHash) throw conflict(undefined);
        this.#hold(statement, result);
        stage(staged, result);
        written.add(result);
      }
      return this.#commitAs(turn, systemTime, written);
    } finally { staged.close(); }
  }

  #recordFailure(error: EngineError, statement: WriteStatement): Promise<void> {
    const index = this.#statements.length;
    return this.#queue.submit<void>((turn) => Promise.resolve({
      ...aborted<void>(turn, error, { text: statement.text, index }, this.options),
      answer: { kind: 'value', value: undefined },
    }));
  }
}

function conflict(cause: unknown): EngineError {
  return new EngineError('serialization-failure', 'could not serialize access: what the transaction was told has changed meanwhile', {
    hint: 'Run the transaction again.', ...(cause === undefined ? {} : { cause }),
  });
}
