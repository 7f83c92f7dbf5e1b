/**
 * Opening a database's storage: the log is read from where the newest manifest ends, then appends go log first, state second.
 *
 *   append ─▶ record(parent, position, seq) ─▶ log.append (durable) ─▶ state.apply (visible)
 */
import { assert } from '../base/assert.ts';
import { openSystemRandom, type Random } from '../base/random.ts';
import type { ResolvedTransaction } from './event.ts';
import { DatabaseState, type PublishedState } from './database-state.ts';
import type { Log, LogRecord } from './log/log.ts';
import { MemoryLog } from './log/memory-log.ts';
import { StateSnapshot, StateStagedSnapshot, viewsOf } from './snapshot.ts';
import { StagedLayer } from './staged-layer.ts';
import type { Head, Snapshot, StagedSnapshot, Storage } from './storage.ts';

export interface StorageOptions {
  readonly databaseName: string;
  /** Owned by the storage from now on: closed with it. */
  readonly log: Log;
  readonly random: Random;
  /** Incarnation of the data; 32 hexadecimal digits. */
  readonly incarnation: string;
  /** Records are never read again: they are released once applied. */
  readonly isVolatile: boolean;
}

export interface MemoryStorageOptions {
  readonly databaseName: string;
  readonly random?: Random | undefined;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A database that lives as long as the process. */
export function openMemoryStorage(options: MemoryStorageOptions): Storage {
  const random = options.random ?? openSystemRandom();
  return new NodeStorage({ databaseName: options.databaseName, log: new MemoryLog(), random, incarnation: hex(random.bytes(16)), isVolatile: true });
}

export async function openStorage(options: StorageOptions): Promise<Storage> {
  const storage = new NodeStorage(options);
  await storage.recover();
  return storage;
}

class NodeStorage implements Storage {
  readonly databaseName: string;
  readonly #log: Log;
  readonly #random: Random;
  readonly #incarnation: string;
  readonly #writerId: string;
  readonly #isVolatile: boolean;
  readonly #state = new DatabaseState();
  #group: { readonly state: PublishedState; readonly transactions: ResolvedTransaction[]; readonly layer: StagedLayer } | undefined;
  #isAppending = false;
  #isClosed = false;
  #openSnapshots = 0;

  constructor(options: StorageOptions) {
    this.databaseName = options.databaseName;
    this.#log = options.log;
    this.#random = options.random;
    this.#incarnation = options.incarnation;
    this.#isVolatile = options.isVolatile;
    this.#writerId = hex(options.random.bytes(16));
  }

  /** Applies the log's tail. */
  async recover(): Promise<void> {
    for await (const record of this.#log.read(this.head().position + 1n)) this.#state.apply(record);
  }

  head(): Head { return this.#state.published.head; }

  snapshot(): Snapshot {
    assert(!this.#isClosed, 'a closed storage has no snapshots');
    this.#openSnapshots += 1;
    return new StateSnapshot(this.databaseName, this.#state.published, () => { this.#openSnapshots -= 1; });
  }

  stagedSnapshot(systemTime: bigint, earlier: readonly ResolvedTransaction[] = []): StagedSnapshot {
    const state = this.#state.published;
    return this.#openStaged(state, earlier.length === 0 ? undefined : this.#groupLayer(state, earlier), systemTime);
  }

  stagedSnapshotAt(snapshot: Snapshot, systemTime: bigint): StagedSnapshot {
    assert(snapshot instanceof StateSnapshot && !snapshot.isClosed, 'an open snapshot of this storage');
    return this.#openStaged(snapshot.state, undefined, systemTime);
  }

  #openStaged(state: PublishedState, group: StagedLayer | undefined, systemTime: bigint): StagedSnapshot {
    assert(!this.#isClosed, 'a closed storage has no snapshots');
    this.#openSnapshots += 1;
    return new StateStagedSnapshot(this.databaseName, state, group, systemTime, () => { this.#openSnapshots -= 1; });
  }

  /** The layer of a group's earlier transactions. Turns of one group extend the same one, so that a group costs what its events cost. */
  #groupLayer(state: PublishedState, earlier: readonly ResolvedTransaction[]): StagedLayer {
    let group = this.#group;
    const extendsGroup = group !== undefined && group.state === state && group.transactions.every((transaction, index) => transaction === earlier[index]);
    if (group === undefined || !extendsGroup) {
      group = { state, transactions: [], layer: new StagedLayer(viewsOf(state), state.seq) };
      this.#group = group;
    }
    for (const transaction of earlier.slice(group.transactions.length)) {
      group.layer.add(transaction);
      group.transactions.push(transaction);
    }
    return group.layer;
  }

  async append(transactions: readonly ResolvedTransaction[]): Promise<void> {
    assert(!this.#isClosed && !this.#isAppending, 'one append at a time, on an open storage');
    if (transactions.length === 0) return;
    this.#isAppending = true;
    try {
      const record = this.#recordOf(transactions);
      await this.#log.append(record);
      this.#group = undefined;
      this.#state.apply(record);
      if (this.#isVolatile) await this.#log.release(record.position);
    } finally {
      this.#isAppending = false;
    }
  }

  #recordOf(transactions: readonly ResolvedTransaction[]): LogRecord {
    const first = transactions[0] as ResolvedTransaction;
    const end = this.#log.end();
    const { head, seq } = this.#state.published;
    assert(end.position === head.position, 'everything in the log is applied');
    assert(first.systemTime > head.systemTime && first.txId > head.txId, 'a record begins after the head');
    return {
      incarnation: this.#incarnation, position: end.position + 1n, recordId: hex(this.#random.bytes(16)), parentId: end.recordId,
      writerId: this.#writerId, baseSystemTime: first.systemTime, firstTxId: first.txId, firstSeq: BigInt(seq) + 1n, cut: false, transactions,
    };
  }

  flushBlock(): Promise<void> { return Promise.resolve(); }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#log.close();
  }
}
