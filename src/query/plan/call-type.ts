/** Calls of registry functions with their static types: the one place where the binder and the rules ask the registry. */
import { EngineError, isEngineError } from '../../base/errors.ts';
import type { FunctionDefinition } from '../../catalog/function.ts';
import { allFunctions, lookupScalar } from '../../catalog/registry.ts';
import { arityError, hasArity, resolveCall } from '../../catalog/resolve-call.ts';
import type { ResolvedCall } from '../../catalog/resolve-call.ts';
import type { Value } from '../../data/types/value.ts';
import { readsColumn } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';
import { nearestName } from './near-name.ts';

/** Values of literal arguments, lists of literals among them; undefined for everything else. */
export const literalsOf = (args: readonly BoundExpression[]): (Value | undefined)[] => args.map(literalOf);

function literalOf(expression: BoundExpression): Value | undefined {
  if (expression.kind === 'literal') return expression.value;
  if (expression.kind !== 'list') return undefined;
  const items = expression.items.map(literalOf);
  return items.includes(undefined) ? undefined : (items as Value[]);
}

export function scalarDefinition(name: string, position: number | undefined): FunctionDefinition {
  const definition = lookupScalar(name);
  if (definition === undefined) throw unknownFunction(name, position);
  return definition;
}

export function unknownFunction(name: string, position: number | undefined): EngineError {
  const near = nearestName(name, allFunctions().map((known) => known.name));
  return new EngineError('undefined-function', `Unknown function: ${name}`, { position, hint: near === undefined ? undefined : `Perhaps you meant ${near}.` });
}

/** `action` with its user errors placed in the text. If it finds the types of `over` wrong and these are of columns, the state is to blame. */
export function at<T>(position: number | undefined, action: () => T, over: readonly BoundExpression[] = []): T {
  try {
    return action();
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const placed = error.at(position);
    throw over.some(readsColumn) ? placed.asOfState() : placed;
  }
}

/** The overloads for these arguments; `zone` is the session's. Throws 42883 where the function does not take them. */
export function resolveBoundCall(name: string, args: readonly BoundExpression[], position: number | undefined, zone?: string): ResolvedCall {
  const definition = scalarDefinition(name, position);
  if (!hasArity(definition, args.length)) throw arityError(definition, args.length).at(position);
  return at(position, () => resolveCall(definition, args.map((arg) => arg.type), literalsOf(args), zone), args);
}

/** A call of a scalar function over bound arguments. */
export function makeCall(name: string, args: readonly BoundExpression[], position?: number, zone?: string): BoundExpression {
  return { kind: 'call', name, args, type: resolveBoundCall(name, args, position, zone).result, position };
}

export const isVolatile = (name: string): boolean => lookupScalar(name)?.volatility === 'volatile';
