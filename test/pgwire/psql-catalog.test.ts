/**
 * What psql asks for `\d`, `\dt`, `\l`, `\dn`, `\du` and `\d table`, in other words: another layout, other aliases, one more predicate. Catalog
 * relations are ordinary tables for the engine, so whatever psql's next version asks must be answered too.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, open, type Row } from '../../src/database/index.ts';

let db: Database;
let oid: unknown;

beforeAll(async () => {
  db = await open();
  await db.sql`CREATE TABLE items (_id, a)`;
  await db.sql`INSERT INTO items RECORDS {_id: 1, a: 'x', n: 2.5}`;
  const [row] = await db.query("SELECT rel.oid AS o FROM pg_catalog.pg_class AS rel WHERE rel.relname OPERATOR(pg_catalog.~) '^(items)$' COLLATE pg_catalog.default AND pg_catalog.pg_table_is_visible(rel.oid) AND rel.relkind <> 'i'");
  oid = row?.o;
});
afterAll(() => db.close());

const visible = (kinds: string): Promise<Row[]> => db.query(`
  SELECT schema_of.nspname AS s, rel.relname AS t, CASE rel.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'i' THEN 'index' END AS k, pg_catalog.pg_get_userbyid(rel.relowner) AS o
  FROM pg_catalog.pg_class AS rel LEFT JOIN pg_catalog.pg_namespace AS schema_of ON schema_of.oid = rel.relnamespace LEFT JOIN pg_catalog.pg_am AS method ON method.oid = rel.relam
  WHERE rel.relkind IN (${kinds}) AND schema_of.nspname <> 'pg_catalog' AND schema_of.nspname !~ '^pg_toast' AND schema_of.nspname <> 'information_schema'
    AND pg_catalog.pg_table_is_visible(rel.oid) AND length(rel.relname) > 0
  ORDER BY 1, 2`).then((rows) => [...rows]);

test('\\d and \\dt list the tables of public', async () => {
  for (const kinds of ["'r', 'p', 'v', 'm', 'S', 'f', ''", "'r', 'p', ''"]) {
    expect(await visible(kinds)).toContainEqual(expect.objectContaining({ s: 'public', t: 'items', k: 'table' }));
  }
});

test('\\d of a table finds it by the text of its OID, and its columns with their types', async () => {
  expect(oid).toEqual(expect.any(Number));
  const relation = await db.query(`SELECT rel.relkind AS k, rel.relhasindex AS i, rel.relpersistence AS p, method.amname AS m
    FROM pg_catalog.pg_class rel LEFT JOIN pg_catalog.pg_class toast ON (rel.reltoastrelid = toast.oid) LEFT JOIN pg_catalog.pg_am method ON (rel.relam = method.oid)
    WHERE rel.oid = '${String(oid)}' AND rel.relkind IS NOT NULL`);
  expect([...relation]).toEqual([expect.objectContaining({ k: 'r' })]);
  const columns = await db.query(`SELECT col.attname AS name, pg_catalog.format_type(col.atttypid, col.atttypmod) AS type, col.attnotnull AS required, col.attnum AS n
    FROM pg_catalog.pg_attribute col WHERE col.attrelid = '${String(oid)}' AND col.attnum > 0 AND NOT col.attisdropped AND col.attname !~ '^_(valid|system)_' ORDER BY col.attnum`);
  expect(columns.map(({ name, type }) => [name, type])).toEqual([['_id', 'bigint'], ['a', 'text'], ['n', 'double precision']]);
});

test('\\l lists the database', async () => {
  const rows = await db.query(`SELECT base.datname AS n, pg_catalog.pg_encoding_to_char(base.encoding) AS e, CASE base.datlocprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' END AS p,
    pg_catalog.array_to_string(base.datacl, E'\\n') AS acl FROM pg_catalog.pg_database base WHERE base.datallowconn ORDER BY 1`);
  expect([...rows]).toEqual([{ n: 'xtdb', e: 'UTF8', p: 'libc', acl: null }]);
});

test('\\dn lists the schemas', async () => {
  const rows = await db.query("SELECT ns.nspname AS n FROM pg_catalog.pg_namespace ns WHERE ns.nspname !~ '^pg_' AND ns.nspname <> 'information_schema' AND ns.oid > 0 ORDER BY 1");
  expect(rows.map(({ n }) => n)).toEqual(['public', 'xt']);
});

test('\\du lists the roles with what they belong to', async () => {
  const rows = await db.query(`SELECT who.rolname AS r, who.rolsuper AS s, ARRAY(SELECT grp.rolname FROM pg_catalog.pg_auth_members link JOIN pg_catalog.pg_roles grp ON (link.roleid = grp.oid)
    WHERE link.member = who.oid) AS groups FROM pg_catalog.pg_roles who WHERE who.rolname !~ '^pg_' AND who.rolcanlogin ORDER BY 1`);
  expect([...rows]).toEqual([{ r: 'xtdb', s: true, groups: [] }]);
});

test('\\dv lists views, \\d of a view its columns, \\sv its query', async () => {
  await db.sql`CREATE VIEW dear (what, twice) AS SELECT a, n * 2 FROM items WHERE n > 1`;
  expect(await visible("'v', ''")).toContainEqual(expect.objectContaining({ s: 'public', t: 'dear', k: 'view' }));
  const [row] = await db.query("SELECT rel.oid AS o, rel.relkind AS k, rel.relhasindex AS i, rel.relam AS m FROM pg_catalog.pg_class AS rel WHERE rel.relname OPERATOR(pg_catalog.~) '^(dear)$' COLLATE pg_catalog.default");
  expect(row).toMatchObject({ k: 'v', i: false, m: 0 });
  const columns = await db.query(`SELECT col.attname AS name, pg_catalog.format_type(col.atttypid, col.atttypmod) AS type, col.attnum AS n
    FROM pg_catalog.pg_attribute col WHERE col.attrelid = '${String(row?.o)}' AND col.attnum > 0 AND NOT col.attisdropped ORDER BY col.attnum`);
  expect(columns.map(({ name, type }) => [name, type])).toEqual([['what', 'text'], ['twice', 'double precision']]);
  const [text] = await db.query(`SELECT pg_catalog.pg_get_viewdef('${String(row?.o)}'::pg_catalog.oid, true) AS query`);
  expect(text).toEqual({ query: 'SELECT a, n * 2 FROM items WHERE n > 1' });
});
