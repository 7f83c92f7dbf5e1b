/** One open database: its storage, its commit queue and what sessions share. */
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { withSystemTables } from '../catalog/system/system-catalog.ts';
import { DEFAULT_FACTS, type SystemFacts } from '../catalog/system/system-facts.ts';
import { MICROS_MIN } from '../catalog/table-source.ts';
import { KernelMemory } from '../data/vector/kernel-memory.ts';
import type { QueryWorker } from '../query/exec/worker/query-worker.ts';
import type { Snapshot, Storage } from '../storage/storage.ts';
import { CommitQueue } from '../tx/commit-queue.ts';
import { PlanCache } from './plan-cache.ts';
import type { ReadView } from '../tx/statement-environment.ts';

/** Kernel memory of this thread, in blocks of 1 MiB: address space until it is touched. */
const KERNEL_BLOCKS = 64;
let threadMemory: KernelMemory | undefined;

export interface OpenDatabase {
  readonly name: string;
  readonly storage: Storage;
  readonly queue: CommitQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly memory: KernelMemory;
  readonly facts: SystemFacts;
  readonly plans: PlanCache;
  /** Runs queries in another thread; undefined: on this one. */
  readonly worker: QueryWorker | undefined;
}

export function openDatabaseOver(name: string, storage: Storage, clock: Clock, random: Random, worker?: QueryWorker): OpenDatabase {
  return { name, storage, queue: new CommitQueue(storage, clock), clock, random, memory: (threadMemory ??= new KernelMemory({ blocks: KERNEL_BLOCKS })), facts: DEFAULT_FACTS, plans: new PlanCache(), worker };
}

export async function closeDatabase(database: OpenDatabase): Promise<void> {
  await database.queue.close();
  await database.storage.close();
}

/** Options that move a view away from now. */
export interface ViewOptions {
  /** No later system time is seen, µs. */
  readonly systemMicrosMax?: bigint | undefined;
  readonly clockMicros?: bigint | undefined;
}

/** A snapshot as statements see it. CURRENT_TIMESTAMP is never before what the snapshot contains. */
export function readView(database: OpenDatabase, snapshot: Snapshot, options: ViewOptions = {}): ReadView {
  const head = snapshot.head.systemTime;
  const systemMicros = options.systemMicrosMax !== undefined && options.systemMicrosMax < head ? options.systemMicrosMax : head;
  const now = database.clock.nowMicros();
  return {
    catalog: withSystemTables(snapshot.catalog, database.facts),
    declaredType: (schema, table, column) => snapshot.declaredType(schema, table, column),
    clockMicros: options.clockMicros ?? (now > head ? now : head),
    // Before the first transaction there is nothing to see; tokens then name 1970.
    systemMicros: systemMicros === MICROS_MIN ? 0n : systemMicros,
  };
}
