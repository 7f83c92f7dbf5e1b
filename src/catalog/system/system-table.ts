/**
 * Catalog tables: ordinary relations whose rows are made when they are scanned.
 *
 *   columns as text   'oid:oid relname:text relhasindex:bool?'    `?` = may be NULL, `[]` = a list, `null` = never has a value
 *
 * A column that never has a value has no type either, so that whatever clients make of it works: `'(' || character_maximum_length || ')'`.
 * Rows give OIDs as plain integers; in the columns they are OIDs, so that a client may compare them with the text of one.
 */
import { assert, must } from '../../base/assert.ts';
import { BOOL, FLOAT32, INT16, INT32, INT64, INSTANT, notNull, NULL_TYPE, nullable, TEXT } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import type { Oid, SmallInt, Value } from '../../data/types/value.ts';
import { CHUNK_ROWS_MAX } from '../../data/vector/chunk.ts';
import type { RowChunk } from '../../data/vector/chunk.ts';
import type { CatalogView, ColumnBound, TableSource } from '../table-source.ts';
import type { SystemFacts } from './system-facts.ts';

export type Row = Readonly<Record<string, Value>>;

/** What the rows are made of. `catalog` lists catalog tables too. */
export interface SystemContext { readonly catalog: CatalogView; readonly stored: CatalogView; readonly facts: SystemFacts }

export interface SystemTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: ReadonlyMap<string, ColumnType>;
  /** Columns that a row does not name are NULL. `bounds` may be used to make fewer rows; the engine applies them in any case. */
  readonly rows: (context: SystemContext, bounds: readonly ColumnBound[]) => Iterable<Row> | AsyncIterable<Row>;
}

const TYPES: Readonly<Record<string, Type>> = { bool: BOOL, int2: INT16, int4: INT32, int8: INT64, oid: { kind: 'oid' }, float4: FLOAT32, text: TEXT, timestamptz: INSTANT };

function columnType(spec: string): ColumnType {
  if (spec === 'null') return NULL_TYPE;
  const isNullable = spec.endsWith('?');
  const base = isNullable ? spec.slice(0, -1) : spec;
  const isList = base.endsWith('[]');
  const leg = must(TYPES[isList ? base.slice(0, -2) : base], 'a known type in a catalog table');
  const type: Type = isList ? { kind: 'list', element: notNull(leg) } : leg;
  return isNullable ? nullable(type) : notNull(type);
}

export function columns(spec: string): ReadonlyMap<string, ColumnType> {
  return new Map(spec.trim().split(/\s+/u).filter((column) => column !== '').map((column) => {
    const [name, type] = column.split(':');
    return [must(name, 'a column name'), columnType(must(type, 'a column type'))];
  }));
}

export const table = (schema: string, name: string, spec: string, rows: SystemTable['rows']): SystemTable => ({ schema, name, columns: columns(spec), rows });
export const emptyTable = (schema: string, name: string, spec: string): SystemTable => table(schema, name, spec, () => []);

export const int2 = (value: number): SmallInt => ({ kind: 'int', bits: 16, value });
export const int4 = (value: number): SmallInt => ({ kind: 'int', bits: 32, value });

/** A table's rows as of the context it is made with. Nothing is skipped: every bound comes back as residual. */
export function systemSource(definition: SystemTable, context: SystemContext): TableSource {
  const { schema, name, rows } = definition;
  return {
    shape: { schema, name, columns: definition.columns, shapeVersion: 0, temporal: false, rowEstimate: 100 },
    scan: (request, cancel) => ({
      residual: request.bounds,
      async *[Symbol.asyncIterator]() {
        let pending: Row[] = [];
        for await (const row of rows(context, request.bounds)) {
          pending.push(row);
          if (pending.length < CHUNK_ROWS_MAX) continue;
          cancel.check();
          yield chunkOf(pending, request.columns, definition.columns);
          pending = [];
        }
        if (pending.length > 0) yield chunkOf(pending, request.columns, definition.columns);
      },
    }),
  };
}

const cellOf = (name: string, type: ColumnType | undefined): ((row: Row) => Value) =>
  (type?.legs[0]?.kind === 'oid' ? (row) => asOid(row[name] ?? null) : (row) => row[name] ?? null);

const asOid = (value: Value): Value => (value === null ? null : { kind: 'oid', value: (value as SmallInt | Oid).value });

function chunkOf(rows: readonly Row[], names: readonly string[], columnTypes: ReadonlyMap<string, ColumnType>): RowChunk {
  assert(rows.length <= CHUNK_ROWS_MAX, 'a chunk is no longer than the limit');
  return { rowCount: rows.length, columns: names.map((name) => ({ form: 'values', values: rows.map(cellOf(name, columnTypes.get(name))) })) };
}
