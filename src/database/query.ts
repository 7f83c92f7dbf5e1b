/** Queries of a session: settings, view, binding, planning, running. */
import type { EvaluationContext } from '../catalog/function.ts';
import type { Type } from '../data/types/type.ts';
import { type Batch, rowsOf } from '../data/vector/batch.ts';
import { bindQuery, bindSettings } from '../query/plan/bind-statement.ts';
import type { QueryStatement } from '../query/sql/ast.ts';
import type { Snapshot } from '../storage/storage.ts';
import { bindContext } from '../tx/binding.ts';
import { readViewOf } from '../tx/dml-statement.ts';
import { lookUp } from '../tx/key-lookup.ts';
import { declaredTypes, type ParameterInput, parameterValues } from '../tx/parameters.ts';
import { planKey } from '../tx/plan-key.ts';
import { evaluateBound, type PlannedQuery, planQuery, runQuery, textOf } from '../tx/planning.ts';
import { relationNames } from '../tx/relation-names.ts';
import { evaluationContext, type ReadView, type StatementEnvironment } from '../tx/statement-environment.ts';
import { ToldRows } from '../tx/told.ts';
import type { BoundStatement, TableName, Told, TransactionView, WriteStatement } from '../tx/write-statement.ts';
import { awaitToken, viewOptions } from './basis.ts';
import { EXPLAIN_COLUMNS, explainRows } from './explain.ts';
import type { OpenDatabase } from './open-database.ts';
import { readView } from './read-view.ts';
import { chunksResult, rowsResult, streamResult } from './result.ts';
import type { ExecutionResult, StatementDescription } from './session.ts';
import { instantOf } from './session-transaction.ts';

export interface QuerySource {
  readonly tree: QueryStatement;
  readonly text: string;
  readonly parameters: readonly ParameterInput[];
  readonly environment: StatementEnvironment;
  readonly database: OpenDatabase;
}

interface Prepared { readonly planned: PlannedQuery; readonly evaluation: EvaluationContext }

function prepare(source: Omit<QuerySource, 'parameters'>, declared: readonly (Type | undefined)[], view: ReadView): Prepared {
  const { tree, text, environment, database } = source;
  const evaluation = evaluationContext(environment, view, relationNames(view.catalog));
  const key = planKey(text, declared, environment.zone);
  const cached = database.plans.get(key, view.catalog);
  if (cached !== undefined) return { planned: cached.planned, evaluation };
  // A plan whose making told the client something is made again each time, so that it is told again.
  let wasNoticed = false;
  const noticing = { ...environment, onNotice: (notice: Parameters<StatementEnvironment['onNotice']>[0]) => { wasNoticed = true; environment.onNotice(notice); } };
  const planned = planQuery(bindQuery(tree, bindContext(view, noticing, evaluation, declared, text)), evaluation);
  if (!wasNoticed) database.plans.put(key, planned);
  return { planned, evaluation };
}

/** The view a query runs on: the transaction's, or a snapshot of its own with what SETTING says. */
async function openView(source: QuerySource, outer: ReadView | undefined): Promise<{ readonly view: ReadView; readonly close: () => void }> {
  const { tree, database, environment } = source;
  const hasSettings = tree.settings.some(({ kind }) => kind === 'value');
  const snapshot: Snapshot | undefined = outer === undefined ? database.storage.snapshot() : undefined;
  let plain = outer;
  const close = (): void => {
    if (plain !== outer) plain?.release?.();
    snapshot?.close();
  };
  try {
    plain ??= readView(database, snapshot as Snapshot);
    if (!hasSettings) return { view: plain, close };
    const evaluation = evaluationContext(environment, plain, relationNames(plain.catalog));
    const settings = bindSettings(tree, evaluation, declaredTypes(source.parameters));
    const values = parameterValues(source.parameters, [], evaluation);
    const valueOf = (expression: typeof settings.snapshotTime): ReturnType<typeof evaluateBound> | undefined =>
      (expression === undefined ? undefined : evaluateBound(expression, values, evaluation));
    const instant = (expression: typeof settings.snapshotTime, what: string): bigint | undefined => {
      const value = valueOf(expression);
      return value === undefined || value === null ? undefined : instantOf(value, environment.zone, what);
    };
    const text = (expression: typeof settings.snapshotToken, what: string): string | undefined => {
      const value = valueOf(expression);
      return value === undefined || value === null ? undefined : textOf(value, what);
    };
    const token = text(settings.awaitToken, 'AWAIT_TOKEN');
    if (token !== undefined) await awaitToken(database, token, environment.cancel.signal);
    const bounds = viewOptions(database, {
      snapshotToken: text(settings.snapshotToken, 'SNAPSHOT_TOKEN'), snapshotMicros: instant(settings.snapshotTime, 'SNAPSHOT_TIME'), clockMicros: instant(settings.clockTime, 'CLOCK_TIME'),
    });
    if (snapshot !== undefined) {
      plain.release?.();
      plain = readView(database, snapshot, bounds);
      return { view: plain, close };
    }
    const systemMicros = bounds.systemMicrosMax !== undefined && bounds.systemMicrosMax < plain.systemMicros ? bounds.systemMicrosMax : plain.systemMicros;
    return { view: { ...plain, systemMicros, clockMicros: bounds.clockMicros ?? plain.clockMicros }, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The answer of a key lookup whose plan is known, without waiting; undefined when the general way must be gone. */
export function lookUpQuery(source: QuerySource): ExecutionResult | undefined {
  const { tree, text, parameters, environment, database } = source;
  if (tree.settings.length > 0 || tree.explain !== undefined) return undefined;
  const snapshot = database.storage.snapshot();
  try {
    const cached = database.plans.get(planKey(text, declaredTypes(parameters), environment.zone), snapshot.catalog);
    if (cached?.lookup === undefined) return undefined;
    const { planned, lookup } = cached;
    const table = snapshot.catalog.table(lookup.schema, lookup.table);
    if (table === undefined) return undefined;
    const now = database.clock.nowMicros();
    const head = snapshot.head.systemTime;
    const clockMicros = now > head ? now : head;
    const context = { clockMicros, zone: environment.zone, tableOid: () => undefined, tableName: () => undefined };
    const chunks = lookUp(lookup, table, parameterValues(parameters, planned.parameters, context), clockMicros, head);
    return chunks === undefined ? undefined : chunksResult(planned.columns, chunks);
  } finally { snapshot.close(); }
}

export interface QueryHooks {
  readonly onClose: () => void;
  readonly onError: (error: unknown) => unknown;
  /** In a transaction that may write: what the client was told. */
  readonly remember: ((told: Told, reads: readonly TableName[]) => void) | undefined;
  readonly systemTime: bigint | undefined;
}

/** Told of a result that was not read to its end: it can only hold while nothing has changed. */
const INCOMPLETE: Told = { rowCount: -1, rowsHash: 0n };

export async function runSessionQuery(source: QuerySource, outer: ReadView | undefined, hooks: QueryHooks): Promise<ExecutionResult> {
  const { view, close } = await openView(source, outer);
  const { environment, parameters } = source;
  let prepared: Prepared;
  try {
    prepared = prepare(source, declaredTypes(parameters), view);
    const { planned, evaluation } = prepared;
    const batches = runQuery(planned, parameterValues(parameters, planned.parameters, evaluation), view, evaluation, environment);
    const told = hooks.remember === undefined ? undefined : new ToldRows(hooks.systemTime ?? 0n);
    let isComplete = false;
    return streamResult(planned.columns, batches, {
      onBatch: told === undefined ? undefined : (batch: Batch) => { for (const row of rowsOf(batch)) told.add(row); },
      onEnd: () => { isComplete = true; },
      onError: hooks.onError,
      onClose: () => {
        if (told !== undefined) hooks.remember?.(isComplete ? told.told() : INCOMPLETE, planned.usedTables);
        close();
        hooks.onClose();
      },
    });
  } catch (error) {
    close();
    throw error;
  }
}

export async function describeQuery(source: Omit<QuerySource, 'parameters'> & { readonly declared: readonly (Type | undefined)[] }, outer: ReadView | undefined): Promise<StatementDescription> {
  const snapshot = outer === undefined ? source.database.storage.snapshot() : undefined;
  let own: ReadView | undefined;
  try {
    if (source.tree.explain !== undefined) return { parameters: source.declared, columns: EXPLAIN_COLUMNS };
    own = outer === undefined ? readView(source.database, snapshot as Snapshot) : undefined;
    const { planned } = prepare(source, source.declared, outer ?? own as ReadView);
    return { parameters: planned.parameters, columns: planned.columns };
  } finally {
    own?.release?.();
    snapshot?.close();
  }
}

export async function explainQuery(source: QuerySource, outer: ReadView | undefined): Promise<ExecutionResult> {
  const { view, close } = await openView(source, outer);
  try {
    const { planned } = prepare(source, declaredTypes(source.parameters), view);
    return rowsResult(EXPLAIN_COLUMNS, explainRows(planned.plan), 'EXPLAIN');
  } finally { close(); }
}

/** A query as a statement of a transaction: run again at COMMIT when something it read has changed. */
export class QueryStatementInTransaction implements WriteStatement {
  readonly text: string;
  readonly #source: QuerySource;

  constructor(source: QuerySource) {
    this.#source = source;
    this.text = source.text;
  }

  bind(transactionView: TransactionView): BoundStatement {
    const { environment, parameters } = this.#source;
    const view = readViewOf(transactionView, environment);
    const { planned, evaluation } = prepare(this.#source, declaredTypes(parameters), view);
    const values = parameterValues(parameters, planned.parameters, evaluation);
    return {
      reads: planned.usedTables,
      run: async () => {
        const told = new ToldRows(transactionView.systemTime);
        for await (const batch of runQuery(planned, values, view, evaluation, environment)) for (const row of rowsOf(batch)) told.add(row);
        return { told: told.told(), returned: [], tables: [], declaration: undefined };
      },
    };
  }
}

