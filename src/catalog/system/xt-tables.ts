/**
 * xt: how tables lie in memory and in files.
 *
 *   live_tables, live_columns            what no file holds yet
 *   block_files, table_block_files,      blocks by number. There may be many: a query says which it wants, or is refused
 *   table_block_file_tries
 */
import { EngineError } from '../../base/errors.ts';
import { ednOfColumnType } from '../../data/types/edn.ts';
import type { ColumnBound, TableLayout, TableShape } from '../table-source.ts';
import { table } from './system-table.ts';
import type { Row, SystemContext, SystemTable } from './system-table.ts';

const SCHEMA = 'xt';

interface Stored { readonly shape: TableShape; readonly layout: TableLayout }

function* storedTables({ stored }: SystemContext): Generator<Stored> {
  for (const source of stored.tables()) {
    const layout = source.layout?.();
    if (layout !== undefined) yield { shape: source.shape, layout };
  }
}

/** A number whose text sorts as it does: hexadecimal digits, their count less one in front. */
export function blockIndexText(block: number): string {
  const digits = block.toString(16);
  return `${(digits.length - 1).toString(16)}${digits}`;
}

function* liveTables(context: SystemContext): Generator<Row> {
  for (const { shape, layout } of storedTables(context)) {
    if (layout.liveRowCount > 0) yield { schema_name: shape.schema, table_name: shape.name, row_count: BigInt(layout.liveRowCount) };
  }
}

function* liveColumns(context: SystemContext): Generator<Row> {
  for (const { shape, layout } of storedTables(context)) {
    if (layout.liveRowCount === 0) continue;
    for (const [name, type] of shape.columns) yield { schema_name: shape.schema, table_name: shape.name, col_name: name, col_type: ednOfColumnType(type) };
  }
}

const isEqual = (bound: ColumnBound): boolean => bound.op === '=' || bound.op === 'in';
const bounds = (given: readonly ColumnBound[], column: string): readonly ColumnBound[] => given.filter((bound) => bound.column === column);
const isBounded = (given: readonly ColumnBound[]): boolean =>
  given.some(isEqual) || (given.some(({ op }) => op === '>' || op === '>=') && given.some(({ op }) => op === '<' || op === '<='));

function requireBlocks(name: string, given: readonly ColumnBound[]): void {
  if (isBounded(bounds(given, 'block_idx'))) return;
  throw new EngineError('semantic-error', `queries on xt.${name} require block_idx bounds`, { hint: "As in WHERE block_idx BETWEEN '00' AND '0f'." });
}

function requireTableAndBlocks(name: string, given: readonly ColumnBound[]): void {
  if (bounds(given, 'table_name').some(isEqual) && isBounded(bounds(given, 'block_idx'))) return;
  throw new EngineError('semantic-error', `queries on xt.${name} require table_name = … AND block_idx bounds`, { hint: "As in WHERE table_name = 'public/t' AND block_idx = '00'." });
}

function* blockFiles(context: SystemContext, given: readonly ColumnBound[]): Generator<Row> {
  requireBlocks('block_files', given);
  const tables = new Map<number, string[]>();
  for (const { shape, layout } of storedTables(context)) {
    for (const { block } of layout.files) tables.set(block, [...(tables.get(block) ?? []), `${shape.schema}/${shape.name}`]);
  }
  for (const [block, names] of [...tables].sort(([a], [b]) => a - b)) yield { block_idx: blockIndexText(block), table_names: names };
}

const tableFiles = (name: string) => function* rows(context: SystemContext, given: readonly ColumnBound[]): Generator<Row> {
  requireTableAndBlocks(name, given);
  for (const { shape, layout } of storedTables(context)) {
    for (const file of layout.files) {
      yield {
        table_name: `${shape.schema}/${shape.name}`, block_idx: blockIndexText(file.block), row_count: BigInt(file.rowCount), partition_count: 1n,
        fields: [...shape.columns.keys()], level: 0n, trie_key: file.name, trie_state: 'live',
      };
    }
  }
};

export const XT_TABLES: readonly SystemTable[] = [
  table(SCHEMA, 'live_tables', 'schema_name:text table_name:text row_count:int8', liveTables),
  table(SCHEMA, 'live_columns', 'schema_name:text table_name:text col_name:text col_type:text', liveColumns),
  table(SCHEMA, 'block_files', 'block_idx:text table_names:text[]', blockFiles),
  table(SCHEMA, 'table_block_files', 'table_name:text block_idx:text row_count:int8 fields:text[] partition_count:int8', tableFiles('table_block_files')),
  table(SCHEMA, 'table_block_file_tries', 'table_name:text block_idx:text level:int8 trie_key:text trie_state:text row_count:int8', tableFiles('table_block_file_tries')),
];
