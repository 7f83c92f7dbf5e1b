/** OIDs of relations, for `regclass`: names are looked for as FROM would find them. */
import { findTableName, findTableOid, findViewText } from '../catalog/system/system-catalog.ts';
import type { CatalogView } from '../catalog/table-source.ts';
import type { RelationNames } from './statement-environment.ts';

const DEFAULT_SCHEMA = 'public';

export const relationNames = (catalog: CatalogView): RelationNames => ({
  oidOf: (name) => findTableOid(catalog, DEFAULT_SCHEMA, name),
  nameOf: (oid) => findTableName(catalog, DEFAULT_SCHEMA, oid),
  viewTextOf: (oid) => findViewText(catalog, oid),
});
