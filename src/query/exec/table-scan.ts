/**
 * TableScan: asks a table source for the columns and periods of the plan and applies the filter.
 *
 *   AS OF x            [x, x + 1)                      x NULL: the basis
 *   FROM x TO y        [x, y)                          x NULL: beginning of time, y NULL: unbounded
 *   BETWEEN x AND y    [x, y + 1)
 *   ALL                [least, ∞]
 *   no clause          AS OF the basis
 *
 * System bounds end at the snapshot. Columns that only the output needs are admitted for a chunk of which some row passed.
 */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { type ColumnBound, findTable, MICROS_MAX, MICROS_MIN, type PeriodBounds, type ScanRequest } from '../../catalog/table-source.ts';
import { admitColumn } from '../../data/vector/admit.ts';
import type { Batch } from '../../data/vector/batch.ts';
import type { RowChunk } from '../../data/vector/chunk.ts';
import { gatherVector } from '../../data/vector/column-buffer.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import { NULL_VECTOR, type Vector } from '../../data/vector/vector.ts';
import { inputsOf } from '../expr/compile.ts';
import type { Predicate } from '../expr/evaluator.ts';
import type { BoundExpression } from '../plan/expression.ts';
import type { PhysicalBound, PhysicalPeriod } from '../plan/physical-plan.ts';
import type { Batches, QueryRun } from './context.ts';
import type { PlanOf } from './operator.ts';
import { constantOf } from './values.ts';
import { microsOf } from './instant.ts';

const COMPACT_BELOW = 1 / 8;

function boundOf(expression: BoundExpression, run: QueryRun, absent: bigint): bigint {
  const value = constantOf(expression, run);
  return value === null ? absent : microsOf(value, run.context.evaluation.zone);
}

/** x + 1 µs, unless that is past the end of time. */
const after = (micros: bigint): bigint => (micros >= MICROS_MAX ? MICROS_MAX : micros + 1n);

export function periodOf(period: PhysicalPeriod | undefined, run: QueryRun, basis: bigint): PeriodBounds {
  if (period === undefined) return { from: basis, to: after(basis) };
  switch (period.kind) {
    case 'all': return { from: MICROS_MIN, to: MICROS_MAX };
    case 'as-of': { const at = boundOf(period.at, run, basis); return { from: at, to: after(at) }; }
    case 'from-to': return { from: boundOf(period.from, run, MICROS_MIN), to: boundOf(period.to, run, MICROS_MAX) };
    case 'between': return { from: boundOf(period.from, run, MICROS_MIN), to: after(boundOf(period.to, run, MICROS_MAX)) };
  }
}

/** No later than the snapshot sees. What begins after the snapshot is as of the snapshot: nothing that it sees has ended since. */
function capped(bounds: PeriodBounds, systemMicros: bigint): PeriodBounds {
  const end = after(systemMicros);
  if (bounds.to <= end) return bounds;
  return { from: bounds.from > systemMicros ? systemMicros : bounds.from, to: end };
}

/** The bound with its values; undefined when one of them is NULL or unfit, which only the filter may judge. */
function columnBound(bound: PhysicalBound, run: QueryRun): ColumnBound | undefined {
  const found = bound.values.map((expression) => constantOf(expression, run)).filter((value) => value !== null);
  if (bound.op === 'in') return { column: bound.column, op: 'in', values: found };
  const value = found[0];
  return value === undefined ? undefined : { column: bound.column, op: bound.op, value };
}

function requestOf(plan: PlanOf<'TableScan'>, run: QueryRun, rowsNeeded: number): ScanRequest {
  const { basis, catalog } = run.context;
  const peer = plan.database === undefined ? undefined : catalog.peer?.(plan.database);
  const systemMicros = peer?.systemMicros ?? basis.systemMicros;
  return {
    columns: plan.sources,
    valid: periodOf(plan.valid, run, basis.validMicros),
    system: capped(periodOf(plan.system, run, systemMicros), systemMicros),
    clampValid: plan.clampValid,
    bounds: plan.bounds.map((bound) => columnBound(bound, run)).filter((bound) => bound !== undefined),
    ...(rowsNeeded < Infinity && plan.filter === undefined ? { limit: rowsNeeded } : {}),
  };
}

export async function* tableScan(plan: PlanOf<'TableScan'>, run: QueryRun, rowsNeeded: number): Batches {
  const source = findTable(run.context.catalog, plan);
  if (source === undefined) throw new EngineError('undefined-table', `Table not found: ${plan.schema}.${plan.table}`);
  const request = requestOf(plan, run, rowsNeeded);
  if (request.valid.from >= request.valid.to || request.system.from >= request.system.to) return;
  const predicate = plan.filter === undefined ? undefined : run.predicate(plan.filter);
  const filterInputs = plan.filter === undefined ? new Set<number>() : inputsOf(plan.filter);
  const scope = run.scope();
  const measure = run.context.measures?.of(plan);
  for await (const chunk of source.scan(request, run.cancel)) {
    if (measure !== undefined) measure.scannedRowCount += chunk.rowCount;
    const batch = predicate === undefined ? admitAll(chunk, scope) : admitFiltered(chunk, predicate, filterInputs, scope);
    if (run.isDue) await run.pause();
    if (batch !== null && batch.rowCount > 0) yield batch;
    scope.release();
  }
  run.closeScope(scope);
}

function admitAll(chunk: RowChunk, scope: Scope): Batch {
  return { rowCount: chunk.rowCount, vectors: chunk.columns.map((column) => admitColumn(column, chunk.rowCount, scope)), selection: null };
}

/** Filter columns first; the others only if a row passed. Null when none did. */
function admitFiltered(chunk: RowChunk, predicate: Predicate, filterInputs: ReadonlySet<number>, scope: Scope): Batch | null {
  const { rowCount } = chunk;
  if (rowCount === 0) return null;
  const vectors: Vector[] = chunk.columns.map((column, index) => (filterInputs.has(index) ? admitColumn(column, rowCount, scope) : NULL_VECTOR));
  const selected = predicate.select({ rowCount, vectors, selection: null }, scope);
  if (selected.length === 0) return null;
  for (let index = 0; index < vectors.length; index++) {
    if (!filterInputs.has(index)) vectors[index] = admitColumn(must(chunk.columns[index], 'a chunk has fewer columns than were asked for'), rowCount, scope);
  }
  if (selected.length === rowCount) return { rowCount, vectors, selection: null };
  if (selected.length >= rowCount * COMPACT_BELOW) return { rowCount, vectors, selection: selected };
  return { rowCount: selected.length, vectors: vectors.map((vector) => gatherVector(vector, selected, scope, false)), selection: null };
}

