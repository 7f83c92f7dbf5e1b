/** One open database: its storage, its commit queue and what sessions share. */
import type { Clock } from '../base/clock.ts';
import { EngineError } from '../base/errors.ts';
import { MemoryBudget, queryBytesDefault } from '../base/memory-budget.ts';
import type { Random } from '../base/random.ts';
import { DEFAULT_FACTS, type SystemFacts } from '../catalog/system/system-facts.ts';
import { KernelMemory } from '../data/vector/kernel-memory.ts';
import type { QueryWorker } from '../query/exec/worker/query-worker.ts';
import type { Storage } from '../storage/storage.ts';
import { CommitQueue } from '../tx/commit-queue.ts';
import { viewColumns } from '../tx/view-columns.ts';
import { PlanCache } from './plan-cache.ts';
import type { Committed } from '../tx/write-transaction.ts';

/** Kernel memory of this thread, in blocks of 1 MiB: address space until it is touched. */
const KERNEL_BLOCKS = 64;
let threadMemory: KernelMemory | undefined;
/** What all queries of this thread may hold, where nobody says otherwise. */
let threadBudget: MemoryBudget | undefined;

export interface OpenDatabase {
  readonly name: string;
  readonly storage: Storage;
  readonly queue: CommitQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly memory: KernelMemory;
  readonly budget: MemoryBudget;
  readonly facts: SystemFacts;
  readonly plans: PlanCache;
  /** Runs queries in another thread; undefined: on this one. */
  readonly worker: QueryWorker | undefined;
  readonly siblings: Siblings;
}

/** The databases of a node, as each of them sees the others. */
export interface Siblings {
  /** The one that keeps the list of the others. */
  readonly primaryName: string;
  names(): readonly string[];
  /** Undefined for a name there is none of, and while it cannot be read. */
  find(name: string): OpenDatabase | undefined;
  /** Throws 42P04, and what opening it throws. */
  attach(name: string, config: string | undefined): Promise<Committed>;
  /** Throws 3D000. Its sessions end; its data stays where it is. */
  detach(name: string): Promise<Committed>;
}

const alone = (name: string): Siblings => {
  const refuse = (): Promise<never> => Promise.reject(new EngineError('unsupported', 'this database is not part of a node'));
  return { primaryName: name, names: () => [name], find: () => undefined, attach: refuse, detach: refuse };
};

export function openDatabaseOver(
  name: string, storage: Storage, clock: Clock, random: Random, worker?: QueryWorker, siblings: Siblings = alone(name), aheadMax?: bigint, budget?: MemoryBudget,
): OpenDatabase {
  const facts: SystemFacts = { ...DEFAULT_FACTS, viewColumns, get databases() { return siblings.names(); } };
  const memory = (threadMemory ??= new KernelMemory({ blocks: KERNEL_BLOCKS }));
  const shared = budget ?? (threadBudget ??= new MemoryBudget(queryBytesDefault()));
  return { name, storage, queue: new CommitQueue(storage, clock, aheadMax), clock, random, memory, budget: shared, facts, plans: new PlanCache(), worker, siblings };
}

export async function closeDatabase(database: OpenDatabase): Promise<void> {
  await database.queue.close();
  await database.storage.close();
}
