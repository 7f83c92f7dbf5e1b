/** Functions as bound expressions name them. The binder has checked the names; a name that is unknown here was never bound. */
import { EngineError } from '../../base/errors.ts';
import type { AggregateDefinition, FunctionDefinition } from '../../catalog/function.ts';
import { lookupAggregate, lookupScalar } from '../../catalog/registry.ts';

const unknown = (name: string): EngineError => new EngineError('undefined-function', `Unknown function: ${name}`);

export function scalarNamed(name: string): FunctionDefinition {
  const definition = lookupScalar(name);
  if (definition === undefined) throw unknown(name);
  return definition;
}

export function aggregateNamed(name: string): AggregateDefinition {
  const definition = lookupAggregate(name);
  if (definition === undefined) throw unknown(name);
  return definition;
}
