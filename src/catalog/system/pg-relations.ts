/** pg_catalog: what there is of schemas, tables and columns. */
import { fallbackPgType, pgTypeOf } from '../../data/types/pg-types.ts';
import { nameOid, tableOid } from '../../data/types/name-oid.ts';
import { isView, listColumns, listShapes } from './shapes.ts';
import { OWNER, SCHEMAS } from './system-facts.ts';
import { int2, int4, table } from './system-table.ts';
import type { Row, SystemContext, SystemTable } from './system-table.ts';
import type { TableShape } from '../table-source.ts';
import type { Value } from '../../data/types/value.ts';

const SCHEMA = 'pg_catalog';
export const owner = int4(nameOid(OWNER));

const namespaces = (): readonly Row[] => SCHEMAS.map((name) => ({ oid: int4(nameOid(name)), nspname: name, nspowner: owner }));

function* classes(context: SystemContext): Generator<Row> {
  for (const shape of listShapes(context.catalog)) {
    yield {
      oid: int4(tableOid(shape.schema, shape.name)), relname: shape.name, relnamespace: int4(nameOid(shape.schema)), reltype: int4(0), reloftype: int4(0), relowner: owner,
      relam: int4(shape.view === undefined ? 2 : 0), relfilenode: int4(0), reltablespace: int4(0), relpages: int4(0), reltuples: { kind: 'float32', value: shape.rowEstimate }, relallvisible: int4(0),
      reltoastrelid: int4(0), relhasindex: shape.view === undefined, relisshared: false, relpersistence: 'p', relkind: isView(shape) ? 'v' : 'r', relnatts: int2(listColumns(shape, context).length),
      relchecks: int2(0), relhasrules: shape.view !== undefined, relhastriggers: false, relhassubclass: false, relrowsecurity: false, relforcerowsecurity: false,
      relispopulated: true, relreplident: 'd', relispartition: false, relrewrite: int4(0), relfrozenxid: int4(0), relminmxid: int4(0),
    };
  }
}

function* attributes(context: SystemContext): Generator<Row> {
  for (const shape of listShapes(context.catalog)) {
    const attrelid = int4(tableOid(shape.schema, shape.name));
    for (const column of listColumns(shape, context)) {
      const type = pgTypeOf(column.type) ?? fallbackPgType('json');
      yield {
        attrelid, attname: column.name, atttypid: int4(type.oid), attstattarget: int4(-1), attlen: int2(type.size), attnum: int2(column.position), attndims: int4(type.elementOid === 0 ? 0 : 1),
        attcacheoff: int4(-1), atttypmod: int4(-1), attbyval: false, attalign: 'i', attstorage: 'p', attcompression: '', attnotnull: false, atthasdef: false, atthasmissing: false,
        attidentity: '', attgenerated: '', attisdropped: false, attislocal: true, attinhcount: int4(0), attcollation: int4(0),
      };
    }
  }
}

function* views({ catalog }: SystemContext): Generator<Row> {
  for (const { schema, name, view } of listShapes(catalog)) if (view !== undefined) yield { schemaname: schema, viewname: name, viewowner: OWNER, definition: view.text };
}

function* listed(catalog: SystemContext['catalog'], make: (shape: TableShape) => Row): Generator<Row> {
  for (const shape of listShapes(catalog)) if (!isView(shape)) yield make(shape);
}

const statistics = (shape: TableShape): Row => ({
  relid: int4(tableOid(shape.schema, shape.name)), schemaname: shape.schema, relname: shape.name, ...Object.fromEntries(COUNTERS.map((name): [string, Value] => [name, 0n])),
});
const COUNTERS = ['seq_scan', 'seq_tup_read', 'idx_scan', 'idx_tup_fetch', 'n_tup_ins', 'n_tup_upd', 'n_tup_del', 'n_tup_hot_upd', 'n_live_tup', 'n_dead_tup', 'n_mod_since_analyze', 'n_ins_since_vacuum', 'vacuum_count', 'autovacuum_count', 'analyze_count', 'autoanalyze_count'];

export const PG_RELATIONS: readonly SystemTable[] = [
  table(SCHEMA, 'pg_namespace', 'oid:oid nspname:text nspowner:oid nspacl:text[]?', namespaces),
  table(SCHEMA, 'pg_class', `
    oid:oid relname:text relnamespace:oid reltype:oid reloftype:oid relowner:oid relam:oid relfilenode:oid reltablespace:oid relpages:int4 reltuples:float4
    relallvisible:int4 reltoastrelid:oid relhasindex:bool relisshared:bool relpersistence:text relkind:text relnatts:int2 relchecks:int2 relhasrules:bool relhastriggers:bool
    relhassubclass:bool relrowsecurity:bool relforcerowsecurity:bool relispopulated:bool relreplident:text relispartition:bool relrewrite:oid relfrozenxid:int4 relminmxid:int4
    relacl:text[]? reloptions:null relpartbound:text?`, classes),
  table(SCHEMA, 'pg_attribute', `
    attrelid:oid attname:text atttypid:oid attstattarget:int4 attlen:int2 attnum:int2 attndims:int4 attcacheoff:int4 atttypmod:int4 attbyval:bool attalign:text attstorage:text
    attcompression:text attnotnull:bool atthasdef:bool atthasmissing:bool attidentity:text attgenerated:text attisdropped:bool attislocal:bool attinhcount:int4 attcollation:oid
    attacl:text[]? attoptions:text[]? attfdwoptions:text[]? attmissingval:text?`, attributes),
  table(SCHEMA, 'pg_tables', 'schemaname:text tablename:text tableowner:text tablespace:text? hasindexes:bool hasrules:bool hastriggers:bool rowsecurity:bool',
    ({ catalog }) => listed(catalog, (shape) => ({ schemaname: shape.schema, tablename: shape.name, tableowner: OWNER, hasindexes: true, hasrules: false, hastriggers: false, rowsecurity: false }))),
  table(SCHEMA, 'pg_views', 'schemaname:text viewname:text viewowner:text definition:text', views),
  table(SCHEMA, 'pg_stat_user_tables', `
    relid:int4 schemaname:text relname:text seq_scan:int8 seq_tup_read:int8 idx_scan:int8 idx_tup_fetch:int8 n_tup_ins:int8 n_tup_upd:int8 n_tup_del:int8 n_tup_hot_upd:int8
    n_live_tup:int8 n_dead_tup:int8 n_mod_since_analyze:int8 n_ins_since_vacuum:int8 last_vacuum:timestamptz? last_autovacuum:timestamptz? last_analyze:timestamptz?
    last_autoanalyze:timestamptz? vacuum_count:int8 autovacuum_count:int8 analyze_count:int8 autoanalyze_count:int8`,
    ({ catalog }) => listed(catalog, statistics)),
  table(SCHEMA, 'pg_statio_all_tables', `
    relid:int4 schemaname:text relname:text heap_blks_read:int8? heap_blks_hit:int8? idx_blks_read:int8? idx_blks_hit:int8? toast_blks_read:int8? toast_blks_hit:int8?
    tidx_blks_read:int8? tidx_blks_hit:int8?`,
    ({ catalog }) => listed(catalog, (shape) => ({ relid: int4(tableOid(shape.schema, shape.name)), schemaname: shape.schema, relname: shape.name }))),
];
