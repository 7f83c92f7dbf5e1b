/**
 * Stored tables that the database itself writes: they answer to their names before they have a row, and a column has its type before it
 * has a value of it.
 */
import { join } from '../../data/types/column-type.ts';
import { INSTANT, INT64, BOOL, notNull, nullable, NULL_TYPE } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { TableShape, TableSource } from '../table-source.ts';

interface KeptTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: ReadonlyMap<string, ColumnType>;
  /** Whether listings of tables have it before it is written to. */
  readonly isListedEmpty: boolean;
}

export const KEPT_TABLES: readonly KeptTable[] = [
  {
    schema: 'xt', name: 'txs', isListedEmpty: false,
    columns: new Map([['_id', notNull(INT64)], ['system_time', notNull(INSTANT)], ['committed', notNull(BOOL)], ['error', nullable({ kind: 'error' })], ['user_metadata', NULL_TYPE]]),
  },
  { schema: 'xt', name: 'role_membership', isListedEmpty: true, columns: new Map() },
];

export const keptTable = (schema: string, name: string): KeptTable | undefined => KEPT_TABLES.find((table) => table.schema === schema && table.name === name);

/** `stored` with the types that are known beforehand; without it, an empty table. */
export function keptSource(table: KeptTable, stored: TableSource | undefined): TableSource {
  const { schema, name, columns } = table;
  // No stored shape has version 0, so that plans of the empty table are made anew.
  if (stored === undefined) return { shape: { schema, name, columns, shapeVersion: 0, temporal: columns.size > 0, rowEstimate: 0 }, scan: (request) => ({ residual: request.bounds, async *[Symbol.asyncIterator]() {} }) };
  return {
    shape: withKnownTypes(stored.shape, columns),
    scan: stored.scan.bind(stored),
    ...(stored.lookUp === undefined ? {} : { lookUp: stored.lookUp.bind(stored) }),
    ...(stored.layout === undefined ? {} : { layout: stored.layout.bind(stored) }),
  };
}

function withKnownTypes(shape: TableShape, known: ReadonlyMap<string, ColumnType>): TableShape {
  const columns = new Map([...shape.columns].map(([name, type]) => {
    const more = known.get(name);
    return [name, more === undefined ? type : join(type, more)];
  }));
  return { ...shape, columns };
}
