/** Every function by name. */
import type { AggregateDefinition, FunctionDefinition } from './function.ts';
import { BASIC_AGGREGATES } from './functions/aggregates.ts';
import { COLLECTING_AGGREGATES } from './functions/collecting.ts';
import { CONDITION_FUNCTIONS } from './functions/conditions.ts';
import { EXTREME_FUNCTIONS } from './functions/extremes.ts';
import { FORMAT_FUNCTIONS } from './functions/format-text.ts';
import { IDENTIFIER_FUNCTIONS } from './functions/identifiers.ts';
import { LIST_FUNCTIONS } from './functions/lists.ts';
import { NUMERIC_FUNCTIONS } from './functions/numeric.ts';
import { OPERATORS } from './functions/operators.ts';
import { PATTERN_FUNCTIONS } from './functions/pattern.ts';
import { POSTGRES_FUNCTIONS } from './functions/postgres.ts';
import { REGEX_FUNCTIONS } from './functions/regex.ts';
import { STATISTICAL_AGGREGATES } from './functions/statistics.ts';
import { STRUCT_FUNCTIONS } from './functions/structs.ts';
import { TEXT_FUNCTIONS } from './functions/text.ts';
import { TIME_FUNCTIONS } from './functions/time/definitions.ts';
import { URI_FUNCTIONS } from './functions/uris.ts';
import type { WindowDefinition } from './functions/window.ts';
import { WINDOW_FUNCTIONS } from './functions/window.ts';

export { resolveCall } from './resolve-call.ts';
export type { ResolvedCall } from './resolve-call.ts';

const SCALARS: readonly FunctionDefinition[] = [
  ...OPERATORS, ...CONDITION_FUNCTIONS, ...NUMERIC_FUNCTIONS, ...EXTREME_FUNCTIONS, ...TEXT_FUNCTIONS, ...PATTERN_FUNCTIONS, ...REGEX_FUNCTIONS,
  ...FORMAT_FUNCTIONS, ...IDENTIFIER_FUNCTIONS, ...LIST_FUNCTIONS, ...STRUCT_FUNCTIONS, ...URI_FUNCTIONS, ...TIME_FUNCTIONS, ...POSTGRES_FUNCTIONS,
];
const AGGREGATES: readonly AggregateDefinition[] = [...BASIC_AGGREGATES, ...STATISTICAL_AGGREGATES, ...COLLECTING_AGGREGATES];

function index<T extends { readonly name: string; readonly aliases: readonly string[] }>(definitions: readonly T[]): ReadonlyMap<string, T> {
  const byName = new Map<string, T>();
  for (const definition of definitions) for (const name of [definition.name, ...definition.aliases]) byName.set(name, definition);
  return byName;
}

const SCALARS_BY_NAME = index(SCALARS);
const AGGREGATES_BY_NAME = index(AGGREGATES);
const WINDOWS_BY_NAME = index(WINDOW_FUNCTIONS);

/** By lower-case name, alias or operator symbol. */
export const lookupScalar = (name: string): FunctionDefinition | undefined => SCALARS_BY_NAME.get(name);
export const lookupAggregate = (name: string): AggregateDefinition | undefined => AGGREGATES_BY_NAME.get(name);
export const lookupWindow = (name: string): WindowDefinition | undefined => WINDOWS_BY_NAME.get(name);

export type AnyDefinition = FunctionDefinition | AggregateDefinition | WindowDefinition;
const ALL: readonly AnyDefinition[] = [...SCALARS, ...AGGREGATES, ...WINDOW_FUNCTIONS];
/** All definitions: scalars and operators, aggregates, window functions; told apart by `kind`. */
export const allFunctions = (): readonly AnyDefinition[] => ALL;
