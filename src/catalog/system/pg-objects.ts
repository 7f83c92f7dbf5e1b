/** pg_catalog: types, functions, databases, roles, settings. */
import type { PgType } from '../../data/types/pg-types.ts';
import { PG_TSTZRANGE, PG_TYPES } from '../../data/types/pg-types.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import { CancelFlag } from '../../base/cancel.ts';
import { nameOid } from '../../data/types/name-oid.ts';
import { chunkValue } from '../../data/vector/chunk-value.ts';
import { owner } from './pg-relations.ts';
import { int2, int4, table } from './system-table.ts';
import type { Row, SystemContext, SystemTable } from './system-table.ts';

const SCHEMA = 'pg_catalog';
const catalogNamespace = int4(nameOid(SCHEMA));

function typeRow(type: PgType): Row {
  const functions = (suffix: string): string => (type.elementOid === 0 ? `${type.name}${type.name.includes('_') ? '_' : ''}${suffix}` : `array_${suffix}`);
  return {
    oid: int4(type.oid), typname: type.name, typnamespace: catalogNamespace, typowner: owner, typlen: int2(type.size), typbyval: type.size > 0 && type.size <= 8, typtype: type.category === 'R' ? 'r' : 'b',
    typcategory: type.category, typispreferred: false, typisdefined: true, typdelim: ',', typrelid: int4(0), typsubscript: type.elementOid === 0 ? '-' : 'array_subscript_handler',
    typelem: int4(type.elementOid), typarray: int4(PG_TYPES.some((array) => array.oid === type.arrayOid) ? type.arrayOid : 0), typinput: functions('in'), typoutput: functions('out'),
    typreceive: functions('recv'), typsend: functions('send'), typmodin: '-', typmodout: '-', typanalyze: '-', typalign: 'i', typstorage: 'p', typnotnull: false,
    typbasetype: int4(0), typtypmod: int4(-1), typndims: int4(0), typcollation: int4(0),
  };
}

const accessMethods: readonly Row[] = [
  { oid: int4(2), amname: 'heap', amhandler: 'heap_tableam_handler', amtype: 't' },
  { oid: int4(403), amname: 'btree', amhandler: 'bthandler', amtype: 'i' },
  { oid: int4(405), amname: 'hash', amhandler: 'hashhandler', amtype: 'i' },
];

const databases = ({ facts }: SystemContext): readonly Row[] => facts.databases.map((name) => ({
  oid: int4(nameOid(name)), datname: name, datdba: owner, encoding: int4(6), datlocprovider: 'c', datistemplate: false, datallowconn: true, datconnlimit: int4(-1),
  datfrozenxid: int4(0), datminmxid: int4(0), dattablespace: int4(0), datcollate: 'C.UTF-8', datctype: 'C.UTF-8',
}));

interface Membership { readonly role: string; readonly user: string }

/** Who was granted what, from the stored table. */
async function memberships({ stored }: SystemContext): Promise<readonly Membership[]> {
  const source = stored.table('xt', 'role_membership');
  if (source === undefined) return [];
  const found: Membership[] = [];
  const now = BigInt(Number.MAX_SAFE_INTEGER);
  const everything = { from: now, to: now + 1n };
  const scan = source.scan({ columns: ['role', 'user'], valid: everything, system: everything, clampValid: false, bounds: [] }, new CancelFlag());
  for await (const chunk of scan) {
    const [roles, users] = chunk.columns;
    for (let row = 0; row < chunk.rowCount; row++) {
      const role = cellText(roles, row);
      const user = cellText(users, row);
      if (role !== undefined && user !== undefined) found.push({ role, user });
    }
  }
  return found;
}

async function* roles(context: SystemContext): AsyncGenerator<Row> {
  const granted = await memberships(context);
  const users = new Map(context.facts.users.map((user) => [user.name, user.isSuperuser]));
  for (const { user } of granted) if (!users.has(user)) users.set(user, false);
  const row = (name: string, isSuperuser: boolean, canLogin: boolean): Row => ({
    oid: int4(nameOid(name)), rolname: name, rolsuper: isSuperuser, rolinherit: true, rolcreaterole: isSuperuser, rolcreatedb: isSuperuser, rolcanlogin: canLogin, rolreplication: false,
    rolconnlimit: int4(-1), rolbypassrls: isSuperuser,
  });
  for (const [name, isSuperuser] of users) yield row(name, isSuperuser, true);
  for (const name of new Set(granted.map((membership) => membership.role))) if (!users.has(name)) yield row(name, false, false);
}

async function* authMembers(context: SystemContext): AsyncGenerator<Row> {
  for (const { role, user } of await memberships(context)) yield { roleid: int4(nameOid(role)), member: int4(nameOid(user)), admin_option: false };
}

const settings = ({ facts }: SystemContext): readonly Row[] => [['max_index_keys', '32'] as const, ...facts.settings].map(([name, setting]) => ({ name, setting, context: 'user', vartype: 'string', source: 'default' }));

const KEYWORDS = ['all', 'and', 'any', 'array', 'as', 'asc', 'between', 'case', 'cast', 'cross', 'desc', 'distinct', 'else', 'end', 'except', 'exists', 'false', 'for', 'from', 'full', 'group', 'having', 'in', 'inner', 'intersect', 'into', 'is', 'join', 'lateral', 'left', 'like', 'limit', 'natural', 'not', 'null', 'offset', 'on', 'or', 'order', 'right', 'select', 'set', 'then', 'true', 'union', 'using', 'values', 'when', 'where', 'with'];

export const PG_OBJECTS: readonly SystemTable[] = [
  table(SCHEMA, 'pg_type', `
    oid:oid typname:text typnamespace:oid typowner:oid typlen:int2 typbyval:bool typtype:text typcategory:text typispreferred:bool typisdefined:bool typdelim:text typrelid:oid
    typsubscript:text typelem:oid typarray:oid typinput:text typoutput:text typreceive:text typsend:text typmodin:text typmodout:text typanalyze:text typalign:text typstorage:text
    typnotnull:bool typbasetype:oid typtypmod:int4 typndims:int4 typcollation:oid typdefaultbin:text? typdefault:text? typacl:text[]?`, () => PG_TYPES.map(typeRow)),
  table(SCHEMA, 'pg_range', 'rngtypid:oid rngsubtype:oid rngmultitypid:int4 rngcollation:oid rngsubopc:int4 rngcanonical:text rngsubdiff:text',
    () => [{ rngtypid: int4(PG_TSTZRANGE.oid), rngsubtype: int4(1184), rngmultitypid: int4(4534), rngcollation: int4(0), rngsubopc: int4(3127), rngcanonical: '', rngsubdiff: 'tstzrange_subdiff' }]),
  table(SCHEMA, 'pg_proc', `
    oid:oid proname:text pronamespace:oid proowner:oid prolang:oid procost:float4? prorows:float4? provariadic:oid prosupport:text? prokind:text prosecdef:bool proleakproof:bool
    proisstrict:bool proretset:bool provolatile:text proparallel:text pronargs:int2 pronargdefaults:int2 prorettype:oid proargtypes:int4[]? proallargtypes:int4[]? proargmodes:text[]?
    proargnames:text[]? proargdefaults:text? protrftypes:int4[]? prosrc:text? probin:text? proconfig:text[]? proacl:text[]?`,
    () => [{
      oid: int4(nameOid('array_in')), proname: 'array_in', pronamespace: catalogNamespace, proowner: owner, prolang: int4(12), provariadic: int4(0), prokind: 'f', prosecdef: false,
      proleakproof: false, proisstrict: true, proretset: false, provolatile: 's', proparallel: 's', pronargs: int2(3), pronargdefaults: int2(0), prorettype: int4(2277),
    }]),
  table(SCHEMA, 'pg_get_keywords', 'word:text catcode:text barelabel:bool catdesc:text baredesc:text',
    () => KEYWORDS.map((word) => ({ word, catcode: 'R', barelabel: true, catdesc: 'reserved', baredesc: 'can be bare label' }))),
  table(SCHEMA, 'pg_am', 'oid:oid amname:text amhandler:text amtype:text', () => accessMethods),
  table(SCHEMA, 'pg_language', 'oid:oid lanname:text lanowner:int4 lanispl:bool lanpltrusted:bool lanplcallfoid:int4 laninline:int4 lanvalidator:int4 lanacl:text[]?',
    () => [{ oid: int4(12), lanname: 'internal', lanowner: owner, lanispl: false, lanpltrusted: false, lanplcallfoid: int4(0), laninline: int4(0), lanvalidator: int4(0) }]),
  table(SCHEMA, 'pg_database', `
    oid:oid datname:text datdba:oid encoding:int4 datlocprovider:text datistemplate:bool datallowconn:bool datconnlimit:int4 datfrozenxid:int4 datminmxid:int4 dattablespace:oid
    datcollate:text datctype:text daticulocale:text? datcollversion:text? datacl:text[]?`, databases),
  table(SCHEMA, 'pg_user', 'usename:text usesysid:oid usecreatedb:bool usesuper:bool userepl:bool usebypassrls:bool passwd:text? valuntil:timestamptz? useconfig:text[]?',
    ({ facts }) => facts.users.map((user) => ({ usename: user.name, usesysid: int4(nameOid(user.name)), usecreatedb: user.isSuperuser, usesuper: user.isSuperuser, userepl: false, usebypassrls: user.isSuperuser }))),
  table(SCHEMA, 'pg_roles', `
    oid:oid rolname:text rolsuper:bool rolinherit:bool rolcreaterole:bool rolcreatedb:bool rolcanlogin:bool rolreplication:bool rolconnlimit:int4 rolpassword:text?
    rolvaliduntil:timestamptz? rolbypassrls:bool rolconfig:text[]?`, roles),
  table(SCHEMA, 'pg_auth_members', 'roleid:oid member:oid grantor:oid? admin_option:bool', authMembers),
  table(SCHEMA, 'pg_settings', `
    name:text setting:text? unit:text? category:text? short_desc:text? extra_desc:text? context:text vartype:text source:text min_val:text? max_val:text? enumvals:text[]?
    boot_val:text? reset_val:text? sourcefile:text? sourceline:int4? pending_restart:bool?`, settings),
];

function cellText(column: ColumnChunk | undefined, row: number): string | undefined {
  const value = column === undefined ? null : chunkValue(column, row);
  return typeof value === 'string' ? value : undefined;
}
