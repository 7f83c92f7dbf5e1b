/** INSERT, UPDATE, DELETE, PATCH, ERASE and ASSERT as statements of a transaction. */
import type { CancelFlag } from '../base/cancel.ts';
import { EngineError } from '../base/errors.ts';
import type { MemoryShare } from '../base/memory-budget.ts';
import { SeededRandom } from '../base/random.ts';
import { TimeSlice } from '../base/turn.ts';
import { withSystemTables } from '../catalog/system/system-catalog.ts';
import type { CastContext } from '../data/types/cast.ts';
import type { Type } from '../data/types/type.ts';
import { isStruct, type Value } from '../data/types/value.ts';
import { rowsOf } from '../data/vector/batch.ts';
import { valueBytes } from '../data/vector/value-bytes.ts';
import { bindDml, type DmlStatement } from '../query/plan/bind-dml.ts';
import { DOCUMENT } from '../query/plan/bind-record.ts';
import { type ConstantRow, constantRow } from '../query/plan/constant-rows.ts';
import type { BoundDml } from '../query/plan/dml.ts';
import type { OutputColumn } from '../query/plan/physical-plan.ts';
import type { RowEvent } from '../storage/event.ts';
import { bindContext } from './binding.ts';
import { type EventContext, eventsOf } from './dml-events.ts';
import { declaredType, declaredTypes, type ParameterInput, parameterValues } from './parameters.ts';
import { planKey } from './plan-key.ts';
import { type PlannedQuery, runQuery } from './planning.ts';
import { relationNames } from './relation-names.ts';
import { evaluationContext, type ReadView, type StatementEnvironment } from './statement-environment.ts';
import { ToldRows } from './told.ts';
import { planWrite, type WritePlan, type WritePlans } from './write-plans.ts';
import { type BoundStatement, NOTHING_DONE, type TableName, type TransactionView, type WriteResult, type WriteStatement } from './write-statement.ts';

/** Rows of one statement that are held at once; more must come in several transactions. */
const STATEMENT_ROWS_MAX = 10_000_000;
/** Constant rows between two looks at the clock and the cancel flag. */
const ROWS_PER_SLICE = 1024;
/** A row that is written is held as a row and as an event; the log's record and live data are compact. */
const WRITTEN_COPIES = 2;

export const readViewOf = (view: TransactionView, environment: StatementEnvironment): ReadView => ({
  catalog: withSystemTables(view.catalog, environment.facts),
  declaredType: (schema, table, column) => view.declaredType(schema, table, column),
  clockMicros: view.systemTime,
  systemMicros: view.systemTime,
  snapshotTimes: () => new Map([[environment.databaseName, view.systemTime]]),
});

/** RETURNING's columns, or undefined. */
export function returningColumns(dml: BoundDml): readonly OutputColumn[] | undefined {
  return dml.kind === 'assert' || dml.returning === undefined ? undefined : dml.source.columns.slice(dml.returning.firstColumn);
}

export class DmlWriteStatement implements WriteStatement {
  readonly text: string;
  readonly #statement: DmlStatement;
  readonly #inputs: readonly ParameterInput[];
  readonly #environment: StatementEnvironment;
  readonly #plans: WritePlans;
  /** The same sequence in every run, so that volatile functions replay. */
  #seed: number | undefined;

  constructor(statement: DmlStatement, text: string, inputs: readonly ParameterInput[], environment: StatementEnvironment, plans: WritePlans) {
    this.#statement = statement;
    this.text = text;
    this.#inputs = inputs;
    this.#environment = environment;
    this.#plans = plans;
  }

  bind(view: TransactionView): BoundStatement {
    const environment = this.#environment;
    const read = readViewOf(view, environment);
    const plan = this.#plan(read);
    return plan.rows.kind === 'constant' ? this.#bindConstant(plan.dml, plan.rows.rows, read) : this.#bindPlanned(plan.dml, plan.rows.planned, read);
  }

  /** A plan whose making told the client something is made again each time, so that it is told again. */
  #plan(read: ReadView): WritePlan {
    const types = this.#inputTypes();
    const key = planKey(this.text, types, this.#environment.zone);
    const known = this.#plans.get(key, read.catalog);
    if (known !== undefined) return known;
    let wasNoticed = false;
    const noticing: StatementEnvironment = { ...this.#environment, onNotice: (notice) => { wasNoticed = true; this.#environment.onNotice(notice); } };
    const evaluation = evaluationContext(noticing, read, relationNames(read.catalog));
    const plan = planWrite(bindDml(this.#statement, bindContext(read, noticing, evaluation, types, this.text)), read.catalog, evaluation);
    if (!wasNoticed) this.#plans.put(key, plan);
    return plan;
  }

  /** Where every record is a parameter, its fields are its own business: documents of all kinds share one plan. */
  #inputTypes(): readonly (Type | undefined)[] {
    return isOfDocuments(this.#statement) ? this.#inputs.map((input) => (input.kind === 'typed' && isStruct(input.value) ? DOCUMENT : declaredType(input))) : declaredTypes(this.#inputs);
  }

  #bindConstant(dml: BoundDml, rows: readonly ConstantRow[], read: ReadView): BoundStatement {
    const { cancel, zone } = this.#environment;
    const values = parameterValues(this.#inputs, dml.source.parameters, { clockMicros: read.clockMicros, zone, ...relationOids(read) });
    return {
      reads: readsOf(dml, dml.source.usedTables),
      run: async () => {
        const slice = new TimeSlice();
        const written: Value[][] = [];
        for (const row of rows) {
          written.push(constantRow(row, values));
          if (written.length % ROWS_PER_SLICE === 0) { cancel.check(); await slice.pause(); }
        }
        return resultOf(dml, written, read.systemMicros, this.#environment);
      },
    };
  }

  #bindPlanned(dml: BoundDml, planned: PlannedQuery, read: ReadView): BoundStatement {
    this.#seed ??= Math.floor(this.#environment.random.unit() * 2 ** 32);
    const environment = { ...this.#environment, random: new SeededRandom(this.#seed) };
    const evaluation = evaluationContext(environment, read, relationNames(read.catalog));
    const values = parameterValues(this.#inputs, planned.parameters, evaluation);
    return {
      reads: readsOf(dml, planned.usedTables),
      run: async () => {
        const share = environment.budget.open();
        try {
          const rows = await collect(runQuery(planned, values, read, evaluation, environment), environment, share);
          return await resultOf(dml, rows, read.systemMicros, environment);
        } finally { share.close(); }
      },
    };
  }
}

/** The written table too, though it may not exist yet: what its name stands for matters. */
const readsOf = (dml: BoundDml, used: readonly TableName[]): readonly TableName[] => (dml.kind === 'assert' ? used : [...used, { schema: dml.schema, table: dml.table }]);

/** INSERT … RECORDS $1, $2, … without RETURNING. */
function isOfDocuments(statement: DmlStatement): boolean {
  if (statement.kind !== 'insert' || statement.returning.length > 0) return false;
  const { body } = statement.source;
  return body.kind === 'records' && body.records.every((record) => record.kind === 'parameter');
}

function relationOids(read: ReadView): Pick<CastContext, 'tableOid' | 'tableName'> {
  const relations = relationNames(read.catalog);
  return { tableOid: (name) => relations.oidOf(name), tableName: (oid) => relations.nameOf(oid) };
}

async function collect(batches: ReturnType<typeof runQuery>, environment: StatementEnvironment, share: MemoryShare): Promise<Value[][]> {
  const rows: Value[][] = [];
  const slice = new TimeSlice();
  let bytes = 0;
  for await (const batch of batches) {
    const before = rows.length;
    for (const row of rowsOf(batch)) rows.push(row);
    bytes += WRITTEN_COPIES * (rows.length - before) * valueBytes(rows[before] ?? null);
    share.resize(bytes);
    if (rows.length > STATEMENT_ROWS_MAX) throw new EngineError('value-too-large', `a statement may write at most ${STATEMENT_ROWS_MAX} rows`, { hint: 'Write in several transactions.' });
    environment.cancel.check();
    await slice.pause();
  }
  return rows;
}

async function resultOf(dml: BoundDml, rows: readonly Value[][], systemTime: bigint, environment: StatementEnvironment): Promise<WriteResult> {
  const told = new ToldRows(systemTime);
  if (dml.kind === 'assert') {
    if (rows.length !== 1 || rows[0]?.[0] !== true) throw new EngineError('assert-failed', dml.message ?? 'Assert failed');
    return NOTHING_DONE;
  }
  const events = await eventsInSlices(dml, rows, { systemTime, zone: environment.zone }, environment.cancel);
  const first = dml.returning?.firstColumn;
  const columns = returningColumns(dml);
  const returned = columns === undefined ? undefined : { columns, rows: rows.map((row) => row.slice(first)) };
  for (const row of returned?.rows ?? []) told.add(row);
  return {
    told: { rowCount: rowCountOf(dml, rows, events), rowsHash: told.told().rowsHash },
    returned,
    changes: [{ kind: 'events', schema: dml.schema, table: dml.table, events }],
  };
}

/** Where each row makes its own events, a slice of rows at a time, so that a long statement can be cancelled here too. */
async function eventsInSlices(dml: Exclude<BoundDml, { kind: 'assert' }>, rows: readonly Value[][], context: EventContext, cancel: CancelFlag): Promise<readonly RowEvent[]> {
  if (rows.length <= ROWS_PER_SLICE || dml.kind === 'erase' || dml.kind === 'patch') return eventsOf(dml, rows, context);
  const slice = new TimeSlice();
  const events: RowEvent[] = [];
  for (let from = 0; from < rows.length; from += ROWS_PER_SLICE) {
    for (const event of eventsOf(dml, rows.slice(from, from + ROWS_PER_SLICE), context)) events.push(event);
    cancel.check();
    await slice.pause();
  }
  return events;
}

/** What the command tag says: rows matched; for ERASE entities; for PATCH and INSERT records. */
function rowCountOf(dml: BoundDml, rows: readonly Value[][], events: readonly RowEvent[]): number {
  if (dml.kind === 'erase') return events.length;
  if (dml.kind === 'patch') return new Set(rows.map((row) => row[0])).size;
  return rows.length;
}

export type { DmlStatement, Type };
