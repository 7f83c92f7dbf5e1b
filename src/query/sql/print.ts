/** Syntax trees → SQL: what is printed parses again to the same tree, positions apart. Parameters become `$n`. */
import { unreachable } from '../../base/assert.ts';
import type { Copy, DmlExtent, Name, QualifiedName, QuerySetting, SelectItem, SetVariable, Statement, TransactionModes } from './ast.ts';
import { type DefinitionKind, printDefinition } from './print-definition.ts';
import { printTypeName } from './print-expression.ts';
import { printColumns, printLabel, printName, printPath, printString, printWord, words } from './print-name.ts';
import { printBound, printConditions, printExpression, printQuery, printRecords, printSelectItems, printTemporalPeriod } from './print-query.ts';

export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'query': {
      const explain = statement.explain === undefined ? '' : statement.explain.analyze ? 'EXPLAIN ANALYZE' : 'EXPLAIN';
      const settings = statement.settings.length === 0 ? '' : `SETTING ${statement.settings.map(printSetting).join(', ')}`;
      return words(explain, settings, printQuery(statement.query));
    }
    case 'insert': case 'update': case 'delete': case 'erase': case 'patch': case 'assert': case 'copy': return printWrite(statement);
    case 'create-table': case 'create-view': case 'create-index': case 'drop-table': case 'drop-view': case 'drop-index': case 'truncate': return printDefinition(statement);
    default: return printSession(statement);
  }
}

function printSetting(setting: QuerySetting): string {
  return setting.kind === 'value' ? `${setting.name.toUpperCase()} = ${printExpression(setting.value)}` : `DEFAULT ${setting.axis.toUpperCase()}_TIME ${printTemporalPeriod(setting.period)}`;
}

type WriteKind = 'insert' | 'update' | 'delete' | 'erase' | 'patch' | 'assert' | 'copy';

function printWrite(statement: Extract<Statement, { readonly kind: WriteKind }>): string {
  switch (statement.kind) {
    case 'insert': return words('INSERT INTO', printPath(statement.table), printColumns(statement.columns), printQuery(statement.source), printReturning(statement.returning));
    case 'update': {
      const set = statement.assignments.map(({ column, value }) => `${printName(column)} = ${printExpression(value)}`).join(', ');
      return words('UPDATE', printTarget(statement), 'SET', set, printConditions('WHERE', statement.where), printReturning(statement.returning));
    }
    case 'delete': return words('DELETE FROM', printTarget(statement), printConditions('WHERE', statement.where), printReturning(statement.returning));
    case 'erase': return words('ERASE FROM', printTarget({ ...statement, extent: undefined }), printConditions('WHERE', statement.where), printReturning(statement.returning));
    case 'patch': return words('PATCH INTO', printPath(statement.table), printExtent(statement.extent), printRecords(statement.records), printReturning(statement.returning));
    case 'assert': return `ASSERT ${printExpression(statement.condition)}${statement.message === undefined ? '' : `, ${printString(statement.message)}`}`;
    case 'copy': return printCopy(statement);
    default: return unreachable(statement);
  }
}

const printReturning = (items: readonly SelectItem[]): string => (items.length === 0 ? '' : `RETURNING ${printSelectItems(items)}`);

function printTarget({ table, extent, alias }: { readonly table: QualifiedName; readonly extent: DmlExtent | undefined; readonly alias: Name | undefined }): string {
  return words(printPath(table), printExtent(extent), alias === undefined ? '' : `AS ${printLabel(alias)}`);
}

function printExtent(extent: DmlExtent | undefined): string {
  if (extent === undefined) return '';
  if (extent.kind === 'all') return 'FOR ALL VALID_TIME';
  return `FOR PORTION OF VALID_TIME FROM ${printBound(extent.from)}${extent.to === undefined ? '' : ` TO ${printBound(extent.to)}`}`;
}

function printCopy({ direction, table, columns, query, options }: Copy): string {
  const subject = table === undefined ? `(${query === undefined ? '' : printQuery(query)})` : printPath(table);
  const list = options.map(({ name, value }) => (value === undefined ? name : `${name} ${printString(value)}`));
  return words('COPY', subject, printColumns(columns), direction === 'from-stdin' ? 'FROM STDIN' : 'TO STDOUT', list.length === 0 ? '' : `WITH (${list.join(', ')})`);
}

function printModes({ access, isolation, options }: TransactionModes): string {
  const list = options.map(({ name, value }) => `${name.toUpperCase()} = ${printExpression(value)}`);
  return words(access === undefined ? '' : access.toUpperCase().replace('-', ' '), isolation === undefined ? '' : `ISOLATION LEVEL ${isolation.toUpperCase()}`, list.length === 0 ? '' : `WITH (${list.join(', ')})`);
}

function printSession(statement: Exclude<Statement, { readonly kind: WriteKind | DefinitionKind | 'query' }>): string {
  switch (statement.kind) {
    case 'begin': return words('BEGIN', printModes(statement.modes));
    case 'commit': return words('COMMIT', statement.mode?.toUpperCase() ?? '');
    case 'rollback': return 'ROLLBACK';
    case 'set-transaction': return words('SET TRANSACTION', printModes(statement.modes));
    case 'set-session-characteristics': return words('SET SESSION CHARACTERISTICS AS TRANSACTION', printModes(statement.modes));
    case 'set': return printSet(statement);
    case 'set-role': return `SET ROLE ${statement.role === undefined ? 'NONE' : printString(statement.role)}`;
    case 'reset': return `RESET ${statement.name === undefined ? 'ALL' : printSettingName(statement.name)}`;
    case 'show': return `SHOW ${statement.name === 'all' ? 'ALL' : printSettingName(statement.name)}`;
    case 'discard': return statement.what === 'cursors' ? 'CLOSE ALL' : statement.what === 'listeners' ? 'UNLISTEN *' : `DISCARD ${statement.what.toUpperCase()}`;
    case 'prepare': return `PREPARE ${printName(statement.name)}${statement.types.length === 0 ? '' : ` (${statement.types.map(printTypeName).join(', ')})`} AS ${printStatement(statement.statement)}`;
    case 'execute': return `EXECUTE ${printName(statement.name)}${statement.args.length === 0 ? '' : ` (${statement.args.map(printExpression).join(', ')})`}`;
    case 'deallocate': return `DEALLOCATE ${statement.name === undefined ? 'ALL' : printName(statement.name)}`;
    case 'grant': return `GRANT ${printName(statement.role)} TO ${printName(statement.user)}`;
    case 'revoke': return `REVOKE ${printName(statement.role)} FROM ${printName(statement.user)}`;
    case 'attach-database': return `ATTACH DATABASE ${printName(statement.name)}${statement.config === undefined ? '' : ` WITH ${printString(statement.config)}`}`;
    case 'detach-database': return `DETACH DATABASE ${printName(statement.name)}`;
    default: return unreachable(statement);
  }
}

const printSettingName = (name: string): string => name.split('.').map(printWord).join('.');

function printSet({ scope, name, values }: SetVariable): string {
  const list = values.length === 0 ? 'DEFAULT' : values.map(printExpression).join(', ');
  return words('SET', scope?.toUpperCase() ?? '', printSettingName(name), '=', list);
}
