/**
 * SELECT over a bound FROM.
 *
 *   FROM ─ filter (WHERE) ─ aggregate ─ filter (HAVING) ─ window ─ unnest ─ project ─ distinct ─ sort ─ limit ─ project (drop sort keys)
 *
 * Items, HAVING and ORDER BY are bound in the scope of FROM first, collecting aggregates and window calls; when all are known, what
 * stands outside aggregates is rewritten to the grouping keys (`bind-grouping.ts`).
 */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { BOOL } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { Distinct, GroupBy, NamedWindow, QualifiedName, SelectItem, SelectStar } from '../sql/ast.ts';
import type { Expression, SortItem, WindowDefinition } from '../sql/ast-expression.ts';
import { groupRows } from './bind-grouping.ts';
import { hasOptionalKeys } from './grouping-sets.ts';
import { sortDirection } from './binder.ts';
import type { AggregateCollector, Binder, BoundItem, BoundSortItem, ExpressionEnvironment, QueryEnvironment, QueryResult, WindowCollector } from './binder.ts';
import { expandSets } from './bind-set-returning.ts';
import type { SetCollector } from './bind-set-returning.ts';
import type { BoundExpression } from './expression.ts';
import { fingerprint } from './fingerprint.ts';
import { nullableEntries } from './from-result.ts';
import type { LogicalPlan, PlanColumn, WindowCall } from './logical-plan.ts';
import { outputName } from './output-name.ts';
import { columnRef } from './plan-tree.ts';
import { requireBoolean } from './require-boolean.ts';
import { ambiguous, emptyScope, isNamed, makeScope } from './scope.ts';
import type { Scope, ScopeEntry } from './scope.ts';
import { requireSortable } from './sortable.ts';

export interface SelectSpec {
  readonly distinct: Distinct | undefined;
  readonly items: readonly SelectItem[];
  readonly where: Expression | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Expression | undefined;
  readonly windows: readonly NamedWindow[];
  readonly orderBy: readonly SortItem[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
  /** INSERT … SELECT: binds the item for the column that it goes to, which types a parameter. */
  readonly forColumn?: ItemBinder | undefined;
}

/** `position` and `name` are the item's among the columns of the result; `bind` takes the type of an untyped parameter. */
export type ItemBinder = (position: number, name: string, item: Expression, bind: (expected: Type | undefined) => BoundExpression) => BoundExpression;

export function bindSelect(binder: Binder, from: { readonly plan: LogicalPlan; readonly scope: Scope }, spec: SelectSpec, query: QueryEnvironment): QueryResult {
  const aggregates: AggregateCollector = { calls: [], groupingCalls: [] };
  const windows: WindowCollector = { calls: [], named: namedWindows(spec.windows) };
  const base: ExpressionEnvironment = { scope: from.scope, query, clause: 'WHERE', aggregates: undefined, windows: undefined, subqueries: true, caseOperand: undefined };
  let plan = from.plan;
  if (spec.where !== undefined) plan = { kind: 'filter', input: plan, predicate: requireBoolean(binder.expression(spec.where, base, BOOL), spec.where, 'WHERE') };
  const sets: SetCollector = { lists: [] };
  const scope = hasOptionalKeys(spec.groupBy) ? makeScope(from.scope.tables, nullableEntries(from.scope.entries), from.scope.parent) : from.scope;
  const inside: ExpressionEnvironment = { ...base, scope, aggregates, windows, sets, clause: 'the select list' };
  const items = bindItems(binder, spec.items, inside, spec.forColumn);
  const having = spec.having === undefined ? undefined
    : requireBoolean(binder.expression(spec.having, { ...inside, windows: undefined, sets: undefined, clause: 'HAVING' }, BOOL), spec.having, 'HAVING');
  const orderBy = bindOrder(binder, spec.orderBy, items, { ...inside, clause: 'ORDER BY' });
  const on = (spec.distinct?.on ?? []).map((expression) => bindOrderExpression(binder, expression, items, { ...inside, clause: 'DISTINCT ON' }));
  const grouped = groupRows(binder, { plan, items, having, orderBy, on, windows: windows.calls, sets: sets.lists, aggregates, groupBy: spec.groupBy, environment: base });
  plan = grouped.plan;
  if (grouped.windows.length > 0) plan = { kind: 'window', input: plan, calls: grouped.windows };
  return finish(binder, expandSets(plan, grouped.sets), grouped, spec, query);
}

function namedWindows(windows: readonly NamedWindow[]): ReadonlyMap<string, WindowDefinition> {
  const named = new Map<string, WindowDefinition>();
  for (const { name, definition } of windows) {
    if (named.has(name.text)) throw new EngineError('windowing-error', `The window ${name.text} is defined twice`, { position: name.start });
    named.set(name.text, definition);
  }
  return named;
}

/** The select list, stars expanded. Throws 42701 for a name that comes twice. */
export function bindItems(binder: Binder, items: readonly SelectItem[], environment: ExpressionEnvironment, forColumn: ItemBinder = (_position, _name, _item, bind) => bind(undefined)): readonly BoundItem[] {
  const names = new Map<SelectItem, string>();
  const explicit = new Set<string>();
  // Positions leave out `*`: `SELECT *, a + 1` has a _column_1, whatever the columns of the table are.
  let place = 0;
  for (const item of items) {
    const index = item.kind === 'star' && item.qualifier.length === 0 ? place : place++;
    if (item.kind === 'star') continue;
    const name = item.alias?.text ?? outputName(item.expression, index, explicit);
    names.set(item, name);
    explicit.add(name);
  }
  const bound: BoundItem[] = [];
  for (const item of items) {
    if (item.kind === 'star') { bound.push(...expandStar(item, environment.scope, explicit)); continue; }
    const name = must(names.get(item), 'every expression has a name');
    const expression = forColumn(bound.length, name, item.expression, (expected) => binder.expression(item.expression, environment, expected));
    bound.push({ name, expression, position: item.start });
  }
  const seen = new Set<string>();
  for (const item of bound) {
    if (seen.has(item.name)) {
      throw new EngineError('duplicate-column', `Duplicate column projection: ${item.name}`, { position: item.position, hint: 'Give one of the two another name with AS.' });
    }
    seen.add(item.name);
  }
  return bound;
}

/**
 * The visible columns in order; an explicit item of the same name stands instead of the starred one. EXCLUDE may name what is not there:
 * which columns a table has is up to its rows.
 */
function expandStar(star: SelectStar, scope: Scope, explicit: ReadonlySet<string>): readonly BoundItem[] {
  const { qualifier } = star;
  const table = scope.tables.find((known) => isNamed(known, qualifier));
  if (qualifier.length > 0 && table === undefined) {
    throw new EngineError('undefined-table', `Table not found: ${nameText(qualifier)}`, { position: star.start });
  }
  const entries = scope.entries.filter((entry) => !entry.hidden && (qualifier.length === 0 ? !entry.qualifiedOnly : entry.table === table?.alias));
  const excluded = new Set(star.exclude.map((name) => name.text));
  const renamed = new Map(star.rename.map(({ from, to }) => [starredColumn(from, entries, scope), to.text]));
  const nameOf = (entry: ScopeEntry): string => renamed.get(entry) ?? entry.name;
  return entries
    .filter((entry) => !excluded.has(entry.name) && !explicit.has(nameOf(entry)))
    .map((entry) => ({ name: nameOf(entry), expression: entry.expression(), position: star.start }));
}

/** The column that RENAME names. Throws 42703, 42702. */
function starredColumn(name: QualifiedName, entries: readonly ScopeEntry[], scope: Scope): ScopeEntry {
  const column = must(name.at(-1), 'a name has a part');
  const qualifier = name.slice(0, -1);
  const tables = scope.tables.filter((table) => isNamed(table, qualifier)).map((table) => table.alias);
  const found = entries.filter((entry) => entry.name === column.text && (qualifier.length === 0 || (entry.table !== undefined && tables.includes(entry.table))));
  const [entry] = found;
  if (entry === undefined) throw new EngineError('undefined-column', `Column not found: ${nameText(name)}`, { position: column.start, ofState: true });
  if (found.length > 1) throw ambiguous(column, found);
  return entry;
}

const nameText = (name: QualifiedName): string => name.map((part) => part.text).join('.');

export function bindOrder(binder: Binder, orderBy: readonly SortItem[], items: readonly BoundItem[], environment: ExpressionEnvironment): readonly BoundSortItem[] {
  return orderBy.map((item) => {
    const expression = bindOrderExpression(binder, item.expression, items, environment);
    requireSortable(expression.type, item.start);
    return { expression, ...sortDirection(item) };
  });
}

/** An ordinal, an output name, or an expression over output names and the columns of FROM. */
export function bindOrderExpression(binder: Binder, expression: Expression, items: readonly BoundItem[], environment: ExpressionEnvironment): BoundExpression {
  if (expression.kind === 'literal' && typeof expression.value === 'bigint') {
    const item = items[Number(expression.value) - 1];
    if (item === undefined) throw new EngineError('invalid-column-reference', `Invalid order by ordinal: ${expression.value}, the select list has ${items.length} columns`, { position: expression.start });
    return item.expression;
  }
  const entries = items.map((item): ScopeEntry => ({ table: undefined, name: item.name, expression: () => item.expression, hidden: false, qualifiedOnly: false }));
  return binder.expression(expression, { ...environment, scope: makeScope([], entries, environment.scope) });
}

interface Grouped {
  readonly items: readonly BoundItem[];
  readonly orderBy: readonly BoundSortItem[];
  readonly on: readonly BoundExpression[];
  readonly windows: readonly WindowCall[];
}

/** Projection, DISTINCT, ORDER BY and LIMIT. */
function finish(binder: Binder, input: LogicalPlan, grouped: Grouped, spec: SelectSpec, query: QueryEnvironment): QueryResult {
  const outputs = grouped.items.map((item) => ({ output: binder.newColumn(item.name, item.expression.type), expression: item.expression }));
  // What is sorted by is mostly the very expression of an item; only what is not is looked for by its print.
  const byIdentity = new Map(outputs.map((column) => [column.expression, column.output]));
  let byPrint: Map<string, PlanColumn> | undefined;
  const hidden: { output: PlanColumn; expression: BoundExpression }[] = [];
  const keyColumn = (expression: BoundExpression): BoundExpression => {
    const same = byIdentity.get(expression);
    if (same !== undefined) return columnRef(same);
    byPrint ??= new Map(outputs.map((column) => [fingerprint(column.expression), column.output]));
    const print = fingerprint(expression);
    const known = byPrint.get(print);
    if (known !== undefined) return columnRef(known);
    const output = binder.newColumn(`_order_${hidden.length + 1}`, expression.type);
    hidden.push({ output, expression });
    byPrint.set(print, output);
    return columnRef(output);
  };
  const keys = grouped.orderBy.map((key) => ({ ...key, expression: keyColumn(key.expression) }));
  const on = grouped.on.map(keyColumn);
  const isDistinct = spec.distinct !== undefined;
  if (isDistinct && on.length === 0 && hidden.length > 0) {
    throw new EngineError('invalid-column-reference', 'With SELECT DISTINCT, ORDER BY can only name what is selected', { position: spec.orderBy[0]?.start });
  }
  let plan: LogicalPlan = { kind: 'project', input, columns: [...outputs, ...hidden] };
  if (isDistinct && on.length === 0) plan = { kind: 'distinct', input: plan };
  if (keys.length > 0) plan = { kind: 'sort', input: plan, keys };
  if (isDistinct && on.length > 0) plan = { kind: 'distinct', input: plan, on };
  plan = limitRows(binder, plan, spec.limit, spec.offset, query);
  const columns = outputs.map((column) => column.output);
  if (hidden.length > 0) plan = { kind: 'project', input: plan, columns: columns.map((output) => ({ output, expression: columnRef(output) })) };
  return { plan, columns };
}

export function limitRows(binder: Binder, plan: LogicalPlan, limit: Expression | undefined, offset: Expression | undefined, query: QueryEnvironment): LogicalPlan {
  if (limit === undefined && offset === undefined) return plan;
  return { kind: 'limit', input: plan, limit: bindRowCount(binder, limit, 'LIMIT', query), offset: bindRowCount(binder, offset, 'OFFSET', query) };
}

function bindRowCount(binder: Binder, expression: Expression | undefined, clause: string, query: QueryEnvironment): BoundExpression | undefined {
  if (expression === undefined) return undefined;
  const environment: ExpressionEnvironment = { scope: emptyScope(undefined), query, clause, aggregates: undefined, windows: undefined, subqueries: false, caseOperand: undefined };
  const bound = binder.expression(expression, environment, { kind: 'int', bits: 64 });
  const wrong = bound.type.legs.find((leg) => leg.kind !== 'int');
  if (wrong !== undefined) throw new EngineError('invalid-row-count', `${clause} takes a number of rows (an integer)`, { position: expression.start });
  if (bound.kind === 'literal' && typeof bound.value === 'bigint' && bound.value < 0n) {
    throw new EngineError('invalid-row-count', `${clause} must not be negative, found ${bound.value}`, { position: expression.start });
  }
  return bound;
}
