/**
 * FROM: items from left to right; a lateral item sees those before it.
 *
 *   FROM t, UNNEST(t.tags) AS u(tag), LATERAL (SELECT … WHERE x = u.tag) AS l
 *        └──── unnest beside t ────┘  └── apply: correlated with both ──┘
 */
import { EngineError } from '../../base/errors.ts';
import { INT32, INT64, notNull, withNull } from '../../data/types/type.ts';
import type { ExpressionItem, FromItem, SeriesItem, SubqueryItem, TableAlias, UnnestItem } from '../sql/ast.ts';
import type { Expression } from '../sql/ast-expression.ts';
import { lookupScalar } from '../../catalog/registry.ts';
import { bindJoin, combine } from './bind-join.ts';
import { bindSetList, isSetReturning } from './bind-set-returning.ts';
import { bindTableItem, derivedTable } from './bind-table.ts';
import { plainEnvironment } from './binder.ts';
import { castTo } from './cast-type.ts';
import type { Binder, QueryEnvironment } from './binder.ts';
import type { BoundExpression } from './expression.ts';
import { renameColumns } from './from-result.ts';
import type { FromResult } from './from-result.ts';
import type { LogicalPlan, PlanColumn, UnnestedList } from './logical-plan.ts';
import { besideColumns, columnRef, ONE_ROW } from './plan-tree.ts';
import { emptyScope, makeScope } from './scope.ts';
import type { Scope, ScopeEntry } from './scope.ts';
import { expressionName } from './output-name.ts';
import { seriesType } from './series-type.ts';
import { elementType } from './list-type.ts';

/** All items joined. An empty FROM is one row without columns. Throws 42712 where an alias stands twice. */
export function bindFrom(binder: Binder, items: readonly FromItem[], environment: QueryEnvironment): FromResult & { readonly scope: Scope } {
  let result: FromResult | undefined;
  for (const item of items) {
    const visible = result === undefined ? emptyScope(environment.outer) : makeScope(result.tables, result.entries, environment.outer);
    const next = bindFromItem(binder, item, visible, environment);
    if (result !== undefined) refuseSameAlias(result, next, item);
    result = result === undefined ? next : combine(result, next, 'inner', undefined);
  }
  const all = result ?? { plan: ONE_ROW, tables: [], entries: [] };
  return { ...all, scope: makeScope(all.tables, all.entries, environment.outer) };
}

export function refuseSameAlias(left: FromResult, right: FromResult, item: { readonly start: number }): void {
  for (const table of right.tables) {
    if (left.tables.some((other) => other.alias === table.alias && (other.schema === table.schema || other.schema === undefined || table.schema === undefined))) {
      throw new EngineError('duplicate-alias', `The table name ${table.alias} stands twice in FROM`, { position: item.start, hint: 'Give one of them an alias.' });
    }
  }
}

/** `visible`: what lateral items see, the columns to the left and those outside. */
export function bindFromItem(binder: Binder, item: FromItem, visible: Scope, environment: QueryEnvironment): FromResult {
  switch (item.kind) {
    case 'table': return bindTableItem(binder, item, environment);
    case 'subquery': return bindSubqueryItem(binder, item, visible, environment);
    case 'unnest': return bindUnnest(binder, item, visible, environment);
    case 'series': return bindSeries(binder, item, visible, environment);
    case 'expression': return bindExpressionItem(binder, item, visible, environment);
    case 'join': return bindJoin(binder, item, visible, environment, (side, scope) => bindFromItem(binder, side, scope, environment));
  }
}

function bindSubqueryItem(binder: Binder, item: SubqueryItem, visible: Scope, environment: QueryEnvironment): FromResult {
  const result = binder.query(item.query, { ...environment, outer: item.lateral ? visible : environment.outer });
  const alias = item.alias ?? { name: { text: `_subquery_${item.start}`, quoted: false, start: item.start, end: item.end }, columns: [], start: item.start, end: item.end };
  return derivedTable(result, alias.name, alias.columns);
}

/** An item that makes rows of one value: [value] or [value, ordinality]. */
function valueTable(plan: LogicalPlan, columns: readonly PlanColumn[], alias: TableAlias | undefined, fallback: string): FromResult {
  const name = alias?.name.text ?? fallback;
  const entries: ScopeEntry[] = columns.map((column) => ({ table: name, name: column.name, expression: () => columnRef(column), hidden: false, qualifiedOnly: false }));
  const result: FromResult = { plan, tables: [{ alias: name, schema: undefined }], entries };
  if (alias === undefined) return result;
  // The ordinality may stay without a name of its own.
  const short = alias.columns.length > 0 && alias.columns.length === columns.length - 1 && columns.at(-1)?.name === 'ordinality' ? { ...alias, columns: [...alias.columns, { ...alias.name, text: 'ordinality' }] } : alias;
  return renameColumns(result, short);
}

const ordinalityColumn = (binder: Binder, wanted: boolean): PlanColumn | undefined => (wanted ? binder.newColumn('ordinality', notNull(INT64)) : undefined);

function bindUnnest(binder: Binder, item: UnnestItem, visible: Scope, environment: QueryEnvironment): FromResult {
  return unnestTable(binder, item.args.map((argument) => bindList(binder, argument, visible, environment)), item, 'unnest');
}

/** What is unnested. Throws 42P18 for a parameter that nothing types: as text it would be no list, and give no rows. */
function bindList(binder: Binder, argument: Expression, visible: Scope, environment: QueryEnvironment): BoundExpression {
  if (argument.kind === 'parameter' && binder.parameters.isOpen(argument.index)) {
    const name = `$${argument.index + 1}`;
    throw new EngineError('indeterminate-type', `The elements of ${name} are of no known type`, { position: argument.start, hint: `Declare it in the client, or cast it, as in UNNEST(${name}::bigint[]).` });
  }
  return bindLateral(binder, argument, visible, environment, 'UNNEST');
}

/** One list gives its column its own name; several, which go in step, number theirs. */
function unnestTable(binder: Binder, lists: readonly BoundExpression[], item: UnnestItem | ExpressionItem, name: string): FromResult {
  const own = item.alias?.name.text ?? name;
  const unnested = lists.map((list, index): UnnestedList => {
    const columnName = item.alias?.columns[index]?.text ?? (lists.length === 1 ? own : `${own}_${index + 1}`);
    const type = elementType(list.type);
    return { list, output: binder.newColumn(columnName, lists.length === 1 ? type : withNull(type)) };
  });
  const ordinality = ordinalityColumn(binder, item.ordinality);
  const plan: LogicalPlan = { kind: 'unnest', input: ONE_ROW, lists: unnested, ordinality, outer: false };
  return narrowOrdinality(valueTable(plan, besideColumns(plan), item.alias, name), ordinality);
}

/** The ordinality of UNNEST is an INTEGER. */
function narrowOrdinality(result: FromResult, ordinality: PlanColumn | undefined): FromResult {
  if (ordinality === undefined) return result;
  const narrow = (expression: BoundExpression): BoundExpression => (expression.kind === 'column' && expression.id === ordinality.id ? castTo(expression, INT32) : expression);
  return { ...result, entries: result.entries.map((entry) => ({ ...entry, expression: () => narrow(entry.expression()) })) };
}

const bindLateral = (binder: Binder, expression: Expression, visible: Scope, environment: QueryEnvironment, clause: string): BoundExpression =>
  binder.expression(expression, plainEnvironment(visible, environment, clause));

function bindSeries(binder: Binder, item: SeriesItem, visible: Scope, environment: QueryEnvironment): FromResult {
  const inside = plainEnvironment(visible, environment, item.inclusive ? 'GENERATE_SERIES' : 'RANGE');
  const bind = (expression: Expression): BoundExpression => binder.expression(expression, inside, INT64);
  const from = bind(item.from);
  const to = bind(item.to);
  const step = item.step === undefined ? undefined : bind(item.step);
  const name = item.inclusive ? 'generate_series' : 'range';
  const output = binder.newColumn(item.alias?.columns[0]?.text ?? item.alias?.name.text ?? name, seriesType(from, to, step, item.start));
  const ordinality = ordinalityColumn(binder, item.ordinality);
  const plan: LogicalPlan = { kind: 'series', input: ONE_ROW, inclusive: item.inclusive, from, to, step, output, ordinality };
  return valueTable(plan, ordinality === undefined ? [output] : [output, ordinality], item.alias, name);
}

/** Calls that are tables: those that make rows of a list, and catalog tables that PostgreSQL has as functions (`pg_get_keywords()`). */
function bindTableFunction(binder: Binder, item: ExpressionItem, visible: Scope, environment: QueryEnvironment): FromResult | undefined {
  const { expression } = item;
  if (expression.kind !== 'call') return undefined;
  if (isSetReturning(expression.name)) {
    const list = bindSetList(binder, expression, plainEnvironment(visible, environment, expression.name.toUpperCase()));
    return unnestTable(binder, [list], item, expression.name);
  }
  if (expression.args.length > 0 || lookupScalar(expression.name) !== undefined || binder.context.catalog.table('pg_catalog', expression.name) === undefined) return undefined;
  const name = { text: expression.name, quoted: false, start: expression.start, end: expression.end };
  return bindTableItem(binder, { kind: 'table', name: [{ ...name, text: 'pg_catalog' }, name], temporal: [], alias: item.alias, start: item.start, end: item.end }, environment);
}

/** A scalar expression as a table of one row. */
function bindExpressionItem(binder: Binder, item: ExpressionItem, visible: Scope, environment: QueryEnvironment): FromResult {
  const table = bindTableFunction(binder, item, visible, environment);
  if (table !== undefined) return table;
  const expression = bindLateral(binder, item.expression, visible, environment, 'FROM');
  const name = item.expression.kind === 'call' ? item.expression.name : expressionName(item.expression) ?? '_column_1';
  const output = binder.newColumn(item.alias?.columns[0]?.text ?? (item.alias === undefined ? name : generatedName(visible)), expression.type);
  const ordinality = ordinalityColumn(binder, item.ordinality);
  const one: BoundExpression = { kind: 'literal', value: 1n, type: notNull(INT64) };
  const columns = [{ output, expression }, ...(ordinality === undefined ? [] : [{ output: ordinality, expression: one }])];
  if (item.alias !== undefined && item.ordinality && item.alias.columns.length === 1) {
    throw new EngineError('invalid-column-reference', `Table projection mismatch for ${item.alias.name.text} (${item.alias.columns[0]?.text ?? ''}): expected 2 columns, given 1`, { position: item.alias.start });
  }
  const result = valueTable({ kind: 'project', input: ONE_ROW, columns }, columns.map((column) => column.output), item.alias, name);
  return item.alias === undefined || item.alias.columns.length > 0 ? result : withAliasAsColumn(result, output, item.alias.name.text);
}

/** XTDB numbers the names of a FROM: the aliases, and the columns that are given none. */
function generatedName(visible: Scope): string {
  const generated = visible.entries.filter((entry) => GENERATED.test(entry.name)).length;
  return `_column_${visible.tables.length + generated + 2}`;
}
const GENERATED = /^_column_\d+$/u;

/** PostgreSQL's name for the column of `f(…) AS t`: it answers to `t`, and `*` shows it by the other. */
function withAliasAsColumn(result: FromResult, column: PlanColumn, alias: string): FromResult {
  return { ...result, entries: [...result.entries, { table: alias, name: alias, expression: () => columnRef(column), hidden: true, qualifiedOnly: false }] };
}

