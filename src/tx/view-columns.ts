/** The columns that a view has now, for those who list them. */
import { isEngineError } from '../base/errors.ts';
import { openSystemRandom } from '../base/random.ts';
import type { CatalogView, TableShape } from '../catalog/table-source.ts';
import type { ColumnType } from '../data/types/type.ts';
import { bindQuery } from '../query/plan/bind-statement.ts';
import { parseStatement } from '../query/sql/parser.ts';
import { printWord } from '../query/sql/print-name.ts';
import { relationNames } from './relation-names.ts';

const NO_SETTINGS = { get: () => undefined, set: () => undefined, all: () => new Map() };

/** None for a view that cannot be read now, since what it names is not there. */
export function viewColumns(catalog: CatalogView, { schema, name }: TableShape): ReadonlyMap<string, ColumnType> {
  const relations = relationNames(catalog);
  const evaluation = {
    clockMicros: 0n, zone: 'UTC', user: '', database: catalog.databaseName, searchPath: 'public', settings: NO_SETTINGS, snapshotToken: () => '', awaitToken: () => '', random: openSystemRandom(),
    tableOid: relations.oidOf, tableName: relations.nameOf, viewText: relations.viewTextOf, sleep: () => undefined,
  };
  const { statement } = parseStatement(`FROM ${printWord(schema)}.${printWord(name)}`);
  if (statement.kind !== 'query') return new Map();
  try {
    const { columns } = bindQuery(statement, { catalog, defaultSchema: 'public', parameterTypes: [], columnHint: () => undefined, evaluation, onNotice: () => undefined });
    return new Map(columns.map((column) => [column.name, column.type]));
  } catch (error) {
    if (isEngineError(error)) return new Map();
    throw error;
  }
}
