/**
 * DML: syntax tree → `BoundDml` (see `dml.ts` for the columns of each kind).
 *
 *   UPDATE t FOR VALID_TIME FROM x TO y SET a = e WHERE p
 *     project _id, max(_valid_from, x), min(_valid_to, y), a IS DISTINCT FROM e, old columns, e
 *       └─ filter p
 *            └─ scan t FOR VALID_TIME FROM x TO y
 */
import { unreachable } from '../../base/assert.ts';
import { BOOL, notNull } from '../../data/types/type.ts';
import type { Assert, Delete, Erase, Insert, Patch, Update } from '../sql/ast.ts';
import { bindExtent, clampedFrom, clampedTo } from './bind-extent.ts';
import type { Extent } from './bind-extent.ts';
import { bindInsert } from './bind-insert.ts';
import { bindPatch } from './bind-patch.ts';
import { boundQuery, withBinder } from './bind-statement.ts';
import { scanTable } from './bind-table.ts';
import type { TableScan } from './bind-table.ts';
import { plainEnvironment } from './binder.ts';
import type { Binder } from './binder.ts';
import type { BindContext } from './bound-query.ts';
import { makeCall } from './call-type.ts';
import { NULL_LITERAL } from './cast-type.ts';
import type { BoundDml } from './dml.ts';
import { refuseSystemColumns, targetShape, updateHint } from './dml-target.ts';
import { disjunction } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';
import type { LogicalPlan, PlanColumn } from './logical-plan.ts';
import { columnRef, ONE_ROW } from './plan-tree.ts';
import { must } from '../../base/assert.ts';
import { NO_ENVIRONMENT } from './query-environment.ts';
import { requireBoolean } from './require-boolean.ts';
import { bindReturning, writtenRow } from './returning.ts';
import { emptyScope, makeScope } from './scope.ts';
import type { Scope, ScopeEntry } from './scope.ts';
import type { Expression } from '../sql/ast-expression.ts';
import type { TableShape } from '../../catalog/table-source.ts';
import { EngineError } from '../../base/errors.ts';

export type DmlStatement = Insert | Update | Delete | Erase | Patch | Assert;

/** Throws 42P01, 42703 and the like with positions; 42501 for tables of system schemas; 42939 for columns that begin with `_`. */
export function bindDml(statement: DmlStatement, context: BindContext): BoundDml {
  return withBinder(context, (binder) => bindStatement(binder, statement)).result(); // built after the last round, so that notices come once
}

function bindStatement(binder: Binder, statement: DmlStatement): () => BoundDml {
  switch (statement.kind) {
    case 'insert': return bindInsert(binder, statement);
    case 'update': return bindUpdate(binder, statement);
    case 'delete': return bindDelete(binder, statement);
    case 'erase': return bindErase(binder, statement);
    case 'patch': return bindPatch(binder, statement);
    case 'assert': return bindAssert(binder, statement);
    default: return unreachable(statement);
  }
}

interface Target { readonly shape: TableShape; readonly scan: TableScan; readonly scope: Scope; readonly plan: LogicalPlan }

/** The stored pieces that the statement is about. */
function matchedRows(binder: Binder, statement: Update | Delete | Erase, extent: Extent | undefined): Target {
  const shape = targetShape(binder, statement.table, extent === undefined ? 'ever' : 'now');
  const periods = extent === undefined
    ? { valid: { kind: 'all' as const }, system: { kind: 'all' as const }, clampValid: false }
    : { valid: extent.filter, system: undefined, clampValid: false };
  const alias = statement.alias?.text ?? shape.name;
  const scan = scanTable(binder, shape, periods, statement.start, undefined, alias);
  const scope = makeScope([{ alias, schema: statement.alias === undefined ? shape.schema : undefined }], scan.entries, undefined);
  return { shape, scan, scope, plan: filterRows(binder, scan.plan, statement.where, scope) };
}

function filterRows(binder: Binder, plan: LogicalPlan, where: Expression | undefined, scope: Scope): LogicalPlan {
  if (where === undefined) return plan;
  return { kind: 'filter', input: plan, predicate: requireBoolean(binder.expression(where, plainEnvironment(scope, NO_ENVIRONMENT, 'WHERE'), BOOL), where, 'WHERE') };
}

const column = (target: Target, name: string): PlanColumn => must(target.scan.column(name), `a stored table has ${name}`);

interface Projection { readonly output: PlanColumn; readonly expression: BoundExpression }
const projection = (binder: Binder, name: string, expression: BoundExpression): Projection => ({ output: binder.newColumn(name, expression.type), expression });

/** _id, _valid_from, _valid_to, the valid time cut to the extent. */
function pieceColumns(binder: Binder, target: Target, extent: Extent): readonly [Projection, Projection, Projection] {
  return [
    projection(binder, '_id', columnRef(column(target, '_id'))),
    projection(binder, '_valid_from', clampedFrom(columnRef(column(target, '_valid_from')), extent)),
    projection(binder, '_valid_to', clampedTo(columnRef(column(target, '_valid_to')), extent)),
  ];
}

function bindUpdate(binder: Binder, statement: Update): () => BoundDml {
  const extent = bindExtent(binder, statement.extent);
  const target = matchedRows(binder, statement, extent);
  const documentColumns = [...target.shape.columns.keys()].filter((name) => name !== '_id');
  const inside = plainEnvironment(target.scope, NO_ENVIRONMENT, 'SET');
  const seen = new Set<string>();
  const assignments = statement.assignments.map((assignment) => {
    const name = assignment.column.text;
    refuseSystemColumns([assignment.column], 'UPDATE', []);
    if (seen.has(name)) throw new EngineError('duplicate-column', `The column ${name} is set twice`, { position: assignment.column.start });
    seen.add(name);
    return { name, value: updateHint(binder, target.shape, assignment.column, assignment.value, (hint) => binder.expression(assignment.value, inside, hint)) };
  });
  const old = (name: string): BoundExpression => { const found = target.scan.column(name); return found === undefined ? NULL_LITERAL : columnRef(found); };
  const changed = disjunction(assignments.map(({ name, value }) => makeCall('is_distinct_from', [old(name), value])));
  const pieces = pieceColumns(binder, target, extent);
  const fixed = [
    ...pieces, projection(binder, 'changed', { ...changed, type: notNull(BOOL) }),
    ...documentColumns.map((name) => projection(binder, name, old(name))),
    ...assignments.map(({ name, value }) => projection(binder, name, value)),
  ];
  const assigned = new Map(assignments.map(({ name, value }) => [name, value]));
  const row = writtenRow(target.scope, (entry) => assigned.get(entry.name), pieces[1].expression, pieces[2].expression, [...assigned.keys()], binder);
  return finishRows(binder, target.plan, fixed, statement.returning, row, (source, returning) => ({
    kind: 'update', schema: target.shape.schema, table: target.shape.name, source, returning, documentColumns, assigned: [...assigned.keys()],
  }));
}

function bindDelete(binder: Binder, statement: Delete): () => BoundDml {
  const extent = bindExtent(binder, statement.extent);
  const target = matchedRows(binder, statement, extent);
  const pieces = pieceColumns(binder, target, extent);
  const row = writtenRow(target.scope, () => undefined, pieces[1].expression, pieces[2].expression, [], binder);
  return finishRows(binder, target.plan, pieces, statement.returning, row, (source, returning) => ({ kind: 'delete', schema: target.shape.schema, table: target.shape.name, source, returning }));
}

function bindErase(binder: Binder, statement: Erase): () => BoundDml {
  const target = matchedRows(binder, statement, undefined);
  const fixed = [projection(binder, '_id', columnRef(column(target, '_id')))];
  return finishRows(binder, target.plan, fixed, statement.returning, target.scope.entries, (source, returning) => ({ kind: 'erase', schema: target.shape.schema, table: target.shape.name, source, returning }));
}

type Finish = (source: ReturnType<typeof boundQuery>, returning: { readonly firstColumn: number } | undefined) => BoundDml;

function finishRows(binder: Binder, input: LogicalPlan, fixed: readonly Projection[], returning: Update['returning'], row: readonly ScopeEntry[], finish: Finish): () => BoundDml {
  const returned = bindReturning(binder, returning, row);
  const plan: LogicalPlan = { kind: 'project', input, columns: [...fixed, ...returned] };
  return () => finish(boundQuery(binder, plan), returned.length === 0 ? undefined : { firstColumn: fixed.length });
}

function bindAssert(binder: Binder, statement: Assert): () => BoundDml {
  const condition = requireBoolean(binder.expression(statement.condition, plainEnvironment(emptyScope(undefined), NO_ENVIRONMENT, 'ASSERT'), BOOL), statement.condition, 'ASSERT');
  const plan: LogicalPlan = { kind: 'project', input: ONE_ROW, columns: [projection(binder, 'assert', condition)] };
  return () => ({ kind: 'assert', source: boundQuery(binder, plan), message: statement.message });
}
