/**
 * The commit queue: every write of a database goes through here, one group at a time.
 *
 *   submit(request) ─▶ queue ─▶ turn: resolve each at the head, on what the group decided before it
 *                                 │        ├─ transaction (committed or aborted: both are facts)
 *                                 │        └─ nothing (nothing to write, or an error that leaves no trace)
 *                                 └─▶ storage.append(group) ─▶ durable and applied ─▶ answers
 *
 * While one group is being made durable the next requests wait; that wait is what makes groups. A request is resolved once for each
 * turn it gets, never twice into the log.
 */
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { EngineError } from '../base/errors.ts';
import type { ResolvedTransaction } from '../storage/event.ts';
import type { Head, StagedSnapshot, Storage } from '../storage/storage.ts';
import { sizeOf } from '../storage/transaction-size.ts';

/** More requests than this wait for the next group, so that no group grows without bound. */
const GROUP_TRANSACTIONS_MAX = 256;
/**
 * A group is one record of the log, which has a largest size: what fits alone must not be refused for what others write at the same time.
 * A transaction that makes its group larger than this gets a record of its own, and ends the group.
 */
const GROUP_BYTES_MAX = 8 * 1024 * 1024;

/** Where a transaction stands when it is decided. */
export interface CommitTurn {
  /** The head including the transactions of this group before it. */
  readonly head: Head;
  /** Decided before it in this group. */
  readonly earlier: readonly ResolvedTransaction[];
  /** The id it will have if it writes. */
  readonly txId: bigint;
  /** An explicit system time may not be later than this, µs; undefined: as late as it likes. */
  readonly systemTimeMax: bigint | undefined;
  /** A system time above the head's and not before the clock's, unless the head is ahead of the clock. */
  readonly nextSystemTime: bigint;
  /** The head plus `earlier`, for events of this system time. The caller closes it. */
  staged(systemTime: bigint): StagedSnapshot;
}

export interface Decision<Result> {
  /** What goes into the log, or undefined for nothing. */
  readonly transaction: ResolvedTransaction | undefined;
  /** What the client is told once that is durable: a value, or an error (of an aborted transaction). */
  readonly answer: { readonly kind: 'value'; readonly value: Result } | { readonly kind: 'error'; readonly error: unknown };
}

/** Decides one transaction at its turn. A throw leaves no trace in the log and is the client's answer. */
export type CommitRequest<Result> = (turn: CommitTurn) => Promise<Decision<Result>>;

interface Waiting {
  readonly request: CommitRequest<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

interface Decided { readonly waiting: Waiting; readonly decision: Decision<unknown> }

export class CommitQueue {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #aheadMax: bigint | undefined;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  /** `aheadMax`: how far ahead of the clock an explicit system time may be, µs; undefined: any time. */
  constructor(storage: Storage, clock: Clock, aheadMax?: bigint) {
    this.#aheadMax = aheadMax;
    this.#storage = storage;
    this.#clock = clock;
  }

  /** Resolves when the transaction is durable and applied, rejects with its error. */
  submit<Result>(request: CommitRequest<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(new EngineError('shutting-down', 'the database is closing'));
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ request, resolve: resolve as (value: never) => void, reject });
      this.#running ??= this.#run();
    });
  }

  /** Waits for what is under way; later requests are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, GROUP_TRANSACTIONS_MAX);
      const { records, count } = await this.#decide(group);
      if (count < group.length) this.#waiting = [...group.slice(count), ...this.#waiting];
      await this.#append(records);
    }
    // In the same step as the last look: a request that came between the two would wait for good.
    this.#running = undefined;
  }

  /** Decides the first `count` of a group: as many as records may hold, which are two where the last transaction is large. */
  async #decide(group: readonly Waiting[]): Promise<{ readonly records: readonly (readonly Decided[])[]; readonly count: number }> {
    const transactions: ResolvedTransaction[] = [];
    const records: [Decided[], ...Decided[][]] = [[]];
    let bytes = 0;
    let count = 0;
    for (; count < group.length && bytes <= GROUP_BYTES_MAX; count++) {
      const waiting = group[count] as Waiting;
      try {
        const decision = await waiting.request(this.#turn(transactions));
        const { transaction } = decision;
        if (transaction !== undefined) {
          const previous = transactions.at(-1) ?? this.#storage.head();
          assert(transaction.txId > previous.txId, 'transaction ids rise');
          assert(transaction.systemTime > previous.systemTime, 'system times rise');
          bytes += sizeOf(transaction).bytes;
          if (bytes > GROUP_BYTES_MAX && transactions.length > 0) records.push([]);
          transactions.push(transaction);
        }
        (records.at(-1) ?? records[0]).push({ waiting, decision });
      } catch (error) {
        waiting.reject(error);
      }
    }
    return { records, count };
  }

  /** One record after the other; what was decided on top of one that is not written is not written either. */
  async #append(records: readonly (readonly Decided[])[]): Promise<void> {
    for (const [index, record] of records.entries()) {
      const transactions = record.flatMap(({ decision }) => decision.transaction ?? []);
      try {
        if (transactions.length > 0) await this.#storage.append(transactions);
      } catch (error) {
        for (const { waiting } of records.slice(index).flat()) waiting.reject(error);
        return;
      }
      for (const { waiting, decision: { answer } } of record) {
        if (answer.kind === 'value') waiting.resolve(answer.value as never);
        else waiting.reject(answer.error);
      }
    }
  }

  #turn(transactions: readonly ResolvedTransaction[]): CommitTurn {
    const last = transactions.at(-1);
    const stored = this.#storage.head();
    const head: Head = last === undefined ? stored : { position: stored.position, txId: last.txId, systemTime: last.systemTime };
    const earlier = [...transactions];
    const now = this.#clock.nowMicros();
    return {
      head,
      earlier,
      txId: head.txId + 1n,
      systemTimeMax: this.#aheadMax === undefined ? undefined : now + this.#aheadMax,
      nextSystemTime: now > head.systemTime ? now : head.systemTime + 1n,
      staged: (systemTime) => this.#storage.stagedSnapshot(systemTime, earlier),
    };
  }
}
