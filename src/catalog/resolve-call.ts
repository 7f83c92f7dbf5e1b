/**
 * A function applied to column types: which overload runs for which combination of legs.
 *
 *     x: [i64 utf8 null]   y: [i64]          combinations          overload
 *                                            (i64,  i64)           add_i64
 *     x + y                                  (utf8, i64)           none: raises if a row has it
 *
 * Dispatch happens once where every argument has one leg, else per row by the legs of its values. A combination without an
 * overload, or one that the function refuses with an error of its own, raises only for a row that has it; a call without any overload
 * is refused when it is bound.
 */
import { EngineError, isEngineError } from '../base/errors.ts';
import { familyKey, familyKeyOfValue, joinAll, typeOfValue } from '../data/types/column-type.ts';
import { NULL_TYPE, withNull } from '../data/types/type.ts';
import type { ColumnType, Type } from '../data/types/type.ts';
import { typeName } from '../data/types/type-names.ts';
import type { Value } from '../data/types/value.ts';
import type { ArgumentType, EvaluationContext, FunctionDefinition, Overload, ScalarCall } from './function.ts';

export interface ResolvedCall {
  readonly definition: FunctionDefinition;
  readonly result: ColumnType;
  /** Handles NULLs as the definition says and dispatches on the legs of the values. */
  readonly call: ScalarCall;
  readonly mayRaise: boolean;
  /** The only overload, where every argument has exactly one leg: its `call` and `kernel` apply to all rows without a NULL argument. */
  readonly single: Overload | undefined;
}

/** What calls were resolved to, by the codes of their arguments. */
const KNOWN = new WeakMap<FunctionDefinition, Map<number, ResolvedCall>>();
const KNOWN_ARGUMENTS_MAX = 3;
/** Kinds whose types are all equal, or equal if they have as many bits. */
const CODES: Readonly<Partial<Record<Type['kind'], number>>> = { bool: 1, text: 2, bytes: 3, uuid: 4, uri: 5, keyword: 6, date: 7, float: 64, int: 128 };
const CODE_COUNT = 256;

/** The same for equal types and no others; undefined for types that have more to them. */
function codeOf(type: Type): number | undefined {
  const code = CODES[type.kind];
  return code !== undefined && 'bits' in type ? code + type.bits : code;
}

/** Of arguments that have one such leg each and are no literals; undefined for others. */
function keyOf(types: readonly ColumnType[], literals: readonly (Value | undefined)[]): number | undefined {
  let key = 1;
  for (let at = 0; at < types.length; at++) {
    const { legs, nullable } = types[at] as ColumnType;
    const [leg] = legs;
    const code = leg === undefined || legs.length > 1 || literals[at] !== undefined ? undefined : codeOf(leg);
    if (code === undefined) return undefined;
    key = (key * 2 + (nullable ? 1 : 0)) * CODE_COUNT + code;
  }
  return key;
}

function knownCalls(definition: FunctionDefinition): Map<number, ResolvedCall> {
  let known = KNOWN.get(definition);
  if (known === undefined) {
    known = new Map();
    KNOWN.set(definition, known);
  }
  return known;
}

/**
 * Chooses overloads. Those of calls over a few plain types are kept: binder, rules and compiler ask for the same again and again.
 * `literals[i]` is the value of argument i if it is a literal; `zone` is the session's, for results that are typed in it.
 * Throws 42883 if the number of arguments is wrong or no combination of legs has an overload.
 */
export function resolveCall(definition: FunctionDefinition, types: readonly ColumnType[], literals: readonly (Value | undefined)[] = [], zone?: string): ResolvedCall {
  // Only what is not immutable may follow from the zone.
  const key = definition.volatility !== 'immutable' || types.length > KNOWN_ARGUMENTS_MAX ? undefined : keyOf(types, literals);
  if (key === undefined) return resolveAnew(definition, types, literals, zone);
  const known = knownCalls(definition);
  let resolved = known.get(key);
  if (resolved === undefined) {
    resolved = resolveAnew(definition, types, literals, zone);
    known.set(key, resolved);
  }
  return resolved;
}

function resolveAnew(definition: FunctionDefinition, types: readonly ColumnType[], literals: readonly (Value | undefined)[], zone: string | undefined): ResolvedCall {
  if (!hasArity(definition, types.length)) throw arityError(definition, types.length);
  if (definition.polymorphic === true) return resolvePolymorphic(definition, types.length, literals, zone);
  if (types.every((type) => type.legs.length === 1 && !(type.nullable && definition.nulls === 'handled'))) return resolveSingle(definition, types, literals, zone);
  const choices = types.map((type) => legChoices(type, definition.nulls));
  if (choices.some((choice) => choice.length === 0)) return alwaysNull(definition);
  checkCombinations(definition, choices);
  const combinations = cross(choices);
  const overloads = combinations.map((legs) => refusable(() => definition.resolve(legs.map((type, at) => ({ type, literal: literals[at] })), zone)));
  const found = overloads.filter(isOverload);
  if (found.length === 0) throw overloads.find(isEngineError) ?? noOverloadError(definition, combinations[0] ?? []);
  const propagates = definition.nulls === 'propagate';
  const result = joinAll(found.map((overload) => overload.result));
  const single = overloads.length === 1 ? found[0] : undefined;
  return {
    definition,
    result: propagates && types.some((type) => type.nullable) ? withNull(result) : result,
    call: single === undefined ? dispatching(definition, choices, overloads, literals) : propagates ? withNullCheck(single.call, types) : single.call,
    mayRaise: found.length < overloads.length || found.some((overload) => overload.mayRaise),
    single,
  };
}

/** Where there is one combination: what nearly every call is. */
function resolveSingle(definition: FunctionDefinition, types: readonly ColumnType[], literals: readonly (Value | undefined)[], zone: string | undefined): ResolvedCall {
  const overload = definition.resolve(types.map((type, at) => ({ type: type.legs[0], literal: literals[at] })), zone);
  if (overload === undefined) throw noOverloadError(definition, types.map((type) => type.legs[0]));
  if (definition.nulls !== 'propagate') return { definition, result: overload.result, call: overload.call, mayRaise: overload.mayRaise, single: overload };
  const isNullable = types.some((type) => type.nullable);
  return { definition, result: isNullable ? withNull(overload.result) : overload.result, call: withNullCheck(overload.call, types), mayRaise: overload.mayRaise, single: overload };
}

/** An overload, the function's own error for these legs, or undefined where it has none. */
type Choice = Overload | EngineError | undefined;

const isOverload = (choice: Choice): choice is Overload => choice !== undefined && !isEngineError(choice);

function refusable(resolve: () => Overload | undefined): Choice {
  try {
    return resolve();
  } catch (error) {
    if (isEngineError(error)) return error;
    throw error;
  }
}

function resolvePolymorphic(definition: FunctionDefinition, count: number, literals: readonly (Value | undefined)[], zone: string | undefined): ResolvedCall {
  const overload = definition.resolve(Array.from({ length: count }, (_, at) => ({ type: undefined, literal: literals[at] })), zone);
  if (overload === undefined) throw noOverloadError(definition, []);
  return { definition, result: overload.result, call: overload.call, mayRaise: overload.mayRaise, single: overload };
}

/** Arguments of many types each multiply. */
const COMBINATIONS_MAX = 4096;

function checkCombinations(definition: FunctionDefinition, choices: readonly (readonly (Type | undefined)[])[]): void {
  let count = 1;
  for (const choice of choices) count *= choice.length;
  if (count <= COMBINATIONS_MAX) return;
  throw new EngineError('statement-too-complex', `${definition.name} would need ${count} overloads for arguments of so many types`, { hint: 'Cast the arguments to one type.' });
}

/** The legs an argument may have; `undefined` stands for NULL where the function sees NULLs. */
function legChoices(type: ColumnType, nulls: FunctionDefinition['nulls']): readonly (Type | undefined)[] {
  return nulls === 'handled' && type.nullable ? [...type.legs, undefined] : type.legs;
}

const alwaysNull = (definition: FunctionDefinition): ResolvedCall => ({ definition, result: NULL_TYPE, call: () => null, mayRaise: false, single: undefined });

function cross(choices: readonly (readonly (Type | undefined)[])[]): readonly (readonly (Type | undefined)[])[] {
  let rows: (Type | undefined)[][] = [[]];
  for (const choice of choices) rows = rows.flatMap((row) => choice.map((type) => [...row, type]));
  return rows;
}

function withNullCheck(call: ScalarCall, types: readonly ColumnType[]): ScalarCall {
  if (types.every((type) => !type.nullable)) return call;
  if (types.length === 1) return (context, a) => (a === null ? null : call(context, a as Value));
  if (types.length === 2) return (context, a, b) => (a === null || b === null ? null : call(context, a as Value, b as Value));
  return (context, ...args) => (args.includes(null) ? null : call(context, ...args));
}

/** Row by row: the legs of the values give the index of the overload. */
function dispatching(definition: FunctionDefinition, choices: readonly (readonly (Type | undefined)[])[], overloads: readonly Choice[], literals: readonly (Value | undefined)[]): ScalarCall {
  const indexes = choices.map((choice) => new Map(choice.map((type, at) => [type === undefined ? 'null' : familyKey(type), at])));
  const propagates = definition.nulls === 'propagate';
  return (context, ...args) => {
    if (propagates && args.includes(null)) return null;
    let at = 0;
    for (let position = 0; position < args.length; position++) {
      const value = args[position] as Value;
      const choice = indexes[position] as Map<string, number>;
      const leg = choice.get(value === null ? 'null' : familyKeyOfValue(value));
      if (leg === undefined) return callByValue(definition, context, args, literals);
      at = at * choice.size + leg;
    }
    const overload = overloads[at];
    if (!isOverload(overload)) throw overload ?? noOverloadError(definition, args.map(legOf));
    return overload.call(context, ...args);
  };
}

const legOf = (value: Value): Type | undefined => (value === null ? undefined : typeOfValue(value));

/** For a value of a leg that the static type did not have (an untyped parameter): resolved from the values alone. */
function callByValue(definition: FunctionDefinition, context: EvaluationContext, args: readonly Value[], literals: readonly (Value | undefined)[]): Value {
  const types: readonly ArgumentType[] = args.map((value, at) => ({ type: legOf(value), literal: literals[at] }));
  const overload = definition.resolve(types, context.zone);
  if (overload === undefined) throw noOverloadError(definition, types.map(({ type }) => type));
  return overload.call(context, ...args);
}

/** `+ not applicable to types i64 and utf8`. */
export function noOverloadError(definition: FunctionDefinition, types: readonly (Type | undefined)[]): EngineError {
  const names = types.map(typeName);
  const listed = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return new EngineError('undefined-function', `${definition.name} not applicable to types ${listed}`, { hint: hintFor(definition, types) });
}

function hintFor(definition: FunctionDefinition, types: readonly (Type | undefined)[]): string {
  const hasText = types.some((type) => type?.kind === 'text');
  if (definition.name === '+' && types.every((type) => type?.kind === 'text')) return 'Texts are joined by || or CONCAT.';
  if (hasText && (definition.category === 'arithmetic' || definition.category === 'comparison')) return 'Cast the text to the type of the other side.';
  if (definition.category === 'comparison') return 'Only values of related types have an order; cast one side.';
  return `It takes ${definition.signature}.`;
}

/** Whether the function takes so many arguments. */
export const hasArity = ({ arity }: FunctionDefinition, count: number): boolean => count >= arity[0] && count <= arity[1];

/** 42883 for a wrong number of arguments. */
export function arityError(definition: FunctionDefinition, count: number): EngineError {
  const [least, most] = definition.arity;
  const expected = least === most ? String(least) : most === Infinity ? `at least ${least}` : `${least}-${most}`;
  return new EngineError('undefined-function', `Function ${definition.name} arity mismatch: expected ${expected}, got ${count}`, { hint: `It is ${definition.signature}.` });
}
