/**
 * A catalog for queries that see nothing later than some system time. Tables that were dropped after it are there, and all of those with
 * an ended life show the columns of all lives, as a clause about system time has them.
 */
import type { CatalogView, TableSource } from './table-source.ts';

/** Between the numbers of any two shapes: what is seen of a past is another shape, also to plans that are kept. */
const PAST_SHAPE = 0.5;

export function catalogAsOf(catalog: CatalogView, systemMicros: bigint): CatalogView {
  const asOf = (source: TableSource): TableSource => {
    const { shape } = source;
    if (shape.past === undefined || shape.past.until <= systemMicros) return source;
    return {
      shape: { ...shape, columns: shape.past.columns, isDropped: false, view: undefined, shapeVersion: shape.shapeVersion + PAST_SHAPE },
      scan: (request, cancel) => source.scan(request, cancel),
      ...(source.layout === undefined ? {} : { layout: source.layout.bind(source) }),
    };
  };
  return {
    ...catalog,
    table: (schema, name) => { const source = catalog.table(schema, name); return source === undefined ? undefined : asOf(source); },
    *tables() { for (const source of catalog.tables()) yield asOf(source); },
  };
}
