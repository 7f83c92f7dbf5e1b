/** Queries → SQL, on one line. */
import { unreachable } from '../../base/assert.ts';
import type {
  Distinct, FromItem, GroupBy, GroupingElement, JoinItem, PipelineTail, QueryBody, QueryExpression, Select, SelectItem, TableAlias, TemporalClause, TemporalPeriod,
} from './ast.ts';
import type { Expression, SortItem } from './ast-expression.ts';
import { POWER } from './precedence.ts';
import { ExpressionPrinter } from './print-expression.ts';
import { printLabel, printName, printPath, printString, words } from './print-name.ts';

const EXPRESSIONS = new ExpressionPrinter(printQuery);
const print = (expression: Expression): string => EXPRESSIONS.print(expression);

export const printExpression = print;
export const printSortItems = (items: readonly SortItem[]): string => EXPRESSIONS.sortItems(items);

export function printQuery(query: QueryExpression): string {
  const limit = query.limit === undefined ? '' : `LIMIT ${print(query.limit)}`;
  const offset = query.offset === undefined ? '' : `OFFSET ${print(query.offset)}`;
  const orderBy = query.orderBy.length === 0 ? '' : EXPRESSIONS.orderBy(query.orderBy);
  return words(printWith(query), printBody(query.body), orderBy, limit, offset);
}

function printWith({ with: clause }: QueryExpression): string {
  if (clause === undefined) return '';
  const tables = clause.tables.map(({ name, columns, materialized, query }) => {
    const list = columns.length === 0 ? '' : ` (${columns.map(printName).join(', ')})`;
    const fence = materialized === undefined ? '' : materialized ? 'MATERIALIZED ' : 'NOT MATERIALIZED ';
    return `${printName(name)}${list} AS ${fence}(${printQuery(query)})`;
  });
  return `WITH ${clause.recursive ? 'RECURSIVE ' : ''}${tables.join(', ')}`;
}

function printBody(body: QueryBody): string {
  switch (body.kind) {
    case 'query-expression': return `(${printQuery(body)})`;
    case 'select': return printSelect(body);
    case 'from-pipeline': return words(printFrom(body.from), ...body.tails.map(printTail));
    case 'values': return `VALUES ${body.rows.map((row) => `ROW(${EXPRESSIONS.list(row)})`).join(', ')}`;
    case 'records': return printRecords(body.records);
    case 'xtql': return `XTQL (${[printString(body.text), ...body.args.map(print)].join(', ')})`;
    case 'set-operation': {
      const tight = body.operation === 'intersect';
      const left = body.left.kind === 'set-operation' && tight && body.left.operation !== 'intersect' ? `(${printBody(body.left)})` : printBody(body.left);
      const right = body.right.kind === 'set-operation' && (tight || body.right.operation !== 'intersect') ? `(${printBody(body.right)})` : printBody(body.right);
      return `${left} ${body.operation.toUpperCase()}${body.all ? ' ALL' : ''} ${right}`;
    }
    default: return unreachable(body);
  }
}

export const printRecords = (records: readonly Expression[]): string => `RECORDS ${EXPRESSIONS.list(records)}`;

function printSelect(select: Select): string {
  return words(printSelectClause(select.distinct, select.items), printFrom(select.from), printConditions('WHERE', select.where), printGroupBy(select.groupBy), printConditions('HAVING', select.having), printWindows(select.windows));
}

function printTail(tail: PipelineTail): string {
  if (tail.kind === 'where') return printConditions('WHERE', tail.condition);
  return words(printGroupBy(tail.groupBy), printConditions('HAVING', tail.having), printSelectClause(tail.distinct, tail.items), printWindows(tail.windows));
}

export const printConditions = (word: string, condition: Expression | undefined): string => (condition === undefined ? '' : `${word} ${print(condition)}`);

function printSelectClause(distinct: Distinct | undefined, items: readonly SelectItem[]): string {
  const on = distinct === undefined || distinct.on.length === 0 ? '' : `ON (${EXPRESSIONS.list(distinct.on)})`;
  return words('SELECT', distinct === undefined ? '' : 'DISTINCT', on, printSelectItems(items));
}

export function printSelectItems(items: readonly SelectItem[]): string {
  return items.map((item) => {
    if (item.kind === 'expression') return item.alias === undefined ? print(item.expression) : `${print(item.expression)} AS ${printLabel(item.alias)}`;
    const star = [...item.qualifier.map(printName), '*'].join('.');
    const exclude = item.exclude.length === 0 ? '' : `EXCLUDE (${item.exclude.map(printName).join(', ')})`;
    const rename = item.rename.length === 0 ? '' : `RENAME (${item.rename.map(({ from, to }) => `${from.map(printName).join('.')} AS ${printLabel(to)}`).join(', ')})`;
    return words(star, exclude, rename);
  }).join(', ');
}

function printGroupBy(groupBy: GroupBy | undefined): string {
  if (groupBy === undefined) return '';
  return words('GROUP BY', groupBy.quantifier?.toUpperCase() ?? '', groupBy.elements.map(printGroupingElement).join(', '));
}

function printGroupingElement(element: GroupingElement): string {
  switch (element.kind) {
    case 'expression': return print(element.expression);
    case 'set': return element.items.length === 0 ? '()' : `ROW(${EXPRESSIONS.list(element.items)})`;
    case 'rollup': case 'cube': return `${element.kind.toUpperCase()} (${element.elements.map(printGroupingElement).join(', ')})`;
    case 'grouping-sets': return `GROUPING SETS (${element.elements.map(printGroupingElement).join(', ')})`;
    default: return unreachable(element);
  }
}

function printWindows(windows: Select['windows']): string {
  return windows.length === 0 ? '' : `WINDOW ${windows.map(({ name, definition }) => `${printName(name)} AS ${EXPRESSIONS.window(definition)}`).join(', ')}`;
}

const printFrom = (items: readonly FromItem[]): string => (items.length === 0 ? '' : `FROM ${items.map(printFromItem).join(', ')}`);

function printFromItem(item: FromItem): string {
  switch (item.kind) {
    case 'table': return words(printPath(item.name), ...item.temporal.map(printTemporalClause), printTableAlias(item.alias));
    case 'subquery': return words(item.lateral ? 'LATERAL' : '', `(${printQuery(item.query)})`, printTableAlias(item.alias));
    case 'unnest': return words(`unnest(${EXPRESSIONS.list(item.args)})`, printFunctionTail(item));
    case 'series': {
      const args = item.step === undefined ? [item.from, item.to] : [item.from, item.to, item.step];
      return words(`${item.inclusive ? 'generate_series' : 'range'}(${EXPRESSIONS.list(args)})`, printFunctionTail(item));
    }
    case 'expression': return words(print(item.expression), printFunctionTail(item));
    case 'join': return printJoin(item);
    default: return unreachable(item);
  }
}

const printFunctionTail = ({ ordinality, alias }: { readonly ordinality: boolean; readonly alias: TableAlias | undefined }): string =>
  words(ordinality ? 'WITH ORDINALITY' : '', printTableAlias(alias));

function printTableAlias(alias: TableAlias | undefined): string {
  if (alias === undefined) return '';
  return `AS ${printLabel(alias.name)}${alias.columns.length === 0 ? '' : ` (${alias.columns.map(printName).join(', ')})`}`;
}

function printJoin({ join, left, right, condition }: JoinItem): string {
  const rightText = right.kind === 'join' ? `(${printFromItem(right)})` : printFromItem(right);
  const type = condition.kind === 'none' ? 'CROSS JOIN' : `${condition.kind === 'natural' ? 'NATURAL ' : ''}${join === 'inner' ? '' : `${join.toUpperCase()} `}JOIN`;
  const tail = condition.kind === 'on' ? `ON ${print(condition.condition)}` : condition.kind === 'using' ? `USING (${condition.columns.map(printName).join(', ')})` : '';
  return words(printFromItem(left), type, rightText, tail);
}

function printTemporalClause({ axis, only, period }: TemporalClause): string {
  return words('FOR', `${axis.toUpperCase()}_TIME`, only ? 'ONLY' : '', printTemporalPeriod(period));
}

export const printBound = (expression: Expression): string => EXPRESSIONS.print(expression, POWER.NUMERIC);

export function printTemporalPeriod(period: TemporalPeriod): string {
  switch (period.kind) {
    case 'as-of': return `AS OF ${printBound(period.at)}`;
    case 'all': return 'ALL';
    case 'between': return `BETWEEN ${printBound(period.from)} AND ${printBound(period.to)}`;
    case 'from-to': return `FROM ${printBound(period.from)} TO ${printBound(period.to)}`;
    default: return unreachable(period);
  }
}
