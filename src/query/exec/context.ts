/** What a query runs in: given from outside (`ExecutionContext`) and kept for its length (`QueryRun`). */
import type { CancelFlag } from '../../base/cancel.ts';
import { EngineError } from '../../base/errors.ts';
import type { MemoryBudget, MemoryShare } from '../../base/memory-budget.ts';
import { sleepMs, TimeSlice } from '../../base/turn.ts';
import type { EvaluationContext } from '../../catalog/function.ts';
import type { CatalogView } from '../../catalog/table-source.ts';
import type { Value } from '../../data/types/value.ts';
import type { Batch } from '../../data/vector/batch.ts';
import { type KernelMemory, Reservation, Scope } from '../../data/vector/kernel-memory.ts';
import type { RowBuffer } from '../../data/vector/row-buffer.ts';
import { compileExpression, compilePredicate } from '../expr/compile.ts';
import type { Evaluator, ExpressionContext, Predicate } from '../expr/evaluator.ts';
import type { BoundExpression } from '../plan/expression.ts';
import type { PhysicalPlan } from '../plan/physical-plan.ts';
import type { PlanMeasures } from './measures.ts';
import type { QueryWorker } from './worker/query-worker.ts';

/** The snapshot's instants. */
export interface Basis {
  /** Valid time that a scan without a clause is as of, µs. */
  readonly validMicros: bigint;
  /** System time that no scan sees beyond: [.., x] inclusive, µs. */
  readonly systemMicros: bigint;
}

export interface ExecutionContext {
  readonly catalog: CatalogView;
  /** By parameter index, 0-based. */
  readonly parameters: readonly Value[];
  readonly evaluation: EvaluationContext;
  readonly cancel: CancelFlag;
  readonly memory: KernelMemory;
  readonly basis: Basis;
  /** Blocks of kernel memory the query may hold; beyond them vectors lie in JavaScript memory. Default 32. */
  readonly blocksMax?: number | undefined;
  /** Bytes of rows and groups that this query alone may hold at a time, roughly counted; above them it ends with 53200. Default 1 GiB. */
  readonly bytesMax?: number | undefined;
  /** The same for all queries together. */
  readonly budget?: MemoryBudget | undefined;
  /** Most rows that a recursive query may produce. Default 10 million. */
  readonly recursionRowsMax?: number | undefined;
  /** Runs the plan in this worker thread instead of here; the results are the same. */
  readonly worker?: QueryWorker | undefined;
  /** Where operators note what they do. Such a plan runs here. */
  readonly measures?: PlanMeasures | undefined;
}

/** Batches of an operator: each is valid until the next one is asked for. Ending the iteration early ends everything below. */
export type Batches = AsyncGenerator<Batch, void, undefined>;

/** One relation that references read: rows of a WITH, or the working table of a recursion. */
export interface SharedRelation { rows: RowBuffer }

/** Plan → operators. Passed in, since operators open their inputs and would otherwise import what imports them. */
export type Build = (plan: PhysicalPlan, run: QueryRun, rowsNeeded: number) => Batches;

/** Something that grows with the rows of a query. */
export interface Holder { readonly byteCount: number }

const BYTES_MAX = 2 ** 30;

interface Shared {
  /** Who holds rows, by run: an Apply forgets those of one run of its right side at once. */
  readonly held: Map<QueryRun, Set<Holder>>;
  readonly build: Build;
  readonly context: ExecutionContext;
  readonly slice: TimeSlice;
  readonly scopes: Set<Scope>;
  readonly reservation: Reservation;
  readonly relations: Map<number, SharedRelation>;
  readonly evaluation: EvaluationContext;
  readonly share: MemoryShare | undefined;
  sleepMicros: bigint;
}

export class QueryRun {
  readonly context: ExecutionContext;
  readonly expressions: ExpressionContext;
  readonly relations: Map<number, SharedRelation>;
  readonly #shared: Shared;
  readonly #evaluators = new WeakMap<BoundExpression, Evaluator>();
  readonly #predicates = new WeakMap<BoundExpression, Predicate>();

  constructor(context: ExecutionContext, from: Build | QueryRun) {
    this.context = context;
    this.#shared = from instanceof QueryRun ? from.#shared : newShared(context, from);
    this.relations = this.#shared.relations;
    this.expressions = { evaluation: this.#shared.evaluation, parameters: context.parameters, correlation: { values: [] } };
  }

  /** For the right side of an Apply: the same query with correlation values of its own. */
  child(): QueryRun { return new QueryRun(this.context, this); }

  /** The batches of an input, of which at most `rowsNeeded` rows will be looked at. */
  open(plan: PhysicalPlan, rowsNeeded = Infinity): Batches { return this.#shared.build(plan, this, rowsNeeded); }

  get cancel(): CancelFlag { return this.context.cancel; }

  /** Compiled once, however often an Apply runs its right side. */
  evaluator(expression: BoundExpression): Evaluator {
    const known = this.#evaluators.get(expression);
    if (known !== undefined) return known;
    const evaluator = compileExpression(expression, this.expressions);
    this.#evaluators.set(expression, evaluator);
    return evaluator;
  }

  predicate(expression: BoundExpression): Predicate {
    const known = this.#predicates.get(expression);
    if (known !== undefined) return known;
    const predicate = compilePredicate(expression, this.expressions);
    this.#predicates.set(expression, predicate);
    return predicate;
  }

  /** A scope that is released at the end of the query at the latest. */
  scope(): Scope {
    const scope = new Scope(this.#shared.reservation);
    this.#shared.scopes.add(scope);
    return scope;
  }

  closeScope(scope: Scope): void {
    scope.release();
    this.#shared.scopes.delete(scope);
  }

  /** Whether `pause` must be awaited. Throws when the query was cancelled. Cheap: once a batch or per few thousand steps. */
  get isDue(): boolean {
    this.context.cancel.check();
    return this.#shared.sleepMicros > 0n || this.#shared.slice.isSpent;
  }

  /** Counts the bytes of what an operator keeps, from now to the end of the query (or of one run of an Apply's right side). */
  hold<T extends Holder>(holder: T): T {
    const held = this.#shared.held.get(this) ?? new Set();
    this.#shared.held.set(this, held.add(holder));
    return holder;
  }

  /** One holder counts no more. */
  drop(holder: Holder): void { this.#shared.held.get(this)?.delete(holder); }

  /** What this run held counts no more. */
  forget(): void { this.#shared.held.delete(this); }

  #checkBytes(): void {
    const most = this.context.bytesMax ?? this.context.budget?.bytesMax ?? BYTES_MAX;
    let sum = 0;
    for (const holders of this.#shared.held.values()) for (const holder of holders) sum += holder.byteCount;
    this.#shared.share?.resize(sum);
    if (sum > most) throw new EngineError('out-of-memory', `the query needs more than the ${Math.ceil(most / 2 ** 20)} MiB it may use for its rows`);
  }

  /** Gives the event loop a turn; sleeps what PG_SLEEP has asked for. */
  async pause(): Promise<void> {
    const shared = this.#shared;
    this.#checkBytes();
    while (shared.sleepMicros > 0n) {
      const micros = shared.sleepMicros > 3_600_000_000n ? 3_600_000_000n : shared.sleepMicros;
      shared.sleepMicros -= micros;
      await sleepMs(Number(micros) / 1000, this.cancel.signal);
      this.cancel.check();
    }
    await shared.slice.pause();
    this.cancel.check();
  }

  close(): void {
    for (const scope of this.#shared.scopes) scope.release();
    this.#shared.scopes.clear();
    this.#shared.held.clear();
    this.#shared.share?.close();
  }
}

function newShared(context: ExecutionContext, build: Build): Shared {
  const shared: Shared = {
    build,
    held: new Map(),
    context,
    slice: new TimeSlice(),
    scopes: new Set(),
    reservation: new Reservation(context.memory, context.blocksMax ?? 32),
    relations: new Map(),
    share: context.budget?.open(),
    evaluation: { ...context.evaluation, sleep: (micros) => { if (micros > 0n) shared.sleepMicros += micros; } },
    sleepMicros: 0n,
  };
  return shared;
}
