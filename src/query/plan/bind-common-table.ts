/** WITH: common tables, re-planned at each use unless MATERIALIZED, and recursive ones. */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { join } from '../../data/types/column-type.ts';
import type { CommonTable, SetOperation, WithClause } from '../sql/ast.ts';
import type { Binder, CommonTableBinding, QueryEnvironment, QueryResult } from './binder.ts';
import type { LogicalPlan, PlanColumn } from './logical-plan.ts';
import { childPlans, columnRef, planExpressions } from './plan-tree.ts';
import type { ColumnType } from '../../data/types/type.ts';
import { visitExpression } from './expression-tree.ts';

export interface CommonTables { readonly environment: QueryEnvironment; readonly wrap: (result: QueryResult) => QueryResult }

/** The environment in which the tables have their names; `wrap` puts the materialised ones around the query that uses them. */
export function bindCommonTables(binder: Binder, clause: WithClause, environment: QueryEnvironment): CommonTables {
  let inner = environment;
  const materialised: { id: number; name: string; definition: LogicalPlan }[] = [];
  for (const table of clause.tables) {
    const name = table.name.text;
    if ([...inner.commonTables].some(([known, binding]) => known === name && !environment.commonTables.has(name) && binding !== undefined)) {
      throw new EngineError('duplicate-alias', `The common table ${name} is defined twice`, { position: table.name.start });
    }
    const definedIn = inner;
    let binding: CommonTableBinding;
    if (clause.recursive && isRecursive(table)) {
      binding = bindRecursive(binder, table, definedIn);
    } else if (table.materialized === true) {
      const definition = named(binder, binder.query(table.query, definedIn), table);
      const id = binder.newId();
      materialised.push({ id, name, definition: definition.plan });
      binding = { name, reference: () => referenceTo(binder, id, name, definition.columns) };
    } else {
      named(binder, binder.query(table.query, definedIn), table);
      binding = { name, reference: () => named(binder, binder.query(table.query, definedIn), table) };
    }
    inner = { ...inner, commonTables: new Map([...inner.commonTables, [name, binding]]) };
  }
  const wrap = (result: QueryResult): QueryResult => ({
    columns: result.columns,
    plan: materialised.reduceRight<LogicalPlan>((body, { id, name, definition }) => ({ kind: 'with', id, name, definition, body }), result.plan),
  });
  return { environment: inner, wrap };
}

function referenceTo(binder: Binder, id: number, name: string, columns: readonly PlanColumn[]): QueryResult {
  const copies = columns.map((column) => binder.newColumn(column.name, column.type));
  return { plan: { kind: 'with-reference', id, name, columns: copies }, columns: copies };
}

/** The query with the column names of `name(c1, c2)`. */
function named(binder: Binder, result: QueryResult, table: CommonTable): QueryResult {
  if (table.columns.length === 0) return result;
  if (table.columns.length !== result.columns.length) {
    throw new EngineError('invalid-column-reference', `Table projection mismatch for ${table.name.text} (${table.columns.map((name) => name.text).join(',')}): expected ${result.columns.length} columns, given ${table.columns.length}`, { position: table.name.start, ofState: true });
  }
  const columns = result.columns.map((column, index) => ({ output: binder.newColumn(must(table.columns[index], 'as many names').text, column.type), expression: columnRef(column) }));
  return { plan: { kind: 'project', input: result.plan, columns }, columns: columns.map((column) => column.output) };
}

/** Whether the definition names itself in a FROM: looked for in the syntax tree, so that nothing is bound twice. */
function isRecursive(table: CommonTable): boolean {
  const wanted = table.name.text;
  const search = (node: unknown): boolean => {
    if (typeof node !== 'object' || node === null) return false;
    if (Array.isArray(node)) return node.some(search);
    const record = node as { readonly kind?: unknown; readonly name?: unknown };
    if (record.kind === 'table' && Array.isArray(record.name) && record.name.length === 1 && (record.name[0] as { text: string }).text === wanted) return true;
    return Object.values(node).some(search);
  };
  return search(table.query);
}

/**
 * anchor UNION [ALL] step: the step reads the rows that the round before it added. Types grow with the rounds, so the step is bound
 * until the types of its rows are among those assumed.
 */
function bindRecursive(binder: Binder, table: CommonTable, environment: QueryEnvironment): CommonTableBinding {
  const { body } = table.query;
  if (body.kind !== 'set-operation' || body.operation !== 'union' || table.query.orderBy.length > 0 || table.query.limit !== undefined || table.query.offset !== undefined) {
    throw new EngineError('invalid-recursion', `The recursive table ${table.name.text} must have the form: query UNION [ALL] query that reads ${table.name.text}`, { position: table.name.start });
  }
  const name = table.name.text;
  return { name, reference: () => recursiveReference(binder, table, body, environment) };
}

const ROUNDS_MAX = 8;

function recursiveReference(binder: Binder, table: CommonTable, body: SetOperation, environment: QueryEnvironment): QueryResult {
  const wrapped = (side: SetOperation['left']): Parameters<Binder['query']>[0] => ({ kind: 'query-expression', with: table.query.with, body: side, orderBy: [], limit: undefined, offset: undefined, start: side.start, end: side.end });
  const anchor = named(binder, binder.query(wrapped(body.left), environment), table);
  const id = binder.newId();
  let types: readonly ColumnType[] = anchor.columns.map((column) => column.type);
  for (let round = 0; ; round++) {
    const assumed = types;
    const self: CommonTableBinding = { name: table.name.text, reference: () => referenceTo(binder, id, table.name.text, anchor.columns.map((column, index) => ({ ...column, type: assumed[index] ?? column.type }))) };
    const step = binder.query(wrapped(body.right), { ...environment, commonTables: new Map([...environment.commonTables, [table.name.text, self]]) });
    if (step.columns.length !== anchor.columns.length) {
      throw new EngineError('syntax-error', `Column count mismatch on UNION set operation: expected ${anchor.columns.length}, given ${step.columns.length}`, { position: body.start, ofState: true });
    }
    refuseOtherReferences(step.plan, id, table);
    types = assumed.map((type, index) => join(type, must(step.columns[index], 'as many columns').type));
    if (round < ROUNDS_MAX && JSON.stringify(types) !== JSON.stringify(assumed)) continue;
    const columns = anchor.columns.map((column, index) => binder.newColumn(column.name, types[index] ?? column.type));
    return { plan: { kind: 'recursive', id, name: table.name.text, all: body.all, anchor: anchor.plan, step: step.plan, columns }, columns };
  }
}

/**
 * The step may read its table once, and only where each of its rows counts by itself: not in a subquery, below an aggregate, on the optional
 * side of an outer join or behind EXCEPT, where the rows of one round would not be enough.
 */
function refuseOtherReferences(plan: LogicalPlan, id: number, table: CommonTable): void {
  let count = 0;
  const refuse = (place: string): never => {
    throw new EngineError('invalid-recursion', `The recursive table ${table.name.text} may not stand ${place} of its second query`, { position: table.name.start });
  };
  const visit = (node: LogicalPlan, place: string | undefined): void => {
    if (node.kind === 'with-reference' && node.id === id) {
      if (place !== undefined) refuse(place);
      count += 1;
    }
    childPlans(node).forEach((child, index) => { visit(child, place ?? placeOf(node, index)); });
    for (const expression of planExpressions(node)) visitExpression(expression, (inner) => { if (inner.kind === 'subquery') visit(inner.plan, 'in a subquery'); });
  };
  visit(plan, undefined);
  if (count > 1) refuse('twice in FROM');
}

/** What keeps the rows of one round of a child from being enough, if anything does. */
function placeOf(plan: LogicalPlan, child: number): string | undefined {
  switch (plan.kind) {
    case 'aggregate': return plan.aggregates.length === 0 ? undefined : 'below an aggregate';
    case 'join': case 'apply': return plan.join === 'full' || (plan.join === 'left' && child === 1) ? 'on the optional side of an outer join' : undefined;
    case 'set-operation': return plan.operation === 'except' && child === 1 ? 'behind EXCEPT' : undefined;
    default: return undefined;
  }
}
