/** pg_catalog: relations of PostgreSQL that describe what there is nothing of here. Clients join them, so they exist and are empty. */
import { emptyTable } from './system-table.ts';
import type { SystemTable } from './system-table.ts';

const DEFINITIONS: Readonly<Record<string, string>> = {
  pg_attrdef: 'oid:oid adrelid:oid adnum:int2 adbin:text',
  pg_cast: 'oid:oid castsource:oid casttarget:oid castfunc:oid castcontext:text castmethod:text',
  pg_collation: 'oid:oid collname:text collnamespace:oid collowner:oid collprovider:text collisdeterministic:bool collencoding:int4 collcollate:text? collctype:text? colliculocale:text? collversion:text?',
  pg_constraint: `
    oid:oid conname:text connamespace:oid contype:text condeferrable:bool condeferred:bool convalidated:bool conrelid:oid contypid:oid conindid:oid conparentid:oid confrelid:oid
    confupdtype:text confdeltype:text confmatchtype:text conislocal:bool coninhcount:int4 connoinherit:bool conkey:int2[]? confkey:int2[]? conpfeqop:int4[]? conppeqop:int4[]?
    conffeqop:int4[]? confdelsetcols:int2[]? conexclop:int4[]? conbin:text?`,
  pg_conversion: 'oid:oid conname:text connamespace:oid conowner:oid conforencoding:int4 contoencoding:int4 conproc:text condefault:bool',
  pg_db_role_setting: 'setdatabase:oid setrole:oid setconfig:text[]?',
  pg_default_acl: 'oid:oid defaclrole:oid defaclnamespace:oid defaclobjtype:text defaclacl:text[]?',
  pg_depend: 'classid:oid objid:oid objsubid:int4 refclassid:oid refobjid:oid refobjsubid:oid deptype:text',
  pg_description: 'objoid:oid classoid:oid objsubid:int4 description:text',
  pg_enum: 'oid:oid enumtypid:oid enumsortorder:float4 enumlabel:text',
  pg_event_trigger: 'oid:oid evtname:text evtevent:text evtowner:oid evtfoid:int4 evtenabled:text evttags:text[]?',
  pg_extension: 'oid:oid extname:text extowner:oid extnamespace:oid extrelocatable:bool extversion:text extconfig:int4[]? extcondition:text[]?',
  pg_foreign_data_wrapper: 'oid:oid fdwname:text fdwowner:oid fdwhandler:oid fdwvalidator:oid fdwacl:text[]? fdwoptions:text[]?',
  pg_foreign_server: 'oid:oid srvname:text srvowner:oid srvfdw:int4 srvtype:text? srvversion:text? srvacl:text[]? srvoptions:text[]?',
  pg_foreign_table: 'ftrelid:int4 ftserver:int4 ftoptions:text[]?',
  pg_index: `
    indexrelid:oid indrelid:oid indnatts:int2 indnkeyatts:int2 indisunique:bool indnullsnotdistinct:bool indisprimary:bool indisexclusion:bool indimmediate:bool indisclustered:bool
    indisvalid:bool indcheckxmin:bool indisready:bool indislive:bool indisreplident:bool indkey:int2[] indcollation:int4[] indclass:int4[] indoption:int2[] indexprs:text? indpred:text?`,
  pg_indexes: 'schemaname:text tablename:text indexname:text tablespace:text? indexdef:text',
  pg_inherits: 'inhrelid:oid inhparent:oid inhseqno:int4 inhdetachpending:bool',
  pg_largeobject_metadata: 'oid:oid lomowner:oid lomacl:text[]?',
  pg_locks: 'locktype:text database:int4? relation:int4? pid:int4? mode:text granted:bool',
  pg_matviews: 'schemaname:text matviewname:text matviewowner:text tablespace:text? hasindexes:bool ispopulated:bool definition:text',
  pg_opclass: 'oid:oid opcmethod:int4 opcname:text opcnamespace:int4 opcowner:int4 opcfamily:int4 opcintype:int4 opcdefault:bool opckeytype:int4',
  pg_operator: 'oid:oid oprname:text oprnamespace:int4 oprowner:int4 oprkind:text oprleft:oid oprright:oid oprresult:int4 oprcode:text',
  pg_partitioned_table: 'partrelid:oid partstrat:text partnatts:int2 partdefid:int4 partattrs:int2[] partclass:int4[] partcollation:int4[] partexprs:text?',
  pg_policy: 'oid:oid polname:text polrelid:oid polcmd:text polpermissive:bool polroles:int4[] polqual:text? polwithcheck:text?',
  pg_prepared_statements: 'name:text statement:text prepare_time:timestamptz parameter_types:text[] from_sql:bool generic_plans:int8 custom_plans:int8',
  pg_publication: 'oid:oid pubname:text pubowner:oid puballtables:bool pubinsert:bool pubupdate:bool pubdelete:bool pubtruncate:bool pubviaroot:bool',
  pg_publication_namespace: 'oid:oid pnpubid:int4 pnnspid:int4',
  pg_publication_rel: 'oid:oid prpubid:oid prrelid:oid prqual:text? prattrs:int2[]?',
  pg_rewrite: 'oid:oid rulename:text ev_class:int4 ev_type:text ev_enabled:text is_instead:bool ev_qual:text ev_action:text',
  pg_sequence: 'seqrelid:int4 seqtypid:int4 seqstart:int8 seqincrement:int8 seqmax:int8 seqmin:int8 seqcache:int8 seqcycle:bool',
  pg_sequences: 'schemaname:text sequencename:text sequenceowner:text data_type:text start_value:int8 min_value:int8 max_value:int8 increment_by:int8 cycle:bool cache_size:int8 last_value:int8?',
  pg_shdescription: 'objoid:oid classoid:oid description:text',
  pg_statistic_ext: 'oid:oid stxrelid:oid stxname:text stxnamespace:int4 stxowner:int4 stxstattarget:int4 stxkeys:int2[] stxkind:text[] stxexprs:text?',
  pg_subscription: 'oid:oid subdbid:oid subname:text subowner:oid subenabled:bool subbinary:bool substream:text subtwophasestate:text subdisableonerr:bool subsynccommit:text subconninfo:text subslotname:text? subpublications:text[] subskiplsn:text',
  pg_tablespace: 'oid:oid spcname:text spcowner:oid spcacl:text[]? spcoptions:text[]?',
  pg_trigger: `
    oid:oid tgrelid:oid tgparentid:int4 tgname:text tgfoid:oid tgtype:int2 tgenabled:text tgisinternal:bool tgconstrrelid:int4 tgconstrindid:int4 tgconstraint:int4 tgdeferrable:bool
    tginitdeferred:bool tgnargs:int2 tgattr:int2[] tgargs:text? tgqual:text? tgoldtable:text? tgnewtable:text?`,
  pg_ts_config: 'oid:oid cfgname:text cfgnamespace:oid cfgowner:oid cfgparser:oid',
  pg_ts_dict: 'oid:oid dictname:text dictnamespace:oid dictowner:oid dicttemplate:oid dictinitoption:text?',
  pg_ts_parser: 'oid:oid prsname:text prsnamespace:oid prsstart:text prstoken:text prsend:text prsheadline:text prslextype:text',
  pg_ts_template: 'oid:oid tmplname:text tmplnamespace:oid tmplinit:text tmpllexize:text',
};

export const PG_EMPTY: readonly SystemTable[] = Object.entries(DEFINITIONS).map(([name, spec]) => emptyTable('pg_catalog', name, spec));
