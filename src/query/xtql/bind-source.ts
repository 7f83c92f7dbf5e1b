/**
 * Sources of rows: `from` and `rel`.
 *
 *     (from :docs [{:xt/id e} {:name "Ivan"} age])
 *        project (e: _id, age)  ─  filter (name = 'Ivan')  ─  scan docs
 */
import { exists, findTable } from '../../catalog/table-source.ts';
import { EngineError } from '../../base/errors.ts';
import { joinAll } from '../../data/types/column-type.ts';
import { INSTANT, NULL_TYPE } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import { takeField } from '../plan/bind-expression.ts';
import { scanTable } from '../plan/bind-table.ts';
import type { TableScan } from '../plan/bind-table.ts';
import { toInstant } from '../plan/bind-temporal.ts';
import { makeCall } from '../plan/call-type.ts';
import { NULL_LITERAL } from '../plan/cast-type.ts';
import type { BoundExpression } from '../plan/expression.ts';
import { elementType } from '../plan/list-type.ts';
import type { LogicalPlan, TemporalFilter } from '../plan/logical-plan.ts';
import { columnRef, ONE_ROW } from '../plan/plan-tree.ts';
import type { Binding, FromSource, RelSource, TemporalBounds, XtqlExpression } from './ast.ts';
import { bindExpression, operandOf } from './bind-expression.ts';
import type { NewColumn } from './rows.ts';
import { filterRows, replaceRows } from './rows.ts';
import type { Locals, Rows, XtqlBinder, XtqlScope } from './scope.ts';
import { notInScope } from './scope.ts';
import { namesIn } from './variables.ts';

/** What a source has under a name; NULL where it has nothing. */
type ColumnOf = (name: string) => BoundExpression;

/** The columns that the bindings name as variables; those bound to anything else must equal it, as must two under one variable. */
export function bindColumns(xtql: XtqlBinder, plan: LogicalPlan, bind: readonly Binding[], columnOf: ColumnOf, locals: Locals): Rows {
  const scope: XtqlScope = { variables: new Map(), locals };
  const columns = new Map<string, BoundExpression>();
  const predicates: BoundExpression[] = [];
  for (const { name, expression, start } of bind) {
    const position = xtql.position(start);
    const column = columnOf(name);
    if (expression.kind !== 'name' || (locals.has(expression.name) && !expression.prefersVariable)) {
      const [leg, ...others] = column.type.legs;
      predicates.push(makeCall('=', [column, bindExpression(xtql, expression, scope, others.length === 0 ? leg : undefined)], position));
      continue;
    }
    const same = columns.get(expression.name);
    if (same === undefined) columns.set(expression.name, column);
    else if (same !== column) predicates.push(makeCall('=', [same, column], position));
  }
  return replaceRows(xtql.binder, filterRows(plan, predicates), [...columns].map(([name, expression]): NewColumn => ({ name, expression })));
}

export function bindFrom(xtql: XtqlBinder, from: FromSource, locals: Locals): Rows {
  const scan = scanOf(xtql, from, locals);
  if (scan === undefined) return bindColumns(xtql, { kind: 'values', columns: [], rows: [] }, from.bind, () => NULL_LITERAL, locals);
  const byName = new Map(scan.entries.map((entry) => [entry.name, entry]));
  const stars = from.star ? scan.entries.filter((entry) => !entry.hidden).map((entry): Binding => ({
    name: entry.name, expression: { kind: 'name', name: entry.name, text: entry.name, prefersVariable: true, start: from.start }, start: from.start,
  })) : [];
  return bindColumns(xtql, scan.plan, [...from.bind, ...stars], (name) => byName.get(name)?.expression() ?? NULL_LITERAL, locals);
}

/** Undefined where there is no such table: it may come into being with its first row, until then it has none. */
function scanOf(xtql: XtqlBinder, from: FromSource, locals: Locals): TableScan | undefined {
  const { binder, environment } = xtql;
  const { catalog, defaultSchema, onNotice } = binder.context;
  const { schema = defaultSchema, table } = from.table;
  const database = from.table.database === catalog.databaseName ? undefined : from.table.database;
  const position = xtql.position(from.start);
  if (database !== undefined && catalog.peer?.(database) === undefined) throw new EngineError('undefined-database', `Unknown database: ${database}`, { position });
  const valid = from.valid === undefined ? environment.defaultValid : boundsOf(xtql, from.valid, locals);
  const system = from.system === undefined ? environment.defaultSystem : boundsOf(xtql, from.system, locals);
  const shape = findTable(catalog, { database, schema, table })?.shape;
  // No shape has version -1, so that a plan without the table is not used again.
  binder.usedTables.set(`${database ?? catalog.databaseName}.${schema}.${table}`, { ...(database === undefined ? {} : { database }), schema, table, shapeVersion: shape?.shapeVersion ?? -1 });
  if (shape === undefined || !exists(shape, system === undefined ? 'now' : 'ever')) {
    onNotice({ message: `Table not found: ${schema}.${table}`, position });
    return undefined;
  }
  if (shape.view !== undefined) throw new EngineError('unsupported', `XTQL does not read views: ${schema}.${table}`, { position, ofState: true, hint: 'Read it with SQL.' });
  return scanTable(binder, shape, { valid, system, clampValid: false }, position, database);
}

function boundsOf(xtql: XtqlBinder, bounds: TemporalBounds, locals: Locals): TemporalFilter {
  const scope: XtqlScope = { variables: new Map(), locals };
  const instant = (expression: XtqlExpression | undefined): BoundExpression =>
    toInstant(expression === undefined ? NULL_LITERAL : bindExpression(xtql, expression, scope, INSTANT));
  switch (bounds.kind) {
    case 'all': return { kind: 'all' };
    case 'at': return { kind: 'as-of', at: instant(bounds.at) };
    case 'in': return { kind: 'from-to', from: instant(bounds.from), to: instant(bounds.to) };
  }
}

export function bindRel(xtql: XtqlBinder, rel: RelSource, locals: Locals): Rows {
  return rel.rows.kind === 'list' ? bindList(xtql, rel, rel.rows.list, locals) : bindDocuments(xtql, rel, rel.rows.documents, locals);
}

function bindDocuments(xtql: XtqlBinder, rel: RelSource, documents: (RelSource['rows'] & { readonly kind: 'documents' })['documents'], locals: Locals): Rows {
  const scope: XtqlScope = { variables: new Map(), locals };
  const rows = documents.map((document) => new Map(document.map((field) => [field.name, bindExpression(xtql, field.value, scope)])));
  const [single, second] = rows;
  // One row needs no table of values, and thus may be correlated in any way.
  if (single !== undefined && second === undefined) return bindColumns(xtql, ONE_ROW, rel.bind, (name) => single.get(name) ?? NULL_LITERAL, locals);
  const names = [...new Set(rel.bind.map((binding) => binding.name))];
  const columns = names.map((name) => xtql.binder.newColumn(name, joinAll(rows.map((row) => row.get(name)?.type ?? NULL_TYPE))));
  const byName = new Map(columns.map((column) => [column.name, columnRef(column)]));
  const plan: LogicalPlan = { kind: 'values', columns, rows: rows.map((row) => names.map((name) => row.get(name) ?? NULL_LITERAL)) };
  return bindColumns(xtql, plan, rel.bind, (name) => byName.get(name) ?? NULL_LITERAL, locals);
}

/** The documents of a parameter: its list unnested. */
function bindList(xtql: XtqlBinder, rel: RelSource, list: XtqlExpression, locals: Locals): Rows {
  const scope: XtqlScope = { variables: new Map(), locals };
  for (const name of namesIn(list, locals)) throw notInScope(xtql, scope, name);
  const operand = operandOf(xtql, list, scope);
  const bound = operand.bind(operand.isOpen() ? openDocuments(rel.bind) : undefined);
  const output = xtql.binder.newColumn('document', elementType(bound.type));
  const position = xtql.position(rel.start);
  const document = columnRef(output);
  return bindColumns(xtql, { kind: 'unnest', input: ONE_ROW, lists: [{ output, list: bound }], ordinality: undefined, outer: false }, rel.bind,
    (name) => takeField(document, { text: name, quoted: true, start: position, end: position }), locals);
}

/** A list of documents whose fields may be of any plain kind. */
function openDocuments(bind: readonly Binding[]): Type {
  const open = { legs: [{ kind: 'int', bits: 64 }, { kind: 'float', bits: 64 }, { kind: 'text' }, { kind: 'bool' }], nullable: true } as const;
  const names = [...new Set(bind.map((binding) => binding.name))];
  return { kind: 'list', element: { legs: [{ kind: 'struct', fields: names.map((name) => ({ name, type: open })) }], nullable: true } };
}
