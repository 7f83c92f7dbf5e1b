/** Query expressions: WITH, set operations, VALUES, RECORDS, pipelines, and ORDER BY / LIMIT around any of them. */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { join, joinAll } from '../../data/types/column-type.ts';
import { BOOL, notNull, NULL_TYPE } from '../../data/types/type.ts';
import type { FromPipeline, QueryBody, QueryExpression, RecordsQuery, Select, SetOperation, ValuesQuery } from '../sql/ast.ts';
import type { Expression, SortItem } from '../sql/ast-expression.ts';
import { bindXtql } from '../xtql/bind-xtql.ts';
import { bindCommonTables } from './bind-common-table.ts';
import { bindFrom } from './bind-from.ts';
import { bindOrder, bindSelect, limitRows } from './bind-select.ts';
import type { SelectSpec } from './bind-select.ts';
import { plainEnvironment } from './binder.ts';
import type { Binder, QueryEnvironment, QueryResult } from './binder.ts';
import { NULL_LITERAL } from './cast-type.ts';
import type { BoundExpression } from './expression.ts';
import { conjunction } from './expression-tree.ts';
import type { LogicalPlan } from './logical-plan.ts';
import { columnRef } from './plan-tree.ts';
import { requireBoolean } from './require-boolean.ts';
import { emptyScope, makeScope } from './scope.ts';
import type { Scope } from './scope.ts';

interface Ordering { readonly orderBy: readonly SortItem[]; readonly limit: Expression | undefined; readonly offset: Expression | undefined }

export function bindQueryExpression(binder: Binder, query: QueryExpression, environment: QueryEnvironment): QueryResult {
  if (query.with === undefined) return bindOrdered(binder, query.body, query, environment);
  const tables = bindCommonTables(binder, query.with, environment);
  return tables.wrap(bindOrdered(binder, query.body, query, tables.environment));
}

function bindOrdered(binder: Binder, body: QueryBody, ordering: Ordering, environment: QueryEnvironment): QueryResult {
  if (body.kind === 'select') return bindSelectBody(binder, body, ordering, environment);
  if (body.kind === 'from-pipeline') return bindPipeline(binder, body, ordering, environment);
  return orderResult(binder, bindBody(binder, body, environment), ordering, environment);
}

const NO_ORDER: Ordering = { orderBy: [], limit: undefined, offset: undefined };

export function bindBody(binder: Binder, body: QueryBody, environment: QueryEnvironment): QueryResult {
  switch (body.kind) {
    case 'select': case 'from-pipeline': return bindOrdered(binder, body, NO_ORDER, environment);
    case 'set-operation': return bindSetOperation(binder, body, environment);
    case 'values': return bindValues(binder, body, environment);
    case 'records': return bindRecords(binder, body, environment);
    case 'xtql': return bindXtql(binder, body, environment);
    case 'query-expression': return bindQueryExpression(binder, body, environment);
  }
}

function bindSelectBody(binder: Binder, select: Select, ordering: Ordering, environment: QueryEnvironment): QueryResult {
  const { distinct, items, where, groupBy, having, windows } = select;
  const { orderBy, limit, offset } = ordering;
  return bindSelect(binder, bindFrom(binder, select.from, environment), { distinct, items, where, groupBy, having, windows, orderBy, limit, offset }, environment);
}

const orderingOf = (ordering: Ordering): Ordering => ({ orderBy: ordering.orderBy, limit: ordering.limit, offset: ordering.offset });

/** FROM first: each tail works on what the one before made; the last SELECT takes the ordering. */
function bindPipeline(binder: Binder, pipeline: FromPipeline, ordering: Ordering, environment: QueryEnvironment): QueryResult {
  let current: { plan: LogicalPlan; scope: Scope } = bindFrom(binder, pipeline.from, environment);
  const lastSelect = pipeline.tails.findLastIndex((tail) => tail.kind === 'select');
  const filterAfter = (index: number): boolean => pipeline.tails.slice(index + 1).length > 0;
  let result: QueryResult | undefined;
  for (const [index, tail] of pipeline.tails.entries()) {
    if (tail.kind === 'where') {
      const predicate = requireBoolean(binder.expression(tail.condition, plainEnvironment(current.scope, environment, 'WHERE'), BOOL), tail.condition, 'WHERE');
      current = { ...current, plan: { kind: 'filter', input: current.plan, predicate } };
      result = undefined;
      continue;
    }
    const isLast = index === lastSelect && !filterAfter(index);
    const spec: SelectSpec = { ...tail, where: undefined, ...(isLast ? orderingOf(ordering) : NO_ORDER) };
    result = bindSelect(binder, current, spec, environment);
    if (isLast) return result;
    current = { plan: result.plan, scope: outputScope(result, environment.outer) };
  }
  const star = { kind: 'star' as const, qualifier: [], exclude: [], rename: [], start: pipeline.start, end: pipeline.end };
  return bindSelect(binder, current, { distinct: undefined, items: [star], where: undefined, groupBy: undefined, having: undefined, windows: [], ...orderingOf(ordering) }, environment);
}

function outputScope(result: QueryResult, outer: Scope | undefined): Scope {
  return makeScope([], result.columns.map((column) => ({ table: undefined, name: column.name, expression: () => columnRef(column), hidden: false, qualifiedOnly: false })), outer);
}

/** ORDER BY and LIMIT over finished rows: only their columns can be named. */
function orderResult(binder: Binder, result: QueryResult, ordering: Ordering, environment: QueryEnvironment): QueryResult {
  let { plan } = result;
  if (ordering.orderBy.length > 0) {
    const items = result.columns.map((column) => ({ name: column.name, expression: columnRef(column), position: 0 }));
    const inside = plainEnvironment(emptyScope(environment.outer), environment, 'ORDER BY');
    plan = { kind: 'sort', input: plan, keys: bindOrder(binder, ordering.orderBy, items, inside) };
  }
  return { plan: limitRows(binder, plan, ordering.limit, ordering.offset, environment), columns: result.columns };
}

function bindSetOperation(binder: Binder, operation: SetOperation, environment: QueryEnvironment): QueryResult {
  const left = bindBody(binder, operation.left, environment);
  const right = bindBody(binder, operation.right, environment);
  return combineSets(binder, operation, left, right);
}

export function combineSets(binder: Binder, operation: Pick<SetOperation, 'operation' | 'all' | 'start'>, left: QueryResult, right: QueryResult): QueryResult {
  if (left.columns.length !== right.columns.length) {
    throw new EngineError('syntax-error', `Column count mismatch on ${operation.operation.toUpperCase()} set operation: expected ${left.columns.length}, given ${right.columns.length}`, { position: operation.start, ofState: true });
  }
  const columns = left.columns.map((column, index) => {
    const other = must(right.columns[index], 'as many columns').type;
    return binder.newColumn(column.name, operation.operation === 'except' ? column.type : join(column.type, other));
  });
  const leftPlan = operation.operation === 'intersect' ? withoutNulls(left) : left.plan;
  return { plan: { kind: 'set-operation', operation: operation.operation, all: operation.all, left: leftPlan, right: right.plan, columns }, columns };
}

/** INTERSECT compares as a join does: a row with a NULL meets no other. (UNION and EXCEPT take NULLs as equal.) */
function withoutNulls(result: QueryResult): LogicalPlan {
  const present = result.columns.filter((column) => column.type.nullable)
    .map((column): BoundExpression => ({ kind: 'is-null', arg: columnRef(column), negated: true, type: notNull(BOOL) }));
  return present.length === 0 ? result.plan : { kind: 'filter', input: result.plan, predicate: conjunction(present) };
}

function bindValues(binder: Binder, values: ValuesQuery, environment: QueryEnvironment): QueryResult {
  const width = values.rows[0]?.length ?? 0;
  const inside = plainEnvironment(emptyScope(environment.outer), environment, 'VALUES');
  const rows = values.rows.map((row) => {
    if (row.length !== width) throw new EngineError('syntax-error', `Column count mismatch: expected ${width}, given ${row.length}`, { position: row[0]?.start ?? values.start });
    return row.map((item) => binder.expression(item, inside));
  });
  const columns = Array.from({ length: width }, (_, index) => binder.newColumn(`_column_${index + 1}`, joinAll(new Set(rows.map((row) => must(row[index], 'as wide as the first').type)))));
  return { plan: { kind: 'values', columns, rows }, columns };
}

/** Columns are the union of the keys in order of first appearance; an absent key is NULL. */
function bindRecords(binder: Binder, query: RecordsQuery, environment: QueryEnvironment): QueryResult {
  const inside = plainEnvironment(emptyScope(environment.outer), environment, 'RECORDS');
  const records = query.records.map((record) => {
    if (record.kind === 'parameter') throw new EngineError('unsupported', 'A record as a parameter can stand only in INSERT and PATCH', { position: record.start });
    const bound = binder.expression(record, inside);
    return new Map<string, BoundExpression>(bound.kind === 'struct' ? bound.fields.map((field) => [field.name, field.value]) : []);
  });
  const names = [...new Set(records.flatMap((record) => [...record.keys()]))];
  const columns = names.map((name) => binder.newColumn(name, joinAll(records.map((record) => record.get(name)?.type ?? NULL_TYPE))));
  return { plan: { kind: 'values', columns, rows: records.map((record) => names.map((name) => record.get(name) ?? NULL_LITERAL)) }, columns };
}
