/** OIDs of relations, for `regclass`: names are looked for as FROM would find them. */
import type { CatalogView } from '../catalog/table-source.ts';
import { relationOid } from '../catalog/relation-oid.ts';
import type { RelationNames } from './statement-environment.ts';

const SEARCHED_SCHEMAS = ['public', 'pg_catalog'] as const;

export function relationNames(catalog: CatalogView): RelationNames {
  return {
    oidOf: (text) => {
      const parts = text.split('.').map((part) => (/^".*"$/.test(part) ? part.slice(1, -1) : part.toLowerCase()));
      const name = parts.at(-1) ?? '';
      const schemas = parts.length > 1 ? [parts.at(-2) as string] : SEARCHED_SCHEMAS;
      const schema = schemas.find((candidate) => catalog.table(candidate, name) !== undefined);
      return schema === undefined ? undefined : relationOid(schema, name);
    },
    nameOf: (oid) => {
      for (const { shape } of catalog.tables()) {
        if (relationOid(shape.schema, shape.name) === oid) return shape.schema === 'public' || shape.schema === 'pg_catalog' ? shape.name : `${shape.schema}.${shape.name}`;
      }
      return undefined;
    },
  };
}
