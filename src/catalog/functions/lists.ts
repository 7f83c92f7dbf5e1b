/** Functions of lists: subscripts count from 1. */
import { EngineError } from '../../base/errors.ts';
import { listOf } from '../../data/types/column-type.ts';
import { formatValue } from '../../data/types/format.ts';
import { asBigInt } from '../../data/types/numeric.ts';
import { INT32, INT64, notNull, NULL_TYPE, nullable, TEXT, withNull } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { ListValue, Value } from '../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition } from '../function.ts';
import { overloadOf, returning, scalar } from './definition.ts';
import type { Resolver } from './definition.ts';

const isList = (arg: ArgumentType | undefined): arg is { readonly type: Extract<Type, { kind: 'list' }> } => arg?.type?.kind === 'list';
const isInt = (arg: ArgumentType | undefined): boolean => arg?.type?.kind === 'int';
const int32 = (value: number): Value => ({ kind: 'int', bits: 32, value });
const itemsOf = (value: Value | undefined): ListValue =>
  (Array.isArray(value) ? value as ListValue : (value as { readonly items: ListValue }).items);

/** Whatever is no list has no items. */
const resolveSubscript: Resolver = ([list, index]) => {
  if (!isInt(index)) return undefined;
  if (!isList(list)) return overloadOf(NULL_TYPE, () => null);
  return overloadOf(withNull(list.type.element), (_, items, at) => (items as ListValue)[Number(asBigInt(at as Value)) - 1] ?? null);
};

/** Both bounds count and may be NULL for an open end. */
const resolveSlice: Resolver = ([list, from, to]) => {
  if (list?.type === undefined) return overloadOf(NULL_TYPE, () => null);
  if (!isList(list) || [from, to].some((bound) => bound?.type !== undefined && !isInt(bound))) return undefined;
  return overloadOf(nullable(list.type), (_, items, first, last) => {
    if (items === null) return null;
    const start = first === null ? 0 : Math.max(Number(asBigInt(first as Value)) - 1, 0);
    const end = last === null ? undefined : Math.max(Number(asBigInt(last as Value)), 0);
    return (items as ListValue).slice(start, end);
  });
};

const resolveCardinality: Resolver = ([list]) =>
  (isList(list) || list?.type?.kind === 'set' ? returning(INT32, (_, items) => int32(itemsOf(items).length)) : undefined);

function checkDimension(dimension: Value | undefined): void {
  if (asBigInt(dimension as Value) !== 1n) {
    throw new EngineError('array-error', `Unsupported array dimension: dimension != 1, found ${asBigInt(dimension as Value)}`, { hint: 'Lists have one dimension.' });
  }
}

const bound = (name: string, call: (items: ListValue) => number, doc: string): FunctionDefinition => scalar('list', {
  name, arity: 2, signature: `${name.toUpperCase()}(list, 1) → int`, doc, example: `${name.toUpperCase()}(ARRAY['a', 'b'], 1)`,
  resolve: ([list, dimension]) => (isList(list) && isInt(dimension)
    ? returning(INT32, (_, items, which) => { checkDimension(which); return int32(call(items as ListValue)); }, { mayRaise: true })
    : undefined),
});

const resolveTrimArray: Resolver = ([list, count]) => {
  if (!isList(list) || !isInt(count)) return undefined;
  return returning(list.type, (_, items, dropped) => {
    const drop = asBigInt(dropped as Value);
    const { length } = items as ListValue;
    if (drop < 0n || drop > BigInt(length)) throw new EngineError('array-error', 'Data exception - array element error.', { detail: `TRIM_ARRAY of ${length} items takes 0 to ${length}, found ${drop}.` });
    return (items as ListValue).slice(0, length - Number(drop));
  }, { mayRaise: true });
};

/** A NULL delimiter splits into characters; an empty one does not split. */
const resolveStringToArray: Resolver = ([text, delimiter, nullText]) => {
  if ([text, delimiter, nullText].some((arg) => arg?.type !== undefined && arg.type.kind !== 'text')) return undefined;
  const result = nullText === undefined ? listOf(notNull(TEXT)) : listOf(nullable(TEXT));
  return overloadOf(text?.type === undefined ? NULL_TYPE : notNull(result), (_, value, by, marker) => {
    if (value === null) return null;
    const pieces = splitText(value as string, by as string | null);
    return marker === undefined || marker === null ? pieces : pieces.map((piece) => (piece === marker ? null : piece));
  });
};

function splitText(text: string, delimiter: string | null): readonly Value[] {
  if (text === '') return [];
  if (delimiter === null) return [...text];
  return delimiter === '' ? [text] : text.split(delimiter);
}

/** NULL items are left out unless a text stands for them. */
const resolveArrayToString: Resolver = ([list, delimiter, nullText]) => {
  if (list?.type === undefined || delimiter?.type === undefined) return overloadOf(NULL_TYPE, () => null);
  if (!isList(list) || delimiter.type.kind !== 'text' || (nullText?.type !== undefined && nullText.type.kind !== 'text')) return undefined;
  return overloadOf(nullable(TEXT), (_, items, by, marker) => {
    if (items === null || by === null) return null;
    const texts: string[] = [];
    for (const item of items as ListValue) {
      if (item !== null) texts.push(formatValue(item)); else if (typeof marker === 'string') texts.push(marker);
    }
    return texts.join(by as string);
  });
};

const resolveSubscripts: Resolver = ([list, dimension]) => (isList(list) && isInt(dimension)
  ? returning(listOf(notNull(INT64)), (_, items, which) => { checkDimension(which); return (items as ListValue).map((_item, at) => BigInt(at + 1)); }, { mayRaise: true })
  : undefined);

export const LIST_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('list', { name: 'subscript', arity: 2, resolve: resolveSubscript, signature: 'list[i]', doc: 'The i-th item, from 1; NULL outside of the list and for whatever is no list.', example: "ARRAY['a', 'b'][1]" }),
  scalar('list', { name: 'slice', arity: 3, nulls: 'handled', resolve: resolveSlice, signature: 'list[from:to]', doc: 'Items from to to, both counted; an end left out is open.', example: 'ARRAY[1, 2, 3][2:3]' }),
  scalar('list', { name: 'cardinality', arity: 1, resolve: resolveCardinality, signature: 'CARDINALITY(list) → int', doc: 'Number of items.', example: 'CARDINALITY(ARRAY[1, 2])' }),
  bound('array_length', (items) => items.length, 'Number of items; the dimension must be 1.'),
  bound('array_lower', () => 1, 'Subscript of the first item: 1.'),
  bound('array_upper', (items) => items.length, 'Subscript of the last item.'),
  scalar('list', { name: 'trim_array', arity: 2, resolve: resolveTrimArray, signature: 'TRIM_ARRAY(list, n)', doc: 'The list without its last n items.', example: 'TRIM_ARRAY(ARRAY[1, 2, 3], 1)' }),
  scalar('list', { name: 'string_to_array', arity: [2, 3], nulls: 'handled', resolve: resolveStringToArray, signature: 'STRING_TO_ARRAY(s, delimiter [, null]) → list', doc: 'The pieces of s; with NULL as delimiter its characters.', example: "STRING_TO_ARRAY('a,b', ',')" }),
  scalar('list', { name: 'array_to_string', arity: [2, 3], nulls: 'handled', resolve: resolveArrayToString, signature: 'ARRAY_TO_STRING(list, delimiter [, null]) → text', doc: 'The texts of the items with the delimiter between them.', example: "ARRAY_TO_STRING(ARRAY[1, 2], ',')" }),
  scalar('list', { name: 'generate_subscripts', arity: 2, resolve: resolveSubscripts, signature: 'GENERATE_SUBSCRIPTS(list, 1) → list', doc: 'The subscripts of the list.', example: "GENERATE_SUBSCRIPTS(ARRAY['a', 'b'], 1)" }),
];
