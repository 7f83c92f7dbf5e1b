/** Tables by name: common tables, stored tables, catalog tables. */
import { EngineError } from '../../base/errors.ts';
import { must } from '../../base/assert.ts';
import { exists, type TableShape, type ViewDefinition } from '../../catalog/table-source.ts';
import { INSTANT, nullable, notNull, PERIOD } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Name, QualifiedName, TableAlias, TableItem } from '../sql/ast.ts';
import { bindPeriods } from './bind-temporal.ts';
import type { TablePeriods } from './bind-temporal.ts';
import { bindView } from './bind-view.ts';
import type { Binder, QueryEnvironment, QueryResult } from './binder.ts';
import { NULL_LITERAL } from './cast-type.ts';
import type { BoundExpression } from './expression.ts';
import type { FromResult } from './from-result.ts';
import { renameColumns } from './from-result.ts';
import type { LogicalPlan, PlanColumn } from './logical-plan.ts';
import { nearestName } from './near-name.ts';
import { columnRef } from './plan-tree.ts';
import { ScanColumns } from './scan-columns.ts';
import type { ScopeEntry } from './scope.ts';

const TEMPORAL_TYPES: ReadonlyMap<string, ColumnType> = new Map([
  ['_valid_from', notNull(INSTANT)], ['_valid_to', nullable(INSTANT)], ['_system_from', notNull(INSTANT)], ['_system_to', nullable(INSTANT)],
]);

export const qualifiedText = (name: QualifiedName): string => name.map((part) => part.text).join('.');

/** A table and the database it is in; undefined: the connection's. */
export interface FoundTable { readonly database: string | undefined; readonly shape: TableShape }

/** The table a name means. Throws 42P01 with a near name, 42P09 for a name that means two. */
function resolveTable(binder: Binder, name: QualifiedName, when: 'now' | 'ever'): FoundTable {
  const [first, second] = candidates(binder, name).filter(({ shape }) => exists(shape, when));
  if (first === undefined) throw unknownTable(binder, name);
  if (second !== undefined) {
    throw new EngineError('ambiguous-table', `Ambiguous table reference: ${qualifiedText(name)} (${placeText(binder, first)}, ${placeText(binder, second)})`, { position: name[0]?.start, ofState: true });
  }
  const { database, shape } = first;
  binder.usedTables.set(placeText(binder, first), { database, schema: shape.schema, table: shape.name, shapeVersion: shape.shapeVersion });
  return first;
}

const placeText = (binder: Binder, { database, shape }: FoundTable): string => `${database ?? binder.context.catalog.databaseName}.${shape.schema}.${shape.name}`;

/** `t` · `schema.t` or `database.t` · `database.schema.t` */
function candidates(binder: Binder, name: QualifiedName): FoundTable[] {
  const { catalog, defaultSchema } = binder.context;
  const isHere = (database: string | undefined): boolean => database === undefined || database === catalog.databaseName;
  const find = (database: string | undefined, schema: string, table: string): FoundTable | undefined => {
    const shape = (isHere(database) ? catalog : catalog.peer?.(database as string))?.table(schema, table)?.shape;
    return shape === undefined ? undefined : { database: isHere(database) ? undefined : database, shape };
  };
  const found = (...tables: readonly (FoundTable | undefined)[]): FoundTable[] => tables.filter((table) => table !== undefined);
  const [a, b, c] = name.map((part) => part.text);
  if (a === undefined) return [];
  if (b === undefined) return found(find(undefined, 'pg_catalog', a) ?? find(undefined, defaultSchema, a));
  return c === undefined ? found(find(undefined, a, b), find(a, defaultSchema, b)) : found(find(a, b, c));
}

export function unknownTable(binder: Binder, name: QualifiedName): EngineError {
  const wanted = name.at(-1)?.text ?? '';
  const shapes = [...binder.context.catalog.tables()].map((table) => table.shape).filter((shape) => exists(shape, 'now'));
  const elsewhere = shapes.find((shape) => shape.name === wanted);
  const near = nearestName(wanted, shapes.map((shape) => shape.name));
  const hint = elsewhere !== undefined ? `There is ${elsewhere.schema}.${elsewhere.name}.` : near === undefined ? undefined : `Perhaps you meant ${near}.`;
  return new EngineError('undefined-table', `Table not found: ${qualifiedText(name)}`, { position: name[0]?.start, hint, ofState: true });
}

export function bindTableItem(binder: Binder, item: TableItem, environment: QueryEnvironment): FromResult {
  const [first, second] = item.name;
  const common = first !== undefined && second === undefined ? environment.commonTables.get(first.text) : undefined;
  if (first !== undefined && common !== undefined) {
    const [clause] = item.temporal;
    if (clause !== undefined) throw new EngineError('syntax-error', `Period specifications not allowed on CTE reference: ${first.text}`, { position: clause.start });
    return derivedTable(common.reference(), item.alias?.name ?? first, item.alias?.columns ?? []);
  }
  const periods = bindPeriods(binder, item.temporal, environment);
  const { shape, database } = resolveTable(binder, item.name, periods.system === undefined ? 'now' : 'ever');
  if (shape.view !== undefined) return viewTable(binder, { shape, database, view: shape.view }, item, environment);
  const alias = item.alias?.name.text ?? shape.name;
  const scan = scanTable(binder, shape, periods, item.start, database, alias);
  const result: FromResult = {
    plan: scan.plan,
    tables: [item.alias === undefined ? { alias, schema: shape.schema, database: database ?? binder.context.catalog.databaseName } : { alias, schema: undefined }],
    entries: scan.entries,
  };
  return item.alias === undefined ? result : projectColumns(result, item.alias);
}

function viewTable(binder: Binder, { shape, database, view }: FoundTable & { readonly view: ViewDefinition }, item: TableItem, environment: QueryEnvironment): FromResult {
  // Its names are those of its own database, which a query from elsewhere does not look into.
  if (database !== undefined) throw new EngineError('unsupported', `The view ${qualifiedText(item.name)} is read in its own database only`, { position: item.start, ofState: true });
  const result = bindView(binder, view, item.name, item.temporal, environment);
  const name = must(item.name.at(-1), 'a table has a name');
  const derived = derivedTable(result, item.alias?.name ?? name, item.alias?.columns ?? []);
  return item.alias === undefined ? { ...derived, tables: [{ alias: name.text, schema: shape.schema, database: binder.context.catalog.databaseName }] } : derived;
}

/** `table AS alias(c1, c2)`: these columns of the table, by name; new names where there is one for each column. */
function projectColumns(result: FromResult, alias: TableAlias): FromResult {
  if (alias.columns.length === 0) return result;
  const names = alias.columns.map((name) => name.text);
  const known = new Map(result.entries.map((entry) => [entry.name, entry]));
  if (names.some((name) => !known.has(name))) return renameColumns(result, alias);
  const shown = names.flatMap((name) => known.get(name) ?? []);
  const rest = result.entries.filter((entry) => !names.includes(entry.name));
  return { ...result, entries: [...shown.map((entry) => ({ ...entry, hidden: false })), ...rest.map((entry) => ({ ...entry, hidden: true }))] };
}

export interface TableScan {
  readonly plan: LogicalPlan & { readonly kind: 'scan' };
  readonly entries: readonly ScopeEntry[];
  /** The table's column of this name, which the scan then has. */
  readonly column: (name: string) => PlanColumn | undefined;
}

/** A scan, of earlier lives too where it says which system time it is about. `alias`: the name that the entries are found by. */
export function scanTable(binder: Binder, shape: TableShape, periods: TablePeriods, position: number | undefined, database?: string, alias?: string): TableScan {
  const documentColumns = periods.system === undefined ? shape.columns : shape.past?.columns ?? shape.columns;
  const columns = new ScanColumns([...documentColumns, ...(shape.temporal ? TEMPORAL_TYPES : [])], binder.newColumn);
  const entries = columns.types.map(([name], place): ScopeEntry => ({
    table: alias, name, expression: () => columns.at(place), hidden: shape.temporal && TEMPORAL_TYPES.has(name), qualifiedOnly: false,
  }));
  if (shape.temporal) {
    for (const axis of ['valid', 'system']) entries.push({ table: alias, name: `_${axis}_time`, expression: () => periodOf(columns, axis), hidden: true, qualifiedOnly: false });
  }
  return {
    plan: {
      kind: 'scan', database, schema: shape.schema, table: shape.name, columns: columns.made, filters: [], rowEstimate: shape.rowEstimate, position,
      valid: shape.temporal ? periods.valid : undefined, system: shape.temporal ? periods.system : undefined, clampValid: periods.clampValid,
    },
    entries, column: (name) => columns.column(name),
  };
}

/** `_valid_time` and `_system_time`. NULL where an outer join found no row, rather than a period without ends. */
function periodOf(columns: ScanColumns, axis: string): BoundExpression {
  const [from, to] = [`_${axis}_from`, `_${axis}_to`].map((source) => columns.at(must(columns.placeOf(source), 'a temporal table has its times'))) as [BoundExpression, BoundExpression];
  const period: BoundExpression = { kind: 'call', name: 'period', args: [from, to], type: notNull(PERIOD) };
  return { kind: 'case', branches: [{ when: { kind: 'is-null', arg: from, negated: false, type: { legs: [{ kind: 'bool' }], nullable: false } }, then: NULL_LITERAL }], otherwise: period, type: notNull(PERIOD) };
}

/** A query as a table. */
export function derivedTable(result: QueryResult, alias: Name, columns: readonly Name[]): FromResult {
  const derived: FromResult = {
    plan: result.plan,
    tables: [{ alias: alias.text, schema: undefined }],
    entries: result.columns.map((column) => ({ table: alias.text, name: column.name, expression: () => columnRef(column), hidden: false, qualifiedOnly: false })),
  };
  return renameColumns(derived, { name: alias, columns, start: alias.start, end: alias.end });
}
