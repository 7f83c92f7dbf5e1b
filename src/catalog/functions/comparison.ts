/**
 * = <> < <= > >= by argument types.
 *
 *     numbers        by exact value, NaN unordered        text, bytes, uuid, keyword, uri, bool   by content
 *     keyword, uri beside text      by their text
 *     time kinds     see time/operators.ts                lists, structs                          three-valued equality
 *     OIDs           by number, also beside a literal that states one
 *     unrelated      = is FALSE, <> is TRUE, the rest has no overload
 */
import { compareNumbers, compareText, compareValues } from '../../data/types/compare.ts';
import { equalSql } from '../../data/types/equality.ts';
import { isNumericType } from '../../data/types/numeric.ts';
import type { NumericType } from '../../data/types/numeric.ts';
import { BOOL, notNull, nullable } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { Keyword, RegProc, Uri, Value } from '../../data/types/value.ts';
import type { ArgumentType, Overload, ScalarCall } from '../function.ts';
import { overloadOf } from './definition.ts';

export const COMPARISON_OPERATORS = ['=', '<>', '<', '<=', '>', '>='] as const;
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];

export const isComparison = (name: string): name is ComparisonOperator => (COMPARISON_OPERATORS as readonly string[]).includes(name);

const KERNEL_NAMES: Readonly<Record<ComparisonOperator, string>> = { '=': 'eq', '<>': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' };

/** What an operator says about the sign of a comparison. */
export function holds(operator: ComparisonOperator, order: number): boolean {
  switch (operator) {
    case '=': return order === 0;
    case '<>': return order !== 0;
    case '<': return order < 0;
    case '<=': return order <= 0;
    case '>': return order > 0;
    case '>=': return order >= 0;
  }
}

/** Kinds whose values have an order within the kind. */
const ORDERED: ReadonlySet<Type['kind']> = new Set(['bool', 'text', 'bytes', 'uuid', 'keyword', 'uri']);
/** Kinds that are text with a meaning. */
const TEXTUAL: ReadonlySet<Type['kind']> = new Set(['text', 'keyword', 'uri']);
const textOf = (value: Value): string => (typeof value === 'string' ? value : 'name' in (value as object) ? (value as Keyword).name : (value as Uri).text);
const CATALOG_IDS: ReadonlySet<Type['kind']> = new Set(['oid', 'regclass', 'regproc']);

/** The overload of a comparison for anything but time kinds; for `=` and `<>` there always is one. */
export function plainComparison(operator: string, args: readonly ArgumentType[]): Overload | undefined {
  if (!isComparison(operator)) return undefined;
  const left = args[0]?.type;
  const right = args[1]?.type;
  if (left === undefined || right === undefined) return undefined;
  if (isNumericType(left) && isNumericType(right)) return numericComparison(operator, left, right);
  if (left.kind === right.kind && ORDERED.has(left.kind)) return orderedComparison(operator, left);
  if (TEXTUAL.has(left.kind) && TEXTUAL.has(right.kind)) return overloadOf(notNull(BOOL), (_, a, b) => holds(operator, compareText(textOf(a as Value), textOf(b as Value))));
  if (CATALOG_IDS.has(left.kind) && (CATALOG_IDS.has(right.kind) || right.kind === 'int')) return catalogIdComparison(operator);
  if (CATALOG_IDS.has(right.kind) && left.kind === 'int') return catalogIdComparison(operator);
  if (CATALOG_IDS.has(left.kind) && typeof args[1]?.literal === 'string') return writtenIdComparison(operator, args[1].literal, false);
  if (CATALOG_IDS.has(right.kind) && typeof args[0]?.literal === 'string') return writtenIdComparison(operator, args[0].literal, true);
  // Catalog tables name functions by text.
  if ((left.kind === 'regproc' && right.kind === 'text') || (left.kind === 'text' && right.kind === 'regproc')) {
    return overloadOf(notNull(BOOL), (_, a, b) => holds(operator, compareText(functionName(a as Value), functionName(b as Value))));
  }
  if (operator === '=' || operator === '<>') return equalityOf(operator, left, right);
  return undefined;
}

function numericComparison(operator: ComparisonOperator, left: NumericType, right: NumericType): Overload {
  const kernel = kernelOf(operator, left, right);
  if (left.kind === 'int' && left.bits === 64 && right.kind === 'int' && right.bits === 64) {
    return overloadOf(notNull(BOOL), INT64_CALLS[operator], { kernel });
  }
  const call: ScalarCall = (_, a, b) => {
    if (isNotANumber(a as Value) || isNotANumber(b as Value)) return operator === '<>';
    return holds(operator, compareNumbers(a as Value, b as Value));
  };
  return overloadOf(notNull(BOOL), call, { kernel });
}

const INT64_CALLS: Readonly<Record<ComparisonOperator, ScalarCall>> = {
  '=': (_, a, b) => a === b,
  '<>': (_, a, b) => a !== b,
  '<': (_, a, b) => (a as bigint) < (b as bigint),
  '<=': (_, a, b) => (a as bigint) <= (b as bigint),
  '>': (_, a, b) => (a as bigint) > (b as bigint),
  '>=': (_, a, b) => (a as bigint) >= (b as bigint),
};

/** `eq_i64` and the like, where both sides are of one fixed width. */
function kernelOf(operator: ComparisonOperator, left: NumericType, right: NumericType): string | undefined {
  if (left.kind === 'int' && right.kind === 'int' && left.bits === right.bits) return `${KERNEL_NAMES[operator]}_i${left.bits}`;
  if (left.kind === 'float' && right.kind === 'float' && left.bits === right.bits) return `${KERNEL_NAMES[operator]}_f${left.bits}`;
  return undefined;
}

function isNotANumber(value: Value): boolean {
  if (typeof value === 'number') return Number.isNaN(value);
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'float32' && Number.isNaN(value.value);
}

function orderedComparison(operator: ComparisonOperator, type: Type): Overload {
  const kernel = type.kind === 'text' || type.kind === 'bool' ? `${KERNEL_NAMES[operator]}_${type.kind}` : undefined;
  if (type.kind === 'text' && operator === '=') return overloadOf(notNull(BOOL), (_, a, b) => a === b, { kernel });
  return overloadOf(notNull(BOOL), (_, a, b) => holds(operator, compareValues(a as Value, b as Value)), { kernel });
}

const functionName = (value: Value): string => (typeof value === 'string' ? value : ((value as RegProc).name ?? String((value as RegProc).value)));

const catalogIdNumber = (value: Value): bigint =>
  (typeof value === 'bigint' ? value : BigInt((value as { readonly value: number }).value));

const catalogIdComparison = (operator: ComparisonOperator): Overload =>
  overloadOf(notNull(BOOL), (_, a, b) => holds(operator, compareValues(catalogIdNumber(a as Value), catalogIdNumber(b as Value))));

/** A string literal beside an OID is one: digits, or the name of a table. A name that no table has equals nothing. */
function writtenIdComparison(operator: ComparisonOperator, text: string, isLeft: boolean): Overload {
  return overloadOf(notNull(BOOL), (context, a, b) => {
    const written = /^\d{1,10}$/.test(text) ? BigInt(text) : BigInt(context.tableOid(text) ?? -1);
    const id = catalogIdNumber((isLeft ? b : a) as Value);
    return holds(operator, isLeft ? compareValues(written, id) : compareValues(id, written));
  });
}

/** Lists and structs compare three-valued; whatever is unrelated is different. */
function equalityOf(operator: '=' | '<>', left: Type, right: Type): Overload | undefined {
  if (left.kind !== right.kind) return overloadOf(notNull(BOOL), () => operator === '<>');
  if (left.kind === 'set') return undefined;
  const call: ScalarCall = (context, a, b) => {
    const equal = equalSql(a as Value, b as Value, context.zone);
    return equal === null ? null : equal === (operator === '=');
  };
  return overloadOf(left.kind === 'list' || left.kind === 'struct' ? nullable(BOOL) : notNull(BOOL), call);
}
