import { expect, test } from 'vitest';
import { CancelFlag } from '../../base/cancel.ts';
import { INT64, KEYWORD, notNull, nullable, TEXT } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { MICROS_MAX, MICROS_MIN } from '../table-source.ts';
import type { CatalogView, ColumnBound, TableSource } from '../table-source.ts';
import { nameOid, tableOid } from '../../data/types/name-oid.ts';
import { chunkValue } from '../../data/vector/chunk-value.ts';
import { DEFAULT_FACTS } from './system-facts.ts';
import { findTableName, findTableOid, SYSTEM_TABLES, withSystemTables } from './system-catalog.ts';

function stored(schema: string, name: string, columns: Readonly<Record<string, ColumnType>>, rows: readonly Readonly<Record<string, Value>>[] = []): TableSource {
  return {
    shape: { schema, name, columns: new Map(Object.entries(columns)), shapeVersion: 1, temporal: true, rowEstimate: rows.length },
    scan: (request) => ({
      residual: request.bounds,
      async *[Symbol.asyncIterator]() {
        yield { rowCount: rows.length, columns: request.columns.map((column) => ({ form: 'values' as const, values: rows.map((row) => row[column] ?? null) })) };
      },
    }),
  };
}

function catalogOf(...sources: readonly TableSource[]): CatalogView {
  const view: CatalogView = { databaseName: 'shop', tables: () => sources, table: (schema, name) => sources.find((source) => source.shape.schema === schema && source.shape.name === name) };
  return withSystemTables(view, DEFAULT_FACTS);
}

async function rowsOf(catalog: CatalogView, schema: string, name: string, columns: readonly string[], bounds: readonly ColumnBound[] = []): Promise<Value[][]> {
  const source = catalog.table(schema, name);
  if (source === undefined) throw new Error(`no ${schema}.${name}`);
  const all = { from: MICROS_MIN, to: MICROS_MAX };
  const rows: Value[][] = [];
  for await (const chunk of source.scan({ columns, valid: all, system: all, clampValid: false, bounds }, new CancelFlag())) {
    for (let row = 0; row < chunk.rowCount; row++) rows.push(chunk.columns.map((column) => chunkValue(column, row)));
  }
  return rows;
}

const GOODS = stored('public', 'goods', { _id: notNull(KEYWORD), name: nullable(TEXT), price: { legs: [INT64, TEXT], nullable: false }, planned: { legs: [], nullable: false } });

test('OIDs are those of XTDB', () => {
  expect([nameOid('public'), nameOid('pg_catalog'), nameOid('xtdb')]).toEqual([1106696632, 2125819141, 1376455703]);
  expect([tableOid('public', 'foo'), tableOid('xt', 'txs'), tableOid('pg_catalog', 'pg_class')]).toEqual([357712798, 598393539, 529124840]);
});

test('columns come with the temporal ones, those that begin with _ first, and with their types', async () => {
  const rows = await rowsOf(catalogOf(GOODS), 'information_schema', 'columns', ['table_name', 'column_name', 'data_type', 'is_nullable']);
  expect(rows.filter(([table]) => table === 'goods').map(([, ...rest]) => rest)).toEqual([
    ['_id', ':keyword', 'NO'], ['_system_from', ':instant', 'NO'], ['_system_to', '[:? :instant]', 'YES'], ['_valid_from', ':instant', 'NO'], ['_valid_to', '[:? :instant]', 'YES'],
    ['name', '[:? :utf8]', 'YES'], ['planned', ':nothing', 'NO'], ['price', '#{:utf8 :i64}', 'NO'],
  ]);
});

test('a column of several types is json to PostgreSQL clients', async () => {
  const rows = await rowsOf(catalogOf(GOODS), 'pg_catalog', 'pg_attribute', ['attrelid', 'attname', 'atttypid']);
  const oid = tableOid('public', 'goods');
  expect(rows.filter(([relation]) => (relation as { value: number }).value === oid).map(([, name, type]) => [name, (type as { value: number }).value])).toContainEqual(['price', 114]);
});

test('catalog tables are views of their own lists', async () => {
  const rows = await rowsOf(catalogOf(GOODS), 'information_schema', 'tables', ['table_schema', 'table_name', 'table_type']);
  expect(rows).toContainEqual(['public', 'goods', 'BASE TABLE']);
  expect(rows).toContainEqual(['information_schema', 'tables', 'VIEW']);
  expect(rows).toContainEqual(['xt', 'role_membership', 'BASE TABLE']);
});

test('a table that was written to is listed once', async () => {
  const rows = await rowsOf(catalogOf(stored('xt', 'role_membership', { _id: notNull(TEXT) })), 'information_schema', 'tables', ['table_name']);
  expect(rows.filter(([name]) => name === 'role_membership')).toHaveLength(1);
});

test('roles are the users, those that were granted something, and what was granted', async () => {
  const members = stored('xt', 'role_membership', { _id: notNull(TEXT), role: notNull(TEXT), user: notNull(TEXT) }, [{ _id: '1', role: 'analyst', user: 'bob' }]);
  const rows = await rowsOf(catalogOf(members), 'pg_catalog', 'pg_roles', ['rolname', 'rolsuper', 'rolcanlogin']);
  expect(rows).toEqual([['xtdb', true, true], ['bob', false, true], ['analyst', false, false]]);
});

test('every column a row of a catalog table sets is one of the table', async () => {
  const catalog = catalogOf(GOODS);
  for (const definition of SYSTEM_TABLES) {
    for await (const row of definition.rows({ catalog, stored: catalog, facts: DEFAULT_FACTS }, [])) {
      expect(Object.keys(row).filter((name) => !definition.columns.has(name)), `${definition.schema}.${definition.name}`).toEqual([]);
      const missing = [...definition.columns].filter(([name, type]) => !type.nullable && (row[name] ?? null) === null).map(([name]) => name);
      expect(missing, `${definition.schema}.${definition.name}`).toEqual([]);
    }
  }
});

test('names and OIDs lead to one another', () => {
  const catalog = catalogOf(GOODS);
  const oid = findTableOid(catalog, 'public', 'goods');
  expect(oid).toBe(findTableOid(catalog, 'public', 'public.goods'));
  expect(findTableName(catalog, 'public', oid ?? 0)).toBe('goods');
  expect(findTableName(catalog, 'public', tableOid('information_schema', 'columns'))).toBe('information_schema.columns');
  expect(findTableOid(catalog, 'public', 'nothing')).toBeUndefined();
});

test('what lies where is told by xt tables, block by block, for the blocks that a query asks for', async () => {
  const layout = { liveRowCount: 3, files: [{ block: 0, name: 'data/a', rowCount: 5 }, { block: 26, name: 'data/b', rowCount: 7 }] };
  const catalog = catalogOf({ ...GOODS, layout: () => layout });
  expect(await rowsOf(catalog, 'xt', 'live_tables', ['schema_name', 'table_name', 'row_count'])).toEqual([['public', 'goods', 3n]]);
  expect((await rowsOf(catalog, 'xt', 'live_columns', ['col_name', 'col_type'])).slice(0, 2)).toEqual([['_id', ':keyword'], ['name', '[:? :utf8]']]);
  await expect(rowsOf(catalog, 'xt', 'block_files', ['block_idx'])).rejects.toThrow('require block_idx bounds');
  await expect(rowsOf(catalog, 'xt', 'table_block_files', ['block_idx'])).rejects.toThrow('require table_name = … AND block_idx bounds');
  const between: readonly ColumnBound[] = [{ column: 'block_idx', op: '>=', value: '00' }, { column: 'block_idx', op: '<=', value: '1ff' }];
  expect(await rowsOf(catalog, 'xt', 'block_files', ['block_idx', 'table_names'], between)).toEqual([['00', ['public/goods']], ['11a', ['public/goods']]]);
  const one: readonly ColumnBound[] = [{ column: 'table_name', op: '=', value: 'public/goods' }, { column: 'block_idx', op: '=', value: '00' }];
  expect((await rowsOf(catalog, 'xt', 'table_block_files', ['block_idx', 'row_count'], one))[0]).toEqual(['00', 5n]);
});

test('xt.txs answers before its first row, and its errors have their type before the first error', async () => {
  expect(await rowsOf(catalogOf(), 'xt', 'txs', ['_id', 'error'])).toEqual([]);
  expect((await rowsOf(catalogOf(), 'information_schema', 'tables', ['table_name'])).flat()).not.toContain('txs');
  const transactions = stored('xt', 'txs', { _id: notNull(INT64), error: nullable(TEXT), more: notNull(TEXT) }, [{ _id: 1n, error: null, more: 'x' }]);
  const types = catalogOf(transactions).table('xt', 'txs')?.shape.columns;
  expect([types?.get('error'), types?.get('more')]).toEqual([{ legs: [{ kind: 'text' }, { kind: 'error' }], nullable: true }, notNull(TEXT)]);
  expect(await rowsOf(catalogOf(transactions), 'xt', 'txs', ['_id', 'more'])).toEqual([[1n, 'x']]);
});
