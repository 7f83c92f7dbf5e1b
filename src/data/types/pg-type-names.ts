/** Names of PostgreSQL's types, as FORMAT_TYPE gives and TO_REGTYPE takes them: `bigint`, `int8`, `text[]`, `timestamp with time zone`. */
import { PG_TYPES, pgTypeByOid, pgTypeOf } from './pg-types.ts';
import type { PgType } from './pg-types.ts';
import { notNull } from './type.ts';
import { castTargetOf } from './type-names.ts';

const SQL_NAMES: Readonly<Record<string, string>> = {
  bool: 'boolean', int2: 'smallint', int4: 'integer', int8: 'bigint', float4: 'real', float8: 'double precision', varchar: 'character varying',
  time: 'time without time zone', timestamp: 'timestamp without time zone', timestamptz: 'timestamp with time zone',
};

/** The SQL name of a type; `???` for an OID that is no type's. */
export function sqlTypeName(oid: number): string {
  const type = pgTypeByOid(oid);
  if (type === undefined) return '???';
  const element = type.elementOid === 0 ? type : pgTypeByOid(type.elementOid) ?? type;
  return `${SQL_NAMES[element.name] ?? element.name}${type.elementOid === 0 ? '' : '[]'}`;
}

const BY_NAME: ReadonlyMap<string, PgType> = new Map(PG_TYPES.flatMap((type) => [[type.name, type], [sqlTypeName(type.oid), type]] as const));

/** The type that a name means, with or without `pg_catalog.`, quotes and length; undefined if none does. */
export function pgTypeByName(text: string): PgType | undefined {
  const name = text.trim().toLowerCase().replaceAll('"', '').replace(/^pg_catalog\./u, '').replace(/\s*\(\s*\d+(\s*,\s*\d+)?\s*\)/u, '').replaceAll(/\s+/gu, ' ');
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  if (name.endsWith('[]')) {
    const element = pgTypeByName(name.slice(0, -2));
    return element === undefined ? undefined : pgTypeByOid(element.arrayOid);
  }
  const target = castTargetOf(name, []);
  return target === undefined ? undefined : pgTypeOf(notNull(target.type));
}
