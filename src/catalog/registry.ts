/** Every function by name. */
import { EngineError } from '../base/errors.ts';
import type { AggregateDefinition, FunctionDefinition } from './function.ts';
import { BASIC_AGGREGATES } from './functions/aggregates.ts';
import { NUMERIC_FUNCTIONS } from './functions/numeric.ts';
import { OPERATORS } from './functions/operators.ts';
import { PATTERN_FUNCTIONS } from './functions/pattern.ts';
import type { WindowDefinition } from './functions/window.ts';
import { WINDOW_FUNCTIONS } from './functions/window.ts';

const SCALARS: readonly FunctionDefinition[] = [...OPERATORS, ...NUMERIC_FUNCTIONS, ...PATTERN_FUNCTIONS];
const AGGREGATES: readonly AggregateDefinition[] = [...BASIC_AGGREGATES];

function index<T extends { readonly name: string; readonly aliases?: readonly string[] }>(definitions: readonly T[]): ReadonlyMap<string, T> {
  const byName = new Map<string, T>();
  for (const definition of definitions) for (const name of [definition.name, ...(definition.aliases ?? [])]) byName.set(name, definition);
  return byName;
}

const SCALARS_BY_NAME = index(SCALARS);
const AGGREGATES_BY_NAME = index(AGGREGATES);
const WINDOWS_BY_NAME = index(WINDOW_FUNCTIONS);

/** By lower-case name, alias or operator symbol. */
export const lookupScalar = (name: string): FunctionDefinition | undefined => SCALARS_BY_NAME.get(name);
export const lookupAggregate = (name: string): AggregateDefinition | undefined => AGGREGATES_BY_NAME.get(name);
export const lookupWindow = (name: string): WindowDefinition | undefined => WINDOWS_BY_NAME.get(name);

export interface AllFunctions {
  readonly scalars: readonly FunctionDefinition[];
  readonly aggregates: readonly AggregateDefinition[];
  readonly windows: readonly WindowDefinition[];
}
export const allFunctions = (): AllFunctions => ({ scalars: SCALARS, aggregates: AGGREGATES, windows: WINDOW_FUNCTIONS });

/** 42883 for a name that no function has, with the nearest name as a hint. */
export function unknownFunctionError(name: string): EngineError {
  const near = nearestName(name);
  return new EngineError('undefined-function', `Unknown function: ${name}`, near === undefined ? {} : { hint: `Did you mean ${near}?` });
}

/** 42883 for a wrong number of arguments. */
export function checkArity(definition: { readonly name: string; readonly arity: readonly [number, number] }, count: number): void {
  const [least, most] = definition.arity;
  if (count >= least && count <= most) return;
  const expected = least === most ? String(least) : `${least}-${most}`;
  throw new EngineError('undefined-function', `Function ${definition.name} arity mismatch: expected ${expected}, got ${count}`);
}

function nearestName(name: string): string | undefined {
  let best: string | undefined;
  let bestDistance = name.length <= 4 ? 2 : 3;
  for (const known of [...SCALARS_BY_NAME.keys(), ...AGGREGATES_BY_NAME.keys(), ...WINDOWS_BY_NAME.keys()]) {
    if (!/^[a-z]/.test(known) || Math.abs(known.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name, known);
    if (distance < bestDistance) { best = known; bestDistance = distance; }
  }
  return best;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}
