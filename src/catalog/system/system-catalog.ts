/**
 * A catalog with its catalog tables.
 *
 *   stored tables (public, xt, …)  +  information_schema, pg_catalog, xt views   =   what queries see
 */
import { type CatalogView, exists, type TableShape, type TableSource } from '../table-source.ts';
import { INFORMATION_SCHEMA } from './information-schema.ts';
import { KEPT_TABLES, keptSource, keptTable } from './kept-tables.ts';
import { tableOid } from '../../data/types/name-oid.ts';
import { PG_EMPTY } from './pg-empty.ts';
import { PG_OBJECTS } from './pg-objects.ts';
import { PG_RELATIONS } from './pg-relations.ts';
import { listShapes } from './shapes.ts';
import { XT_TABLES } from './xt-tables.ts';
import type { SystemFacts } from './system-facts.ts';
import { systemSource } from './system-table.ts';
import type { SystemTable } from './system-table.ts';

export const SYSTEM_TABLES: readonly SystemTable[] = [...INFORMATION_SCHEMA, ...PG_RELATIONS, ...PG_OBJECTS, ...PG_EMPTY];

/** The tables of `xt` answer to their names and are not listed, as XTDB has it. */
const BY_NAME: ReadonlyMap<string, SystemTable> = new Map([...SYSTEM_TABLES, ...XT_TABLES].map((definition) => [`${definition.schema}.${definition.name}`, definition]));

/** `stored` with the catalog tables beside it. `more` are tables that other layers bring (metrics, storage). */
export function withSystemTables(stored: CatalogView, facts: SystemFacts, more: readonly SystemTable[] = []): CatalogView {
  const extra = new Map(more.map((definition) => [`${definition.schema}.${definition.name}`, definition]));
  const catalog: CatalogView = {
    databaseName: stored.databaseName,
    table(schema, name) {
      const definition = BY_NAME.get(`${schema}.${name}`) ?? extra.get(`${schema}.${name}`);
      if (definition !== undefined) return source(definition);
      const kept = keptTable(schema, name);
      return kept === undefined ? stored.table(schema, name) : keptSource(kept, stored.table(schema, name));
    },
    *tables() {
      for (const source of stored.tables()) {
        const kept = keptTable(source.shape.schema, source.shape.name);
        yield kept === undefined ? source : keptSource(kept, source);
      }
      for (const kept of KEPT_TABLES) if (kept.isListedEmpty && stored.table(kept.schema, kept.name) === undefined) yield keptSource(kept, undefined);
      for (const definition of [...SYSTEM_TABLES, ...more]) yield source(definition);
    },
  };
  const source = (definition: SystemTable): TableSource => systemSource(definition, { catalog, stored, facts });
  return catalog;
}

/** `t`, `schema.t` or `database.schema.t`. Catalog tables are found before a stored table of the same name, as a search path that begins with pg_catalog has it. */
export function findTableOid(catalog: CatalogView, defaultSchema: string, name: string): number | undefined {
  const parts = name.split('.').map((part) => part.replace(/^"(.*)"$/u, '$1'));
  const [first = '', second] = parts.length === 3 && parts[0] === catalog.databaseName ? parts.slice(1) : parts;
  const schemas = second === undefined ? ['pg_catalog', defaultSchema] : [first];
  const table = second ?? first;
  for (const schema of schemas) {
    const shape = catalog.table(schema, table)?.shape;
    if (shape !== undefined && exists(shape, 'now')) return tableOid(schema, table);
  }
  return undefined;
}

const shapeByOid = (catalog: CatalogView, oid: number): TableShape | undefined => listShapes(catalog).find((candidate) => tableOid(candidate.schema, candidate.name) === oid);

/** The query of a view by OID. */
export const findViewText = (catalog: CatalogView, oid: number): string | undefined => shapeByOid(catalog, oid)?.view?.text;

/** The name of a table by OID, with its schema where a search path would not find it. */
export function findTableName(catalog: CatalogView, defaultSchema: string, oid: number): string | undefined {
  const shape = shapeByOid(catalog, oid);
  if (shape === undefined) return undefined;
  return shape.schema === defaultSchema || shape.schema === 'pg_catalog' ? shape.name : `${shape.schema}.${shape.name}`;
}
