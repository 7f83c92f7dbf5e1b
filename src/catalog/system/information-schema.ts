/** information_schema: tables, columns, schemata, and the constraints that there are none of. */
import { fallbackPgType, pgTypeOf } from '../../data/types/pg-types.ts';
import { familyKey } from '../../data/types/column-type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import { ednOfColumnType } from '../../data/types/edn.ts';
import { isView, listColumns, listShapes } from './shapes.ts';
import { OWNER, SCHEMAS } from './system-facts.ts';
import { emptyTable, int4, table } from './system-table.ts';
import type { Row, SystemContext, SystemTable } from './system-table.ts';
import type { TableShape } from '../table-source.ts';

const SCHEMA = 'information_schema';

/** The type in EDN; a column that was declared and never written has none. */
const dataType = (type: ColumnType): string => (type.legs.length === 0 && !type.nullable ? ':nothing' : ednOfColumnType(withWidestDecimals(type)));

/** In unions XTDB lists a decimal of few digits a second time, with as many as its width holds: files keep it so. */
function withWidestDecimals(type: ColumnType): ColumnType {
  if (type.legs.length < 2) return type;
  const widened = type.legs.flatMap((leg): Type[] => (leg.kind === 'decimal' ? [{ ...leg, precision: leg.precision <= 32 ? 32 : 64 }, leg] : [leg]));
  const seen = new Set<string>();
  return { ...type, legs: widened.filter((leg) => !seen.has(familyKey(leg)) && seen.add(familyKey(leg))) };
}

function* tables({ catalog }: SystemContext): Generator<Row> {
  for (const shape of listShapes(catalog)) {
    yield {
      table_catalog: catalog.databaseName, table_schema: shape.schema, table_name: shape.name, table_type: isView(shape) ? 'VIEW' : 'BASE TABLE',
      is_insertable_into: isWritable(shape) ? 'YES' : 'NO', is_typed: 'NO',
    };
  }
}

const isWritable = (shape: TableShape): boolean => shape.schema === 'public' && shape.view === undefined;

function* views({ catalog }: SystemContext): Generator<Row> {
  for (const { schema, name, view } of listShapes(catalog)) {
    if (view === undefined) continue;
    yield {
      table_catalog: catalog.databaseName, table_schema: schema, table_name: name, view_definition: view.text, check_option: 'NONE', is_updatable: 'NO', is_insertable_into: 'NO',
    };
  }
}

function* columnRows(context: SystemContext): Generator<Row> {
  const { catalog } = context;
  for (const shape of listShapes(catalog)) {
    for (const column of listColumns(shape, context)) {
      const udt = (pgTypeOf(column.type) ?? fallbackPgType('json')).name;
      yield {
        table_catalog: catalog.databaseName, table_schema: shape.schema, table_name: shape.name, column_name: column.name,
        ordinal_position: int4(column.position), is_nullable: column.type.nullable ? 'YES' : 'NO', data_type: dataType(column.type),
        udt_catalog: catalog.databaseName, udt_schema: 'pg_catalog', udt_name: udt, dtd_identifier: String(column.position),
        is_self_referencing: 'NO', is_identity: 'NO', is_generated: 'NEVER', is_updatable: isWritable(shape) ? 'YES' : 'NO',
      };
    }
  }
}

const schemata = ({ catalog }: SystemContext): readonly Row[] => SCHEMAS.map((name) => ({ catalog_name: catalog.databaseName, schema_name: name, schema_owner: OWNER }));

export const INFORMATION_SCHEMA: readonly SystemTable[] = [
  table(SCHEMA, 'tables', `
    table_catalog:text table_schema:text table_name:text table_type:text self_referencing_column_name:text? reference_generation:text?
    user_defined_type_catalog:text? user_defined_type_schema:text? user_defined_type_name:text? is_insertable_into:text is_typed:text commit_action:text?`, tables),
  table(SCHEMA, 'columns', `
    table_catalog:text table_schema:text table_name:text column_name:text ordinal_position:int4 column_default:text? is_nullable:text data_type:text
    character_maximum_length:null character_octet_length:null numeric_precision:null numeric_precision_radix:null numeric_scale:null datetime_precision:null
    interval_type:text? interval_precision:null character_set_catalog:text? character_set_schema:text? character_set_name:text?
    collation_catalog:text? collation_schema:text? collation_name:text? domain_catalog:text? domain_schema:text? domain_name:text?
    udt_catalog:text udt_schema:text udt_name:text scope_catalog:text? scope_schema:text? scope_name:text? maximum_cardinality:null dtd_identifier:text
    is_self_referencing:text is_identity:text identity_generation:text? identity_start:text? identity_increment:text? identity_maximum:text? identity_minimum:text?
    identity_cycle:text? is_generated:text generation_expression:text? is_updatable:text`, columnRows),
  table(SCHEMA, 'schemata', `
    catalog_name:text schema_name:text schema_owner:text default_character_set_catalog:text? default_character_set_schema:text? default_character_set_name:text? sql_path:text?`, schemata),
  emptyTable(SCHEMA, 'table_constraints', `
    constraint_catalog:text constraint_schema:text constraint_name:text table_catalog:text table_schema:text table_name:text constraint_type:text
    is_deferrable:text initially_deferred:text enforced:text nulls_distinct:text?`),
  emptyTable(SCHEMA, 'key_column_usage', `
    constraint_catalog:text constraint_schema:text constraint_name:text table_catalog:text table_schema:text table_name:text column_name:text
    ordinal_position:int4 position_in_unique_constraint:int4?`),
  emptyTable(SCHEMA, 'constraint_column_usage', `
    table_catalog:text table_schema:text table_name:text column_name:text constraint_catalog:text constraint_schema:text constraint_name:text`),
  emptyTable(SCHEMA, 'referential_constraints', `
    constraint_catalog:text constraint_schema:text constraint_name:text unique_constraint_catalog:text? unique_constraint_schema:text? unique_constraint_name:text?
    match_option:text update_rule:text delete_rule:text`),
  table(SCHEMA, 'views', `
    table_catalog:text table_schema:text table_name:text view_definition:text? check_option:text? is_updatable:text is_insertable_into:text`, views),
  emptyTable(SCHEMA, 'sequences', `
    sequence_catalog:text sequence_schema:text sequence_name:text data_type:text start_value:text minimum_value:text maximum_value:text increment:text cycle_option:text`),
  emptyTable(SCHEMA, 'routines', `
    specific_catalog:text specific_schema:text specific_name:text routine_catalog:text routine_schema:text routine_name:text routine_type:text data_type:text?`),
];
