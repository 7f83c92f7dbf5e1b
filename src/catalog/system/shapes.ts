/** Tables and their columns as the catalog tables list them. */
import { INSTANT, notNull, nullable } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import { type CatalogView, exists, type TableShape } from '../table-source.ts';
import type { SystemContext } from './system-table.ts';

const TEMPORAL: ReadonlyMap<string, ColumnType> = new Map([
  ['_system_from', notNull(INSTANT)], ['_system_to', nullable(INSTANT)], ['_valid_from', notNull(INSTANT)], ['_valid_to', nullable(INSTANT)],
]);

/** By schema and name, so that what is listed does not depend on the order in which tables were made. */
export function listShapes(catalog: CatalogView): readonly TableShape[] {
  const text = (shape: TableShape): string => `${shape.schema}.${shape.name}`;
  return [...catalog.tables()].map((source) => source.shape).filter((shape) => exists(shape, 'now')).sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

const SYSTEM_SCHEMAS = new Set(['information_schema', 'pg_catalog']);
/** Whether a shape is listed as a view: those that somebody created, and the catalog tables. */
export const isView = (shape: TableShape): boolean => shape.view !== undefined || SYSTEM_SCHEMAS.has(shape.schema);

export interface ListedColumn { readonly name: string; readonly type: ColumnType; readonly position: number }

/** All columns, those that begin with `_` first, each kind by name; catalog tables and views in the order of their definition. Positions from 1. */
export function listColumns(shape: TableShape, { catalog, facts }: SystemContext): readonly ListedColumn[] {
  if (shape.view !== undefined) return [...facts.viewColumns(catalog, shape)].map(([name, type], index) => ({ name, type, position: index + 1 }));
  const all = [...shape.columns, ...(shape.temporal ? TEMPORAL : [])];
  if (!shape.temporal) return all.map(([name, type], index) => ({ name, type, position: index + 1 }));
  const rank = (name: string): string => `${name.startsWith('_') ? 0 : 1}${name}`;
  return all.toSorted(([a], [b]) => (rank(a) < rank(b) ? -1 : 1)).map(([name, type], index) => ({ name, type, position: index + 1 }));
}
