/** The table that DML writes: its name, its shape, and what its columns say about parameters. */
import { EngineError } from '../../base/errors.ts';
import { exists, type TableShape } from '../../catalog/table-source.ts';
import { commonType } from '../../data/types/common-type.ts';
import type { Type } from '../../data/types/type.ts';
import type { Name, QualifiedName } from '../sql/ast.ts';
import type { Expression } from '../sql/ast-expression.ts';
import { qualifiedText, unknownTable } from './bind-table.ts';
import type { Binder } from './binder.ts';
import type { BoundExpression } from './expression.ts';

export interface TargetName { readonly schema: string; readonly table: string }

const SYSTEM_SCHEMAS = new Set(['xt', 'information_schema', 'pg_catalog']);

/** The name of a table that is written. Throws 42501 for system schemas. */
export function targetName(binder: Binder, name: QualifiedName): TargetName {
  return writableName(name, binder.context.catalog.databaseName, binder.context.defaultSchema);
}

/** Where something is written a name of two parts is always schema.table. Throws 42501 for system schemas, 42P01 for another database. */
export function writableName(name: QualifiedName, databaseName: string, defaultSchema: string): TargetName {
  const parts = name.map((part) => part.text);
  if (parts.length === 3 && parts[0] !== databaseName) {
    throw new EngineError('undefined-table', `Table not found: ${qualifiedText(name)}`, { position: name[0]?.start, hint: 'A transaction writes only the database of its connection.' });
  }
  const table = parts.at(-1) ?? '';
  const schema = parts.at(-2) ?? defaultSchema;
  if (SYSTEM_SCHEMAS.has(schema)) throw new EngineError('insufficient-privilege', `Cannot write to table: ${schema}/${table}`, { position: name[0]?.start, hint: `Tables of the schema ${schema} are kept by the database.` });
  return { schema, table };
}

/** The shape of a table that has to exist, or (for what is about all of system time) to have existed. */
export function targetShape(binder: Binder, name: QualifiedName, when: 'now' | 'ever'): TableShape {
  const shape = findTarget(binder, targetName(binder, name), when);
  if (shape === undefined) throw unknownTable(binder, name);
  return shape;
}

/** The shape of a table that the statement may create. */
export const targetShapeIfAny = (binder: Binder, name: TargetName): TableShape | undefined => findTarget(binder, name, 'now');

function findTarget(binder: Binder, name: TargetName, when: 'now' | 'ever'): TableShape | undefined {
  const shape = binder.context.catalog.table(name.schema, name.table)?.shape;
  if (shape !== undefined) binder.usedTables.set(`${name.schema}.${name.table}`, { ...name, shapeVersion: shape.shapeVersion });
  if (shape?.view !== undefined) throw new EngineError('wrong-object-type', `"${name.table}" is a view`, { ofState: true, hint: 'Views are read only: write the tables that it reads.' });
  return shape !== undefined && exists(shape, when) ? shape : undefined;
}

/** Columns that begin with `_` belong to the database, but for those that `allowed` names. Throws 42939 that names all of them. */
export function refuseSystemColumns(names: readonly Name[], action: string, allowed: readonly string[]): void {
  const refused = names.filter((name) => name.text.startsWith('_') && !allowed.includes(name.text));
  const [first] = refused;
  if (first === undefined) return;
  const message = action === PUT || action === PATCH_DOCUMENTS ? `Cannot ${action} documents with columns: [${refused.map((name) => name.text).join(', ')}]` : refused.map((name) => `Cannot ${action} ${name.text} column`).join('; ');
  throw new EngineError('reserved-name', message, { position: first.start, hint: HINTS.get(action) ?? 'Names that begin with _ are reserved; only _id, _valid_from and _valid_to can be inserted.' });
}

/** The action of documents that stand in the statement as they are. */
export const PUT = 'put';
export const PATCH_DOCUMENTS = 'patch';

const PORTION = 'When it is valid is said by FOR VALID_TIME FROM … TO ….';
const HINTS: ReadonlyMap<string, string> = new Map([
  ['UPDATE', `Names that begin with _ are reserved, and the _id of a row never changes. ${PORTION}`], [PATCH_DOCUMENTS, `Names that begin with _ are reserved, except _id. ${PORTION}`],
]);

/** The type that a parameter for this column takes: the one that the column's types promote to, else the one that CREATE TABLE gave. */
export function columnHint(binder: Binder, target: TargetName, shape: TableShape | undefined, column: string): Type | undefined {
  if (column === '_valid_from' || column === '_valid_to') return { kind: 'timestamptz', unit: 'us', zone: 'UTC' };
  const known = shape?.columns.get(column);
  return (known === undefined ? undefined : commonType(known)) ?? binder.context.columnHint(target.schema, target.table, column);
}

/** Binds a value for a column; a parameter that nothing types is remembered with the column's name. */
export function bindForColumn(binder: Binder, hint: Type | undefined, column: string, value: Expression, bind: (hint: Type | undefined) => BoundExpression): BoundExpression {
  if (hint === undefined && value.kind === 'parameter' && binder.parameters.isOpen(value.index)) {
    binder.parameters.meantFor({ index: value.index, column, position: value.start });
  }
  return bind(hint);
}

export function updateHint(binder: Binder, shape: TableShape, column: Name, value: Expression, bind: (hint: Type | undefined) => BoundExpression): BoundExpression {
  return bindForColumn(binder, columnHint(binder, { schema: shape.schema, table: shape.name }, shape, column.text), column.text, value, bind);
}
