/** INSERT: VALUES and queries give columns, RECORDS give whole documents. */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { joinAll } from '../../data/types/column-type.ts';
import { INSTANT, nullable } from '../../data/types/type.ts';
import type { TableShape } from '../../catalog/table-source.ts';
import type { Insert, Name, QueryBody, QueryExpression, ValuesQuery } from '../sql/ast.ts';
import type { Expression } from '../sql/ast-expression.ts';
import { now } from './bind-extent.ts';
import { bindFrom } from './bind-from.ts';
import { documentRows, fieldOfDocument } from './bind-record.ts';
import { bindSelect } from './bind-select.ts';
import type { ItemBinder } from './bind-select.ts';
import { boundQuery } from './bind-statement.ts';
import { plainEnvironment } from './binder.ts';
import type { Binder, QueryResult } from './binder.ts';
import { castTo } from './cast-type.ts';
import { coalesceType } from './coalesce-type.ts';
import type { BoundDml } from './dml.ts';
import { bindForColumn, columnHint, PUT, refuseSystemColumns, targetName, targetShapeIfAny } from './dml-target.ts';
import type { TargetName } from './dml-target.ts';
import type { BoundExpression } from './expression.ts';
import { isDefault, withoutDefaults } from './insert-defaults.ts';
import type { LogicalPlan, PlanColumn } from './logical-plan.ts';
import { columnRef } from './plan-tree.ts';
import { NO_ENVIRONMENT } from './query-environment.ts';
import { bindReturning } from './returning.ts';
import { emptyScope } from './scope.ts';
import type { ScopeEntry } from './scope.ts';

const WRITABLE = ['_id', '_valid_from', '_valid_to'];

export function bindInsert(binder: Binder, statement: Insert): () => BoundDml {
  const target = targetName(binder, statement.table);
  const shape = targetShapeIfAny(binder, target);
  const body = plainBody(statement.source);
  refuseColumns(statement.columns, isStatic(body) ? PUT : 'INSERT');
  if (body?.kind === 'records') return insertDocuments(binder, statement, target, shape, body.records);
  if (body?.kind === 'values' && statement.columns.length === 0) {
    throw new EngineError('syntax-error', 'INSERT with VALUES needs column name list: INSERT does not contain mandatory _id column', { position: body.start, hint: `Write INSERT INTO ${target.table} (_id, …) VALUES …, or INSERT INTO ${target.table} RECORDS {_id: …}.` });
  }
  if (body?.kind !== 'values') return insertColumns(binder, statement, statement.columns, target, shape, bindInsertQuery(binder, statement, target, shape));
  const { columns, values } = withoutDefaults(statement.columns, body);
  return insertColumns(binder, statement, columns, target, shape, bindInsertValues(binder, values, columns, target, shape));
}

/** A parameter that is an item of the SELECT is of its column's type, as one in VALUES is. */
function bindInsertQuery(binder: Binder, { source, columns }: Insert, target: TargetName, shape: TableShape | undefined): QueryResult {
  const { body, orderBy, limit, offset } = source;
  if (source.with !== undefined || body.kind !== 'select') return binder.query(source, NO_ENVIRONMENT);
  const forColumn: ItemBinder = (position, own, item, bind) => {
    const name = columns.length === 0 ? own : columns[position]?.text;
    return name === undefined ? bind(undefined) : bindForColumn(binder, columnHint(binder, target, shape, name), name, item, bind);
  };
  return bindSelect(binder, bindFrom(binder, body.from, NO_ENVIRONMENT), { ...body, orderBy, limit, offset, forColumn }, NO_ENVIRONMENT);
}

/** The body where nothing stands around it. */
function plainBody(source: QueryExpression): QueryBody | undefined {
  const isPlain = source.with === undefined && source.orderBy.length === 0 && source.limit === undefined && source.offset === undefined;
  if (!isPlain) return undefined;
  return source.body.kind === 'query-expression' ? plainBody(source.body) : source.body;
}

/** Rows of literals only. */
const isStatic = (body: QueryBody | undefined): boolean =>
  body?.kind === 'values' && body.rows.every((row) => row.every((item) => item.kind === 'literal' || item.kind === 'typed-literal' || item.kind === 'parameter' || isDefault(item)));

function refuseColumns(columns: readonly Name[], action: string): void {
  refuseSystemColumns(columns, action, WRITABLE);
  const seen = new Set<string>();
  for (const name of columns) {
    if (seen.has(name.text)) throw new EngineError('duplicate-column', `The column ${name.text} stands twice in the column list`, { position: name.start });
    seen.add(name.text);
  }
}

function bindInsertValues(binder: Binder, values: ValuesQuery, columns: readonly Name[], target: TargetName, shape: TableShape | undefined): QueryResult {
  const inside = plainEnvironment(emptyScope(undefined), NO_ENVIRONMENT, 'VALUES');
  const bindItem = (item: Expression, index: number): BoundExpression => {
    const name = must(columns[index], 'as many columns as items').text;
    return bindForColumn(binder, columnHint(binder, target, shape, name), name, item, (hint) => binder.expression(item, inside, hint));
  };
  const rows = values.rows.map((row) => {
    if (row.length !== columns.length) throw new EngineError('syntax-error', `Column count mismatch: expected ${columns.length}, given ${row.length}`, { position: row[0]?.start ?? values.start });
    return row.map(bindItem);
  });
  const outputs = columns.map((name, index) => binder.newColumn(name.text, joinAll(new Set(rows.map((row) => must(row[index], 'as wide as the list').type)))));
  return { plan: { kind: 'values', columns: outputs, rows }, columns: outputs };
}

interface Projection { readonly output: PlanColumn; readonly expression: BoundExpression }

/** `given`: the columns that `source` is for; none where it names them. */
function insertColumns(binder: Binder, statement: Insert, given: readonly Name[], target: TargetName, shape: TableShape | undefined, source: QueryResult): () => BoundDml {
  if (given.length > 0 && given.length !== source.columns.length) {
    throw new EngineError('syntax-error', `Column count mismatch: expected ${given.length}, given ${source.columns.length}`, { position: statement.source.start, ofState: true });
  }
  const names = given.length > 0 ? given.map((name) => name.text) : source.columns.map((column) => column.name);
  if (given.length === 0) refuseSystemColumns(names.map((text) => ({ text, quoted: false, start: statement.source.start, end: statement.source.end })), 'INSERT', WRITABLE);
  if (!names.includes('_id')) {
    const isOfQuery = statement.columns.length === 0;
    throw new EngineError('missing-id', 'INSERT does not contain mandatory _id column', { position: statement.columns[0]?.start ?? statement.source.start, hint: 'Every document needs an _id, its key in the table.', ofState: isOfQuery });
  }
  const fixed = source.columns.map((column, index): Projection => {
    const name = must(names[index], 'as many names as columns');
    const isTime = (name === '_valid_from' || name === '_valid_to') && !column.type.legs.some((leg) => leg.kind === 'text');
    const value = isTime ? castTo(columnRef(column), INSTANT) : columnRef(column);
    return { output: binder.newColumn(name, value.type), expression: value };
  });
  const byName = new Map(fixed.map((column) => [column.output.name, column.expression]));
  const row = insertedRow(binder, target, [...new Set([...names, ...statement.columns.map((name) => name.text), ...(shape?.columns.keys() ?? [])])], (name) => byName.get(name));
  const returned = bindReturning(binder, statement.returning, row);
  const plan: LogicalPlan = { kind: 'project', input: source.plan, columns: [...fixed, ...returned] };
  return () => ({ kind: 'insert', form: 'columns', ...target, source: boundQuery(binder, plan), returning: returned.length === 0 ? undefined : { firstColumn: fixed.length }, documentColumns: names });
}

function insertDocuments(binder: Binder, statement: Insert, target: TargetName, shape: TableShape | undefined, records: Parameters<typeof documentRows>[3]): () => BoundDml {
  const documents = documentRows(binder, target, shape, records, { action: PUT, allowed: WRITABLE });
  const document = columnRef(documents.document);
  const only = statement.columns.length === 0 ? undefined : statement.columns.map((name) => name.text);
  const names = [...new Set([...documents.keys, ...(shape?.columns.keys() ?? [])])].filter((name) => only === undefined || only.includes(name));
  const row = insertedRow(binder, target, names, (name) => (only === undefined || only.includes(name) ? fieldOfDocument(document, name, shape, documents.isOpen) : undefined));
  const returned = bindReturning(binder, statement.returning, row);
  const fixed: Projection = { output: binder.newColumn('document', documents.document.type), expression: document };
  const plan: LogicalPlan = { kind: 'project', input: documents.plan, columns: [fixed, ...returned] };
  return () => ({ kind: 'insert', form: 'documents', ...target, source: boundQuery(binder, plan), returning: returned.length === 0 ? undefined : { firstColumn: 1 }, only });
}

/** What RETURNING sees of an inserted row. */
function insertedRow(binder: Binder, target: TargetName, names: readonly string[], value: (name: string) => BoundExpression | undefined): readonly ScopeEntry[] {
  const entry = (name: string, expression: BoundExpression, hidden: boolean): ScopeEntry => ({ table: target.table, name, expression: () => expression, hidden, qualifiedOnly: false });
  const nothing: BoundExpression = { kind: 'literal', value: null, type: nullable(INSTANT) };
  const from = value('_valid_from');
  const fromOrNow = from === undefined ? [now(binder)] : [castTo(from, INSTANT), now(binder)];
  const validFrom: BoundExpression = { kind: 'coalesce', args: fromOrNow, type: coalesceType(fromOrNow) };
  const to = value('_valid_to');
  return [
    ...names.filter((name) => !name.startsWith('_valid_')).map((name) => entry(name, value(name) ?? { kind: 'literal', value: null, type: { legs: [], nullable: true } }, false)),
    entry('_valid_from', validFrom, true), entry('_valid_to', to === undefined ? nothing : castTo(to, INSTANT), true),
    entry('_system_from', now(binder), true), entry('_system_to', nothing, true),
  ];
}
