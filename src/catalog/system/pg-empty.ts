/** pg_catalog: relations of PostgreSQL that describe what there is nothing of here. Clients join them, so they exist and are empty. */
import { emptyTable } from './system-table.ts';
import type { SystemTable } from './system-table.ts';

const DEFINITIONS: Readonly<Record<string, string>> = {
  pg_attrdef: 'oid:int4 adrelid:int4 adnum:int2 adbin:text',
  pg_collation: 'oid:int4 collname:text collnamespace:int4 collowner:int4 collprovider:text collisdeterministic:bool collencoding:int4 collcollate:text? collctype:text? colliculocale:text? collversion:text?',
  pg_constraint: `
    oid:int4 conname:text connamespace:int4 contype:text condeferrable:bool condeferred:bool convalidated:bool conrelid:int4 contypid:int4 conindid:int4 conparentid:int4 confrelid:int4
    confupdtype:text confdeltype:text confmatchtype:text conislocal:bool coninhcount:int4 connoinherit:bool conkey:int2[]? confkey:int2[]? conpfeqop:int4[]? conppeqop:int4[]?
    conffeqop:int4[]? confdelsetcols:int2[]? conexclop:int4[]? conbin:text?`,
  pg_depend: 'classid:int4 objid:int4 objsubid:int4 refclassid:int4 refobjid:int4 refobjsubid:int4 deptype:text',
  pg_description: 'objoid:int4 classoid:int4 objsubid:int4 description:text',
  pg_enum: 'oid:int4 enumtypid:int4 enumsortorder:float4 enumlabel:text',
  pg_event_trigger: 'oid:int4 evtname:text evtevent:text evtowner:int4 evtfoid:int4 evtenabled:text evttags:text[]?',
  pg_extension: 'oid:int4 extname:text extowner:int4 extnamespace:int4 extrelocatable:bool extversion:text extconfig:int4[]? extcondition:text[]?',
  pg_foreign_server: 'oid:int4 srvname:text srvowner:int4 srvfdw:int4 srvtype:text? srvversion:text? srvacl:text[]? srvoptions:text[]?',
  pg_foreign_table: 'ftrelid:int4 ftserver:int4 ftoptions:text[]?',
  pg_index: `
    indexrelid:int4 indrelid:int4 indnatts:int2 indnkeyatts:int2 indisunique:bool indnullsnotdistinct:bool indisprimary:bool indisexclusion:bool indimmediate:bool indisclustered:bool
    indisvalid:bool indcheckxmin:bool indisready:bool indislive:bool indisreplident:bool indkey:int2[] indcollation:int4[] indclass:int4[] indoption:int2[] indexprs:text? indpred:text?`,
  pg_indexes: 'schemaname:text tablename:text indexname:text tablespace:text? indexdef:text',
  pg_inherits: 'inhrelid:int4 inhparent:int4 inhseqno:int4 inhdetachpending:bool',
  pg_locks: 'locktype:text database:int4? relation:int4? pid:int4? mode:text granted:bool',
  pg_matviews: 'schemaname:text matviewname:text matviewowner:text tablespace:text? hasindexes:bool ispopulated:bool definition:text',
  pg_opclass: 'oid:int4 opcmethod:int4 opcname:text opcnamespace:int4 opcowner:int4 opcfamily:int4 opcintype:int4 opcdefault:bool opckeytype:int4',
  pg_operator: 'oid:int4 oprname:text oprnamespace:int4 oprowner:int4 oprkind:text oprleft:int4 oprright:int4 oprresult:int4',
  pg_partitioned_table: 'partrelid:int4 partstrat:text partnatts:int2 partdefid:int4 partattrs:int2[] partclass:int4[] partcollation:int4[] partexprs:text?',
  pg_policy: 'oid:int4 polname:text polrelid:int4 polcmd:text polpermissive:bool polroles:int4[] polqual:text? polwithcheck:text?',
  pg_prepared_statements: 'name:text statement:text prepare_time:timestamptz parameter_types:text[] from_sql:bool generic_plans:int8 custom_plans:int8',
  pg_publication: 'oid:int4 pubname:text pubowner:int4 puballtables:bool pubinsert:bool pubupdate:bool pubdelete:bool pubtruncate:bool pubviaroot:bool',
  pg_publication_namespace: 'oid:int4 pnpubid:int4 pnnspid:int4',
  pg_publication_rel: 'oid:int4 prpubid:int4 prrelid:int4 prqual:text? prattrs:int2[]?',
  pg_rewrite: 'oid:int4 rulename:text ev_class:int4 ev_type:text ev_enabled:text is_instead:bool ev_qual:text ev_action:text',
  pg_sequence: 'seqrelid:int4 seqtypid:int4 seqstart:int8 seqincrement:int8 seqmax:int8 seqmin:int8 seqcache:int8 seqcycle:bool',
  pg_sequences: 'schemaname:text sequencename:text sequenceowner:text data_type:text start_value:int8 min_value:int8 max_value:int8 increment_by:int8 cycle:bool cache_size:int8 last_value:int8?',
  pg_shdescription: 'objoid:int4 classoid:int4 description:text',
  pg_statistic_ext: 'oid:int4 stxrelid:int4 stxname:text stxnamespace:int4 stxowner:int4 stxstattarget:int4 stxkeys:int2[] stxkind:text[] stxexprs:text?',
  pg_subscription: 'oid:int4 subdbid:int4 subname:text subowner:int4 subenabled:bool',
  pg_tablespace: 'oid:int4 spcname:text spcowner:int4 spcacl:text[]? spcoptions:text[]?',
  pg_trigger: `
    oid:int4 tgrelid:int4 tgparentid:int4 tgname:text tgfoid:int4 tgtype:int2 tgenabled:text tgisinternal:bool tgconstrrelid:int4 tgconstrindid:int4 tgconstraint:int4 tgdeferrable:bool
    tginitdeferred:bool tgnargs:int2 tgattr:int2[] tgargs:text? tgqual:text? tgoldtable:text? tgnewtable:text?`,
  pg_views: 'schemaname:text viewname:text viewowner:text definition:text',
};

export const PG_EMPTY: readonly SystemTable[] = Object.entries(DEFINITIONS).map(([name, spec]) => emptyTable('pg_catalog', name, spec));
