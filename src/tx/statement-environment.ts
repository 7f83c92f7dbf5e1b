/** What a statement runs in, beside the data: session, zone, cancel flag, memory. */
import type { CancelFlag } from '../base/cancel.ts';
import type { MemoryBudget } from '../base/memory-budget.ts';
import type { Random } from '../base/random.ts';
import type { EvaluationContext, SettingsAccess } from '../catalog/function.ts';
import type { SystemFacts } from '../catalog/system/system-facts.ts';
import type { CatalogView } from '../catalog/table-source.ts';
import type { KernelMemory } from '../data/vector/kernel-memory.ts';
import type { QueryWorker } from '../query/exec/worker/query-worker.ts';
import type { BindNotice } from '../query/plan/bound-query.ts';
import { encodeSnapshotToken } from './tokens.ts';

export interface StatementEnvironment {
  readonly databaseName: string;
  readonly user: string;
  readonly zone: string;
  readonly searchPath: string;
  readonly settings: SettingsAccess;
  readonly random: Random;
  readonly memory: KernelMemory;
  /** What queries may hold together. */
  readonly budget: MemoryBudget;
  readonly worker: QueryWorker | undefined;
  /** What catalog tables say beside the tables themselves. */
  readonly facts: SystemFacts;
  readonly cancel: CancelFlag;
  readonly awaitToken: () => string;
  readonly onNotice: (notice: BindNotice) => void;
}

/** The database as of one moment: names, rows, and the two instants that queries without a clause are as of. */
export interface ReadView {
  readonly catalog: CatalogView;
  declaredType(schema: string, table: string, column: string): string | undefined;
  /** CURRENT_TIMESTAMP and the default valid time, µs. */
  readonly clockMicros: bigint;
  /** Nothing later than this system time is seen, µs. */
  readonly systemMicros: bigint;
  /** What a token of the view names: the last system time that is seen, µs, by database. */
  readonly snapshotTimes: () => ReadonlyMap<string, bigint>;
  /** Frees what the view opened by itself: snapshots of other databases. */
  readonly release?: (() => void) | undefined;
}

export function evaluationContext(environment: StatementEnvironment, view: ReadView, relations: RelationNames): EvaluationContext {
  return {
    clockMicros: view.clockMicros,
    zone: environment.zone,
    user: environment.user,
    database: environment.databaseName,
    searchPath: environment.searchPath,
    settings: environment.settings,
    snapshotToken: () => encodeSnapshotToken(view.snapshotTimes()),
    awaitToken: environment.awaitToken,
    random: environment.random,
    tableOid: (name) => relations.oidOf(name),
    tableName: (oid) => relations.nameOf(oid),
    viewText: (oid) => relations.viewTextOf(oid),
    sleep: () => undefined,
  };
}

/** OIDs of relations, as `regclass` needs them. */
export interface RelationNames {
  oidOf(name: string): number | undefined;
  nameOf(oid: number): string | undefined;
  /** The query of a view. */
  viewTextOf(oid: number): string | undefined;
}
