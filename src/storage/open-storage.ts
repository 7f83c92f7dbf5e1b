/**
 * Opening a database's storage: what the newest manifest covers, then the log's tail; appends go log first, state second.
 *
 *   append ─▶ record(parent, position, seq, cut?) ─▶ log.append (durable) ─▶ state.apply (visible) ─▶ cut: block queue ─▶ files
 */
import { assert } from '../base/assert.ts';
import { openSystemClock, type Clock } from '../base/clock.ts';
import { isEngineError } from '../base/errors.ts';
import { openSystemRandom, type Random } from '../base/random.ts';
import type { CatalogView } from '../catalog/table-source.ts';
import { BlockQueue, WAITING_BLOCKS_MAX } from './block-queue.ts';
import type { BlockStore } from './block-store.ts';
import { BlockThresholds } from './block-thresholds.ts';
import { DatabaseState, type PublishedState } from './database-state.ts';
import type { ResolvedTransaction } from './event.ts';
import { checkId } from './key.ts';
import type { Log, LogRecord } from './log/log.ts';
import { MemoryLog } from './log/memory-log.ts';
import { catalogOf, StateSnapshot, StateStagedSnapshot, viewsOf } from './snapshot.ts';
import { StagedLayer } from './staged-layer.ts';
import type { Head, Snapshot, StagedSnapshot, Storage } from './storage.ts';

export interface StorageOptions {
  readonly databaseName: string;
  /** Owned by the storage from now on: closed with it. Its first readable record is the one after what `blocks` covers. */
  readonly log: Log;
  /** Owned likewise. Without it nothing is ever cut: the database lives in memory as a whole. */
  readonly blocks: BlockStore | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Incarnation of the data; 32 hexadecimal digits. */
  readonly incarnation: string;
  readonly thresholds?: BlockThresholds | undefined;
  /** Called when everything is closed: other processes may open the data now. */
  readonly onClosed?: (() => void) | undefined;
}

export interface MemoryStorageOptions {
  readonly databaseName: string;
  readonly random?: Random | undefined;
  readonly clock?: Clock | undefined;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

/** A database that lives as long as the process. */
export function openMemoryStorage(options: MemoryStorageOptions): Storage {
  const random = options.random ?? openSystemRandom();
  const clock = options.clock ?? openSystemClock();
  return new NodeStorage({ databaseName: options.databaseName, log: new MemoryLog(), blocks: undefined, clock, random, incarnation: hex(random.bytes(16)) });
}

/** Resolves when the log's tail is applied. Throws XX001 for damage, 58030 for a bad volume; log and blocks are the caller's to close then. */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const storage = new NodeStorage(options);
  await storage.recover();
  return storage;
}

interface Group { readonly state: PublishedState; readonly transactions: ResolvedTransaction[]; readonly layer: StagedLayer }

class NodeStorage implements Storage {
  readonly databaseName: string;
  readonly #log: Log;
  readonly #random: Random;
  readonly #incarnation: string;
  readonly #writerId: string;
  readonly #state: DatabaseState;
  readonly #blockStore: BlockStore | undefined;
  readonly #blocks: BlockQueue | undefined;
  readonly #thresholds: BlockThresholds;
  readonly #onClosed: () => void;
  /** Appends and flushes, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #group: Group | undefined;
  /** What the last snapshot had: the next one mostly has the same. */
  #newest: { readonly state: PublishedState; readonly catalog: CatalogView } | undefined;
  /** Sent to the log, which does not know yet whether it is in it. */
  #undecided: LogRecord | undefined;
  #isClosed = false;

  constructor(options: StorageOptions) {
    this.databaseName = options.databaseName;
    this.#log = options.log;
    this.#random = options.random;
    this.#incarnation = options.incarnation;
    this.#writerId = hex(options.random.bytes(16));
    this.#thresholds = options.thresholds ?? new BlockThresholds(options.clock);
    this.#onClosed = options.onClosed ?? (() => undefined);
    this.#blockStore = options.blocks;
    this.#state = new DatabaseState(options.blocks?.covered());
    this.#blocks = options.blocks === undefined ? undefined : new BlockQueue(options.blocks, async (block, files) => {
      this.#state.replace(block, files);
      await this.#log.release(block.head.position);
    });
    this.#log.onDecided(() => { this.#applyUndecided(); });
  }

  async recover(): Promise<void> {
    for await (const record of this.#log.read(this.head().position + 1n)) this.#apply(record);
    assert(this.#log.end().position === this.head().position, 'the log is applied to its end');
  }

  #apply(record: LogRecord): void {
    this.#group = undefined;
    this.#state.apply(record);
    if (this.#blocks === undefined) return;
    this.#thresholds.add(record);
    if (!record.cut) return;
    this.#thresholds.reset();
    this.#blocks.add(this.#state.cut(record.recordId));
  }

  #applyUndecided(): void {
    const record = this.#undecided;
    this.#undecided = undefined;
    assert(record !== undefined && this.#log.end().recordId === record.recordId, 'the log has decided on the record that was sent last');
    this.#apply(record);
  }

  head(): Head { return this.#state.published.head; }

  snapshot(): Snapshot {
    assert(!this.#isClosed, 'a closed storage has no snapshots');
    const state = this.#state.published;
    if (this.#newest?.state !== state) this.#newest = { state, catalog: catalogOf(this.databaseName, state) };
    return new StateSnapshot(state, this.#newest.catalog);
  }

  stagedSnapshot(systemTime: bigint, earlier: readonly ResolvedTransaction[] = []): StagedSnapshot {
    assert(!this.#isClosed, 'a closed storage has no snapshots');
    const state = this.#state.published;
    return new StateStagedSnapshot(this.databaseName, state, earlier.length === 0 ? undefined : this.#groupLayer(state, earlier), systemTime);
  }

  stagedSnapshotAt(snapshot: Snapshot, systemTime: bigint): StagedSnapshot {
    assert(snapshot instanceof StateSnapshot && !snapshot.isClosed, 'an open snapshot of this storage');
    return new StateStagedSnapshot(this.databaseName, snapshot.state, undefined, systemTime);
  }

  /** The layer of a group's earlier transactions. Turns of one group extend the same one, so that a group costs what its events cost. */
  #groupLayer(state: PublishedState, earlier: readonly ResolvedTransaction[]): StagedLayer {
    let group = this.#group;
    const isExtended = group !== undefined && group.state === state && group.transactions.every((transaction, index) => transaction === earlier[index]);
    if (group === undefined || !isExtended) {
      group = { state, transactions: [], layer: new StagedLayer(viewsOf(state), state.seq) };
      this.#group = group;
    }
    for (const transaction of earlier.slice(group.transactions.length)) {
      group.layer.add(transaction);
      group.transactions.push(transaction);
    }
    return group.layer;
  }

  append(transactions: readonly ResolvedTransaction[]): Promise<void> {
    return transactions.length === 0 ? Promise.resolve() : this.#inTurn(() => this.#appendRecord(transactions, false));
  }

  /** One after the other; an error ends only its own turn. */
  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(action);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #appendRecord(transactions: readonly ResolvedTransaction[], cut: boolean): Promise<void> {
    assert(!this.#isClosed, 'a closed storage takes no writes');
    await this.#blocks?.drainTo(WAITING_BLOCKS_MAX - 1);
    const record = this.#recordOf(transactions, cut || (this.#blocks !== undefined && this.#thresholds.isReachedWith(transactions, this.#state)));
    await this.#appendToLog(record);
    this.#apply(record);
    if (this.#blocks === undefined) await this.#log.release(record.position);
  }

  /** A record is undecided from the moment it is sent: the log may decide on it before it says that it could not. */
  async #appendToLog(record: LogRecord): Promise<void> {
    const before = this.#undecided;
    this.#undecided = record;
    try {
      await this.#log.append(record);
      this.#undecided = undefined;
    } catch (error) {
      // Refused while an earlier one is undecided: that one still is.
      if (!isEngineError(error) || error.code !== 'commit-unknown') this.#undecided = before;
      throw error;
    }
  }

  #recordOf(transactions: readonly ResolvedTransaction[], cut: boolean): LogRecord {
    const end = this.#log.end();
    const { head, seq } = this.#state.published;
    const { systemTime, txId } = transactions[0] ?? { systemTime: head.systemTime, txId: head.txId + 1n };
    assert(end.position === head.position, 'everything in the log is applied');
    let last: { readonly systemTime: bigint; readonly txId: bigint } = head;
    for (const transaction of transactions) {
      assert(transaction.systemTime > last.systemTime && transaction.txId > last.txId, 'numbers and times of transactions rise above the head');
      last = transaction;
      for (const change of transaction.changes) if (change.kind === 'events') for (const event of change.events) checkId(event.id);
    }
    return {
      incarnation: this.#incarnation, position: end.position + 1n, recordId: hex(this.#random.bytes(16)), parentId: end.recordId,
      writerId: this.#writerId, baseSystemTime: systemTime, firstTxId: txId, firstSeq: BigInt(seq) + 1n, cut, transactions,
    };
  }

  /** Cuts by a record without transactions, and waits for the files. */
  flushBlock(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#blocks === undefined) return;
      await this.#blocks.drainTo(WAITING_BLOCKS_MAX - 1, true);
      if (!this.#thresholds.isEmpty) await this.#appendRecord([], true);
      await this.#blocks.drainTo(0, true);
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.#turn;
    this.#isClosed = true;
    await this.#blocks?.settle();
    await this.#blockStore?.close();
    await this.#log.close();
    this.#onClosed();
  }
}
