/** Functions that PostgreSQL's clients and tools call. Where there is nothing to tell (indexes, comments, privileges) they say so. */
import { EngineError } from '../../base/errors.ts';
import { VERSION } from '../../base/version.ts';
import { listOf } from '../../data/types/column-type.ts';
import { pgTypeByName, sqlTypeName } from '../../data/types/pg-type-names.ts';
import { BOOL, INT32, INT64, NULL_TYPE, notNull, nullable, TEXT } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import { typeName } from '../../data/types/type-names.ts';
import type { Value } from '../../data/types/value.ts';
import type { EvaluationContext, FunctionDefinition } from '../function.ts';
import { overloadOf, scalar } from './definition.ts';

interface Parts { readonly mayRaise?: boolean; readonly arity?: number | readonly [number, number]; readonly doc: string; readonly example?: string; readonly volatility?: FunctionDefinition['volatility'] }

const define = (name: string, result: ColumnType, call: (context: EvaluationContext, ...args: Value[]) => Value, parts: Parts): FunctionDefinition => scalar('postgres', {
  name, arity: parts.arity ?? 0, nulls: 'handled', polymorphic: true, volatility: parts.volatility ?? 'stable', resolve: () => overloadOf(result, call, { mayRaise: parts.mayRaise ?? false }),
  signature: `${name.toUpperCase()}(${parts.arity === undefined || parts.arity === 0 ? '' : '…'})`, doc: parts.doc, example: parts.example ?? `${name.toUpperCase()}()`,
});

const text = (name: string, call: (context: EvaluationContext, ...args: Value[]) => string | null, parts: Parts): FunctionDefinition => define(name, nullable(TEXT), call, parts);
/** Knows of nothing that it could tell. */
const unknown = (name: string, arity: number | readonly [number, number], doc: string, result: ColumnType = nullable(TEXT)): FunctionDefinition =>
  define(name, result, () => null, { arity, doc, example: `${name.toUpperCase()}(${Array.from({ length: typeof arity === 'number' ? arity : arity[0] }, () => '1').join(', ')})` });
const allowed = (name: string): FunctionDefinition => define(name, notNull(BOOL), () => true, { arity: [2, 4], doc: 'Whether the privilege is held: always.', example: `${name.toUpperCase()}('docs', 'select')` });
const visible = (name: string): FunctionDefinition => define(name, notNull(BOOL), () => true, { arity: 1, doc: 'Whether the object is found without its schema: always.', example: `${name.toUpperCase()}(1)` });

const SETTINGS: Readonly<Record<string, string>> = { server_version_num: '160000', server_version: '16', search_path: 'public', server_encoding: 'UTF8', client_encoding: 'UTF8', standard_conforming_strings: 'on', max_index_keys: '32', jit: 'off', default_table_access_method: 'heap' };

function currentSetting(context: EvaluationContext, name: Value, missingOk: Value | undefined): string | null {
  if (name === null) return null;
  const key = (name as string).toLowerCase();
  const setting = context.settings.get(key) ?? (key === 'timezone' ? context.zone : Object.hasOwn(SETTINGS, key) ? SETTINGS[key] : undefined);
  if (setting !== undefined) return setting;
  if (missingOk === true) return null;
  throw new EngineError('undefined-object', `unrecognized configuration parameter "${name as string}"`, { hint: `Known are ${Object.keys(SETTINGS).join(', ')} and timezone.` });
}

function setConfig(context: EvaluationContext, name: Value | undefined, value: Value | undefined): string | null {
  if (typeof name !== 'string' || typeof value !== 'string') return null;
  const key = name.toLowerCase();
  context.settings.set(key, value);
  return context.settings.get(key) ?? value;
}

const idOf = (value: Value | undefined): number | undefined => {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'number' ? value.value : undefined;
};

function formatType(value: Value | undefined): string | null {
  const oid = idOf(value);
  return oid === undefined ? null : sqlTypeName(oid);
}

function typeByName(name: Value | undefined): Value {
  const type = typeof name === 'string' ? pgTypeByName(name) : undefined;
  return type === undefined ? null : { kind: 'oid', value: type.oid };
}

function sizePretty(value: Value | undefined): string | null {
  if (typeof value !== 'bigint') return null;
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let size = Number(value);
  let unit = 0;
  while (Math.abs(size) >= 10240 && unit < units.length - 1) { size = Math.round(size / 1024); unit += 1; }
  return `${size} ${units[unit]}`;
}

function viewText(context: EvaluationContext, view: Value | undefined): string | null {
  const oid = typeof view === 'string' ? context.tableOid(view) : idOf(view);
  return oid === undefined ? null : context.viewText(oid) ?? null;
}

const SCHEMAS = listOf(notNull(TEXT));

export const POSTGRES_FUNCTIONS: readonly FunctionDefinition[] = [
  text('version', () => 'PostgreSQL 16', { doc: 'The PostgreSQL version that the protocol follows.' }),
  text('xt_version', () => `Varve @ ${VERSION}`, { doc: 'The version of Varve. Written `xt.version()`.' }),
  text('current_user', (context) => context.user, { doc: 'The user of the session.' }),
  text('session_user', (context) => context.user, { doc: 'The user of the session.' }),
  text('user', (context) => context.user, { doc: 'The user of the session.' }),
  text('current_role', (context) => context.user, { doc: 'The user of the session.' }),
  text('current_catalog', (context) => context.database, { doc: 'The database of the session.' }),
  text('current_database', (context) => context.database, { doc: 'The database of the session.' }),
  text('snapshot_token', (context) => context.snapshotToken(), { doc: 'Token of what the query sees; SETTING SNAPSHOT_TOKEN makes another query see the same.' }),
  text('await_token', (context) => context.awaitToken(), { doc: 'Token of the last transaction of the session; SETTING AWAIT_TOKEN makes another node wait for it.' }),
  text('current_schema', () => 'public', { doc: 'The schema that unqualified names are created in.' }),
  define('current_schemas', notNull(SCHEMAS), (_, implicit) => (implicit === true ? ['pg_catalog', 'public'] : ['public']), { arity: 1, doc: 'The schemas that are searched; with TRUE the implicit ones too.', example: 'CURRENT_SCHEMAS(TRUE)' }),
  define('current_setting', nullable(TEXT), (context, name, missingOk) => currentSetting(context, name as Value, missingOk), { arity: [1, 2], mayRaise: true, doc: 'The value of a setting.', example: "CURRENT_SETTING('server_version_num')" }),
  define('set_config', nullable(TEXT), (context, name, value) => setConfig(context, name, value), { arity: 3, mayRaise: true, volatility: 'volatile', doc: 'Sets a setting of the session, as SET does; the value that it has now.', example: "SET_CONFIG('application_name', 'report', FALSE)" }),
  allowed('has_table_privilege'), allowed('has_schema_privilege'), allowed('has_any_column_privilege'), allowed('has_column_privilege'),
  allowed('has_database_privilege'), allowed('has_function_privilege'), allowed('has_sequence_privilege'), allowed('pg_has_role'),
  visible('pg_table_is_visible'), visible('pg_type_is_visible'), visible('pg_function_is_visible'), visible('pg_operator_is_visible'), visible('pg_collation_is_visible'),
  visible('pg_conversion_is_visible'), visible('pg_opclass_is_visible'), visible('pg_statistics_obj_is_visible'), visible('pg_ts_config_is_visible'), visible('pg_ts_dict_is_visible'), visible('pg_ts_parser_is_visible'), visible('pg_ts_template_is_visible'),
  text('pg_get_userbyid', (context) => context.user, { arity: 1, doc: 'Name of a role.', example: 'PG_GET_USERBYID(10)' }),
  text('getdatabaseencoding', () => 'UTF8', { doc: 'Encoding of the database.' }),
  text('pg_encoding_to_char', () => 'UTF8', { arity: 1, doc: 'Name of an encoding.', example: 'PG_ENCODING_TO_CHAR(6)' }),
  define('pg_char_to_encoding', notNull(INT32), (_, name) => ({ kind: 'int', bits: 32, value: typeof name === 'string' && /^utf-?8$/iu.test(name) ? 6 : -1 }), { arity: 1, doc: 'Number of an encoding; -1 for all but UTF8.', example: "PG_CHAR_TO_ENCODING('UTF8')" }),
  text('format_type', (_, oid) => formatType(oid), { arity: 2, doc: 'The SQL name of a type.', example: 'FORMAT_TYPE(20, NULL)' }),
  define('to_regtype', nullable({ kind: 'oid' }), (_, name) => typeByName(name), { arity: 1, doc: 'OID of the type of a name; NULL if there is none.', example: "TO_REGTYPE('bigint')" }),
  text('pg_size_pretty', (_, size) => sizePretty(size), { arity: 1, doc: 'A number of bytes for people.', example: 'PG_SIZE_PRETTY(12345678)' }),
  scalar('postgres', {
    name: 'pg_typeof', arity: 1, nulls: 'handled', signature: 'PG_TYPEOF(x) → text', doc: 'Name of the type of a value.', example: 'PG_TYPEOF(1)',
    resolve: ([arg]) => { const name = typeName(arg?.type); return overloadOf(notNull(TEXT), () => name); },
  }),
  define('pg_backend_pid', notNull(INT32), () => ({ kind: 'int', bits: 32, value: 0 }), { doc: 'Number of the session.' }),
  text('pg_advisory_unlock_all', () => null, { doc: 'Releases advisory locks: there are none. Pools call it when a connection comes back.' }),
  define('pg_is_in_recovery', notNull(BOOL), () => false, { doc: 'Whether the server only follows another: never.' }),
  define('pg_relation_is_publishable', notNull(BOOL), () => false, { arity: 1, doc: 'Whether a table can be published: never.', example: 'PG_RELATION_IS_PUBLISHABLE(1)' }),
  define('pg_table_size', nullable(INT64), () => 0n, { arity: 1, doc: 'Bytes of a table on disk; not told apart.', example: 'PG_TABLE_SIZE(1)' }),
  define('pg_relation_size', nullable(INT64), () => 0n, { arity: [1, 2], doc: 'Bytes of a table on disk; not told apart.', example: 'PG_RELATION_SIZE(1)' }),
  define('pg_database_size', nullable(INT64), () => 0n, { arity: 1, doc: 'Bytes of a database on disk; not told apart.', example: "PG_DATABASE_SIZE('xtdb')" }),
  define('pg_total_relation_size', nullable(INT64), () => 0n, { arity: 1, doc: 'Bytes of a table on disk; not told apart.', example: 'PG_TOTAL_RELATION_SIZE(1)' }),
  unknown('pg_get_expr', [2, 3], 'Text of a stored expression: there are none.'),
  unknown('pg_get_constraintdef', [1, 2], 'Text of a constraint: there are none.'),
  unknown('pg_get_indexdef', [1, 3], 'Text of an index: there are none.'),
  text('pg_get_viewdef', (context, view) => viewText(context, view), { arity: [1, 2], doc: 'The query of a view, by OID or name.', example: 'PG_GET_VIEWDEF(1)' }),
  unknown('pg_get_triggerdef', [1, 2], 'Text of a trigger: there are none.'),
  unknown('pg_get_functiondef', 1, 'Text of a function: there are none.'),
  unknown('pg_get_function_sqlbody', 1, 'Body of a function in SQL: there are none.'),
  unknown('pg_get_function_result', 1, 'Result type of a function: not told.'),
  unknown('pg_get_function_arguments', 1, 'Arguments of a function: not told.'),
  unknown('pg_get_function_identity_arguments', 1, 'Arguments of a function: not told.'),
  unknown('pg_get_serial_sequence', 2, 'Sequence of a column: there are none.'),
  unknown('pg_get_statisticsobjdef_columns', 1, 'Columns of extended statistics: there are none.'),
  unknown('pg_tablespace_location', 1, 'Directory of a table space: there are none.'),
  unknown('pg_partition_ancestors', 1, 'Partitions above a table: there are none.', NULL_TYPE),
  unknown('_pg_expandarray', 1, 'Items with their positions: not supported.', NULL_TYPE),
  unknown('col_description', 2, 'Comment on a column: there are none.'),
  unknown('obj_description', [1, 2], 'Comment on an object: there are none.'),
  unknown('shobj_description', 2, 'Comment on a shared object: there are none.'),
];
