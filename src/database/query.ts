/** Queries of a session: settings, view, binding, planning, running. */
import type { EvaluationContext } from '../catalog/function.ts';
import type { Type } from '../data/types/type.ts';
import { type Batch, rowsOf } from '../data/vector/batch.ts';
import { bindQuery, bindSettings } from '../query/plan/bind-statement.ts';
import type { QueryStatement } from '../query/sql/ast.ts';
import type { Snapshot } from '../storage/storage.ts';
import { bindContext } from '../tx/binding.ts';
import { readViewOf } from '../tx/dml-statement.ts';
import { declaredTypes, type ParameterInput, parameterValues } from '../tx/parameters.ts';
import { evaluateBound, type PlannedQuery, planQuery, runQuery, textOf } from '../tx/planning.ts';
import { relationNames } from '../tx/relation-names.ts';
import { evaluationContext, type ReadView, type StatementEnvironment } from '../tx/statement-environment.ts';
import { ToldRows } from '../tx/told.ts';
import type { BoundStatement, TableName, Told, TransactionView, WriteStatement } from '../tx/write-statement.ts';
import { awaitToken, viewOptions } from './basis.ts';
import { EXPLAIN_COLUMNS, explainRows } from './explain.ts';
import { type OpenDatabase, readView } from './open-database.ts';
import { rowsResult, streamResult } from './result.ts';
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

function prepare(tree: QueryStatement, text: string, declared: readonly (Type | undefined)[], view: ReadView, environment: StatementEnvironment): Prepared {
  const evaluation = evaluationContext(environment, view, relationNames(view.catalog));
  const planned = planQuery(bindQuery(tree, bindContext(view, environment, evaluation, declared, text)), evaluation);
  return { planned, evaluation };
}

/** The view a query runs on: the transaction's, or a snapshot of its own with what SETTING says. */
async function openView(source: QuerySource, outer: ReadView | undefined): Promise<{ readonly view: ReadView; readonly close: () => void }> {
  const { tree, database, environment } = source;
  const hasSettings = tree.settings.some(({ kind }) => kind === 'value');
  const snapshot: Snapshot | undefined = outer === undefined ? database.storage.snapshot() : undefined;
  const close = (): void => { snapshot?.close(); };
  try {
    const plain = outer ?? readView(database, snapshot as Snapshot);
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
    const systemMicros = bounds.systemMicrosMax !== undefined && bounds.systemMicrosMax < plain.systemMicros ? bounds.systemMicrosMax : plain.systemMicros;
    return { view: { ...plain, systemMicros, clockMicros: bounds.clockMicros ?? plain.clockMicros }, close };
  } catch (error) {
    close();
    throw error;
  }
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
    prepared = prepare(source.tree, source.text, declaredTypes(parameters), view, environment);
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
  try {
    const view = outer ?? readView(source.database, snapshot as Snapshot);
    if (source.tree.explain !== undefined) return { parameters: source.declared, columns: EXPLAIN_COLUMNS };
    const { planned } = prepare(source.tree, source.text, source.declared, view, source.environment);
    return { parameters: planned.parameters, columns: planned.columns };
  } finally { snapshot?.close(); }
}

export async function explainQuery(source: QuerySource, outer: ReadView | undefined): Promise<ExecutionResult> {
  const { view, close } = await openView(source, outer);
  try {
    const { planned } = prepare(source.tree, source.text, declaredTypes(source.parameters), view, source.environment);
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
    const { planned, evaluation } = prepare(this.#source.tree, this.text, declaredTypes(parameters), view, environment);
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

