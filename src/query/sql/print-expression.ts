/**
 * Expressions → SQL. What is printed parses again to the same tree, positions apart.
 *
 * Every node has a power (`precedence.ts`); it is put in parentheses where its place asks for more.
 */
import { assert, must, unreachable } from '../../base/assert.ts';
import type { QueryExpression } from './ast.ts';
import type {
  CallExpression, CallModifiers, CaseExpression, Expression, FrameClause, FrameEdge, LiteralExpression, QuantifiedExpression, SortItem, TypeName, TypedLiteral, WindowDefinition,
} from './ast-expression.ts';
import { isBytes } from '../../data/types/value.ts';
import { BARE_CALLS } from './parse-call.ts';
import { BINARY_POWERS_BY_NAME, PERIOD_CALL_NAMES, POWER, PREFIX_POWERS_BY_NAME } from './precedence.ts';
import { printLabel, printName, printPath, printString, printWord } from './print-name.ts';

/** Queries inside expressions are printed by whoever prints queries. */
type PrintQuery = (query: QueryExpression) => string;

export class ExpressionPrinter {
  readonly #query: PrintQuery;
  constructor(query: PrintQuery) { this.#query = query; }

  /** `power`: what the place demands; 0 for a whole expression. */
  print(expression: Expression, power = 0): string {
    const text = this.#bare(expression);
    return powerOf(expression) < power ? `(${text})` : text;
  }

  list(expressions: readonly Expression[]): string {
    return expressions.map((expression) => this.print(expression)).join(', ');
  }

  #bare(expression: Expression): string {
    switch (expression.kind) {
      case 'literal': return printLiteral(expression);
      case 'typed-literal': return printTypedLiteral(expression);
      case 'parameter': return `$${expression.index + 1}`;
      case 'column': return printPath(expression.parts);
      case 'call': return this.#call(expression);
      case 'cast': return `CAST(${this.print(expression.arg)} AS ${printTypeName(expression.type)})`;
      case 'and': return expression.args.map((arg) => this.print(arg, POWER.AND + 1)).join(' AND ');
      case 'or': return expression.args.map((arg) => this.print(arg, POWER.OR + 1)).join(' OR ');
      case 'not': return `NOT ${this.print(expression.arg, POWER.NOT)}`;
      case 'case-operand': return '';
      case 'case': return this.#case(expression);
      case 'subquery': return `${SUBQUERY_WORDS[expression.form]}(${this.#query(expression.query)})`;
      case 'field': return `${this.#fieldBase(expression.arg)}.${printLabel(expression.name)}`;
      case 'subscript': return `${this.print(expression.arg, POWER.POSTFIX)}[${this.print(expression.index)}]`;
      case 'slice': return `${this.print(expression.arg, POWER.POSTFIX)}[${expression.from === undefined ? '' : this.print(expression.from)}:${expression.to === undefined ? '' : this.print(expression.to)}]`;
      case 'array': return `ARRAY[${this.list(expression.items)}]`;
      case 'struct': return `{${expression.fields.map(({ name, value }) => `${printLabel(name)}: ${this.print(value)}`).join(', ')}}`;
      case 'row': return `ROW(${this.list(expression.items)})`;
      case 'collate': return `${this.print(expression.arg, POWER.COLLATE)} COLLATE ${printPath(expression.collation)}`;
      default: return this.#predicate(expression);
    }
  }

  #predicate(expression: Predicate): string {
    const not = 'negated' in expression && expression.negated ? 'NOT ' : '';
    switch (expression.kind) {
      case 'is-null': return `${this.print(expression.arg, POWER.IS_NULL)} IS ${not}NULL`;
      case 'is-truth': return `${this.print(expression.arg, POWER.IS_TRUTH)} IS ${not}${expression.truth.toUpperCase()}`;
      case 'is-distinct': return `${this.print(expression.left, POWER.DISTINCT_FROM)} IS ${not}DISTINCT FROM ${this.print(expression.right, POWER.DISTINCT_FROM + 1)}`;
      case 'between': {
        const symmetric = expression.symmetric ? 'SYMMETRIC ' : '';
        return `${this.print(expression.arg, POWER.BETWEEN)} ${not}BETWEEN ${symmetric}${this.print(expression.low, POWER.NUMERIC)} AND ${this.print(expression.high, POWER.NUMERIC)}`;
      }
      case 'in-list': return `${this.print(expression.arg, POWER.IN)} ${not}IN (${this.list(expression.items)})`;
      case 'in-query': return `${this.print(expression.arg, POWER.IN)} ${not}IN (${this.#query(expression.query)})`;
      case 'quantified': return this.#quantified(expression);
      default: return unreachable(expression);
    }
  }

  #quantified(expression: QuantifiedExpression): string {
    const operand = expression.operand.kind === 'query' ? this.#query(expression.operand.query) : this.print(expression.operand.list);
    const comparison = expression.comparison.toUpperCase();
    const isLike = comparison === 'LIKE' || comparison === 'ILIKE' || comparison === 'LIKE_REGEX';
    return `${this.print(expression.arg, isLike ? POWER.LIKE : POWER.QUANTIFIED)} ${comparison} ${expression.quantifier.toUpperCase()} (${operand})`;
  }

  /** A path would swallow the field: its parentheses tell `(a).b` from `a.b`. */
  #fieldBase(arg: Expression): string {
    const needsParentheses = arg.kind === 'column' || (arg.kind === 'literal') || (arg.kind === 'call' && arg.args.length === 0 && BARE_CALLS.has(arg.name));
    return needsParentheses ? `(${this.#bare(arg)})` : this.print(arg, POWER.POSTFIX);
  }

  #call(call: CallExpression): string {
    const plain = call.schema === undefined && call.modifiers === undefined;
    if (plain) {
      const operator = this.#operatorCall(call);
      if (operator !== undefined) return operator;
    }
    const schema = call.schema === undefined ? '' : `${printWord(call.schema)}.`;
    return (plain ? this.#specialCall(call) : undefined) ?? schema + this.#plainCall(call);
  }

  #operatorCall({ name, args }: CallExpression): string | undefined {
    const [left, right, third] = args;
    const prefix = PREFIX_POWERS_BY_NAME.get(name);
    if (prefix !== undefined && left !== undefined) return this.#prefixCall(prefix, left);
    if (left === undefined || right === undefined) return undefined;
    const binary = BINARY_POWERS_BY_NAME.get(name);
    if (binary !== undefined) return `${this.print(left, binary.power)} ${name} ${this.print(right, binary.right)}`.trimStart();
    const extra = name === 'like_regex' ? 'FLAG' : 'ESCAPE';
    if (name === 'like' || name === 'ilike' || name === 'like_regex') {
      const tail = third === undefined ? '' : ` ${extra} ${this.print(third, POWER.PRIMARY)}`;
      return `${this.print(left, POWER.LIKE)} ${name.toUpperCase()} ${this.print(right, POWER.PRIMARY)}${tail}`.trimStart();
    }
    if (name === 'at_time_zone' && args.length === 2) return `${this.print(left, POWER.COLLATE)} AT TIME ZONE ${this.print(right, POWER.COLLATE + 1)}`;
    if (PERIOD_CALL_NAMES.has(name) && args.length === 2) return `${this.print(left, POWER.PERIOD)} ${name.toUpperCase().replace('_', ' ')} ${this.print(right, POWER.PERIOD + 1)}`;
    return undefined;
  }

  /** A sign before a number would become part of it. */
  #prefixCall({ symbol, power }: { readonly symbol: string; readonly power: number }, arg: Expression): string {
    const text = this.print(arg, power);
    return symbol !== '~' && /^(?:[\d.]|-[\d.]+(?:e[+-]?\d+)?$)/.test(text) ? `${symbol} (${text})` : `${symbol} ${text}`;
  }

  /** Forms that cannot be written as a plain call of their name. */
  #specialCall({ name, args }: CallExpression): string | undefined {
    const [first, second] = args;
    if (BARE_CALLS.has(name) && first === undefined) return name.toUpperCase();
    if (first === undefined) return undefined;
    const field = first.kind === 'literal' && typeof first.value === 'string' ? first.value : undefined;
    if (name === 'extract' && second !== undefined && field !== undefined) return `EXTRACT(${printString(field)} FROM ${this.print(second)})`;
    if (name === 'trim_leading' || name === 'trim_trailing') {
      const specification = name === 'trim_leading' ? 'LEADING' : 'TRAILING';
      return `TRIM(${specification} ${second === undefined ? '' : `${this.print(second)} `}FROM ${this.print(first)})`;
    }
    if (name === 'position_octets' && second !== undefined) return `POSITION(${this.print(first, POWER.COMPARISON)} IN ${this.print(second)} USING OCTETS)`;
    if (name === 'position' && second !== undefined) return `POSITION(${this.print(first, POWER.COMPARISON)} IN ${this.print(second)})`;
    if (name === 'substring_octets' || name === 'overlay_octets') return `${name.replace('_octets', '').toUpperCase()}(${this.list(args)} USING OCTETS)`;
    return undefined;
  }

  #plainCall({ name, args, modifiers }: CallExpression): string {
    const quantifier = modifiers?.quantifier === undefined ? '' : `${modifiers.quantifier.toUpperCase()} `;
    const orderBy = modifiers === undefined || modifiers.orderBy.length === 0 ? '' : ` ${this.orderBy(modifiers.orderBy)}`;
    const inner = modifiers?.star === true ? '*' : `${quantifier}${this.list(args)}${orderBy}`;
    return `${printWord(name)}(${inner})${modifiers === undefined ? '' : this.#modifiers(modifiers)}`;
  }

  #modifiers({ withinGroup, filter, from, nulls, over }: CallModifiers): string {
    let text = '';
    if (withinGroup.length > 0) text += ` WITHIN GROUP (${this.orderBy(withinGroup)})`;
    if (filter !== undefined) text += ` FILTER (WHERE ${this.print(filter)})`;
    if (from !== undefined) text += ` FROM ${from.toUpperCase()}`;
    if (nulls !== undefined) text += ` ${nulls.toUpperCase()} NULLS`;
    if (over !== undefined) text += ` OVER ${over.kind === 'name' ? printName(over.name) : this.window(over.definition)}`;
    return text;
  }

  orderBy(items: readonly SortItem[]): string {
    return `ORDER BY ${this.sortItems(items)}`;
  }

  sortItems(items: readonly SortItem[]): string { return items.map((item) => this.#sortItem(item)).join(', '); }

  #sortItem({ expression, direction, nulls }: SortItem): string {
    return `${this.print(expression)}${direction === undefined ? '' : ` ${direction.toUpperCase()}`}${nulls === undefined ? '' : ` NULLS ${nulls.toUpperCase()}`}`;
  }

  window({ base, partitionBy, orderBy, frame }: WindowDefinition): string {
    const parts = [
      base === undefined ? '' : printName(base),
      partitionBy.length === 0 ? '' : `PARTITION BY ${this.list(partitionBy)}`,
      orderBy.length === 0 ? '' : this.orderBy(orderBy),
      frame === undefined ? '' : this.#frame(frame),
    ];
    return `(${parts.filter((part) => part !== '').join(' ')})`;
  }

  #frame({ unit, from, to, exclude }: FrameClause): string {
    const exclusion = exclude === undefined ? '' : ` EXCLUDE ${exclude.toUpperCase().replace('-', ' ')}`;
    return `${unit.toUpperCase()} BETWEEN ${this.#frameEdge(from)} AND ${this.#frameEdge(to)}${exclusion}`;
  }

  #frameEdge(edge: FrameEdge): string {
    const words = edge.kind.toUpperCase().replace('-', ' ');
    return edge.kind === 'preceding' || edge.kind === 'following' ? `${this.print(edge.offset, POWER.NUMERIC)} ${words}` : words;
  }

  #case({ operand, branches, otherwise }: CaseExpression): string {
    const head = operand === undefined ? 'CASE' : `CASE ${this.print(operand)}`;
    const body = branches.map(({ when, then }) => `WHEN ${when.map((condition) => this.print(condition).trimStart()).join(', ')} THEN ${this.print(then)}`);
    const tail = otherwise === undefined ? 'END' : `ELSE ${this.print(otherwise)} END`;
    return [head, ...body, tail].join(' ');
  }
}

type Predicate = Extract<Expression, { readonly kind: 'is-null' | 'is-truth' | 'is-distinct' | 'between' | 'in-list' | 'in-query' | 'quantified' }>;
const SUBQUERY_WORDS = { scalar: '', exists: 'EXISTS ', array: 'ARRAY', 'nest-one': 'NEST_ONE', 'nest-many': 'NEST_MANY' } as const;

/** How tightly the node's outermost operator binds. */
function powerOf(expression: Expression): number {
  switch (expression.kind) {
    case 'or': return POWER.OR;
    case 'and': return POWER.AND;
    case 'not': return POWER.NOT;
    case 'quantified': return POWER.QUANTIFIED;
    case 'is-distinct': return POWER.DISTINCT_FROM;
    case 'is-null': return POWER.IS_NULL;
    case 'in-list': case 'in-query': return POWER.IN;
    case 'is-truth': return POWER.IS_TRUTH;
    case 'between': return POWER.BETWEEN;
    case 'collate': return POWER.COLLATE;
    case 'call': return powerOfCall(expression);
    default: return POWER.POSTFIX;
  }
}

function powerOfCall({ name, schema, args, modifiers }: CallExpression): number {
  if (schema !== undefined || modifiers !== undefined) return POWER.POSTFIX;
  const operator = BINARY_POWERS_BY_NAME.get(name) ?? PREFIX_POWERS_BY_NAME.get(name);
  if (operator !== undefined) return operator.power;
  if (name === 'like' || name === 'ilike' || name === 'like_regex') return POWER.LIKE;
  if (name === 'at_time_zone' && args.length === 2) return POWER.COLLATE;
  return PERIOD_CALL_NAMES.has(name) && args.length === 2 ? POWER.PERIOD : POWER.POSTFIX;
}

function printLiteral({ value }: LiteralExpression): string {
  if (value === null) return 'NULL';
  switch (typeof value) {
    case 'boolean': return value ? 'TRUE' : 'FALSE';
    case 'bigint': return value.toString();
    case 'number': return printFloat(value);
    case 'string': return printString(value);
    default: assert(isBytes(value), 'a literal of the grammar is null, boolean, number, text or bytes'); return `X('${[...value].map((byte) => byte.toString(16).padStart(2, '0')).join('')}')`;
  }
}

/** Always with a point or an exponent, so that it stays a float. */
function printFloat(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function printTypedLiteral({ type, text }: TypedLiteral): string {
  const zone = type.timeZone === undefined ? '' : ` ${type.timeZone.toUpperCase()} TIME ZONE`;
  const qualifier = type.qualifier === undefined ? '' : ` ${printQualifier(type)}`;
  return `${type.name}${zone} ${printString(text)}${qualifier}`;
}

export function printTypeName(type: TypeName): string {
  const schema = type.schema === undefined ? '' : `${printWord(type.schema)}.`;
  const fields = type.fields.length === 0 ? '' : `(${type.fields.map((field) => `${printName(field.name)} ${printTypeName(field.type)}`).join(', ')})`;
  const args = type.args.length === 0 ? '' : `(${type.args.join(', ')})`;
  const zone = type.timeZone === undefined ? '' : ` ${type.timeZone.toUpperCase()} TIME ZONE`;
  const qualifier = type.qualifier === undefined ? '' : ` ${printQualifier(type)}`;
  const name = type.name.includes(' ') ? type.name : printWord(type.name);
  return `${schema}${name}${args}${fields}${zone}${qualifier}${'[]'.repeat(type.arrayDimensions)}`;
}

function printQualifier(type: TypeName): string {
  const { from, to, precision, fractionalPrecision } = must(type.qualifier, 'only intervals have a qualifier');
  const withPrecision = (field: string, digits: number | undefined): string => `${field.toUpperCase()}${digits === undefined ? '' : `(${digits})`}`;
  if (to === undefined) return withPrecision(from, from === 'second' ? fractionalPrecision : precision);
  return `${withPrecision(from, precision)} TO ${withPrecision(to, fractionalPrecision)}`;
}
