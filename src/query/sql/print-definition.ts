/** CREATE, DROP and TRUNCATE → SQL. */
import { unreachable } from '../../base/assert.ts';
import type { CreateIndex, CreateTable, Drop, QualifiedName, Statement } from './ast.ts';
import { printTypeName } from './print-expression.ts';
import { printColumns, printName, printPath, words } from './print-name.ts';
import { printExpression, printQuery, printSortItems } from './print-query.ts';

export type DefinitionKind = 'create-table' | 'create-view' | 'create-index' | 'drop-table' | 'drop-view' | 'drop-index' | 'truncate';

export function printDefinition(statement: Extract<Statement, { readonly kind: DefinitionKind }>): string {
  switch (statement.kind) {
    case 'create-table': return printCreateTable(statement);
    case 'create-view': return words('CREATE', statement.orReplace ? 'OR REPLACE' : '', 'VIEW', printPath(statement.view), printColumns(statement.columns), 'AS', printQuery(statement.query));
    case 'create-index': return printCreateIndex(statement);
    case 'drop-table': case 'drop-view': case 'drop-index': return printDrop(statement);
    case 'truncate': return words('TRUNCATE TABLE', printPaths(statement.tables), statement.identity === undefined ? '' : `${statement.identity.toUpperCase()} IDENTITY`, printBehaviour(statement));
    default: return unreachable(statement);
  }
}

const printPaths = (names: readonly QualifiedName[]): string => names.map(printPath).join(', ');
const printBehaviour = ({ behaviour }: Pick<Drop, 'behaviour'>): string => behaviour?.toUpperCase() ?? '';

function printCreateTable({ orAlter, table, columns }: CreateTable): string {
  const list = columns.map(({ name, type }) => (type === undefined ? printName(name) : `${printName(name)} ${printTypeName(type)}`));
  return words('CREATE', orAlter ? 'OR ALTER' : '', 'TABLE', printPath(table), list.length === 0 ? '' : `(${list.join(', ')})`);
}

function printCreateIndex({ unique, ifNotExists, name, table, method, items, include, where }: CreateIndex): string {
  return words(
    'CREATE', unique ? 'UNIQUE' : '', 'INDEX', ifNotExists ? 'IF NOT EXISTS' : '', name === undefined ? '' : printName(name), 'ON', printPath(table),
    method === undefined ? '' : `USING ${printName(method)}`, `(${printSortItems(items)})`, include.length === 0 ? '' : `INCLUDE ${printColumns(include)}`,
    where === undefined ? '' : `WHERE ${printExpression(where)}`,
  );
}

function printDrop(drop: Drop): string {
  return words(drop.kind.toUpperCase().replace('-', ' '), drop.ifExists ? 'IF EXISTS' : '', printPaths(drop.names), printBehaviour(drop));
}
