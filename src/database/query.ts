/** Queries of a session: settings, view, binding, planning, running. */
import { unreachable } from '../base/assert.ts';
import { isEngineError } from '../base/errors.ts';
import type { EvaluationContext } from '../catalog/function.ts';
import type { CastContext } from '../data/types/cast.ts';
import type { Type } from '../data/types/type.ts';
import type { Value } from '../data/types/value.ts';
import { type Batch, rowsOf } from '../data/vector/batch.ts';
import { bindQuery, bindSettings } from '../query/plan/bind-statement.ts';
import type { LiftedText } from '../query/plan/lifted-literals.ts';
import { PlanMeasures } from '../query/exec/measures.ts';
import type { QueryStatement } from '../query/sql/ast.ts';
import { slotValue } from '../query/sql/text-shape.ts';
import type { Snapshot } from '../storage/storage.ts';
import { bindContext } from '../tx/binding.ts';
import { readViewOf } from '../tx/dml-statement.ts';
import { keyLookupOf, lookUp } from '../tx/key-lookup.ts';
import { declaredTypes, type ParameterInput, parameterValues } from '../tx/parameters.ts';
import { planKey } from '../tx/plan-key.ts';
import { evaluateBound, type PlannedQuery, planQuery, runQuery, textOf } from '../tx/planning.ts';
import { relationNames } from '../tx/relation-names.ts';
import { evaluationContext, type ReadView, type StatementEnvironment } from '../tx/statement-environment.ts';
import { ToldRows } from '../tx/told.ts';
import { type BoundStatement, NOTHING_DONE, type TableName, type Told, type TransactionView, type WriteStatement } from '../tx/write-statement.ts';
import { awaitToken, viewOptions } from './basis.ts';
import { ANALYZE_COLUMNS, analyzeRows, EXPLAIN_COLUMNS, explainRows } from './explain.ts';
import type { OpenDatabase } from './open-database.ts';
import { movedPosition, type SessionStatement } from './parsed.ts';
import type { CachedPlan } from './plan-cache.ts';
import { earlierView, type PeerSnapshots, readView, withPeers } from './read-view.ts';
import { chunksResult, rowsResult, streamResult } from './result.ts';
import type { ExecutionResult, StatementDescription } from './session.ts';
import { instantOf } from './session-transaction.ts';

export interface QuerySource {
  /** A query. */
  readonly statement: SessionStatement;
  readonly parameters: readonly ParameterInput[];
  readonly environment: StatementEnvironment;
  readonly database: OpenDatabase;
  /** Other databases as an open transaction sees them. */
  readonly peers?: PeerSnapshots | undefined;
}

type BoundSource = Omit<QuerySource, 'parameters'>;

interface Prepared extends CachedPlan { readonly evaluation: EvaluationContext }

function treeOf({ tree }: SessionStatement): QueryStatement {
  return tree?.kind === 'query' ? tree : unreachable(tree as never, 'a query');
}

/** What a plan of the statement is kept under: text and shape cannot be taken for one another. A prepared statement mostly has the same again. */
function keyOf(statement: SessionStatement, declared: readonly (Type | undefined)[], zone: string): string {
  const { text, known, lastKey } = statement;
  if (lastKey !== undefined && lastKey.known === known && lastKey.zone === zone && sameTypes(lastKey.declared, declared)) return lastKey.key;
  const key = planKey(known === undefined ? `T${text}` : `S${known.identity}`, declared, zone);
  statement.lastKey = { known, declared, zone, key };
  return key;
}

const sameTypes = (a: readonly (Type | undefined)[], b: readonly (Type | undefined)[]): boolean => a.length === b.length && a.every((type, index) => type === b[index]);

/** `comesBack`: the statement was described, so that it will be run. */
function prepare(source: BoundSource, declared: readonly (Type | undefined)[], view: ReadView, comesBack = false): Prepared {
  const { statement, environment, database } = source;
  const evaluation = evaluationContext(environment, view, relationNames(view.catalog));
  const cached = database.plans.get(keyOf(statement, declared, environment.zone), view.catalog);
  if (cached !== undefined) return { ...cached, evaluation };
  // A plan whose making told the client something is made again each time, so that it is told again.
  const notices: Parameters<StatementEnvironment['onNotice']>[0][] = [];
  const noticing = { ...environment, onNotice: (notice: (typeof notices)[number]) => { notices.push(notice); } };
  const plan = (lifting?: LiftedText): PlannedQuery => {
    notices.length = 0;
    return planQuery(bindQuery(treeOf(statement), bindContext(view, noticing, evaluation, declared, statement.text, lifting)), evaluation);
  };
  const planned = planLifted(statement, declared, plan);
  for (const notice of notices) environment.onNotice(notice);
  const { shape, parameterCount } = statement;
  const { texts } = database.plans;
  const isWorthKeeping = comesBack || shape === undefined || parameterCount > 0 || texts.comesAgain(shape);
  if (isWorthKeeping) statement.known = shape === undefined || planned.literals === undefined ? undefined : texts.add(shape, planned.literals.pinned, parameterCount);
  const made = { planned, lookup: keyLookupOf(planned.plan), place: { position: statement.position, shape } };
  if (notices.length === 0 && isWorthKeeping) database.plans.put(keyOf(statement, declared, environment.zone), made);
  return { ...made, evaluation };
}

/** The plan with the literals lifted where they can be. What then has no plan may have one as it is written, or an error of its own. */
function planLifted({ shape, parameterCount }: SessionStatement, declared: readonly (Type | undefined)[], plan: (lifting?: LiftedText) => PlannedQuery): PlannedQuery {
  if (shape === undefined || declared.length < parameterCount) return plan();
  try {
    return plan({ shape, parametersBefore: declared.length });
  } catch (error) {
    if (isEngineError(error)) return plan();
    throw error;
  }
}

/** The statement's parameters, and behind them the literals that the plan has lifted. */
function valuesOf({ planned, evaluation }: Pick<Prepared, 'planned'> & { readonly evaluation: CastContext }, statement: SessionStatement, parameters: readonly ParameterInput[]): readonly Value[] {
  const values = parameterValues(parameters, planned.parameters, evaluation);
  const { shape } = statement;
  if (planned.literals === undefined || shape === undefined) return values;
  for (const { slot, isNegative } of planned.literals.lifted) values.push(slotValue(shape, slot, isNegative));
  return values;
}

/** The error with its place in the text that was sent, where the plan was made for another one. */
const placed = (error: unknown, { place }: CachedPlan, statement: SessionStatement): unknown =>
  (isEngineError(error) ? error.moved((position) => movedPosition(statement, place, position)) : error);

/** The view a query runs on: the transaction's, or a snapshot of its own with what SETTING says. */
async function openView(source: QuerySource, outer: ReadView | undefined): Promise<{ readonly view: ReadView; readonly close: () => void }> {
  const { statement, database, environment } = source;
  const tree = statement.shape === undefined ? treeOf(statement) : undefined;
  const hasSettings = tree !== undefined && tree.settings.some(({ kind }) => kind === 'value');
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
    return { view: earlierView(plain, bounds), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The answer of a key lookup whose plan is known, without waiting; undefined when the general way must be gone. */
export function lookUpQuery(statement: SessionStatement, parameters: readonly ParameterInput[], zone: string, database: OpenDatabase): ExecutionResult | undefined {
  if (statement.shape === undefined) return undefined;
  const snapshot = database.storage.snapshot();
  try {
    const cached = database.plans.get(keyOf(statement, declaredTypes(parameters), zone), snapshot.catalog);
    if (cached?.lookup === undefined) return undefined;
    const { planned, lookup } = cached;
    const table = snapshot.catalog.table(lookup.schema, lookup.table);
    if (table === undefined) return undefined;
    const now = database.clock.nowMicros();
    const head = snapshot.head.systemTime;
    const clockMicros = now > head ? now : head;
    const context = { clockMicros, zone, tableOid: () => undefined, tableName: () => undefined };
    const chunks = lookUp(lookup, table, valuesOf({ planned, evaluation: context }, statement, parameters), clockMicros, head);
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

/** Other databases are seen as of BEGIN also when the query runs again: what changes there says nothing about it. */
const ownTables = ({ usedTables }: PlannedQuery): readonly TableName[] => usedTables.filter(({ database }) => database === undefined);

/** Told of a result that was not read to its end: it can only hold while nothing has changed. */
const INCOMPLETE: Told = { rowCount: -1, rowsHash: 0n };

export async function runSessionQuery(source: QuerySource, outer: ReadView | undefined, hooks: QueryHooks): Promise<ExecutionResult> {
  const { view, close } = await openView(source, outer);
  const { environment, parameters, statement } = source;
  try {
    const prepared = prepare(source, declaredTypes(parameters), view);
    const { planned, evaluation } = prepared;
    const batches = runQuery(planned, valuesOf(prepared, statement, parameters), view, evaluation, environment);
    const told = hooks.remember === undefined ? undefined : new ToldRows(hooks.systemTime ?? 0n);
    let isComplete = false;
    return streamResult(planned.columns, batches, {
      onBatch: told === undefined ? undefined : (batch: Batch) => { for (const row of rowsOf(batch)) told.add(row); },
      onEnd: () => { isComplete = true; },
      isCancelled: () => environment.cancel.isSet,
      onError: (error) => hooks.onError(placed(error, prepared, statement)),
      onClose: () => {
        if (told !== undefined) hooks.remember?.(isComplete ? told.told() : INCOMPLETE, ownTables(planned));
        close();
        hooks.onClose();
      },
    });
  } catch (error) {
    close();
    throw error;
  }
}

export async function describeQuery(source: BoundSource & { readonly declared: readonly (Type | undefined)[] }, outer: ReadView | undefined): Promise<StatementDescription> {
  const snapshot = outer === undefined ? source.database.storage.snapshot() : undefined;
  let own: ReadView | undefined;
  try {
    if (source.statement.kind === 'explain') return { parameters: source.declared, columns: isAnalyze(source.statement) ? ANALYZE_COLUMNS : EXPLAIN_COLUMNS };
    own = outer === undefined ? readView(source.database, snapshot as Snapshot) : undefined;
    const { planned } = prepare(source, source.declared, outer ?? own as ReadView, true);
    return { parameters: planned.parameters, columns: planned.columns };
  } finally {
    own?.release?.();
    snapshot?.close();
  }
}

const isAnalyze = (statement: SessionStatement): boolean => treeOf(statement).explain?.analyze === true;

/** EXPLAIN; with ANALYZE the query runs to its end, and its rows are thrown away. */
export async function explainQuery(source: QuerySource, outer: ReadView | undefined): Promise<ExecutionResult> {
  const { view, close } = await openView(source, outer);
  const { statement, parameters, environment, database } = source;
  try {
    const prepared = prepare(source, declaredTypes(parameters), view);
    const { planned, evaluation } = prepared;
    if (!isAnalyze(statement)) return rowsResult(EXPLAIN_COLUMNS, explainRows(planned.plan), 'EXPLAIN');
    const measures = new PlanMeasures(() => database.clock.monotonicMs());
    try {
      const batches = runQuery(planned, valuesOf(prepared, statement, parameters), view, evaluation, environment, measures)[Symbol.asyncIterator]();
      while ((await batches.next()).done !== true) { /* the operators take notes */ }
    } catch (error) { throw placed(error, prepared, statement); }
    return rowsResult(ANALYZE_COLUMNS, analyzeRows(planned.plan, measures, database.name), 'EXPLAIN');
  } finally { close(); }
}

/** A query as a statement of a transaction: run again at COMMIT when something it read has changed. */
export class QueryStatementInTransaction implements WriteStatement {
  readonly text: string;
  readonly #source: QuerySource;

  constructor(source: QuerySource) {
    this.#source = source;
    this.text = source.statement.text;
  }

  bind(transactionView: TransactionView): BoundStatement {
    const { environment, parameters, peers } = this.#source;
    const own = readViewOf(transactionView, environment);
    const view = peers === undefined ? own : withPeers(own, peers);
    const prepared = prepare(this.#source, declaredTypes(parameters), view);
    const { planned, evaluation } = prepared;
    const values = valuesOf(prepared, this.#source.statement, this.#source.parameters);
    return {
      reads: ownTables(planned),
      run: async () => {
        const told = new ToldRows(transactionView.systemTime);
        try {
          for await (const batch of runQuery(planned, values, view, evaluation, environment)) for (const row of rowsOf(batch)) told.add(row);
        } catch (error) { throw placed(error, prepared, this.#source.statement); }
        return { ...NOTHING_DONE, told: told.told() };
      },
    };
  }
}

